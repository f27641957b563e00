"""`epsom ask`: the questions at the terminal, and the case file they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from epsom.core.faults import InputError
from epsom.core.files import write_whole
from epsom.interfaces import words
from epsom.interfaces.cli.targets import target_faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Red flags asked of everyone; a case file may hold the others too.
_FLAGS = (
    "saddle_numbness", "urinary_retention", "leg_weakness_progressive", "fever", "recent_trauma",
    "cancer_history", "chest_pain", "severe_breathlessness", "collapse",
)  # fmt: skip
_WHY_DOSE = (
    "Labels give the magnesium itself (elemental) or the whole salt (compound); they differ up to ninefold."
)


def command(*, out: Path) -> None:
    """Ask, check every answer at once, write the file."""
    faults = target_faults("--out", out)
    if faults:
        raise InputError(faults)
    tree = ask()
    write_whole(out, as_text(tree))
    typer.echo(f"Written: {out}. Next: epsom assess {out}")


def as_text(tree: dict[str, Any]) -> str:
    """A case as YAML that reads back to the same case."""
    import yaml

    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100)


def ask() -> dict[str, Any]:
    """The case as a tree; each answer is checked as it comes, and an empty one means not known."""
    tree: dict[str, Any] = {"schema": "epsom.case/1", "asked_on": "", "person": {}}
    _into(tree, "asked_on", "Today's date (YYYY-MM-DD)", needed=True)
    person = tree["person"]
    person["sex"] = _one_of("Sex", ("female", "male"))
    _into(tree, "person.age", "Age in years", convert=float, needed=True)
    _into(tree, "person.weight", "Weight, as 70 kg")
    _into(tree, "person.kidney.egfr", "Kidney rate (eGFR), as 80 mL/min/1.73m2")
    _into(tree, "question", "Which symptom, as low_back_pain", needed=True)
    entry: dict[str, Any] = {"name": tree["question"]}
    tree["symptoms"] = [entry]
    _into(tree, "symptoms.0.onset", "When did it begin (YYYY-MM-DD)")
    for name in _several("Other symptoms you have, with commas between"):
        _append(tree, "symptoms", {"name": name})
    for name in _several("Symptoms you surely do not have, with commas between"):
        _append(tree, "symptoms", {"name": name, "present": False})
    while typer.confirm("Is there a magnesium product to add?", default=False):
        _product(tree)
    for name in _several("Conditions, as chronic_kidney_disease, with commas between"):
        _append(tree, "person.conditions", name)
    for name in _several("Drugs, with commas between"):
        _append(tree, "person.drugs", name)
    tree["red_flags"] = {flag: typer.confirm(f"{_flag(flag)}?", default=False) for flag in _FLAGS}
    return tree


def _product(tree: dict[str, Any]) -> None:
    tree.setdefault("supplements", [])
    place = f"supplements.{len(tree['supplements'])}"
    tree["supplements"].append({"form": "citrate"})
    _into(tree, f"{place}.form", "Which form, as citrate or oxide", needed=True)
    typer.echo(_WHY_DOSE)
    dose = typer.prompt("Dose of one intake, as 300 mg", default="", show_default=False)
    if dose:
        kind = _one_of("Is that the magnesium itself or the whole salt", ("elemental", "compound"))
        if _faults_with(tree, {f"{place}.dose": dose, f"{place}.dose_of": kind}, keep=True):
            typer.echo("That dose cannot be read; it is left out.")
    _into(tree, f"{place}.times_per_day", "Times a day", convert=float)
    _into(tree, f"{place}.start", "Taken since (YYYY-MM-DD)")
    _into(tree, f"{place}.stop", "Stopped on (YYYY-MM-DD), empty if still taken")
    _set(tree, f"{place}.prescribed", typer.confirm("Was it prescribed?", default=False))


def _into(
    tree: dict[str, Any],
    place: str,
    question: str,
    *,
    convert: Callable[[str], Any] = str,
    needed: bool = False,
) -> None:
    """Ask until the answer is valid or, where it is not needed, empty."""
    while True:
        said = typer.prompt(question, default=None if needed else "", show_default=False).strip()
        if not said and not needed:
            return
        try:
            value = convert(said)
        except ValueError:
            typer.echo("A number is needed.")
            continue
        problems = _faults_with(tree, {place: value}, keep=True)
        if not problems:
            return
        for problem in problems:
            typer.echo(problem)


def _faults_with(tree: dict[str, Any], values: dict[str, Any], *, keep: bool) -> list[str]:
    """What is wrong with these values at these places; they stay in the tree when nothing is."""
    import copy

    from epsom.core.documents import case_from_tree

    trial = copy.deepcopy(tree)
    for place, value in values.items():
        _set(trial, place, value)
    try:
        case_from_tree(trial)
    except InputError as error:
        paths = tuple(place.replace(".0", "[0]") for place in values)
        leaves = tuple(place.rsplit(".", 1)[-1] for place in values)
        own = [f for f in error.faults if f.where.startswith(paths) or f.where.endswith(leaves)]
        if own:
            return [f"Expected {fault.expected}. {fault.hint or ''}".strip() for fault in own]
    if keep:
        for place, value in values.items():
            _set(tree, place, value)
    return []


def _set(tree: Any, place: str, value: Any) -> None:
    *way, last = place.split(".")
    for step in way:
        tree = tree[int(step)] if step.isdigit() else tree.setdefault(step, {})
    tree[last] = value


def _append(tree: dict[str, Any], place: str, value: Any) -> None:
    """Add to a list if the case stays valid, else say why not."""
    *way, last = place.split(".")
    holder = tree
    for step in way:
        holder = holder.setdefault(step, {})
    before = list(holder.get(last, []))
    problems = _faults_with(tree, {place: [*before, value]}, keep=True)
    for problem in problems:
        typer.echo(problem)


def _several(question: str) -> list[str]:
    said = typer.prompt(question, default="", show_default=False)
    return [part.strip() for part in said.split(",") if part.strip()]


def _one_of(question: str, choices: tuple[str, ...]) -> str:
    while True:
        said = typer.prompt(f"{question} ({' or '.join(choices)})").strip().lower()
        if said in choices:
            return said


def _flag(name: str) -> str:
    return words.sentence(name.replace("_", " "))
