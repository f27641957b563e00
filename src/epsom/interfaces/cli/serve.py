"""`epsom serve`."""

from __future__ import annotations

from epsom.interfaces.cli import screen


def command(*, host: str, port: int) -> None:
    """Serve the page and the API."""
    from epsom.interfaces.web.serving import serve

    to = screen.console()
    serve(host, port, lambda text: to.print(text, soft_wrap=True, markup=False, highlight=False))
