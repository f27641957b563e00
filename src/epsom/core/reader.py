"""The one strict reader of files: YAML 1.2 scalars or JSON, every value with its line.

Duplicate keys, aliases, tags, merge keys, keys that are no text, several documents, NaN and infinities,
nesting beyond 32 levels, more than 1 MB, text that is not UTF-8 and control characters are refused. What can
be read past a fault is read, so that all faults come at once.
"""

from __future__ import annotations

import stat
from pathlib import Path

from epsom.core.faults import Fault, InputError
from epsom.core.markup import MarkupError, json_events, unreadable_character, yaml_events
from epsom.core.tree import Document, Scan, TreeBuilder

MOST_BYTES = 1_000_000


def read_file(path: str | Path) -> Document:
    """Read a YAML or JSON file.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    return scan_file(path).without_faults()


def read_text(text: str | bytes, name: str = "the input") -> Document:
    """Read YAML or JSON text; it is JSON if `name` ends in ``.json`` or the text begins with a brace.

    Raises
    ------
    InputError
        With every fault of the text.
    """
    return scan_text(text, name).without_faults()


def scan_file(path: str | Path) -> Scan:
    """Read a file as `scan_text` does; what is no ordinary file or too large is not opened."""
    name = str(path)
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            what = "a directory" if stat.S_ISDIR(status.st_mode) else "no ordinary file"
            raise InputError([Fault(name, what, "a YAML or JSON file")])
        _refuse_size(status.st_size, name)
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        got = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError([Fault(name, got, "a file that can be read")]) from None
    return scan_text(content, name)


def scan_text(text: str | bytes, name: str = "the input") -> Scan:
    """Read a text as far as its faults allow.

    Raises
    ------
    InputError
        If the text cannot be used at all: too large, not UTF-8, with control characters, no YAML or JSON from
        some line on, too deep, or no mapping of keys.
    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    _refuse_size(len(content), name)
    decoded = _decode(content, name)
    is_json = name.lower().endswith(".json") or decoded.lstrip().startswith("{")
    builder = TreeBuilder(name)
    try:
        for event in json_events(decoded) if is_json else yaml_events(decoded):
            builder.take(event)
    except MarkupError as error:
        builder.give_up(error.fault, error.line)
    return builder.finish()


def _refuse_size(size: int, name: str) -> None:
    if size > MOST_BYTES:
        raise InputError([Fault(name, f"{size} bytes", f"at most {MOST_BYTES} bytes")])


def _decode(content: bytes, name: str) -> str:
    """Decode UTF-8, with or without a byte order mark, and refuse characters that no text file holds."""
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        got = f"the byte 0x{content[error.start]:02X}"
        raise InputError(
            [Fault(f"{name} (line {line})", got, "text in UTF-8", "save the file as UTF-8")]
        ) from None
    for number, line in enumerate(text.split("\n"), start=1):
        if (fault := unreadable_character(line)) is not None:
            raise InputError([fault.at(f"{name} (line {number})")])
    return text
