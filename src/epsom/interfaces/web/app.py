"""The application: pages and API behind one guard, one workshop for the work."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from epsom import __version__
from epsom.core.faults import Fault, InputError
from epsom.interfaces.web import answers, api, laboratory, pages
from epsom.interfaces.web.desk import Full
from epsom.interfaces.web.guard import Guard
from epsom.interfaces.web.kept import Shelf
from epsom.interfaces.web.openapi import describe
from epsom.interfaces.web.problems import KINDS, MEDIA_TYPE, Problem, problem_of, problem_of_status
from epsom.interfaces.web.rendering import content_type, file_names, files, page
from epsom.interfaces.web.settings import Settings
from epsom.interfaces.web.work import Workshop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from epsom.simulation.engine import Engine

_ABOUT = (
    "The same answers as the command line. Bodies are the documents of the contract, as JSON or YAML; every "
    "error is a problem detail (RFC 9457) with all faults of the input."
)


def create_app(
    settings: Settings | None = None, engine: Engine | None = None, *, log: bool = True, warm: bool = True
) -> FastAPI:
    """The application.

    Parameters
    ----------
    engine
        What simulates; the fast engine when None.
    log
        Whether each request is written down, without anything about the person.
    warm
        Whether a small case is answered at the start, so that the first person does not wait for it.
    """
    limits = settings or Settings()

    @asynccontextmanager
    async def life(application: FastAPI) -> AsyncIterator[None]:
        application.state.workshop = Workshop(limits, engine)
        application.state.answers = Shelf(limits.kept, limits.kept_seconds)
        application.state.runs = Shelf(limits.kept, limits.kept_seconds)
        if warm:
            application.state.workshop.warm_up()
        yield
        application.state.workshop.close()

    app = FastAPI(
        title="Epsom", version=__version__, description=_ABOUT, lifespan=life, docs_url=None, redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )  # fmt: skip
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(answers.router)
    app.include_router(laboratory.router)
    _add_own_pages(app)
    _add_errors(app)
    app.openapi = lambda: describe(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(Guard, settings=limits, failed=_told, log=log)
    return app


def _add_own_pages(app: FastAPI) -> None:
    """Health, the page's files, and the pages that explain."""

    @app.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "alive", "version": __version__}

    @app.get("/ready", include_in_schema=False)
    async def ready(request: Request) -> JSONResponse:
        shop: Workshop = request.app.state.workshop
        running, waiting = shop.assessing.load
        state = {"ready": shop.ready.is_set(), "running": running, "waiting": waiting}
        return JSONResponse(state, status_code=200 if state["ready"] else 503)

    @app.get("/static/{digest}/{name}", include_in_schema=False)
    async def static(digest: str, name: str) -> Response:
        if file_names().get(name) != f"/static/{digest}/{name}":
            raise Problem("not-found")
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(files()[name], media_type=content_type(name), headers=headers)

    @app.get("/about", include_in_schema=False)
    async def about() -> HTMLResponse:
        return page("about.html.j2")

    @app.get("/problems/{name}", include_in_schema=False)
    async def problem(name: str) -> HTMLResponse:
        if name not in KINDS:
            raise Problem("not-found")
        return page("problem.html.j2", problem=Problem(name).to_tree())


def _told(request: Request, error: Exception) -> Response:
    """Any error in one shape: a problem detail for programs, the same as a page for people."""
    problem = problem_of_status(error.status_code) if isinstance(error, HTTPException) else problem_of(error)
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if wants_page:
        return page("problem.html.j2", status=problem.kind.status, problem=problem.to_tree())
    retry = {"retry-after": "30"} if problem.name == "busy" else None
    return JSONResponse(problem.to_tree(), problem.kind.status, retry, media_type=MEDIA_TYPE)


def _add_errors(app: FastAPI) -> None:
    """What is raised on purpose; whatever else goes wrong the guard tells."""

    async def raised(request: Request, error: Exception) -> Response:
        return _told(request, error)

    async def invalid(request: Request, error: Exception) -> Response:
        entries = error.errors() if isinstance(error, RequestValidationError) else ()
        return _told(request, InputError([_fault(entry) for entry in entries]))

    for kind in (Problem, InputError, Full, HTTPException):
        app.add_exception_handler(kind, raised)
    app.add_exception_handler(RequestValidationError, invalid)


def _fault(entry: Any) -> Fault:
    """A parameter of the address that is not as declared, as a fault."""
    place = ".".join(str(part) for part in entry["loc"][1:]) or "the request"
    return Fault(place, repr(entry.get("input"))[:60], entry["msg"])
