"""The size of the crowd is enough, and nothing that is worse to have ever makes an answer less urgent."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from epsom.core.documents import case_from_tree
from epsom.core.names import CAUSES, TRIAGE_LEVELS
from epsom.guidance.triage import triage
from epsom.inference import inquire
from epsom.inference.posterior import truncated
from epsom.simulation.fast.engine import FastEngine

FLAGS = ("fever", "night_pain", "recent_trauma", "urinary_retention", "weight_loss_unexplained", "collapse")
FORMS = ("citrate", "oxide", "hydroxide", "bisglycinate")


def person(rng: np.random.Generator) -> dict:
    """A random person with back pain on magnesium, some with magnesium measured."""
    return {
        "schema": "epsom.case/1", "question": "low_back_pain", "asked_on": "2026-06-01",
        "person": {"age": int(rng.integers(20, 88)), "sex": ("female", "male")[rng.integers(2)],
                   "kidney": {"egfr": f"{rng.integers(20, 100)} mL/min/1.73m2"}},
        "supplements": [{"form": FORMS[rng.integers(4)], "dose": f"{rng.integers(100, 500)} mg",
                         "dose_of": "elemental", "times_per_day": int(rng.integers(1, 4)),
                         "start": f"2026-05-{rng.integers(10, 30)}"}],
        "symptoms": [{"name": "low_back_pain", "onset": f"2026-05-{rng.integers(10, 31)}"}],
        "labs": [{"test": "serum_magnesium", "value": f"{rng.uniform(0.9, 2.0):.2f} mmol/L",
                  "taken": "2026-06-01"}] if rng.random() < 0.5 else [],
        "red_flags": {},
    }  # fmt: skip


RARE = {
    "schema": "epsom.case/1", "question": "paresthesia", "asked_on": "2026-06-01",
    "person": {"age": 84, "sex": "female", "drugs": ["furosemide"]},
    "symptoms": [{"name": "paresthesia"}, {"name": "muscle_weakness"}, {"name": "tetany"}],
}  # fmt: skip


def test_more_people_are_simulated_where_an_answer_hangs_on_a_handful():
    """A cause that few people have but whom it hits hard: one of 256 decided alone."""
    found = inquire(case_from_tree(RARE), people=512, further=False).findings
    assert found.people > 512
    plain = {**RARE, "symptoms": [], "question": "low_back_pain"}
    assert inquire(case_from_tree(plain), people=512, further=False).findings.people == 512


def test_nobody_decides_alone():
    """Somebody from where nobody was looked for held half of all weight, in one run of many."""
    weight = np.full((2, 400, 3), 0.5 / (2 * 399 * 3))
    weight[:, 7] = 0.5 / 6
    people = truncated(weight).sum(axis=(0, 2))
    assert people.sum() == pytest.approx(1.0)
    assert people[7] == pytest.approx(0.05 / 0.55)
    even = np.full((2, 400, 3), 1 / 2400)
    assert truncated(even) == pytest.approx(even, rel=1e-12)


def worse(tree: dict, rng: np.random.Generator) -> dict:
    """The same person with one thing that is worse."""
    changed = copy.deepcopy(tree)
    kind = rng.integers(4 if tree["labs"] else 3)
    if kind == 0:
        changed["red_flags"][FLAGS[rng.integers(len(FLAGS))]] = True
    elif kind == 1:
        dose = float(tree["supplements"][0]["dose"].split()[0])
        changed["supplements"][0]["dose"] = f"{dose * 2:g} mg"
    elif kind == 2:
        rate = float(tree["person"]["kidney"]["egfr"].split()[0])
        changed["person"]["kidney"]["egfr"] = f"{rate * 0.6:.0f} mL/min/1.73m2"
    else:
        level = float(tree["labs"][0]["value"].split()[0])
        changed["labs"][0]["value"] = f"{level * 1.5:.2f} mmol/L"
    return changed


def level(tree: dict, people: int) -> int:
    case = case_from_tree(tree)
    findings = inquire(case, people=people, engine=FastEngine(), further=False).findings
    return TRIAGE_LEVELS.index(triage(case, findings).level)


def pairs_that_fell(count: int, seed: int, people: int) -> list[tuple[dict, dict]]:
    rng = np.random.default_rng(seed)
    fell = []
    for _ in range(count):
        tree = person(rng)
        other = worse(tree, rng)
        if level(other, people) > level(tree, people):
            fell.append((tree, other))
    return fell


def test_something_worse_never_lowers_urgency() -> None:
    assert pairs_that_fell(4, seed=2, people=64) == []


@pytest.mark.long
def test_something_worse_never_lowers_urgency_in_two_hundred_pairs() -> None:
    assert pairs_that_fell(200, seed=3, people=128) == []


def spread_over_seeds(tree: dict, seeds: int, people: int) -> tuple[float, float]:
    """Largest standard deviation of a cause's probability over seeds, and the noise one answer reports."""
    told, noise = [], []
    for seed in range(1, seeds + 1):
        found = inquire(
            case_from_tree(tree), people=people, seed=seed, engine=FastEngine(), further=False
        ).findings
        by_cause = {finding.cause: finding.share for finding in found.causes}
        told.append([by_cause[cause].probability for cause in CAUSES])
        noise.append(max(share.noise for share in by_cause.values()))
    return float(np.std(told, axis=0, ddof=1).max()), float(np.mean(noise))


@pytest.mark.long
@pytest.mark.parametrize("measured", [False, True])
def test_the_noise_of_the_default_crowd_is_small_and_is_what_the_answer_says(measured: bool) -> None:
    """At most 0.02 over eight seeds at 512 people."""
    tree = person(np.random.default_rng(1)) | {"red_flags": {"fever": False}}
    tree["labs"] = (
        [{"test": "serum_magnesium", "value": "1.0 mmol/L", "taken": "2026-06-01"}] if measured else []
    )
    spread, said = spread_over_seeds(tree, 8, 512)
    assert spread <= 0.02
    assert said <= 4 * max(spread, 0.002)


def losing(question: str, *drugs: str) -> dict:
    """Somebody with signs of lack on drugs that may cost magnesium, and nothing measured."""
    told = {question, "tetany", "muscle_weakness"}
    return {
        "schema": "epsom.case/1", "question": question, "asked_on": "2026-06-01",
        "person": {"age": 84, "sex": "female", "drugs": list(drugs)},
        "symptoms": [{"name": name} for name in sorted(told)],
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    ("tree", "limit"),
    [(losing("tetany", "furosemide"), 0.02), (losing("muscle_cramps", "furosemide", "omeprazole"), 0.04)],
    ids=["tetany", "cramps"],
)
def test_how_deep_an_unmeasured_loss_goes_does_not_hang_on_the_seed(tree: dict, limit: float) -> None:
    """Lack was 3 to 100 % likely by the seed, with standard deviations of 0.19 and 0.25 over eight seeds.

    Six seeds, fixed. Cramps, with lack and other causes about even, came to 0.025 over eight, and are told to
    err by 0.019. A true 0.02 would exceed 0.04 with one set of six seeds in a thousand, a true 0.025 with one
    in forty.
    """
    spread, said = spread_over_seeds(tree, 6, 512)
    assert spread <= limit
    assert said >= 0.4 * spread
