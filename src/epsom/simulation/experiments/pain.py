"""Pain: what sensitizes its pathways, what an infusion or a supplement does to it, and who eats how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.physiology.effects import preparations as bench

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment

TARGETS: Mapping[str, Experiment] = {
    "te_rat_hyperalgesia": lambda: bench.rat_pain(0.5, 7),
}
