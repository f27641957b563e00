"""What a case says, as the rules ask for it. Unknown is never "no": what was not said is None or missing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from epsom.core.drugs import drug_class
from epsom.guidance.episodes import Present, absent_symptoms, present_symptoms
from epsom.guidance.kidneys import Kidneys, kidneys
from epsom.guidance.products import Taken, peak_milligrams, products
from epsom.guidance.results import Result, counting, results
from epsom.guidance.spans import Span, end, first_intake
from epsom.guidance.tables import window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from epsom.core.drugs import DrugClass
    from epsom.core.names import Condition, Lab, RedFlag, Symptom
    from epsom.core.records import Case


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug as reported.

    Attributes
    ----------
    index : int
        Its place in the case's `person.drugs`.
    name : str
        As it was written.
    drug_class : DrugClass or None
        Its class; None for a name that the lexicon does not have.
    start : Span
        When it was begun.
    stop : float
        When it was stopped, in days since the question; infinity where it goes on.
    """

    index: int
    name: str
    drug_class: DrugClass | None
    start: Span
    stop: float

    @property
    def words(self) -> str:
        """What it is called in a sentence."""
        return self.name.replace("_", " ")

    @property
    def now(self) -> bool:
        """Whether it is still taken."""
        return self.stop >= 0.0

    @property
    def lately(self) -> bool:
        """Whether it is taken now or was until lately."""
        return self.stop >= -window("drug_lately")


@dataclass(frozen=True)
class Facts:
    """What is known of one person at the moment of the question.

    Attributes
    ----------
    case : Case
        The case itself.
    products : tuple of Taken
        Every magnesium product listed but ordinary food.
    symptoms : mapping of str to Present
        Symptoms that are present or were lately, by name; the question is among them unless it is over.
    absent : frozenset of str
        Symptoms that were asked about and are not there.
    conditions : frozenset of str
        Conditions that the person has or had lately.
    conditions_ever : frozenset of str
        Those and the ones long over.
    drugs : tuple of Drug
        All drugs listed.
    results : tuple of Result
        The laboratory results that count now.
    kidneys : Kidneys
        Every estimate of kidney function and the worst of them.
    """

    case: Case
    products: tuple[Taken, ...]
    symptoms: Mapping[Symptom, Present]
    absent: frozenset[Symptom]
    conditions: frozenset[Condition]
    conditions_ever: frozenset[Condition]
    drugs: tuple[Drug, ...]
    results: tuple[Result, ...]
    kidneys: Kidneys

    @property
    def age(self) -> float:
        """Age in years."""
        return self.case.person.age

    @property
    def flags(self) -> Mapping[RedFlag, bool]:
        """Red flags that were asked about: whether each is there."""
        return self.case.red_flags

    @property
    def question(self) -> Symptom:
        """The symptom asked about."""
        return self.case.question

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        """Products taken now or lately."""
        return tuple(product for product in self.products if product.lately)

    @cached_property
    def taken_now(self) -> tuple[Taken, ...]:
        """Products still taken."""
        return tuple(product for product in self.products if product.now)

    @cached_property
    def peak_milligrams(self) -> float:
        """Most elemental magnesium per day lately without what was given by needle, in mg.

        Unknown doses add nothing.
        """
        swallowed = (product for product in self.products if not product.by_needle)
        return peak_milligrams(swallowed, -window("exposure"))

    @cached_property
    def milligrams_now(self) -> float | None:
        """Elemental magnesium per day now, in mg; None where a dose is not known or nothing is taken."""
        amounts = [product.milligrams for product in self.taken_now]
        known = [amount for amount in amounts if amount is not None]
        return math.fsum(known) if amounts and len(known) == len(amounts) else None

    def results_of(self, test: Lab) -> tuple[Result, ...]:
        """Return the counting results of one test."""
        return tuple(result for result in self.results if result.test == test)

    def latest(self, test: Lab) -> Result | None:
        """Return the latest counting result of one test; one without a date is read as taken now."""
        return max(self.results_of(test), key=lambda result: result.taken.high, default=None)


def facts(case: Case) -> Facts:
    """Derive the facts of a case."""
    asked = case.asked_on.latest
    listed = case.person.conditions
    since = -window("condition_lately")
    lately: frozenset[Condition] = frozenset(
        entry.name for entry in listed if end(entry.stop, asked) >= since
    )
    counted = counting(results(case, asked))
    return Facts(
        case=case,
        products=products(case, asked),
        symptoms=present_symptoms(case, asked),
        absent=absent_symptoms(case),
        conditions=lately,
        conditions_ever=frozenset(entry.name for entry in listed),
        drugs=_drugs(case, asked),
        results=counted,
        kidneys=kidneys(case, counted, lately),
    )


def _drugs(case: Case, asked: datetime) -> tuple[Drug, ...]:
    return tuple(
        Drug(
            index=index,
            name=entry.name,
            drug_class=drug_class(entry.name),
            start=first_intake(entry.start, asked),
            stop=end(entry.stop, asked),
        )
        for index, entry in enumerate(case.person.drugs)
    )
