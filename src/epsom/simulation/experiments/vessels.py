"""Blood pressure and vascular resistance after intravenous magnesium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.physiology.effects import preparations as bench

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment

TARGETS: Mapping[str, Experiment] = {
    "te_bp_iv": lambda: bench.bolus_response(1.54, 0.76),
    "te_bp_fade": lambda: bench.bolus_response(1.54, 0.76, hours=1.25)[:1],
}
