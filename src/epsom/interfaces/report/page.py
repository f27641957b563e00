"""A page from its sections: one file, styles and figures inside, nothing fetched, no script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from epsom import __version__
from epsom.core.evidence import sources
from epsom.interfaces import words
from epsom.interfaces.plots.design import css_variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import jinja2


def render(title: str, lead: str, sections: Sequence[dict[str, Any]]) -> str:
    """The page as text.

    Parameters
    ----------
    title, lead
        Heading, and one sentence under it.
    sections
        What the functions ``section`` of this package give; their ``cites`` are listed at the end.
    """
    style = style_sheet()
    cited = citations(key for section in sections for key in section["cites"])
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _environment().get_template("page.html.j2").render(
        title=title, lead=lead, sections=list(sections), style=style, style_hash=f"sha256-{digest}",
        version=__version__, intended_use=words.INTENDED_USE,
        sources=cited, places={source["key"]: place for place, source in enumerate(cited, 1)},
    )  # fmt: skip
    return page.replace(" %", "\N{NO-BREAK SPACE}%")


def citations(keys: Iterable[str]) -> list[dict[str, str]]:
    """Each source once, in the order of the keys."""
    known = sources()
    return [
        {"key": key, "text": known[key].cite() if key in known else "not in the list of sources"}
        for key in dict.fromkeys(keys)
    ]


def style_sheet() -> str:
    """The page's styles: the figures' colors, dark where the reader's system is, light on paper."""
    text = resources.files("epsom.interfaces.report").joinpath("style.css").read_text(encoding="utf-8")
    light, dark = css_variables(dark=False), css_variables(dark=True)
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{text}"
    )


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("epsom.interfaces.report", "templates"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
