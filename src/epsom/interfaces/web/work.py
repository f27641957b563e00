"""What is done for those who ask: assessments, forecasts, simulated groups, each as work for a desk."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from epsom.core.faults import Fault, InputError
from epsom.interfaces.web.desk import Desk, Job, watched
from epsom.interfaces.web.forecasts import Change, Compared

if TYPE_CHECKING:
    from collections.abc import Callable

    from epsom.core.records import Assessment, Case, Scenario
    from epsom.guidance import Answer
    from epsom.inference import changes
    from epsom.interfaces.web.settings import Settings
    from epsom.simulation.engine import Engine
    from epsom.simulation.results import Results

#: Weighted crowds kept for forecasts, and people of each who are run on: as many as a slider has time for.
_CROWDS, _AHEAD = 8, 64


@dataclass(frozen=True)
class Asked:
    """A question as it was asked: the case, the seed, and how many virtual people to compare."""

    case: Case
    people: int
    seed: int = 1

    @property
    def key(self) -> str:
        """The same for the same question."""
        return json.dumps([self.case.to_tree(), self.people, self.seed], sort_keys=True)


class Workshop:
    """The desks of one server and the engine they share.

    Assessments, forecasts and simulated groups have a desk each, so that a slider never waits for a group of
    thousands; whoever waits at one desk is served in turn.
    """

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        self.settings = settings
        self._engine = engine
        self._making = threading.Lock()
        self._keeping = threading.Lock()
        self._answers: dict[str, Answer] = {}
        self.ready = threading.Event()
        self.assessing = Desk("assess", most_waiting=settings.waiting)
        self.comparing = Desk("compare", most_waiting=settings.waiting)
        self.simulating = Desk("simulate", most_waiting=settings.waiting)

    @property
    def engine(self) -> Engine:
        """The engine, made when it is first needed."""
        with self._making:
            if self._engine is None:
                from epsom.simulation.fast.engine import FastEngine

                self._engine = FastEngine()
            return self._engine

    def warm_up(self) -> None:
        """Answer a case of few people in the background, so that nobody waits for the compiler."""
        self.submit_assessment(Asked(example(), people=8), owner="warm-up", then=lambda _: self.ready.set())

    def submit_assessment(
        self, asked: Asked, *, owner: str, unheard_seconds: float | None = None,
        then: Callable[[Answer], Any] = lambda answer: answer,
    ) -> Job:  # fmt: skip
        """Put an assessment in the line; its result is what ``then`` makes of the answer."""

        def work(job: Job) -> Any:
            answer = self._assess(asked, job)
            # A crowd is some ten megabytes: few are kept, and none with an answer itself.
            return then(replace(answer, posterior=None))

        return self.assessing.submit(Job(work, owner, self.settings.assess_seconds, unheard_seconds))

    def _assess(self, asked: Asked, job: Job) -> Answer:
        from epsom.guidance import assess

        engine = watched(self.engine, job)
        found = assess(asked.case, people=asked.people, seed=asked.seed, engine=engine, progress=job.tell)
        job.check()
        self._keep(asked, found)
        return found

    def submit_forecast(self, asked: Asked, change: Change, *, owner: str) -> Job:
        """Put a forecast in the line; the result is `epsom.interfaces.web.forecasts.Compared`.

        The weighted crowd behind an answer is kept for a while; where it is not, it is found again.
        """

        def work(job: Job) -> Compared:
            from epsom.guidance import compare
            from epsom.inference.changes import CONTINUE

            engine = watched(self.engine, job)
            answer = self._kept_answer(asked) or self._assess(asked, job)
            found = compare(answer, [CONTINUE, _plan(change)], engine=engine, people=_AHEAD)
            if not found:
                raise InputError([Fault("case", "nobody to simulate", "an adult whom the body model fits")])
            return Compared(*found)

        return self.comparing.submit(Job(work, owner, self.settings.compare_seconds))

    def _kept_answer(self, asked: Asked) -> Answer | None:
        """The answer to a question with the weighted crowd behind it, where it is still kept."""
        with self._keeping:
            return self._answers.get(asked.key)

    def _keep(self, asked: Asked, answer: Answer) -> None:
        """Keep an answer with its crowd for forecasts, in place of the oldest one."""
        with self._keeping:
            self._answers.pop(asked.key, None)
            self._answers[asked.key] = answer
            while len(self._answers) > _CROWDS:
                del self._answers[next(iter(self._answers))]

    def submit_simulation(
        self, scenario: Scenario, *, owner: str, unheard_seconds: float | None = None
    ) -> Job:
        """Put a simulated group in the line; the result is `epsom.simulation.results.Results`."""

        def work(job: Job) -> Results:
            from epsom.simulation import Options, run

            chunk = max(16, min(128, scenario.people.count // 8))
            found = run(
                scenario, options=Options(chunk=chunk), engine=self.engine,
                progress=job.tell, canceled=job.stop_requested,
            )  # fmt: skip
            job.check()
            return found

        job = Job(work, owner, self.settings.simulate_seconds, unheard_seconds)
        job.total = scenario.people.count
        return self.simulating.submit(job)

    def close(self) -> None:
        """Stop everything."""
        for desk in (self.assessing, self.comparing, self.simulating):
            desk.close()


def _plan(change: Change) -> changes.Change:
    """A change as the inference has it."""
    from epsom.inference import changes

    if change.stop or change.milligrams == 0:
        return changes.STOP
    return changes.Change(
        "change", milligrams=change.milligrams / change.times, times_per_day=change.times,
        with_food=change.with_food, form=change.form,
    )  # fmt: skip


def example() -> Case:
    """A case that needs every part of the computation."""
    from epsom.core.documents import load_case
    from epsom.core.evidence import data_folder

    return load_case((data_folder() / "examples" / "case.yaml").read_text(encoding="utf-8"))


def by_the_rules(case: Case, seed: int = 1) -> Assessment:
    """What the rules say at once, before any body is simulated."""
    from epsom import __version__
    from epsom.guidance.answer import answer

    return answer(case, None, seed=seed, version=__version__)
