"""Kidney function from creatinine: CKD-EPI 2021 and Cockcroft-Gault, and the way back.

Coefficients are in ``data/kidney_equations.toml`` with their sources. Functions take floats or arrays.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.evidence import data_table

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _coefficients(equation: str) -> Mapping[str, float]:
    return data_table("kidney_equations.toml")[equation]["coefficients"]


def ckd_epi_2021(creatinine: Any, age: Any, female: Any) -> Any:
    """Estimated filtration rate in mL/min/1.73m2.

    Parameters
    ----------
    creatinine
        Serum creatinine in mg/dL.
    age
        Years, 18 and over.
    female
        1 for women, 0 for men, or booleans.

    Notes
    -----
    Source nkfckdepi2021. Not valid while creatinine is changing, nor on dialysis.
    """
    import numpy as np

    knee, at_knee, below, above = _ckd_epi_2021(age, female)
    ratio = np.asarray(creatinine, dtype=float) / knee
    return at_knee * np.minimum(ratio, 1.0) ** below * np.maximum(ratio, 1.0) ** above


def creatinine_for(filtration: Any, age: Any, female: Any) -> Any:
    """Serum creatinine in mg/dL at which CKD-EPI 2021 gives ``filtration`` (mL/min/1.73m2)."""
    import numpy as np

    knee, at_knee, below, above = _ckd_epi_2021(age, female)
    shape = np.asarray(filtration, dtype=float) / at_knee
    return knee * np.where(shape > 1.0, shape ** (1.0 / below), shape ** (1.0 / above))


def _ckd_epi_2021(age: Any, female: Any) -> tuple[Any, Any, Any, float]:
    """Creatinine and filtration at the knee of the curve, and the powers below and above it."""
    import numpy as np

    c = _coefficients("ckd_epi_2021_creatinine")
    female = np.asarray(female, dtype=float)
    knee = c["k_male"] + female * (c["k_female"] - c["k_male"])
    at_knee = c["factor"] * c["age_base"] ** np.asarray(age, dtype=float) * (1 + female * (c["female"] - 1))
    return knee, at_knee, c["a_male"] + female * (c["a_female"] - c["a_male"]), c["b"]


def cockcroft_gault(creatinine: Any, age: Any, female: Any, weight: Any) -> Any:
    """Creatinine clearance in mL/min, not per body surface; ``weight`` in kg, ``creatinine`` in mg/dL.

    Source nefrocalcCG.
    """
    import numpy as np

    c = _coefficients("cockcroft_gault")
    sex = 1 + np.asarray(female, dtype=float) * (c["female"] - 1)
    return (c["age_limit"] - np.asarray(age, dtype=float)) * weight / (c["divisor"] * creatinine) * sex
