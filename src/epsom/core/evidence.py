"""The evidence registry: every number of the body as a record with its source, and the sources themselves."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from epsom.core.cache import cache_folder, keep, read_kept
from epsom.core.distributions import Spread
from epsom.core.units import UnitError, conversion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

#: What a status means: seen in the primary text; seen in a text citing it; from memory or judgement;
#: our arithmetic; adjusted so that the body reproduces published measurements.
STATUSES = ("read", "read_secondary", "recalled", "derived", "fitted")


class EvidenceError(ValueError):
    """A data file of the registry is wrong; the message lists every fault with its place."""


@dataclass(frozen=True)
class Parameter:
    """One number of the body with its provenance.

    ``value``, ``between``, ``uncertainty`` and ``bounds`` are in ``unit``, as the source gives them; the
    ``canonical_*`` properties give them in canonical units (mmol, L, h, osmol).
    """

    name: str
    meaning: str
    value: float
    unit: str
    status: str
    sources: tuple[str, ...]
    how: str
    population: str = "adults"
    substance: str | None = None
    between: Spread | None = None
    uncertainty: Spread | None = None
    bounds: tuple[float, float] = (-math.inf, math.inf)

    @property
    def factor(self) -> float:
        """What turns a number in ``unit`` into canonical units."""
        return conversion(self.unit, self.substance).factor

    @property
    def canonical_unit(self) -> str:
        """The canonical unit, spelled out."""
        return conversion(self.unit, self.substance).canonical

    @property
    def canonical_value(self) -> float:
        """The value in canonical units."""
        return self.value * self.factor

    @property
    def canonical_bounds(self) -> tuple[float, float]:
        """The bounds in canonical units."""
        return self.bounds[0] * self.factor, self.bounds[1] * self.factor

    def canonical_spread(self, which: str) -> Spread | None:
        """The spread ``between`` people or the ``uncertainty`` of the center, in canonical units."""
        spread: Spread | None = getattr(self, which)
        return spread and spread.scaled(self.factor)


@dataclass
class Registry:
    """Parameters by name; reading it checks every record."""

    parameters: dict[str, Parameter] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Parameter:
        """The record called ``name``."""
        return self.parameters[name]

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    def with_parameters(self, extra: Iterable[Parameter]) -> Registry:
        """A copy with ``extra`` records added or put in place of those of the same name."""
        return Registry(self.parameters | {parameter.name: parameter for parameter in extra})


def data_folder() -> Traversable:
    """Where the package keeps its data."""
    return resources.files("epsom") / "data"


def data_table(*path: str) -> dict[str, Any]:
    """The content of one TOML file of the package's data, by folders and file name."""
    return tomllib.loads(data_folder().joinpath(*path).read_text(encoding="utf-8"))


def large_tables(*files: Traversable) -> dict[str, dict[str, Any]]:
    """The content of TOML files by name, kept as JSON in the cache: that is read thirty times as fast."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    path = cache_folder() / f"tables_{hashlib.sha256(repr(texts).encode()).hexdigest()[:20]}.json"
    kept = read_kept(path)
    if kept is not None:
        return json.loads(kept)
    tables = {name: tomllib.loads(text) for name, text in texts.items()}
    keep(path, json.dumps(tables))
    return tables


@cache
def registry() -> Registry:
    """The parameters of the whole body, read once from ``data/parameters/*.toml``.

    Raises
    ------
    EvidenceError
        Listing every faulty record.
    """
    found: dict[str, Parameter] = {}
    faults: list[str] = []
    files = [file for file in (data_folder() / "parameters").iterdir() if file.name.endswith(".toml")]
    for file, records in large_tables(*sorted(files, key=lambda file: file.name)).items():
        for name, table in records.items():
            try:
                parameter = parameter_from_table(name, table)
            except (EvidenceError, UnitError, ValueError, TypeError, KeyError) as error:
                faults.append(f"{file}: [{name}]: {error}")
                continue
            if name in found:
                faults.append(f"{file}: [{name}] stands in two files")
            found[name] = parameter
    if faults:
        raise EvidenceError("\n".join(faults))
    return Registry(found)


_REQUIRED = {"meaning", "value", "unit", "status", "sources", "how"}
_OPTIONAL = {"population", "substance", "between", "uncertainty", "bounds"}
_TEXTS = ("meaning", "unit", "status", "how", "population", "substance")


def parameter_from_table(name: str, table: Mapping[str, Any]) -> Parameter:
    """One record from its TOML table; refuses unknown keys, unknown units, values outside their bounds."""
    missing, unknown = _REQUIRED - table.keys(), table.keys() - _REQUIRED - _OPTIONAL
    if missing or unknown:
        raise EvidenceError(f"missing keys {sorted(missing)}, unknown keys {sorted(unknown)}")
    if table["status"] not in STATUSES:
        raise EvidenceError(f"status {table['status']!r} is not one of {STATUSES}")
    if not table["sources"] and table["status"] not in ("recalled", "fitted"):
        raise EvidenceError(f"status {table['status']!r} needs at least one source")
    low, high = table.get("bounds", (-math.inf, math.inf))
    if not low <= table["value"] <= high:
        raise EvidenceError(f"value {table['value']} lies outside its bounds {low} to {high}")
    texts: dict[str, Any] = {key: table[key] for key in _TEXTS if key in table}
    spreads: dict[str, Any] = {
        key: Spread(**table[key]) for key in ("between", "uncertainty") if key in table
    }
    parameter = Parameter(
        name=name,
        value=float(table["value"]),
        sources=tuple(table["sources"]),
        bounds=(float(low), float(high)),
        **texts,
        **spreads,
    )
    conversion(parameter.unit, parameter.substance)
    return parameter


@dataclass(frozen=True)
class Source:
    """One publication, label or text a number comes from."""

    key: str
    kind: str
    fields: Mapping[str, str]
    authors: tuple[str, ...]

    def cite(self) -> str:
        """Author or title, year, journal and identifier, as far as they are known."""
        who = ", ".join(self.authors[:3]) + (" et al." if len(self.authors) > 3 else "")
        identifier = next(
            (f"{label} {self.fields[key]}" for key, label in _IDENTIFIERS.items() if key in self.fields), ""
        )
        where = self.fields.get("journal") or self.fields.get("howpublished") or self.fields.get("publisher")
        parts = [who, self.fields.get("title"), where, self.fields.get("year", "no year"), identifier]
        return ". ".join(part.strip(" .{}") for part in parts if part) + "."


_IDENTIFIERS = {"doi": "doi:", "pmid": "PMID", "pmcid": ""}


@cache
def sources() -> dict[str, Source]:
    """Every source the data files may cite, by key, from ``data/sources.bib``."""
    from pybtex.database import parse_string

    text = (data_folder() / "sources.bib").read_text(encoding="utf-8")
    return {
        key: Source(
            key=key,
            kind=entry.type,
            fields={name.lower(): str(value) for name, value in entry.fields.items()},
            authors=tuple(str(person) for person in entry.persons.get("author", [])),
        )
        for key, entry in parse_string(text, "bibtex").entries.items()
    }
