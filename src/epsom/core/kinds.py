"""Kinds of quantities: which units each takes, how they convert and what values are possible.

A milligram of magnesium, of calcium and of a whole compound are different amounts, so units belong to a kind.
An equivalent is a mole of charge: 1 mEq of magnesium is half a mmol (UCUM's one-to-one rule is wrong for it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from epsom.core.units import MOLAR_MASS, VALENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.core.names import Lab, Measure

# g/mol: C27H44O2, C6H18O24P6 and human parathyroid hormone 1-84.
CALCIDIOL_MOLAR_MASS = 400.64
PHYTIC_ACID_MOLAR_MASS = 660.04
PARATHYROID_HORMONE_MOLAR_MASS = 9425.0
# umol/L in 1 mg/dL, as the kidney equations use it (the molar mass would give 88.40).
CREATININE_FACTOR = 88.42

HOURS_PER_DAY = 24.0
DAYS_PER_YEAR = 365.25

RELATIVE_GFR = "mL/min/1.73m2"
ABSOLUTE_GFR = "mL/min"

_Units: TypeAlias = "dict[str, tuple[str, float]]"  # displayed unit -> (canonical unit, factor into it)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of quantity: what units it takes and what values are possible.

    Attributes
    ----------
    what : str
        In words, for faults.
    units : mapping of str to (str, float)
        Each unit as displayed, with its canonical unit and the factor into it.
    most : mapping of str to float
        Largest possible value in each canonical unit: generous, beyond any person on record.
    zero : bool
        Whether zero is possible. Negative values never are.
    """

    what: str
    units: Mapping[str, tuple[str, float]]
    most: Mapping[str, float]
    zero: bool = False

    @property
    def unit(self) -> str:
        """The canonical unit; the first of them where a kind keeps two apart."""
        return next(iter(self.most))


def _in(canonical: str, factors: Mapping[str, float]) -> _Units:
    return {unit: (canonical, factor) for unit, factor in factors.items()}


def _amounts(molar_mass: float, valence: int | None = None) -> dict[str, float]:
    """Return units of amount with their factors into mmol."""
    factors = {"mg": 1.0 / molar_mass, "mmol": 1.0, "g": 1000.0 / molar_mass, "ug": 0.001 / molar_mass}
    if valence is not None:
        factors["mEq"] = 1.0 / valence
    return factors


def _concentrations(substance: str) -> _Units:
    """Return units of concentration with their factors into mmol/L."""
    amounts = _amounts(MOLAR_MASS[substance], VALENCE[substance])
    factors = {"mmol/L": 1.0, "mg/dL": 10.0 * amounts["mg"], "mEq/L": amounts["mEq"]}
    return _in("mmol/L", factors | {"mg/L": amounts["mg"], "umol/L": 0.001})


_MAGNESIUM = _amounts(MOLAR_MASS["magnesium"], VALENCE["magnesium"])
_PER_DAY = {f"{unit}/day": factor for unit, factor in _MAGNESIUM.items()}
_MAGNESIUM_PER_LITER = _concentrations("magnesium")
_CALCIUM_PER_LITER = _concentrations("calcium")
_POTASSIUM_PER_LITER = _concentrations("potassium")
_MASSES = {"mg": 1e-3, "g": 1.0, "ug": 1e-6, "kg": 1e3}
_EQUIVALENTS = {unit: _MAGNESIUM[unit] for unit in ("mmol", "mEq")}
_CREATININE = {"mg/dL": 1.0, "umol/L": 1.0 / CREATININE_FACTOR, "mmol/L": 1000.0 / CREATININE_FACTOR}
_FILTRATION = {RELATIVE_GFR: (RELATIVE_GFR, 1.0), ABSOLUTE_GFR: (ABSOLUTE_GFR, 1.0)}
_PARATHYROID_HORMONE = {"pg/mL": 1.0, "ng/L": 1.0, "pmol/L": PARATHYROID_HORMONE_MOLAR_MASS / 1000.0}
_CALCIDIOL = {"ng/mL": 1000.0 / CALCIDIOL_MOLAR_MASS, "nmol/L": 1.0, "ug/L": 1000.0 / CALCIDIOL_MOLAR_MASS}
_LENGTHS = {"cm": 0.01, "m": 1.0, "in": 0.0254, "ft": 0.3048}
_HOURS = {
    "d": HOURS_PER_DAY,
    "h": 1.0,
    "min": 1.0 / 60.0,
    "s": 1.0 / 3600.0,
    "week": 7.0 * HOURS_PER_DAY,
    "month": DAYS_PER_YEAR / 12.0 * HOURS_PER_DAY,
    "year": DAYS_PER_YEAR * HOURS_PER_DAY,
}

KINDS: dict[str, Kind] = {
    "dose": Kind(
        "a dose of a magnesium product",
        _in("g", _MASSES) | _in("mmol", _EQUIVALENTS),
        {"g": 1000.0, "mmol": 5000.0},
    ),
    "magnesium_amount": Kind("an amount of magnesium", _in("mmol", _MAGNESIUM), {"mmol": 5000.0}, zero=True),
    "magnesium_per_day": Kind(
        "an amount of magnesium per day", _in("mmol/day", _PER_DAY), {"mmol/day": 500.0}, zero=True
    ),
    "urine_magnesium": Kind(
        "magnesium in urine, per day or (with urine_hours) in one collection",
        _in("mmol/day", _PER_DAY) | _in("mmol", _MAGNESIUM),
        {"mmol/day": 1000.0, "mmol": 1000.0},
        zero=True,
    ),
    "magnesium_concentration": Kind("a magnesium concentration", _MAGNESIUM_PER_LITER, {"mmol/L": 50.0}),
    "calcium_concentration": Kind("a calcium concentration", _CALCIUM_PER_LITER, {"mmol/L": 20.0}),
    "potassium_concentration": Kind("a potassium concentration", _POTASSIUM_PER_LITER, {"mmol/L": 30.0}),
    "creatinine": Kind("a creatinine concentration", _in("mg/dL", _CREATININE), {"mg/dL": 100.0}),
    "filtration": Kind(
        "a glomerular filtration rate", _FILTRATION, {RELATIVE_GFR: 400.0, ABSOLUTE_GFR: 400.0}, zero=True
    ),
    "fraction": Kind("a share", _in("fraction", {"%": 0.01, "fraction": 1.0}), {"fraction": 1.0}, zero=True),
    "parathyroid_hormone": Kind(
        "a parathyroid hormone concentration", _in("pg/mL", _PARATHYROID_HORMONE), {"pg/mL": 1e5}, zero=True
    ),
    "vitamin_d": Kind(
        "a 25-hydroxyvitamin D concentration", _in("nmol/L", _CALCIDIOL), {"nmol/L": 1e4}, zero=True
    ),
    "creatine_kinase": Kind(
        "a creatine kinase activity",
        _in("U/L", {"U/L": 1.0, "IU/L": 1.0, "ukat/L": 60.0}),
        {"U/L": 1e7},
        zero=True,
    ),
    "phytate": Kind(
        "an amount of phytate", _in("mmol", _amounts(PHYTIC_ACID_MOLAR_MASS)), {"mmol": 100.0}, zero=True
    ),
    "body_mass": Kind("a body mass", _in("kg", {"kg": 1.0, "g": 0.001, "lb": 0.453_592_37}), {"kg": 700.0}),
    "height": Kind("a height", _in("m", _LENGTHS), {"m": 3.0}),
    "duration": Kind("a length of time", _in("h", _HOURS), {"h": 130.0 * _HOURS["year"]}),
    "stool_mass": Kind("a stool mass per day", _in("g/day", {"g/day": 1.0}), {"g/day": 1e5}, zero=True),
    "pressure": Kind("a blood pressure", _in("mmHg", {"mmHg": 1.0}), {"mmHg": 500.0}, zero=True),
}

LAB_KINDS: dict[Lab, str] = {
    "serum_magnesium": "magnesium_concentration",
    "ionized_magnesium": "magnesium_concentration",
    "red_cell_magnesium": "magnesium_concentration",
    "urine_magnesium": "urine_magnesium",
    "fractional_excretion_magnesium": "fraction",
    "serum_calcium": "calcium_concentration",
    "ionized_calcium": "calcium_concentration",
    "serum_potassium": "potassium_concentration",
    "serum_creatinine": "creatinine",
    "egfr": "filtration",
    "parathyroid_hormone": "parathyroid_hormone",
    "vitamin_d_25oh": "vitamin_d",
    "creatine_kinase": "creatine_kinase",
}

MEASURE_KINDS: dict[Measure, str] = {
    "serum_magnesium": "magnesium_concentration",
    "lowest_serum_magnesium": "magnesium_concentration",
    "highest_serum_magnesium": "magnesium_concentration",
    "mean_serum_magnesium": "magnesium_concentration",
    "ionized_magnesium": "magnesium_concentration",
    "urine_magnesium": "magnesium_per_day",
    "fecal_magnesium": "magnesium_per_day",
    "fecal_soluble_magnesium": "magnesium_per_day",
    "absorbed_magnesium": "magnesium_per_day",
    "true_absorption": "magnesium_per_day",
    "tracer_absorbed_fraction": "fraction",
    "stool_mass": "stool_mass",
    "diarrhea": "fraction",
    "stool_above_200g": "fraction",
    "retained_magnesium": "magnesium_amount",
    "fractional_excretion": "fraction",
    "serum_calcium": "calcium_concentration",
    "parathyroid_hormone": "parathyroid_hormone",
    "systolic_blood_pressure_change": "pressure",
    "muscle_free_magnesium": "magnesium_concentration",
    "bone_magnesium": "magnesium_amount",
}

# Other ways to write a unit or a part of one, in lower case without spaces.
SPELLINGS = {
    spelling: unit
    for unit, spellings in {
        "ug": "mcg microgram micrograms",
        "mg": "milligram milligrams",
        "g": "gm gram grams",
        "kg": "kgs kilogram kilograms",
        "lb": "lbs pound pounds",
        "mmol": "mmols millimole millimoles",
        "meq": "meqs mval milliequivalent milliequivalents",
        "l": "liter litre",
        "m": "meter meters metre metres",
        "in": "inch inches",
        "ft": "foot feet",
        "s": "sec second seconds",
        "min": "mins minute minutes",
        "h": "hr hrs hour hours",
        "d": "day days 24h 24hr 24hours",
        "week": "w wk wks weeks",
        "month": "mo months",
        "year": "y yr yrs years",
        "%": "percent",
        "1.73m2": "1.73m^2 1.73m²",
    }.items()
    for spelling in spellings.split()
}
