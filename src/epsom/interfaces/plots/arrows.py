"""How arrows run between boxes: cubic curves and elbows, as SVG paths and as points to write names at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces.plots.body_layout import Route

if TYPE_CHECKING:
    from epsom.interfaces.plots.body_layout import Place


Point = tuple[float, float]


def straight(source: Place, target: Place) -> Route:
    """A route for a flux nobody has placed: between the sides that face each other."""
    dx = (target.x + target.width / 2) - (source.x + source.width / 2)
    dy = (target.y + target.height / 2) - (source.y + source.height / 2)
    if abs(dx) > abs(dy):
        return Route("right", "left") if dx > 0 else Route("left", "right", shift=(0.0, 13.0))
    return Route("bottom", "top") if dy > 0 else Route("top", "bottom", shift=(0.0, 13.0))


def points(source: Place, target: Place, route: Route) -> tuple[Point, Point, Point, Point]:
    """Start, the two handles and the end of the arrow's curve."""
    start = _on_side(source, route.start, route.leave)
    end = _on_side(target, route.end, route.arrive)
    reach = route.bend
    if reach is None:
        reach = 0.35 * max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    reach_end = reach if route.bend_end is None else route.bend_end
    first, last = _OUTWARD[route.start], _OUTWARD[route.end]
    return (
        start, (start[0] + reach * first[0], start[1] + reach * first[1]),
        (end[0] + reach_end * last[0], end[1] + reach_end * last[1]), end,
    )  # fmt: skip


_OUTWARD: dict[str, Point] = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}


def _on_side(place: Place, side: str, share: float) -> Point:
    if side in ("left", "right"):
        return place.x + (place.width if side == "right" else 0.0), place.y + share * place.height
    return place.x + share * place.width, place.y + (place.height if side == "bottom" else 0.0)


def curve(source: Place, target: Place, route: Route) -> str:
    """The arrow as an SVG path."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points(source, target, route)
    if route.elbow is not None:
        return _elbow((x0, y0), (x3, y3), route.elbow)
    return f"M{x0:.1f},{y0:.1f} C{x1:.1f},{y1:.1f} {x2:.1f},{y2:.1f} {x3:.1f},{y3:.1f}"


def _elbow(start: Point, end: Point, height: float) -> str:
    """Down or up to ``height``, across, and on, with round corners."""
    corner = 10.0
    (x0, y0), (x1, y1) = start, end
    across = corner if x1 > x0 else -corner
    first = corner if height > y0 else -corner
    last = corner if y1 > height else -corner
    return (
        f"M{x0:.1f},{y0:.1f} V{height - first:.1f} Q{x0:.1f},{height:.1f} {x0 + across:.1f},{height:.1f} "
        f"H{x1 - across:.1f} Q{x1:.1f},{height:.1f} {x1:.1f},{height + last:.1f} V{y1:.1f}"
    )


def upright_part(curve_points: tuple[Point, Point, Point, Point], route: Route) -> Point:
    """Middle of the longer upright part of an elbow, where its name stands."""
    (x0, y0), _, _, (x1, y1) = curve_points
    height = route.elbow or 0.0
    return (x0, (y0 + height) / 2) if abs(height - y0) > abs(y1 - height) else (x1, (height + y1) / 2)


def along(curve_points: tuple[Point, Point, Point, Point], share: float) -> Point:
    """The point at ``share`` of a cubic curve's parameter."""
    left = 1 - share
    weights = (left**3, 3 * left**2 * share, 3 * left * share**2, share**3)
    return (
        sum(weight * point[0] for weight, point in zip(weights, curve_points, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, curve_points, strict=True)),
    )
