"""What is valid but may not be meant is said in a warning with its place."""

import pytest

from epsom.core.cautions import cautions
from epsom.core.documents import load

CASE = "schema: epsom.case/1\nasked_on: 2026-06-01\nperson: {age: 60, sex: female}\n"
SCENARIO = "schema: epsom.scenario/1\npeople: {count: 5}\nduration: 7 d\n"
MEASURE = "measures: [{name: serum_magnesium, days: [7]}]\n"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (CASE, []),
        (CASE + "supplements: [{form: sulfate, route: intravenous}]\n", ["supplements[0]"]),
        (CASE + "supplements: [{form: sulfate, route: intravenous, duration: 1 h}]\n", []),
        (CASE + "supplements: [{form: sulfate, duration: 1 h}]\n", ["supplements[0].duration"]),
        (CASE + "symptoms: [{name: nausea, present: false, severity: 3}]\n", ["symptoms[0]"]),
        (SCENARIO + MEASURE, []),
        (SCENARIO + MEASURE + "control: true\n", ["control"]),
        (SCENARIO + MEASURE + "supplements: [{form: oxide, at_day: 8}]\n", ["supplements[0]"]),
        (
            SCENARIO + MEASURE + "supplements: [{form: sulfate, at_day: 1, route: intravenous}]\n",
            ["supplements[0]"],
        ),
        (
            SCENARIO
            + MEASURE
            + "supplements: [{form: sulfate, start_day: 1, stop_day: 2, route: intravenous}]\n",
            [],
        ),
        (SCENARIO + "measures: [{name: urine_magnesium, days: [7]}]\n", ["measures[0]"]),
        (SCENARIO + "measures: [{name: tracer_absorbed_fraction, days: [3]}]\n", ["measures[0]"]),
    ],
)
def test_warnings_name_their_place(text, places):
    assert [warning.partition(":")[0] for warning in cautions(load(text))] == places
