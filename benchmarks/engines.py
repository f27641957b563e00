"""Who runs in the benchmark, with which settings and how many people; all share one measure of error."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from epsom.simulation.engine import Settings
from epsom.simulation.fast.engine import FastEngine

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

Runner = Callable[["Problem", float, float], Any]


@dataclass(frozen=True)
class Contestant:
    """A solver: courses of shape (people, hours, states) from relative tolerance and absolute share.

    Attributes
    ----------
    people, quick_people
        How many people it runs, in full and in the quick benchmark; speed is per person.
    """

    name: str
    run: Runner
    people: int
    quick_people: int


def epsom_engine(threads: int) -> Runner:
    """The fast engine on so many threads."""
    engine = FastEngine(threads)
    return lambda problem, relative, share: (
        engine.solve(replace(problem, settings=Settings(relative, share))).states
    )


def _peer(module: str, **how: str) -> Runner:
    return lambda problem, relative, share: importlib.import_module(f"peers.{module}").run(
        problem, relative, share, **how
    )


#: Name, module and options, people, people when quick.
_PEERS: list[tuple[str, str, dict[str, str], int, int]] = [
    ("numbalsoda LSODA", "numbalsoda_peer", {"method": "lsoda"}, 64, 16),
    ("numbalsoda DOP853", "numbalsoda_peer", {"method": "dop853"}, 64, 16),
    ("diffrax Tsit5", "diffrax_peer", {}, 64, 16),
    ("libRoadRunner CVODE", "roadrunner_peer", {}, 16, 16),
    ("scikit-SUNDAE CVODE", "sundae_peer", {}, 16, 16),
    ("AMICI CVODES", "amici_peer", {}, 16, 16),
    ("SciPy LSODA", "scipy_peer", {}, 16, 16),
]


def contestants() -> tuple[list[Contestant], dict[str, str]]:
    """Those who can run here, and why each other one cannot."""
    found, missing = [Contestant("Epsom", epsom_engine(1), 1024, 128)], {}
    for name, module, how, people, quick in _PEERS:
        try:
            importlib.import_module(f"peers.{module}")
        except (ImportError, OSError) as error:
            missing[name] = f"not built: {error}"
            continue
        found.append(Contestant(name, _peer(module, **how), people, quick))
    return found, missing
