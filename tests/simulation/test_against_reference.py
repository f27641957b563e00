"""The fast engine against SciPy's solver at far tighter tolerance, on random and on extreme lives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from protocols import GRAM, Dose, Life, examples, lives

from epsom.physiology.whole_body import whole_body
from epsom.simulation.engine import Settings, Status
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine

FAST, REFERENCE, BODY = FastEngine(threads=1), ReferenceEngine(), whole_body()
USUAL = np.array([state.usual for state in BODY.states])
TIGHT = Settings(1e-10)
_INFUSIONS = (
    Dose("intravenous", "sulfate", 10.0, 5.0 * GRAM, 0.5),
    Dose("intravenous", "sulfate", 10.2, 5.0 * GRAM, 4.0),
)
EXTREMES = {
    "kidneys of 4 and oxide": Life(
        egfr=4.0, doses=tuple(Dose("oral", "oxide", hour, GRAM) for hour in (8, 16, 32, 56))
    ),
    "forty grams of citrate": Life(doses=(Dose("oral", "citrate", 9.0, 40.0 * GRAM),)),
    "two infusions at once": Life(doses=_INFUSIONS),
    "nothing eaten": Life(diet=0.0),
    "all of it in a stalled bowel": Life(
        egfr=4.0, diet=0.0, transit=0.05, doses=(Dose("oral", "citrate", 9.0, 40.0 * GRAM), *_INFUSIONS),
        dialysis=((40.0, 4.0, 15.0, 0.5),),
    ),
}  # fmt: skip


def deviation(problem, settings, exact) -> float:
    """Largest difference relative to the value, or to the state's usual size where that is more."""
    found = FAST.solve(replace(problem, settings=settings))
    assert (found.status == Status.DONE).all()
    return float(np.max(np.abs(found.states - exact) / np.maximum(np.abs(exact), USUAL)))


def compare(life: Life, people: int = 1) -> None:
    problem = life.problem(BODY, people=people)
    exact = REFERENCE.solve(replace(problem, settings=TIGHT))
    assert (exact.status == Status.DONE).all()
    assert deviation(problem, Settings(), exact.states) < 1e-4
    assert deviation(problem, Settings(1e-7), exact.states) < 1e-6


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_lives(name):
    compare(EXTREMES[name])


@examples(6)
@given(lives(most_days=2))
def test_a_few_random_lives(life):
    compare(life)


@pytest.mark.long
@examples(200)
@given(lives())
def test_two_hundred_random_lives(life):
    compare(life)


@pytest.mark.long
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_lives_of_many_people(name):
    compare(EXTREMES[name], people=8)
