"""What published experiments on effects, symptoms and back pain measured, as the model has it, by target.

Each entry sets the conditions of one building target and returns its numbers in the target's order and unit.
What a measure of people under a protocol can show is read from scenarios instead.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from epsom.core.documents import scenario_from_tree
from epsom.core.evidence import registry
from epsom.core.kinds import HOURS_PER_DAY
from epsom.physiology import back_pain
from epsom.physiology.effects import preparations as bench
from epsom.physiology.effects.typical import typical
from epsom.physiology.fiber import Fiber
from epsom.physiology.levels import chance_of_any, change_in_everyday_life, half_levels, rate
from epsom.physiology.symptoms import symptom_models
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import Crowd, Description, Normal, draw_crowd
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.protocol import describe
from epsom.simulation.study import course_of, start_of
from epsom.simulation.twitch import twitch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from epsom.simulation.twitch import Twitch

    Numbers = tuple[float, ...]

#: Parvalbumin of an animal's fast fiber, umol/L, and people drawn for a population's number.
_ANIMAL, _PEOPLE, _PATIENTS = 1500.0, 4096, 64
#: Signs of excess in the order in which stages of it bring them (ukmiNDhypermg, jahnendechent2012basics).
_STAGES = (
    ("flushing", "nausea"),
    ("reduced_reflexes", "muscle_weakness", "drowsiness", "low_blood_pressure"),
    ("breathing_difficulty",),
)
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


def _cramps_in_a_month() -> Numbers:
    return (float(-np.expm1(-30.0 * symptom_models()["muscle_cramps"].background.median)),)


def _ladder() -> Numbers:
    """Least step in mmol/L from the last sign of one stage of excess to the first of the next."""
    found = half_levels(tuple(sign for stage in _STAGES for sign in stage), highest=12.0)
    levels = [[found[sign] for sign in stage] for stage in _STAGES]
    return (min(min(later) - max(earlier) for earlier, later in pairwise(levels)),)


def _muscle_by_age() -> Numbers:
    crowd = _adults()
    slope = np.polyfit(crowd.covariates["age"], crowd.value("muscle_free_reference"), 1)[0]
    return (float(slope),)


def _spinal_fluid(dose: str, minutes: int, hours: tuple[float, ...]) -> np.ndarray:
    """Mean rise of total magnesium of cerebrospinal fluid after an intravenous dose, mmol/L."""
    infusion = {"form": "sulfate", "dose": dose, "at_day": 0, "route": "intravenous"}
    tree = {
        "schema": "epsom.scenario/1", "people": {"count": _PATIENTS}, "duration": "1 d",
        "supplements": [infusion | {"duration": f"{minutes} min"}],
        "measures": [{"name": "serum_magnesium", "days": [0]}],
    }  # fmt: skip
    scenario, engine, body = scenario_from_tree(tree), FastEngine(), whole_body()
    crowd = draw_crowd(scenario.people.seed, np.arange(_PATIENTS), describe(scenario))
    problem, _, _ = start_of(scenario, engine, body, crowd)
    course, _ = course_of(scenario, engine, problem, crowd, np.array([0.0, *hours]))
    levels = np.array([course.at("csf_concentration", hour / HOURS_PER_DAY) for hour in (0.0, *hours)])
    return np.mean(levels[1:] - levels[0], axis=1)


def _spinal_fluid_after_bolus() -> Numbers:
    """60 mg of the heptahydrate for each of 70 kg."""
    return tuple(float(rise) for rise in _spinal_fluid("17 mmol", 10, (0.5, 1.5, 4.0)))


def _ionized_spinal_fluid() -> Numbers:
    return (float(bench.center("csf_ionized_share") * _spinal_fluid("20 mmol", 30, (4.0,))[0]),)


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
    "te_cramp_background": _cramps_in_a_month,
    "te_ladder": _ladder,
    "te_muscle_age": _muscle_by_age,
    "te_csf_bolus": _spinal_fluid_after_bolus,
    "te_csf_none": _ionized_spinal_fluid,
}
