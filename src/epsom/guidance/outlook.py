"""What the simulated people say beyond causes, in words: reasons, the next test, other ways to take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.core.records import assessment as parts
from epsom.core.records import output
from epsom.core.records.output import DEFAULT_INTERVAL_PROBABILITY as INTERVAL
from epsom.guidance.rules import pressing
from epsom.guidance.tables import table
from epsom.guidance.wording import flag_words, symptom_words

if TYPE_CHECKING:
    from epsom.core.names import Triage
    from epsom.guidance.facts import Facts
    from epsom.inference.findings import CauseFinding, ExpectedTest, Findings, PlanFinding, Reason, Share

#: Reasons told for and against each cause.
_MOST = 4
#: Bits below which a test is said to change nothing.
_TELLING = 0.01
#: Kidney rate below which magnesium is for a doctor to decide, mL/min/1.73 m2.
_KIDNEYS_ASK = 30.0
#: Chance of excess from which an alternative carries a caution.
_EXCESS = 0.05


def speaks(found: CauseFinding, *, way: bool) -> tuple[str, ...]:
    """Sentences on what speaks for (``way`` true) or against a cause, strongest first."""
    chosen = [reason for reason in found.reasons if (reason.ratio > 1) == way]
    return tuple(dict.fromkeys(_sentence(reason) for reason in chosen[:_MOST]))


def _sentence(reason: Reason) -> str:
    words = table("outlook")["reasons"]
    times = max(reason.ratio, 1 / reason.ratio)
    strength = next(text for least, text in words["strength"] if times >= least)
    text = words["sentence"].format(
        fact=_fact(reason), strength=strength, way="for" if reason.ratio > 1 else "against"
    )
    return text[:1].upper() + text[1:]


def _fact(reason: Reason) -> str:
    words = table("outlook")["reasons"]
    if reason.kind in ("level", "onset"):
        return words[reason.kind]
    if reason.kind == "stop":
        return words["stop_relieved" if reason.present else "stop_unrelieved"]
    if reason.kind == "lab":
        return words["lab"].format(test=table("outlook")["tests"][reason.name])
    said = words[f"{reason.kind}_{'present' if reason.present else 'absent'}"]
    if reason.kind == "symptom":
        return said.format(symptom=symptom_words(reason.name))
    return said.format(flag=flag_words(reason.name))


def next_tests(findings: Findings | None) -> tuple[parts.NextTest, ...]:
    """Return the tests, most telling first, each with its plain reason."""
    if findings is None:
        return ()
    return tuple(
        parts.NextTest(test=found.test, expected_information=found.bits, why=_why(found))
        for found in findings.next_tests
    )


def _why(found: ExpectedTest) -> str:
    words = table("outlook")
    first, second = (words["causes"][cause] for cause in found.splits)
    kind = "stop" if found.test == "three_day_stop" else "tells"
    text = words["why"]["hardly" if found.bits < _TELLING else kind].format(
        test=words["tests"][found.test], first=first, second=second
    )
    return text[:1].upper() + text[1:]


def alternatives(person: Facts, level: Triage, findings: Findings | None) -> tuple[parts.Alternative, ...]:
    """Return other ways to take magnesium, best first, each with what to mind."""
    if findings is None:
        return ()
    return tuple(_alternative(person, level, plan) for plan in findings.plans)


def _alternative(person: Facts, level: Triage, plan: PlanFinding) -> parts.Alternative:
    return parts.Alternative(
        form=plan.form,
        dose=plan.dose,
        dose_unit="mg",
        times_per_day=plan.times_per_day,
        absorbed=plan.absorbed.median,
        absorbed_unit="mg/day",
        diarrhea=_probability(plan.diarrhea),
        excess=_probability(plan.excess),
        change=plan.change,
        with_food=plan.with_food,
        note=" ".join(_notes(person, level, plan)),
    )


def _notes(person: Facts, level: Triage, plan: PlanFinding) -> list[str]:
    words = table("outlook")
    notes = [words["changes"][plan.change]]
    kidneys = person.kidneys
    if kidneys.dialysis or kidneys.acute or (kidneys.worst is not None and kidneys.worst < _KIDNEYS_ASK):
        notes.append(words["cautions"]["kidneys"])
    elif pressing(level) >= pressing("urgent"):
        notes.append(words["cautions"]["triage"])
    if plan.excess.probability > _EXCESS:
        notes.append(words["cautions"]["excess"])
    return notes


def _probability(share: Share) -> output.Probability:
    return output.Probability(
        probability=share.probability, interval=(share.low, share.high), interval_probability=INTERVAL
    )
