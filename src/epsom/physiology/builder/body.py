"""The assembled body: organs joined by the names of what they share."""

from __future__ import annotations

import hashlib
import inspect
import linecache
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from epsom.physiology.builder.fitting import faults_of, ordered
from epsom.physiology.builder.organ import Flux, Function, Input, Organ, State, Term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType

    from epsom.core.evidence import Parameter, Registry

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
        faults = list(faults_of(self, COVARIATES))
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
        holders = {
            state.name for organ in self.organs for state in organ.states if state.substance == "magnesium"
        }
        return tuple(flux.name for flux in self.fluxes if flux.leaves is None and flux.enters in holders)

    @cached_property
    def derived(self) -> tuple[Term, ...]:
        """Constants of a person, each after those it needs."""
        return ordered([term for organ in self.organs for term in organ.derived])

    @cached_property
    def readings(self) -> tuple[Term, ...]:
        """What follows at once from the state, each after those it needs."""
        return ordered([term for organ in self.organs for term in organ.readings])

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
        parts = [repr((o.name, o.states, o.inputs, o.meters)) for o in self.organs]
        parts += [
            f"{t.name} {getattr(t, 'leaves', '')} {getattr(t, 'enters', '')} {t.needs} {_source(t.function)}"
            for t in self._terms()
        ]
        return hashlib.sha256("\n".join([_builder(), *parts]).encode()).hexdigest()[:20]

    def _terms(self) -> list[Term]:
        return [
            term
            for organ in self.organs
            for terms in (organ.derived, organ.readings, organ.fluxes, organ.slopes)
            for term in terms
        ]


def assemble(organs: Sequence[Organ], registry: Registry) -> Body:
    """Join ``organs`` into a body.

    Raises
    ------
    BodyError
        Listing every unknown name, duplicate, circle, and flux whose ends do not fit.
    """
    return Body(tuple(organs), registry)


def _source(function: Function) -> str:
    """Text of ``function`` and of what it closes over.

    The lines are those of its instructions: `inspect.getsource` reads every file word by word for it.
    """
    code = function.__code__
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 : _last_line(code)]
    text = "".join(lines) or repr((code.co_code, code.co_consts, code.co_names))
    caught = [cell.cell_contents for cell in function.__closure__ or ()] + list(function.__defaults__ or ())
    return "\n".join([text, *(_source(c) if inspect.isfunction(c) else repr(c) for c in caught)])


def _last_line(code: CodeType) -> int:
    """The last line of ``code`` and of the functions in it."""
    ends = [end or line or 0 for line, end, _, _ in code.co_positions()]
    return max([*ends, *(_last_line(inner) for inner in code.co_consts if inspect.iscode(inner))])


@cache
def _builder() -> str:
    """Text of the modules that turn functions of organs into equations."""
    folder = Path(__file__).parent
    return "".join(
        (folder / name).read_text("utf-8") for name in ("functions.py", "symbols.py", "symbolic.py")
    )
