"""What a server holds for those who asked: in memory alone, for a short time, under a secret name."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from epsom.interfaces.web.problems import Problem

if TYPE_CHECKING:
    from epsom.interfaces.web.desk import Job

Asked = TypeVar("Asked")


@dataclass
class Kept(Generic[Asked]):
    """One question with the work on it.

    Attributes
    ----------
    asked
        What was asked.
    jobs
        The work, first the quick one.
    extra
        What was made from the results and need not be made twice.
    """

    asked: Asked
    jobs: tuple[Job, ...]
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    seen: float = field(default_factory=time.monotonic)
    extra: dict[str, Any] = field(default_factory=dict)

    def hear(self) -> None:
        """Note that somebody asked for it."""
        self.seen = time.monotonic()
        for job in self.jobs:
            job.hear()


class Shelf(Generic[Asked]):
    """Everything that is kept; the longest unseen goes first when there is no room."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._held: dict[str, Kept[Asked]] = {}
        self._lock = threading.Lock()

    def put(self, kept: Kept[Asked]) -> Kept[Asked]:
        """Keep something, and forget what is old."""
        with self._lock:
            self._held[kept.id] = kept
            self._forget_old()
        return kept

    def get(self, name: str) -> Kept[Asked] | None:
        """What goes by ``name``, or None when it is not kept any more."""
        with self._lock:
            self._forget_old()
            found = self._held.get(name)
        if found is not None:
            found.hear()
        return found

    def held(self, name: str) -> Kept[Asked]:
        """What goes by ``name``.

        Raises
        ------
        Problem
            ``gone``, when it is not kept any more.
        """
        found = self.get(name)
        if found is None:
            raise Problem("gone")
        return found

    def forget(self, name: str) -> None:
        """Drop something and stop the work on it."""
        with self._lock:
            found = self._held.pop(name, None)
        for job in found.jobs if found else ():
            job.cancel()

    def _forget_old(self) -> None:
        now = time.monotonic()
        by_age = sorted(self._held.values(), key=lambda kept: kept.seen)
        surplus = len(by_age) - self._most
        for place, kept in enumerate(by_age):
            if place < surplus or now - kept.seen > self._seconds:
                del self._held[kept.id]
                for job in kept.jobs:
                    job.cancel()
