"""Virtual people who match a case, and what they live through up to the question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.evidence import registry
from epsom.core.kidney import ckd_epi_2021
from epsom.core.kinds import ABSOLUTE_GFR
from epsom.core.units import conversion
from epsom.inference.latents import Latents, draw_latents
from epsom.inference.moments import acute_moments
from epsom.inference.timeline import DAY, Timeline, magnesium_labs, tells_filtration, timeline, total_serum
from epsom.physiology.modifiers import Modifier, effects_of_condition, effects_of_drug, modifiers
from epsom.physiology.whole_body import whole_body
from epsom.simulation.coarse import live_through
from epsom.simulation.crowd import Crowd, Description, Normal, draw_crowd
from epsom.simulation.engine import Engine, Problem, Settings, Status
from epsom.simulation.events import inputs_at
from epsom.simulation.measures import Course
from epsom.simulation.products import usual_dose
from epsom.simulation.protocol import habitual_day
from epsom.simulation.schedule import Schedule, intake_hours, meal_hours, sizes, starting_inputs
from epsom.simulation.start import day_zero

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.records import Case
    from epsom.core.records.case import Supplement

    Array = NDArray[np.float64]

_FILTRATION = conversion("mL/min").factor
#: Serum agrees with a run at 1e-6 within 2e-5; an assay errs by 5 %.
SETTINGS = Settings(relative=1e-4)
#: How many times a day people take a product when nothing is said (recalled, judgement).
_TIMES_PER_DAY = ((1.0, 0.6), (2.0, 0.85), (3.0, 1.0))
_LONGEST_HISTORY_DAYS = 3650
#: Lack of serum magnesium, mmol/L, from which a deeper loss is simulated, and the deepest.
_LACKING, _DEEPEST = 0.1, 0.6


@dataclass(frozen=True)
class Taking:
    """How each person takes one supplement.

    ``amount`` is mmol per intake, ``times`` intakes a day, ``start`` and ``stop`` hours of the window.
    """

    supplement: Supplement
    amount: Array
    times: Array
    start: Array
    stop: float
    with_food: NDArray[np.bool_]

    def subset(self, rows: NDArray[np.int64]) -> Taking:
        """How the people of these rows take it."""
        return replace(
            self, amount=self.amount[rows], times=self.times[rows], start=self.start[rows],
            with_food=self.with_food[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class Persona:
    """A crowd that matches a case.

    Attributes
    ----------
    log_prior
        Logarithm of each person's weight before any laboratory value.
    lived
        Course up to the question as it was.
    drawn
        The same before anything was fitted to a magnesium value.
    before
        States at the start of the window had none of the supplements ever been taken, shape (people, states).
    opening
        Inputs of the body at the start of the window, shape (people, inputs).
    failed
        Whose run failed; their numbers are missing.
    """

    case: Case
    clock: Timeline
    crowd: Crowd
    latents: Latents
    taking: tuple[Taking, ...]
    log_prior: Array
    lived: Course
    drawn: Course
    before: Array
    opening: Array
    failed: NDArray[np.bool_]

    def subset(self, rows: NDArray[np.int64]) -> Persona:
        """The people of these rows, which ascend and may repeat."""
        return replace(
            self, crowd=self.crowd.subset(rows), latents=self.latents.subset(rows),
            taking=tuple(taken.subset(rows) for taken in self.taking), log_prior=self.log_prior[rows],
            lived=subset_of_course(self.lived, rows),
            drawn=subset_of_course(self.drawn, rows), before=self.before[rows], opening=self.opening[rows],
            failed=self.failed[rows],
        )  # fmt: skip


def subset_of_course(course: Course, rows: NDArray[np.int64]) -> Course:
    """The course of the people of these rows."""
    return Course(
        course.body, course.crowd.subset(rows), course.constants[rows], course.hours, course.states[rows],
        course.inputs[rows],
    )  # fmt: skip


def live(case: Case, people: int, seed: int, engine: Engine) -> Persona:
    """Draw ``people`` who match ``case`` and run them up to the question."""
    crowd = draw_crowd(seed, np.arange(people), _description(case))
    clock = timeline(case, crowd.registry["breakfast_hour"].canonical_value)
    latents = draw_latents(case, crowd)
    taking = tuple(_taking(case, crowd, latents, clock, number) for number in range(len(case.supplements)))
    body = whole_body()
    standing = [m for m, start, _ in _acting(case, clock) if start + m.onset_days * DAY <= 0]
    inputs = starting_inputs(body, crowd, standing)
    start = day_zero(engine, body, crowd, inputs, habitual_day(crowd))
    problem = Problem(body, crowd.constants(body), start.states, inputs, [], np.array([0.0]), SETTINGS)
    states, stopped = _history(engine, problem, crowd, taking)
    failed = start.failed | stopped
    taken = window(case, clock, crowd, latents, taking)
    lived, lost = run(engine, replace(problem, states=states), crowd, taken, _hours(case, clock))
    ratio, lost = latents.log_ratio, failed | lost
    persona = Persona(case, clock, crowd, latents, taking, ratio, lived, lived, start.states, inputs, lost)
    return _deepened(persona, replace(problem, states=states), taken, engine) if clock.low else persona


def _deepened(persona: Persona, problem: Problem, schedule: Schedule, engine: Engine) -> Persona:
    """The same people, with a loss through the kidneys as deep as a low value asks, where they need one.

    Lack of weeks takes calcium, potassium and cells along; moving magnesium alone would not.
    """
    clock, crowd = persona.clock, persona.crowd
    lowest = min(magnesium_labs(persona.case), key=lambda item: total_serum(item[1]))[1]
    hour = round(float(np.clip(clock.moment(lowest.taken), 0.0, clock.days * DAY)), 6)
    lacking = persona.lived.at("plasma_concentration", hour / DAY) - total_serum(lowest)
    loss = -np.clip(lacking, 0.0, _DEEPEST) * crowd.registry["loss_for_lack"].canonical_value
    deep = np.where(lacking > _LACKING, loss, 0.0)
    schedule.block("add", "threshold_shift", [0.0], deep[:, None])
    lived, lost = run(engine, problem, crowd, schedule, persona.lived.hours)
    return replace(persona, lived=lived, failed=persona.failed | lost)


def live_without(persona: Persona, engine: Engine) -> Course:
    """The same people up to the question, had they never taken any of the supplements."""
    crowd, body = persona.crowd, persona.lived.body
    problem = Problem(
        body, persona.lived.constants, persona.before, persona.opening, [], np.array([0.0]), SETTINGS
    )
    bare = window(persona.case, persona.clock, crowd, persona.latents, ())
    return run(engine, problem, crowd, bare, persona.lived.hours)[0]


def _description(case: Case) -> Description:
    person = case.person
    intake = case.diet.magnesium if case.diet else None
    filtration, absolute = _stated_filtration(case)
    return Description(
        age=Normal(person.age),
        female_share=float(person.sex == "female"),
        weight=Normal(person.weight.value) if person.weight else None,
        height=Normal(person.height.value) if person.height else None,
        filtration=filtration,
        filtration_absolute=absolute,
        intake=None if intake is None else Normal(intake.value / DAY),
        kidney_disease=any(c.name == "chronic_kidney_disease" for c in person.conditions),
        on_dialysis=bool(person.kidney and person.kidney.dialysis),
        pregnant=bool(person.pregnant),
    )


def _stated_filtration(case: Case) -> tuple[Normal | None, bool]:
    """Usual filtration by what is entered, with its error; None where acute injury makes it say little."""
    kidney, person = case.person.kidney, case.person
    acute = any(c.name == "acute_kidney_injury" for c in person.conditions)
    lab = tells_filtration(case)
    rate, creatinine = (kidney.egfr, kidney.creatinine) if kidney and not acute else (None, None)
    if lab is not None:
        rate, creatinine = (lab.value, None) if lab.test == "egfr" else (None, lab.value)
    if rate is not None:
        value, absolute = rate.value, rate.unit == ABSOLUTE_GFR
    elif creatinine is not None:
        value = float(ckd_epi_2021(creatinine.value, max(person.age, 18.0), person.sex == "female"))
        absolute = False
    else:
        return None, False
    center = value * _FILTRATION
    sd = center * registry()["kidney_report_cv"].canonical_value
    return Normal(center, sd, 0.4 * center, 1.8 * center), absolute


def _taking(case: Case, crowd: Crowd, latents: Latents, clock: Timeline, number: int) -> Taking:
    supplement = case.supplements[number]
    dose = supplement.magnesium_per_intake
    amount = usual_dose(crowd, supplement.form, number) if dose is None else np.full(len(crowd), dose)
    if supplement.times_per_day is None:
        chance = crowd.uniform(f"times/{number}")
        times = np.select([chance < edge for _, edge in _TIMES_PER_DAY], [n for n, _ in _TIMES_PER_DAY])
    else:
        times = np.full(len(crowd), supplement.times_per_day)
    start, stop = clock.taken(supplement)
    if start is None:
        record = crowd.registry["use_before_window"]
        spread = record.canonical_spread("between")
        assert spread is not None
        used = spread.quantile(
            crowd.uniform(f"used/{number}"), record.canonical_value, record.canonical_bounds
        )
        begins = min(stop, clock.asked) - used
    else:
        begins = np.full(len(crowd), start)
    share = crowd.registry["taken_with_food_share"].canonical_value
    eaten = crowd.uniform(f"with_food/{number}") < share
    if supplement.with_food is not None:
        eaten = np.full(len(crowd), supplement.with_food)
    return Taking(supplement, amount * latents.dose_factor[number], times, begins, stop, eaten)


def _acting(case: Case, clock: Timeline) -> list[tuple[Modifier, float, float]]:
    """Effects of drugs and conditions with their hours of start and stop."""
    found = []
    for drug in case.person.drugs:
        found += [(m, *clock.acted(drug)) for m in effects_of_drug(drug.name)]
    for condition in case.person.conditions:
        start, stop = clock.acted(condition)
        if condition.name in ("acute_kidney_injury", "ileus", "bowel_obstruction") and start == -np.inf:
            # An acute condition without a date began within the days before the question, not long ago.
            start = clock.asked - 5 * DAY
        found += [(m, start, stop) for m in effects_of_condition(condition.name)]
    if case.person.pregnant:
        found += [(m, -np.inf, np.inf) for m in modifiers()["pregnancy"]]
    return found


def _history(
    engine: Engine, problem: Problem, crowd: Crowd, taking: tuple[Taking, ...]
) -> tuple[Array, NDArray[np.bool_]]:
    """States at the start of the window after what was taken before it, in coarse steps."""
    before = [np.clip(-t.start / DAY, 0, _LONGEST_HISTORY_DAYS) * (t.stop > 0) for t in taking if _regular(t)]
    days = np.max(before, axis=0).astype(np.int64) if before else np.zeros(len(crowd), dtype=np.int64)
    rows = np.flatnonzero(days > 0)
    if len(rows) == 0:
        return problem.states, np.zeros(len(crowd), dtype=bool)
    day = habitual_day(crowd)
    for taken in taking:
        if _regular(taken) and taken.stop > 0:
            _swallow(day, replace(taken, start=np.where(taken.start < 0, -np.inf, np.inf)), 1)
    part = replace(
        problem, constants=problem.constants[rows], states=problem.states[rows], inputs=problem.inputs[rows],
        events=[table for row, table in enumerate(day.tables(problem.body)) if days[row] > 0],
    )  # fmt: skip
    states, stopped = problem.states.copy(), np.zeros(len(crowd), dtype=bool)
    states[rows], status = live_through(engine, part, days[rows])
    stopped[rows] = status != Status.DONE
    return states, stopped


def _regular(taken: Taking) -> bool:
    return taken.supplement.route in ("oral", "rectal")


def window(
    case: Case, clock: Timeline, crowd: Crowd, latents: Latents, taking: tuple[Taking, ...]
) -> Schedule:
    """Meals, what is taken, and what happens to the person within the window."""
    schedule = Schedule(crowd)
    meals = meal_hours(crowd)
    hours = (np.arange(clock.days)[:, None] * DAY + meals).ravel()
    schedule.meal(hours, crowd.intake[:, None] * DAY / len(meals))
    for taken in taking:
        if taken.supplement.route in ("oral", "rectal"):
            _swallow(schedule, taken, clock.days)
        else:
            _inject(schedule, taken, clock)
    for modifier, start, stop in _acting(case, clock):
        if start + modifier.onset_days * DAY > 0:
            schedule.modify(modifier, start, stop)
    _happen(schedule, clock, latents)
    return schedule


def _swallow(schedule: Schedule, taken: Taking, days: int) -> None:
    """Doses by mouth or rectum on each of the first ``days`` between a person's start and stop."""
    crowd = schedule.crowd
    whole = np.arange(days) * DAY
    for times in np.unique(taken.times):
        for food in (True, False):
            chosen = (taken.times == times) & (taken.with_food == food)
            if not chosen.any():
                continue
            if times >= 1:
                hours = (whole[:, None] + intake_hours(crowd, times, food)).ravel()
            else:
                hours = np.arange(0.0, days * DAY, DAY / times) + intake_hours(crowd, 1, food)[0]
            inside = (hours >= taken.start[:, None] - 1e-9) & (hours < taken.stop) & chosen[:, None]
            when = np.where(inside, hours, np.nan)
            schedule.swallow(taken.supplement.form, when, taken.amount[:, None], taken.supplement.route)
            if food:
                schedule.eat(when)


def _inject(schedule: Schedule, taken: Taking, clock: Timeline) -> None:
    """Infusions, boluses and injections between start and stop within the window."""
    supplement, crowd = taken.supplement, schedule.crowd
    start = float(np.median(taken.start))
    stop = min(taken.stop, clock.days * DAY)
    spacing = DAY / float(np.median(taken.times))
    hours = np.arange(start, max(stop, start + 1e-6), spacing)
    hours = hours[hours >= 0]
    if len(hours) == 0:
        return
    if supplement.route == "intramuscular":
        schedule.inject(hours, taken.amount[:, None])
        return
    if supplement.duration is not None:
        duration = supplement.duration.value
    elif supplement.is_one_infusion:
        hours, duration = hours[:1], max(stop - start, crowd.registry["bolus_duration"].canonical_value)
    else:
        duration = crowd.registry["bolus_duration"].canonical_value
    schedule.infuse(hours, taken.amount[:, None], duration)


def _happen(schedule: Schedule, clock: Timeline, latents: Latents) -> None:
    """What nobody entered: kidney injury, bowel stasis, renal wasting."""
    crowd = schedule.crowd
    began = clock.asked - latents.began * DAY
    for happens, of in ((latents.injured, "acute_kidney_injury"), (latents.stalled, "ileus")):
        for modifier in modifiers()[of]:
            when = np.where(happens, np.maximum(began, 0.0), np.nan)[:, None]
            schedule.block(modifier.action, modifier.input, when, sizes(crowd, modifier)[:, None])
    for modifier in modifiers()["gitelman_syndrome"]:
        if modifier.input != "threshold_shift":
            continue
        when = np.where(latents.wasting, 0.0, np.nan)[:, None]
        schedule.block(modifier.action, modifier.input, when, sizes(crowd, modifier)[:, None])


def _hours(case: Case, clock: Timeline) -> Array:
    """Hours to report: every midnight, every laboratory value, the question."""
    moments = [clock.moment(lab.taken) for lab in case.labs]
    moments += [clock.asked, *acute_moments(case, clock)]
    hours = np.array([*(day * DAY for day in range(clock.days + 1)), *moments], dtype=float)
    return np.unique(np.clip(hours, 0.0, clock.days * DAY).round(6))


def run(
    engine: Engine, problem: Problem, crowd: Crowd, schedule: Schedule, hours: Array
) -> tuple[Course, NDArray[np.bool_]]:
    """Run people through a schedule; the second says who was lost."""
    events = schedule.tables(problem.body)
    courses = engine.solve(replace(problem, events=events, hours=hours))
    inputs = np.stack([inputs_at(e, i, hours) for e, i in zip(events, problem.inputs, strict=True)])
    lost = courses.status != Status.DONE
    return Course(problem.body, crowd, problem.constants, hours, courses.states, inputs), lost
