"""From a matplotlib figure to an SVG element fit for a page with a strict content policy.

Matplotlib writes style attributes, a style sheet that would reach the whole page, and ids that two figures
share. Here styles become plain attributes, colors become roles, and ids begin with the figure's key.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from epsom.interfaces.plots.design import COLORS, FONT, light, themed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DPI = 72
_ROLES = {colors[0]: role for role, colors in COLORS.items()}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FONT = re.compile(r"(?:(?P<weight>[0-9]+|bold) )?(?P<size>[0-9.]+)px .*")
#: Said once at the top of the picture.
_DROPPED = ("font-family",)

ElementTree.register_namespace("", _SVG)


@contextmanager
def chart(width: float, height: float) -> Iterator[tuple[Any, Axes]]:
    """A matplotlib figure of that size in px with one pair of axes, in the common design."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(_settings()):
        figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        yield figure, axes


def _settings() -> Any:
    return {
        "svg.fonttype": "none", "svg.hashsalt": "epsom", "font.size": 12, "font.family": "DejaVu Sans",
        "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
        "axes.edgecolor": light("line"), "axes.labelcolor": light("muted"), "axes.labelsize": 12,
        "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
        "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True, "grid.color": light("line"),
        "grid.linewidth": 0.8, "xtick.color": light("line"), "ytick.color": light("line"),
        "xtick.labelcolor": light("muted"), "ytick.labelcolor": light("muted"), "ytick.major.size": 0,
        "xtick.labelsize": 11, "ytick.labelsize": 11, "text.color": light("ink"), "lines.linewidth": 2.2,
        "axes.unicode_minus": True, "axes.formatter.useoffset": False, "path.simplify": True,
    }  # fmt: skip


def element(figure: Any, key: str, title: str, description: str) -> str:
    """The figure as an ``<svg>`` element."""
    stream = io.StringIO()
    figure.savefig(
        stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    root = ElementTree.fromstring(
        stream.getvalue().partition("<svg")[1] + stream.getvalue().partition("<svg")[2]
    )
    _drop_style_sheet_and_metadata(root)
    names = _referenced(root)
    for node in root.iter():
        _plain_attributes(node)
        _own_ids(node, key, names)
        node.tail = None
        if node.tag != f"{{{_SVG}}}text":
            node.text = None
    _head(root, key, title, description)
    return ElementTree.tostring(root, encoding="unicode").replace(f' xmlns:xlink="{_XLINK}"', "")


def _drop_style_sheet_and_metadata(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)


def _referenced(root: ElementTree.Element) -> set[str]:
    """Ids that something on the sheet points to; the others are left out."""
    found: set[str] = set()
    for node in root.iter():
        for value in node.attrib.values():
            found.update(_REFERENCE.findall(value))
        for name in ("href", f"{{{_XLINK}}}href"):
            if node.get(name, "").startswith("#"):
                found.add(node.attrib[name][1:])
    return found


def _plain_attributes(node: ElementTree.Element) -> None:
    """Turn a style attribute into attributes, and known colors into roles."""
    for declaration in node.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font":
            match = _FONT.fullmatch(value)
            if match:
                node.set("font-size", f"{float(match['size']):g}")
                if match["weight"]:
                    node.set("font-weight", match["weight"])
        elif name and name not in _DROPPED:
            node.set(name, value.removesuffix("px"))
    for name, value in list(node.attrib.items()):
        node.set(name, themed(_ROLES[value]) if value in _ROLES else " ".join(value.split()))


def _own_ids(node: ElementTree.Element, key: str, names: set[str]) -> None:
    if node.get("id") in names:
        node.set("id", f"{key}-{node.attrib['id']}")
    else:
        node.attrib.pop("id", None)
    for name, value in list(node.attrib.items()):
        node.set(name, _REFERENCE.sub(rf"url(#{key}-\1)", value))
    link = node.attrib.pop(f"{{{_XLINK}}}href", node.attrib.pop("href", ""))
    if link.startswith("#"):
        node.set("href", f"#{key}-{link[1:]}")


def _head(root: ElementTree.Element, key: str, title: str, description: str) -> None:
    """Size in px, name and description, type, and what the style sheet said of lines."""
    width, height = (float(root.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    root.attrib.clear()
    for name, value in (
        ("viewBox", f"0 0 {width:g} {height:g}"), ("width", f"{width:g}"), ("height", f"{height:g}"),
        ("role", "img"), ("aria-labelledby", f"{key}-title {key}-desc"), ("font-family", FONT),
        ("stroke-linejoin", "round"), ("stroke-linecap", "butt"),
    ):  # fmt: skip
        root.set(name, value)
    for position, (tag, content) in enumerate((("title", title), ("desc", description))):
        child = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{key}-{tag}"})
        child.text = content
        root.insert(position, child)
