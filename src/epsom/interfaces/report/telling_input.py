"""A case and a scenario in plain words: what was entered, and who was simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.interfaces import words
from epsom.interfaces.numerals import day, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.records import Case, Scenario
    from epsom.core.records.case import Supplement
    from epsom.core.records.scenario import GroupSupplement, Spread

_DOSE_OF = {"elemental": "of magnesium itself", "compound": "of the whole compound"}


def entered(case: Case) -> Iterator[tuple[str, str]]:
    """What a case says, as pairs of heading and text."""
    person = case.person
    yield "Asked on", str(case.asked_on)
    yield (
        "Person",
        f"{person.sex}, {person.age:g} years" + _if(person.weight, ", {}") + _if(person.height, ", {}"),
    )
    kidney = person.kidney
    if kidney is not None:
        stated = {"filtration": kidney.egfr, "creatinine": kidney.creatinine, "on": kidney.dialysis}
        yield (
            "Kidneys",
            "; ".join(f"{name} {words.plain(str(value))}" for name, value in stated.items() if value),
        )
    if person.pregnant:
        yield "Pregnant", "yes"
    for heading, entries in (("Conditions", person.conditions), ("Medicines", person.drugs)):
        if entries:
            yield heading, "; ".join(_dated(words.plain(entry.name), entry) for entry in entries)
    if case.diet is not None and case.diet.magnesium is not None:
        yield "Magnesium in food", str(case.diet.magnesium)
    for supplement in case.supplements:
        yield "Magnesium taken", product(supplement)
    yield from _findings(case)


def _findings(case: Case) -> Iterator[tuple[str, str]]:
    present = [_dated(words.symptom(s.name), s, "onset", "resolved") for s in case.symptoms if s.present]
    absent = [words.symptom(s.name) for s in case.symptoms if not s.present]
    if present:
        yield "Symptoms", "; ".join(present)
    if absent:
        yield "Not present", "; ".join(absent)
    signs = {"above": "above ", "below": "below "}
    for lab in case.labs:
        taken = f" on {lab.taken}" if lab.taken else ""
        yield words.LABS[lab.test], f"{signs.get(lab.bound or '', '')}{lab.value}{taken}"
    raised = [words.plain(name) for name, present in case.red_flags.items() if present]
    denied = [words.plain(name) for name, present in case.red_flags.items() if not present]
    if raised:
        yield "Warning signs", "; ".join(raised)
    if denied:
        yield "Warning signs asked for, not there", "; ".join(denied)


def _dated(name: str, entry: Any, start: str = "start", stop: str = "stop") -> str:
    first, last = getattr(entry, start), getattr(entry, stop)
    dose = _if(getattr(entry, "dose", None), " {}")
    return f"{name}{dose}{_if(first, ' from {}')}{_if(last, ' until {}')}"


def _if(value: object, form: str) -> str:
    return "" if value is None else form.format(value)


def product(item: Supplement | GroupSupplement) -> str:
    """What is taken, how much, how often and when."""
    parts = [
        f"magnesium {words.form(item.form)}"
        if item.form not in ("food", "mineral_water")
        else words.form(item.form)
    ]
    if item.dose is not None:
        parts.append(f"{item.dose}{' ' + _DOSE_OF[item.dose_of] if item.dose_of else ''}")
    if item.times_per_day is not None and getattr(item, "at_day", None) is None:
        parts.append("once a day" if item.times_per_day == 1 else f"{item.times_per_day:g} times a day")
    if item.with_food is not None:
        parts.append("with food" if item.with_food else "without food")
    if item.route != "oral":
        parts.append(item.route + _if(item.duration, " over {}"))
    parts.extend(_when(item))
    if item.prescribed is not None:
        parts.append("prescribed" if item.prescribed else "self-chosen")
    if item.reason is not None:
        parts.append(f"for {words.plain(item.reason)}")
    return ", ".join(parts)


def _when(item: Any) -> Iterator[str]:
    if getattr(item, "at_day", None) is not None:
        yield f"once, on day {day(item.at_day)}"
    for key, form in (("start", "from {}"), ("stop", "until {}")):
        if getattr(item, key, None) is not None:
            yield form.format(getattr(item, key))
    for key, form in (("start_day", "from day {}"), ("stop_day", "until day {}")):
        if getattr(item, key, None) is not None:
            yield form.format(day(getattr(item, key)))
    if getattr(item, "labeled", False):
        yield "labeled"


def group(scenario: Scenario) -> Iterator[str]:
    """Who was simulated, for how long and on what diet."""
    people = scenario.people
    traits = [
        f"{name} {_spread(value, unit)}"
        for name, value, unit in (
            ("age", people.age, " years"), ("weight", people.weight, ""), ("height", people.height, ""),
            ("kidney filtration", people.egfr, ""),
        )
        if value is not None
    ]  # fmt: skip
    if people.sex is not None:
        traits.append(f"{percent(people.sex.female)} women")
    if people.dialysis is not None:
        plan = people.dialysis
        traits.append(f"{words.plain(plan.kind)} {plan.per_week:g} times a week for {plan.hours:g} h")
    if people.pregnant:
        traits.append("pregnant")
    traits += [words.plain(entry.name) for entry in (*people.conditions, *people.drugs)]
    drawn = "drawn from the adult population" if not traits else "; ".join(traits)
    count = words.count(people.count, "virtual person", "virtual people")
    yield f"{count} over {scenario.duration}: {drawn}."
    if scenario.diet is not None and scenario.diet.magnesium is not None:
        yield f"Usual food brings {scenario.diet.magnesium} of magnesium."


def protocol(scenario: Scenario) -> Iterator[str]:
    """What happens to the group, event by event."""
    for item in scenario.supplements:
        yield words.sentence(product(item)) + "."
    for change in scenario.diet_changes:
        yield f"From day {day(change.day)} food brings {change.magnesium} of magnesium."
    for change in (*scenario.drug_changes, *scenario.condition_changes):
        verb = "starts" if change.start else "stops"
        yield f"On day {day(change.day)} {words.plain(change.start or change.stop or '')} {verb}."
    for meal in scenario.meals:
        bits = f" with {meal.magnesium} of magnesium" if meal.magnesium is not None else ""
        yield f"A meal on day {day(meal.at_day)}{bits}{', labeled' if meal.labeled else ''}."


def _spread(value: Spread, unit: str) -> str:
    text = f"{_plain(value.mean)}{unit}"
    if value.sd is not None:
        text += f" (SD {_plain(value.sd)})"
    if value.min is not None and value.max is not None:
        text += f" between {_plain(value.min)} and {_plain(value.max)}"
    return text


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
