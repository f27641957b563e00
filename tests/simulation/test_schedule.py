"""Meals, doses, infusions and drugs become the events they are said to be."""

from __future__ import annotations

import numpy as np
import pytest

from epsom.core.evidence import registry
from epsom.physiology.modifiers import modifiers
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import Crowd, Description, draw_crowd
from epsom.simulation.events import ACTIONS, inputs_at, put_before
from epsom.simulation.schedule import DAY, Schedule, intake_hours, meal_hours, sizes, starting_inputs

BODY = whole_body()


@pytest.fixture
def crowd() -> Crowd:
    return draw_crowd(3, np.arange(6), Description())


def inputs_over(schedule: Schedule, name: str, hours) -> np.ndarray:
    """The input ``name`` just after each of ``hours``, shape (people, hours)."""
    start = starting_inputs(BODY, schedule.crowd, [])
    after = np.nextafter(np.asarray(hours, dtype=float), np.inf)
    tables = schedule.tables(BODY)
    column = BODY.input_index[name]
    return np.array([inputs_at(t, s, after)[:, column] for t, s in zip(tables, start, strict=True)])


def put_into(schedule: Schedule, name: str, before: float = np.inf) -> np.ndarray:
    """What was put into the pool ``name``, per person."""
    place = [BODY.state_index[name]]
    return np.array([put_before(t, place, np.array([before]))[0] for t in schedule.tables(BODY)])


def test_tables_are_in_order_of_time_and_of_what_was_said(crowd):
    schedule = Schedule(crowd)
    schedule.block("set", "transit", [30.0, 5.0], [[0.3, 0.5]])
    schedule.block("scale", "transit", [5.0], 2.0)
    schedule.block("put", "gut_inert", [12.0], np.arange(6.0)[:, None])
    for person, table in enumerate(schedule.tables(BODY)):
        assert table.hours.tolist() == [5.0, 5.0, 12.0, 30.0]
        assert [ACTIONS[a] for a in table.action] == ["set", "scale", "put", "set"]
        assert table.value.tolist() == [0.5, 2.0, person, 0.3]
    assert np.allclose(inputs_over(schedule, "transit", [5.0, 29.0, 30.0])[0], [1.0, 1.0, 0.3])


def test_hours_that_are_missing_do_not_happen(crowd):
    schedule = Schedule(crowd)
    schedule.block("put", "gut_inert", np.where(np.arange(6)[:, None] % 2, [3.0, 4.0], np.nan), 1.0)
    assert [len(table.hours) for table in schedule.tables(BODY)] == [0, 2, 0, 2, 0, 2]


def test_nothing_said_is_nothing_done(crowd):
    tables = Schedule(crowd).tables(BODY)
    assert len(tables) == 6
    assert all(len(table.hours) == 0 for table in tables)


def test_unknown_names_are_errors(crowd):
    schedule = Schedule(crowd)
    schedule.block("put", "no_such_pool", [1.0], 1.0)
    with pytest.raises(KeyError):
        schedule.tables(BODY)


def test_fed_lasts_from_a_meal_until_it_is_digested(crowd):
    schedule = Schedule(crowd)
    schedule.eat([8.0])
    lasting = crowd.value("fed_duration")
    assert (lasting >= 1.5).all()
    fed = inputs_over(schedule, "fed", [7.9, 8.0, 9.4, 14.0])
    assert np.array_equal(fed, np.tile([0.0, 1.0, 1.0, 0.0], (6, 1)))
    for person, hours in enumerate(lasting):
        around = inputs_over(schedule, "fed", [8.0 + hours - 1e-6, 8.0 + hours + 1e-6])[person]
        assert around.tolist() == [1.0, 0.0]


def test_fed_runs_on_when_the_next_meal_comes_first(crowd):
    """The end of the first meal must not end the second, nor two meals at once end each other."""
    schedule = Schedule(crowd)
    schedule.eat([9.0])
    schedule.eat([8.0, 9.0])
    lasting = crowd.value("fed_duration")
    ends = 9.0 + lasting
    hours = np.arange(8.0, 9.0 + lasting.min(), 0.1)
    assert (inputs_over(schedule, "fed", hours) == 1.0).all()
    for person, end in enumerate(ends):
        assert inputs_over(schedule, "fed", [end + 1e-6])[person, 0] == 0.0


def test_meal_that_begins_as_the_last_ends_keeps_the_stomach_fed(crowd):
    schedule = Schedule(crowd)
    first = np.full((6, 1), 8.0)
    schedule.eat(np.hstack([first, first + crowd.value("fed_duration")[:, None]]))
    for person, lasting in enumerate(crowd.value("fed_duration")):
        fed = inputs_over(schedule, "fed", [8.0 + lasting, 8.0 + 1.99 * lasting, 8.0 + 2.01 * lasting])[
            person
        ]
        assert fed.tolist() == [1.0, 1.0, 0.0]


def test_meal_is_split_into_dissolved_and_bound_and_phytate_binds_more(crowd):
    plain, bound = Schedule(crowd), Schedule(crowd)
    plain.meal([8.0], np.full((6, 1), 4.0))
    bound.meal([8.0], np.full((6, 1), 4.0), 1.5)
    most = Schedule(crowd)
    most.meal([8.0], np.full((6, 1), 4.0), 100.0)
    for schedule in (plain, bound, most):
        total = put_into(schedule, "stomach_dissolved") + put_into(schedule, "gut_inert")
        assert np.allclose(total, 4.0, rtol=1e-15)
        assert (put_into(schedule, "stomach_dissolved") >= 0).all()
    more = put_into(bound, "gut_inert") - put_into(plain, "gut_inert")
    room = put_into(plain, "stomach_dissolved")
    assert np.allclose(more, np.minimum(1.5, room))
    assert np.allclose(put_into(most, "gut_inert"), 4.0)


@pytest.mark.parametrize(
    ("form", "route", "pools"),
    [
        ("citrate", "oral", {"stomach_dissolved", "gut_inert"}),
        ("oxide", "oral", {"stomach_solid", "gut_inert"}),
        ("sulfate", "rectal", {"colon_dissolved", "gut_inert"}),
        ("hydroxide", "rectal", {"colon_solid", "gut_inert"}),
    ],
)
def test_dose_goes_where_its_form_and_route_say(crowd, form, route, pools):
    schedule = Schedule(crowd)
    schedule.swallow(form, [9.0, 21.0], np.full((6, 1), 10.0), route)
    magnesium = [i for i, state in enumerate(BODY.states) if state.substance == "magnesium"]
    for table in schedule.tables(BODY):
        given = {BODY.states[t].name for t in table.target if t in magnesium}
        assert given <= pools
        assert put_before(table, magnesium, np.array([100.0]))[0] == pytest.approx(20.0, rel=1e-14)
        assert set(table.hours) == {9.0, 21.0}


def test_anion_of_a_sulfate_comes_with_it(crowd):
    schedule = Schedule(crowd)
    schedule.swallow("sulfate", [9.0], np.full((6, 1), 10.0))
    assert (put_into(schedule, "small_bowel_anion") > 5).all()
    plain = Schedule(crowd)
    plain.swallow("chloride", [9.0], np.full((6, 1), 10.0))
    assert (put_into(plain, "small_bowel_anion") == 0).all()


def test_rates_of_infusions_add_and_each_ends_by_itself(crowd):
    schedule = Schedule(crowd)
    schedule.infuse([2.0], np.full((6, 1), 8.0), 4.0)
    schedule.infuse([3.0, 20.0], np.full((6, 1), 6.0), 2.0)
    rates = inputs_over(schedule, "infusion", [1.9, 2.0, 3.0, 4.9, 5.0, 6.0, 20.0, 22.0])
    assert np.allclose(rates, [0, 2, 5, 5, 2, 0, 3, 0], atol=1e-14)


def test_infusion_over_all_keeps_its_total(crowd):
    schedule = Schedule(crowd)
    schedule.infuse(np.arange(0.0, 100.0, 0.7), np.full((6, 1), 1.3), 0.1)
    hours = np.arange(0.0, 110.0, 0.01) + 0.005
    rates = inputs_over(schedule, "infusion", hours)
    assert np.allclose(rates.sum(axis=1) * 0.01, 1.3 * 143, rtol=0.02)
    assert (rates > -1e-9).all()


def test_injection_waits_in_its_depot(crowd):
    schedule = Schedule(crowd)
    schedule.inject([5.0], np.full((6, 1), 20.0))
    assert (put_into(schedule, "injection_depot") == 20.0).all()


ONSET = [(of, effect) for of, effects in modifiers().items() for effect in effects]


@pytest.mark.parametrize(
    ("of", "effect"), ONSET, ids=lambda item: item if isinstance(item, str) else item.input
)
def test_effect_builds_up_is_whole_and_is_undone(crowd, of, effect):
    schedule = Schedule(crowd)
    start, onset = 48.0, effect.onset_days * DAY
    stop = start + onset + 240.0
    schedule.modify(effect, start, stop)
    size = sizes(crowd, effect)
    default = BODY.inputs[BODY.input_index[effect.input]].default
    whole = default * size if effect.action == "scale" else default + size
    before, half, full, after = inputs_over(
        schedule, effect.input, [start - 1, start + onset / 2, start + onset, stop]
    ).T  # fmt: skip
    assert np.allclose(before, default)
    assert np.allclose(full, whole, rtol=1e-12)
    assert np.allclose(after, whole if effect.lasts else default, rtol=1e-12, atol=1e-15)
    if onset:
        middle = np.sqrt(default * whole) if effect.action == "scale" else (default + whole) / 2
        assert np.allclose(half, middle, rtol=1e-9)


def test_effect_that_ends_before_it_was_whole_is_undone_as_far_as_it_went(crowd):
    slow = next(effect for effect in modifiers()["proton_pump_inhibitor"] if effect.onset_days > 100)
    schedule = Schedule(crowd)
    schedule.modify(slow, 0.0, 30 * DAY)
    share = inputs_over(schedule, "uptake_share", [29 * DAY, 30 * DAY])
    assert ((share[:, 0] < 1) & (share[:, 0] > sizes(crowd, slow))).all()
    assert np.allclose(share[:, 1], 1.0, rtol=1e-14)
    never = Schedule(crowd)
    never.modify(slow, 10.0, 10.0)
    assert np.allclose(inputs_over(never, "uptake_share", [9.0, 11.0, 1000.0]), 1.0, rtol=1e-15)


def test_damage_stays_as_far_as_it_went(crowd):
    (platinum,) = modifiers()["platinum"]
    schedule = Schedule(crowd)
    schedule.modify(platinum, 0.0, 5 * DAY)
    shift = inputs_over(schedule, "threshold_shift", [5 * DAY, 300 * DAY])
    assert (shift[:, 0] < 0).all()
    assert np.array_equal(shift[:, 0], shift[:, 1])
    assert (shift[:, 0] > sizes(crowd, platinum)).all()


def test_standing_effects_multiply_and_add(crowd):
    several = [*modifiers()["proton_pump_inhibitor"], *modifiers()["diabetes"], *modifiers()["thiazide"]]
    inputs = starting_inputs(BODY, crowd, several)
    acid, uptake = (sizes(crowd, effect) for effect in modifiers()["proton_pump_inhibitor"])
    shift = sum(sizes(crowd, e) for e in several if e.input == "threshold_shift")
    assert np.allclose(inputs[:, BODY.input_index["acid_secretion"]], acid)
    assert np.allclose(inputs[:, BODY.input_index["uptake_share"]], uptake)
    assert np.allclose(inputs[:, BODY.input_index["threshold_shift"]], shift)


def test_susceptible_people_are_as_many_as_said_and_the_same_for_each_effect():
    many = draw_crowd(1, np.arange(20_000), Description())
    for of, effects in modifiers().items():
        for effect in effects:
            if effect.susceptible_size is not None:
                strong = sizes(many, effect) == effect.susceptible_size
                share = effect.susceptible_share
                # Five standard errors: fails by chance once in a million seeds, and the seed is fixed.
                assert abs(strong.mean() - share) < 5 * np.sqrt(share * (1 - share) / 20_000), of


def test_hours_of_the_day(crowd):
    first, second, third = meal_hours(crowd)
    bedtime = registry()["bedtime_hour"].canonical_value
    assert intake_hours(crowd, 1, True).tolist() == [first]
    assert intake_hours(crowd, 2, True).tolist() == [first, third]
    assert intake_hours(crowd, 3, False).tolist() == [first - 1, second - 1, third - 1]
    assert intake_hours(crowd, 4, True).tolist() == [first, second, third, bedtime]
    often = intake_hours(crowd, 8, True)
    assert len(often) == 8
    assert np.allclose(np.diff(often), (bedtime - first + 1) / 7)
