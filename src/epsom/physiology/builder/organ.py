"""How an organ is written down: its pools, signals, inputs, and each flux as a small plain function.

A flux out of a pool returns the *fraction of that pool that leaves per hour*; the builder multiplies by the
pool. So nothing leaves an empty pool, mass is conserved by construction, and a labeled copy of the pools
obeys the same fractions. Functions name what they need as arguments: states, readings, inputs, parameters
or covariates of the assembled body. Organs never import each other; they meet in those names.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Function = Callable[..., Any]


@dataclass(frozen=True)
class State:
    """One number of the body that changes in time.

    ``kind``: a ``pool`` holds a substance; an ``outlet`` only collects what left the body; a ``signal`` holds
    no substance and has its own rate of change; a ``meter`` adds up named flows. Outlets and meters start at
    zero and steer nothing. ``usual`` is a typical amount and scales tolerances; ``rest`` names the constant
    that holds a person's own usual amount, where the search for balance starts. ``tolerance`` is the share of
    a run's tolerance the state is held to.
    """

    name: str
    meaning: str
    unit: str
    kind: Literal["pool", "outlet", "signal", "meter"]
    usual: float
    substance: str | None = None
    rest: str | None = None
    tolerance: float = 1.0

    @property
    def accumulates(self) -> bool:
        """Whether the state only adds up and nothing depends on it."""
        return self.kind in ("outlet", "meter")


@dataclass(frozen=True)
class Input:
    """Something set from outside and constant between events, such as having eaten."""

    name: str
    meaning: str
    unit: str
    default: float


@dataclass(frozen=True)
class Term:
    """A named function of the body: a reading, a derived constant, a rate or a slope."""

    name: str
    function: Function
    unit: str
    given: tuple[str, ...] | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """What the function is called with: names given apart, or its own arguments' names."""
        return self.given or tuple(inspect.signature(self.function).parameters)

    @property
    def meaning(self) -> str:
        """First paragraph of the function's docstring."""
        return " ".join((inspect.getdoc(self.function) or "").split("\n\n")[0].split())


@dataclass(frozen=True)
class Flux(Term):
    """A flow from one pool to another. ``leaves`` is None for a source, which returns an absolute flow."""

    leaves: str | None = None
    enters: str | None = None


@dataclass
class Organ:
    """A named part of the body and everything it declares."""

    name: str
    purpose: str
    states: list[State] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    fluxes: list[Flux] = field(default_factory=list)
    slopes: list[Term] = field(default_factory=list)
    readings: list[Term] = field(default_factory=list)
    derived: list[Term] = field(default_factory=list)
    meters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def pool(
        self,
        name: str,
        meaning: str,
        *,
        usual: float,
        rest: str | None = None,
        substance: str = "magnesium",
        unit: str = "mmol",
        tolerance: float = 1.0,
    ) -> None:
        """Declare a pool of ``substance``."""
        self.states.append(State(name, meaning, unit, "pool", usual, substance, rest, tolerance))

    def outlet(
        self, name: str, meaning: str, *, usual: float, substance: str = "magnesium", unit: str = "mmol"
    ) -> None:
        """Declare a place where what left the body is collected."""
        self.states.append(State(name, meaning, unit, "outlet", usual, substance))

    def signal(self, name: str, meaning: str, *, unit: str, usual: float) -> None:
        """Declare a state that holds no substance; give its change with :meth:`slope`."""
        self.states.append(State(name, meaning, unit, "signal", usual))

    def meter(
        self, name: str, meaning: str, fluxes: tuple[str, ...], *, usual: float, unit: str = "mmol"
    ) -> None:
        """Declare the running total of the flows called ``fluxes``."""
        self.states.append(State(name, meaning, unit, "meter", usual))
        self.meters[name] = fluxes

    def input(self, name: str, meaning: str, *, unit: str = "1", default: float) -> None:
        """Declare something that events set from outside."""
        self.inputs.append(Input(name, meaning, unit, default))

    def flux(self, leaves: str, enters: str | None) -> Callable[[Function], Function]:
        """Declare a flow: the decorated function returns the fraction of ``leaves`` moved per hour.

        ``enters`` None lets a substance other than magnesium leave the model.
        """
        return self._collect(self.fluxes, lambda f: Flux(f.__name__, f, "1/h", None, leaves, enters))

    def add_flux(
        self, name: str, leaves: str, enters: str, function: Function, given: tuple[str, ...]
    ) -> None:
        """Declare a flow by a shared ``function`` called with the names ``given``; see :meth:`flux`."""
        self.fluxes.append(Flux(name, function, "1/h", given, leaves, enters))

    def add_constant(self, name: str, unit: str, function: Function, given: tuple[str, ...]) -> None:
        """Declare a constant by a shared ``function`` called with the names ``given``."""
        self.derived.append(Term(name, function, unit, given))

    def source(self, enters: str, unit: str) -> Callable[[Function], Function]:
        """Declare a flow from outside the model: the function returns the flow itself, in ``unit``."""
        return self._collect(self.fluxes, lambda f: Flux(f.__name__, f, unit, None, None, enters))

    def slope(self, signal: str, unit: str) -> Callable[[Function], Function]:
        """Declare the rate of change of ``signal``."""
        return self._collect(self.slopes, lambda f: Term(signal, f, unit))

    def reading(self, unit: str) -> Callable[[Function], Function]:
        """Declare something that follows at once from the state, such as a concentration."""
        return self._collect(self.readings, lambda f: Term(f.__name__, f, unit))

    def constant(self, unit: str) -> Callable[[Function], Function]:
        """Declare something that follows from a person's parameters alone, such as a volume."""
        return self._collect(self.derived, lambda f: Term(f.__name__, f, unit))

    @staticmethod
    def _collect(where: list, make: Callable[[Function], Any]) -> Callable[[Function], Function]:
        def keep(function: Function) -> Function:
            where.append(make(function))
            return function

        return keep
