"""The body read with numbers: constants of people, readings of states, and the plain rate of change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.physiology.builder.body import COVARIATES, Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Values = dict[str, "NDArray[np.float64]"]


def constants(body: Body, given: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Constants of each person, shape (people, constants), derived ones filled in.

    Parameters
    ----------
    given
        Canonical values by name, shape (people,); every covariate is required, a parameter that is missing
        takes the registry's value.

    Raises
    ------
    KeyError
        If a covariate is missing.
    """
    count = len(next(iter(given.values())))
    values: Values = {name: np.asarray(given[name], dtype=float) for name in COVARIATES}
    for parameter in body.parameters:
        value = given.get(parameter.name)
        values[parameter.name] = (
            np.full(count, parameter.canonical_value) if value is None else np.asarray(value)
        )
    for term in body.derived:
        values[term.name] = np.broadcast_to(term.function(*(values[n] for n in term.needs)), count)
    return np.column_stack([values[name] for name in body.constant_names])


class Readings(dict[str, "NDArray[np.float64]"]):
    """Every state, input and constant by name, and each reading once it is asked for by ``[name]``.

    Arrays broadcast together: the last axis of ``states``, ``constant_values`` and ``inputs`` runs over
    names; the axes before it must broadcast against each other, for example (people, times, states) with
    (people, 1, constants).

    Raises
    ------
    KeyError
        When asked for a name the body does not have.
    """

    def __init__(
        self,
        body: Body,
        states: NDArray[np.float64],
        constant_values: NDArray[np.float64],
        inputs: NDArray[np.float64],
    ) -> None:
        super().__init__({state.name: states[..., i] for i, state in enumerate(body.states)})
        self.update({name: constant_values[..., i] for i, name in enumerate(body.constant_names)})
        self.update({item.name: inputs[..., i] for i, item in enumerate(body.inputs)})
        self._terms = {term.name: term for term in body.readings}

    def __missing__(self, name: str) -> NDArray[np.float64]:
        term = self._terms[name]
        self[name] = value = np.asarray(term.function(*(self[need] for need in term.needs)))
        return value


def readings(
    body: Body,
    states: NDArray[np.float64],
    constant_values: NDArray[np.float64],
    inputs: NDArray[np.float64],
) -> Values:
    """Every state, input, constant and reading by name, as :class:`Readings` has them."""
    values = Readings(body, states, constant_values, inputs)
    return {name: values[name] for name in (*values, *(term.name for term in body.readings))}


def flows(body: Body, values: Mapping[str, NDArray[np.float64]]) -> Values:
    """The flow of every flux, from the values :func:`readings` gives, in amount per hour."""
    found: Values = {}
    for flux in body.fluxes:
        rate = flux.function(*(values[name] for name in flux.needs))
        found[flux.name] = rate * values[flux.leaves] if flux.leaves else rate
    return found


def rate_of_change(body: Body, values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Derivative of every state per hour, last axis over states, in plain numbers."""
    flow = flows(body, values)
    slopes = [np.zeros_like(np.asarray(values[state.name], dtype=float)) for state in body.states]
    for flux in body.fluxes:
        if flux.leaves:
            slopes[body.state_index[flux.leaves]] = slopes[body.state_index[flux.leaves]] - flow[flux.name]
        if flux.enters:
            slopes[body.state_index[flux.enters]] = slopes[body.state_index[flux.enters]] + flow[flux.name]
    for name, term in body.slopes.items():
        slopes[body.state_index[name]] = term.function(*(values[n] for n in term.needs))
    for name, fluxes in body.meters.items():
        slopes[body.state_index[name]] = np.sum([flow[f] if f in flow else values[f] for f in fluxes], axis=0)
    return np.stack(np.broadcast_arrays(*slopes), axis=-1)
