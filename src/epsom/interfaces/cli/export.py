"""`epsom export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from epsom.core.faults import Fault, InputError
from epsom.interfaces.cli import screen
from epsom.interfaces.cli.formats import Format
from epsom.interfaces.cli.simulate import overridden
from epsom.interfaces.cli.targets import load_with_targets
from epsom.interfaces.cli.waiting import engine_for, watched

if TYPE_CHECKING:
    from epsom.core.records import Scenario


def command(
    kind: Format, file: Path | None, *, as_json: bool, person: int, seed: int | None, out: Path | None
) -> None:
    """Make the export, then write it or print it; an archive, which is no text, is always written."""
    from epsom.core.files import write_whole

    if file is not None and out is None and kind is Format.OMEX:
        out = Path(f"{file.stem}.omex")
    scenario = _scenario(kind, file, out)
    if scenario is not None:
        scenario = overridden(scenario, seed=seed, people=None)
    made = _engine(scenario) if kind is Format.ENGINE else _person(kind, scenario, person)
    if out is None:
        if as_json:
            raise InputError([Fault("--out", "missing", "a file, where --json describes what was written")])
        sys.stdout.write(made.decode())
        return
    write_whole(out, made)
    if as_json:
        screen.print_json({"format": kind.value, "file": str(out), "bytes": len(made)})
    else:
        screen.console().print(f"Written: {out}", soft_wrap=True, markup=False)


def _scenario(kind: Format, file: Path | None, out: Path | None) -> Scenario | None:
    """The scenario, which only the engine can do without."""
    from epsom.core.documents import load_scenario

    if file is not None:
        return load_with_targets(lambda: load_scenario(file), out=out)
    if kind is not Format.ENGINE:
        raise InputError([Fault("SCENARIO", "missing", f"a scenario file, whose person '{kind}' holds")])
    return load_with_targets(lambda: None, out=out)


def _person(kind: Format, scenario: Scenario | None, number: int) -> bytes:
    """One person as an archive or as a model alone."""
    from epsom.interfaces.sbml.archive import omex
    from epsom.interfaces.sbml.model import sbml
    from epsom.interfaces.sbml.person import draw_person

    assert scenario is not None
    with watched("Finding the person's start", counted=False) as watch:
        person = draw_person(scenario, number, engine_for(watch))
    return omex(person) if kind is Format.OMEX else sbml(person).encode()


def _engine(scenario: Scenario | None) -> bytes:
    """The generated source of the engine: of the body with its labeled copy where the scenario labels."""
    from epsom.physiology.whole_body import whole_body
    from epsom.simulation.fast.source import kernel_source
    from epsom.simulation.study import body_of

    return kernel_source(whole_body() if scenario is None else body_of(scenario)).encode()
