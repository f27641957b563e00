"""The HTTP API: the contract's documents, one shape for every error, limits, headers, a silent log."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import jsonschema
import pytest
from starlette.testclient import TestClient

from epsom.core import names
from epsom.core.documents import load_case
from epsom.core.evidence import data_folder
from epsom.core.reader import scan_text
from epsom.core.schemas import schemas
from epsom.guidance import assess
from epsom.interfaces.web.app import create_app
from epsom.interfaces.web.openapi import describe, text_of
from epsom.interfaces.web.problems import KINDS
from epsom.interfaces.web.settings import Settings

from ..conftest import SMALL_SCENARIO
from .conftest import SMALL

EXAMPLE = (data_folder() / "examples" / "case.yaml").read_text(encoding="utf-8")
YAML = {"content-type": "application/yaml"}


def check_problem(answer, name):
    assert answer.headers["content-type"] == "application/problem+json"
    tree = answer.json()
    assert {"type", "title", "status", "detail"} <= tree.keys()
    assert (tree["type"], tree["status"], answer.status_code) == (
        f"/problems/{name}", KINDS[name].status, KINDS[name].status,
    )  # fmt: skip
    for fault in tree.get("faults", ()):
        assert fault.keys() == {"where", "got", "expected", "hint"}
    return tree


def test_an_assessment_is_the_one_of_the_command_line(client):
    answer = client.post("/api/v1/assess?people=16&seed=3", content=EXAMPLE, headers=YAML)
    assert answer.status_code == 200
    expected = assess(load_case(EXAMPLE), people=16, seed=3).record.to_tree()
    assert answer.json() == json.loads(json.dumps(expected))
    jsonschema.validate(answer.json(), schemas()["assessment.schema.json"])


def test_triage_comes_from_the_rules_alone_and_at_once(client):
    answer = client.post("/api/v1/triage", content=EXAMPLE, headers=YAML)
    assert answer.json()["triage"] == "urgent"
    assert answer.json()["model"]["people"] == 0
    assert answer.elapsed.total_seconds() < 1.0


@pytest.mark.parametrize("format", ["json", "csv", "netcdf", "omex"])
def test_a_scenario_is_given_back_in_every_format(client, format):
    answer = client.post(f"/api/v1/simulate?format={format}", content=SMALL_SCENARIO, headers=YAML)
    assert answer.status_code == 200
    if format == "json":
        jsonschema.validate(answer.json(), schemas()["simulation.schema.json"])
        assert answer.json()["people"] == 6
    elif format == "csv":
        lines = answer.text.splitlines()
        assert len(lines) == 7
        assert lines[0].startswith("person,status,serum_magnesium day 0 [mmol/L]")
    elif format == "netcdf":
        assert answer.content[:3] == b"CDF"
    else:
        assert "model.xml" in zipfile.ZipFile(BytesIO(answer.content)).namelist()


def test_changes_are_compared_with_going_on(client):
    case = scan_text(EXAMPLE).document.tree
    half = {"form": "oxide", "milligrams_per_day": 100, "times_per_day": 1}
    answer = client.post("/api/v1/compare?people=24", json={"case": case, "changes": [{"stop": True}, half]})
    assert answer.status_code == 200, answer.text[:500]
    jsonschema.validate(answer.json(), _whole("Comparison"))
    stopped, halved = answer.json()["forecasts"]
    assert stopped["continued"] == halved["continued"]
    absorbed = [part["absorbed_magnesium"]["median"] for part in
                (stopped["changed"], halved["changed"], stopped["continued"])]  # fmt: skip
    assert absorbed == sorted(absorbed)
    assert {entry["day"] for entry in stopped["changed"]["gone"]} == set(names.IF_STOPPED_DAYS)


def _whole(name):
    """A component of the description with what it refers to."""
    known = describe(create_app(log=False, warm=False))["components"]["schemas"]
    return {**known[name], "components": {"schemas": known}}


def test_every_fault_of_an_input_is_told_at_once(client):
    broken = EXAMPLE.replace("age: 63", "age: old").replace("form: oxide", "form: oxyde")
    tree = check_problem(client.post("/api/v1/assess", content=broken, headers=YAML), "invalid-input")
    assert len(tree["faults"]) == 2
    assert any("oxide" in fault["hint"] for fault in tree["faults"])


@pytest.mark.parametrize(
    ("method", "path", "options", "name"),
    [
        ("GET", "/api/v1/nothing", {}, "not-found"),
        ("GET", "/api/v1/explain/nothing", {}, "not-found"),
        ("GET", "/api/v1/assess", {}, "wrong-method"),
        ("POST", "/api/v1/assess", {"content": "a", "headers": {"content-type": "image/png"}}, "wrong-type"),
        ("POST", "/api/v1/assess", {"content": b"\xff\xfe", "headers": YAML}, "invalid-input"),
        ("POST", "/api/v1/assess", {"content": ""}, "invalid-input"),
        ("POST", "/api/v1/assess", {"content": "x" * 1_000_001}, "too-large"),
        ("POST", "/api/v1/assess?people=0", {"content": EXAMPLE, "headers": YAML}, "invalid-input"),
        ("POST", "/api/v1/assess?people=99999", {"content": EXAMPLE, "headers": YAML}, "invalid-input"),
        ("POST", "/api/v1/simulate?people=999999", {"content": SMALL_SCENARIO, "headers": YAML},
         "invalid-input"),
        ("POST", "/api/v1/compare", {"content": "{}"}, "invalid-input"),
        ("POST", "/api/v1/triage", {"content": EXAMPLE, "headers": YAML | {"sec-fetch-site": "cross-site"}},
         "foreign"),
        ("POST", "/api/v1/triage", {"content": EXAMPLE, "headers": YAML | {"origin": "http://evil.example"}},
         "foreign"),
        ("GET", "/health", {"headers": {"host": "evil.example"}}, "foreign"),
        ("GET", "/answer/unknown/state", {}, "gone"),
    ],
)  # fmt: skip
def test_every_error_has_one_shape(client, method, path, options, name):
    check_problem(client.request(method, path, **options), name)


def test_a_body_that_does_not_say_its_size_is_counted(client):
    def endless():
        for _ in range(40):
            yield b" " * 50_000

    check_problem(client.post("/api/v1/assess", content=endless()), "too-large")


def test_a_full_line_says_when_to_come_again():
    settings = Settings(waiting=0)
    with TestClient(create_app(settings, log=False, warm=False), base_url="http://localhost") as client:
        answer = client.post("/api/v1/assess", content=EXAMPLE, headers=YAML)
        check_problem(answer, "busy")
        assert answer.headers["retry-after"] == "30"


@pytest.mark.parametrize("path", ["/", "/about", "/laboratory", "/health", "/api/v1/names", "/nothing"])
def test_browsers_are_held_to_this_server(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert headers["x-content-type-options"] == "nosniff"


def test_health_and_readiness_are_apart():
    with TestClient(create_app(SMALL, log=False, warm=False), base_url="http://localhost") as client:
        assert client.get("/health").json()["status"] == "alive"
        assert client.get("/ready").status_code == 503


def test_the_log_says_nothing_of_the_person(capsys):
    with TestClient(create_app(SMALL, log=True, warm=False), base_url="http://localhost") as client:
        client.post("/api/v1/triage?seed=4711", content=EXAMPLE, headers=YAML)
        client.post("/now", data={"age": "63", "sex": "female", "asked_on": "2026-06-01"})
        client.get("/answer/a-secret-name/state")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(lines) == 3
    for line in lines:
        assert line.keys() == {"method", "route", "status", "milliseconds"}
    text = json.dumps(lines)
    for word in ("4711", "a-secret-name", "63", "lisinopril", "testclient"):
        assert word not in text


def test_names_are_all_there(client):
    tree = client.get("/api/v1/names").json()
    assert [entry["name"] for entry in tree["symptoms"]] == list(names.SYMPTOMS)
    assert [entry["name"] for entry in tree["forms"]] == list(names.FORMS)
    assert [entry["name"] for entry in tree["measures"]] == list(names.MEASURES)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("low_back_pain", "symptom"), ("oxide", "form"), ("egfr", "lab"), ("stool_mass", "measure"),
        ("referred_pain", "pathway"), ("deficient_below", "parameter"), ("ritchie1973colon", "source"),
    ],
)  # fmt: skip
def test_names_are_explained(client, name, kind):
    assert client.get(f"/api/v1/explain/{name}").json()["kind"] == kind


def test_labels_are_read(client):
    found = client.post(
        "/api/v1/label", content="magnesium oxide 400 mg", headers={"content-type": "text/plain"}
    )
    assert (found.json()["form"], found.json()["dose"]) == ("oxide", "400 mg")


def test_the_committed_description_is_the_present_one():
    """Write it again with: python -m epsom.interfaces.web.openapi > docs/openapi.json."""
    app = create_app(log=False, warm=False)
    committed = Path(__file__).parents[3] / "docs" / "openapi.json"
    assert committed.read_text(encoding="utf-8") == text_of(app)


def test_everything_described_is_there_and_refers_to_what_is_there():
    tree = describe(create_app(log=False, warm=False))
    assert set(tree["paths"]) == {
        f"/api/v1/{name}"
        for name in ("assess", "triage", "compare", "simulate", "label", "names", "explain/{name}")
    }
    known = tree["components"]["schemas"]
    text = json.dumps(tree["paths"])
    for part in text.split("#/components/schemas/")[1:]:
        assert part.partition('"')[0] in known
    for name in ("Case", "Scenario", "Assessment", "Simulation"):
        jsonschema.Draft202012Validator.check_schema(known[name])
