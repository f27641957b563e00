"""What if: the weighted people run on from the question under another way of taking magnesium.

An even sample of the posterior carries its bodies over the moment of the question; the same people, with the
same hidden facts, live through each change, so that two forecasts differ only by the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.inference.changes import (
    CONTINUE,
    HALVE,
    MILLIGRAMS,
    MOST_TIMES,
    SPLIT,
    WITH_FOOD,
    Change,
    changed,
    run_on,
    taken_now,
)
from epsom.inference.findings import Estimate, PlanFinding, Share
from epsom.inference.rates import Rates
from epsom.inference.readings import band, between, with_left
from epsom.inference.recovery import gone_by
from epsom.inference.sample import SAMPLE, even_sample
from epsom.inference.summary import estimate, share
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.measures import diarrhea, stool_mass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from epsom.core.names import Cause, Form
    from epsom.inference.happenings import Taking
    from epsom.inference.persona import Persona
    from epsom.inference.posterior import Posterior
    from epsom.simulation.engine import Engine

    Array = NDArray[np.float64]

#: Days run on for a forecast, and for the comparison of many ways of taking it.
FORECAST_DAYS, COMPARED_DAYS = 28, 10
#: Days at the end of a run over which absorption and stool are averaged.
_SETTLED = 5
#: Worth of a plan: 100 mg/day absorbed against the chance of diarrhea on a day and of excess (judgement).
_DIARRHEA_WORTH, _EXCESS_WORTH = 5.0, 20.0
#: Forms people are offered instead; the one in use is left out.
_OFFERED: tuple[Form, ...] = ("citrate", "bisglycinate", "chloride", "oxide")


@dataclass(frozen=True)
class Forecast:
    """What becomes of the person under a change.

    Attributes
    ----------
    days
        Days after the question, shape (times,); the first is the first midnight.
    serum, stool
        Serum magnesium in mmol/L at each of ``days`` and stool in g of the day that starts then (one fewer),
        as 5th, 50th and 95th percentile, shape (times, 3).
    absorbed
        Net absorbed magnesium, food included, mg/day once settled.
    diarrhea
        Chance of diarrhea on a day once settled.
    excess
        Chance of serum magnesium above the usual range at the end.
    gone
        Chance that the question's symptom is gone by each day.
    """

    change: Change
    days: Array
    serum: Array
    stool: Array
    absorbed: Estimate
    diarrhea: Share
    excess: Share
    gone: Mapping[int, Share]


def forecast(
    found: Posterior,
    change: Change,
    engine: Engine | None = None,
    *,
    days: int = FORECAST_DAYS,
    people: int = SAMPLE,
) -> Forecast:
    """What becomes of the person under ``change``, taken from the question on.

    Parameters
    ----------
    found
        The weighted crowd: `epsom.inference.inquire` gives it, and it may be kept and asked again.
    engine
        The fast one when None.
    days
        How far to run, at least 6.
    people
        Size of the even sample that is run.

    Returns
    -------
    Forecast
        The same bytes for the same posterior and change.
    """
    return forecasts(found, [change], engine, days=days, people=people)[0]


def forecasts(
    found: Posterior,
    changes: Sequence[Change],
    engine: Engine | None = None,
    *,
    days: int = FORECAST_DAYS,
    people: int = SAMPLE,
) -> list[Forecast]:
    """Forecasts of several changes, run together."""
    rows = even_sample(found.people, people)
    sample, left = found.persona.subset(rows), found.agreement.left[rows]
    gone = gone_by(found.persona, found.attribution, found.people)
    result = []
    for change, ahead in zip(changes, run_on(sample, changes, engine or FastEngine(), days), strict=True):
        removed = _removed(found, sample, ahead)
        eased = {d: _between(gone[1][d], gone[0][d], removed) for d in gone[0]}
        result.append(_read(change, ahead, left, eased))
    return result


def alternatives(found: Posterior, engine: Engine) -> tuple[PlanFinding, ...]:
    """Other ways of taking magnesium, run on the posterior, by absorption against diarrhea and excess."""
    taken = taken_now(found.persona)
    if not taken:
        return ()
    forms = [Change("switch_form", form=form) for form in _OFFERED if form != taken[0].supplement.form]
    changes = [CONTINUE, HALVE, SPLIT, WITH_FOOD, *forms]
    if all(t.supplement.with_food for t in taken):
        changes.remove(WITH_FOOD)
    if all(float(np.median(t.times)) * 2 > MOST_TIMES for t in taken):
        changes.remove(SPLIT)
    plans = [
        (_worth(ahead), _plan(taken, ahead))
        for ahead in forecasts(found, changes, engine, days=COMPARED_DAYS, people=SAMPLE // 2)
    ]
    return tuple(plan for _, plan in sorted(plans, key=lambda item: -item[0]))


def _worth(ahead: Forecast) -> float:
    loose, excess = ahead.diarrhea.probability, ahead.excess.probability
    return ahead.absorbed.median / 100.0 - _DIARRHEA_WORTH * loose - _EXCESS_WORTH * excess


def _plan(taken: tuple[Taking, ...], ahead: Forecast) -> PlanFinding:
    first = changed(taken[0], ahead.change, 0.0)
    said = taken[0].supplement.magnesium_per_intake
    dose = float(np.median(first.amount)) if said is None else said * ahead.change.dose
    return PlanFinding(
        change=ahead.change.name,
        form=first.supplement.form,
        dose=dose * MILLIGRAMS,
        times_per_day=float(np.median(first.times)),
        with_food=first.supplement.with_food,
        absorbed=ahead.absorbed,
        diarrhea=ahead.diarrhea,
        excess=ahead.excess,
        gone=ahead.gone,
    )


def _read(change: Change, ahead: Persona, left: Array, gone: Mapping[int, Share]) -> Forecast:
    lived, days = ahead.lived, ahead.clock.days
    indices = ahead.crowd.indices
    even = np.where(ahead.failed, 0.0, 1.0 / len(ahead.crowd))
    settled = range(days - _SETTLED, days)
    net = np.mean([lived.over_day("absorbed", d) - lived.over_day("secreted", d) for d in settled], axis=0)
    loose = np.mean([diarrhea(lived, d) for d in settled], axis=0)
    limit = ahead.crowd.registry["mild_excess_above"].canonical_value
    high = between(np.log(lived.at("plasma_concentration", days)), left, limit, np.inf)
    absorbed = estimate(net * MILLIGRAMS, even)
    return Forecast(
        change,
        np.arange(days + 1, dtype=float),
        np.stack([band(with_left(lived.at("plasma_concentration", d), left)) for d in range(days + 1)]),
        np.stack([band(stool_mass(lived, d)) for d in range(days)]),
        absorbed or Estimate(np.nan, np.nan, np.nan),
        share(loose, even, indices),
        share(high, even, indices),
        gone,
    )


def _removed(found: Posterior, sample: Persona, ahead: Persona) -> float:
    """Share of what magnesium now does to the symptom that the change takes away, by the causes' weights."""
    question = sample.case.question
    rows = even_sample(found.people, len(sample.crowd))
    recent = np.zeros(found.persona.clock.days)
    recent[-_SETTLED:] = 1.0
    later = np.zeros(ahead.clock.days)
    later[-_SETTLED:] = 1.0
    before = found.rates.subset(rows).by_pathway(question, recent)
    after = Rates(ahead, acute=False).by_pathway(question, later)
    touched: tuple[Cause, ...] = ("gastrointestinal_upset", "magnesium_excess")
    part, whole = 0.0, 0.0
    for k, (cause, pathway) in enumerate(found.pathways):
        if cause in touched:
            weight = float(found.weight[k].sum())
            had, left = before[cause, pathway].sum(), np.nansum(after[cause, pathway])
            part += weight * float(np.clip(1 - left / had, 0.0, 1.0)) if had > 0 else 0.0
            whole += weight
    return part / whole if whole > 0 else 0.0


def _between(continued: Share, stopped: Share, removed: float) -> Share:
    def mixed(low: float, high: float) -> float:
        return low + removed * (high - low)

    return Share(
        mixed(continued.probability, stopped.probability), mixed(continued.low, stopped.low),
        mixed(continued.high, stopped.high), max(continued.noise, stopped.noise),
    )  # fmt: skip
