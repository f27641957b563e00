"""Everything entered, joined: how probable each way to the question's symptom is, person by person.

A row is a way: a pathway of magnesium, a named other state, or the unknown. The question's symptom happened;
each row's rate over the days on which it may have begun, times what the row makes of every other fact, is its
weight. Nothing is independent of the body: people, draws of link strengths and rows are weighted together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from epsom.inference.dechallenge import log_relief, relief_after_stop
from epsom.inference.hazards import LINK_DRAWS, Attribution
from epsom.inference.likelihood import Agreement, agreement, effective_sample_size
from epsom.inference.onsets import episodes, onset_days, window_days
from epsom.inference.others import other_names
from epsom.inference.rates import Rates
from epsom.inference.signs import Evidence, evidence, lasts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway
    from epsom.inference.persona import Persona
    from epsom.physiology.other_causes import OtherCause

    Array = NDArray[np.float64]

#: Effective sample size below which the error of magnesium values is widened.
ENOUGH_PEOPLE = 48.0
#: Powers of the likelihood of other laboratory values that are tried.
_POWERS = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1, 0.06)
#: Share of an earlier episode that is put down to what caused the one asked about.
_SAME_CAUSE = 0.5


_OTHERS: tuple[tuple[Cause, Pathway], ...] = tuple(("other_cause", "background") for _ in other_names())


@dataclass(frozen=True)
class Posterior:
    """The weighted crowd.

    Attributes
    ----------
    persona
        The people, moved to the magnesium values where they needed it.
    agreement
        What the magnesium values say of each.
    rates
        Of symptoms, by magnesium and by everything else.
    pathways
        Cause and pathway of the first rows.
    others
        Names of the rows that follow.
    weight
        Joint probability, shape (rows, people, draws); adds up to 1, or all zero where nobody has any.
    found
        The evidence other than magnesium values.
    tempered
        Power to which the likelihood of other laboratory values was taken for enough people to be left.
    effective_sample_size
        How many evenly weighted people would tell as much, before anybody's weight was cut.
    """

    persona: Persona
    agreement: Agreement
    rates: Rates
    pathways: tuple[tuple[Cause, Pathway], ...]
    others: tuple[OtherCause, ...]
    weight: Array
    found: tuple[Evidence, ...]
    tempered: float
    effective_sample_size: float

    @cached_property
    def joint(self) -> Array:
        """Weight of each person and draw, shape (people, draws)."""
        return self.weight.sum(axis=0)

    @cached_property
    def people(self) -> Array:
        """Weight of each person, shape (people,)."""
        return self.joint.sum(axis=1)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The cause of each row."""
        return tuple(cause for cause, _ in self.ways)

    @property
    def ways(self) -> tuple[tuple[Cause, Pathway], ...]:
        """Cause and pathway of each row; what is not magnesium is background."""
        return (*self.pathways, *_OTHERS)

    def rows_of(self, cause: Cause) -> list[int]:
        """The rows that belong to ``cause``."""
        return [row for row, of in enumerate(self.causes) if of == cause]

    @cached_property
    def attribution(self) -> Attribution:
        """The same as shares of each pathway within each person and draw; other rows are one background."""
        first = len(self.pathways)
        rows = np.concatenate([self.weight[:first], self.weight[first:].sum(axis=0, keepdims=True)])
        shares = np.divide(rows, self.joint, out=np.zeros_like(rows), where=self.joint > 0)
        person = np.where(self.people > 0, self.people, 1.0)[:, None]
        return Attribution((*self.pathways, ("other_cause", "background")), shares, self.joint / person)


def posterior(persona: Persona, rates: Rates | None = None, enough: float = ENOUGH_PEOPLE) -> Posterior:
    """Weigh the people by everything entered.

    Parameters
    ----------
    rates
        Of the same people along the same course, where they are known already: without magnesium values,
        people who differ only by what they report share them.
    enough
        Effective sample size below which laboratory values are taken for less than they tell.
    """
    found = agreement(persona, enough)
    persona = found.persona
    rates = Rates(persona) if rates is None else replace(rates, persona=persona)
    pathways, hazards = _hazards(persona, rates)
    facts = evidence(persona, rates)
    log_weight = np.log(np.maximum(hazards, 1e-300)) + found.log_likelihood[None, :, None]
    log_weight += persona.log_prior[None, :, None]
    seen = relief_after_stop(persona)
    if seen is not None:
        log_weight += log_relief(persona, (*pathways, *_OTHERS), seen)
    for fact in facts:
        if fact.kind != "lab":
            log_weight += expand(fact.log_likelihood, len(pathways))
    log_weight, facts, tempered = _with_labs(log_weight, facts, len(pathways), enough)
    weight = _normalized(log_weight)
    counting = effective_sample_size(weight.sum(axis=(0, 2)))
    return Posterior(
        persona, found, rates, pathways, other_names(), truncated(weight), facts, tempered, counting
    )  # fmt: skip


def _with_labs(
    log_weight: Array, facts: list[Evidence], pathways: int, enough: float
) -> tuple[Array, tuple[Evidence, ...], float]:
    """Add laboratory values, tempered where few people would be left, and say by which power."""
    labs = [fact for fact in facts if fact.kind == "lab"]
    if not labs:
        return log_weight, tuple(facts), 1.0
    total = sum(expand(fact.log_likelihood, pathways) for fact in labs)
    enough = min(enough, 0.5 * _people(log_weight))
    power = next((p for p in _POWERS if _people(log_weight + p * total) >= enough), _POWERS[-1])
    tempered = (replace(f, log_likelihood=power * f.log_likelihood) if f.kind == "lab" else f for f in facts)
    return log_weight + power * total, tuple(tempered), power


def _people(log_weight: Array) -> float:
    return effective_sample_size(_normalized(log_weight).sum(axis=(0, 2)))


def expand(likelihood: Array, pathways: int) -> Array:
    """From rows of `epsom.inference.others.other_rows` to rows of a posterior: the body's row repeats."""
    return np.concatenate([np.repeat(likelihood[:1], pathways, axis=0), likelihood[1:]])


def _normalized(log_weight: Array) -> Array:
    top = log_weight.max(initial=-np.inf, where=np.isfinite(log_weight))
    if not np.isfinite(top):
        return np.zeros_like(log_weight)
    weight = np.where(np.isfinite(log_weight), np.exp(log_weight - top), 0.0)
    return weight / weight.sum()


def truncated(weight: Array) -> Array:
    """The same with nobody above the mean weight times the root of how many there are.

    One who came by where nobody was looked for would decide alone, in one run of many (E. Ionides, J. Comput.
    Graph. Stat. 17:295, 2008: truncated importance sampling).
    """
    people = weight.sum(axis=(0, 2))
    most = people.sum() / np.sqrt(len(people))
    kept = np.divide(most, people, out=np.ones_like(people), where=people > most)
    total = (people * kept).sum()
    return weight * (kept / total)[None, :, None] if total > 0 else weight


def _hazards(persona: Persona, rates: Rates) -> tuple[tuple[tuple[Cause, Pathway], ...], Array]:
    """Expected onsets of the question's symptom by row over the days on which it may have begun."""
    entries = episodes(persona)
    long = lasts(persona.case.question)
    last = onset_days(persona, entries[-1] if entries else None, long)
    pathways, rows = _rows(persona, rates, last)
    if len(entries) > 1:
        whole = window_days(persona)
        ever = _rows(persona, rates, whole)[1]
        for entry in entries[:-1]:
            began = np.minimum(onset_days(persona, entry, long), whole)
            then = _rows(persona, rates, began)[1]
            same = np.divide(then, ever, out=np.zeros_like(then), where=ever > 0)
            any_of = then.sum(axis=0) / ever.sum(axis=0)
            rows = rows * (_SAME_CAUSE * same + (1 - _SAME_CAUSE) * any_of)
    total = rows.sum(axis=0)
    # Many expected onsets are no more certain than one.
    return pathways, rows * np.divide(-np.expm1(-total), total, out=np.ones_like(total), where=total > 0)


def rows_over(persona: Persona, rates: Rates, days: Array) -> Array:
    """Expected onsets of the question's symptom by row over ``days``, shape (rows, people, draws)."""
    return _rows(persona, rates, days)[1]


def _rows(persona: Persona, rates: Rates, days: Array) -> tuple[tuple[tuple[Cause, Pathway], ...], Array]:
    question = persona.case.question
    driven = rates.by_pathway(question, days)
    named = rates.others(question)
    shape = (len(persona.crowd), LINK_DRAWS)
    silent = np.zeros((1, LINK_DRAWS))
    others = [np.broadcast_to(named.get(name, silent) * days.sum(), shape) for name in other_names()]
    return tuple(driven), np.stack([*driven.values(), *others])
