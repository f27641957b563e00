"""Long work: a progress bar and notices on stderr, and a clean stop."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from epsom.interfaces import words
from epsom.interfaces.cli.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.simulation.engine import Engine


_STOP = threading.Event()


def stop_requested() -> bool:
    """Whether the user has asked to stop; worker processes forked from here are told."""
    return _STOP.is_set()


class Watch:
    """What long work tells the user."""

    def __init__(self, progress: Any, task: Any) -> None:
        self._progress, self._task = progress, task

    def __call__(self, news: int | str, total: int | None = None) -> None:
        """Move the bar to ``news`` of ``total``, or say what is being done."""
        if isinstance(news, str):
            self._progress.update(self._task, description=words.sentence(news))
        else:
            self._progress.update(self._task, completed=news, total=total)

    def notice(self, text: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(text, highlight=False)


@contextmanager
def watched(what: str, *, counted: bool = True) -> Iterator[Watch]:
    """Progress on stderr while the block runs; Ctrl-C ends the work at its next poll, a second one at once.

    Parameters
    ----------
    what
        What is being done.
    counted
        Whether the work tells how far it is; otherwise it only says what it does.

    Raises
    ------
    Stopped
        Once a stop has been asked for, whatever the work made of it.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    console = Console(stderr=True)
    columns: list[Any] = [TextColumn("{task.description}"), TimeElapsedColumn()]
    columns[1:1] = [BarColumn(), MofNCompleteColumn()] if counted else [SpinnerColumn()]
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    try:
        with _listening(), bar:
            yield Watch(bar, bar.add_task(what, total=None))
    except Exception as error:
        if stop_requested():
            raise Stopped from error
        raise
    if stop_requested():
        raise Stopped


@contextmanager
def _listening() -> Iterator[None]:
    """The first Ctrl-C asks the work to stop, here and in workers; a second one interrupts this process."""
    _STOP.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before, owner = signal.getsignal(signal.SIGINT), os.getpid()

    def ask(_signal: int, _frame: object) -> None:
        _STOP.set()
        if os.getpid() == owner:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _tell_workers()

    signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _tell_workers() -> None:
    """Pass the signal on: a worker hears it of itself only when it shares the terminal."""
    import multiprocessing

    for worker in multiprocessing.active_children():
        if worker.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGINT)


def _end_if_stopped() -> None:
    if stop_requested():
        raise Stopped


def engine_for(watch: Watch, threads: int | None = None) -> Engine:
    """The fast engine, its compilation announced; a stop ends it here and in workers forked from here."""
    from epsom.simulation.engine import StoppableEngine
    from epsom.simulation.fast.engine import FastEngine

    return StoppableEngine(FastEngine(threads, watch.notice), stop_requested, _end_if_stopped)
