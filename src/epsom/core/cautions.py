"""What a valid case or scenario says that may not be meant: warnings, not faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.core.records import Case
from epsom.core.records.common import BOLUS_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.records import Scenario
    from epsom.core.records.case import Supplement, SymptomEntry
    from epsom.core.records.scenario import GroupSupplement

_OF_PRESENT_SYMPTOMS = ("onset", "resolved", "severity", "course")


def cautions(record: Case | Scenario) -> tuple[str, ...]:
    """Return the warnings of a case or scenario, each with its key path."""
    found = _of_case(record) if isinstance(record, Case) else _of_scenario(record)
    return tuple(found)


def _of_case(case: Case) -> Iterator[str]:
    for index, supplement in enumerate(case.supplements):
        yield from _of_infusion(f"supplements[{index}]", supplement)
    for index, symptom in enumerate(case.symptoms):
        yield from _of_symptom(f"symptoms[{index}]", symptom)


def _of_symptom(where: str, symptom: SymptomEntry) -> Iterator[str]:
    given = [key for key in _OF_PRESENT_SYMPTOMS if getattr(symptom, key) is not None]
    if given and not symptom.present:
        yield f"{where}: {symptom.name} is listed as absent; its {' and '.join(given)} is not used"


def _of_infusion(where: str, supplement: Supplement | GroupSupplement) -> Iterator[str]:
    if supplement.route != "intravenous":
        if supplement.duration is not None:
            yield f"{where}.duration: not used, since the route is {supplement.route}"
    elif supplement.duration is None and not supplement.is_one_infusion:
        yield f"{where}: no duration; each intravenous intake is read as a {BOLUS_MINUTES:g}-minute bolus"


def _of_scenario(scenario: Scenario) -> Iterator[str]:
    for index, supplement in enumerate(scenario.supplements):
        where = f"supplements[{index}]"
        yield from _of_infusion(where, supplement)
        first = supplement.start_day if supplement.at_day is None else supplement.at_day
        if (first or 0.0) >= scenario.last_day:
            yield f"{where}: begins after the last day and is never taken"
    for index, request in enumerate(scenario.measures):
        if request.last_day > scenario.duration_days:
            yield f"measures[{index}]: run on to day {request.last_day:g}, for the 24 h of a rate"
    yield from _of_comparisons(scenario)


def _of_comparisons(scenario: Scenario) -> Iterator[str]:
    differs = (
        *scenario.supplements,
        *scenario.diet_changes,
        *scenario.drug_changes,
        *scenario.condition_changes,
    )
    if scenario.control and not differs:
        yield "control: nothing to leave out, so that all differences are zero"
    labeled = any(dose.labeled for dose in (*scenario.supplements, *scenario.meals))
    for index, request in enumerate(scenario.measures):
        if request.name == "tracer_absorbed_fraction" and not labeled:
            yield f"measures[{index}]: no dose or meal is labeled, so that there is no tracer to follow"
