"""A desk at which work waits its turn: fair between those who ask, stopped once nobody waits for it."""

from __future__ import annotations

import secrets
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from epsom.simulation.engine import Engine

State = Literal["waiting", "running", "done", "failed", "canceled"]


class Canceled(Exception):  # noqa: N818  (a request, not an error)
    """Nobody waits for this work any more."""


class TooLong(Exception):  # noqa: N818  (its name says it)
    """The work took longer than it may."""


class Full(Exception):  # noqa: N818  (a state of the desk)
    """The line is as long as it may get."""


@dataclass
class Job:
    """One piece of work.

    Attributes
    ----------
    work
        Does it; is given this job, tells it how far it is and asks it whether to stop.
    owner
        Who asked, for fairness alone: a random name that a page gives itself.
    seconds
        How long it may run.
    unheard_seconds
        How long it goes on without anyone asking for it; None for work whose asker waits on the line.
    """

    work: Callable[[Job], Any]
    owner: str
    seconds: float
    unheard_seconds: float | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    state: State = "waiting"
    doing: str = ""
    done: int = 0
    total: int = 0
    result: Any = None
    error: BaseException | None = None
    started: float | None = None
    heard: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)

    def hear(self) -> None:
        """Note that somebody still waits."""
        self.heard = time.monotonic()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._stop.set()

    def tell(self, news: str | int, total: int | None = None) -> None:
        """Say what is being done, or how far it is."""
        if isinstance(news, str):
            self.doing = news
        else:
            self.done, self.total = news, total or self.total

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits for it any more."""
        late = self.unheard_seconds is not None and time.monotonic() - self.heard > self.unheard_seconds
        return self._stop.is_set() or late

    @property
    def overdue(self) -> bool:
        """Whether it has run longer than it may."""
        return self.started is not None and time.monotonic() - self.started > self.seconds

    def stop_requested(self) -> bool:
        """Whether the work is to end now, for either reason; engines poll this."""
        return self.unwanted or self.overdue

    def check(self) -> None:
        """Raise if the work is to end now.

        Raises
        ------
        Canceled, TooLong
            Why.
        """
        if self.unwanted:
            raise Canceled
        if self.overdue:
            raise TooLong


class Desk:
    """Workers who take jobs in turn: the next job is the oldest one of whoever was served longest ago.

    Parameters
    ----------
    name
        Of its threads.
    workers
        How many jobs run at once.
    most_waiting
        How many may wait.
    """

    def __init__(self, name: str, *, workers: int = 1, most_waiting: int = 64) -> None:
        self._most = most_waiting
        self._lines: dict[str, deque[Job]] = defaultdict(deque)
        self._served: dict[str, int] = {}
        self._turn = 0
        self._changed = threading.Condition()
        self._closing = False
        self._running: set[str] = set()
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> Job:
        """Put ``job`` in the line.

        Raises
        ------
        Full
            If the line is full.
        """
        with self._changed:
            self._drop_unwanted()
            if sum(map(len, self._lines.values())) >= self._most:
                raise Full
            self._lines[job.owner].append(job)
            self._changed.notify()
        return job

    def position(self, job: Job) -> int:
        """How many jobs are done before ``job``, the running ones among them; 0 once it runs."""
        with self._changed:
            self._drop_unwanted()
            for place, waiting in enumerate(self._in_order()):
                if waiting is job:
                    return place + len(self._running)
        return 0

    @property
    def load(self) -> tuple[int, int]:
        """How many jobs run, and how many wait."""
        with self._changed:
            return len(self._running), sum(map(len, self._lines.values()))

    def close(self, seconds: float = 5.0) -> None:
        """Cancel everything and wait for the workers."""
        with self._changed:
            self._closing = True
            for job in (job for line in self._lines.values() for job in line):
                job.cancel()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(seconds)

    def _in_order(self) -> Iterator[Job]:
        """The waiting jobs in the order in which they would be taken."""
        lines = {owner: list(line) for owner, line in self._lines.items() if line}
        served, turn = dict(self._served), self._turn
        while lines:
            owner = min(lines, key=lambda name: served.get(name, -1))
            yield lines[owner].pop(0)
            turn += 1
            served[owner] = turn
            if not lines[owner]:
                del lines[owner]

    def _drop_unwanted(self) -> None:
        """Take out whoever has gone, so that nobody waits behind them."""
        for owner, line in list(self._lines.items()):
            for job in [job for job in line if job.unwanted]:
                line.remove(job)
                _end(job, "canceled")
            if not line:
                del self._lines[owner]

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._drop_unwanted()
                while not self._closing and not any(self._lines.values()):
                    self._changed.wait()
                if self._closing:
                    self._drop_unwanted()
                    return
                job = self._take()
            try:
                _run(job)
            finally:
                with self._changed:
                    self._running.discard(job.id)

    def _take(self) -> Job:
        job = next(self._in_order())
        self._lines[job.owner].remove(job)
        self._turn += 1
        self._served[job.owner] = self._turn
        waiting = set(self._lines)
        # Whoever is gone for long needs no memory of it: a new name is served as early.
        self._served = {
            owner: turn
            for owner, turn in self._served.items()
            if owner in waiting or turn > self._turn - 4 * self._most
        }
        self._running.add(job.id)
        return job


def _run(job: Job) -> None:
    job.started, job.state = time.monotonic(), "running"
    try:
        job.check()
        job.result = job.work(job)
    except Canceled:
        _end(job, "canceled")
    except Exception as error:
        job.error = TooLong() if job.overdue and not job.unwanted else error
        _end(job, "canceled" if job.unwanted else "failed")
    else:
        _end(job, "done")


def _end(job: Job, state: State) -> None:
    job.state = state
    job.ended.set()


def watched(engine: Engine, job: Job) -> Engine:
    """An engine whose runs end when its job is to end."""
    from epsom.simulation.engine import StoppableEngine

    return StoppableEngine(engine, job.stop_requested, job.check)
