"""The body as plain records: what `describe` prints and writes as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from epsom.interfaces import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epsom.core.distributions import Spread
    from epsom.core.evidence import Parameter
    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.organ import Flux, Organ, Term


def equation(term: Term) -> str:
    """What a function of the body computes, in algebra: named functions stay, as ``hill(x, half, n)``."""
    return _readable(_symbolic(term))


def written_out(term: Term) -> str:
    """The same with named functions written out in powers and exponentials."""
    from epsom.physiology.builder.symbols import in_plain_algebra

    return _readable(in_plain_algebra(_symbolic(term)))


def _symbolic(term: Term) -> Any:
    import sympy

    return sympy.sympify(term.function(*(sympy.Symbol(name, real=True) for name in term.needs)))


def _readable(expression: Any) -> str:
    import sympy

    text = sympy.sstr(expression)
    return text.replace("**", "^").replace("*", " · ").replace("/", " / ")


def organ_tree(organ: Organ, body: Body) -> dict[str, Any]:
    """One organ: its states, inputs, fluxes, readings, constants and parameters."""
    return {
        "name": organ.name,
        "purpose": organ.purpose,
        "states": [
            {"name": s.name, "kind": s.kind, "unit": s.unit, "substance": s.substance, "meaning": s.meaning}
            for s in organ.states
        ],
        "inputs": [
            {"name": i.name, "unit": i.unit, "default": i.default, "meaning": i.meaning} for i in organ.inputs
        ],
        "fluxes": [_flux_tree(flux) for flux in organ.fluxes],
        "slopes": [_term_tree(term) for term in organ.slopes],
        "readings": [_term_tree(term) for term in organ.readings],
        "constants": [_term_tree(term) for term in organ.derived],
        "parameters": [parameter_tree(p, body) for p in parameters_of(organ, body)],
    }


def _term_tree(term: Term) -> dict[str, Any]:
    return {
        "name": term.name, "unit": term.unit, "equation": equation(term), "written_out": written_out(term),
        "meaning": term.meaning,
    }  # fmt: skip


def _flux_tree(flux: Flux) -> dict[str, Any]:
    ends = {"name": flux.name, "from": flux.leaves, "to": flux.enters, "flow": flow(flux)}
    return ends | _term_tree(flux)


def flow(flux: Flux) -> str:
    """The flow of a flux: its pool times the fraction that moves per hour, or what a source brings."""
    rate = equation(flux)
    if flux.leaves is None:
        return rate
    return f"{flux.leaves} · ({rate})" if " + " in rate or " - " in rate else f"{flux.leaves} · {rate}"


def parameters_of(organ: Organ, body: Body) -> list[Parameter]:
    """The registry's records that the functions of ``organ`` need, by name."""
    terms: Iterable[Term] = (*organ.derived, *organ.readings, *organ.fluxes, *organ.slopes)
    needed = {name for term in terms for name in term.needs}
    return [parameter for parameter in body.parameters if parameter.name in needed]


def parameter_tree(parameter: Parameter, body: Body) -> dict[str, Any]:
    """One parameter with everything known of it."""
    low, high = parameter.bounds
    return {
        "name": parameter.name, "meaning": parameter.meaning, "value": parameter.value,
        "unit": parameter.unit,
        "canonical_value": parameter.canonical_value, "canonical_unit": parameter.canonical_unit,
        "between_people": spread_text(parameter.between), "uncertainty": spread_text(parameter.uncertainty),
        "bounds": [low if math.isfinite(low) else None, high if math.isfinite(high) else None],
        "population": parameter.population, "status": parameter.status,
        "status_in_words": words.PARAMETER_STATUSES.get(parameter.status, parameter.status),
        "sources": list(parameter.sources), "how": parameter.how,
        "used_by": [organ.name for organ in body.organs if parameter in parameters_of(organ, body)],
    }  # fmt: skip


def spread_text(spread: Spread | None) -> str | None:
    """A distribution in a few words, or None."""
    if spread is None:
        return None
    if spread.kind in ("uniform", "loguniform"):
        return f"{spread.kind} from {spread.low:g} to {spread.high:g}"
    return f"normal, SD {spread.sd:g}" if spread.kind == "normal" else f"lognormal, CV {spread.cv:g}"
