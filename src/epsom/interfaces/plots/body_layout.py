"""Where the organs known today stand in the picture of the body, chosen by hand.

Nothing here must be complete: a pool without a place stands among the further organs, a flux without a route
runs straight, and a place whose pool is gone is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right", "top", "bottom"]


@dataclass(frozen=True)
class Place:
    """The box of a pool or exit."""

    title: str
    x: float
    y: float
    width: float = 120.0
    height: float = 46.0


@dataclass(frozen=True)
class Panel:
    """The colored ground behind the boxes of an organ; its title stands left or in the middle."""

    title: str
    hue: str
    x: float
    y: float
    width: float
    height: float
    centered: bool = False


@dataclass(frozen=True)
class Route:
    """How an arrow runs: from a point of one box's side to one of the other's, and where its name stands.

    ``leave`` and ``arrive`` are shares along the side; ``bend`` is how far the curve sticks out of the first
    box and ``bend_end`` out of the other; the name stands at the share ``along`` of the curve, moved by
    ``shift``.
    With ``elbow`` the arrow runs down or up to that height, across, and on to its end.
    """

    start: Side
    end: Side
    leave: float = 0.5
    arrive: float = 0.5
    bend: float | None = None
    bend_end: float | None = None
    elbow: float | None = None
    along: float = 0.5
    shift: tuple[float, float] = (0.0, -5.0)
    anchor: Literal["start", "middle", "end"] = "middle"
    strong: bool = False


WIDTH = 1440.0
#: Where the signals begin, below everything else.
SIGNALS_TOP = 812.0
EXITS_TOP = 730.0

PANELS: dict[str, Panel] = {
    "stomach": Panel("Stomach", "gut", 90, 146, 380, 92, centered=True),
    "small_bowel": Panel("Small bowel", "gut", 90, 286, 380, 206, centered=True),
    "colon": Panel("Colon", "gut", 90, 540, 380, 104, centered=True),
    "circulation": Panel("Circulation", "blood", 630, 282, 452, 226, centered=True),
    "injection_site": Panel("Injection", "blood", 908, 128, 174, 86),
    "soft_tissue": Panel("Soft tissue", "tissue", 1252, 86, 156, 158),
    "blood_cells": Panel("Blood cells", "tissue", 1252, 258, 156, 88),
    "brain_fluid": Panel("Brain fluid", "tissue", 1252, 360, 156, 88),
    "bone": Panel("Bone", "tissue", 1252, 462, 156, 158),
    "kidney": Panel("Kidney", "kidney", 630, 566, 150, 92),
    "skin": Panel("Skin", "kidney", 796, 566, 132, 92),
    "dialysis": Panel("Dialysis", "kidney", 944, 566, 174, 92),
}

PLACES: dict[str, Place] = {
    "stomach_solid": Place("Solid", 104, 178, 130),
    "stomach_dissolved": Place("Dissolved", 326, 178, 130),
    "upper_solid": Place("Upper, solid", 104, 318, 130),
    "upper_dissolved": Place("Upper, dissolved", 326, 318, 130),
    "lower_solid": Place("Lower, solid", 104, 430, 130),
    "lower_dissolved": Place("Lower, dissolved", 326, 430, 130),
    "colon_solid": Place("Solid", 104, 576, 130),
    "colon_dissolved": Place("Dissolved", 326, 576, 130),
    "gut_inert": Place("Never dissolves (bound by phytate)", 36, 146, 34, 498),
    "plasma_magnesium": Place("Plasma", 650, 314, 130, 176),
    "interstitium": Place("Tissue fluid", 932, 314, 130, 176),
    "injection_depot": Place("Depot in muscle", 932, 156, 130, 46),
    "fast_tissue": Place("Quick tissue", 1268, 116, 124, 50),
    "muscle": Place("Muscle", 1268, 182, 124, 50),
    "red_cells": Place("Red cells", 1268, 286, 124, 50),
    "brain_fluid_magnesium": Place("Spinal fluid", 1268, 388, 124, 50),
    "bone_surface": Place("Bone surface", 1268, 492, 124, 50),
    "deep_bone": Place("Deep bone", 1268, 558, 124, 50),
    "stool_insoluble": Place("Stool, solid", 94, EXITS_TOP, 150, 34),
    "stool_soluble": Place("Stool, dissolved", 316, EXITS_TOP, 150, 34),
    "urine": Place("Urine", 640, EXITS_TOP, 130, 34),
    "sweat": Place("Sweat", 796, EXITS_TOP, 132, 34),
    "dialysate": Place("Dialysate", 988, EXITS_TOP, 130, 34),
}

#: What comes in from outside: its place, and the pools it enters by events rather than by a flux.
ENTRIES: dict[str, tuple[Place, tuple[str, ...]]] = {
    "mouth": (
        Place("Food, drink, tablets", 190, 82, 180, 34),
        ("stomach_solid", "stomach_dissolved", "gut_inert"),
    ),
    "needle": (Place("Injection into muscle", 907, 66, 180, 34), ("injection_depot",)),
    "vein": (Place("Infusion into a vein", 630, 156, 170, 34), ()),
}

#: The box a flux from outside begins at.
SOURCE_BOXES: dict[str, str] = {"infusing": "vein", "supply_by_dialysis": "dialysate"}


def _down(*, strong: bool = False) -> Route:
    return Route("bottom", "top", bend=0.0, shift=(7.0, 4.0), anchor="start", strong=strong)


def _across(leave: float = 0.5, arrive: float = 0.5, *, strong: bool = False) -> Route:
    return Route("right", "left", leave, arrive, shift=(0.0, -6.0), strong=strong)


def _back(leave: float, arrive: float, below: float = -6.0) -> Route:
    return Route("left", "right", leave, arrive, shift=(0.0, below))


def _tissue(uptake: str, release: str, leave: float) -> dict[str, Route]:
    """Routes of uptake and release between tissue fluid and a tissue on the right."""
    return {
        uptake: Route("right", "left", leave, 0.3, 60, 145, along=1.0, shift=(-21.0, -6.0), anchor="end"),
        release: Route(
            "left", "right", 0.7, leave + 0.045, 145, 60, along=0.0, shift=(-21.0, 14.0), anchor="end"
        ),
    }  # fmt: skip


ROUTES: dict[str, Route] = {
    "acid_dissolution": _across(),
    "upper_dissolution": _across(),
    "lower_dissolution": _across(),
    "colon_dissolution": _across(0.28, 0.28),
    "precipitation": _back(0.72, 0.72, 14.0),
    "emptying_solid": _down(),
    "emptying_dissolved": _down(),
    "upper_transit_solid": _down(),
    "upper_transit_dissolved": _down(),
    "lower_transit_solid": _down(),
    "lower_transit_dissolved": _down(),
    "passing_solid": _down(),
    "passing_dissolved": _down(),
    "passing_inert": Route("bottom", "left", 0.5, 0.5, 60, 40, along=0.35, shift=(5.0, 10.0), anchor="start"),
    "secretion": _back(0.096, 0.28),
    "upper_uptake": _across(0.74, 0.216, strong=True),
    "lower_uptake": _across(0.5, 0.79, strong=True),
    "colon_uptake": Route("right", "left", 0.5, 0.93, 90, 70, along=0.5, shift=(10.0, 10.0), anchor="start"),
    "infusing": _down(),
    "filtration_into_tissue": _across(0.3, 0.3),
    "return_from_tissue": _back(0.7, 0.7, 15.0),
    "depot_release": _down(),
    "excretion": Route("bottom", "top", 0.42, 0.496, 0.0, shift=(7.0, 0.0), anchor="start", strong=True),
    "sweating": Route("bottom", "top", 0.62, 0.5, elbow=548, shift=(7.0, -32.0), anchor="start"),
    "removal_by_dialysis": Route("bottom", "top", 0.76, 0.36, elbow=536, shift=(-7.0, -12.0), anchor="end"),
    "supply_by_dialysis": Route("top", "bottom", 0.6, 0.9, elbow=524, shift=(7.0, -14.0), anchor="start"),
    **_tissue("fast_uptake", "fast_release", 0.06),
    **_tissue("muscle_uptake", "muscle_release", 0.22),
    **_tissue("red_cells_uptake", "red_cells_release", 0.39),
    **_tissue("brain_fluid_magnesium_uptake", "brain_fluid_magnesium_release", 0.56),
    **_tissue("bone_surface_uptake", "bone_surface_release", 0.73),
    **_tissue("bone_formation", "bone_resorption", 0.9),
}

#: Names that are shorter in the picture than in the model.
SHORT: dict[str, str] = {
    "upper_transit_solid": "moving on", "upper_transit_dissolved": "moving on",
    "lower_transit_solid": "moving on",
    "lower_transit_dissolved": "moving on", "emptying_solid": "emptying", "emptying_dissolved": "emptying",
    "upper_dissolution": "dissolving", "lower_dissolution": "dissolving", "colon_dissolution": "dissolving",
    "acid_dissolution": "acid dissolves", "brain_fluid_magnesium_uptake": "uptake",
    "brain_fluid_magnesium_release": "release", "red_cells_uptake": "uptake", "red_cells_release": "release",
    "muscle_uptake": "uptake", "muscle_release": "release",
    "fast_uptake": "uptake", "fast_release": "release",
    "bone_surface_uptake": "uptake", "bone_surface_release": "release", "bone_formation": "formation",
    "bone_resorption": "resorption", "passing_solid": "passing", "passing_dissolved": "passing",
    "passing_inert": "passing", "filtration_into_tissue": "into tissue", "return_from_tissue": "return",
    "removal_by_dialysis": "removal", "supply_by_dialysis": "supply", "depot_release": "release",
    "upper_uptake": "uptake, upper bowel", "lower_uptake": "uptake, lower bowel",
    "colon_uptake": "uptake, colon",
    "secretion": "secretion into juices",
}  # fmt: skip
