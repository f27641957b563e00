"""Blood pressure and vascular resistance after intravenous magnesium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.physiology.effects import preparations as bench

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers

#: Ordinary and raised systolic pressure, mmHg, to make a percentage of a fall.
_ORDINARY, _RAISED = 120.0, 160.0
#: Mean pressure, mmHg, of rats hypertensive by salt and by a clipped kidney artery (anon1988haemodynamic).
_SALT, _CLIPPED = 167.0, 191.0
#: Hours by which vessels have followed an infusion that is held.
_SETTLED = 12.0


def _rats() -> Numbers:
    """Percent change of pressure 1 h after intravenous magnesium.

    Serum from 0.7 to 1.75 mmol/L in normotensive rats by the law of a bolus, which fades, and by that of the
    body's vessels, which answers to raised tone and does not; from 0.85 to 2.45 in hypertensive rats by the
    latter.
    """
    bolus, _ = bench.bolus_response(1.75, 0.7, hours=1.0)
    ordinary = bench.sustained_response(1.75 - 0.7, 1.0, _ORDINARY) / _ORDINARY
    raised = bench.sustained_response(2.45 - 0.85, 1.0, _RAISED) / _RAISED
    return bolus, 100 * ordinary, 100 * raised


def _two_hypertensions() -> Numbers:
    """Percent change of pressure after an hour's infusion, serum 0.7 to 2.45 and 0.9 to 2.2 mmol/L.

    In rats hypertensive by salt and in those with a clipped kidney artery, whose renin is high. Their mean
    pressure is taken as if it were systolic.
    """
    salt = bench.sustained_response(2.45 - 0.7, 1.0, _SALT) / _SALT
    clipped = bench.sustained_response(2.2 - 0.9, 1.0, _CLIPPED) / _CLIPPED
    return 100 * salt, 100 * clipped


def _pressors() -> Numbers:
    """Rise of pressure by a constrictor, with magnesium as in pre-eclampsia over that without."""
    resting = bench.center("resting_systolic_pressure")
    constricted = bench.center("preeclamptic_systolic_pressure")
    return (1 + bench.sustained_response(1.5, _SETTLED, constricted) / (constricted - resting),)


TARGETS: Mapping[str, Experiment] = {
    "te_bp_iv": lambda: bench.bolus_response(1.54, 0.76),
    "te_bp_fade": lambda: bench.bolus_response(1.54, 0.76, hours=1.25)[:1],
    "te_bp_normotensive_rats": _rats,
    "te_bp_two_hypertensions": _two_hypertensions,
    "te_bp_pressors": _pressors,
}
