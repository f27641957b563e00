"""Symptoms as the rules read them: present now or lately, since when, new, worse or long known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from epsom.guidance.spans import UNKNOWN, Span, moment
from epsom.guidance.tables import window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from epsom.core.names import Course, Symptom
    from epsom.core.records import Case
    from epsom.core.records.case import SymptomEntry
    from epsom.guidance.products import Taken

_CHANGED: tuple[Course, ...] = ("new", "worse")
# What resolved today is over, though not by a whole day.
_OVER = -1e-6


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of a symptom.

    Attributes
    ----------
    since : Span
        When it began.
    until : float
        When it ended at the latest, in days since the question; 0 where it goes on.
    course : str or None
        How it goes; None where nobody said.
    severity : float or None
        From 0 to 10.
    """

    since: Span
    until: float
    course: Course | None
    severity: float | None

    @property
    def lately(self) -> bool:
        """Whether it is present or was a short while ago."""
        return self.until >= -window("symptom_lately")

    @property
    def fresh(self) -> bool:
        """Whether it is new, worse or not known to be old."""
        if self.course in _CHANGED:
            return True
        if self.since.known:
            return self.since.high >= -window("persistent")
        return self.course is None

    @property
    def settling(self) -> bool:
        """Whether it is reported as better or over."""
        return self.course == "better" or self.until < 0.0

    @property
    def changes(self) -> Iterator[Span]:
        """When it may have come or become worse, no longer ago than the look-back window."""
        look_back = -window("look_back")
        if self.since.known:
            if self.since.high >= look_back:
                yield self.since
        elif self.course in (*_CHANGED, None):
            yield Span(look_back, 0.0)
        if self.course == "worse":
            yield Span(max(self.since.low, -window("recent_change")), 0.0)

    def may_begin_on(self, product: Taken) -> bool:
        """Tell whether it may have begun or become worse while or after a product was taken.

        What began before the product and is the same or better did not; where the course is not known it may
        have become worse.
        """
        return self.course not in ("same", "better") or not self.since.certainly_before(product.start)

    def may_follow_start_of(self, product: Taken) -> bool:
        """Tell whether it may have come or become worse within 14 days of the product's start."""
        within = window("after_start")
        return any(change.may_follow(product.start, within) for change in self.changes)


@dataclass(frozen=True, slots=True)
class Present:
    """A symptom that is present or was lately, with all such episodes."""

    name: Symptom
    episodes: tuple[Episode, ...]

    @property
    def fresh(self) -> bool:
        """Whether an episode is new, worse or not known to be old."""
        return any(episode.fresh for episode in self.episodes)

    @property
    def worse(self) -> bool:
        """Whether an episode is reported as worse."""
        return any(episode.course == "worse" for episode in self.episodes)

    @property
    def settling(self) -> bool:
        """Whether every episode is reported as better or over."""
        return all(episode.settling for episode in self.episodes)

    @property
    def severity(self) -> float | None:
        """The highest severity given."""
        return max((e.severity for e in self.episodes if e.severity is not None), default=None)

    def lasted(self, days: float) -> bool:
        """Tell whether an episode that goes on certainly lasted so many days."""
        return any(-episode.since.high >= days for episode in self.episodes if episode.until >= 0.0)

    def began_within(self, days: float) -> bool:
        """Tell whether an episode is known to have begun no more than so many days ago."""
        return any(episode.since.low >= -days - 1.0 for episode in self.episodes if episode.since.known)


# The symptom asked about where it is not listed: present, begun at some time.
_UNDATED = Episode(UNKNOWN, 0.0, None, None)


def present_symptoms(case: Case, asked: datetime) -> Mapping[Symptom, Present]:
    """Return the symptoms that are present or were lately; the question is one if it is not listed."""
    episodes: dict[Symptom, list[Episode]] = defaultdict(list)
    for entry in case.symptoms:
        if entry.present:
            episodes[entry.name].append(_episode(entry, asked))
    if all(entry.name != case.question for entry in case.symptoms):
        episodes[case.question].append(_UNDATED)
    found: dict[Symptom, Present] = {}
    for name, all_of_it in episodes.items():
        lately = tuple(episode for episode in all_of_it if episode.lately)
        if lately:
            found[name] = Present(name, lately)
    return found


def all_episodes(case: Case) -> tuple[Episode, ...]:
    """Return every episode of the symptom asked about, long over or not."""
    asked = case.asked_on.latest
    listed = [entry for entry in case.symptoms if entry.name == case.question]
    found = tuple(_episode(entry, asked) for entry in listed if entry.present)
    return found if listed else (_UNDATED,)


def absent_symptoms(case: Case) -> frozenset[Symptom]:
    """Return the symptoms that were asked about and are not there."""
    return frozenset(entry.name for entry in case.symptoms if not entry.present)


def _episode(entry: SymptomEntry, asked: datetime) -> Episode:
    return Episode(
        since=moment(entry.onset, asked),
        until=0.0 if entry.resolved is None else min(moment(entry.resolved, asked).high, _OVER),
        course=entry.course,
        severity=entry.severity,
    )
