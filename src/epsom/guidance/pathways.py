"""How each cause may lead to a symptom: how well that is known, its steps in words, its sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from epsom.core.names import EVIDENCE_GRADES, PATHWAYS_OF_CAUSE, SYMPTOMS
from epsom.guidance.tables import GuidanceDataError, check_keys, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.core.names import Cause, Evidence, Pathway, Symptom

_KEYS = ("evidence", "established_for", "steps", "sources", "told")


@dataclass(frozen=True, slots=True)
class Route:
    """One pathway of one cause.

    Attributes
    ----------
    grade : str
        How well its weakest link is known, for symptoms that are not in `established_for`.
    established_for : tuple of str
        Symptoms that it is established to cause.
    steps : tuple of str
        In plain words, for symptoms that are not in `told`.
    sources : tuple of str
        Keys of the sources of these.
    told : mapping of str to Route
        The same, for single symptoms, in as many steps.
    """

    grade: Evidence
    established_for: tuple[str, ...]
    steps: tuple[str, ...]
    sources: tuple[str, ...]
    told: Mapping[str, Route]

    def to(self, symptom: Symptom) -> Route:
        """Return it as told for a symptom."""
        return self.told.get(symptom, self)

    def evidence(self, symptom: Symptom) -> Evidence:
        """Return how well it is known to lead to a symptom."""
        return "established" if symptom in self.established_for else self.to(symptom).grade


@cache
def routes() -> Mapping[tuple[Cause, Pathway], Route]:
    """Return every pathway of every cause.

    Raises
    ------
    GuidanceDataError
        If one is missing or wrong.
    """
    data = table("pathways")
    return {
        (cause, pathway): _route(cause, pathway, data.get(cause, {}).get(pathway))
        for cause, pathways in PATHWAYS_OF_CAUSE.items()
        for pathway in pathways
    }


def _route(cause: str, pathway: str, entry: Mapping | None) -> Route:
    where = f"pathways: {cause}.{pathway}"
    if entry is None:
        raise GuidanceDataError(f"{where} is missing")
    check_keys(entry, _KEYS, where)
    established = tuple(entry.get("established_for", ()))
    told = {
        symptom: _route(cause, f"{pathway}.told.{symptom}", own)
        for symptom, own in entry.get("told", {}).items()
    }
    if (
        entry["evidence"] not in EVIDENCE_GRADES
        or not entry["steps"]
        or not {*established, *told} <= set(SYMPTOMS)
        or any(len(route.steps) != len(entry["steps"]) for route in told.values())
    ):
        raise GuidanceDataError(f"{where}: wrong evidence, no steps, too many or few, or unknown symptoms")
    return Route(entry["evidence"], established, tuple(entry["steps"]), tuple(entry["sources"]), told)
