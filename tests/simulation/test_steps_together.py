"""People who take their steps together: differences between them are smooth in what differs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from protocols import Dose, Life

from epsom.physiology.whole_body import whole_body
from epsom.simulation.engine import Settings, Status
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine

FAST, REFERENCE, BODY = FastEngine(threads=1), ReferenceEngine(), whole_body()
READ = BODY.state_index["plasma_magnesium"]
LIFE = Life(
    days=2, doses=(Dose("oral", "citrate", 9.0, 20.0), Dose("intravenous", "sulfate", 30.0, 5.0, 2.0))
)


def copies(changes, together, relative=1e-6, name="capillary_exchange", life=LIFE):
    """One person many times, with a constant changed by each share of ``changes``."""
    one = life.problem(BODY, people=1, relative=relative)
    constants = np.repeat(one.constants, len(changes), axis=0)
    constants[:, BODY.constant_index[name]] *= 1.0 + np.array(changes)
    many = {part: np.repeat(getattr(one, part), len(changes), axis=0) for part in ("states", "inputs")}
    return replace(
        one, constants=constants, **many, events=list(one.events) * len(changes),
        settings=Settings(relative, together=together),
    )  # fmt: skip


def derivatives(life, together, change, relative):
    """Change of serum by relative change of a constant, at each report, from pairs around 40 near values."""
    around = np.linspace(0.0, 0.1, 40)
    pairs = np.column_stack([around, around + change]).ravel()
    states = FAST.solve(copies(pairs, together, relative, "upper_transit", life)).states[:, 1:, READ]
    return around, (states[1::2] - states[::2]) / change


def noise(around, found):
    """What scatters around a smooth curve, as a share of the largest."""
    place = around / 0.05 - 1.0
    curve = np.polynomial.polynomial.polyfit(place, found, 4)
    rest = found - np.polynomial.polynomial.polyval(place, curve).T
    return np.abs(rest).max() / np.abs(found).max()


def test_differences_are_far_less_noisy():
    """Alone, now and then a step is refused to one of a pair and not to the other: not at every tolerance."""
    often = tuple(Dose("oral", "citrate", 9.0 + 24.0 * day, 20.0) for day in range(10))
    life = Life(days=10, doses=(*often, Dose("intravenous", "sulfate", 30.0, 5.0, 2.0)))
    alone, together = (
        max(noise(*derivatives(life, number, 1e-3, relative)) for relative in (3e-6, 1e-5, 3e-5))
        for number in (1, 2)
    )
    assert together < 1e-6
    assert alone > 10 * together


def test_derivative_is_that_of_the_reference():
    change = 0.02
    ours = np.diff(FAST.solve(copies([0.0, 1e-6], 2)).states[:, 1:, READ], axis=0)[0] / 1e-6
    exact = REFERENCE.solve(copies([-change, change], 1, 1e-10)).states[:, 1:, READ]
    theirs = (exact[1] - exact[0]) / (2 * change)
    assert np.abs(ours - theirs).max() < 0.02 * np.abs(theirs).max()


@pytest.mark.parametrize("together", [2, 3, 4, 8])
def test_they_are_as_right_as_alone(together):
    changes = np.linspace(-0.3, 0.3, 24)
    exact = FAST.solve(copies(changes, 1, 1e-10)).states
    found = FAST.solve(copies(changes, together, 1e-7))
    usual = np.array([state.usual for state in BODY.states])
    assert (found.status == Status.DONE).all()
    assert (np.abs(found.states - exact) / np.maximum(np.abs(exact), usual)).max() < 1e-6


def test_a_group_does_not_depend_on_others_or_threads():
    problem = copies(np.linspace(-0.3, 0.3, 18), 3)
    expected = FAST.solve(problem).states
    for threads in (2, 5):
        assert np.array_equal(FastEngine(threads=threads).solve(problem).states, expected)
    few = {part: getattr(problem, part)[6:9] for part in ("constants", "states", "inputs")}
    assert np.array_equal(
        FAST.solve(replace(problem, **few, events=problem.events[6:9])).states, expected[6:9]
    )


def test_they_are_left_to_the_implicit_method_and_fail_together():
    stiff = copies([0.0, 300.0, 0.0, 0.0], 2)
    found = FAST.solve(stiff)
    assert (found.status == Status.DONE).all()
    assert np.allclose(found.states[0], found.states[2], rtol=1e-5, atol=1e-5)
    assert not np.array_equal(found.states[0], found.states[2])
    stiff.states[1, 3] = np.nan
    assert ((FAST.solve(stiff).status == Status.DONE) == [False, False, True, True]).all()


@pytest.mark.parametrize(("people", "together"), [(5, 2), (16, 16), (4, 0)])
def test_groups_that_cannot_be_are_refused(people, together):
    with pytest.raises(ValueError, match="cannot take steps together"):
        FAST.solve(copies(np.zeros(people), together))
