"""The fast engine: compiled once per body and kept, then thousands of people on every core."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.simulation.engine import Courses, Problem, Status, groups
from epsom.simulation.generated import cache_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from epsom.physiology.builder.body import Body

    Array = NDArray[np.float64]

_MOST_STEPS = 200_000
#: What the generated file is made by; a change of any of them makes a new file.
_MAKERS = ("source.py", "driver.py", "lane_math.py", "tableau.py")
_POLL = 0.1


class FastEngine:
    """Solves people in vector lanes, on as many threads as asked for.

    Parameters
    ----------
    threads
        None for every core.
    notice
        Told once what is happening before a compilation, which takes many seconds.
    """

    name = "fast"

    def __init__(self, threads: int | None = None, notice: Callable[[str], None] = lambda text: None) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))
        self.notice = notice

    def __reduce__(self) -> tuple[Any, ...]:
        """Engines travel to other processes without their notice."""
        return FastEngine, (self.threads,)

    def solve(self, problem: Problem, canceled: Callable[[], bool] = lambda: False) -> Courses:
        """Run every person of ``problem``; ``canceled`` is polled every 0.1 s."""
        compiled = kernels(problem.body, self.notice)
        people = problem.people
        out = np.full((people, len(problem.hours), len(problem.body.states)), np.nan)
        status = np.full(people, Status.CANCELED, dtype=np.int8)
        if people == 0:
            return Courses(out, status)
        if len(problem.hours) == 1:
            out[:, 0] = problem.states
            return Courses(out, np.zeros(people, dtype=np.int8))
        stop = np.zeros(1, dtype=np.uint8)
        arguments = (
            np.ascontiguousarray(problem.constants), np.ascontiguousarray(problem.states),
            np.ascontiguousarray(problem.inputs), *_flat_events(problem), np.asarray(problem.hours, dtype=float),
            problem.settings.relative, problem.settings.absolute(problem.body), _MOST_STEPS, stop, out, status,
        )  # fmt: skip
        parts = groups(people, self.threads)
        if len(parts) == 1 and people <= 64:
            compiled.run_people(0, people, *arguments)
            return Courses(out, status)
        with ThreadPoolExecutor(len(parts)) as pool:
            waiting = {pool.submit(compiled.run_people, first, last, *arguments) for first, last in parts}
            while waiting:
                done, waiting = wait(waiting, timeout=_POLL)
                for future in done:
                    future.result()
                if canceled():
                    stop[0] = 1
        return Courses(out, status)

    def mean_jacobians(self, problem: Problem, states: Array, inputs: Array) -> Array:
        """See `epsom.simulation.engine.Engine`."""
        compiled = kernels(problem.body, self.notice)
        size = len(compiled.STEERING)
        out = np.zeros((problem.people, size, size))
        arguments = [np.ascontiguousarray(a, dtype=float) for a in (problem.constants, states, inputs)]
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda part: compiled.mean_jacobians(*part, *arguments, out), groups(problem.people, self.threads)))
        return out


def _flat_events(problem: Problem) -> tuple[np.ndarray, ...]:
    tables = problem.events
    offsets = np.concatenate([[0], np.cumsum([len(table.hours) for table in tables])]).astype(np.int64)
    return (
        offsets,
        np.concatenate([table.hours for table in tables]),
        np.concatenate([table.target for table in tables]),
        np.concatenate([table.action for table in tables]),
        np.concatenate([table.value for table in tables]),
    )


_LOCK = threading.Lock()


def kernels(body: Body, notice: Callable[[str], None] = lambda text: None) -> Any:
    """The compiled module of ``body``: from the cache, or generated and compiled with a word to ``notice``."""
    with _LOCK:
        return _kernels(body, notice)


@cache
def _source(body: Body) -> str:
    from epsom.simulation.fast.source import kernel_source

    return kernel_source(body)


@cache
def _makers() -> str:
    here = Path(__file__).parent
    text = b"".join((here / name).read_bytes() for name in _MAKERS)
    return hashlib.sha256(text).hexdigest()[:12]


_MODULES: dict[str, Any] = {}


def _kernels(body: Body, notice: Callable[[str], None]) -> Any:
    name = f"epsom_engine_{body.fingerprint}_{_makers()}"
    if name not in _MODULES:
        _MODULES[name] = _load(body, name, notice)
    return _MODULES[name]


def _load(body: Body, name: str, notice: Callable[[str], None]) -> Any:
    folder = cache_folder()
    path = folder / f"{name}.py"
    try:
        module = _import(path, name)
        if not any((folder / "__pycache__").glob(f"{name}*.nbc")):
            notice("Compiling the simulation engine for this processor, once; this takes some seconds.")
        return module
    except (OSError, SyntaxError, ValueError):
        pass
    notice("Compiling the simulation engine for this processor, once; this takes some seconds.")
    source = _source(body)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_sealed(source))
        os.replace(temporary, path)
        return _import(path, name)
    except OSError:
        return _in_memory(source, name)


def _sealed(source: str) -> str:
    return f"# sha256 {hashlib.sha256(source.encode()).hexdigest()}\n{source}"


def _import(path: Path, name: str) -> Any:
    """Import the generated file; a damaged one is an error."""
    text = path.read_text(encoding="utf-8")
    if text != _sealed(text.partition("\n")[2]):
        raise ValueError(f"{path} is damaged")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _in_memory(source: str, name: str) -> Any:
    import types

    module = types.ModuleType(name)
    exec(compile(source.replace('"cache": True', '"cache": False').replace("cache=True", "cache=False"), name, "exec"), module.__dict__)
    return module
