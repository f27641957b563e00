"""`epsom evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from epsom.core.faults import Fault, InputError, nearest_hint
from epsom.core.files import write_whole
from epsom.interfaces.cli import screen
from epsom.interfaces.cli.targets import load_with_targets
from epsom.interfaces.cli.waiting import engine_for, watched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from epsom.inference.calibration.outcomes import Outcome
    from epsom.inference.calibration.targets import Target


def command(*, only: str | None, as_json: bool, html: Path | None) -> None:
    """Run the targets, then print and write."""
    from epsom.inference.calibration.outcomes import evaluate
    from epsom.interfaces.evaluation.document import document
    from epsom.interfaces.evaluation.page import page

    wanted = load_with_targets(lambda: chosen(only), html=html)
    with watched("Simulating published groups") as watch:
        outcomes = evaluate(wanted, engine_for(watch), watch)
    if html is not None:
        write_whole(html, page(outcomes))
    if as_json:
        screen.print_json(document(outcomes))
    else:
        print_outcomes(outcomes)
        if html is not None:
            screen.console().print(f"Written: {html}", soft_wrap=True, markup=False)
    lost = no_longer_passing(outcomes)
    if lost:
        raise typer.Exit(1)


def no_longer_passing(outcomes: Sequence[Outcome]) -> list[str]:
    """Targets that passed when the body was calibrated and now do not, told on standard error."""
    from rich.console import Console

    from epsom.inference.calibration.targets import passing

    missed = [outcome.target.id for outcome in outcomes if not outcome.passes]
    lost = [name for name in missed if name in passing()]
    if lost:
        Console(stderr=True).print(f"No longer passing: {', '.join(lost)}", highlight=False, soft_wrap=True)
    return lost


def chosen(only: str | None) -> tuple[Target, ...]:
    """Every target, or the one called ``only``.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    from epsom.inference.calibration.targets import targets

    if only is None:
        return targets()
    found = tuple(target for target in targets() if target.id == only)
    if not found:
        hint = nearest_hint(only, [target.id for target in targets()])
        raise InputError([Fault("--only", only, "the name of a target", hint or "see 'epsom evaluate'")])
    return found


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Observed beside simulated, why a miss is a miss, and how many pass."""
    from epsom.interfaces.evaluation.document import cited, reason
    from epsom.interfaces.evaluation.page import tally_table
    from epsom.interfaces.evaluation.plots import shown, table

    to = screen.console()
    topics = list(dict.fromkeys(outcome.target.topic for outcome in outcomes))
    for topic in topics:
        group = [outcome for outcome in outcomes if outcome.target.topic == topic]
        to.print(f"\n[bold]{topic.replace('_', ' ').capitalize()}[/bold]")
        to.print(screen.table(table(topic, group), words=(0,)))
    for outcome in outcomes:
        if not outcome.passes:
            line = f"{outcome.target.id}: {shown(outcome.value)} {outcome.target.unit}. {reason(outcome)}"
            screen.hanging(to, [f"Miss: {line} Source: {cited(outcome.target.source)}"], indent=0, hang=2)
    to.print(screen.table(tally_table(outcomes), words=(0,)))
    if len(outcomes) == 1:
        target = outcomes[0].target
        screen.hanging(to, [f"{target.id}. {cited(target.source)}", target.caution], indent=0, hang=2)
