"""Instructions are put in another order, and each still stands behind what it needs."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from epsom.simulation.fast.ordering import without_waiting

KINDS = ("load", "fadd", "fmul", "fdiv", "store", "bitcast")


def written(kinds, picks):
    """Instructions of those kinds; each uses up to two of those before it."""
    made = []
    for kind, (one, other) in zip(kinds, picks, strict=False):
        operands = [made[p % len(made)] for p in (one, other)] if made and kind != "load" else []
        made.append(SimpleNamespace(opname=kind, operands=operands))
    return made


def chains(count, length):
    """Chains of multiplications, one written after the other."""
    made = []
    for _ in range(count):
        last = SimpleNamespace(opname="load", operands=[])
        made.append(last)
        for _ in range(length):
            last = SimpleNamespace(opname="fmul", operands=[last])
            made.append(last)
    return made


@given(
    st.lists(st.sampled_from(KINDS), max_size=60),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=60, max_size=60),
)
def test_nothing_is_lost_and_nothing_comes_before_what_it_needs(kinds, picks):
    before = written(kinds, picks)
    after = without_waiting(before)
    place = {id(instruction): n for n, instruction in enumerate(after)}
    assert sorted(place) == sorted(map(id, before))
    assert all(place[id(o)] < place[id(i)] for i in before for o in i.operands)
    memory = [i for i in before if i.opname in ("load", "store")]
    for n, one in enumerate(memory):
        for other in memory[n + 1 :]:
            if "store" in (one.opname, other.opname):
                assert place[id(one)] < place[id(other)]


def following(instructions):
    """How many stand right behind one they need."""
    return sum(any(o is one for o in other.operands) for one, other in pairwise(instructions))


def test_independent_chains_are_woven_together():
    before = chains(4, 10)
    assert following(before) == 40
    assert following(without_waiting(before)) == 0


def test_the_order_is_always_the_same():
    before = chains(5, 7)
    assert [*map(id, without_waiting(before))] == [*map(id, without_waiting(before))]
