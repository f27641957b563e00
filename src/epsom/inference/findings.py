"""What the weighted crowd says about one person: the only thing the guidance hears of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from epsom.core.names import Cause, Form, Lab, MagnesiumStatus, Pathway

    Array = NDArray[np.float64]

#: How well the crowd explains the laboratory values.
Fit = Literal["good", "strained", "none"]
#: Probability inside every interval; intervals are equal-tailed.
INTERVAL = 0.9


@dataclass(frozen=True)
class Share:
    """A probability with its interval; ``noise`` is the Monte Carlo standard deviation of ``probability``."""

    probability: float
    low: float
    high: float
    noise: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """A quantity with its interval, in the unit its place says."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Reason:
    """One entered fact and how much it speaks for a cause.

    Attributes
    ----------
    kind
        ``lab``, ``symptom``, ``flag``, ``level`` (magnesium in blood), ``onset`` or ``stop``.
    name
        Of the test, symptom or flag.
    where
        Its place in the case.
    present
        Whether it was affirmed, or relief followed; None where that does not apply.
    ratio
        Likelihood of the fact under the cause over its likelihood under all others, given everything else.
    """

    kind: str
    name: str
    where: str
    present: bool | None
    ratio: float


@dataclass(frozen=True)
class CauseFinding:
    """How probable a cause is, by which pathways, and which facts speak for and against it."""

    cause: Cause
    share: Share
    pathways: Mapping[Pathway, Share] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class ExpectedTest:
    """What a test is expected to tell of the cause, in bits, and what it would be looked at for."""

    test: Lab | Literal["three_day_stop"]
    bits: float
    splits: tuple[Cause, Cause]


@dataclass(frozen=True)
class PlanFinding:
    """What another way of taking magnesium does to this person.

    ``dose`` is elemental mg per intake; ``absorbed`` net mg/day; ``excess`` the chance of serum magnesium
    above the usual range; ``gone`` the chance that the symptom is gone by each day.
    """

    change: str
    form: Form
    dose: float
    times_per_day: float
    with_food: bool | None
    absorbed: Estimate
    diarrhea: Share
    excess: Share
    gone: Mapping[int, Share]


@dataclass(frozen=True)
class StoolFinding:
    """Stool in g/day and the chance of perceived diarrhea on a day, with and without the supplements."""

    mass_with: Estimate
    mass_without: Estimate
    diarrhea_with: Share
    diarrhea_without: Share


@dataclass(frozen=True)
class Course:
    """The person's simulated course for figures.

    Attributes
    ----------
    days
        Days relative to the question, negative before it, shape (times,).
    serum_with, serum_without
        Serum magnesium in mmol/L as 5th, 50th and 95th percentile of the weighted people, shape (times, 3),
        with what is taken and without any of it.
    stool_days, stool_with, stool_without
        Stool of each 24 h in g/day, percentiles as above, shape (days, 3).
    fate
        Where magnesium came from and went, mmol/day over the last simulated week, weighted mean:
        ``food``, ``supplements``, ``absorbed``, ``urine``, ``stool_dissolved``, ``stool_solid``, ``skin``,
        ``kept``.
    """

    days: Array
    serum_with: Array
    serum_without: Array
    stool_days: Array
    stool_with: Array
    stool_without: Array
    fate: Mapping[str, float]


@dataclass(frozen=True)
class Findings:
    """The answer of the crowd.

    Attributes
    ----------
    fit
        ``good``, ``strained`` or ``none``; with ``none`` there are no causes.
    causes
        Most probable first, all four, adding up to 1; empty when nothing fits.
    status
        Chance of each magnesium status now.
    serum, serum_before_labs
        Serum magnesium now in mmol/L, with and without the magnesium laboratory values.
    gone_if_stopped, gone_if_continued
        Chance that the symptom is gone by each of the contract's days; empty where nothing is taken.
    effective_sample_size, failed_runs, people, parameter_sets
        How the crowd did.
    warnings
        What the reader must know about this computation.
    other_kinds
        How the other cause divides among what else may be the matter.
    next_tests
        Tests by what they are expected to tell, most first.
    plans
        Other ways of taking magnesium, best first.
    """

    fit: Fit
    causes: tuple[CauseFinding, ...]
    status: Mapping[MagnesiumStatus, Share]
    serum: Estimate | None
    serum_before_labs: Estimate | None
    stool: StoolFinding | None
    people: int
    parameter_sets: int
    effective_sample_size: float
    failed_runs: int
    gone_if_stopped: Mapping[int, Share] = field(default_factory=dict)
    gone_if_continued: Mapping[int, Share] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    not_used: tuple[tuple[str, str], ...] = ()
    course: Course | None = None
    other_kinds: Mapping[str, Share] = field(default_factory=dict)
    next_tests: tuple[ExpectedTest, ...] = ()
    plans: tuple[PlanFinding, ...] = ()

    def probability(self, cause: Cause) -> Share | None:
        """The share of ``cause``, or None when nothing fits."""
        return next((finding.share for finding in self.causes if finding.cause == cause), None)
