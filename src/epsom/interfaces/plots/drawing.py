"""A finished figure: the picture, what it shows in words, and its numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass

from epsom.interfaces.plots.design import in_light, light


@dataclass(frozen=True)
class Table:
    """Numbers in rows; the first cell of each row is its heading."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """A figure.

    Attributes
    ----------
    key
        Short name, unique on a page; begins every id inside the picture.
    title, alt
        Heading, and the picture in one or two sentences for those who do not see it.
    svg
        The ``<svg>`` element, its colors CSS variables.
    table
        The numbers behind it.
    note
        How to read it, where that needs a word.
    """

    key: str
    title: str
    alt: str
    svg: str
    table: Table
    note: str = ""

    def standalone(self) -> str:
        """The picture as a file of its own: light colors on a surface."""
        start = self.svg.index(">") + 1
        surface = f'<rect width="100%" height="100%" fill="{light("surface")}"/>'
        return in_light(f"{self.svg[:start]}{surface}{self.svg[start:]}\n")
