"""The whole answer to a case: what the rules say and what the simulated crowd says, in one record."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from epsom.core.cautions import cautions
from epsom.core.evidence import data_folder, registry
from epsom.core.names import IF_STOPPED_DAYS
from epsom.core.records import Assessment, output
from epsom.core.records import assessment as parts
from epsom.core.records.output import DEFAULT_INTERVAL_PROBABILITY as INTERVAL
from epsom.guidance import outlook
from epsom.guidance.actions import actions
from epsom.guidance.facts import facts
from epsom.guidance.not_used import not_used
from epsom.guidance.pathways import routes
from epsom.guidance.scales import scales
from epsom.guidance.triage import triage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from epsom.core.names import Pathway, Symptom
    from epsom.core.records import Case
    from epsom.inference.findings import CauseFinding, Estimate, Findings, Share, StoolFinding

RULES_ONLY = "Only the rules answered: no body was simulated."


def answer(case: Case, findings: Findings | None, *, seed: int, version: str) -> Assessment:
    """Put the whole answer together.

    Parameters
    ----------
    case
        The case.
    findings
        What the simulated crowd says; None for the rules alone.
    seed
        Seed of the crowd.
    version
        Version of Epsom.
    """
    pressing = triage(case, findings)
    return Assessment(
        question=case.question,
        asked_on=case.asked_on,
        triage=pressing.level,
        triage_reasons=tuple(
            parts.TriageReason(rule=reason.rule, because=reason.because, sources=reason.sources)
            for reason in pressing.told
        ),
        causes=tuple(_cause(found, case.question) for found in _causes(findings)),
        other_kinds=_kinds(findings),
        magnesium_status=None if findings is None else _status(findings),
        serum_magnesium=None if findings is None else _serum(findings),
        stool=_stool(None if findings is None else findings.stool, taken=bool(case.supplements)),
        if_stopped=_if_stopped(case, findings),
        if_stopped_reason=_if_stopped_reason(case, findings),
        next_tests=outlook.next_tests(findings),
        alternatives=outlook.alternatives(facts(case), pressing.level, findings),
        actions=actions(case, pressing, findings),
        scales=scales(case, findings),
        not_used=not_used(case, findings),
        model=_model(case, findings, seed, version),
    )


# ---- What the crowd says


def _causes(findings: Findings | None) -> tuple[CauseFinding, ...]:
    return () if findings is None or findings.fit == "none" else findings.causes


def _cause(found: CauseFinding, question: Symptom) -> parts.CauseShare:
    ordered = sorted(found.pathways.items(), key=lambda item: -item[1].probability)
    return parts.CauseShare(
        cause=found.cause,
        probability=found.share.probability,
        interval=(found.share.low, found.share.high),
        interval_probability=INTERVAL,
        monte_carlo_error=found.share.noise,
        pathways=tuple(_pathway(found, pathway, share, question) for pathway, share in ordered),
        for_=outlook.speaks(found, way=True),
        against=outlook.speaks(found, way=False),
    )


def _kinds(findings: Findings | None) -> tuple[parts.OtherKind, ...]:
    """Return what else may be the matter, likeliest first."""
    kinds = {} if findings is None else findings.other_kinds
    return tuple(
        parts.OtherKind(
            kind=kind, probability=share.probability, interval=(share.low, share.high),
            interval_probability=INTERVAL,
        )
        for kind, share in kinds.items()
    )  # fmt: skip


def _pathway(found: CauseFinding, pathway: Pathway, share: Share, question: Symptom) -> parts.PathwayShare:
    route = routes()[found.cause, pathway]
    told = route.to(question)
    return parts.PathwayShare(
        pathway=pathway,
        probability=share.probability,
        interval=(share.low, share.high),
        evidence=route.evidence(question),
        steps=told.steps,
        sources=told.sources,
    )


def _status(findings: Findings) -> parts.MagnesiumStatusShares | None:
    if not findings.status:
        return None
    shares = {name: _probability(share) for name, share in findings.status.items()}
    return parts.MagnesiumStatusShares(**shares, cutoffs=_cutoffs())


def _cutoffs() -> parts.Cutoffs:
    """Return the values that divide the states of magnesium; the crowd uses the same."""
    known = registry()
    return parts.Cutoffs(
        deficient_below=known["deficient_below"].canonical_value,
        low_normal_below=known["low_normal_below"].canonical_value,
        mild_excess_above=known["mild_excess_above"].canonical_value,
        severe_excess_above=known["severe_excess_above"].canonical_value,
    )


def _serum(findings: Findings) -> parts.SerumMagnesium | None:
    if findings.serum is None:
        return None
    before = findings.serum_before_labs
    now = _estimate(findings.serum, "mmol/L")
    return parts.SerumMagnesium(
        median=now.median,
        interval=now.interval,
        interval_probability=INTERVAL,
        unit="mmol/L",
        before_labs=None if before is None else _estimate(before, "mmol/L"),
    )


def _stool(found: StoolFinding | None, *, taken: bool) -> parts.Stool | None:
    if found is None:
        return None
    return parts.Stool(
        mass_per_day=parts.StoolMass(
            with_supplement=_estimate(found.mass_with, "g/day") if taken else None,
            without_supplement=_estimate(found.mass_without, "g/day"),
        ),
        diarrhea=parts.StoolDiarrhea(
            with_supplement=_probability(found.diarrhea_with) if taken else None,
            without_supplement=_probability(found.diarrhea_without),
        ),
    )


def _if_stopped(case: Case, findings: Findings | None) -> tuple[parts.IfStopped, ...] | None:
    if _if_stopped_reason(case, findings) is not None or findings is None:
        return None
    return tuple(
        parts.IfStopped(
            day=day,
            gone_if_stopped=_probability(findings.gone_if_stopped[day]),
            gone_if_continued=_probability(findings.gone_if_continued[day]),
        )
        for day in IF_STOPPED_DAYS
        if day in findings.gone_if_stopped and day in findings.gone_if_continued
    )


def _if_stopped_reason(case: Case, findings: Findings | None) -> str | None:
    if all(not product.now for product in facts(case).products):
        return "no magnesium is taken now"
    if findings is None or not findings.gone_if_stopped:
        return "the model gives no answer for this person"
    return None


def _probability(share: Share) -> output.Probability:
    return output.Probability(
        probability=share.probability, interval=(share.low, share.high), interval_probability=INTERVAL
    )


def _estimate(found: Estimate, unit: str) -> output.Estimate:
    return output.Estimate(
        median=found.median, interval=(found.low, found.high), interval_probability=INTERVAL, unit=unit
    )


# ---- How it was computed


def _model(case: Case, findings: Findings | None, seed: int, version: str) -> parts.ModelReport:
    return parts.ModelReport(
        version=version,
        evidence_version=evidence_version(),
        seed=seed,
        people=findings.people if findings else 0,
        parameter_sets=findings.parameter_sets if findings else 0,
        effective_sample_size=findings.effective_sample_size if findings else None,
        failed_runs=findings.failed_runs if findings else 0,
        fit=findings.fit if findings else "none",
        warnings=tuple(dict.fromkeys(_warnings(case, findings))),
    )


def _warnings(case: Case, findings: Findings | None) -> Iterator[str]:
    person = facts(case)
    yield from (RULES_ONLY,) if findings is None else findings.warnings
    yield from cautions(case)
    yield from person.kidneys.conflicts()
    for product in person.taken:
        if product.milligrams is None:
            yield f"supplements[{product.index}]: no dose is given; the rules on doses do not count it"


@cache
def evidence_version() -> str:
    """Return a short name of the data the answer rests on: it changes when any data file does."""
    digest = hashlib.sha256()
    for name, file in sorted(_data_files(data_folder(), "")):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _data_files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for item in folder.iterdir():
        name = f"{path}/{item.name}"
        if item.is_dir():
            yield from _data_files(item, name)
        elif item.name.endswith((".toml", ".bib")):
            yield name, item
