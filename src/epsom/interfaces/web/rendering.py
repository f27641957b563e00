"""Pages from templates."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse

from epsom import __version__
from epsom.interfaces import words
from epsom.interfaces.report.page import style_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    import jinja2

#: Content types of the files of the page.
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def page(template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page from its template."""
    text = _environment().get_template(template).render(
        version=__version__, intended_use=words.INTENDED_USE, files=file_names(), **shown
    )  # fmt: skip
    return HTMLResponse(text.replace(" %", "\N{NO-BREAK SPACE}%"), status_code=status)


@cache
def file_names() -> dict[str, str]:
    """The page's own files by their plain name; each address changes with the content."""
    return {
        name: f"/static/{hashlib.sha256(text.encode()).hexdigest()[:12]}/{name}"
        for name, text in files().items()
    }


@cache
def files() -> dict[str, str]:
    """The page's own files: its style is the reports' with what only the page has."""
    folder = resources.files("epsom.interfaces.web") / "static"
    found = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir()}
    found["page.css"] = style_sheet() + found["page.css"]
    return found


def content_type(name: str) -> str:
    """The type of one of the files."""
    return _TYPES[name.rpartition(".")[2]]


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([
            jinja2.PackageLoader("epsom.interfaces.web", "templates"),
            jinja2.PackageLoader("epsom.interfaces.report", "templates"),
        ]),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["words"] = words
    environment.filters["sentence"] = words.sentence
    environment.filters["begins"] = _begins
    return environment


def _begins(given: Mapping[str, str], prefix: str) -> bool:
    """Whether a field whose name begins so is filled in."""
    return any(name.startswith(prefix) and value for name, value in given.items())
