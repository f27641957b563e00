"""YAML and JSON as one stream of events, read without recursion so that no nesting can exhaust the stack.

YAML is split by PyYAML's parser, but its plain scalars are read by YAML 1.2's core schema: a date stays text,
``no`` is not false, ``1:30`` is not 90 and ``010`` is ten.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from epsom.core.faults import BadValueError, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.events import Event as YamlEvent
    from yaml.events import MappingStartEvent, ScalarEvent, SequenceStartEvent

# Control and non-characters; tab, line feed and carriage return are ordinary.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST_NUMBER = 200

_NULLS = ("", "~", "null", "Null", "NULL")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEXADECIMAL = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_JSON_TOKEN = re.compile(
    r"""(?P<mark>[{}\[\],:])
      | (?P<string>"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")
      | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
      | (?P<word>[A-Za-z]+|-Infinity)""",
    re.VERBOSE,
)
_JSON_SPACE = re.compile(r"[ \t\n\r]*")
_JSON_WORDS = {"true": True, "false": False, "null": None}
_JSON_NOT_FINITE = ("NaN", "Infinity", "-Infinity")


class Event(NamedTuple):
    """One step through a document.

    Attributes
    ----------
    kind : {"mapping", "sequence", "end", "scalar", "document"}
        What begins or ends here; keys and values of a mapping take turns.
    line : int
        Counted from 1.
    value : object
        Of a scalar.
    faults : tuple of BadValueError
        What is wrong with this node itself.
    usable : bool
        False when the faults leave no value to go on with.
    """

    kind: Literal["mapping", "sequence", "end", "scalar", "document"]
    line: int
    value: object = None
    faults: tuple[BadValueError, ...] = ()
    usable: bool = True


class MarkupError(Exception):
    """Text that is no YAML or JSON from some line on."""

    def __init__(self, line: int, got: str, expected: str, hint: str = "") -> None:
        super().__init__(line, got, expected)
        self.line, self.fault = line, BadValueError(got, expected, hint)


def unreadable_character(text: str) -> BadValueError | None:
    """Return the fault of the first character that no text may hold, such as NUL, if there is one."""
    match = _UNREADABLE.search(text)
    if match is None:
        return None
    return BadValueError(f"the character U+{ord(match.group()):04X}", "text without control characters")


def yaml_events(text: str) -> Iterator[Event]:
    """Walk through YAML text.

    Raises
    ------
    MarkupError
        Where the text is no YAML.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if (step := _yaml_step(event)) is not None:
                yield step
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        has_tab = "\t" in "".join(text.split("\n")[line : line + 1])
        hint = "indent with spaces, not with tabs" if has_tab else ""
        raise MarkupError(line + 1, error.problem or "unreadable text", "valid YAML", hint) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise MarkupError(1, show(str(error)), "valid YAML") from None


def _yaml_step(event: YamlEvent) -> Event | None:
    """Turn one event of PyYAML into ours; stream marks and document ends are left out."""
    import yaml

    line = event.start_mark.line + 1
    match event:
        case yaml.AliasEvent():
            return Event("scalar", line, faults=(_no_sharing(f"the alias *{event.anchor}"),), usable=False)
        case yaml.ScalarEvent() | yaml.MappingStartEvent() | yaml.SequenceStartEvent():
            return _yaml_node(event, line)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            return Event("end", line)
        case yaml.DocumentStartEvent():
            return Event("document", line)
    return None


def _yaml_node(event: ScalarEvent | MappingStartEvent | SequenceStartEvent, line: int) -> Event:
    import yaml

    faults = []
    if event.anchor is not None:
        faults.append(_no_sharing(f"the anchor &{event.anchor}"))
    if event.tag is not None:
        faults.append(BadValueError(f"the tag {event.tag}", "a value without a tag"))
    if not isinstance(event, yaml.ScalarEvent):
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        return Event(kind, line, faults=tuple(faults))
    value, usable = event.value, event.tag is None
    if usable and event.style not in ("'", '"', "|", ">"):
        try:
            value = _core_schema(event.value)
        except BadValueError as fault:
            faults.append(fault)
            usable = False
    return Event("scalar", line, value, tuple(faults), usable)


def _no_sharing(what: str) -> BadValueError:
    return BadValueError(what, "every value written out where it stands", "anchors and aliases are not read")


def _core_schema(text: str) -> object:
    """Read a plain scalar as YAML 1.2's core schema does."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text) or _FLOAT.fullmatch(text):
        return _number(text)
    if _NOT_FINITE.fullmatch(text):
        raise _not_finite(text)
    return text


def _number(text: str) -> int | float:
    """Read the text of a number, keeping whole numbers whole."""
    if len(text) > _LONGEST_NUMBER:
        raise BadValueError(show(text), f"a number of at most {_LONGEST_NUMBER} characters")
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    number = int(text) if _DECIMAL.fullmatch(text) else float(text)
    if not math.isfinite(number):
        raise _not_finite(text)
    return number


def _not_finite(text: str) -> BadValueError:
    return BadValueError(text, "a finite number", "leave out what is not known")


def json_events(text: str) -> Iterator[Event]:
    """Walk through JSON text.

    Raises
    ------
    MarkupError
        Where the text is no JSON.
    """
    open_marks: list[str] = []
    awaited, line = "a value", 1
    for kind, token, line in _json_tokens(text):
        if kind == "mark" and token in "{[" and awaited.startswith("a value"):
            open_marks.append(token)
            yield Event("mapping" if token == "{" else "sequence", line)
            awaited = "a key or }" if token == "{" else "a value or ]"
        elif kind == "mark" and awaited.endswith(f" or {token}"):
            open_marks.pop()
            yield Event("end", line)
            awaited = _after_value(open_marks)
        elif kind == "mark" and awaited.startswith(token):
            awaited = "a key" if token == "," and open_marks[-1] == "{" else "a value"
        elif kind == "string" and awaited.startswith("a key"):
            yield _json_scalar(kind, token, line)
            awaited = ":"
        elif kind != "mark" and awaited.startswith("a value"):
            yield _json_scalar(kind, token, line)
            awaited = _after_value(open_marks)
        else:
            raise MarkupError(line, show(token), f"valid JSON, here {awaited}")
    if awaited != _after_value([]):
        raise MarkupError(line, "the end of the text", f"valid JSON, here {awaited}")


def _after_value(open_marks: list[str]) -> str:
    if not open_marks:
        return "the end"
    return ", or }" if open_marks[-1] == "{" else ", or ]"


def _json_tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the kind, text and line of each token."""
    position, line = 0, 1
    while True:
        space = _JSON_SPACE.match(text, position)
        end = space.end() if space else position
        line += text.count("\n", position, end)
        if end == len(text):
            return
        match = _JSON_TOKEN.match(text, end)
        if match is None:
            raise MarkupError(line, show(text[end : end + 20]), "valid JSON")
        yield str(match.lastgroup), match.group(), line
        position = match.end()


def _json_scalar(kind: str, token: str, line: int) -> Event:
    if kind == "word" and token in _JSON_WORDS:
        return Event("scalar", line, _JSON_WORDS[token])
    if kind == "word" and token not in _JSON_NOT_FINITE:
        raise MarkupError(line, show(token), "a JSON value", "a text stands in double quotes")
    try:
        if kind == "word":
            raise _not_finite(token)
        return Event("scalar", line, json.loads(token) if kind == "string" else _number(token))
    except BadValueError as fault:
        return Event("scalar", line, faults=(fault,), usable=False)
    except ValueError:
        raise MarkupError(line, show(token), "a JSON text with valid escapes") from None
