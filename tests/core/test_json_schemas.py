"""The committed JSON Schemas are those of the records, and the committed examples obey both."""

import json
import re
from typing import get_args

import jsonschema
import pytest
import yaml

from epsom.core.documents import RECORDS, load
from epsom.core.evidence import data_folder
from epsom.core.faults import InputError
from epsom.core.schemas import file_name, schemas, text_of, write

DATA = data_folder()
EXAMPLES = ("case.yaml", "scenario.yaml", "assessment.json", "simulation.json")
# One of three, so that an example has the other two in a comment only.
NOT_IN_THE_EXAMPLE = {"person.kidney.creatinine", "person.kidney.dialysis"}


def example_tree(name):
    text = (DATA / "examples" / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.load(text, yaml.BaseLoader)


def schema_of(name):
    return json.loads(
        (DATA / "schemas" / f"{name.partition('.')[0]}.schema.json").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("schema", RECORDS)
def test_each_record_is_known_by_its_own_schema(schema):
    assert get_args(RECORDS[schema].keys()["schema"]) == (schema,)


def test_committed_schemas_are_those_of_the_records(tmp_path):
    write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(file_name(schema) for schema in RECORDS)
    for name, schema in schemas().items():
        committed = (DATA / "schemas" / name).read_text(encoding="utf-8")
        assert committed == text_of(schema), "run python -m epsom.core.schemas"
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_valid_by_schema_and_record(name):
    record = load(str(DATA / "examples" / name))
    tree = record.to_tree()
    jsonschema.validate(tree, schema_of(name))
    assert load(json.dumps(tree)) == record


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_use_every_key(name):
    def paths(tree, place=""):
        items = tree.items() if isinstance(tree, dict) else (("[]", entry) for entry in tree)
        for key, value in items:
            path = f"{place}.{key}".lstrip(".").replace(".[]", "[]")
            yield path
            if isinstance(value, dict | list):
                yield from paths(value, path)

    def schema_paths(node, definitions, place=""):
        node = definitions[node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        for key, value in node.get("properties", {}).items():
            path = f"{place}.{key}".lstrip(".")
            yield path
            yield from schema_paths(value, definitions, path)
        for inner in node.get("anyOf", ()):
            yield from schema_paths(inner, definitions, place)
        if "items" in node:
            yield from schema_paths(node["items"], definitions, place + "[]")

    schema = schema_of(name)
    expected = set(schema_paths(schema, schema["$defs"])) - NOT_IN_THE_EXAMPLE
    assert expected <= set(paths(example_tree(name)))


@pytest.mark.parametrize(
    ("name", "place", "bad"),
    [
        *[
            ("case.yaml", "asked_on", "yesterday"),
            ("case.yaml", "person", {"age": 3}),
            ("case.yaml", "extra", 1),
        ],
        *[
            ("case.yaml", "labs", [{"test": "serum_magnesium", "value": 2.0}]),
            ("case.yaml", "question", "pain"),
        ],
        *[("scenario.yaml", "people", {"count": 0}), ("scenario.yaml", "duration", 28)],
        *[("scenario.yaml", "measures", []), ("scenario.yaml", "control", "yes")],
        *[("assessment.json", "triage", "calm"), ("simulation.json", "people", -1)],
    ],
)
def test_schemas_and_records_refuse_the_same(name, place, bad):
    tree = load(str(DATA / "examples" / name)).to_tree() | {place: bad}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tree, schema_of(name))
    with pytest.raises(InputError) as caught:
        load(json.dumps(tree))
    assert all(re.match(rf"{place}\b", fault.where) for fault in caught.value.faults)


def test_bare_values_and_empty_keys_are_valid_by_schema_too():
    case = {
        **{"schema": "epsom.case/1", "asked_on": "2026-06-01", "diet": None, "supplements": None},
        "person": {
            "age": 50,
            "sex": "male",
            "weight": None,
            "conditions": ["diabetes"],
            "drugs": ["aspirin"],
        },
        "red_flags": {"fever": None},
    }
    scenario = {
        **{"schema": "epsom.scenario/1", "duration": "1 d", "meals": None, "control": None},
        "people": {"count": 5, "age": 40, "sex": "female", "weight": "60 kg", "drugs": ["aspirin"]},
        "measures": [{"name": "serum_magnesium", "days": [0], "above": [1, "2.5 mg/dL"]}],
    }
    for name, tree in (("case", case), ("scenario", scenario)):
        jsonschema.validate(tree, schema_of(name))
        load(json.dumps(tree))
