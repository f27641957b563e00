"""People whose true cause is known: log score, reliability, coverage, and what clustered reports do."""

from __future__ import annotations

import numpy as np
import pytest
from known_truth import (
    QUANTITIES,
    Template,
    answered,
    chances,
    people_with_known_cause,
    rank,
)  # fmt: skip
from scipy.stats import kstwobign

from epsom.core.names import CAUSES
from epsom.inference.fit import fit_of
from epsom.inference.likelihood import effective_sample_size

ASKED_FOR = ("diarrhea", "abdominal_cramps", "nausea", "leg_pain", "fatigue")
GUT = CAUSES.index("gastrointestinal_upset")
OTHER = CAUSES.index("other_cause")


def taking(form: str, dose: str, times: float, start: str, food: bool = False) -> list[dict]:
    return [
        {"form": form, "dose": dose, "dose_of": "elemental", "times_per_day": times, "start": start,
         "with_food": food}
    ]  # fmt: skip


#: Size of the crowd that answers.
PEOPLE = 768


#: Bowel route: sound kidneys, doses from harmless to strongly laxative, begun lately or weeks ago.
BOWEL = tuple(
    Template(question, {"age": age, "sex": sex}, supplements, asked)
    for question, age, sex, supplements, asked in (
        ("low_back_pain", 48, "female", taking("citrate", "500 mg", 2, "2026-05-24"), ASKED_FOR),
        ("low_back_pain", 35, "male", taking("oxide", "400 mg", 2, "2026-05-20"), ASKED_FOR),
        ("low_back_pain", 61, "female", taking("chloride", "300 mg", 1, "2026-05-10", True), ASKED_FOR),
        ("abdominal_cramps", 42, "male", taking("citrate", "400 mg", 2, "2026-05-22"), ASKED_FOR[:1]),
        ("nausea", 55, "female", taking("hydroxide", "500 mg", 2, "2026-05-18"), ("diarrhea", "fatigue")),
    )
)


def predicted_and_true(templates, count, seed, people=256) -> tuple[np.ndarray, np.ndarray]:
    told, true = [], []
    for template in templates:
        for truth in people_with_known_cause(template, count, seed, people):
            told.append(chances(answered(template, truth, people)))
            true.append(CAUSES.index(truth.cause))
    return np.array(told), np.array(true)


def log_score(told: np.ndarray, true: np.ndarray) -> float:
    return float(-np.log(np.maximum(told[np.arange(len(true)), true], 1e-6)).mean())


def reliability(told: np.ndarray, true: np.ndarray, bins: int = 5) -> float:
    """Root mean square distance between predicted and true shares of the gut, in bins weighted by size."""
    order = np.argsort(told[:, GUT], kind="stable")
    parts = np.array_split(order, bins)
    gaps = [told[part, GUT].mean() - (true[part] == GUT).mean() for part in parts]
    return float(np.sqrt(np.average(np.square(gaps), weights=[len(part) for part in parts])))


def test_the_bowel_route_is_told_better_than_by_always_naming_another_cause() -> None:
    told, true = predicted_and_true(BOWEL[3:4], 60, seed=5, people=128)
    always = np.full_like(told, 0.1 / 3)
    always[:, OTHER] = 0.9
    assert log_score(told, true) < log_score(always, true)


@pytest.mark.long
def test_the_bowel_route_in_a_thousand_people() -> None:
    """1,000 people: log score below simple rules, reliability within 0.07."""
    told, true = predicted_and_true(BOWEL, 200, seed=11, people=512)
    assert len(true) == 1000
    named = {"always other": OTHER, "exposure names the cause": GUT}
    for cause in named.values():
        rule = np.full_like(told, 0.1 / 3)
        rule[:, cause] = 0.9
        assert log_score(told, true) < log_score(rule, true)
    assert reliability(told, true) < 0.07


SICK = {
    "age": 70, "sex": "male", "kidney": {"egfr": "7 mL/min/1.73m2"}, "conditions": ["chronic_kidney_disease"],
}  # fmt: skip
LACKING = {
    "age": 66, "sex": "female", "conditions": ["gitelman_syndrome", "alcohol_use_disorder", "short_bowel"],
    "drugs": ["furosemide"],
}  # fmt: skip
#: For each true cause a person in whom it is common enough to be drawn.
STRATA = {
    "gastrointestinal_upset": BOWEL[3],
    "magnesium_excess": Template(
        "drowsiness", SICK, taking("hydroxide", "1200 mg", 4, "2026-05-05"), ("muscle_weakness", "nausea")
    ),
    "magnesium_deficiency": Template(
        "muscle_cramps", LACKING, [], ("paresthesia", "muscle_weakness"), diet={"magnesium": "25 mg/day"}
    ),
    "other_cause": BOWEL[0],
}
#: Asked about much, so that people who affirm everything stand out.
ASKED_MUCH = Template(
    "low_back_pain", {"age": 48, "sex": "female"}, [],
    ("diarrhea", "nausea", "fatigue", "malaise", "headache", "dizziness", "muscle_pain", "palpitations",
     "tremor", "paresthesia", "muscle_weakness", "bloating", "leg_pain", "confusion"),
)  # fmt: skip


#: Size of the crowd that answers. Excess is rare even among the sick, so that few of a small crowd carry it.
SIZES = dict.fromkeys(STRATA, PEOPLE) | {"gastrointestinal_upset": 1024, "magnesium_excess": 4096}


def ranks(
    template: Template, cause: str, count: int, seed: int, clustering: float = 1.0, people: int = PEOPLE
) -> tuple[dict[str, np.ndarray], float, int]:
    """Ranks of the true values given the true cause, effective size of the crowd, how often the fit strains.

    True people come from a larger crowd than the one that answers, so that few of them are drawn twice.
    """
    rng = np.random.default_rng(seed)
    found: dict[str, list[float]] = {name: [] for name in QUANTITIES}
    sizes, strained = [], 0
    for truth in people_with_known_cause(template, count, seed, 4 * people, clustering, cause):
        posterior = answered(template, truth, people)
        strained += fit_of(posterior) != "good"
        held = posterior.weight[posterior.rows_of(cause)].sum(axis=(0, 2))
        sizes.append(effective_sample_size(held / held.sum()))
        for name in QUANTITIES:
            found[name].append(rank(posterior, cause, name, truth.quantities[name], rng))
    return {name: np.array(values) for name, values in found.items()}, float(np.median(sizes)), strained


def coverage(values: np.ndarray) -> float:
    return float(((values > 0.05) & (values < 0.95)).mean())


def chance_if_uniform(values: np.ndarray, crowd: float) -> float:
    """Of so large a Kolmogorov-Smirnov distance were the ranks uniform.

    All are taken in one crowd, which is itself a sample of ``crowd`` people: a test of two samples.
    """
    ordered, steps = np.sort(values), np.arange(len(values) + 1) / len(values)
    distance = max(np.max(steps[1:] - ordered), np.max(ordered - steps[:-1]))
    return float(kstwobign.sf(distance * np.sqrt(len(values) * crowd / (len(values) + crowd))))


@pytest.mark.long
@pytest.mark.parametrize("cause", STRATA)
def test_ranks_are_uniform_and_intervals_cover(cause: str) -> None:
    """Simulation-based calibration, 400 people of each true cause; the posterior is that given the cause.

    Twenty tests at 0.001 fail by chance once in fifty; the seed is fixed.
    """
    found, crowd, _ = ranks(STRATA[cause], cause, 400, seed=23, people=SIZES[cause])
    for name, values in found.items():
        assert chance_if_uniform(values, crowd) > 0.001, name
        assert 0.85 <= coverage(values) <= 0.95, (name, coverage(values))


@pytest.mark.long
def test_people_who_report_in_clusters_strain_the_fit_and_are_still_covered() -> None:
    _, _, plain = ranks(ASKED_MUCH, "other_cause", 100, seed=31)
    found, _, strained = ranks(ASKED_MUCH, "other_cause", 100, seed=31, clustering=8.0)
    for name, values in found.items():
        assert coverage(values) > 0.75, (name, coverage(values))
    assert strained >= plain + 5
