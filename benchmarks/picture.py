"""Draw ``out/engine.json`` as a work-precision diagram: ``python benchmarks/picture.py FILE.svg``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams |= {"svg.hashsalt": "epsom", "svg.fonttype": "none", "font.size": 10}
import matplotlib.pyplot as plt

_COLORS = {
    "Epsom": "#0072B2", "numbalsoda LSODA": "#D55E00", "numbalsoda DOP853": "#E69F00",
    "diffrax Tsit5": "#009E73", "libRoadRunner CVODE": "#CC79A7", "scikit-SUNDAE CVODE": "#56B4E9",
    "SciPy LSODA": "#000000", "AMICI CVODES": "#999999",
}  # fmt: skip


def frontier(rows: list[Any], engine: str) -> list[tuple[float, float]]:
    """Error and speed of the settings that no other setting of the engine beats in both."""
    mine = sorted(
        (row["max_error"], row["people_per_second"])
        for row in rows
        if row["engine"] == engine and row["variant"] == "standard" and row.get("max_error")
    )
    best: list[tuple[float, float]] = []
    for error, speed in mine:
        if not best or speed > best[-1][1]:
            best.append((error, speed))
    return best


def main() -> None:
    """Draw one line per solver."""
    told = json.loads((Path(__file__).parent / "out" / "engine.json").read_text(encoding="utf-8"))
    figure, axes = plt.subplots(figsize=(7.2, 4.2))
    for engine in dict.fromkeys(row["engine"] for row in told["rows"]):
        points = frontier(told["rows"], engine)
        if points:
            axes.loglog(
                *zip(*points, strict=True), "o-", label=engine, color=_COLORS.get(engine), markersize=4
            )
    axes.axvline(told["equal_error"], color="0.7", linewidth=0.8, zorder=0)
    axes.set(xlabel="largest error achieved (to the left is better)", ylabel="people per second on one core")
    axes.set_title("28 days, three doses a day, hourly output", loc="left", fontsize=10)
    axes.grid(which="major", color="0.9")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.savefig(sys.argv[1], metadata={"Date": None}, bbox_inches="tight")


if __name__ == "__main__":
    main()
