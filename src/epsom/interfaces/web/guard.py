"""Around every request: who may ask, how much, what the browser must hold to, and what is written down."""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request

from epsom.interfaces.web.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from epsom.interfaces.web.settings import Settings

#: Nothing but this server's own files; no inline script or style, no frame, no other server.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "cache-control": "no-store",
}
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Middleware with the headers, the limits and the log."""

    def __init__(
        self, app: ASGIApp, settings: Settings, failed: Callable[[Request, Exception], Response], *,
        log: bool = True,
    ) -> None:  # fmt: skip
        self.app, self.settings, self.failed, self.log = app, settings, failed, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _with_own(message["headers"])}
            await send(message)

        problem = refusal(scope, self.settings)
        if problem is not None:
            await _refuse(problem, answer)
        else:
            try:
                await self.app(scope, _Limited(receive, self.settings.body_bytes), answer)
            except Exception as error:
                # What an exception says may hold what a person entered, so only its place is written down.
                _write_down_error(error)
                if not status:
                    await self.failed(Request(scope), error)(scope, receive, answer)
        if self.log:
            _write_down(scope, status, time.monotonic() - began)


def refusal(scope: Scope, settings: Settings) -> Problem | None:
    """Why a request is refused before anything is read, or None."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "")
    if "*" not in settings.hosts and _name(host) not in settings.hosts:
        return Problem("foreign", "This server does not go by that name.")
    if scope["method"] not in _SAFE_METHODS:
        # A page without referrer posts forms with the origin "null"; browsers then say whose page it was.
        site, origin = headers.get("sec-fetch-site"), headers.get("origin", "")
        if site is not None and site not in ("same-origin", "none"):
            return Problem("foreign")
        if site is None and origin and urlsplit(origin).netloc != host:
            return Problem("foreign")
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > settings.body_bytes:
        return Problem("too-large")
    return None


def _name(host: str) -> str:
    """A host without its port."""
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


class _Limited:
    """What is received, as far as the limit: a body that does not say how long it is is counted."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.receive, self.left = receive, most

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise Problem("too-large")
        return message


def _with_own(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    own = ((name.encode(), value.encode()) for name, value in _HEADERS.items())
    return [*headers, *((name, value) for name, value in own if name not in given)]


async def _refuse(problem: Problem, send: Send) -> None:
    body = json.dumps(problem.to_tree()).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": problem.kind.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _write_down(scope: Scope, status: int, seconds: float) -> None:
    """One line of JSON: which route, not which address; nothing a person entered, nobody's address."""
    route: Any = scope.get("route")
    line = {
        "method": scope["method"], "route": getattr(route, "path", "none"), "status": status,
        "milliseconds": round(1000 * seconds),
    }  # fmt: skip
    print(json.dumps(line), file=sys.stderr, flush=True)


def _write_down_error(error: Exception) -> None:
    """One line of JSON: which kind of error, and where in the code."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    print(json.dumps({"error": type(error).__name__, "where": places}), file=sys.stderr, flush=True)
