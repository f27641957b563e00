"""What published experiments on effects, symptoms and back pain measured, as the model has it, by target.

Each entry sets the conditions of one building target and returns its numbers in the target's order and unit.
Those that need people under a protocol are read from scenarios instead.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.core.evidence import registry
from epsom.physiology import back_pain
from epsom.physiology.effects import preparations as bench
from epsom.physiology.effects.typical import typical
from epsom.physiology.fiber import Fiber
from epsom.physiology.levels import chance_of_any, change_in_everyday_life, rate
from epsom.physiology.symptoms import symptom_models
from epsom.simulation.crowd import Crowd, Description, Normal, draw_crowd
from epsom.simulation.twitch import twitch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from epsom.simulation.twitch import Twitch

    Numbers = tuple[float, ...]

#: Parvalbumin of an animal's fast fiber, umol/L, and people drawn for a population's number.
_ANIMAL, _PEOPLE = 1500.0, 4096
_YEAR = 365.25


@cache
def _animal(magnesium: float, atp: float = 8000.0, impulses: int = 1) -> Twitch:
    fiber = Fiber(magnesium, _ANIMAL, atp)
    return twitch(fiber, [10.0 * i for i in range(impulses)], 600.0)


def _low_magnesium() -> Numbers:
    return (_animal(100.0).calcium_decay / _animal(1000.0).calcium_decay,)


def _atp_force() -> Numbers:
    tetanus = _animal(1000.0, 500.0, 40).peak / _animal(1000.0, 8000.0, 40).peak
    return _animal(1000.0, 2000.0).peak / _animal(1000.0).peak, tetanus


def _train_of_four() -> Numbers:
    safety, power = bench.center("motor_safety_factor"), bench.center("motor_power")
    levels = (2.0, 1.1)  # ionized, for serum of 3 and 1.7 mmol/L
    fourths = [bench.train_of_four(bench.relative_release(1.15, x, 0.55, power), safety) for x in levels]
    return tuple(fourths)


def _everyday() -> Numbers:
    changes = [change_in_everyday_life(serum) for serum in (0.70, 0.95)]
    symptoms = ("muscle_cramps", "muscle_weakness", "paresthesia")
    return tuple(max((found[s] for found in changes), key=abs) for s in symptoms)


def _cramp_trial() -> Numbers:
    """Difference in per cent and per week between people who do and do not take an ordinary dose."""
    without = float(rate("muscle_cramps", typical(plasma_concentration=0.85)))
    taking = float(rate("muscle_cramps", typical(plasma_concentration=0.90)))
    return 100 * (taking / without - 1), 7 * (taking - without)


def _excess_cases() -> Numbers:
    old = draw_crowd(1, np.arange(_PEOPLE), Description(age=Normal(80.0, 4.0, 75.0, 95.0)))
    read = _reader(old)
    levels = (2.5, 1.5)
    chances = [chance_of_any("magnesium_excess", 7.0, typical(read, plasma_concentration=x)) for x in levels]
    return tuple(float(np.mean(chance)) for chance in chances)


def _reader(crowd: Crowd) -> Callable[[str], np.ndarray]:
    return lambda name: crowd.covariates[name] if name in crowd.covariates else crowd.value(name)


@cache
def _adults() -> Crowd:
    return draw_crowd(1, np.arange(_PEOPLE), Description())


def _back_pain_ratio() -> np.ndarray:
    crowd = _adults()
    return back_pain.personal_ratio(
        crowd.covariates["age"], crowd.covariates["female"], crowd.value("back_pain_women_ratio"),
        crowd.value("back_pain_older_ratio"),
    )  # fmt: skip


def _new_back_pain() -> Numbers:
    daily = symptom_models()["low_back_pain"].background.median * _back_pain_ratio()
    return (float(-np.expm1(-_YEAR * daily).mean()),)


def _care_seeking() -> Numbers:
    monthly = symptom_models()["low_back_pain"].definitions["care_seeking"].monthly.median
    ratio, crowd = _back_pain_ratio(), _adults()
    women, age = crowd.covariates["female"] > 0, crowd.covariates["age"]
    young = (age >= 20) & (age < 30)
    return (
        float(12_000 * monthly * ratio.mean()), float(ratio[women].mean() / ratio[~women].mean()),
        float(ratio[age >= 40].mean() / ratio[young].mean()),
    )  # fmt: skip


def _law(group: str, *names: str) -> Numbers:
    return tuple(registry()[f"back_pain_{group}{name}"].value for name in names)


def _prevalence() -> Numbers:
    monthly = symptom_models()["low_back_pain"].definitions["any_ache"].monthly.median
    point, month = back_pain.prevalence(monthly, *_law("", "fast", "slow", "slow_share"))
    return float(point), float(month)


def _recovery() -> Numbers:
    days = np.arange(0.0, 366.0)
    gone = back_pain.gone_in_care(days, *_law("care_", "median", "stretch"), *_law("", "early"))
    return float(days[np.argmax(gone >= 0.5)]), float(gone[-1])


def _recurrence() -> Numbers:
    monthly = symptom_models()["low_back_pain"].definitions["with_history"].monthly.median
    return (float(back_pain.chance_within(monthly, _YEAR)),)


def _bowels() -> Numbers:
    """Days by which half and nine in ten of bowel symptoms have gone once their cause has."""
    law = next(link.mends for link in symptom_models()["diarrhea"].links)
    return tuple(float(law.at(deviate)) for deviate in (0.0, ndtri(0.9)))


def _mean_pain(*, persistent: bool) -> Numbers:
    return tuple(float(x) for x in back_pain.mean_pain(np.array([0, 6, 26, 52]), persistent=persistent))


#: How each target of effects is computed.
EFFECT_TARGETS: Mapping[str, Callable[[], Numbers]] = {
    "te_low_mg_fibre": _low_magnesium,
    "te_ap_release": lambda: (Fiber(3000.0).release_strength,),
    "te_atp_force": _atp_force,
    "te_tnc_cardiac": lambda: (bench.troponin_titration(1.0),),
    "te_node_shift": lambda: (bench.node_shift(20.0, 2.0), bench.node_shift(0.0, 2.0)),
    "te_contraction_threshold": lambda: (bench.contraction_threshold_shift(3.0),),
    "te_hyperventilation": lambda: (bench.alkalosis_shift(7.39, 7.75),),
    "te_diaphragm_block": lambda: (bench.block_concentration(1.8, 1.0, bench.center("motor_safety_factor")),),
    "te_rocuronium_ec50": lambda: (bench.relaxant_ratio(1.8, 1.0, 1.5, bench.center("motor_safety_factor")),),
    "te_tof_women": _train_of_four,
    "te_pig_tetanus": lambda: (2.8, bench.tetanus_to_twitch(2.8, 0.25)),
    "te_noradrenaline": lambda: (bench.relative_release(2.0, 4.8, 1.2, bench.center("autonomic_power")),),
    "te_l_type": lambda: (bench.heart_calcium_current(1.2, 9.6),),
    "te_rat_hyperalgesia": lambda: bench.rat_pain(0.5, 7),
    "te_everyday_flat": _everyday,
    "te_cramps_2012": _cramp_trial,
    "te_excess_cases": _excess_cases,
    "te_bp_iv": lambda: bench.bolus_response(1.54, 0.76),
    "te_bp_fade": lambda: bench.bolus_response(1.54, 0.76, hours=1.25)[:1],
    "te_lbp_new": _new_back_pain,
    "te_lbp_care": _care_seeking,
    "te_lbp_prevalence": _prevalence,
    "te_lbp_recovery": _recovery,
    "te_lbp_mean_course": lambda: _mean_pain(persistent=False),
    "te_lbp_persistent_course": lambda: _mean_pain(persistent=True),
    "te_lbp_recurrence": _recurrence,
    "te_gi_recovery": _bowels,
}
