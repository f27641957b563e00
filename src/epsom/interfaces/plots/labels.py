"""Names of lines, written at their ends instead of in a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.interfaces.plots.design import light

if TYPE_CHECKING:
    from collections.abc import Sequence


def name_line_ends(axes: Any, at: float, ends: Sequence[tuple[str, float, str]]) -> None:
    """Write each (name, height, role) right of ``at``, moved apart where two would touch."""
    low, high = axes.get_ylim()
    heights = _apart([height for _, height, _ in ends], 0.09 * (high - low))
    for (name, _, role), height in zip(ends, heights, strict=True):
        axes.annotate(
            name, (at, height), xytext=(8, 0), textcoords="offset points", color=light(role), va="center",
            fontsize=11.5, fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _apart(heights: list[float], least: float) -> list[float]:
    if len(heights) != 2 or abs(heights[0] - heights[1]) >= least:
        return heights
    middle, up = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
    return [middle + up * least / 2, middle - up * least / 2]
