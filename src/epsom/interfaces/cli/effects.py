"""`epsom describe --effects`: what drugs, diseases, forms and routes do to the body, beside their sources."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from epsom.interfaces import numerals, words
from epsom.interfaces.cli import screen
from epsom.interfaces.plots.drawing import Table

if TYPE_CHECKING:
    from epsom.simulation.effects import Effect

_TITLES = {"drug": "Drugs", "condition": "Diseases and conditions", "form": "Forms", "route": "Routes"}
_HEADERS = ("", "", "Body", "Unit", "Asked", "Met", "The sources say")
#: Columns of words, which may wrap.
_TEXT = (0, 1, 4, 6)
_LEGEND = (
    "Mean change in the same virtual people with and without it. Where no source gives a size, only the "
    "direction is asked for."
)


def print_effects(*, as_json: bool) -> None:
    """Run every expected effect and print what the body does beside what the sources say."""
    from epsom.interfaces.cli.waiting import engine_for, watched
    from epsom.simulation.effects import run_effects

    with watched("Trying drugs, diseases, forms and routes") as watch:
        found = run_effects(engine=engine_for(watch), progress=watch)
    if as_json:
        screen.print_json({"effects": [_tree(effect) for effect in found]})
        return
    to = screen.console()
    for kind, title in _TITLES.items():
        rows = tuple(_row(effect) for effect in found if effect.kind == kind)
        to.print(f"\n[bold]{title}[/bold]")
        to.print(screen.table(Table(title, _HEADERS, rows), words=_TEXT))
    agreeing = sum(effect.agrees for effect in found)
    to.print(f"\n{agreeing} of {len(found)} agree. {_LEGEND}")


def _row(effect: Effect) -> tuple[str, ...]:
    return (
        words.plain(effect.of), words.MEASURES[effect.measure], numerals.number(effect.change, 2),
        effect.unit,
        _asked(effect), "yes" if effect.agrees else "NO",
        f"{effect.source_says} ({', '.join(effect.sources)})",
    )  # fmt: skip


def _asked(effect: Effect) -> str:
    if effect.low is None and effect.high is None:
        return effect.direction
    ends = ["any" if end is None else numerals.number(end) for end in (effect.low, effect.high)]
    return f"{ends[0]} to {ends[1]}"


def _tree(effect: Effect) -> dict[str, Any]:
    return asdict(effect) | {"sources": list(effect.sources), "agrees": effect.agrees}
