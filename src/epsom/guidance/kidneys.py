"""How well the kidneys work: every estimate that can be made; the rules act on the worst of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from epsom.core.kidney import ckd_epi_2021, cockcroft_gault
from epsom.core.records.case import ADULT_AGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from epsom.core.records import Case
    from epsom.guidance.results import Result

Category = Literal["G1", "G2", "G3a", "G3b", "G4", "G5"]
# KDIGO categories with the lowest rate of each (source arup3005478).
_CATEGORIES: tuple[tuple[Category, float], ...] = (
    ("G1", 90.0),
    ("G2", 60.0),
    ("G3a", 45.0),
    ("G3b", 30.0),
    ("G4", 15.0),
    ("G5", 0.0),
)
# Below this rate kidneys count as diseased.
_DISEASED_BELOW = 60.0
# Estimates that differ by more than this share of the larger one are worth a warning (contract, section 2).
_CONFLICT = 0.3


@dataclass(frozen=True, slots=True)
class FiltrationEstimate:
    """One estimate of the filtration rate.

    Attributes
    ----------
    how : str
        ``as stated``, ``CKD-EPI 2021``, ``Cockcroft-Gault`` or ``laboratory``.
    where : str
        The entry of the case it rests on.
    rate : float
        In mL/min, per 1.73 m2 unless it is a clearance.
    """

    how: str
    where: str
    rate: float


@dataclass(frozen=True, slots=True)
class Kidneys:
    """What is known of the kidneys.

    Attributes
    ----------
    estimates : tuple of FiltrationEstimate
        All that can be made; the equations hold for adults only.
    dialysis : bool
        Whether the person is on dialysis.
    chronic, acute : bool
        Whether chronic kidney disease or an acute injury is listed.
    """

    estimates: tuple[FiltrationEstimate, ...]
    dialysis: bool
    chronic: bool
    acute: bool

    @property
    def worst(self) -> float | None:
        """The lowest estimate; None where there is none."""
        return min((estimate.rate for estimate in self.estimates), default=None)

    @property
    def category(self) -> Category | None:
        """KDIGO category of the lowest estimate."""
        worst = self.worst
        if worst is None:
            return None
        return next(name for name, lowest in _CATEGORIES if worst >= lowest)

    @property
    def diseased(self) -> bool:
        """Whether anything entered says that the kidneys are not well."""
        low = self.worst is not None and self.worst < _DISEASED_BELOW
        return low or self.dialysis or self.chronic or self.acute

    @property
    def known(self) -> bool:
        """Whether anything says how well they work now."""
        return self.worst is not None or self.dialysis

    def conflicts(self) -> Iterator[str]:
        """Name the pairs of stated and measured rates that differ by more than 30 %."""
        indexed = [estimate for estimate in self.estimates if estimate.how != "Cockcroft-Gault"]
        for position, one in enumerate(indexed):
            for other in indexed[position + 1 :]:
                if one.where != other.where and _differ(one.rate, other.rate):
                    yield (
                        f"{one.where} and {other.where}: filtration rates {one.rate:.0f} and "
                        f"{other.rate:.0f} mL/min differ by more than 30 %; the rules act on the worse one"
                    )


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > _CONFLICT * max(one, other)


def kidneys(case: Case, results: Iterable[Result], conditions: Iterable[str]) -> Kidneys:
    """Gather what a case says of the kidneys.

    Parameters
    ----------
    case
        The case.
    results
        The laboratory results that count now.
    conditions
        The conditions that the person has now or had lately.
    """
    stated, named = case.person.kidney, set(conditions)
    return Kidneys(
        estimates=tuple(_estimates(case, results)),
        dialysis=stated is not None and stated.dialysis is not None,
        chronic="chronic_kidney_disease" in named,
        acute="acute_kidney_injury" in named,
    )


def _estimates(case: Case, results: Iterable[Result]) -> Iterator[FiltrationEstimate]:
    stated = case.person.kidney
    if stated is not None and stated.egfr is not None:
        yield FiltrationEstimate("as stated", "person.kidney.egfr", stated.egfr.value)
    if stated is not None and stated.creatinine is not None:
        yield from _from_creatinine(case, stated.creatinine.value, "person.kidney.creatinine")
    for result in results:
        where = f"labs[{result.index}]"
        # A bound is read as the value itself: the truth is worse, or it is at least no worse than that.
        if result.test == "egfr":
            yield FiltrationEstimate("laboratory", where, result.bound)
        elif result.test == "serum_creatinine":
            yield from _from_creatinine(case, result.bound, where)


def _from_creatinine(case: Case, creatinine: float, where: str) -> Iterator[FiltrationEstimate]:
    person = case.person
    if person.age < ADULT_AGE:
        return
    female = person.sex == "female"
    yield FiltrationEstimate("CKD-EPI 2021", where, float(ckd_epi_2021(creatinine, person.age, female)))
    if person.weight is not None:
        clearance = float(cockcroft_gault(creatinine, person.age, female, person.weight.value))
        yield FiltrationEstimate("Cockcroft-Gault", where, max(clearance, 0.0))
