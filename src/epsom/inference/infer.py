"""The inference of one case: people who match, weighed by everything entered; causes, courses, what-ifs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.inference import readings
from epsom.inference.adaptation import next_wave
from epsom.inference.findings import CauseFinding, Findings
from epsom.inference.fit import fit_of, warnings_of
from epsom.inference.laboratory import PREDICTED
from epsom.inference.likelihood import weights
from epsom.inference.next_tests import next_tests
from epsom.inference.persona import live, live_wave, live_without, with_more
from epsom.inference.posterior import posterior
from epsom.inference.reasons import reasons
from epsom.inference.recovery import gone_by
from epsom.inference.sample import even_sample
from epsom.inference.summary import estimate, share
from epsom.inference.whatif import alternatives
from epsom.physiology.modifiers import effects_of_condition, effects_of_drug
from epsom.simulation.draws import PARAMETER_SETS
from epsom.simulation.fast.engine import FastEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Pathway
    from epsom.core.records import Case
    from epsom.inference.findings import Fit, Share
    from epsom.inference.persona import Persona
    from epsom.inference.posterior import Posterior
    from epsom.simulation.engine import Engine

    Array = NDArray[np.float64]

DEFAULT_PEOPLE = 512
#: Effective sample size, and share of the people, below which further waves of people are simulated.
_FEW, _FEW_OF = 32.0, 0.125
#: Effective sample size that is enough to tell where to look for more people.
_AIMED = 12.0
#: Monte Carlo error of a cause's probability above which they are simulated as well; who asks for fewer
#: people than the default takes a larger one.
_NOISY = 0.02
#: Most waves, the first with them; and for the error of short courses, with their most days.
_WAVES, _MORE_WAVES, _QUICK_DAYS = 4, 8, 35
#: Conditions that shape the person or the background rather than a modifier.
_READ_ELSEWHERE = ("chronic_kidney_disease", "previous_low_back_pain")
_CAUSES: tuple[Cause, ...] = (
    "gastrointestinal_upset",
    "magnesium_deficiency",
    "magnesium_excess",
    "other_cause",
)


@dataclass(frozen=True)
class Inquiry:
    """Findings, and the weighted crowd they were read from; None where nobody was simulated."""

    findings: Findings
    posterior: Posterior | None


def infer(
    case: Case,
    *,
    people: int = DEFAULT_PEOPLE,
    seed: int = 1,
    engine: Engine | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Findings:
    """What the weighted crowd says about ``case``; see :func:`inquire`."""
    return inquire(case, people=people, seed=seed, engine=engine, progress=progress).findings


def inquire(
    case: Case,
    *,
    people: int = DEFAULT_PEOPLE,
    seed: int = 1,
    engine: Engine | None = None,
    progress: Callable[[str], None] = lambda _: None,
    further: bool = True,
) -> Inquiry:
    """Findings of ``case`` with the crowd behind them.

    Parameters
    ----------
    people
        Size of the crowd. Where the answer hangs on a handful, because few count or because it changes with
        who is left out, more crowds are simulated, of people like those on whom it hangs.
    progress
        Told in a few words what is being done.
    further
        Whether to run what comes after causes and status: courses without magnesium, tests, alternatives.
    """
    if not case.is_adult:
        return Inquiry(_nothing("The body model is for adults; only the rules answer."), None)
    engine = engine or FastEngine()
    progress("simulating people who match")
    persona = live(case, people, seed, engine)
    progress("weighing them by what is known")
    found = posterior(persona)
    for wave in range(2, _MORE_WAVES + 1):
        if not _asks_for_more(found, people, wave):
            break
        progress(f"simulating more people, as few count ({wave} of at most {_MORE_WAVES})")
        persona = with_more(persona, live_wave(case, next_wave(_aim(found, persona), people), seed, engine))
        found = posterior(persona)
    fit = fit_of(found)
    findings = _findings(found, fit)
    if further and found.people.any():
        findings = _further(found, findings, engine, progress)
    return Inquiry(findings, found)


def _aim(found: Posterior, persona: Persona) -> Posterior:
    """The same with laboratory values taken for nearly all they tell: where more people are wanted.

    ``persona`` are its people before they were moved to the magnesium values.
    """
    if found.tempered == 1.0 and found.agreement.widened == 1.0:
        return found
    return posterior(persona, enough=_AIMED)


def _asks_for_more(found: Posterior, people: int, wave: int) -> bool:
    """Whether a further wave of this number is worth its time.

    Where laboratory values count in part, more people make them count for more, and the error stays.
    """
    noises = (_share(found, found.rows_of(cause)).noise for cause in _CAUSES)
    noisy = people >= DEFAULT_PEOPLE and any(noise > _NOISY for noise in noises)
    if wave <= _WAVES:
        return noisy or found.effective_sample_size < min(_FEW, _FEW_OF * people)
    whole = found.tempered == 1.0 and found.agreement.widened == 1.0
    return noisy and whole and found.persona.clock.days <= _QUICK_DAYS


def _nothing(reason: str) -> Findings:
    return Findings("none", (), {}, None, None, None, 0, 0, 0.0, 0, warnings=(reason,))


def _findings(found: Posterior, fit: Fit) -> Findings:
    """Causes and status."""
    persona = found.persona
    before = weights(np.where(persona.failed, -np.inf, persona.log_prior))
    measured = readings.latest_measured(persona)
    alone = fit == "none" and measured is not None
    gone = gone_by(persona, found.attribution, found.people) if fit != "none" and persona.taking else ({}, {})
    return Findings(
        fit=fit,
        causes=_causes(found) if fit != "none" else (),
        status=readings.measured_status(persona, measured) if alone and measured is not None
        else readings.status(persona, found.people, found.agreement.left),
        serum=readings.measured_serum(persona, measured) if alone and measured is not None
        else readings.serum(persona, found.people, found.agreement.left),
        serum_before_labs=estimate(readings.now(persona, persona.drawn), before),
        stool=None,
        people=len(persona.crowd),
        parameter_sets=min(PARAMETER_SETS, len(persona.crowd)),
        effective_sample_size=found.effective_sample_size,
        failed_runs=int(persona.failed.sum()),
        gone_if_stopped=gone[0],
        gone_if_continued=gone[1],
        warnings=warnings_of(found, fit),
        not_used=tuple(_not_used(persona.case)),
        other_kinds=_kinds(found) if fit != "none" else {},
    )  # fmt: skip


def _further(
    found: Posterior, findings: Findings, engine: Engine, progress: Callable[[str], None]
) -> Findings:
    """Courses without magnesium, tests and alternatives, of an even sample."""
    from dataclasses import replace

    progress("running them without magnesium")
    rows = even_sample(found.people)
    sample = found.persona.subset(rows)
    without = live_without(sample, engine)
    findings = replace(
        findings,
        stool=readings.stool(sample, without),
        course=readings.course(sample, without, found.agreement.left[rows]),
    )
    if findings.fit == "none":
        return findings
    progress("asking which test would tell most")
    tests = next_tests(found)
    progress("trying other ways to take it")
    return replace(findings, next_tests=tests, plans=alternatives(found, engine))


def _causes(found: Posterior) -> tuple[CauseFinding, ...]:
    findings = []
    for cause in _CAUSES:
        rows = found.rows_of(cause)
        pathways: dict[Pathway, Share] = {
            found.pathways[row][1]: _share(found, [row]) for row in rows if row < len(found.pathways)
        }
        if cause == "other_cause":
            pathways["background"] = _share(found, rows)
        findings.append(CauseFinding(cause, _share(found, rows), pathways, reasons(found, cause)))
    return tuple(sorted(findings, key=lambda f: -f.share.probability))


def _kinds(found: Posterior) -> Mapping[str, Share]:
    """Each other state's probability, the likeliest first."""
    first = len(found.pathways)
    shares = {str(name): _share(found, [first + i]) for i, name in enumerate(found.others)}
    return dict(sorted(shares.items(), key=lambda item: -item[1].probability))


def _share(found: Posterior, rows: list[int]) -> Share:
    joint = found.joint
    chance = np.divide(found.weight[rows].sum(axis=0), joint, out=np.zeros_like(joint), where=joint > 0)
    return share(chance, joint, found.persona.crowd.indices)


def _not_used(case: Case) -> Iterator[tuple[str, str]]:
    """What was entered and does not move the probabilities, with the reason."""
    for i, lab in enumerate(case.labs):
        if lab.test not in PREDICTED:
            yield f"labs[{i}]", f"{lab.test.replace('_', ' ')} is not in the body model"
    for i, drug in enumerate(case.person.drugs):
        if not effects_of_drug(drug.name):
            yield f"person.drugs[{i}]", f"no effect of {drug.name} on the body's magnesium is known here"
    for i, condition in enumerate(case.person.conditions):
        if condition.name not in _READ_ELSEWHERE and not effects_of_condition(condition.name):
            yield (
                f"person.conditions[{i}]",
                f"no effect of {condition.name} on the body's magnesium is known here",
            )
