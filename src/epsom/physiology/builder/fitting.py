"""Whether organs fit together: every fault of a body at once, each with its place and a hint."""

from __future__ import annotations

import difflib
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from epsom.core.units import UnitError, conversion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.organ import Flux, State, Term


def faults_of(body: Body, covariates: Mapping[str, str]) -> Iterator[str]:
    """Find what does not fit: names, ends of fluxes, signals, units, circles."""
    yield from _clashing_names(body, covariates)
    yield from _unknown_names(body, covariates)
    yield from _wrong_ends(body)
    yield from _wrong_meters(body)
    yield from _wrong_signals(body)
    yield from _wrong_units(body)
    constants = {term.name for organ in body.organs for term in organ.derived} | set(covariates)
    for state in body.states:
        if state.rest is not None and state.rest not in constants and state.rest not in body.registry:
            yield f"state {state.name!r} rests at {state.rest!r}, which is no constant"
    for kind in ("derived", "readings"):
        try:
            ordered([term for organ in body.organs for term in getattr(organ, kind)])
        except CycleError as error:
            yield f"these need each other in a circle: {' -> '.join(error.args[1])}"


def ordered(terms: list[Term]) -> tuple[Term, ...]:
    """Put ``terms`` in an order in which each stands after those it needs.

    Raises
    ------
    CycleError
        If some need each other in a circle.
    """
    by_name = {term.name: term for term in terms}
    graph = {term.name: [name for name in term.needs if name in by_name] for term in terms}
    return tuple(by_name[name] for name in TopologicalSorter(graph).static_order())


def _clashing_names(body: Body, covariates: Mapping[str, str]) -> Iterator[str]:
    names = [state.name for state in body.states] + [item.name for item in body.inputs]
    names += [term.name for organ in body.organs for term in (*organ.derived, *organ.readings)]
    for name in _repeated(names):
        yield f"the name {name!r} is declared twice"
    for name in sorted(set(names) & {*body.registry.parameters, *covariates}):
        yield f"the name {name!r} is declared, and is a parameter or covariate as well"
    flows = [flux.name for flux in body.fluxes]
    for name in _repeated(flows):
        yield f"two fluxes are called {name!r}"
    for name in sorted({term.name for organ in body.organs for term in organ.readings} & set(flows)):
        yield f"a flux and a reading are called {name!r}"


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _unknown_names(body: Body, covariates: Mapping[str, str]) -> Iterator[str]:
    fixed = {*body.registry.parameters, *covariates}
    fixed |= {term.name for organ in body.organs for term in organ.derived}
    totals = {state.name for state in body.states if state.accumulates}
    known = fixed | {state.name for state in body.states if not state.accumulates}
    known |= {item.name for item in body.inputs}
    known |= {term.name for organ in body.organs for term in organ.readings}
    for organ in body.organs:
        yield from _unknown_needs(organ.name, organ.derived, fixed, set())
        yield from _unknown_needs(organ.name, (*organ.readings, *organ.fluxes, *organ.slopes), known, totals)


def _unknown_needs(organ: str, terms: Iterable[Term], allowed: set[str], totals: set[str]) -> Iterator[str]:
    for term in terms:
        for name in term.needs:
            if name in totals:
                yield f"{organ}.{term.name} needs {name!r}, an outlet or meter: these steer nothing"
            elif name not in allowed:
                close = difflib.get_close_matches(name, sorted(allowed), 1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                yield f"{organ}.{term.name} needs {name!r}, which nothing declares{hint}"


def _wrong_ends(body: Body) -> Iterator[str]:
    by_name = {state.name: state for state in body.states}
    for flux in body.fluxes:
        unknown = [name for name in (flux.leaves, flux.enters) if name is not None and name not in by_name]
        for name in unknown:
            yield f"flux {flux.name!r} leaves or enters {name!r}, which nothing declares"
        if not unknown:
            yield from _wrong_end(flux, by_name)


def _wrong_end(flux: Flux, states: Mapping[str, State]) -> Iterator[str]:
    substances = {states[name].substance for name in (flux.leaves, flux.enters) if name is not None}
    if len(substances) != 1 or None in substances:
        yield f"flux {flux.name!r} joins different substances"
    elif flux.enters is None and "magnesium" in substances:
        yield f"flux {flux.name!r} makes magnesium vanish; give it an outlet to enter"
    if flux.leaves and states[flux.leaves].kind == "outlet":
        yield f"flux {flux.name!r} leaves the outlet {flux.leaves!r}"


def _wrong_meters(body: Body) -> Iterator[str]:
    flows = {flux.name for flux in body.fluxes}
    flows |= {term.name for organ in body.organs for term in organ.readings}
    for meter, names in body.meters.items():
        for name in names:
            if name not in flows:
                yield f"meter {meter!r} adds up {name!r}, which is neither a flux nor a reading"


def _wrong_signals(body: Body) -> Iterator[str]:
    slopes = [term.name for organ in body.organs for term in organ.slopes]
    signals = {state.name for state in body.states if state.kind == "signal"}
    for name in sorted(signals - set(slopes)):
        yield f"signal {name!r} has no slope"
    for name in sorted(set(slopes) - signals):
        yield f"the slope of {name!r} belongs to no signal; pools change by fluxes alone"
    for name in _repeated(slopes):
        yield f"signal {name!r} has two slopes"


def _wrong_units(body: Body) -> Iterator[str]:
    for state in body.states:
        try:
            canonical = conversion(state.unit).factor == 1
        except UnitError as error:
            yield f"state {state.name!r}: {error}"
            continue
        if not canonical:
            yield f"state {state.name!r} is in {state.unit!r}, not in a canonical unit"
