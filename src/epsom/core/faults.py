"""What is wrong with an input: one plain record for the command line, Python, the page and HTTP alike."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input.

    Attributes
    ----------
    where : str
        Key path with its line where one is known, as ``supplements[0].dose (line 14)``.
    got : str
        What stands there.
    expected : str
        What should stand there.
    hint : str
        What to try, such as the nearest valid name; empty when there is nothing to say.
    """

    where: str
    got: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        lines = [self.where, f"  got: {self.got}", f"  expected: {self.expected}"]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class InputError(Exception):
    """An invalid input, with all of its faults at once.

    Parameters
    ----------
    faults : iterable of Fault
        At least one.

    Raises
    ------
    ValueError
        If there is no fault to report.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        if not self.faults:
            raise ValueError("an InputError needs at least one fault")
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class BadValueError(ValueError):
    """A single value that cannot be used; its place is known to the caller only.

    Parameters
    ----------
    got, expected, hint : str
        As in `Fault`.
    """

    def __init__(self, got: str, expected: str, hint: str = "") -> None:
        super().__init__(got, expected, hint)
        self.got, self.expected, self.hint = got, expected, hint

    def __str__(self) -> str:
        return f"got {self.got}, expected {self.expected}" + (f" ({self.hint})" if self.hint else "")

    def at(self, where: str) -> Fault:
        """Return the fault this value makes at a place."""
        return Fault(where, self.got, self.expected, self.hint)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when nothing is close."""
    names = list(known)
    by_folded = {known_name.casefold(): known_name for known_name in names}
    folded = name.strip().casefold().replace(" ", "_")
    matches = difflib.get_close_matches(folded, by_folded, n=1) or [
        known_name for known_name in by_folded if len(folded) > 3 and folded in known_name
    ]
    return by_folded[matches[0]] if matches else None


def nearest_hint(name: object, known: Iterable[str]) -> str:
    """Return ``did you mean ...?`` for the nearest known name, or an empty text."""
    found = nearest(name[:_SHOWN_CHARACTERS], known) if isinstance(name, str) else None
    return f"did you mean {found}?" if found else ""


def show(value: object) -> str:
    """Say briefly what a value read from a file is, for `Fault.got`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping of keys" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    is_huge = isinstance(value, int) and abs(value) >= 10**_SHOWN_CHARACTERS
    text = "a huge number" if is_huge else repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."


def one_of(names: Iterable[str]) -> str:
    """Say that one of these names is expected."""
    return "one of: " + ", ".join(names)
