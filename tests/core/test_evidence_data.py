"""The evidence data: every source exists, every status is known, nothing is listed twice."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from importlib import resources
from typing import Any

import pytest
from pybtex.database import parse_string

from epsom.core import evidence
from epsom.core.evidence import data_folder, large_tables

DATA = resources.files("epsom") / "data"
STATUSES = {"read", "read_secondary", "recalled", "derived"}
DIRECTIONS = {"lowers", "raises", "none", "unclear", "unknown"}
CASES = 79
CASE_KEYS = {"case_with_labs", "case_without_labs", "expected", "notes"}
EXPECTED_KEYS = {"direction", "cause", "must_not_lead", "triage_minimum_from_file", "score", "source"}
CHECK_KEYS = {"id", "quantity", "value", "unit", "spread", "population", "status", "source", "note"}
DRUG_KEYS = {"description", "direction", "matters", "how", "status", "sources", "names"}


def text(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def written_keys() -> list[str]:
    return re.findall(r"^@\w+\{([^,\s]+),$", text("sources.bib"), re.MULTILINE)


@pytest.fixture(scope="module")
def keys() -> set[str]:
    return set(parse_string(text("sources.bib"), "bibtex").entries.keys())


@pytest.fixture(scope="module")
def drugs() -> dict[str, dict[str, Any]]:
    return tomllib.loads(text("drugs.toml"))


@pytest.fixture(scope="module")
def checks() -> list[dict[str, Any]]:
    return tomllib.loads(text("evidence_checks.toml"))["check"]


def published_cases() -> dict[str, dict[str, Any]]:
    folder = DATA / "published_cases"
    return {
        file.name.removesuffix(".json"): json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.iterdir(), key=lambda item: item.name)
        if file.name.endswith(".json")
    }


def test_sources_parse_strictly_and_none_is_lost(keys):
    assert keys == set(written_keys())
    assert text("sources.bib").count("\n@") == len(keys)


def test_no_source_key_stands_twice_in_any_case():
    twice = [key for key, count in Counter(key.lower() for key in written_keys()).items() if count > 1]
    assert twice == []


def test_a_key_named_as_the_same_publication_exists(keys):
    named = re.findall(r"ame publication as (\w+)", text("sources.bib"))
    assert named
    assert set(named) <= keys


def test_drug_classes_are_complete(drugs, keys):
    for name, table in drugs.items():
        assert set(table) == DRUG_KEYS, name
        assert table["status"] in STATUSES, name
        assert table["direction"] in DIRECTIONS, name
        assert set(table["sources"]) <= keys, name
        assert table["sources"] or table["status"] == "recalled", name
        assert table["names"] and table["description"] and table["how"], name


def test_a_drug_name_belongs_to_one_class_and_is_lower_case(drugs):
    names = [name for table in drugs.values() for name in table["names"]]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if name != name.strip().lower()] == []


def test_every_drug_of_a_published_case_is_known(drugs):
    known = {name for table in drugs.values() for name in table["names"]}
    taken = {
        drug if isinstance(drug, str) else drug["name"]
        for content in published_cases().values()
        for version in ("case_with_labs", "case_without_labs")
        for drug in (content[version] or {"person": {}})["person"].get("drugs", [])
    }
    assert taken
    assert taken <= known


def test_evidence_checks_are_complete(checks, keys):
    assert len({check["id"] for check in checks}) == len(checks)
    for check in checks:
        assert set(check) == CHECK_KEYS, check["id"]
        assert check["status"] in STATUSES, check["id"]
        assert check["source"] in keys, check["id"]
        assert check["note"] or check["status"] not in ("recalled", "derived"), check["id"]


def test_all_published_cases_are_present_with_their_keys():
    cases = published_cases()
    assert len(cases) == CASES
    for name, content in cases.items():
        assert set(content) == CASE_KEYS, name
        assert set(content["expected"]) >= EXPECTED_KEYS, name
        assert content["notes"]["id"] == name
        assert content["case_with_labs"]["schema"] == "epsom.case/1", name


def test_no_data_file_names_a_path_of_the_machine():
    written = "".join(text(name) for name in ("sources.bib", "drugs.toml", "evidence_checks.toml"))
    assert not re.search(r"/(work|home|tmp|Users)/", written + json.dumps(published_cases()))


@pytest.mark.parametrize("damage", [None, b"", b"# sha256 0\n{}"])
def test_tables_from_the_cache_are_those_of_the_files(tmp_path, monkeypatch, damage):
    monkeypatch.setenv("EPSOM_CACHE", str(tmp_path))
    file = data_folder() / "forms.toml"
    expected = {file.name: tomllib.loads(file.read_text(encoding="utf-8"))}
    assert large_tables(file) == expected
    (kept,) = tmp_path.iterdir()
    if damage is None:
        monkeypatch.setattr(evidence.tomllib, "loads", lambda _: pytest.fail("parsed again"))
    else:
        kept.write_bytes(damage)
    assert large_tables(file) == expected
