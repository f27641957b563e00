"""The compiled module of a body: from the cache, or generated and compiled, which takes many seconds."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import threading
import types
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from epsom.simulation.cache import cache_folder, hash_of_files, keep, read_kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from epsom.physiology.builder.body import Body

_NOTICE = "Compiling the simulation engine for this processor, once; this takes some seconds."
#: What the generated file is made by; a change of any of them makes a new file.
_MAKERS = ("source.py", "driver.py", "records.py", "lane_math.py", "tableau.py", "traits.py")
_LOCK = threading.Lock()
_MODULES: dict[str, types.ModuleType] = {}
#: How many signatures of a module were compiled when its machine code was vouched for.
_SEALED: dict[str, int] = {}


def kernels(body: Body, notice: Callable[[str], None] = lambda _: None) -> Any:
    """The compiled module of ``body``; ``notice`` is told before a compilation."""
    name = f"epsom_engine_{body.fingerprint}_{_makers()}"
    with _LOCK:
        if name not in _MODULES:
            _MODULES[name] = _load(body, name, notice)
        return _MODULES[name]


@cache
def _makers() -> str:
    here = Path(__file__).parent
    return hash_of_files(*(here / name for name in _MAKERS))


def _load(body: Body, name: str, notice: Callable[[str], None]) -> types.ModuleType:
    """From the cache, where it can be read and compiled code be kept; else in memory alone."""
    path = cache_folder() / f"{name}.py"
    source = read_kept(path)
    if source is None or not _machine_code(path):
        notice(_NOTICE)
    if source is None:
        source = _source(body)
        if not keep(path, source):
            return _in_memory(source, name)
    try:
        return _import(path, name)
    except (OSError, RuntimeError, ImportError):
        # Numba raises RuntimeError where it finds no folder to keep compiled code in.
        return _in_memory(source, name)


def seal(module: Any) -> None:
    """Vouch for the machine code that is kept of ``module``, once it has run.

    Numba reads whatever it finds, damaged or not, so nothing is read that was not vouched for.
    """
    path = Path(getattr(module, "__file__", ""))
    entries = ("run_people", "mean_jacobians")
    compiled = sum(len(getattr(module, name).signatures) for name in entries)
    if path.suffix == ".py" and _SEALED.get(module.__name__) != compiled:
        _SEALED[module.__name__] = compiled
        keep(_seal_of(path), _listing(_kept_code(path)))


def _machine_code(path: Path) -> bool:
    """Whether machine code is kept for the source at ``path``; what nobody vouches for goes."""
    kept = _kept_code(path)
    with suppress(OSError):
        if kept and read_kept(_seal_of(path)) == _listing(kept):
            return True
    for file in kept:
        with suppress(OSError):
            file.unlink()
    return False


def _kept_code(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"__pycache__/{path.stem}.*.nb?"))


def _seal_of(path: Path) -> Path:
    return path.with_suffix(".seal")


def _listing(files: list[Path]) -> str:
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()} {file.name}\n" for file in files)


@cache
def _source(body: Body) -> str:
    from epsom.simulation.fast.source import kernel_source

    return kernel_source(body)


def _import(path: Path, name: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _in_memory(source: str, name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    uncached = source.replace('"cache": True', '"cache": False').replace("cache=True", "cache=False")
    exec(compile(uncached, name, "exec"), module.__dict__)
    return module
