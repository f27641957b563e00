"""The reader takes YAML 1.2 and JSON, knows every line, and never crashes."""

import json
import os

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from epsom.core.faults import InputError
from epsom.core.reader import MOST_BYTES, read_file, read_text
from epsom.core.tree import DEEPEST_LEVEL, Document, Finding, key_path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("2026-06-01", "2026-06-01"), ("2026-06-01T12:00:00", "2026-06-01T12:00:00"), ("1:30", "1:30")],
        *[
            ("no", "no"),
            ("yes", "yes"),
            ("on", "on"),
            ("Off", "Off"),
            ("y", "y"),
            ("true", True),
            ("FALSE", False),
        ],
        *[
            ("010", 10),
            ("0o10", 8),
            ("0x1F", 31),
            ("1_000", "1_000"),
            ("+12", 12),
            ("-0", 0),
            ("0b11", "0b11"),
        ],
        *[("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("1.", 1.0), ("1.5e-3", 0.0015), ("1e", "1e")],
        *[("~", None), ("null", None), ("", None), ("Null", None), ("nan", "nan"), ("infinity", "infinity")],
        *[("'12'", "12"), ('"true"', "true"), ("400 mg", "400 mg"), ("=", "="), ("[1, a]", [1, "a"])],
    ],
)
def test_plain_scalars_are_those_of_yaml_1_2(text, value):
    found = read_text(f"key: {text}\n").tree["key"]
    assert found == value
    assert type(found) is type(value)


def test_every_key_and_entry_knows_its_line():
    document = read_text("a: 1\nb:\n  - c: 2\n    d: 3\n  -\n    c: 4\n")
    assert document.lines == {
        **{(): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 0, "c"): 3},
        **{("b", 0, "d"): 4, ("b", 1): 6, ("b", 1, "c"): 6},
    }


def test_json_knows_its_lines_and_takes_tabs():
    document = read_text('{\n\t"a": [1,\n\t\t{"b": -2.5e1}],\r\n\t"c": "\\u00b5\\n"}')
    assert document.tree == {"a": [1, {"b": -25.0}], "c": "µ\n"}
    assert document.lines[("a", 1, "b")] == 3
    assert document.lines[("c",)] == 4


def test_key_paths_are_written_as_in_the_contract():
    assert key_path(("supplements", 0, "dose")) == "supplements[0].dose"
    assert key_path(("red_flags", "no such flag")) == "red_flags['no such flag']"
    document = Document({}, {("a",): 3}, "case.yaml")
    assert [document.line(Finding(path, None)) for path in (("a", "b"), ("c",))] == [3, 0]


def test_files_are_read_with_or_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_bytes("\ufeffa: µ\r\nb: 2\r\n".encode())
    assert read_file(path).tree == read_file(str(path)).tree == {"a": "µ", "b": 2}


def test_a_file_named_json_must_be_json(tmp_path):
    path = tmp_path / "case.JSON"
    path.write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.faults[0].where == f"{path} (line 1)"


def test_what_is_no_ordinary_file_is_refused_without_opening_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, tmp_path / "missing.yaml", pipe, "bad\0name"):
        with pytest.raises(InputError) as caught:
            read_file(path)
        assert caught.value.faults[0].where == str(path)


def test_nesting_is_read_to_its_limit_and_no_deeper():
    levels = DEEPEST_LEVEL - 1
    read_text("a: " + "[" * levels + "]" * levels)
    for deep in ("a: " + "[" * 40 + "]" * 40, "[" * 200_000, '{"a":' * 100_000, "- " * 5000, "? " * 5000):
        with pytest.raises(InputError):
            read_text(deep)


def test_size_is_refused_before_parsing(tmp_path):
    filling = "# " + "x" * (MOST_BYTES - 8) + "\n"
    assert read_text(filling + "a: 1").tree == {"a": 1}
    with pytest.raises(InputError) as caught:
        read_text(filling + "a: 100")
    assert caught.value.faults[0].expected == f"at most {MOST_BYTES} bytes"


def test_the_reader_also_works_without_the_compiled_parser(monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert read_text("a: [1, no]\nb: {c: '2'}\n").tree == {"a": [1, "no"], "b": {"c": "2"}}
    for bad in ('a: "\\UFFFFFFFF"\n', "[" * 200_000):
        with pytest.raises(InputError):
            read_text(bad)


keys = st.from_regex("[a-z]{1,6}", fullmatch=True)
texts = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Cn"]), max_size=20)
numbers = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(keys, json_values, min_size=1), st.booleans())
def test_any_json_is_read_as_python_reads_it(tree, indented):
    text = json.dumps(tree, indent=2 if indented else None, ensure_ascii=False)
    assert read_text(text, "x.json").tree == json.loads(text)


@settings(max_examples=400, deadline=None)
@given(
    st.text(max_size=200)
    | st.binary(max_size=200)
    | st.text(alphabet="{}[]:,\"'\\ \n\t-?&*!|>%@`#~.0123456789aeEnN+_<x\r", max_size=60)
    | st.from_regex(r'\{("a":|[\[\]{},0-9eE.\-" ]|null|NaN){0,20}', fullmatch=True)
)
def test_any_text_or_bytes_gives_a_document_or_an_input_error(text):
    for name in ("x.yaml", "x.json"):
        try:
            document = read_text(text, name)
        except InputError as error:
            assert all(fault.where and fault.got and fault.expected for fault in error.faults)
            str(error).encode()
        else:
            assert isinstance(document.tree, dict)
