"""A small sheet to draw on, for figures that are no charts: boxes, ribbons, arrows and words as SVG."""

from __future__ import annotations

from html import escape
from typing import TypedDict, Unpack

from epsom.interfaces.plots.design import FONT, themed

#: Mean width of a character relative to the type size, for boxes that must hold a text.
_CHARACTER = 0.53


class Type(TypedDict, total=False):
    """How a text is set; ``halo`` clears a role's color around the letters, ``turned`` runs upward."""

    role: str
    size: float
    anchor: str
    bold: bool
    italic: bool
    halo: str
    turned: bool


class Canvas:
    """An SVG being drawn, back to front.

    Parameters
    ----------
    width, height
        In px.
    key
        Short name, unique on a page.
    title, description
        For those who do not see the picture.
    """

    def __init__(self, width: float, height: float, key: str, title: str, description: str) -> None:
        self.width, self.height, self.key = width, height, key
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" aria-labelledby="{key}-title {key}-desc" font-family="{FONT}" '
            f'font-size="12">',
            f'<title id="{key}-title">{escape(title)}</title>',
            f'<desc id="{key}-desc">{escape(description)}</desc>',
        ]
        self._heads: dict[str, str] = {}

    def box(
        self, x: float, y: float, width: float, height: float, *,
        fill: str = "surface", stroke: str | None = None, radius: float = 6.0, stroke_width: float = 1.0,
    ) -> None:  # fmt: skip
        """A rectangle with round corners; colors are roles."""
        edge = f' stroke="{themed(stroke)}" stroke-width="{stroke_width:g}"' if stroke else ""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}" '
            f'fill="{themed(fill)}"{edge}/>'
        )

    def path(
        self, commands: str, *, stroke: str, width: float = 1.5, dashed: bool = False, arrow: bool = False
    ) -> None:
        """A line along SVG path ``commands``, with an arrow head at its end if asked for."""
        marker = f' marker-end="url(#{self._head(stroke)})"' if arrow else ""
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<path d="{commands}" fill="none" stroke="{themed(stroke)}" stroke-width="{width:g}" '
            f'stroke-linecap="round"{dash}{marker}/>'
        )

    def area(self, commands: str, *, fill: str, opacity: float = 1.0) -> None:
        """A closed shape."""
        self._parts.append(f'<path d="{commands} Z" fill="{themed(fill)}" fill-opacity="{opacity:g}"/>')

    def text(self, x: float, y: float, content: str, **type_: Unpack[Type]) -> None:
        """One line of text with its baseline at ``y``."""
        more = (' font-weight="600"' if type_.get("bold") else "") + (
            ' font-style="italic"' if type_.get("italic") else ""
        )
        halo = type_.get("halo")
        if halo:
            more += f' stroke="{themed(halo)}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
        if type_.get("turned"):
            more += f' transform="rotate(-90 {x:.1f} {y:.1f})"'
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{type_.get("size", 12.0):g}" '
            f'text-anchor="{type_.get("anchor", "start")}" fill="{themed(type_.get("role", "ink"))}"{more}>'
            f"{escape(content)}</text>"
        )

    def lines(self, x: float, y: float, contents: list[str], step: float, **type_: Unpack[Type]) -> None:
        """Several lines of text, the first with its baseline at ``y``."""
        for position, content in enumerate(contents):
            self.text(x, y + position * step, content, **type_)

    def svg(self) -> str:
        """The picture."""
        heads = "".join(
            f'<marker id="{identifier}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0.5,0.8 L7.5,4 L0.5,7.2 Z" '
            f'fill="{themed(role)}"/></marker>'
            for role, identifier in self._heads.items()
        )
        defs = f"<defs>{heads}</defs>" if heads else ""
        return "".join([*self._parts[:3], defs, *self._parts[3:], "</svg>"])

    def _head(self, role: str) -> str:
        return self._heads.setdefault(role, f"{self.key}-head-{role}")


def text_width(content: str, size: float) -> float:
    """About how wide ``content`` is, in px."""
    return _CHARACTER * size * len(content)


def wrapped(content: str, width: float, size: float, most: int = 3) -> list[str]:
    """``content`` in lines no wider than ``width``; the last of ``most`` ends with dots when more is left."""
    lines: list[str] = []
    for word in content.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return lines
