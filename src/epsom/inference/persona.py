"""Virtual people who match a case, and what they live through up to the question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.evidence import registry
from epsom.core.kidney import ckd_epi_2021
from epsom.core.kinds import ABSOLUTE_GFR
from epsom.core.records.scenario import DialysisPlan
from epsom.core.units import conversion
from epsom.inference.happenings import Taking, acting, draw_taking, regular, swallow, window
from epsom.inference.latents import Latents, draw_latents, proposal_for
from epsom.inference.moments import acute_moments
from epsom.inference.proposals import Wave, log_weights
from epsom.inference.timeline import DAY, Timeline, magnesium_labs, tells_filtration, timeline, total_serum
from epsom.physiology.whole_body import whole_body
from epsom.simulation.coarse import live_through
from epsom.simulation.crowd import Crowd, Description, Normal, draw_crowd
from epsom.simulation.engine import Engine, Problem, Settings, Status
from epsom.simulation.measures import Course
from epsom.simulation.protocol import dialysis_clearance, habitual_day, share_of_week
from epsom.simulation.schedule import Schedule, starting_inputs
from epsom.simulation.start import day_zero
from epsom.simulation.study import course_through

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.core.records import Case
    from epsom.physiology.builder.body import Body

    Array = NDArray[np.float64]

_FILTRATION = conversion("mL/min").factor
#: Serum is within 0.1 % of a run at 1e-8 (256 people, a month, 1 g of citrate a day); an assay errs by 5 %.
SETTINGS = Settings(relative=5e-4)
_LONGEST_HISTORY_DAYS = 3650
#: Lack of serum magnesium, mmol/L, from which a deeper loss is simulated, and the deepest.
_LACKING, _DEEPEST = 0.1, 0.6


@dataclass(frozen=True)
class Persona:
    """A crowd that matches a case.

    Attributes
    ----------
    log_prior
        Logarithm of each person's weight before any laboratory value: what the proposals took.
    waves
        By which proposals the people were drawn.
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
    waves: tuple[Wave, ...]
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
    return live_wave(case, Wave(proposal_for(case, registry()), np.arange(people)), seed, engine)


def with_more(persona: Persona, others: Persona) -> Persona:
    """The people of both, of one case and seed; the indices of ``others`` follow."""
    crowd, waves = persona.crowd.with_more(others.crowd), (*persona.waves, *others.waves)
    both = (persona, others)

    def joined(name: str) -> Array:
        return np.concatenate([getattr(part, name) for part in both])

    def course(name: str) -> Course:
        one, other = (getattr(part, name) for part in both)
        arrays = {
            n: np.concatenate([getattr(one, n), getattr(other, n)]) for n in ("constants", "states", "inputs")
        }
        return replace(one, crowd=crowd, **arrays)

    taking = tuple(one.with_more(other) for one, other in zip(persona.taking, others.taking, strict=True))
    return replace(
        persona, crowd=crowd, latents=persona.latents.with_more(others.latents), taking=taking, waves=waves,
        log_prior=log_weights(waves, crowd), lived=course("lived"), drawn=course("drawn"),
        before=joined("before"), opening=joined("opening"), failed=joined("failed"),
    )  # fmt: skip


def live_wave(case: Case, wave: Wave, seed: int, engine: Engine) -> Persona:
    """Draw the people of ``wave`` who match ``case`` and run them up to the question."""
    chances = wave.proposal.chances(seed, wave.indices)
    crowd = draw_crowd(seed, wave.indices, _description(case), chances=chances)
    clock = timeline(case, crowd.registry["breakfast_hour"].canonical_value)
    latents = draw_latents(case, crowd)
    numbers = range(len(case.supplements))
    taking = tuple(draw_taking(case, crowd, latents, clock, number) for number in numbers)
    body = whole_body()
    standing = [m for m, start, _ in acting(case, clock) if start + m.onset_days * DAY <= 0]
    inputs = starting_inputs(body, crowd, standing)
    _dialyze(case, body, crowd, inputs)
    start = day_zero(engine, body, crowd, inputs, habitual_day(crowd))
    problem = Problem(body, crowd.constants(body), start.states, inputs, [], np.array([0.0]), SETTINGS)
    states, stopped = _history(engine, problem, crowd, taking)
    failed = start.failed | stopped
    taken = window(case, clock, crowd, latents, taking)
    lived, lost = run(engine, replace(problem, states=states), crowd, taken, _hours(case, clock))
    waves = (wave,)
    persona = Persona(
        case, clock, crowd, latents, taking, log_weights(waves, crowd), waves, lived, lived, start.states,
        inputs, failed | lost,
    )  # fmt: skip
    return _deepened(persona, replace(problem, states=states), taken, engine) if clock.low else persona


def _dialyze(case: Case, body: Body, crowd: Crowd, inputs: Array) -> None:
    """Let people on dialysis begin in balance with its mean over the week."""
    kind = case.person.kidney and case.person.kidney.dialysis
    if kind:
        plan = DialysisPlan(kind=kind)
        mean = dialysis_clearance(crowd, plan) * share_of_week(plan)
        inputs[:, body.input_index["dialysis_clearance"]] = mean
        inputs[:, body.input_index["dialysate_magnesium"]] = plan.dialysate_magnesium.value


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


def _history(
    engine: Engine, problem: Problem, crowd: Crowd, taking: tuple[Taking, ...]
) -> tuple[Array, NDArray[np.bool_]]:
    """States at the start of the window after what was taken before it, in coarse steps."""
    before = [np.clip(-t.start / DAY, 0, _LONGEST_HISTORY_DAYS) * (t.stop > 0) for t in taking if regular(t)]
    days = np.max(before, axis=0).astype(np.int64) if before else np.zeros(len(crowd), dtype=np.int64)
    rows = np.flatnonzero(days > 0)
    if len(rows) == 0:
        return problem.states, np.zeros(len(crowd), dtype=bool)
    day = habitual_day(crowd)
    for taken in taking:
        if regular(taken) and taken.stop > 0:
            swallow(day, replace(taken, start=np.where(taken.start < 0, -np.inf, np.inf)), 1)
    part = replace(
        problem, constants=problem.constants[rows], states=problem.states[rows], inputs=problem.inputs[rows],
        events=[table for row, table in enumerate(day.tables(problem.body)) if days[row] > 0],
    )  # fmt: skip
    states, stopped = problem.states.copy(), np.zeros(len(crowd), dtype=bool)
    states[rows], status = live_through(engine, part, days[rows])
    stopped[rows] = status != Status.DONE
    return states, stopped


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
    course, status = course_through(schedule, engine, problem, crowd, hours)
    return course, status != Status.DONE
