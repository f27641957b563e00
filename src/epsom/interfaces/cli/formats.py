"""What `epsom export` writes; apart from the command, whose imports would keep help waiting."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What can be exported."""

    OMEX = "omex"
    SBML = "sbml"
    ENGINE = "engine"
