"""The data files of the guidance, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.evidence import STATUSES, data_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class GuidanceDataError(ValueError):
    """A data file of the guidance is wrong; the message says where and how."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a rule or a number comes from.

    Attributes
    ----------
    status : str
        ``read``, ``read_secondary``, ``recalled`` or ``derived`` (see `epsom.core.evidence.STATUSES`).
    sources : tuple of str
        Keys of ``data/sources.bib``.
    note : str
        What the sources disagree about, and what was decided.
    """

    status: str
    sources: tuple[str, ...] = ()
    note: str = ""


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return the content of ``data/guidance/<name>.toml``."""
    return data_table("guidance", f"{name}.toml")


def provenance(entry: Mapping[str, Any], where: str) -> Provenance:
    """Read the provenance of one entry.

    Raises
    ------
    GuidanceDataError
        If the status is unknown, or an entry that claims to have been read names no source.
    """
    status, sources = entry.get("status"), tuple(entry.get("sources", ()))
    if status not in STATUSES:
        raise GuidanceDataError(f"{where}: status {status!r} is none of {STATUSES}")
    if not sources and status in ("read", "read_secondary"):
        raise GuidanceDataError(f"{where}: status {status!r} needs a source")
    return Provenance(status, sources, entry.get("note", ""))


def check_keys(entry: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    """Refuse keys that nothing reads.

    Raises
    ------
    GuidanceDataError
        Naming the unknown keys.
    """
    unknown = sorted(set(entry) - set(allowed))
    if unknown:
        raise GuidanceDataError(f"{where}: unknown keys {unknown}")


@cache
def window(name: str) -> float:
    """Return a length of time from ``windows.toml``, in days."""
    return float(table("windows")[name]["days"])
