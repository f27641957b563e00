"""`epsom explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.faults import Fault, InputError, nearest_hint
from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.names import SYMPTOMS
from epsom.interfaces import numerals, words
from epsom.interfaces.cli import screen
from epsom.interfaces.cli.targets import load_with_targets
from epsom.interfaces.cli.waiting import engine_for, watched
from epsom.interfaces.numerals import number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from epsom.core.records import Case
    from epsom.inference.explain import Explanation, Given, Reader, Route
    from epsom.physiology.uncertain import Uncertain

_SEED, _PEOPLE = 1, 256
_HALF_YEAR = 182.6
#: Stages reached by fewer people are not said.
_WORTH_SAYING = 0.01
#: Free magnesium of the pictured fiber, mmol/L: low, usual, high.
_FIBER_LEVELS = (0.2, 0.56, 2.0)


def command(
    symptom: str, *, case: Path | None, as_json: bool, targets: Mapping[str, Path | None], seed: int | None,
    people: int | None,
) -> None:  # fmt: skip
    """Explain a symptom for a typical adult, or for the people who match a case.

    ``targets`` may name files for the pictures ``picture`` and ``fiber``.
    """
    if symptom not in SYMPTOMS:
        hint = nearest_hint(symptom, SYMPTOMS) or "see docs/names.md"
        raise InputError([Fault("SYMPTOM", symptom, "the name of a symptom", hint)])
    loaded = load_with_targets(lambda: _load(case), **targets)
    from epsom.inference.explain import explain

    readers = _readers(loaded, symptom, _SEED if seed is None else seed, people or _PEOPLE) if loaded else ()
    found = explain(symptom, *readers)
    _draw(found, targets)
    if as_json:
        screen.print_json(tree(found, of_case=loaded is not None))
        return
    _print(found, of_case=loaded is not None)
    for path in targets.values():
        if path is not None:
            screen.console().print(f"Written: {path}", soft_wrap=True, markup=False)


def _draw(found: Explanation, targets: Mapping[str, Path | None]) -> None:
    from epsom.core.files import write_whole

    pathways, fiber = targets.get("picture"), targets.get("fiber")
    if pathways is not None:
        from epsom.interfaces.plots.pathways import pathway_picture

        write_whole(pathways, pathway_picture(found).standalone())
    if fiber is not None:
        from epsom.interfaces.plots.muscle import twitch_picture
        from epsom.physiology.fiber import Fiber
        from epsom.simulation.twitch import twitch

        runs = {level: twitch(Fiber(1e3 * level)) for level in _FIBER_LEVELS}
        write_whole(fiber, twitch_picture(runs).standalone())


def _load(path: Path | None) -> Case | None:
    if path is None:
        return None
    from epsom.core.documents import load_case

    case = load_case(path)
    if not case.is_adult:
        raise InputError([Fault("person.age", str(case.person.age), "18 or more", "the body is of an adult")])
    return case


def _readers(case: Case, symptom: str, seed: int, people: int) -> tuple[Reader, Reader | None]:
    """Values now, and when the symptom began if the case says so."""
    from epsom.inference.explain import reader_of
    from epsom.inference.persona import live
    from epsom.inference.posterior import posterior

    with watched("Comparing virtual people with this person", counted=False) as watch:
        found = posterior(live(case, people, seed, engine_for(watch)))
    persona, weight = found.persona, found.people
    onset = next((s.onset for s in case.symptoms if s.name == symptom and s.present and s.onset), None)
    began = None if onset is None else int(persona.clock.interval(onset)[0] // HOURS_PER_DAY)
    now = reader_of(persona, weight)
    return now, None if began is None or began < 0 else reader_of(persona, weight, began)


def tree(found: Explanation, *, of_case: bool) -> dict[str, Any]:
    """The explanation as JSON."""
    model = found.model
    return {
        "symptom": model.name, "people": "case" if of_case else "typical",
        "background": _uncertain_tree(model.background, "1/day"),
        "total": {"value": found.total, "unit": "1/day"},
        "recovery": _uncertain_tree(model.recovery, "day"),
        "definitions": {
            name: {"meaning": other.meaning} | _uncertain_tree(other.monthly, "1/month")
            for name, other in model.definitions.items()
        },
        "serum": {"value": found.serum, "unit": "mmol/L"}, "severity": dict(found.severity),
        "pathways": [_route_tree(route) for route in found.routes],
    }  # fmt: skip


def _route_tree(route: Route) -> dict[str, Any]:
    link = route.link
    return {
        "cause": link.cause, "pathway": link.pathway, "effect": link.effect, "evidence": link.grade,
        "half": route.half, "steepness": route.steepness, "driver": route.driver, "added": route.added,
        "added_unit": "1/day", "relative": link.relative,
        "course": None if route.course is None else dict(route.course),
        "strength": _uncertain_tree(link.strength, "1" if link.relative else "1/day"),
        "mends": _uncertain_tree(link.mends, "day"),
        "steps": [
            {
                "name": step.name, "meaning": step.meaning, "equation": step.equation,
                "value": numerals.finite(step.value), "unit": step.unit,
                "given": [_given_tree(item) for item in step.given],
                "sources": list(step.sources),
            }
            for step in route.steps
        ],
    }  # fmt: skip


def _given_tree(item: Given) -> dict[str, Any]:
    return {"name": item.name, "value": numerals.finite(item.value), "unit": item.unit, "status": item.status}


def _uncertain_tree(value: Uncertain, unit: str) -> dict[str, Any]:
    return {
        "median": value.median, "interval": [value.low, value.high], "interval_probability": 0.95,
        "unit": unit, "status": value.status, "sources": list(value.sources), "how": value.how,
    }  # fmt: skip


def _print(found: Explanation, *, of_case: bool) -> None:
    to = screen.console()
    who = "the people who match the case" if of_case else "a typical adult who takes nothing"
    to.print(f"[bold]{words.sentence(words.symptom(found.model.name))}[/bold], for {who}")
    background = found.model.background
    lines = [f"Without magnesium: {_range(background)} new episodes a day ({background.how})."]
    lines += [
        f"Counted as {other.meaning}: {_range(other.monthly)} a month; at least one within half a year in "
        f"{percent(_chance(other.monthly.median))}."
        for other in found.model.definitions.values()
    ]
    screen.hanging(to, [*lines, _severity(found)], indent=2, hang=2)
    for route in found.routes:
        _print_route(to, route, found)
    to.print()
    to.print(words.INTENDED_USE, markup=False)


def _print_route(to: Console, route: Route, found: Explanation) -> None:
    link = route.link
    to.print(f"\n[bold]{words.CAUSES[link.cause]}: {words.PATHWAYS[link.pathway]}[/bold]")
    why = words.sentence(link.strength.how)
    screen.hanging(to, [f"Evidence: {words.EVIDENCE[link.grade]}. {why}."], indent=2, hang=2)
    for step in route.steps:
        unit = "" if step.unit == "1" else f" {step.unit}"
        screen.hanging(to, [f"{words.plain(step.name)} = {number(step.value)}{unit}. {step.meaning}"],
                       indent=2, hang=2)  # fmt: skip
        screen.hanging(to, step.equation.splitlines(), indent=6, hang=4)
        screen.hanging(to, ["with " + ", ".join(_said(item) for item in step.given)], indent=6, hang=2)
        if step.sources:
            screen.hanging(to, ["sources: " + ", ".join(step.sources)], indent=6, hang=2)
    times = "times the background" if link.relative else "a day"
    screen.hanging(to, [
        f"driver = {number(route.driver)}: {words.plain(link.effect)} against a half of "
        f"{number(route.half)}, steepness {number(route.steepness)}",
        f"adds {number(route.added)} episodes a day ({percent(route.added / found.total)} of all): driver "
        f"times {_range(link.strength)} {times}; gone {_range(link.mends)} days after its cause",
    ], indent=2, hang=2)  # fmt: skip
    if route.course is not None:
        chances = ", ".join(f"{word} {percent(chance)}" for word, chance in route.course.items())
        screen.hanging(to, [f"since it began such a symptom would be called: {chances}"], indent=2, hang=2)


def _severity(found: Explanation) -> str:
    from epsom.physiology.severity import stages

    reached = [
        f"{stages()[name].meaning.lower()} in {percent(chance)}"
        for name, chance in found.severity.items() if chance >= _WORTH_SAYING
    ]  # fmt: skip
    said = "; ".join(reached) or "no stage of lack or excess in as many as 1 %"
    return f"At serum magnesium of {number(found.serum)} mmol/L: {said}."


def _said(item: Given) -> str:
    unit = "" if item.unit == "1" else f" {item.unit}"
    known = f" ({item.status})" if item.status else ""
    return f"{item.name} {number(item.value)}{unit}{known}"


def _range(value: Uncertain) -> str:
    return f"{number(value.median)} ({number(value.low)} to {number(value.high)})"


def _chance(monthly: float) -> float:
    from epsom.physiology.back_pain import chance_within

    return float(chance_within(monthly, _HALF_YEAR))
