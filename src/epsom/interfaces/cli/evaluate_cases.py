"""`epsom evaluate --cases`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.interfaces.cli import screen
from epsom.interfaces.cli.waiting import engine_for, watched
from epsom.interfaces.numerals import percent, percent_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Size of the crowd for each file; the whole takes some minutes.
PEOPLE = 256
_CLASSES = {
    "excess": "Too much magnesium",
    "deficiency": "Too little magnesium",
    "not_magnesium": "Something else",
}


def command(*, as_json: bool, people: int | None, seed: int) -> None:
    """Answer every published case and print how often the answer is right."""
    from epsom.guidance import assess
    from epsom.interfaces.evaluation.cases import document, score_all
    from epsom.interfaces.evaluation.primary_care import tiers

    with watched("Answering published cases") as watch:
        engine = engine_for(watch)
        files = score_all(
            lambda case: assess(case, people=people or PEOPLE, seed=seed, engine=engine).record, watch
        )
    found = document(files) | {"primary_care": tiers(seed=seed)}
    if as_json:
        screen.print_json(found)
    else:
        print_scores(found)


def print_scores(found: Mapping[str, Any]) -> None:
    """Counts with 95 % Wilson intervals, simple rules beside them, and what is wrong."""
    to = screen.console()
    to.print("[bold]The right cause first, magnesium measured (persons; 95 % Wilson interval)[/bold]")
    for name, title in _CLASSES.items():
        to.print(f"  {title}: {_counted(found['cause_first'][name])}")
        for rule, rows in found["simple_rules"].items():
            to.print(f"    {rule}: {_counted(rows[name])}")
    to.print("\n[bold]All that may fairly be asked, magnesium measured[/bold]")
    to.print("  (every person: the right direction, and the cause first where the report names one)")
    for name, row in found["all_that_is_judged"].items():
        to.print(f"  {_CLASSES[name]}: {_counted(row)}")
    to.print("\n[bold]The right direction, magnesium not measured[/bold]")
    for name, row in found["direction_without_magnesium_test"].items():
        telling = _counted(found["direction_where_exposure_and_kidneys_tell"][name])
        to.print(f"  {_CLASSES[name]}: {_counted(row)}; where exposure and kidneys foretell serum: {telling}")
    row = found["serum_magnesium_leads_next_tests"]
    to.print(f"  Where lack does not lead, serum magnesium is the next test: {_counted(row)}")
    to.print("\n[bold]Scores (lower is better)[/bold]")
    for name, scores in found["scores"].items():
        to.print(f"  {name}: Brier {scores['brier']:.3f}, log {scores['log']:.3f}")
    to.print(f"\nControls led by magnesium: {', '.join(found['controls_led_by_magnesium']) or 'none'}")
    to.print(f"Triage below what the file demands: {', '.join(found['triage_below_minimum']) or 'none'}")
    seen = found["primary_care"]
    shares = ", ".join(f"{level} {percent(share)}" for level, share in seen["shares"].items())
    to.print(f"{seen['people']} people with back pain as primary care sees them, by the rules: {shares}")
    to.print(f"Above soon without a flag: {seen['without_flag_above_soon']} of {seen['without_flag']}")
    for wrong in found["wrong"]:
        to.print(f"Wrong: {wrong['person']} {wrong['version']}, named {wrong['named']} (fit {wrong['fit']})")


def _counted(row: Mapping[str, Any]) -> str:
    if not row["persons"]:
        return "nobody"
    share = percent(row["right"] / row["persons"])
    return f"{row['right']} of {row['persons']}, {share} ({percent_interval(tuple(row['interval']))})"
