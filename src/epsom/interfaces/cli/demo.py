"""`epsom demo`: a published case and a small scenario, in plain words and as one page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from epsom.core.evidence import data_folder
from epsom.core.faults import InputError
from epsom.interfaces.cli import screen
from epsom.interfaces.cli.assess import DEFAULT_SEED, assess_watched, print_answer, report_section
from epsom.interfaces.cli.simulate import overridden, print_result, run_watched
from epsom.interfaces.cli.targets import target_faults

if TYPE_CHECKING:
    from pathlib import Path

    from epsom.core.records import Case, Scenario

PEOPLE, WORKERS = 64, 2
#: A row of a table of people on a magnesium laxative who needed dialysis.
_CASE = "case-016.json"


def command(*, out: Path, seed: int | None) -> None:
    """Assess, simulate, print, write the page."""
    out.parent.mkdir(parents=True, exist_ok=True)
    faults = target_faults("--out", out)
    if faults:
        raise InputError(faults)
    seed = DEFAULT_SEED if seed is None else seed
    case, about = published_case()
    scenario = overridden(demo_scenario(), seed=seed, people=PEOPLE)
    to = screen.console()
    to.rule("A published case, answered by a simulated body", align="left", characters="-")
    to.print(about, markup=False)
    answer = assess_watched(case, people=PEOPLE, seed=seed)
    to.print()
    print_answer(answer.record)
    to.print()
    to.rule("A group of virtual people, with and without a supplement", align="left", characters="-")
    results = run_watched(scenario, WORKERS)
    record = results.record()
    print_result(scenario, record, results.without_balance)
    _write(out, answer, case, about, scenario, results)
    to.print(f"\nThe same with figures: {out}", soft_wrap=True, markup=False)


def published_case() -> tuple[Case, str]:
    """The case, and where it was published."""
    from epsom.core.documents import case_from_tree

    text = (data_folder() / "published_cases" / _CASE).read_text(encoding="utf-8")
    file = json.loads(text)
    source, case = file["expected"]["source"], case_from_tree(file["case_with_labs"])
    published = f"{source['authors'].split(' ')[0]} et al., {source['year']}, {source['journal']}"
    noun = "woman" if case.person.sex == "female" else "man"
    about = (
        f"A {noun} of {case.person.age:g} with kidney disease took magnesium oxide for constipation and "
        f"needed dialysis. {published}, doi:{source['doi']}. The date in the file is made up."
    )
    return case, about


def demo_scenario() -> Scenario:
    """Adults who take magnesium oxide for two of four weeks."""
    from epsom.core.documents import load_scenario

    return load_scenario((data_folder() / "demo" / "scenario.yaml").read_text(encoding="utf-8"))


def _write(out: Path, answer: Any, case: Case, about: str, scenario: Scenario, results: Any) -> None:
    from epsom.core.files import write_whole
    from epsom.interfaces.report import simulation
    from epsom.interfaces.report.page import render
    from epsom.simulation.results import sources_used

    sections = [
        report_section(answer, case, "A published case", about),
        simulation.section(
            scenario, results.record(), results.without_balance, sources_used(), "A group of virtual people",
            "The same people with and without a supplement.",
        ),
    ]  # fmt: skip
    lead = "A published case answered by a simulated body, and a group of virtual people under a protocol."
    write_whole(out, render("Epsom, a demonstration", lead, sections))
