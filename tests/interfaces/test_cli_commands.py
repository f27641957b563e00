"""What each command prints and writes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xarray

import epsom as package
from epsom.core.documents import load
from epsom.core.evidence import data_folder

from . import fakes
from .pages import check_page, check_svg


def test_version_and_help_come_at_once(epsom):
    assert epsom("--version").stdout == f"epsom {package.__version__}\n"
    started = time.monotonic()
    done = epsom("--help")
    # The goal is 0.5 s on a quiet machine; here others may be running.
    assert time.monotonic() - started < 5.0
    assert done.returncode == 0
    assert "must not delay emergency" in " ".join(done.stdout.split())


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from epsom.interfaces.cli import failures, main; failures.guarded(main.app, ['--help']);"
        "print([name for name in ('numpy', 'sympy', 'matplotlib', 'numba', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["assess", "simulate", "check", "describe", "explain", "sources", "demo"])
def test_every_help_has_an_example(epsom, command):
    done = epsom(command, "--help")
    assert done.returncode == 0
    assert f"Example: epsom {command}" in done.stdout


def test_check_says_what_a_file_is_and_what_may_not_be_meant(epsom):
    case = data_folder() / "examples" / "case.yaml"
    done = epsom("check", case)
    assert done.returncode == 0
    assert "one person, one question" in " ".join(done.stdout.split())
    scenario = json.loads(epsom("check", data_folder() / "examples" / "scenario.yaml", "--json").stdout)
    assert scenario["schema"] == "epsom.scenario/1"
    assert scenario["valid"] is True


def test_check_prints_cautions(epsom, scenario_file):
    text = scenario_file.read_text(encoding="utf-8").replace("start_day: 1", "start_day: 9")
    scenario_file.write_text(text, encoding="utf-8")
    assert "never taken" in epsom("check", scenario_file).stdout


def test_a_simulation_is_the_contracts_document_and_a_readable_table(epsom, scenario_file):
    done = epsom("simulate", scenario_file, "--json")
    assert done.returncode == 0
    document = load(done.stdout)
    assert document.people == 6
    table = epsom("simulate", scenario_file).stdout
    assert "Magnesium in serum, mmol/L" in table
    assert "Above 0.85" in table
    assert "Every run has a result" in table
    assert max(map(len, table.splitlines())) <= 80


def test_seed_and_people_override_the_file(epsom, scenario_file):
    first = epsom("simulate", scenario_file, "--json", "--people", "3", "--seed", "5").stdout
    assert json.loads(first)["people"] == 3
    assert first != epsom("simulate", scenario_file, "--json", "--people", "3", "--seed", "6").stdout


def test_the_same_bytes_for_any_number_of_workers(epsom, scenario_file):
    outputs = {
        epsom("simulate", scenario_file, "--json", "--people", "13", "--workers", workers).stdout
        for workers in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["people"] == 13


def test_out_keeps_every_person_and_report_is_a_page(epsom, scenario_file):
    done = epsom("simulate", scenario_file, "--out", "people.nc", "--report", "page.html", "--json")
    assert done.returncode == 0
    assert sorted(path.name for path in epsom.folder.iterdir()) == ["page.html", "people.nc"]
    data = xarray.load_dataset(epsom.folder / "people.nc", engine="scipy")
    assert data["serum_magnesium"].sizes["person"] == 6
    page = (epsom.folder / "page.html").read_text(encoding="utf-8")
    check_page(page)
    assert "Magnesium in serum" in page
    epsom("simulate", scenario_file, "--report", "again.html")
    assert (epsom.folder / "again.html").read_text(encoding="utf-8") == page


def test_describe_prints_the_body_with_equations_and_sources(epsom):
    text = epsom("describe", "--organ", "kidney").stdout
    for part in ("excretion: plasma_magnesium -> urine", "renal_threshold = 0.82 mmol/L", "rude1980tubular",
                 "excess_share(x, threshold, n)"):  # fmt: skip
        assert part in text
    parameter = epsom("describe", "--parameter", "renal_threshold").stdout
    assert "Rude" in parameter
    assert "between people" in parameter.lower()


def test_describe_as_json_has_every_flux_and_parameter(epsom):
    from epsom.physiology.whole_body import whole_body

    tree = json.loads(epsom("describe", "--json").stdout)
    body = whole_body()
    fluxes = [flux for organ in tree["organs"] for flux in organ["fluxes"]]
    assert [flux["name"] for flux in fluxes] == [flux.name for flux in body.fluxes]
    assert all(flux["equation"] and flux["meaning"] for flux in fluxes)
    named = {parameter["name"] for organ in tree["organs"] for parameter in organ["parameters"]}
    assert named == {parameter.name for parameter in body.parameters}


def test_describe_draws_the_picture(epsom):
    done = epsom("describe", "--picture", "body.svg")
    assert done.returncode == 0
    check_svg((epsom.folder / "body.svg").read_text(encoding="utf-8"))


def test_sources_say_which_number_uses_which(epsom):
    assert "renal_threshold" in epsom("sources", "rude1980tubular").stdout
    listed = json.loads(epsom("sources", "--json").stdout)["sources"]
    assert all(entry["used_by"] for entry in listed)
    assert "renal_threshold" in next(e for e in listed if e["key"] == "rude1980tubular")["used_by"]


def test_a_reader_that_goes_away_is_no_error_message():
    with subprocess.Popen(
        [sys.executable, "-m", "epsom", "describe"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as work:
        assert work.stdout
        assert work.stderr
        work.stdout.readline()
        work.stdout.close()
        assert work.stderr.read() == ""


def test_ctrl_c_stops_cleanly_and_writes_nothing(tmp_path, scenario_file):
    text = (
        scenario_file.read_text(encoding="utf-8").replace("count: 6", "count: 20000").replace("4 d", "90 d")
    )
    scenario_file.write_text(text, encoding="utf-8")
    folder = tmp_path / "stopped"
    folder.mkdir()
    work = subprocess.Popen(
        [sys.executable, "-m", "epsom", "simulate", str(scenario_file), "--out", "people.nc"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    time.sleep(4.0)
    assert work.poll() is None
    os.killpg(work.pid, signal.SIGINT)
    output, message = work.communicate(timeout=120)
    assert work.returncode == 1
    assert "Stopped" in message
    assert output == ""
    assert list(folder.iterdir()) == []


@pytest.fixture
def answered(monkeypatch):
    """Guidance replaced by an example answer."""
    monkeypatch.setattr("epsom.guidance.assess", fakes.answer, raising=False)


def run_here(*arguments: object) -> int:
    from epsom.interfaces.cli import failures, main

    return failures.guarded(main.app, [str(argument) for argument in arguments])


def test_an_answer_fits_one_screen_urgency_first(answered, capsys, case_file, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert run_here("assess", case_file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Urgent. Speak to a health professional today."
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    for part in ("What may explain low back pain", "62 %", "41–79 %", "0.95 mmol/L", "1. Stop taking",
                 "lisinopril", "must not delay emergency care"):  # fmt: skip
        assert part in text


def test_an_answer_as_json_is_the_contracts_document(answered, capsys, case_file):
    assert run_here("assess", case_file, "--json", "--seed", "9", "--people", "33") == 0
    document = load(capsys.readouterr().out)
    assert document.model.seed == 9
    assert document.model.people == 33


def test_the_report_of_an_answer(answered, capsys, case_file, tmp_path):
    page = tmp_path / "answer.html"
    assert run_here("assess", case_file, "--report", page) == 0
    text = page.read_text(encoding="utf-8")
    check_page(text)
    for part in ("Speak to a health professional today", "Stop taking magnesium", "Stool per day",
                 "Where the magnesium goes", "measured", "[ritchie1973colon]"):  # fmt: skip
        assert part in text
    assert not list(tmp_path.glob(".*tmp"))


def test_an_answer_without_a_body_still_prints(monkeypatch, capsys, case_file, tmp_path):
    """Under 18 years, or when nothing fits, there are no causes, no serum and no course."""
    full = fakes.assessment()
    bare = full.model_copy(update={
        "causes": (), "magnesium_status": None, "serum_magnesium": None, "stool": None, "if_stopped": None,
        "if_stopped_reason": "Nothing is taken.", "next_tests": (), "alternatives": (),
        "model": full.model.model_copy(update={"fit": "none"}),
        "scales": full.scales.model_copy(update={"naranjo": None, "who_umc": None}),
    })  # fmt: skip

    class Answer:
        record = bare
        findings = None

    monkeypatch.setattr("epsom.guidance.assess", lambda *_, **__: Answer(), raising=False)
    page = tmp_path / "answer.html"
    assert run_here("assess", case_file, "--report", page) == 0
    assert "What may explain" not in capsys.readouterr().out
    check_page(page.read_text(encoding="utf-8"))


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _alike(line: str, other: str) -> bool:
    """The same words, and numbers within a tenth, 0.03 of a measured one or 3 of a percentage."""
    line, other = (re.sub("[█▓░·]+", "", text) for text in (line, other))
    if _NUMBER.sub("#", line).split() != _NUMBER.sub("#", other).split():
        return False
    pairs = zip(_NUMBER.findall(line), _NUMBER.findall(other), strict=True)
    return all(abs(float(a) - float(b)) <= max(0.1 * float(a), 0.03 if "." in a else 3.0) for a, b in pairs)


def test_the_readme_shows_what_the_demonstration_prints(epsom, tmp_path):
    """Its numbers once were those of an older body."""
    shown = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = shown.partition("```text\n")[2].partition("```")[0].splitlines()
    printed = epsom("demo", "--out", tmp_path / "demo.html").stdout.splitlines()
    missing = [
        line for line in shown if line.strip() != "..." and not any(_alike(line, now) for now in printed)
    ]
    assert len(shown) > 40
    assert missing == []


def test_the_demonstration_prints_and_writes_one_page(answered, capsys, tmp_path):
    page = tmp_path / "new" / "demo.html"
    assert run_here("demo", "--out", page) == 0
    text = capsys.readouterr().out
    assert "Nishikawa" in text
    assert "64 virtual people" in text
    check_page(page.read_text(encoding="utf-8"))
