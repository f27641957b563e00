"""A scenario's days become events: what starts, what stops, and what the control leaves out."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import scenario

from epsom.core.records.scenario import DialysisPlan
from epsom.physiology.modifiers import effects_of_condition, effects_of_drug
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import draw_crowd
from epsom.simulation.events import inputs_at
from epsom.simulation.protocol import (
    Protocol,
    acting,
    add_dialysis,
    describe,
    dialysis_clearance,
    share_of_week,
    standing_modifiers,
)
from epsom.simulation.schedule import DAY, Schedule, meal_hours, starting_inputs
from epsom.simulation.study import traced_body

BODY = whole_body()
READ = {"serum_magnesium": [0]}


def tables(said, *, with_changes=True, body=BODY):
    crowd = draw_crowd(said.people.seed, np.arange(said.people.count), describe(said))
    return crowd, Protocol(said, with_changes).schedule(crowd).tables(body)


def doses(said, pool: str, more_than: float = 0.0, **options):
    """Hours at which more than so much is put into ``pool``, per person."""
    _, found = tables(said, **options)
    body = options.get("body", BODY)
    place = body.state_index[pool]
    return [t.hours[(t.action == 0) & (t.target == place) & (t.value > more_than)].tolist() for t in found]


def inputs(said, name: str, days, **options) -> np.ndarray:
    """Input ``name`` just after each of ``days``, shape (people, days)."""
    crowd, found = tables(said, **options)
    start = starting_inputs(BODY, crowd, standing_modifiers(said))
    after = np.asarray(days, dtype=float) * DAY + 1e-6
    return np.array(
        [inputs_at(t, s, after)[:, BODY.input_index[name]] for t, s in zip(found, start, strict=True)]
    )


def supplement(**keys):
    """A scenario of one supplement of 500 mg chloride, which dwarfs any meal."""
    given = {"form": "chloride", "dose": "500 mg", "dose_of": "elemental", "with_food": True} | keys
    return scenario(READ, {"count": 4}, duration="10 d", supplements=[given])


LARGE = 12.0  # mmol; meals bring 4


def taken(said) -> list[float]:
    found = doses(said, "stomach_dissolved", LARGE)
    assert all(hours == found[0] for hours in found)
    return found[0]


def test_daily_from_start_to_before_stop():
    assert taken(supplement(start_day=2, stop_day=5)) == [56.0, 80.0, 104.0]
    assert taken(supplement(start_day=2, stop_day=4, times_per_day=2)) == [56.0, 67.0, 80.0, 91.0]
    assert taken(supplement(start_day=8)) == [200.0, 224.0]
    assert len(taken(supplement())) == 10


def test_stop_within_a_day_leaves_out_that_days_later_doses():
    """Guards a fault: the rest of the day of a fractional stop was still taken."""
    assert taken(supplement(start_day=0, stop_day=1.5, times_per_day=3)) == [8.0, 13.0, 19.0, 32.0]
    assert taken(supplement(start_day=3, stop_day=3.1)) == [80.0]  # at least one


def test_without_food_is_an_hour_before_and_no_meal():
    said = supplement(start_day=0, stop_day=1, with_food=False)
    assert taken(said) == [7.0]
    assert (inputs(said, "fed", [7.2 / 24]) == 0).all()
    eaten = supplement(start_day=0, stop_day=1, times_per_day=4)
    assert (inputs(eaten, "fed", [22.1 / 24]) == 1).all()


def test_food_that_is_not_said_is_drawn_person_by_person():
    said = scenario(READ, {"count": 400}, duration="3 d", supplements=[
        {"form": "chloride", "dose": "500 mg", "dose_of": "elemental", "start_day": 0, "stop_day": 1},
    ])  # fmt: skip
    hours = np.array([h[0] for h in doses(said, "stomach_dissolved", LARGE)])
    assert set(hours) == {7.0, 8.0}
    # 0.6 take it with food; five standard errors of 400 people.
    assert abs((hours == 8.0).mean() - 0.6) < 5 * np.sqrt(0.24 / 400)


def test_at_day_is_one_intake_at_that_moment():
    assert taken(supplement(at_day=3.25)) == [78.0]


def test_fractional_start_keeps_its_hour_of_the_day():
    assert np.allclose(taken(supplement(start_day=1.5, stop_day=4, times_per_day=1)), [36, 60, 84])
    assert np.allclose(taken(supplement(start_day=1.5, stop_day=2.5, times_per_day=4)), [36, 42, 48, 54])


def test_every_other_day_begins_with_the_first_meal():
    """Guards a fault: a product taken every other day was taken at midnight."""
    assert np.allclose(taken(supplement(start_day=1, stop_day=8, times_per_day=0.5)), [32, 80, 128, 176])
    assert np.allclose(taken(supplement(start_day=1, stop_day=3, times_per_day=1.5)), [32, 48, 64])


def drip(**keys):
    given = {"form": "sulfate", "dose": "12 mmol", "route": "intravenous"} | keys
    return scenario(READ, {"count": 3}, duration="10 d", supplements=[given])


def test_infusion_of_a_stated_length():
    said = drip(at_day=1.0, duration="6 h")
    assert np.allclose(inputs(said, "infusion", [0.99, 1.0, 1.2, 1.25]), [0, 2, 2, 0])


def test_infusion_between_start_and_stop_within_a_day_is_one():
    """Guards a fault: it was given as boluses of five minutes."""
    said = drip(start_day=1.0, stop_day=1.5)
    assert np.allclose(inputs(said, "infusion", [0.99, 1.01, 1.49, 1.51]), [0, 1, 1, 0])


def test_infusions_over_days_are_boluses_of_five_minutes():
    said = drip(start_day=1, stop_day=4)
    found = inputs(said, "infusion", [1.0, 1.0 + 4 / 1440, 1.0 + 6 / 1440, 2.0, 3.0, 4.0])
    assert np.allclose(found, [144, 144, 0, 144, 144, 0], atol=1e-9)


def test_dose_that_is_not_said_is_drawn():
    said = scenario(READ, {"count": 300}, duration="2 d", supplements=[{"form": "chloride", "at_day": 0.0}])
    _, found = tables(said)
    place = BODY.state_index["stomach_dissolved"]
    amounts = np.array([t.value[(t.action == 0) & (t.target == place) & (t.hours == 0)].sum() for t in found])
    assert len(np.unique(amounts)) == 300
    assert 5 < np.median(amounts) < 10


def test_diet_changes_count_from_their_days_first_meal():
    changes = [{"day": 5.5, "magnesium": "500 mg/day"}, {"day": 2, "magnesium": "100 mg/day"}]
    said = scenario(READ, {"count": 2}, duration="10 d", diet_changes=changes)
    _, found = tables(said)
    held = [i for i, state in enumerate(BODY.states) if state.substance == "magnesium"]
    for table in found:
        put = (table.action == 0) & np.isin(table.target, held)
        daily = [table.value[put & (table.hours // DAY == day)].sum() * 24.305 for day in range(8)]
        assert np.allclose(daily, [310, 310, 100, 100, 100, 100, 500, 500])


def test_two_changes_of_one_day_leave_the_last():
    changes = [{"day": 1, "magnesium": "100 mg/day"}, {"day": 1, "magnesium": "200 mg/day"}]
    said = scenario(READ, {"count": 1}, duration="3 d", diet_changes=changes)
    _, (table,) = tables(said)
    held = [i for i, state in enumerate(BODY.states) if state.substance == "magnesium"]
    day = (table.action == 0) & np.isin(table.target, held) & (table.hours // DAY == 1)
    assert table.value[day].sum() * 24.305 == pytest.approx(200)


MEALS = [{"at_day": 1.3, "magnesium": "50 mg", "phytate": "1 mmol"}, {"at_day": 1.8, "labeled": True}]


def test_written_meals_replace_the_habitual_ones_of_their_day():
    said = scenario(READ, {"count": 3}, duration="3 d", meals=MEALS)
    crowd, _ = tables(said, body=traced_body())
    hours = doses(said, "stomach_dissolved", -1.0, body=traced_body())
    usual = meal_hours(crowd)
    for person in hours:
        assert np.allclose(person, [*usual, 31.2, 43.2, *(usual + 48), *(usual + 72)])


def test_meal_of_unknown_magnesium_is_a_habitual_one_not_none():
    """Guards a fault: a missing amount was taken for zero."""
    said = scenario(READ, {"count": 3}, duration="3 d", meals=MEALS)
    _, found = tables(said, body=traced_body())
    body = traced_body()
    held = [i for i, state in enumerate(body.states) if state.substance == "magnesium"]
    labeled = [i for i, state in enumerate(body.states) if state.substance == "label"]
    for table in found:
        late = (table.action == 0) & (np.abs(table.hours - 43.2) < 1e-6)
        assert table.value[late & np.isin(table.target, held)].sum() == pytest.approx(310 / 24.305 / 3)
        assert table.value[late & np.isin(table.target, labeled)].sum() == pytest.approx(310 / 24.305 / 3)


def test_control_keeps_meals_and_dialysis_and_leaves_the_rest_out():
    """The contract names what the control goes without: supplements, diet, drug and condition changes."""
    said = scenario(
        READ, {"count": 3, "dialysis": {"kind": "hemodialysis"}}, duration="6 d",
        meals=[{"at_day": 1.3, "magnesium": "90 mg"}],
        supplements=[{"form": "chloride", "dose": "500 mg", "dose_of": "elemental"}],
        diet_changes=[{"day": 2, "magnesium": "0 mg/day"}],
        drug_changes=[{"day": 1, "start": "furosemide"}],
        condition_changes=[{"day": 1, "start": "ileus"}],
    )  # fmt: skip
    options = {"with_changes": False}
    assert all(31.2 in np.round(hours, 6) for hours in doses(said, "stomach_dissolved", **options))
    assert all(any(h > 60 for h in hours) for hours in doses(said, "stomach_dissolved", **options))
    assert not any(doses(said, "stomach_dissolved", LARGE, **options))
    assert (inputs(said, "transit", [4], **options) == 1).all()
    assert (inputs(said, "threshold_shift", [5], **options) == 0).all()
    assert (inputs(said, "dialysis_clearance", [8.1 / 24], **options) > 0).all()


def drugs(changes=(), standing=(), conditions=(), condition_changes=()):
    people = {"count": 5, "drugs": list(standing), "conditions": list(conditions)}
    ill = list(condition_changes)
    return scenario(READ, people, duration="40 d", drug_changes=list(changes), condition_changes=ill)


def test_standing_drug_that_stops_on_a_day():
    said = drugs([{"day": 10, "stop": "omeprazole"}], standing=["omeprazole"])
    acid = inputs(said, "acid_secretion", [0, 9.9, 10, 30])
    assert (acid[:, :2] < 0.7).all()
    assert np.allclose(acid[:, 2:], 1.0, rtol=1e-14)


def test_drug_that_starts_and_stops():
    said = drugs([{"day": 20, "stop": "Omeprazole"}, {"day": 5, "start": "omeprazole"}])
    acid = inputs(said, "acid_secretion", [4.9, 5, 19.9, 20])
    assert np.allclose(acid[:, [0, 3]], 1.0)
    assert (acid[:, 1:3] < 0.7).all()


def test_stopping_what_nobody_takes_changes_nothing():
    """Guards a fault: the effect of a drug never taken was undone."""
    for name in ("omeprazole", "furosemide", "no such drug"):
        said = drugs([{"day": 5, "stop": name}])
        for key in ("acid_secretion", "threshold_shift", "uptake_share"):
            found = inputs(said, key, [0, 6])
            assert np.array_equal(found[:, 0], found[:, 1])


def test_second_drug_of_a_class_adds_nothing_and_the_last_ends_the_effect():
    """Guards a fault: two names of one drug acted twice."""
    one = inputs(drugs(standing=["omeprazole"]), "acid_secretion", [0, 6, 12, 20])
    both = drugs(
        [{"day": 5, "stop": "omeprazole"}, {"day": 10, "stop": "Prilosec"}],
        standing=["omeprazole", "prilosec"],
    )
    found = inputs(both, "acid_secretion", [0, 6, 12, 20])
    assert np.allclose(found[:, :2], one[:, :2])
    assert np.allclose(found[:, 2:], 1.0)


def test_drug_begun_again_while_it_is_taken_acts_once():
    said = drugs([{"day": 5, "start": "omeprazole"}], standing=["omeprazole"])
    assert np.allclose(*inputs(said, "acid_secretion", [0, 6]).T)


def test_lasting_damage_stays_when_a_standing_drug_stops():
    said = drugs([{"day": 5, "stop": "cisplatin"}], standing=["cisplatin"])
    shift = inputs(said, "threshold_shift", [0, 30])
    assert (shift < 0).all()
    assert np.array_equal(shift[:, 0], shift[:, 1])


def test_condition_that_stood_and_ends_and_one_that_comes_and_goes():
    said = drugs(conditions=["ileus"], condition_changes=[
        {"day": 3, "stop": "ileus"},
        {"day": 6, "start": "bowel_obstruction"}, {"day": 8, "stop": "bowel_obstruction"},
    ])  # fmt: skip
    transit = inputs(said, "transit", [0, 3, 6, 8])
    assert (transit[:, 0] < 0.6).all()
    assert np.allclose(transit[:, [1, 3]], 1.0)
    assert (transit[:, 2] < 0.3).all()


def test_acute_kidney_injury_falls_and_recovers():
    said = drugs(
        condition_changes=[
            {"day": 2, "start": "acute_kidney_injury"},
            {"day": 9, "stop": "acute_kidney_injury"},
        ]
    )
    goal = inputs(said, "kidney_goal", [1, 2, 9])
    assert np.allclose(goal[:, [0, 2]], 1.0)
    assert (goal[:, 1] < 0.8).all()


def test_stretches_of_one_effect_are_merged():
    class Change:
        def __init__(self, day, start=None, stop=None):
            self.day, self.start, self.stop = day, start, stop

    effect = effects_of_drug("omeprazole")
    changes = [Change(1, start="omeprazole"), Change(3, stop="omeprazole"), Change(3, start="Nexium"),
               Change(9, stop="nexium 20 mg"), Change(12, start="pantoprazole")]  # fmt: skip
    assert acting([], changes, effects_of_drug) == [(effect, 1, 9), (effect, 12, np.inf)]
    assert acting(["heart_block"], [], effects_of_condition) == []


def test_standing_effects_are_found_once_each():
    people = {"drugs": ["omeprazole", "Nexium", "what is this"], "conditions": ["diabetes"], "pregnant": True}
    said = scenario(READ, {"count": 1} | people)
    found = standing_modifiers(said)
    assert sorted({effect.of for effect in found}) == ["diabetes", "pregnancy", "proton_pump_inhibitor"]
    assert len(found) == len(set(found))


def sessions(plan: DialysisPlan, start=0.0, stop=14 * DAY, step=0.05):
    crowd = draw_crowd(1, np.arange(2), describe(scenario(READ, {"count": 2})))
    schedule = Schedule(crowd)
    add_dialysis(schedule, plan, start, stop)
    hours = np.arange(start, stop, step) + step / 2
    begin = starting_inputs(BODY, crowd, [])
    column = BODY.input_index["dialysis_clearance"]
    running = np.array(
        [inputs_at(t, s, hours)[:, column] for t, s in zip(schedule.tables(BODY), begin, strict=True)]
    )
    return hours, running, dialysis_clearance(crowd, plan)


@pytest.mark.parametrize(("per_week", "hours"), [(3, 4), (7, 2), (6, 8), (2, 12), (14, 5), (5, 4.5)])
def test_sessions_are_as_many_and_as_long_as_planned(per_week, hours):
    plan = DialysisPlan(kind="hemodialysis", per_week=per_week, hours=hours)
    when, running, clearance = sessions(plan, stop=28 * DAY)
    for row, full in zip(running, clearance, strict=True):
        assert set(np.unique(row)) == {0.0, full}
        assert (row > 0).mean() == pytest.approx(share_of_week(plan), abs=0.02)
    begins = when[1:][(running[0, 1:] > 0) & (running[0, :-1] == 0)]
    assert np.allclose(np.diff(begins), 168 / per_week, atol=0.06)


def test_session_that_runs_past_midnight_goes_on_after_it():
    """Guards a fault: what was left of the session that began on the day before was cut off."""
    plan = DialysisPlan(kind="hemodialysis", per_week=14, hours=5)
    hours, running, _ = sessions(plan)
    assert (running[:, hours < 1.0] > 0).all()
    assert (running[:, (hours > 1.0) & (hours < 8.0)] == 0).all()


def test_dialysis_all_week_never_stops():
    """Guards a fault: where an end fell on a beginning, dialysis stayed off."""
    plan = DialysisPlan(kind="hemodialysis", per_week=7, hours=24)
    assert share_of_week(plan) == 1.0
    hours, running, _ = sessions(plan)
    assert (running[:, hours > 8.0] > 0).all()
    peritoneal = DialysisPlan(kind="peritoneal_dialysis")
    assert share_of_week(peritoneal) == 1.0
    assert (sessions(peritoneal)[1] > 0).all()


def test_run_in_and_course_keep_one_rhythm():
    """Sessions before day 0 and after it are those of one week that repeats."""
    plan = DialysisPlan(kind="hemodialysis", per_week=3, hours=4)
    _, before, _ = sessions(plan, start=-28 * DAY, stop=0.0)
    _, after, _ = sessions(plan, start=0.0, stop=28 * DAY)
    assert np.array_equal(before, after)
