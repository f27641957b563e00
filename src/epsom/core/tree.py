"""Trees of keys and values with their lines, built from the events of a text without recursion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from epsom.core.faults import BadValueError, Fault, InputError, show
from epsom.core.markup import unreadable_character

if TYPE_CHECKING:
    from epsom.core.markup import Event

DEEPEST_LEVEL = 32
_LONGEST_KEY = 40

KeyPath = tuple[str | int, ...]


class Finding(NamedTuple):
    """A fault with its place as a key path, before the place is written out.

    Attributes
    ----------
    path : tuple of str and int
        Keys and list positions from the top.
    fault : BadValueError
        What is wrong there.
    line : int or None
        Where it is not the line of the path, as for the second of two equal keys.
    """

    path: KeyPath
    fault: BadValueError
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds.

    Attributes
    ----------
    tree : dict
        Mappings, lists, texts, numbers, true, false and None.
    lines : dict of tuple to int
        Line of each key path, counted from 1; empty for a tree that came from no text.
    name : str
        Of the file, for faults of the whole.
    """

    tree: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)
    name: str = "the input"

    def fault(self, finding: Finding) -> Fault:
        """Write out where a finding is: the key path, and the line where one is known."""
        line = self.line(finding)
        return finding.fault.at((key_path(finding.path) or self.name) + (f" (line {line})" if line else ""))

    def line(self, finding: Finding) -> int:
        """Return the line of a finding, or of the nearest part of its path that is there; 0 if unknown."""
        if finding.line is not None:
            return finding.line
        path = finding.path
        return next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 0)


class Scan(NamedTuple):
    """A document read as far as its faults allow.

    Attributes
    ----------
    document : Document
        With None in place of what cannot be used.
    findings : list of Finding
        What is wrong with it as YAML or JSON.
    unusable : set of tuple
        Key paths of the values that cannot be used.
    """

    document: Document
    findings: list[Finding]
    unusable: set[KeyPath]

    def without_faults(self) -> Document:
        """Return the document if nothing is wrong with it, else raise `InputError`."""
        if self.findings:
            raise InputError(self.document.fault(finding) for finding in self.findings)
        return self.document


def key_path(path: KeyPath) -> str:
    """Write a key path as ``supplements[0].dose``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isidentifier() and len(part) <= _LONGEST_KEY:
            text += f".{part}" if text else part
        else:
            text += f"[{show(part[:_LONGEST_KEY])}]"
    return text


@dataclass(slots=True)
class _Level:
    """A mapping or list being filled, and where in it the next node goes."""

    container: dict | list
    path: KeyPath
    awaits_key: bool
    key: str | None = None
    keeps_value: bool = True
    is_key: bool = False


class TreeBuilder:
    """Builds the tree of a document from events and gathers what is wrong with it.

    Parameters
    ----------
    name : str
        Of the file, for faults of the whole.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tree: object = None
        self._lines: dict[KeyPath, int] = {}
        self._findings: list[Finding] = []
        self._unusable: set[KeyPath] = set()
        self._levels: list[_Level] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        """Take one step; everything after the first document is left aside."""
        if event.kind == "document":
            self._documents += 1
            if self._documents == 2:
                fault = BadValueError("a second document", "one document in a file")
                self._findings.append(Finding((), fault, event.line))
        elif self._documents > 1:
            return
        elif event.kind == "end":
            if not self._levels.pop().is_key:
                self._value_is_done()
        elif self._levels and self._levels[-1].awaits_key:
            self._take_key(event)
        else:
            self._take_value(event)

    def finish(self) -> Scan:
        """Return what was built, which must be a mapping of keys."""
        if not isinstance(self._tree, dict):
            got = "an empty file" if self._tree is None and not self._findings else show(self._tree)
            self.give_up(BadValueError(got, "keys with values, the first of them schema"))
        return Scan(Document(self._tree, self._lines, self._name), self._findings, self._unusable)

    def give_up(self, fault: BadValueError, line: int | None = None) -> NoReturn:
        """Raise every finding and the fault that hides the rest of the text."""
        self._findings.append(Finding(self._next_path(), fault, line))
        document = Document({}, self._lines, self._name)
        raise InputError(document.fault(finding) for finding in self._findings)

    def _next_path(self) -> KeyPath:
        """Return the key path of the value that comes next."""
        if not self._levels:
            return ()
        level = self._levels[-1]
        if isinstance(level.container, list):
            return (*level.path, len(level.container))
        return level.path if level.key is None else (*level.path, level.key)

    def _take_key(self, event: Event) -> None:
        level = self._levels[-1]
        level.awaits_key = False
        level.key = event.value if isinstance(event.value, str) else None
        faults = (*event.faults, *_faults_of_key(event, level.container))
        level.keeps_value = not faults
        path = self._next_path()
        self._findings += [Finding(path, fault, event.line) for fault in faults]
        self._lines.setdefault(path, event.line)
        if event.kind != "scalar":
            self._open(event, path, is_key=True)

    def _take_value(self, event: Event) -> None:
        path = self._next_path()
        unreadable = _faults_of_text(event.value)
        self._findings += [Finding(path, fault, event.line) for fault in (*event.faults, *unreadable)]
        self._lines.setdefault(path, event.line)
        usable = event.usable and not unreadable
        if not usable:
            self._unusable.add(path)
        if event.kind == "scalar":
            self._place(event.value if usable else None)
            self._value_is_done()
        else:
            self._open(event, path)

    def _place(self, value: object) -> None:
        """Put a value where it belongs; that of a key which cannot stand goes nowhere."""
        if not self._levels:
            self._tree = value
            return
        level = self._levels[-1]
        if isinstance(level.container, list):
            level.container.append(value)
        elif level.keeps_value:
            level.container[level.key] = value

    def _open(self, event: Event, path: KeyPath, is_key: bool = False) -> None:
        """Begin to fill a mapping or list; one that stands for a key is read past and not kept."""
        if len(self._levels) == DEEPEST_LEVEL:
            got = f"more than {DEEPEST_LEVEL} levels"
            self.give_up(BadValueError(got, f"at most {DEEPEST_LEVEL} levels of nesting"), event.line)
        container: dict | list = {} if event.kind == "mapping" else []
        if not is_key:
            self._place(container)
        self._levels.append(_Level(container, path, awaits_key=event.kind == "mapping", is_key=is_key))

    def _value_is_done(self) -> None:
        if self._levels:
            level = self._levels[-1]
            level.awaits_key, level.key = isinstance(level.container, dict), None


def _faults_of_key(event: Event, mapping: dict | list) -> list[BadValueError]:
    if event.kind != "scalar":
        return [BadValueError("a mapping or a list as a key", "a key that is text")]
    if not event.usable:
        return []
    if not isinstance(event.value, str):
        return [BadValueError(f"the key {show(event.value)}", "a key that is text")]
    if event.value == "<<":
        return [BadValueError("a merge key", "every key written out where it stands")]
    if event.value in mapping:
        return [BadValueError(f"the key {show(event.value)} again", "every key once")]
    return _faults_of_text(event.value)


def _faults_of_text(value: object) -> list[BadValueError]:
    fault = unreadable_character(value) if isinstance(value, str) else None
    return [fault] if fault else []
