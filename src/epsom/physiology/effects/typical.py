"""A typical adult as effects see one: what the body would give, with anything changed that is of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.evidence import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: What a usual state is read from: a parameter of that value, or another name that it follows.
_FOLLOWS: Mapping[str, str] = {
    "plasma_concentration": "reference_concentration",
    "vessel_magnesium": "plasma_concentration",
    "csf_concentration": "csf_reference_concentration",
    "muscle_free_magnesium": "muscle_free_reference",
    "serum_potassium": "usual_potassium",
    "colon_emptying": "colon_transit",
    "ph": "usual_ph",
}
_PLAIN: Mapping[str, float] = {
    "age": 50.0, "female": 0.5, "held_water": 0.0, "used_to_water": 0.0, "colon_water": 0.0,
    "sensitization": 0.0, "lasting_tension": 0.0,
}  # fmt: skip


_COMPUTED: Mapping[str, Callable[[Callable[[str], Any]], Any]] = {
    "ionized_share": lambda given: given("ionized_share_of_filterable") * (1 - given("protein_bound_share")),
    "ionized_concentration": lambda given: given("plasma_concentration") * given("ionized_share"),
    "ionized_calcium": lambda given: given("usual_calcium") * given("ionized_calcium_share"),
}


def _center(name: str) -> float:
    return registry()[name].canonical_value


def typical(parameter: Callable[[str], Any] = _center, /, **changed: Any) -> Callable[[str], Any]:
    """A reader for :func:`epsom.physiology.effects.evaluate`: centers of the registry, usual states.

    Parameters
    ----------
    parameter
        Where parameters are read; by default their centers, for a crowd its ``value``.
    changed
        Canonical values of states, readings, facts or parameters that are not usual. Changing
        ``plasma_concentration`` changes ionized magnesium and what vessels feel with it.
    """

    def given(name: str) -> Any:
        if name in changed:
            return changed[name]
        if name in _FOLLOWS:
            return given(_FOLLOWS[name])
        if name in _COMPUTED:
            return _COMPUTED[name](given)
        return _PLAIN[name] if name in _PLAIN else parameter(name)

    return given
