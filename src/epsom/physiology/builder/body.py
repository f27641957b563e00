"""The assembled body: organs joined by the names of what they share."""

from __future__ import annotations

import difflib
import hashlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from epsom.core.evidence import Parameter, Registry
from epsom.core.units import conversion
from epsom.physiology.builder.organ import Flux, Input, Organ, State, Term

#: What a person brings besides parameters, with the canonical unit it is held in.
COVARIATES: Mapping[str, str] = MappingProxyType(
    {
        "age": "years",
        "female": "1",
        "weight": "kg",
        "height": "m",
        "filtration": "L/h",  # estimated filtration rate per reference body surface
        "creatinine": "mmol/L",  # usual serum creatinine
        "albumin": "kg/L",
        "ph": "1",
    }
)

#: Running total of magnesium that sources such as infusions brought in.
SUPPLIED = State("supplied", "magnesium that sources such as infusions brought in", "mmol", "meter", 50.0)


class BodyError(ValueError):
    """The organs do not fit together; the message lists every fault."""


@dataclass(frozen=True, eq=False)
class Body:
    """Organs assembled into one system of equations.

    Attributes
    ----------
    organs
        In the order given; states keep that order.
    registry
        Where parameters come from.
    """

    organs: tuple[Organ, ...]
    registry: Registry

    def __post_init__(self) -> None:
        """Check that every name is known, unique and used for one thing."""
        faults = list(self._faults())
        if faults:
            raise BodyError("\n".join(faults))

    @cached_property
    def states(self) -> tuple[State, ...]:
        """Every state, organ by organ; last the meter of what sources supplied, if there are any."""
        states = tuple(state for organ in self.organs for state in organ.states)
        return (*states, SUPPLIED) if self._sources else states

    @cached_property
    def state_index(self) -> dict[str, int]:
        """Position of each state."""
        return {state.name: i for i, state in enumerate(self.states)}

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """Everything events can set."""
        return tuple(item for organ in self.organs for item in organ.inputs)

    @cached_property
    def input_index(self) -> dict[str, int]:
        """Position of each input."""
        return {item.name: i for i, item in enumerate(self.inputs)}

    @cached_property
    def fluxes(self) -> tuple[Flux, ...]:
        """Every flow."""
        return tuple(flux for organ in self.organs for flux in organ.fluxes)

    @cached_property
    def slopes(self) -> dict[str, Term]:
        """Rate of change of each signal, by the signal's name."""
        return {term.name: term for organ in self.organs for term in organ.slopes}

    @cached_property
    def meters(self) -> dict[str, tuple[str, ...]]:
        """The flows each meter adds up."""
        declared = {name: flows for organ in self.organs for name, flows in organ.meters.items()}
        return declared | ({SUPPLIED.name: self._sources} if self._sources else {})

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        """Fluxes that bring magnesium in from outside, as an infusion does."""
        holders = {state.name for organ in self.organs for state in organ.states if state.substance == "magnesium"}
        return tuple(flux.name for flux in self.fluxes if flux.leaves is None and flux.enters in holders)

    @cached_property
    def derived(self) -> tuple[Term, ...]:
        """Constants of a person, each after those it needs."""
        return _ordered([term for organ in self.organs for term in organ.derived])

    @cached_property
    def readings(self) -> tuple[Term, ...]:
        """What follows at once from the state, each after those it needs."""
        return _ordered([term for organ in self.organs for term in organ.readings])

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The registry's records that some organ needs, by name."""
        needed = {name for term in self._terms() for name in term.needs}
        return tuple(self.registry[name] for name in sorted(needed) if name in self.registry)

    @cached_property
    def constant_names(self) -> tuple[str, ...]:
        """Covariates, parameters and derived constants: one number each per person, in this order."""
        return (*COVARIATES, *(p.name for p in self.parameters), *(d.name for d in self.derived))

    @cached_property
    def constant_index(self) -> dict[str, int]:
        """Position of each constant."""
        return {name: i for i, name in enumerate(self.constant_names)}

    def pools_of(self, substance: str) -> tuple[int, ...]:
        """Positions of the states that hold or collected ``substance``."""
        return tuple(i for i, state in enumerate(self.states) if state.substance == substance)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of everything the equations are made of, for caches of generated code."""
        text = "\n".join(
            [repr((o.name, o.states, o.inputs, o.meters)) for o in self.organs]
            + [
                f"{t.name} {getattr(t, 'leaves', '')} {getattr(t, 'enters', '')} {_source(t)}"
                for t in self._terms()
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    def _terms(self) -> list[Term]:
        return [
            term
            for organ in self.organs
            for terms in (organ.derived, organ.readings, organ.fluxes, organ.slopes)
            for term in terms
        ]

    def _faults(self) -> Iterable[str]:
        names = [s.name for s in self.states] + [i.name for i in self.inputs]
        names += [t.name for o in self.organs for t in (*o.derived, *o.readings)]
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield f"the name {name!r} is declared twice"
        yield from self._unknown_names(set(names))
        yield from self._wrong_ends()
        for state in self.states:
            if conversion(state.unit).factor != 1:
                yield f"state {state.name!r} is in {state.unit!r}, not in a canonical unit"
            if state.rest is not None and state.rest not in self.constant_names:
                yield f"state {state.name!r} rests at {state.rest!r}, which is no constant"
            if state.kind == "signal" and state.name not in self.slopes:
                yield f"signal {state.name!r} has no slope"

    def _unknown_names(self, declared: set[str]) -> Iterable[str]:
        known = declared | set(self.registry.parameters) | set(COVARIATES)
        fixed = (
            {t.name for o in self.organs for t in o.derived} | set(self.registry.parameters) | set(COVARIATES)
        )
        for organ in self.organs:
            constants = {id(term) for term in organ.derived}
            for term in (*organ.derived, *organ.readings, *organ.fluxes, *organ.slopes):
                allowed = fixed if id(term) in constants else known
                for name in term.needs:
                    if name not in allowed:
                        close = difflib.get_close_matches(name, sorted(allowed), 1)
                        hint = f"; did you mean {close[0]!r}?" if close else ""
                        yield f"{organ.name}.{term.name} needs {name!r}, which nothing declares{hint}"

    def _wrong_ends(self) -> Iterable[str]:
        by_name = {state.name: state for state in self.states}
        flux_names = [flux.name for flux in self.fluxes]
        for flux in self.fluxes:
            ends = [by_name.get(name) for name in (flux.leaves, flux.enters) if name is not None]
            if None in ends:
                yield f"flux {flux.name!r} runs from {flux.leaves!r} to {flux.enters!r}, of which one is unknown"
                continue
            substances = {end.substance for end in ends if end}
            if len(substances) != 1 or None in substances:
                yield f"flux {flux.name!r} joins different substances"
            elif flux.enters is None and "magnesium" in substances:
                yield f"flux {flux.name!r} makes magnesium vanish; give it an outlet to enter"
            if flux.leaves and by_name[flux.leaves].kind == "outlet":
                yield f"flux {flux.name!r} leaves the outlet {flux.leaves!r}"
        for name in sorted({n for n in flux_names if flux_names.count(n) > 1}):
            yield f"two fluxes are called {name!r}"
        flows = {*flux_names, *(term.name for organ in self.organs for term in organ.readings)}
        for meter, names in self.meters.items():
            for name in names:
                if name not in flows:
                    yield f"meter {meter!r} adds up {name!r}, which is neither a flux nor a reading"


def assemble(organs: Sequence[Organ], registry: Registry) -> Body:
    """Join ``organs`` into a body.

    Raises
    ------
    BodyError
        Listing every unknown name, duplicate, and flux whose ends do not fit.
    """
    return Body(tuple(organs), registry)


def _ordered(terms: list[Term]) -> tuple[Term, ...]:
    by_name = {term.name: term for term in terms}
    graph = {term.name: [name for name in term.needs if name in by_name] for term in terms}
    try:
        return tuple(by_name[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise BodyError(f"these need each other in a circle: {' -> '.join(error.args[1])}") from error


def _source(term: Term) -> str:
    code = term.function.__code__
    try:
        return inspect.getsource(term.function)
    except (OSError, TypeError):
        return repr((code.co_code, code.co_consts, code.co_names))
