"""`epsom compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.interfaces import words
from epsom.interfaces.cli import screen
from epsom.interfaces.cli.assess import DEFAULT_SEED
from epsom.interfaces.cli.waiting import engine_for, watched
from epsom.interfaces.numerals import number, percent
from epsom.interfaces.plots.drawing import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from epsom.inference.whatif import Forecast

_TITLES = {
    "continue": "As now", "stop": "Stop", "halve": "Half of each dose", "split": "Split in twice as many",
    "with_food": "With food", "switch_form": "As another form",
}  # fmt: skip


def command(file: Path, *, as_json: bool, seed: int | None, people: int | None, days: int) -> None:
    """Answer once, then run the same people on under each change."""
    from epsom.core.documents import load_case
    from epsom.guidance import assess, compare
    from epsom.inference.changes import CONTINUE, HALVE, SPLIT, STOP, WITH_FOOD

    case = load_case(file)
    with watched("Comparing virtual people with this person", counted=False) as watch:
        engine = engine_for(watch)
        answer = assess(
            case, people=people, seed=DEFAULT_SEED if seed is None else seed, engine=engine, progress=watch
        )
        watch("running them on under each change")
        changes = [CONTINUE, STOP, HALVE, SPLIT, WITH_FOOD]
        ahead = compare(answer, changes, engine=engine, days=days) if case.supplements else []
    if as_json:
        screen.print_json({"question": case.question, "days": days, "changes": [tree(f) for f in ahead]})
        return
    to = screen.console()
    if not ahead:
        to.print("Nothing is taken, or the model does not fit this person: there is nothing to compare.")
        return
    to.print(screen.table(_table(ahead, case.question, days), words=(0,)))
    to.print(words.INTENDED_USE, markup=False)


def tree(ahead: Forecast) -> dict[str, Any]:
    """One forecast as JSON: medians with 90 % intervals."""
    return {
        "change": ahead.change.name,
        "absorbed": {
            "median": ahead.absorbed.median, "interval": [ahead.absorbed.low, ahead.absorbed.high],
            "interval_probability": 0.9, "unit": "mg/day",
        },
        "diarrhea": _chance(ahead.diarrhea), "excess": _chance(ahead.excess),
        "gone": [{"day": day, **_chance(share)} for day, share in ahead.gone.items()],
        "serum_magnesium": {"unit": "mmol/L", "p05_p50_p95": ahead.serum.tolist()},
        "stool": {"unit": "g/day", "p05_p50_p95": ahead.stool.tolist()},
    }  # fmt: skip


def _chance(share: Any) -> dict[str, Any]:
    return {
        "probability": share.probability, "interval": [share.low, share.high], "interval_probability": 0.9,
    }  # fmt: skip


def _table(forecasts: Sequence[Forecast], question: str, days: int) -> Table:
    rows = tuple(
        (
            _TITLES.get(f.change.name, f.change.name),
            number(f.absorbed.median),
            percent(f.diarrhea.probability),
            number(float(f.serum[-1, 1])),
            percent(f.excess.probability),
            *(percent(f.gone[day].probability) if f.gone else "-" for day in (3, 7, 28)),
        )
        for f in forecasts
    )
    gone = f"{words.symptom(question)} gone by day"
    head = (
        "Change",
        "Absorbed, mg/day",
        "Diarrhea on a day",
        f"Serum, day {days}",
        "Excess",
        f"{gone} 3",
        "7",
        "28",
    )
    return Table("The same people, taken on from now", head, rows)
