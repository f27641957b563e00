"""The hardest people run to the end with a status, and their numbers are a body's."""

from __future__ import annotations

import numpy as np
import pytest
from protocols import GRAM, Dose, Life
from scenarios import columns, scenario

from epsom.physiology.whole_body import whole_body
from epsom.simulation import Options, run
from epsom.simulation.balance import Balance
from epsom.simulation.crowd import Description, draw_crowd
from epsom.simulation.engine import Settings, Status
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.reference import ReferenceEngine
from epsom.simulation.study import run_chunk

READ = {
    "serum_magnesium": [0, 7, 27], "urine_magnesium": [26], "fecal_magnesium": [26], "serum_calcium": [27],
    "stool_mass": [26], "muscle_free_magnesium": [27],
}  # fmt: skip
OXIDE = [{"form": "oxide", "dose": "1 g", "dose_of": "elemental", "times_per_day": 3}]


def lived(people=None, read=READ, **keys):
    """Values of a group that must all finish, and how their start was found."""
    result = run(scenario(read, {"count": 24, "egfr": None} | (people or {}), **keys))
    assert result.failed == 0
    assert np.isfinite(result.values).all()
    found = columns(result)
    for (name, _), values in found.items():
        assert (values >= 0).all(), name
    assert set(np.unique(result.balance)) <= {Balance.FOUND, Balance.NONE}
    return found, result


def test_three_grams_of_oxide_a_day_with_hardly_any_kidney():
    found, _ = lived({"egfr": "4 mL/min/1.73m2"}, supplements=OXIDE)
    assert found["serum_magnesium", 27].mean() > found["serum_magnesium", 0].mean() + 0.1
    assert found["serum_magnesium", 27].max() < 20


def test_forty_grams_of_citrate_at_once_in_an_obstructed_bowel():
    dose = {"form": "citrate", "dose": "40 g", "dose_of": "elemental", "at_day": 2.0}
    read = READ | {"serum_magnesium": [0, 2.5, 27]}
    stalled, _ = lived({"conditions": ["bowel_obstruction"]}, read, supplements=[dose])
    moving, _ = lived({}, read, supplements=[dose])
    serum = stalled["serum_magnesium", 2.5]
    assert (serum > moving["serum_magnesium", 2.5]).all()
    assert 2 < serum.mean() < 10
    assert np.abs(stalled["serum_magnesium", 27] - stalled["serum_magnesium", 0]).max() < 0.1


def test_nothing_eaten_for_half_a_year():
    read = {"serum_magnesium": [0, 30, 179], "urine_magnesium": [0, 179], "serum_calcium": [179]}
    found, _ = lived(read=read, duration="180 d", diet_changes=[{"day": 0, "magnesium": "0 mg/day"}])
    assert (found["serum_magnesium", 179] < found["serum_magnesium", 30]).all()
    assert (found["serum_magnesium", 30] < found["serum_magnesium", 0]).all()
    assert found["serum_magnesium", 179].mean() < 0.5
    assert (found["urine_magnesium", 179] < 0.5 * found["urine_magnesium", 0]).all()
    assert (found["serum_calcium", 179] < 2.4).all()


def test_nothing_eaten_ever():
    found, result = lived(diet={"magnesium": "0 mg/day"})
    assert (result.balance == Balance.NONE).all()
    assert found["serum_magnesium", 0].mean() < 0.4


def test_calcium_does_not_vanish_with_magnesium():
    """Guards a fault: without hormone nothing held calcium, and a laboratory read less than none."""
    found, _ = lived({"conditions": ["gitelman_syndrome"], "drugs": ["cisplatin", "amphotericin b"]})
    assert found["serum_magnesium", 27].mean() < 0.4
    assert found["serum_calcium", 27].min() > 0.2
    assert 1.2 < found["serum_calcium", 27].mean() < 2.2


def test_gitelman_syndrome():
    found, _ = lived({"conditions": ["gitelman_syndrome"]})
    assert 0.35 < found["serum_magnesium", 0].mean() < 0.68
    assert np.abs(found["serum_magnesium", 27] - found["serum_magnesium", 0]).max() < 0.02


def test_losses_that_add_up():
    """Guards a fault: cisplatin, an antibody and Gitelman together raised serum instead of lowering it."""
    found, _ = lived(
        {"conditions": ["gitelman_syndrome"], "drugs": ["cisplatin", "cetuximab", "amphotericin b"]}
    )
    alone, _ = lived({"conditions": ["gitelman_syndrome"]})
    for day in (0, 27):
        assert (found["serum_magnesium", day] < 0.9 * alone["serum_magnesium", day]).all()
        assert found["serum_magnesium", day].mean() < 0.3


@pytest.mark.parametrize("kind", ["hemodialysis", "peritoneal_dialysis"])
def test_dialysis(kind):
    found, _ = lived({"dialysis": {"kind": kind}}, supplements=OXIDE)
    assert (found["serum_magnesium", 27] > found["serum_magnesium", 0]).all()
    without, _ = lived({"egfr": "4 mL/min/1.73m2"}, supplements=OXIDE)
    assert found["serum_magnesium", 27].mean() < without["serum_magnesium", 27].mean() + 0.5


def test_dialysis_without_pause_is_on_all_the_time():
    """Guards a fault: where one session ends as the next begins, the end came last and it stayed off."""
    always = {"kind": "hemodialysis", "per_week": 7, "hours": 24, "dialysate_magnesium": "0.2 mmol/L"}
    thrice = {"kind": "hemodialysis", "dialysate_magnesium": "0.2 mmol/L"}
    found, _ = lived({"dialysis": always})
    fewer, _ = lived({"dialysis": thrice})
    for day in (0, 7, 27):
        assert (found["serum_magnesium", day] < fewer["serum_magnesium", day]).all()


def test_two_infusions_at_once():
    drip = {"form": "sulfate", "dose": "20 mmol", "at_day": 6.5, "route": "intravenous", "duration": "10 h"}
    more = drip | {"dose": "12 mmol", "at_day": 6.6, "duration": "4 h"}
    one, _ = lived(supplements=[drip])
    two, _ = lived(supplements=[drip, more])
    assert (two["serum_magnesium", 7] > one["serum_magnesium", 7]).all()
    assert two["serum_magnesium", 7].max() < 6


def test_proton_pump_inhibitor_in_the_susceptible():
    """Two people of a hundred lose much; the others hardly anything."""
    read = {"serum_magnesium": [0, 360]}
    said = scenario(read, {"count": 1000}, duration="360 d", drug_changes=[{"day": 0, "start": "omeprazole"}])
    everyone = draw_crowd(said.people.seed, np.arange(1000), Description())
    susceptible = everyone.uniform("susceptible/proton_pump_inhibitor") < 0.02
    assert 8 <= susceptible.sum() <= 35
    chosen = np.union1d(np.flatnonzero(susceptible), np.arange(30))
    result = run_chunk(said, FastEngine(), Options(), chosen)
    assert result.failed == 0
    fall, few = result.values[:, 0] - result.values[:, 1], susceptible[chosen]
    assert fall[few].mean() > 0.1
    assert -0.005 < fall[~few].mean() < 0.02
    assert fall[few].min() > fall[~few].max()


def test_every_condition_and_drug_class_at_once():
    from epsom.core.names import CONDITIONS
    from epsom.physiology.modifiers import modifiers

    drugs = [name for name in modifiers() if name not in CONDITIONS and name != "pregnancy"]
    ill = [name for name in modifiers() if name in CONDITIONS]
    found, _ = lived({"conditions": ill, "drugs": drugs, "egfr": "30 mL/min/1.73m2"}, supplements=OXIDE)
    assert found["serum_magnesium", 27].max() < 20


@pytest.mark.parametrize("engine", [FastEngine(threads=1), ReferenceEngine()], ids=lambda engine: engine.name)
@pytest.mark.parametrize(
    "life",
    [
        Life(egfr=4.0, days=3, doses=tuple(Dose("oral", "oxide", 8.0 + 6 * i, 3 * GRAM) for i in range(3))),
        Life(transit=0.005, days=3, doses=(Dose("oral", "citrate", 8.0, 40 * GRAM),)),
        Life(transit=0.005, days=3, doses=(Dose("rectal", "sulfate", 8.0, 40 * GRAM),)),
        Life(egfr=4.0, days=2, doses=(Dose("intravenous", "sulfate", 8.0, 10 * GRAM, 5 / 60),)),
        Life(egfr=150.0, days=3, diet=0.0, dialysis=((1.0, 70.0, 15.0, 0.0),)),
    ],
    ids=["failing kidneys", "stalled bowel", "enema in a stalled bowel", "a bolus of 10 g", "washed out"],
)
def test_both_engines_bear_the_hardest_days(engine, life):
    problem = life.problem(whole_body(), people=2)
    courses = engine.solve(problem)
    assert (courses.status == Status.DONE).all()
    amounts = np.array([state.kind != "signal" for state in problem.body.states])
    least = -10 * problem.settings.absolute(problem.body)
    assert (courses.states >= least)[:, :, amounts].all()


@pytest.mark.parametrize("engine", [FastEngine(threads=1), ReferenceEngine()], ids=lambda engine: engine.name)
def test_a_run_that_cannot_succeed_is_missing_and_says_why(engine):
    """Nonsense in one person leaves the others alone."""
    problem = Life(days=2).problem(whole_body(), people=3)
    problem.states[1, 3] = np.nan
    courses = engine.solve(problem)
    assert courses.status[1] in (Status.NOT_FINITE, Status.STEP_TOO_SMALL)
    assert np.isnan(courses.states[1]).all()
    assert courses.failed == 1
    assert (courses.status[[0, 2]] == Status.DONE).all()
    assert np.isfinite(courses.states[[0, 2]]).all()
    assert Status(courses.status[1]).explanation


def test_impossible_tolerance_is_refused_by_a_status_not_by_waiting():
    problem = Life(days=1).problem(whole_body(), people=1, relative=1e-17)
    courses = FastEngine(threads=1).solve(problem)
    assert courses.status[0] in (Status.STEP_TOO_SMALL, Status.TOO_MANY_STEPS, Status.DONE)
    assert Settings(1e-17).absolute(whole_body()).min() > 0


@pytest.mark.long
def test_hemodialysis_for_a_year():
    read = {"serum_magnesium": [0, 180, 364], "bone_magnesium": [0, 364], "serum_calcium": [364]}
    found, _ = lived({"dialysis": {"kind": "hemodialysis"}}, read, duration="365 d")
    assert np.abs(found["serum_magnesium", 364] / found["serum_magnesium", 180] - 1).max() < 0.05


@pytest.mark.long
def test_proton_pump_inhibitor_for_ten_years():
    """The susceptible lose on for years and settle; their serum is neither zero nor normal.

    Guards a fault: the number of steps a run may take did not grow with its days, and ten years failed.
    """
    read = {"serum_magnesium": [0, 365, 3640], "bone_magnesium": [0, 365, 3640]}
    said = scenario(read, {"count": 600}, duration="3641 d", drug_changes=[{"day": 0, "start": "omeprazole"}])
    everyone = draw_crowd(said.people.seed, np.arange(600), Description())
    few = np.flatnonzero(everyone.uniform("susceptible/proton_pump_inhibitor") < 0.02)
    assert len(few) >= 4
    result = run_chunk(said, FastEngine(), Options(), few)
    assert result.failed == 0
    serum, bone = result.values[:, :3], result.values[:, 3:]
    assert (serum[:, 1] < serum[:, 0]).all()
    assert (serum[:, 2] > 0.1).all()
    assert (bone[:, 2] < bone[:, 1]).all()
