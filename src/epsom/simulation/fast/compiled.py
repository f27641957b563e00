"""The machine code of a body: from the cache, or generated and compiled, which takes many seconds."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from epsom.core.cache import cache_folder, hash_of_files, keep, read_kept
from epsom.simulation.fast.machine import Machine, MachineCode, processor

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from epsom.physiology.builder.body import Body

_NOTICE = "Compiling the simulation engine for this processor, once; this takes some seconds."
#: What the generated file and its machine code are made by; a change of any of them makes new ones.
_MAKERS = (
    "source.py", "driver.py", "records.py", "lane_math.py", "ordering.py", "tableau.py", "traits.py",
    "translation.py", "machine.py",
)  # fmt: skip
_LOCK = threading.Lock()
_MACHINES: dict[str, Machine] = {}


def kernels(body: Body, notice: Callable[[str], None] = lambda _: None) -> Machine:
    """The compiled functions of ``body``; ``notice`` is told before a compilation."""
    name = _name(body)
    with _LOCK:
        if name not in _MACHINES:
            _MACHINES[name] = _load(body, name, notice)
        return _MACHINES[name]


@cache
def readable_kernels(body: Body) -> ModuleType:
    """The generated module of ``body``, for those who look into it; each kernel is compiled when called."""
    from epsom.simulation.fast.translation import python_module

    return python_module(_source(body, _name(body)), f"{_name(body)}_readable")


def _name(body: Body) -> str:
    return f"epsom_engine_{body.fingerprint}_{_makers()}"


@cache
def _makers() -> str:
    here = Path(__file__).parent
    return hash_of_files(*(here / name for name in _MAKERS))


def _load(body: Body, name: str, notice: Callable[[str], None]) -> Machine:
    """From the cache, where it holds what was written there and that can be loaded; else compiled."""
    path = cache_folder() / f"{name}_{processor()}.code"
    kept = read_kept(path)
    if kept is not None:
        with suppress(RuntimeError, ValueError, TypeError):
            return Machine(MachineCode.from_text(kept))
    notice(_NOTICE)
    from epsom.simulation.fast.translation import translated

    code = translated(_source(body, name), name)
    keep(path, code.to_text())
    return Machine(code)


def _source(body: Body, name: str) -> str:
    """The generated source: from the cache, because the symbols behind it take seconds, or made anew."""
    path = cache_folder() / f"{name}.py"
    source = read_kept(path)
    if source is None:
        source = _generated(body)
        keep(path, source)
    return source


@cache
def _generated(body: Body) -> str:
    from epsom.simulation.fast.source import kernel_source

    return kernel_source(body)
