"""`epsom evaluate`: what passed once still passes, and the report shows every target."""

from __future__ import annotations

import json
import re

import pytest

from epsom.inference.calibration.outcomes import Outcome, evaluate, redone
from epsom.inference.calibration.targets import passing, targets
from epsom.interfaces.cli.evaluate import no_longer_passing
from epsom.interfaces.evaluation.document import TALLIES, document, reason, tally
from epsom.interfaces.evaluation.page import page
from epsom.interfaces.evaluation.plots import bands

#: Quick ones of every part of the body; all of them are run by the long test.
QUICK = (
    "fine1991_high_meal", "sabatier2002_alone", "spencer1980_normal", "gullestad1994_retention",
    "okusanya2016_2g", "iom_urine_deficient", "nielsen2016_high", "cummings1992_mass", "label_citrate",
    "altura1994_oxide", "fatemi1991_direction", "leenders2018_end", "kieboom2018_thiazide",
)  # fmt: skip


def outcome_of(target_id: str, value: float, failed: int = 0) -> Outcome:
    target = next(target for target in targets() if target.id == target_id)
    return Outcome(target, value, (value - 0.1, value + 0.1), 0.05, failed)


def inside(target) -> float:
    """A value in the band."""
    low, high = target.low, target.high
    if low is None or high is None:
        return low + 1e-3 if low is not None else high - 1e-3
    return 0.5 * (low + high)


@pytest.fixture(scope="module")
def everything() -> list[Outcome]:
    """Made-up outcomes of every target, the first a miss and the second failed."""
    made = [outcome_of(target.id, inside(target)) for target in targets()]
    return [outcome_of(targets()[0].id, 9.0), outcome_of(targets()[1].id, 0.1, failed=2), *made[2:]]


def test_what_passed_still_passes():
    wanted = [target for target in targets() if target.id in QUICK]
    assert set(QUICK) <= passing()
    assert no_longer_passing(evaluate(wanted)) == []


@pytest.mark.long
def test_all_that_passed_still_passes():
    outcomes = evaluate(targets())
    assert no_longer_passing(outcomes) == []
    counted = tally(outcomes)
    assert counted["fit"][0] >= 0.9 * counted["fit"][1]
    assert counted["check"][0] >= 0.75 * counted["check"][1]
    assert counted["direction"][0] == counted["direction"][1]
    far = [
        outcome.target.id
        for outcome in outcomes
        if outcome.target.role in ("fit", "check")
        and outcome.target.unit in ("mmol/L", "mmol/day")
        and outcome.target.beyond(outcome.value) > 2
    ]
    assert far == []


def test_passing_targets_exist():
    assert passing() <= {target.id for target in targets()}


def test_a_target_that_no_longer_passes_is_named(capsys):
    name = sorted(passing())[0]
    target = next(target for target in targets() if target.id == name)
    assert no_longer_passing([outcome_of(name, inside(target))]) == []
    assert no_longer_passing([outcome_of(name, inside(target), failed=1)]) == [name]
    assert name in capsys.readouterr().err


def test_the_document_holds_every_target_and_the_tallies_add_up(everything):
    tree = json.loads(json.dumps(document(everything), allow_nan=False))
    assert {entry["id"] for entry in tree["targets"]} == {target.id for target in targets()}
    whole = sum(count["of"] for key, count in tree["passed"].items() if key != "spread")
    assert whole == len(targets())
    assert set(tree["passed"]) <= set(TALLIES)
    assert all(entry["why_missed"] for entry in tree["targets"] if not entry["passes"])


def test_a_failed_run_is_a_miss_that_says_so(everything):
    assert reason(everything[1]) == "2 runs failed"
    assert reason(everything[2]) is None


def test_what_is_only_reported_is_not_tallied_as_judged(everything):
    """A source's word that nobody may tune to it holds for experiments as for scenarios."""
    only = [outcome for outcome in everything if outcome.target.role == "report-only"]
    assert {"te_periop", "te_albp_early"} <= {outcome.target.id for outcome in only}
    assert tally(everything)["report-only"][1] == len(only)


def test_the_page_has_every_study_and_loads_nothing(everything):
    text = page(everything)
    for target in targets():
        assert f"study-{target.source}" in text
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?!#)', text)
    names = re.findall(r' id="([^"]+)"', text)
    assert sorted(names) == sorted(set(names))
    for part in ("Before and after", "Parameters that trade off", "Studies left out of the fit", "Morris"):
        assert part in text


def test_a_figure_shows_a_miss_in_words_and_not_by_color_alone(everything):
    drawing = bands("some", "Some", everything[:3])
    assert "miss" in drawing.svg
    assert "in band" in drawing.svg
    assert drawing.table.rows[0][-1] == "no"


def test_an_experiment_without_an_interval_is_drawn_as_a_dot_alone():
    target = next(target for target in targets() if target.experiment)
    drawn = bands("some", "Some", [redone(target)])
    assert "nan" not in drawn.svg
    assert drawn.table.rows[0][-2:] == ("\N{EN DASH}", "yes")


def test_one_target_on_the_command_line(epsom, tmp_path):
    file = tmp_path / "one.html"
    done = epsom("evaluate", "--only", "iom_urine_deficient", "--json", "--html", file)
    assert done.returncode == 0, done.stderr
    entry = json.loads(done.stdout)["targets"][0]
    assert entry["id"] == "iom_urine_deficient"
    assert entry["low"] <= entry["simulated"] <= entry["high"]
    assert "Held" not in done.stderr
    assert "held against published studies" in file.read_text(encoding="utf-8")


def test_an_unknown_target_is_refused_with_the_nearest_name(epsom):
    done = epsom("evaluate", "--only", "iom_urine_deficien", "--json")
    assert done.returncode == 2
    assert "iom_urine_deficient" in done.stdout
