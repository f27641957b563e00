"""`epsom serve`: the application on a port of this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from epsom.interfaces.web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until stopped.

    Parameters
    ----------
    host, port
        Where to listen; only this machine reaches the usual host.
    say
        Told the address.
    """
    import uvicorn

    from epsom.interfaces.web.app import create_app

    settings = Settings()
    if host not in settings.hosts:
        settings = replace(settings, hosts=(*settings.hosts, host))
    at = f"http://{host}:{port}"
    say(f"The page is at {at}/ and the API below {at}/api/v1. Ctrl-C stops it.")
    if host not in ("localhost", "127.0.0.1", "::1"):
        say("Others on the network can reach it, without encryption. Put it behind a server that encrypts.")
    uvicorn.run(
        create_app(settings), host=host, port=port, access_log=False, log_level="warning",
        timeout_graceful_shutdown=2, server_header=False, timeout_keep_alive=10, limit_concurrency=200,
    )  # fmt: skip
