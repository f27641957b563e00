"""`epsom ask` writes a case that reads back; `epsom compare` and `--timing` say what they should."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from epsom.core.documents import load_case
from epsom.interfaces.cli import ask, failures
from epsom.interfaces.cli.main import app

ANSWERS = [
    "2026-06-01", "female", "not a number", "48", "70 kg", "", "low_back_pain", "2026-05-29",
    "diarrhea, nausea", "vomiting", "y", "citrate", "400 mg", "elemental", "2", "2026-05-20", "", "n", "n",
    "chronic_kidney_disease", "omeprazole", *["n"] * len(ask._FLAGS),
]  # fmt: skip


def test_the_questions_make_a_case_that_reads_back(tmp_path, monkeypatch) -> None:
    target = tmp_path / "case.yaml"
    result = CliRunner().invoke(app, ["ask", "--out", str(target)], input="\n".join(ANSWERS) + "\n")
    assert result.exit_code == 0, result.output
    assert "A number is needed" in result.output
    case = load_case(target)
    assert case.person.age == 48
    assert case.question == "low_back_pain"
    assert {s.name: s.present for s in case.symptoms}["vomiting"] is False
    assert case.supplements[0].magnesium_per_intake == pytest.approx(400 / 24.305, rel=1e-3)
    assert case.person.drugs[0].name == "omeprazole"
    assert set(case.red_flags) == set(ask._FLAGS)


def test_an_answer_that_cannot_be_is_asked_again(tmp_path) -> None:
    target = tmp_path / "case.yaml"
    wrong = ["someday", *ANSWERS[:2], *ANSWERS[3:]]
    result = CliRunner().invoke(app, ["ask", "--out", str(target)], input="\n".join(wrong) + "\n")
    assert result.exit_code == 0, result.output
    assert "Expected" in result.output


CASE = {
    "schema": "epsom.case/1", "asked_on": "2026-06-01", "person": {"age": 48, "sex": "female"},
    "symptoms": [{"name": "low_back_pain", "onset": "2026-05-29"}],
    "supplements": [{"form": "citrate", "dose": "400 mg", "dose_of": "elemental", "times_per_day": 2,
                     "start": "2026-05-20", "with_food": False}],
}  # fmt: skip


def test_compare_runs_the_same_person_under_each_change(tmp_path, capsys) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), encoding="utf-8")
    assert failures.guarded(app, ["compare", str(file), "--people", "64", "--days", "6", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    by_name = {change["change"]: change for change in found["changes"]}
    assert set(by_name) == {"continue", "stop", "halve", "split", "with_food"}
    assert by_name["stop"]["absorbed"]["median"] < by_name["continue"]["absorbed"]["median"]
    assert by_name["stop"]["diarrhea"]["probability"] <= by_name["continue"]["diarrhea"]["probability"]


def test_timing_names_each_part_on_the_error_stream(tmp_path, capsys) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), encoding="utf-8")
    assert failures.guarded(app, ["assess", str(file), "--people", "64", "--json", "--timing"]) == 0
    out = capsys.readouterr()
    json.loads(out.out)
    for part in ("reading the rules", "simulating people", "weighing them", "which test"):
        assert part in out.err
