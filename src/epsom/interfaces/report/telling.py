"""An assessment in sentences, for the page and the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.core.units import MOLAR_MASS
from epsom.interfaces import words
from epsom.interfaces.numerals import in_hundred, interval, number, percent, percent_interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.records import Assessment
    from epsom.core.records.output import Estimate, Probability

_MG_PER_DL = MOLAR_MASS["magnesium"] / 10


def urgency(record: Assessment) -> str:
    """How soon to do what, in words."""
    title, advice = words.TRIAGE[record.triage]
    return f"{title}. {advice}"


def causes(record: Assessment) -> list[str]:
    """The two most probable causes in sentences."""
    lines = []
    for place, share in zip(("Most probable", "Next"), record.causes, strict=False):
        lines.append(
            f"{place}: {lower_first(words.CAUSES[share.cause])}, {in_hundred(share.probability)} "
            f"({_chance(share.interval_probability)} {percent_interval(share.interval)})."
        )
    return lines


def lower_first(text: str) -> str:
    """``text`` with a small first letter, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def _chance(probability: float) -> str:
    return f"{100 * probability:g} % interval"


def serum(record: Assessment) -> Iterator[str]:
    """What is known of magnesium in serum."""
    now = record.serum_magnesium
    if now is not None and now.median is not None:
        spread = f"{_chance(now.interval_probability)} {interval(now.interval)}"
        yield f"Now: {number(now.median)} {now.unit} ({spread}), which is {in_mg_per_dl(now.median)}."
        before = now.before_labs
        if before is not None and before.median is not None and before.median != now.median:
            yield f"Without any magnesium test the simulated body says {estimate(before)}."
    likely = likeliest_status(record)
    if likely is not None:
        name, share = likely
        yield (
            f"Most probably {words.STATUSES[name]}: {in_hundred(share.probability)} "
            f"({percent_interval(share.interval)})."
        )


def estimate(value: Estimate | None) -> str:
    """A number with its interval and unit."""
    if value is None or value.median is None:
        return "not known"
    return f"{number(value.median)} {value.unit} ({interval(value.interval)})"


def chance(value: Probability | None) -> str:
    """A probability with its interval."""
    if value is None or value.probability is None:
        return "not known"
    return f"{percent(value.probability)} ({percent_interval(value.interval)})"


def in_mg_per_dl(concentration: float) -> str:
    """A magnesium concentration in mmol/L as laboratories in some countries write it."""
    return f"{number(concentration * _MG_PER_DL)} mg/dL"


def likeliest_status(record: Assessment) -> tuple[str, Probability] | None:
    """The most probable magnesium status, or None when nothing is said."""
    shares = record.magnesium_status
    if shares is None:
        return None
    pairs = [(name, getattr(shares, name)) for name in words.STATUSES]
    known = [(name, share) for name, share in pairs if share.probability is not None]
    return max(known, key=lambda pair: pair[1].probability) if known else None


def model(record: Assessment) -> Iterator[str]:
    """How the answer was computed."""
    report = record.model
    yield words.FITS[report.fit]
    size = "" if report.effective_sample_size is None else (
        f" They count as much as {number(report.effective_sample_size)} independent ones."
    )  # fmt: skip
    yield (
        f"{words.count(report.people, 'virtual person', 'virtual people')} in "
        f"{words.count(report.parameter_sets, 'set')} of body parameters were compared with this "
        f"person.{size}"
    )
    failed = words.count(report.failed_runs, "run")
    yield f"{failed} failed. Epsom {report.version}, evidence {report.evidence_version}, seed {report.seed}."
