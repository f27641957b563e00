"""Low back pain in populations and cohorts: how often it comes, how common it is, how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.core.evidence import registry
from epsom.physiology import back_pain
from epsom.physiology.symptoms import symptom_models
from epsom.simulation.experiments.people import adults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers

_YEAR = 365.25


def _back_pain_ratio() -> np.ndarray:
    crowd = adults()
    return back_pain.personal_ratio(
        crowd.covariates["age"], crowd.covariates["female"], crowd.value("back_pain_women_ratio"),
        crowd.value("back_pain_older_ratio"),
    )  # fmt: skip


def _new_back_pain() -> Numbers:
    daily = symptom_models()["low_back_pain"].background.median * _back_pain_ratio()
    return (float(-np.expm1(-_YEAR * daily).mean()),)


def _care_seeking() -> Numbers:
    monthly = symptom_models()["low_back_pain"].definitions["care_seeking"].monthly.median
    ratio, crowd = _back_pain_ratio(), adults()
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


def _mean_pain(*, persistent: bool) -> Numbers:
    return tuple(float(x) for x in back_pain.mean_pain(np.array([0, 6, 26, 52]), persistent=persistent))


TARGETS: Mapping[str, Experiment] = {
    "te_lbp_new": _new_back_pain,
    "te_lbp_care": _care_seeking,
    "te_lbp_prevalence": _prevalence,
    "te_lbp_recovery": _recovery,
    "te_lbp_mean_course": lambda: _mean_pain(persistent=False),
    "te_lbp_persistent_course": lambda: _mean_pain(persistent=True),
    "te_lbp_recurrence": _recurrence,
}
