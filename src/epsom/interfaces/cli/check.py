"""`epsom check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.interfaces.cli import screen

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = {
    "epsom.case/1": "a case: one person, one question",
    "epsom.scenario/1": "a scenario: a group under a protocol",
    "epsom.assessment/1": "an assessment: the answer to a case",
    "epsom.simulation/1": "a simulation result",
}


def command(file: Path, *, as_json: bool) -> None:
    """Read the file and say what it is."""
    from epsom.core.cautions import cautions
    from epsom.core.documents import load
    from epsom.core.records import Case, Scenario

    document = load(file)
    warnings = cautions(document) if isinstance(document, Case | Scenario) else ()
    if as_json:
        screen.print_json({"schema": document.schema_name, "valid": True, "cautions": list(warnings)})
        return
    to = screen.console()
    to.print(f"{file} is {_KINDS[document.schema_name]} ({document.schema_name}). It is valid.", markup=False)
    for warning in warnings:
        to.print(f"Caution: {warning}.", markup=False)
