"""The picture of a symptom's pathways: from what the body gives, by effects, to the symptom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.numerals import number
from epsom.interfaces.plots.canvas import Canvas, wrapped
from epsom.interfaces.plots.drawing import Drawing, Table
from epsom.physiology.effects import effects

if TYPE_CHECKING:
    from epsom.inference.explain import Explanation, Route

_BOX, _HEIGHT, _GAP, _TOP = 168.0, 46.0, 14.0, 64.0
_ACROSS = 62.0
#: Color role of each cause's boxes.
_ROLES = {
    "gastrointestinal_upset": "gut", "magnesium_deficiency": "blood", "magnesium_excess": "kidney",
    "other_cause": "exit",
}  # fmt: skip


@dataclass(frozen=True)
class _Node:
    """A box: its column, its words and its role."""

    column: int
    title: str
    detail: str
    role: str


def pathway_picture(found: Explanation) -> Drawing:
    """Boxes from left to right: states of the body, effects, pathways with their grade, the symptom."""
    nodes, edges = _graph(found)
    columns = 1 + max(node.column for node in nodes.values())
    places = _places(nodes, columns)
    height = max(y for _, y in places.values()) + _HEIGHT + 30
    symptom = words.symptom(found.model.name)
    title = f"From magnesium to {symptom}"
    alt = f"{len(found.routes)} links lead from states of the body by effects to {symptom}."
    canvas = Canvas(columns * (_BOX + _ACROSS) - _ACROSS + 40, height, f"path-{found.model.name}", title, alt)
    canvas.text(20, 32, title, size=16, bold=True)
    for start, end, dashed in edges:
        (x0, y0), (x1, y1) = places[start], places[end]
        left, right, half = x0 + _BOX, x1, _HEIGHT / 2
        bend = 0.5 * (right - left)
        canvas.path(
            f"M{left:.1f},{y0 + half:.1f} C{left + bend:.1f},{y0 + half:.1f} "
            f"{right - bend:.1f},{y1 + half:.1f} {right - 2:.1f},{y1 + half:.1f}",
            stroke="muted", dashed=dashed, arrow=True,
        )  # fmt: skip
    for name, (x, y) in places.items():
        node = nodes[name]
        canvas.box(x, y, _BOX, _HEIGHT, fill=f"{node.role}-tint", stroke=node.role)
        lines = wrapped(node.title, _BOX - 26, 11, most=2)
        canvas.lines(x + 8, y + 16, lines, 12, size=11, bold=True)
        canvas.text(x + 8, y + _HEIGHT - 6, node.detail, size=10, role="muted")
    return Drawing(
        f"path-{found.model.name}", title, alt, canvas.svg(), _table(found), "Dashed: nobody has measured it."
    )


def _graph(found: Explanation) -> tuple[dict[str, _Node], list[tuple[str, str, bool]]]:
    """Boxes by name and arrows between them; an arrow to a pathway nobody measured is dashed."""
    nodes: dict[str, _Node] = {}
    edges: dict[tuple[str, str], bool] = {}
    depth: dict[str, int] = {}
    for route in found.routes:
        for step in route.steps:
            facts = [item for item in step.given if item.status is None]
            for item in facts:
                if item.name not in effects():
                    depth[item.name] = 0
                    nodes[item.name] = _Node(0, _said(item.name), _measured(item.value, item.unit), "exit")
                edges[item.name, step.name] = False
            depth[step.name] = 1 + max((depth.get(item.name, 0) for item in facts), default=0)
            detail = _measured(step.value, step.unit)
            nodes[step.name] = _Node(depth[step.name], _said(step.name), detail, "tissue")
    last = 1 + max(depth.values(), default=0)
    for position, route in enumerate(found.routes):
        name = f"{position}/{route.link.pathway}"
        nodes[name] = _Node(
            last, words.PATHWAYS[route.link.pathway], f"{route.link.grade}, driver {number(route.driver)}",
            _ROLES[route.link.cause],
        )  # fmt: skip
        edges[route.link.effect, name] = route.link.grade == "assumption"
        edges[name, "symptom"] = False
    nodes["background"] = _Node(last, words.PATHWAYS["background"], "established", "exit")
    edges["background", "symptom"] = False
    nodes["symptom"] = _Node(
        last + 1, words.symptom(found.model.name).capitalize(), f"{number(found.total)} a day", "signal"
    )
    return nodes, [(start, end, dashed) for (start, end), dashed in edges.items()]


def _places(nodes: dict[str, _Node], columns: int) -> dict[str, tuple[float, float]]:
    """Top left corner of each box; columns are centered on the tallest one."""
    by_column = [[name for name, node in nodes.items() if node.column == c] for c in range(columns)]
    tallest = max(len(names) for names in by_column) * (_HEIGHT + _GAP)
    return {
        name: (
            20 + column * (_BOX + _ACROSS),
            _TOP + 0.5 * (tallest - len(names) * (_HEIGHT + _GAP)) + row * (_HEIGHT + _GAP),
        )
        for column, names in enumerate(by_column)
        for row, name in enumerate(names)
    }


def _table(found: Explanation) -> Table:
    rows = tuple(_row(route) for route in found.routes)
    headers = ("Pathway", "Effect", "Evidence", "Driver", "Added a day")
    return Table(f"What adds to {words.symptom(found.model.name)}", headers, rows)


def _row(route: Route) -> tuple[str, ...]:
    return (
        words.PATHWAYS[route.link.pathway], _said(route.link.effect), route.link.grade, number(route.driver),
        number(route.added),
    )  # fmt: skip


def _said(name: str) -> str:
    return name.replace("_", " ")


def _measured(value: float, unit: str) -> str:
    return number(value) if unit == "1" else f"{number(value)} {unit}"
