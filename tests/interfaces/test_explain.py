"""`epsom explain`: every pathway step by step, with equation, value, grade and sources; pictures."""

from __future__ import annotations

import json

import numpy as np
import pytest

from epsom.core.evidence import sources
from epsom.core.names import SYMPTOMS
from epsom.inference.explain import explain
from epsom.interfaces import words
from epsom.interfaces.plots.muscle import twitch_picture
from epsom.interfaces.plots.pathways import pathway_picture
from epsom.physiology.effects import effects, evaluate
from epsom.physiology.effects.typical import typical
from epsom.physiology.fiber import Fiber
from epsom.physiology.severity import stages
from epsom.simulation.twitch import twitch

from .pages import check_svg


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_every_symptom_is_explained_from_the_body_to_its_hazard(symptom):
    found = explain(symptom)
    assert found.total >= found.model.background.median
    assert len(found.routes) == len(found.model.links)
    for route in found.routes:
        assert route.steps[-1].name == route.link.effect
        assert all(np.isfinite(item.value) for step in route.steps for item in step.given)
        for step in route.steps:
            assert set(step.sources) <= set(sources())
            assert all(item.name in step.equation or route.link.effect == step.name for item in step.given)
    picture = pathway_picture(found)
    check_svg(picture.standalone())
    assert len(picture.table.rows) == len(found.routes)


def test_the_screen_shows_equations_values_grades_and_definitions(epsom):
    done = epsom("explain", "low_back_pain", "--picture", "path.svg", "--fiber", "fiber.svg")
    assert done.returncode == 0
    shown = " ".join(done.stdout.split())
    for name in ("nmda_opening = now / usual", "jahr1990voltage", "(recalled)", "mmol/L", "18.6 % a year"):
        assert name in shown
    for pathway in ("referred_pain", "pain_sensitization", "weakness_gait_strain"):
        assert words.PATHWAYS[pathway] in shown
    assert words.EVIDENCE["assumption"] in shown
    assert "an episode that led to care" in shown
    for file in ("path.svg", "fiber.svg"):
        check_svg((epsom.folder / file).read_text(encoding="utf-8"))


def test_a_case_gives_the_values_of_the_people_who_match_it(epsom, case_file):
    done = epsom("explain", "diarrhea", "--case", case_file, "--people", "16", "--json")
    assert done.returncode == 0
    tree = json.loads(done.stdout)
    assert tree["people"] == "case"
    given = {item["name"]: item for path in tree["pathways"] for s in path["steps"] for item in s["given"]}
    assert given["held_water"]["value"] > 0
    assert tree["total"]["value"] > tree["background"]["median"]
    for path in tree["pathways"]:
        assert path["course"] is None or sum(path["course"].values()) == pytest.approx(1.0)
    assert set(tree["severity"]) == set(stages())


def test_severity_follows_serum_and_a_waning_cause_is_called_better():
    def reader(**changed):
        def read(names):
            given = typical(**changed)
            found = evaluate([name for name in names if name in effects()], given)
            return {name: float(found[name] if name in found else given(name)) for name in names}

        return read

    high = explain("drowsiness", reader(plasma_concentration=3.5), reader(plasma_concentration=5.0))
    assert high.severity["first_signs"] > 0.9
    assert explain("drowsiness").severity["first_signs"] < 0.01
    sedated = next(route for route in high.routes if route.link.effect == "magnesium_rise")
    waned = explain("drowsiness", reader(plasma_concentration=1.5), reader(plasma_concentration=5.0))
    better = next(route for route in waned.routes if route.link.effect == "magnesium_rise")
    assert sedated.course is not None and better.course is not None
    assert better.course["better"] > max(0.9, sedated.course["better"])


@pytest.mark.parametrize("name", ["low_back_pian", "back"])
def test_an_unknown_symptom_is_refused(epsom, name):
    done = epsom("explain", name, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["faults"][0]["where"] == "SYMPTOM"


def test_a_minor_has_no_body_to_explain(epsom, tmp_path):
    file = tmp_path / "young.yaml"
    file.write_text(
        "schema: epsom.case/1\nasked_on: 2026-06-01\nperson: {age: 15, sex: male}\n", encoding="utf-8"
    )
    done = epsom("explain", "diarrhea", "--case", file)
    assert done.returncode == 2
    assert "18" in done.stderr


def test_the_picture_of_a_twitch_shows_relaxation_by_magnesium():
    runs = {level: twitch(Fiber(1e3 * level)) for level in (0.2, 0.56, 2.0)}
    picture = twitch_picture(runs)
    check_svg(picture.standalone())
    times = [float(row[2]) for row in picture.table.rows]
    assert times == sorted(times, reverse=True)
