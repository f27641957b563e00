"""An assessment: the answer to a case (contract, section 3)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from epsom.core.faults import BadValueError, one_of
from epsom.core.names import (
    CAUSES,
    Action,
    Cause,
    Evidence,
    Fit,
    Form,
    IfStoppedDay,
    Lab,
    NaranjoAnswer,
    NaranjoCategory,
    Pathway,
    Symptom,
    Triage,
    WhoUmcCategory,
)
from epsom.core.records.common import SCHEMA_KEY, Entries, Share, Time
from epsom.core.records.output import (
    DEFAULT_INTERVAL_PROBABILITY,
    Count,
    Estimate,
    OutputRecord,
    Probability,
    ShareInterval,
)

# How far probabilities that sum to 1 may be off it: rounding of the last digits, no more.
_SUM_TOLERANCE = 1e-6


class TriageReason(OutputRecord):
    """Why the case is as pressing as it is."""

    rule: str
    because: str
    sources: Entries[str] = ()


class PathwayShare(OutputRecord):
    """How probable one pathway of a cause is, how well its links are known, and its steps in words."""

    pathway: Pathway
    probability: Share
    interval: ShareInterval
    evidence: Evidence
    steps: Entries[str] = ()
    sources: Entries[str] = ()


class CauseShare(OutputRecord):
    """How probable one cause is, by which pathways, and what speaks for and against it."""

    cause: Cause
    probability: Share
    interval: ShareInterval
    interval_probability: Share = DEFAULT_INTERVAL_PROBABILITY
    monte_carlo_error: Annotated[float, Field(ge=0.0)] | None
    pathways: Entries[PathwayShare] = ()
    for_: Annotated[Entries[str], Field(validation_alias="for", serialization_alias="for")] = ()
    against: Entries[str] = ()


class OtherKind(OutputRecord):
    """How probable one kind of other cause is; together the kinds make up ``other_cause``."""

    kind: str
    probability: Share
    interval: ShareInterval
    interval_probability: Share = DEFAULT_INTERVAL_PROBABILITY


class Cutoffs(OutputRecord):
    """Serum magnesium that divides the classes of `MagnesiumStatus`, in `unit`."""

    deficient_below: float
    low_normal_below: float
    mild_excess_above: float
    severe_excess_above: float
    unit: str = "mmol/L"


class MagnesiumStatusShares(OutputRecord):
    """How probable each class of magnesium status is."""

    deficient: Probability
    low_normal: Probability
    normal: Probability
    mild_excess: Probability
    severe_excess: Probability
    cutoffs: Cutoffs


class SerumMagnesium(Estimate):
    """Serum magnesium now, and what would be said of it without any magnesium test."""

    before_labs: Estimate | None


class StoolMass(OutputRecord):
    """Stool mass per day; `with_supplement` is null when nothing is taken."""

    with_supplement: Estimate | None
    without_supplement: Estimate | None


class StoolDiarrhea(OutputRecord):
    """Probability of diarrhea on a day; `with_supplement` is null when nothing is taken."""

    with_supplement: Probability | None
    without_supplement: Probability | None


class Stool(OutputRecord):
    """What the supplement does to the stool."""

    mass_per_day: StoolMass
    diarrhea: StoolDiarrhea


class IfStopped(OutputRecord):
    """How probably the symptom is gone some days from now."""

    day: IfStoppedDay
    gone_if_stopped: Probability
    gone_if_continued: Probability


class NextTest(OutputRecord):
    """What a test, or three days without magnesium, is expected to tell."""

    test: Lab | Literal["three_day_stop"]
    expected_information: float | None
    unit: Literal["bit"] = "bit"
    why: str


class Alternative(OutputRecord):
    """Another form, dose or schedule, simulated for this person; `change` says what differs from now."""

    form: Form
    dose: float
    dose_unit: str
    times_per_day: float
    absorbed: float | None
    absorbed_unit: str
    diarrhea: Probability | None
    excess: Probability | None
    change: str | None = None
    with_food: bool | None = None
    note: str


class ActionAdvice(OutputRecord):
    """Something to do, how soon and why."""

    action: Action
    urgency: Triage
    because: str
    sources: Entries[str] = ()


class NaranjoItem(OutputRecord):
    """One question of the Naranjo scale."""

    item: str
    answer: NaranjoAnswer
    score: Annotated[int, Field(ge=-1, le=2)]


class Naranjo(OutputRecord):
    """The Naranjo scale."""

    score: Annotated[int, Field(ge=-4, le=13)]
    category: NaranjoCategory
    items: Entries[NaranjoItem]


class WhoUmc(OutputRecord):
    """The category of the WHO-UMC system."""

    category: WhoUmcCategory


class Scales(OutputRecord):
    """Established causality scales, to read across."""

    naranjo: Naranjo | None
    who_umc: WhoUmc | None


class NotUsed(OutputRecord):
    """An entry of the case that the answer does not use."""

    where: str
    why: str


class ModelReport(OutputRecord):
    """How the answer was computed, and how well the body model fits the case."""

    version: str
    evidence_version: str
    seed: int
    people: Count
    parameter_sets: Count
    effective_sample_size: Annotated[float, Field(ge=0.0)] | None
    failed_runs: Count
    fit: Fit
    warnings: Entries[str] = ()


class Assessment(OutputRecord):
    """The answer to a case.

    `causes` has all four, most probable first, summing to 1; it is empty only when ``model.fit`` is ``none``.
    `if_stopped` is None, with `if_stopped_reason`, when nothing is taken. `serum_magnesium` and `stool` are
    None when the body model gives no answer.
    """

    schema_name: Annotated[Literal["epsom.assessment/1"], SCHEMA_KEY] = "epsom.assessment/1"
    question: Symptom
    asked_on: Time
    triage: Triage
    triage_reasons: Entries[TriageReason]
    causes: Entries[CauseShare]
    other_kinds: Entries[OtherKind] = ()
    magnesium_status: MagnesiumStatusShares | None
    serum_magnesium: SerumMagnesium | None
    stool: Stool | None
    if_stopped: Entries[IfStopped] | None
    if_stopped_reason: str | None = None
    next_tests: Entries[NextTest]
    alternatives: Entries[Alternative]
    actions: Entries[ActionAdvice]
    scales: Scales
    not_used: Entries[NotUsed]
    model: ModelReport

    @model_validator(mode="after")
    def _check_causes(self) -> Assessment:
        probabilities = [entry.probability for entry in self.causes]
        if not probabilities and self.model.fit == "none":
            return self
        if sorted(entry.cause for entry in self.causes) != sorted(CAUSES):
            raise BadValueError("other causes", f"each of {one_of(CAUSES).removeprefix('one of: ')} once")
        if (
            abs(sum(probabilities) - 1.0) > _SUM_TOLERANCE
            or sorted(probabilities, reverse=True) != probabilities
        ):
            raise BadValueError(str(probabilities), "probabilities that sum to 1, most probable first")
        return self

    @model_validator(mode="after")
    def _check_if_stopped(self) -> Assessment:
        if self.if_stopped is None and not self.if_stopped_reason:
            raise BadValueError("no if_stopped and no if_stopped_reason", "one of the two")
        return self
