"""Invalid input: exit code 2, every fault named, nothing computed and nothing written."""

from __future__ import annotations

import json

import pytest

BAD_SCENARIO = """\
schema: epsom.scenario/1
people: {count: -3, age: {mean: 200}}
supplements:
  - {form: oxyde, dose: 300 mg}
duration: 4 d
measures:
  - {name: serum_magnesum, days: [0]}
"""


@pytest.fixture
def bad_file(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(BAD_SCENARIO, encoding="utf-8")
    return path


def test_every_fault_is_named_on_stderr(epsom, bad_file):
    done = epsom("simulate", bad_file)
    assert done.returncode == 2
    assert done.stdout == ""
    for word in ("people.count", "people.age", "oxyde", "serum_magnesum", "dose_of", "did you mean oxide?"):
        assert word in done.stderr


def test_faults_are_json_on_stdout_when_asked(epsom, bad_file):
    done = epsom("simulate", bad_file, "--json")
    assert done.returncode == 2
    faults = json.loads(done.stdout)["faults"]
    assert len(faults) >= 4
    assert all(set(fault) == {"where", "got", "expected", "hint"} for fault in faults)


def test_nothing_is_written_when_the_input_is_invalid(epsom, bad_file):
    epsom("simulate", bad_file, "--out", "people.nc", "--report", "page.html")
    epsom("assess", bad_file, "--report", "answer.html")
    epsom("describe", "--organ", "heart", "--picture", "body.svg")
    assert list(epsom.folder.iterdir()) == []


def test_a_scenario_is_no_case(epsom, scenario_file):
    done = epsom("assess", scenario_file, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["faults"][0]["where"].startswith("schema")


def test_a_missing_file_and_a_missing_folder_are_named_together(epsom):
    done = epsom("simulate", "none.yaml", "--report", "no/such/folder.html", "--json")
    assert done.returncode == 2
    assert [fault["where"] for fault in json.loads(done.stdout)["faults"]] == ["none.yaml", "--report"]


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (("simulate",), "scenario"),
        (("simulate", "x.yaml", "--people", "0"), "--people"),
        (("simulate", "x.yaml", "--people", "many"), "--people"),
        (("simulate", "x.yaml", "--workers", "0"), "--workers"),
        (("assess", "x.yaml", "--seed", "-1"), "--seed"),
        (("simulat",), "epsom"),
        (("check", "x.yaml", "--jsn"), "epsom check"),
        (("describe", "--organ", "kidny"), "--organ"),
        (("describe", "--parameter", "renal_treshold"), "--parameter"),
        (("sources", "nobody1900nothing"), "KEY"),
    ],
)
def test_a_wrong_command_line_is_an_invalid_input(epsom, arguments, where):
    done = epsom(*arguments, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["faults"][0]["where"] == where
    readable = epsom(*arguments)
    assert readable.returncode == 2
    assert readable.stdout == ""
    assert readable.stderr


def test_an_unexpected_error_is_one_clear_line_and_exit_code_1(epsom, scenario_file):
    cache = epsom.folder.parent / "not-a-folder"
    cache.write_text("")
    done = epsom("simulate", scenario_file, "--out", "/dev/null/x.nc")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_traceback_comes_only_with_debug(monkeypatch, capsys, scenario_file):
    from epsom.interfaces.cli import failures, main

    def fail(*_args, **_kwargs):
        raise RuntimeError("the pump broke")

    monkeypatch.setattr("epsom.simulation.run", fail)
    assert failures.guarded(main.app, ["simulate", str(scenario_file)]) == 1
    quiet = capsys.readouterr().err
    assert "the pump broke" in quiet
    assert "--debug" in quiet
    assert "Traceback" not in quiet
    assert failures.guarded(main.app, ["simulate", "--debug", str(scenario_file)]) == 1
    assert "Traceback" in capsys.readouterr().err
    monkeypatch.setenv("EPSOM_DEBUG", "1")
    assert failures.guarded(main.app, ["simulate", str(scenario_file)]) == 1
    assert "Traceback" in capsys.readouterr().err
