"""What laboratory values other than magnesium say, given the body and what else may be the matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.core.kidney import ckd_epi_2021
from epsom.core.units import conversion
from epsom.inference.likelihood import OUTLIER_WIDTH, density
from epsom.inference.others import LINK_DRAWS, deviates, other_rows
from epsom.inference.timeline import DAY, tells_filtration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Lab
    from epsom.core.records.case import LabResult
    from epsom.inference.persona import Persona

    Array = NDArray[np.float64]

_CREATININE = conversion("mg/dL", "creatinine").factor
_PICOGRAMS = 1.0 / conversion("pg/mL").factor
#: Creatine kinase of people without muscle disease, U/L, where the body has none (recalled).
_USUAL_CREATINE_KINASE = 110.0


def _filtration(persona: Persona, day: float) -> Array:
    """Filtration as a laboratory reports it: from creatinine, mL/min/1.73 m2."""
    creatinine = persona.lived.at("serum_creatinine", day) / _CREATININE
    age, female = persona.crowd.covariates["age"], persona.crowd.covariates["female"]
    return np.asarray(ckd_epi_2021(creatinine, np.maximum(age, 18.0), female), dtype=float)


def _urine(persona: Persona, day: float) -> Array:
    """Magnesium in the urine of the whole day before, mmol/day."""
    whole = float(np.clip(np.floor(day + 1e-9) - 1, 0, persona.clock.days - 1))
    return persona.lived.over_day("urine", whole)


def _reading(name: str, factor: float = 1.0) -> Callable[[Persona, float], Array]:
    return lambda persona, day: persona.lived.at(name, day) * factor


#: How the body shows each test, in the unit the case keeps it in.
PREDICTED: Mapping[Lab, Callable[[Persona, float], Array]] = {
    "serum_magnesium": _reading("plasma_concentration"),
    "ionized_magnesium": _reading("ionized_concentration"),
    "red_cell_magnesium": _reading("red_cell_magnesium"),
    "serum_calcium": _reading("serum_calcium"),
    "ionized_calcium": _reading("ionized_calcium"),
    "serum_potassium": _reading("serum_potassium"),
    "serum_creatinine": _reading("serum_creatinine", 1.0 / _CREATININE),
    "egfr": _filtration,
    "parathyroid_hormone": _reading("parathyroid_hormone", _PICOGRAMS),
    "urine_magnesium": _urine,
    "fractional_excretion_magnesium": _reading("fraction_excreted"),
    "creatine_kinase": lambda persona, _day: np.full(len(persona.crowd), _USUAL_CREATINE_KINASE),
}


def spread_of(persona: Persona, test: Lab) -> float:
    """Relative error of one value: assay, person's day to day, and what the body leaves out."""
    name = {"serum_magnesium": "serum_assay_cv", "ionized_magnesium": "serum_assay_cv"}.get(
        test, f"{test}_error"
    )
    return persona.crowd.registry[name].canonical_value


def value_of(lab: LabResult) -> float:
    """The value in the unit of :data:`PREDICTED`."""
    per_day = lab.urine_magnesium_per_day
    return lab.value.value if per_day is None else per_day


def other_labs(persona: Persona) -> list[tuple[int, LabResult]]:
    """Values that are evidence here, with their places in the case."""
    left_out = {"serum_magnesium", "ionized_magnesium"}
    if tells_filtration(persona.case) is not None:
        left_out |= {"serum_creatinine", "egfr"}
    return [
        (i, lab)
        for i, lab in enumerate(persona.case.labs)
        if lab.test in PREDICTED and lab.test not in left_out and persona.clock.moment(lab.taken) >= 0
    ]


def lab_likelihood(persona: Persona, lab: LabResult) -> Array:
    """Log-likelihood of one value under each row of :func:`other_rows`, shape (rows, people, draws)."""
    day = round(min(persona.clock.moment(lab.taken), persona.clock.days * DAY), 6) / DAY
    predicted = np.log(np.maximum(PREDICTED[lab.test](persona, day), 1e-12))
    error = spread_of(persona, lab.test)
    outlier = persona.crowd.registry["laboratory_outlier_share"].canonical_value
    rows = []
    for state in other_rows():
        moved = np.zeros(LINK_DRAWS)
        if state is not None and lab.test in state.labs:
            moved = np.log(state.labs[lab.test].at(deviates(f"{state.name}/{lab.test}")))
        distance = np.log(value_of(lab)) - predicted[:, None] - moved[None, :]
        rows.append(density(distance, error, lab.bound))
    return np.logaddexp(np.log1p(-outlier) + np.stack(rows), np.log(outlier / OUTLIER_WIDTH))
