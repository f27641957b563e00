"""`epsom sources`."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from epsom.core.evidence import data_folder, registry, sources
from epsom.core.faults import Fault, InputError, nearest_hint
from epsom.interfaces.cli import screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable


#: Keys that name an entry of a table, the first that is there.
_NAMES = ("id", "meaning", "name", "quantity", "rule", "cause")


def command(key: str | None, *, as_json: bool) -> None:
    """List every source that something uses, or one source with what uses it."""
    known, users = sources(), uses()
    if key is not None and key not in known:
        raise InputError(
            [Fault("KEY", key, "the key of a source", nearest_hint(key, known) or "see 'epsom sources'")]
        )
    keys = [key] if key is not None else sorted(users)
    entries = [
        {
            "key": name,
            "citation": known[name].cite() if name in known else None,
            "used_by": users.get(name, []),
        }
        for name in keys
    ]
    if as_json:
        screen.print_json(entries[0] if key is not None else {"sources": entries})
    elif key is not None:
        _print_one(entries[0])
    else:
        _print_all(entries, len(known))


def uses() -> dict[str, list[str]]:
    """What uses each source: parameters of the body by name, other data as ``file: entry``."""
    found: dict[str, list[str]] = {}
    for parameter in registry().parameters.values():
        for key in parameter.sources:
            found.setdefault(key, []).append(parameter.name)
    for file in _tables(data_folder()):
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
        for place, key in _cited(tree, ()):
            found.setdefault(key, []).append(f"{file.name}: {place}")
    return {key: list(dict.fromkeys(users)) for key, users in found.items()}


def _tables(folder: Traversable) -> Iterator[Traversable]:
    """Every TOML file of the data but the parameters, whose records name their sources themselves."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name != "parameters":
            yield from _tables(item)
        elif item.name.endswith(".toml"):
            yield item


def _cited(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every key under ``source`` or ``sources`` with the name of the entry it stands in."""
    if isinstance(node, dict):
        names = (node.get(key) for key in _NAMES)
        place = next((name for name in names if isinstance(name, str)), ".".join(path))
        for key in ("source", "sources"):
            cited = node.get(key, [])
            for source in [cited] if isinstance(cited, str) else cited:
                if isinstance(source, str):
                    yield place, source
        for key, child in node.items():
            yield from _cited(child, (*path, key))
    elif isinstance(node, list):
        for child in node:
            yield from _cited(child, path)


def _print_one(entry: dict[str, Any]) -> None:
    to = screen.console()
    to.print(entry["citation"], markup=False)
    if not entry["used_by"]:
        to.print("Nothing uses it yet.")
        return
    to.print("Used by:")
    screen.hanging(to, entry["used_by"], indent=2, hang=2)


def _print_all(entries: list[dict[str, Any]], known: int) -> None:
    to = screen.console()
    to.print(f"{len(entries)} of {known} sources are used. 'epsom sources KEY' says by what.\n")
    for entry in entries:
        count = len(entry["used_by"])
        noun = "number or entry" if count == 1 else "numbers or entries"
        text = f"{entry['citation'] or 'not in the list of sources'} ({count} {noun})"
        screen.hanging(to, [f"{entry['key']}: {text}"], indent=0, hang=2)
