"""The way a cause takes through the body to the symptom, as numbered stations on an outline."""

from __future__ import annotations

import itertools
import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.plots.canvas import Canvas
from epsom.interfaces.plots.drawing import Drawing, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from epsom.core.names import Cause, Pathway, Symptom

WIDTH, HEIGHT = 300.0, 356.0
#: How far ways swing to the side, so that they run beside the stations between.
_LEFT_BEND, _RIGHT_BEND = -26.0, 44.0
#: Stations closer than this have nothing between them.
_NEAR = 60.0

#: Station -> its place on the outline, which side its name stands on, its color.
_STATIONS: Mapping[str, tuple[float, float, str, str]] = MappingProxyType({
    "brain": (150, 34, "right", "signal"),
    "heart and blood": (164, 118, "right", "blood"),
    "belly muscles": (126, 190, "left", "tissue"),
    "kidneys": (180, 180, "right", "kidney"),
    "bowel": (164, 206, "right", "gut"),
    "large bowel": (120, 226, "left", "gut"),
    "spinal cord": (150, 146, "left", "signal"),
    "nerves": (106, 130, "left", "signal"),
    "muscles": (198, 152, "right", "tissue"),
    "low back": (150, 258, "right", "without"),
    "posture": (176, 280, "right", "tissue"),
    "legs": (124, 318, "left", "tissue"),
})  # fmt: skip

#: Where each step of a pathway happens, in the order of its steps.
PLACES: Mapping[tuple[Cause, Pathway], tuple[str, ...]] = MappingProxyType({
    ("gastrointestinal_upset", "referred_pain"): ("bowel", "large bowel", "spinal cord", "low back"),
    ("gastrointestinal_upset", "cramping_strain"): ("belly muscles", "spinal cord", "low back"),
    ("gastrointestinal_upset", "malaise_posture"): ("bowel", "posture", "low back"),
    ("gastrointestinal_upset", "direct_effect"): ("bowel", "large bowel", "large bowel"),
    ("magnesium_deficiency", "cramps_and_spasm"): ("nerves", "heart and blood", "muscles", "low back"),
    ("magnesium_deficiency", "chronic_tension"): ("muscles", "muscles", "low back"),
    ("magnesium_deficiency", "pain_sensitization"): ("nerves", "spinal cord", "brain"),
    ("magnesium_deficiency", "direct_effect"): ("nerves", "heart and blood", "muscles"),
    ("magnesium_excess", "weakness_gait_strain"): ("nerves", "muscles", "low back"),
    ("magnesium_excess", "direct_effect"): ("kidneys", "heart and blood", "muscles"),
    ("other_cause", "background"): ("low back", "low back"),
})  # fmt: skip
#: Where a way ends that in back pain ends in the low back; not named: in the muscles.
_ENDS: Mapping[str, str] = MappingProxyType({"low_back_pain": "low back", "leg_pain": "legs"})

_OUTLINE = (
    "M150,8 C132,8 122,20 122,38 C122,54 131,66 140,70 L139,82 C122,88 96,90 84,104 C74,116 70,150 66,196 "
    "C64,214 62,228 66,236 C72,240 76,236 78,226 C84,196 88,164 94,140 C98,170 102,196 100,226 "
    "C98,262 100,300 104,348 L142,348 C144,318 147,298 150,282 C153,298 156,318 158,348 L196,348 "
    "C200,300 202,262 200,226 "
    "C198,196 202,170 206,140 C212,164 216,196 222,226 C224,236 228,240 234,236 C238,228 236,214 234,196 "
    "C230,150 226,116 216,104 C204,90 178,88 161,82 L160,70 C169,66 178,54 178,38 C178,20 168,8 150,8"
)


def stations(cause: Cause, pathway: Pathway, question: Symptom, steps: int) -> tuple[str, ...]:
    """Where each step happens; steps beyond those with a place stay at the last one."""
    end = _ENDS.get(question, "muscles")
    places = [end if place == "low back" else place for place in PLACES[cause, pathway]]
    return (*places, *(places[-1],) * steps)[:steps]


def route(cause: Cause, pathway: Pathway, question: Symptom, steps: Sequence[str]) -> Drawing:
    """The outline with the stations of one pathway to a symptom, numbered as its steps are."""
    title = f"The way through the body: {words.PATHWAYS[pathway].lower()}"
    places = stations(cause, pathway, question, len(steps))
    numbers: dict[str, list[int]] = {}
    for number, place in enumerate(places, 1):
        numbers.setdefault(place, []).append(number)
    alt = "; ".join(f"{number} {place}" for number, place in enumerate(places, 1)) + "."
    canvas = Canvas(WIDTH, HEIGHT, f"route-{cause}-{pathway}".replace("_", "-"), title, alt)
    canvas.area(_OUTLINE, fill="exit-tint")
    canvas.path(f"{_OUTLINE} Z", stroke="line", width=1.2)
    canvas.path("M150,84 C146,120 154,160 150,200 C148,230 151,250 150,262", stroke="line", width=5)
    _ways(canvas, list(numbers))
    for place, told in numbers.items():
        _station(canvas, place, told)
    rows = tuple(
        (str(number), place, step) for number, (place, step) in enumerate(zip(places, steps, strict=True), 1)
    )
    return Drawing(canvas.key, title, alt, canvas.svg(), Table(title, ("Step", "Where", "What"), rows))


def _ways(canvas: Canvas, places: list[str]) -> None:
    for place, following in itertools.pairwise(places):
        x1, y1, *_ = _STATIONS[place]
        x2, y2, _, role = _STATIONS[following]
        near = math.hypot(x2 - x1, y2 - y1) < _NEAR
        bend = 0.0 if near else _LEFT_BEND if x1 < 145 else _RIGHT_BEND
        canvas.path(
            f"M{x1:g},{y1:g} C{x1 + bend:g},{(y1 + y2) / 2:g} {x2 + bend:g},{(y1 + y2) / 2:g} {x2:g},{y2:g}",
            stroke=role, width=3,
        )  # fmt: skip


def _station(canvas: Canvas, place: str, numbers: list[int]) -> None:
    x, y, side, role = _STATIONS[place]
    radius = 11.0
    for size, fill in ((radius + 2, "surface"), (radius, role)):
        canvas.area(
            _circle(x, y, size),
            fill=fill,
        )
    text = "\N{EN DASH}".join(str(n) for n in dict.fromkeys((numbers[0], numbers[-1])))
    canvas.text(x, y + 4, text, size=12 if len(text) == 1 else 10, role="surface", anchor="middle", bold=True)
    at, anchor = (238.0, "start") if side == "right" else (62.0, "end")
    edge = x + radius + 3 if side == "right" else x - radius - 3
    canvas.path(f"M{edge:g},{y:g} H{at - 4 if side == 'right' else at + 4:g}", stroke="muted", width=0.8)
    for step, word in enumerate(_broken(place)):
        canvas.text(at, y + 4 + 13 * step, word, size=12, anchor=anchor)


def _circle(x: float, y: float, radius: float) -> str:
    """A circle as a path."""
    half = f"a{radius:g},{radius:g} 0 1,1"
    return f"M{x - radius:g},{y:g} {half} {2 * radius:g},0 {half} {-2 * radius:g},0"


def _broken(place: str) -> list[str]:
    """Long names in two lines."""
    first, _, rest = place.partition(" ")
    return [first, rest] if rest and len(place) > 8 else [place]
