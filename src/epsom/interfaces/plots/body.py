"""The picture of the body, drawn from the assembled body itself: pools, magnesium's flows, exits, signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.plots import arrows
from epsom.interfaces.plots import body_layout as layout
from epsom.interfaces.plots.body_layout import Panel, Place, Route
from epsom.interfaces.plots.canvas import Canvas, wrapped
from epsom.interfaces.plots.drawing import Drawing, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.organ import Flux, State

_MARGIN, _CARD, _CARD_GAP, _COLUMNS = 36.0, 84.0, 14.0, 5
#: Further organs, which have no place of their own, stand in rows from here on.
_FURTHER_ROW = 7


@dataclass(frozen=True)
class _Scene:
    """What is drawn where: boxes by pool or entry, panels by organ, and where the signals begin."""

    boxes: dict[str, Place]
    panels: dict[str, Panel]
    signals_top: float


def body_picture(body: Body) -> Drawing:
    """Pools as boxes in their organs, magnesium's fluxes as named arrows, exits below, signals apart."""
    states = {state.name: state for state in body.states}
    moved = [flux for flux in body.fluxes if _is_magnesium(flux, states)]
    pools = [s for s in body.states if s.substance == "magnesium" and s.kind == "pool"]
    scene = _scene(body)
    cards = list(_cards(body))
    rows = -(-len(cards) // _COLUMNS)
    height = scene.signals_top + 40 + rows * (_CARD + _CARD_GAP) + _MARGIN / 2
    title = "The body: where magnesium is and where it goes"
    alt = (
        f"{len(pools)} pools of magnesium in {len(scene.panels)} organs and {len(moved)} flows between them. "
        "From the stomach through the small bowel into plasma or on to the colon; from plasma to tissue "
        "fluid, soft tissue, red cells and bone; out with stool, urine, sweat and dialysis. Signals and "
        "hormones stand apart below."
    )
    canvas = Canvas(layout.WIDTH, height, "body", title, alt)
    _heading(canvas, body, len(pools), len(moved))
    _panels(canvas, scene)
    _entries(canvas, scene)
    for flux in moved:
        _arrow(canvas, flux, scene.boxes)
    for name, place in scene.boxes.items():
        if name in states:
            _pool(canvas, states[name], place)
    for flux in moved:
        _name(canvas, flux, scene.boxes)
    _signals(canvas, cards, scene.signals_top)
    return Drawing("body", title, alt, canvas.svg(), _table(moved))


def _is_magnesium(flux: Flux, states: dict[str, State]) -> bool:
    end = states[flux.leaves or flux.enters or ""]
    return end.substance == "magnesium"


def _scene(body: Body) -> _Scene:
    """Places of the known pools, and rows of further organs for the others."""
    known, unknown = {}, []
    panels = {}
    for organ in body.organs:
        magnesium = [state for state in organ.states if state.substance == "magnesium"]
        placed = [state for state in magnesium if state.name in layout.PLACES]
        known |= {state.name: layout.PLACES[state.name] for state in placed}
        if placed and organ.name in layout.PANELS:
            panels[organ.name] = layout.PANELS[organ.name]
        left = [state for state in magnesium if state not in placed]
        if left:
            unknown.append((organ, left))
    top = layout.SIGNALS_TOP
    for organ, left in unknown:
        rows = [left[start : start + _FURTHER_ROW] for start in range(0, len(left), _FURTHER_ROW)]
        height = 30 + 62 * len(rows)
        panels[organ.name] = Panel(words.sentence(words.plain(organ.name)), "tissue", _MARGIN, top,
                                   layout.WIDTH - 2 * _MARGIN, height)  # fmt: skip
        for row, members in enumerate(rows):
            for column, state in enumerate(members):
                known[state.name] = Place(
                    _title(state.name), _MARGIN + 20 + 186 * column, top + 30 + 62 * row, 150
                )
        top += height + 16
    entries = {
        name: place
        for name, (place, pools) in layout.ENTRIES.items()
        if any(pool in known for pool in pools)
        or any(
            source == name and flux in {f.name for f in body.fluxes}
            for flux, source in layout.SOURCE_BOXES.items()
        )
    }
    return _Scene(known | entries, panels, top)


def _title(name: str) -> str:
    return words.sentence(words.plain(name))


def _heading(canvas: Canvas, body: Body, pools: int, flows: int) -> None:
    canvas.text(_MARGIN, 40, "Magnesium in the simulated body", bold=True, size=22)
    parameters = f"{len(body.parameters)} parameters with their sources"
    about = f"{pools} pools, {flows} flows, {parameters}; drawn from the model itself"
    canvas.text(_MARGIN, 62, about, role="muted", size=13)


def _panels(canvas: Canvas, scene: _Scene) -> None:
    for panel in scene.panels.values():
        canvas.box(panel.x, panel.y, panel.width, panel.height, fill=f"{panel.hue}-tint", radius=10)
        x, anchor = (panel.x + panel.width / 2, "middle") if panel.centered else (panel.x + 14, "start")
        canvas.text(x, panel.y + 20, panel.title, role=panel.hue, bold=True, size=12.5, anchor=anchor)
    exits = [
        place for name, place in scene.boxes.items() if name in layout.PLACES and place.y == layout.EXITS_TOP
    ]
    if exits:
        right = max(place.x + place.width for place in exits)
        canvas.text(right + 22, layout.EXITS_TOP + 22, "leaves the body", role="muted", italic=True, size=13)


def _pool(canvas: Canvas, state: State, place: Place) -> None:
    """The box of a pool or exit, with what it usually holds where a person's own amount is known."""
    hue = _hue(state, place)
    if state.kind == "outlet":
        canvas.box(place.x, place.y, place.width, place.height, fill="exit-tint", stroke="exit",
                   radius=place.height / 2)  # fmt: skip
        canvas.text(place.x + place.width / 2, place.y + place.height / 2 + 4.5, place.title, anchor="middle",
                    size=12.5, bold=True)  # fmt: skip
        return
    canvas.box(place.x, place.y, place.width, place.height, stroke=hue, stroke_width=1.4)
    middle, center = place.x + place.width / 2, place.y + place.height / 2
    if place.height > 3 * place.width:
        canvas.text(middle + 4, center, place.title, anchor="middle", size=12.5, turned=True)
        return
    large = place.height > 100
    canvas.text(middle, center + (4.5 if state.rest is None else -2), place.title, anchor="middle",
                size=16 if large else 12.5, bold=True)  # fmt: skip
    if state.rest is not None:
        amount = f"about {state.usual:g} {state.unit}"
        canvas.text(middle, center + (16 if large else 13), amount, anchor="middle", role="muted", size=11)


def _hue(state: State, place: Place) -> str:
    for panel in layout.PANELS.values():
        inside = panel.x <= place.x <= panel.x + panel.width and panel.y <= place.y <= panel.y + panel.height
        if inside:
            return panel.hue
    return "gut" if state.name.startswith("gut") else "tissue"


def _entries(canvas: Canvas, scene: _Scene) -> None:
    """What events bring in: food, products, injections."""
    for name, (place, pools) in layout.ENTRIES.items():
        if name not in scene.boxes:
            continue
        for pool in pools:
            if pool in scene.boxes:
                target = scene.boxes[pool]
                canvas.path(
                    arrows.curve(place, target, Route("bottom", "top", bend=26)),
                    stroke="exit",
                    dashed=True,
                    arrow=True,
                )
        canvas.box(place.x, place.y, place.width, place.height, fill="exit-tint", stroke="exit",
                   radius=place.height / 2)  # fmt: skip
        canvas.text(place.x + place.width / 2, place.y + place.height / 2 + 4.5, place.title, anchor="middle",
                    size=12.5, bold=True)  # fmt: skip


def _ends(flux: Flux, boxes: dict[str, Place]) -> tuple[Place, Place] | None:
    """The boxes a flux joins; None where one of them is not in the picture."""
    source = flux.leaves or layout.SOURCE_BOXES.get(flux.name, "")
    if source in boxes and flux.enters in boxes:
        return boxes[source], boxes[flux.enters]
    return None


def _arrow(canvas: Canvas, flux: Flux, boxes: dict[str, Place]) -> None:
    ends = _ends(flux, boxes)
    if ends is None:
        return
    route = layout.ROUTES.get(flux.name) or arrows.straight(*ends)
    strong = route.strong
    canvas.path(
        arrows.curve(*ends, route),
        stroke="ink" if strong else "muted",
        width=2.6 if strong else 1.4,
        arrow=True,
    )


def _name(canvas: Canvas, flux: Flux, boxes: dict[str, Place]) -> None:
    ends = _ends(flux, boxes)
    if ends is None:
        return
    route = layout.ROUTES.get(flux.name) or arrows.straight(*ends)
    points = arrows.points(*ends, route)
    x, y = (
        arrows.upright_part(points, route) if route.elbow is not None else arrows.along(points, route.along)
    )
    name = layout.SHORT.get(flux.name, words.plain(flux.name))
    x += route.shift[0]
    canvas.text(
        x,
        y + route.shift[1],
        name,
        anchor=route.anchor,
        role="muted",
        size=11,
        italic=True,
        halo=_ground(x, y),
    )


def _ground(x: float, y: float) -> str:
    """The color behind a name, so that a line that passes near stays clear of the letters."""
    for panel in layout.PANELS.values():
        if panel.x <= x <= panel.x + panel.width and panel.y <= y <= panel.y + panel.height:
            return f"{panel.hue}-tint"
    return "surface"


@dataclass(frozen=True)
class _Card:
    title: str
    about: str


def _cards(body: Body) -> Iterator[_Card]:
    """One card for each organ that holds signals or other substances, or steers without holding anything."""
    for organ in body.organs:
        others = [s for s in organ.states if s.kind != "meter" and s.substance not in ("magnesium", "label")]
        if others and any(state.substance == "magnesium" for state in organ.states):
            about = words.sentence("; ".join(state.meaning for state in others)) + "."
            yield _Card(f"{_title(organ.name)}, besides magnesium", about)
        elif others or not organ.states:
            yield _Card(_title(organ.name), organ.purpose)


def _signals(canvas: Canvas, cards: list[_Card], top: float) -> None:
    canvas.text(
        _MARGIN, top + 16, "Signals, hormones and what else the body keeps", role="signal", bold=True, size=14
    )
    width = (layout.WIDTH - 2 * _MARGIN - (_COLUMNS - 1) * _CARD_GAP) / _COLUMNS
    for position, card in enumerate(cards):
        x = _MARGIN + (position % _COLUMNS) * (width + _CARD_GAP)
        y = top + 32 + (position // _COLUMNS) * (_CARD + _CARD_GAP)
        canvas.box(x, y, width, _CARD, fill="signal-tint", radius=8)
        canvas.text(x + 14, y + 22, card.title, bold=True, size=13)
        canvas.lines(x + 14, y + 40, wrapped(card.about, width - 26, 11.5), 14.5, role="muted", size=11.5)


def _table(moved: list[Flux]) -> Table:
    rows = tuple(
        (words.sentence(words.plain(flux.name)), words.plain(flux.leaves or "outside"),
         words.plain(flux.enters or "outside"), flux.meaning)
        for flux in moved
    )  # fmt: skip
    return Table("Flows of magnesium", ("Flow", "From", "To", "What it is"), rows)
