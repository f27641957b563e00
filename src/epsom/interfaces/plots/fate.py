"""Where magnesium comes from and goes: ribbons as wide as the flow, in mmol a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.interfaces.numerals import number
from epsom.interfaces.plots.canvas import Canvas
from epsom.interfaces.plots.design import WIDTH
from epsom.interfaces.plots.drawing import Drawing, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEIGHT, _TOP, _SPAN, _GAP, _NODE = 330.0, 40.0, 236.0, 16.0, 12.0
#: Horizontal place of each column: sources, gut, blood, ends.
_COLUMNS = (118.0, 262.0, 404.0, 540.0)
#: Flows below this share of the largest are left out of the picture, not of the table.
_LEAST = 0.002


@dataclass
class _Node:
    """A bar of the picture; ``used`` are the flows already drawn out of and into it."""

    title: str
    column: int
    role: str
    value: float
    top: float = 0.0
    left_used: float = 0.0
    right_used: float = 0.0


def fate(flows: Mapping[str, float]) -> Drawing:
    """Ribbons from food and supplements through gut and blood to urine, stool, skin and what is kept.

    Parameters
    ----------
    flows
        mmol/day by the names of `epsom.inference.findings.Course.fate`.
    """
    title = "Where the magnesium goes"
    links = _links(flows)
    nodes = _nodes(links)
    rows = tuple((node.title, number(node.value)) for node in nodes.values() if node.title)
    alt = f"Magnesium in mmol per day: {', '.join(f'{name.lower()} {value}' for name, value in rows)}."
    canvas = Canvas(WIDTH, _HEIGHT, "fate", title, alt)
    scale = _place(nodes)
    for source, target, value in links:
        _ribbon(canvas, nodes[source], nodes[target], value * scale)
    for node in nodes.values():
        _bar(canvas, node, scale)
    _headings(canvas)
    table = Table("Magnesium, mmol per day", ("What", "mmol per day"), rows)
    note = (
        "In mmol per day, mean of the simulated people. What the blood gets is net of what the gut secretes."
    )
    return Drawing("fate", title, alt, canvas.svg(), table, note)


_Link = tuple[str, str, float]


def _links(flows: Mapping[str, float]) -> list[_Link]:
    """Ribbons that leave nothing out.

    What is kept counts the bowel too, so it is split; what nothing else explains left by dialysis or so.
    """
    value = {name: flows.get(name, 0.0) for name in _GIVEN}
    stool = value["stool_dissolved"] + value["stool_solid"]
    waiting = value["food"] + value["supplements"] - value["absorbed"] - stool
    kept = value["kept"] - waiting
    other = value["absorbed"] - value["urine"] - value["skin"] - kept
    secreted = max(-value["absorbed"], 0.0)
    links = [
        ("food", "gut", value["food"]), ("supplements", "gut", value["supplements"]),
        ("content", "gut", -waiting), ("stores", "gut", secreted), ("stores", "blood", -kept - secreted),
        ("gut", "blood", value["absorbed"]), ("blood", "kept", kept), ("blood", "urine", value["urine"]),
        ("blood", "skin", value["skin"]), ("blood", "other", other), ("gut", "waiting", waiting),
        ("gut", "stool_dissolved", value["stool_dissolved"]), ("gut", "stool_solid", value["stool_solid"]),
    ]  # fmt: skip
    largest = max(flow for *_, flow in links)
    return [(source, target, flow) for source, target, flow in links if flow > _LEAST * largest]


_GIVEN = ("food", "supplements", "absorbed", "urine", "stool_dissolved", "stool_solid", "skin", "kept")

#: Name, title, column and color role of every bar, from the top of its column down.
_NODES = (
    ("stores", "The body's stores", 0, "tissue"), ("food", "Food and drink", 0, "gut"),
    ("supplements", "Supplements", 0, "with"), ("content", "Bowel content", 0, "exit"),
    ("gut", "Bowel", 1, "gut"), ("blood", "Blood", 2, "blood"),
    ("kept", "Kept in the body", 3, "tissue"), ("urine", "Urine", 3, "kidney"), ("skin", "Skin", 3, "exit"),
    ("other", "Dialysis and other", 3, "exit"), ("waiting", "Still in the bowel", 3, "gut"),
    ("stool_dissolved", "Stool, dissolved", 3, "gut"), ("stool_solid", "Stool, solid", 3, "exit"),
)  # fmt: skip


def _nodes(links: list[_Link]) -> dict[str, _Node]:
    """The bars that ribbons touch, as high as what enters or leaves them."""
    nodes = {}
    for name, title, column, role in _NODES:
        into = sum(flow for _, target, flow in links if target == name)
        out = sum(flow for source, _, flow in links if source == name)
        if into or out:
            nodes[name] = _Node(title, column, role, max(into, out))
    return nodes


def _headings(canvas: Canvas) -> None:
    for column, heading in enumerate(("Comes from", "Bowel", "Blood", "Goes to")):
        anchor = ("end", "middle", "middle", "start")[column]
        x = _COLUMNS[column] + (_NODE, _NODE / 2, _NODE / 2, 0)[column]
        canvas.text(x, 20, heading, role="muted", anchor=anchor, size=12)


def _place(nodes: dict[str, _Node]) -> float:
    """Give each bar its top; returns px per mmol/day."""
    columns = [[node for node in nodes.values() if node.column == column] for column in range(4)]
    totals = [sum(node.value for node in column) for column in columns]
    most_gaps = max(len(column) for column in columns) - 1
    scale = (_SPAN - 0.5 * _GAP * most_gaps) / max(*totals, 1e-9)
    for number_, column in enumerate(columns):
        height = sum(node.value * scale for node in column) + _GAP * (len(column) - 1)
        top = _TOP if number_ == 2 else _TOP + max((_SPAN + _GAP * most_gaps / 2 - height) / 2, 0.0)
        for node in column:
            node.top = top
            top += max(node.value * scale, 1.0) + _gap(column)
    return scale


def _gap(column: list[_Node]) -> float:
    return _GAP if len(column) < 6 else _GAP * 0.9


def _ribbon(canvas: Canvas, source: _Node, target: _Node, thick: float) -> None:
    x1, x2 = _COLUMNS[source.column] + _NODE, _COLUMNS[target.column]
    y1, y2 = source.top + source.right_used, target.top + target.left_used
    source.right_used += thick
    target.left_used += thick
    bend = (x2 - x1) * 0.5
    canvas.area(
        f"M{x1:.1f},{y1:.1f} C{x1 + bend:.1f},{y1:.1f} {x2 - bend:.1f},{y2:.1f} {x2:.1f},{y2:.1f} "
        f"V{y2 + thick:.1f} C{x2 - bend:.1f},{y2 + thick:.1f} {x1 + bend:.1f},{y1 + thick:.1f} "
        f"{x1:.1f},{y1 + thick:.1f}",
        fill=target.role if target.column == 3 else source.role if source.column == 0 else target.role,
        opacity=0.28,
    )


def _bar(canvas: Canvas, node: _Node, scale: float) -> None:
    x, height = _COLUMNS[node.column], max(node.value * scale, 1.5)
    canvas.box(x, node.top, _NODE, height, fill=node.role, radius=1.5)
    middle = node.top + height / 2 + 4
    if node.column == 0:
        canvas.text(x - 8, middle - 7, node.title, anchor="end", size=12)
        canvas.text(x - 8, middle + 7, number(node.value), anchor="end", role="muted", size=11)
    elif node.column == 3:
        canvas.text(x + _NODE + 8, middle, f"{node.title} {number(node.value)}", size=12)
    else:
        canvas.text(x + _NODE / 2, node.top - 6, number(node.value), anchor="middle", role="muted", size=11)
