"""Blood pressure and vascular resistance after intravenous magnesium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.physiology.effects import preparations as bench

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers

#: Ordinary and raised systolic pressure, mmHg, to make a percentage of a fall.
_ORDINARY, _RAISED = 120.0, 160.0


def _rats() -> Numbers:
    """Percent change of pressure 1 h after intravenous magnesium.

    Serum from 0.7 to 1.75 mmol/L in normotensive rats by the law of a bolus, which fades, and by that of the
    body's vessels, which does not; from 0.85 to 2.45 in hypertensive rats by the latter, which was measured
    in women with raised pressure.
    """
    bolus, _ = bench.bolus_response(1.75, 0.7, hours=1.0)
    ordinary = bench.sustained_response(1.75 - 0.7, 1.0) / _ORDINARY
    raised = bench.sustained_response(2.45 - 0.85, 1.0) / _RAISED
    return bolus, 100 * ordinary, 100 * raised


TARGETS: Mapping[str, Experiment] = {
    "te_bp_iv": lambda: bench.bolus_response(1.54, 0.76),
    "te_bp_fade": lambda: bench.bolus_response(1.54, 0.76, hours=1.25)[:1],
    "te_bp_normotensive_rats": _rats,
}
