"""The inference of one case: people who match, weights from the laboratory, causes by competing risks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from epsom.inference.findings import CauseFinding, Course, Estimate, Findings, Share, StoolFinding
from epsom.inference.hazards import Attribution, attribution
from epsom.inference.likelihood import Agreement, agreement, effective_sample_size, weights
from epsom.inference.persona import Persona, live
from epsom.inference.recovery import gone_by
from epsom.inference.summary import estimate, share, weighted_quantiles
from epsom.inference.timeline import DAY, magnesium_labs
from epsom.physiology.modifiers import effects_of_condition, effects_of_drug
from epsom.simulation.draws import PARAMETER_SETS
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.measures import diarrhea, stool_mass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Cause, MagnesiumStatus, Pathway
    from epsom.core.records import Case
    from epsom.inference.findings import Fit
    from epsom.simulation.engine import Engine

    Array = NDArray[np.float64]

DEFAULT_PEOPLE = 512
PRELIMINARY = (
    "Cause probabilities are preliminary: they rest on simple hazards, the time of onset and magnesium "
    "values; other symptoms and other laboratory values do not move them yet."
)
#: Conditions that shape the person or the background rather than a modifier.
_READ_ELSEWHERE = ("chronic_kidney_disease", "previous_low_back_pain")
_CAUSES: tuple[Cause, ...] = (
    "gastrointestinal_upset",
    "magnesium_deficiency",
    "magnesium_excess",
    "other_cause",
)
#: Beyond this many standard errors from the nearest person, a value fits nobody.
_BEYOND = 4.0
#: Below this effective sample size the fit is called strained.
_FEW = 12.0


def infer(
    case: Case,
    *,
    people: int = DEFAULT_PEOPLE,
    seed: int = 1,
    engine: Engine | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Findings:
    """What the weighted crowd says about ``case``.

    Parameters
    ----------
    people
        Size of the crowd.
    progress
        Told in a few words what is being done.
    """
    if not case.is_adult:
        return _nothing("The body model is for adults; only the rules answer.")
    progress("simulating people who match")
    persona = live(case, people, seed, engine or FastEngine())
    progress("weighing them by the laboratory values")
    found = agreement(persona)
    before = weights(np.where(persona.failed, -np.inf, persona.log_prior))
    weight = weights(persona.log_prior + found.log_likelihood)
    size = effective_sample_size(weight)
    fit = _fit(persona, found, weight, size)
    progress("attributing the symptom")
    shown = weight if fit != "none" else before
    causes, attributed = _causes(persona, weight) if fit != "none" else ((), None)
    gone = ({}, {}) if attributed is None or not case.supplements else gone_by(persona, attributed, weight)
    return Findings(
        fit=fit,
        causes=causes,
        status=_status(persona, weight, fit),
        serum=_serum(persona, weight, fit),
        serum_before_labs=estimate(_now(persona), before),
        stool=_stool(persona, shown),
        people=people,
        parameter_sets=min(PARAMETER_SETS, people),
        effective_sample_size=size,
        failed_runs=int(persona.failed.sum()),
        gone_if_stopped=gone[0],
        gone_if_continued=gone[1],
        warnings=_warnings(persona, fit, size),
        not_used=tuple(_not_used(case)),
        course=_course(persona, shown),
    )  # fmt: skip


def _nothing(reason: str) -> Findings:
    return Findings("none", (), {}, None, None, None, 0, 0, 0.0, 0, warnings=(reason,))


def _fit(persona: Persona, found: Agreement, weight: Array, size: float) -> Fit:
    if not weight.any() or found.nearest > _BEYOND:
        return "none"
    telling = weights(persona.log_prior + found.log_likelihood)
    mistaken = float((telling * (found.log_likelihood < found.log_outlier + 0.7)).sum())
    if magnesium_labs(persona.case) and (mistaken > 0.5 or size < _FEW):
        return "strained"
    return "good"


def _now(persona: Persona) -> Array:
    """Serum magnesium at the question."""
    return persona.lived.at("plasma_concentration", round(persona.clock.asked, 6) / DAY)


def _causes(persona: Persona, weight: Array) -> tuple[tuple[CauseFinding, ...], Attribution]:
    found = attribution(persona)
    joint = weight[:, None] * found.timing
    indices = persona.crowd.indices
    findings = []
    for cause in _CAUSES:
        rows = [k for k, (c, _) in enumerate(found.pathways) if c == cause]
        total = found.shares[rows].sum(axis=0) if rows else np.zeros_like(found.timing)
        pathways: dict[Pathway, Share] = {
            found.pathways[k][1]: share(found.shares[k], joint, indices) for k in rows
        }
        findings.append(CauseFinding(cause, share(total, joint, indices), pathways))
    return tuple(sorted(findings, key=lambda f: -f.share.probability)), found


def _cutoffs(persona: Persona) -> list[tuple[MagnesiumStatus, float, float]]:
    names = ("deficient_below", "low_normal_below", "mild_excess_above", "severe_excess_above")
    edges = [persona.crowd.registry[name].canonical_value for name in names]
    low, high = [0.0, *edges], [*edges, np.inf]
    order: tuple[MagnesiumStatus, ...] = ("deficient", "low_normal", "normal", "mild_excess", "severe_excess")
    return list(zip(order, low, high, strict=True))


def _status(persona: Persona, weight: Array, fit: str) -> Mapping[MagnesiumStatus, Share]:
    """Chance of each status now; where the model fits badly or not, from the latest measured value alone."""
    measured = _latest(persona)
    error = persona.crowd.registry["serum_assay_cv"].canonical_value
    result: dict[MagnesiumStatus, Share] = {}
    for name, low, high in _cutoffs(persona):
        if fit != "good" and measured is not None:
            edges = np.log(np.array([max(low, 1e-9), high]) / measured) / error
            inside = float(np.diff(ndtr(edges))[0])
            result[name] = Share(inside, max(0.0, inside - 0.05), min(1.0, inside + 0.05))
        else:
            serum = _now(persona)
            result[name] = share(
                ((serum >= low) & (serum < high)).astype(float), weight, persona.crowd.indices
            )
    return result


def _latest(persona: Persona) -> float | None:
    """The latest serum magnesium of the laboratory, mmol/L."""
    labs = [lab for _, lab in magnesium_labs(persona.case) if lab.test == "serum_magnesium"]
    return max(labs, key=lambda lab: persona.clock.moment(lab.taken)).value.value if labs else None


def _serum(persona: Persona, weight: Array, fit: str) -> Estimate | None:
    measured = _latest(persona)
    if fit != "good" and measured is None:
        return None if fit == "none" else estimate(_now(persona), weight)
    if fit != "good":
        assert measured is not None
        error = persona.crowd.registry["serum_assay_cv"].canonical_value
        width = float(np.exp(1.645 * error))
        return Estimate(measured, measured / width, measured * width)
    return estimate(_now(persona), weight)


def _stool(persona: Persona, weight: Array) -> StoolFinding | None:
    """Stool of the last whole day before the question, with and without what is taken."""
    day = float(max(0, min(int(persona.clock.asked // DAY) - 1, persona.clock.days - 1)))
    parts = []
    for course in (persona.lived, persona.without):
        mass = estimate(stool_mass(course, day), weight)
        if mass is None:
            return None
        parts.append((mass, share(diarrhea(course, day), weight, persona.crowd.indices)))
    return StoolFinding(parts[0][0], parts[1][0], parts[0][1], parts[1][1])


def _course(persona: Persona, weight: Array) -> Course | None:
    days = np.arange(persona.clock.days + 1, dtype=float)
    if not weight.any():
        return None
    bands = {}
    for name, course in (("with", persona.lived), ("without", persona.without)):
        serum = np.stack([_band(course.at("plasma_concentration", day), weight) for day in days])
        stool = np.stack([_band(stool_mass(course, day), weight) for day in days[:-1]])
        bands[name] = (serum, stool)
    zero = persona.clock.asked / DAY
    serum, stool = zip(bands["with"], bands["without"], strict=True)
    since = days - zero
    return Course(since, *serum, since[:-1], *stool, _fate(persona, weight))


def _band(values: Array, weight: Array) -> Array:
    good = np.isfinite(values) & (weight > 0)
    return weighted_quantiles(values[good], weight[good], (0.05, 0.5, 0.95))


def _fate(persona: Persona, weight: Array) -> Mapping[str, float]:
    """Where magnesium came from and went over the last week, mmol/day, weighted mean."""
    last = persona.clock.days
    first = float(max(0, last - 7))
    span = last - first

    def mean(values: Array) -> float:
        good = np.isfinite(values)
        return float((values[good] * weight[good]).sum() / max(weight[good].sum(), 1e-300))

    def change(name: str) -> float:
        course = persona.lived
        return mean(course.at(name, float(last)) - course.at(name, first)) / span

    food = mean(persona.crowd.intake) * DAY
    kept = mean(persona.lived.magnesium(float(last)) - persona.lived.magnesium(first)) / span
    out = {
        "food": food,
        "absorbed": change("absorbed") - change("secreted"),
        "urine": change("urine"),
        "stool_dissolved": change("stool_soluble"),
        "stool_solid": change("stool_insoluble"),
        "skin": change("sweat"),
        "kept": kept,
    }
    leaving = out["urine"] + out["stool_dissolved"] + out["stool_solid"] + out["skin"] + change("dialysate")
    out["supplements"] = max(0.0, leaving + kept - food)
    return out


def _warnings(persona: Persona, fit: str, size: float) -> tuple[str, ...]:
    found = [PRELIMINARY]
    if fit == "none":
        found.append("The model does not fit this person; status and urgency follow the measured value.")
    elif fit == "strained":
        found.append(
            "The measured value is hard to explain by what was entered; "
            "exposure, kidneys or bowel may differ."
        )
    if size < 50 and fit != "none":
        found.append(
            f"Few simulated people agree with the values (effective sample size {size:.0f}); "
            "intervals are wide."
        )
    if persona.failed.any():
        lost = int(persona.failed.sum())
        found.append(f"{lost} of {len(persona.crowd)} simulated people failed and were left out.")
    return tuple(found)


def _not_used(case: Case) -> Iterator[tuple[str, str]]:
    """What was entered and does not move the probabilities, with the reason."""
    for i, lab in enumerate(case.labs):
        if lab.test not in ("serum_magnesium", "ionized_magnesium"):
            yield f"labs[{i}]", f"{lab.test} does not move the probabilities yet"
    for i, symptom in enumerate(case.symptoms):
        if symptom.name != case.question:
            yield f"symptoms[{i}]", f"{symptom.name} counts for urgency, not for the probabilities yet"
    for i, drug in enumerate(case.person.drugs):
        if not effects_of_drug(drug.name):
            yield f"person.drugs[{i}]", f"no effect of {drug.name} on the body's magnesium is known here"
    for i, condition in enumerate(case.person.conditions):
        if condition.name not in _READ_ELSEWHERE and not effects_of_condition(condition.name):
            yield (
                f"person.conditions[{i}]",
                f"no effect of {condition.name} on the body's magnesium is known here",
            )
    if case.person.kidney and case.person.kidney.dialysis:
        yield (
            "person.kidney.dialysis",
            "dialysis sessions are not simulated for a case yet; own filtration is",
        )
