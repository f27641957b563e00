"""Virtual people: who they are, and every number of their bodies, drawn person by person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.distributions import Spread
from epsom.core.evidence import Registry, registry
from epsom.core.kidney import creatinine_for
from epsom.core.units import conversion
from epsom.physiology.builder import numbers
from epsom.simulation.draws import draw_parameter, spread_between
from epsom.simulation.streams import uniforms_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from epsom.core.evidence import Parameter
    from epsom.physiology.builder.body import Body

    Array = NDArray[np.float64]

#: Creatinine of 1 mg/dL in mmol/L.
_CREATININE = conversion("mg/dL", "creatinine").factor
_FILTRATION = conversion("mL/min").factor


@dataclass(frozen=True)
class Normal:
    """A value with a spread: normal, cut off at ``low`` and ``high``; without ``sd`` everyone has it."""

    mean: float
    sd: float = 0.0
    low: float = -np.inf
    high: float = np.inf

    def at(self, chances: Array) -> Array:
        """The values at these cumulative probabilities."""
        if self.sd == 0:
            return np.full(len(chances), min(max(self.mean, self.low), self.high))
        return Spread("normal", sd=self.sd).quantile(chances, self.mean, (self.low, self.high))


@dataclass(frozen=True)
class Description:
    """What is said about the people; None is drawn from the adult population.

    Units: years, kg, m, and for ``filtration`` L/h, per 1.73 m2 unless ``filtration_absolute``; ``intake`` is
    the habitual magnesium of food in mmol/h.
    """

    age: Normal | None = None
    female_share: float | None = None
    weight: Normal | None = None
    height: Normal | None = None
    filtration: Normal | None = None
    filtration_absolute: bool = False
    intake: Normal | None = None
    kidney_disease: bool = False
    on_dialysis: bool = False
    pregnant: bool = False


@dataclass
class Crowd:
    """People and their numbers.

    Attributes
    ----------
    seed
        Of everything drawn.
    indices
        Which people of the seed's endless crowd these are, ascending, shape (people,).
    covariates
        Canonical values by name, each of shape (people,).
    intake
        Habitual magnesium of food, mmol/h, shape (people,).
    centers
        Parameter sets other than the calibrated ones, as `epsom.simulation.draws.draw_parameter` takes them.
    """

    seed: int
    indices: NDArray[np.int64]
    registry: Registry = field(default_factory=registry)
    covariates: dict[str, Array] = field(default_factory=dict)
    intake: Array = field(default_factory=lambda: np.empty(0))
    centers: Mapping[str, Array] | None = None
    _values: dict[str, Array] = field(default_factory=dict)
    _chances: dict[str, Array] = field(default_factory=dict)
    _asked: dict[str, None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.indices)

    def uniform(self, name: str) -> Array:
        """The people's chances for the quantity ``name``, strictly between 0 and 1."""
        self._asked[name] = None
        return self._chances[name] if name in self._chances else uniforms_at(self.seed, name, self.indices)

    @property
    def asked(self) -> tuple[str, ...]:
        """Names of the chances by which anything was drawn so far."""
        return tuple(self._asked)

    def draw(self, parameter: Parameter) -> Array:
        """Canonical values of ``parameter``, which need not be the registry's."""
        chances = None if spread_between(parameter) is None else self.uniform(f"person/{parameter.name}")
        return draw_parameter(parameter, self.seed, self.indices, self.centers, chances)

    def value(self, name: str) -> Array:
        """Canonical values of the parameter ``name``; drawn once and kept."""
        if name not in self._values:
            self._values[name] = self.draw(self.registry[name])
        return self._values[name]

    def replace_value(self, name: str, values: Array) -> None:
        """Put ``values`` in the place of what was drawn for ``name``."""
        self._values[name] = values

    def constants(self, body: Body) -> Array:
        """Constants of ``body`` for these people, shape (people, constants)."""
        drawn = {parameter.name: self.value(parameter.name) for parameter in body.parameters}
        return numbers.constants(body, self.covariates | drawn)

    def subset(self, rows: NDArray[np.int64] | slice) -> Crowd:
        """The people of these rows."""
        return Crowd(
            self.seed, self.indices[rows], self.registry,
            {name: values[rows] for name, values in self.covariates.items()},
            self.intake[rows], self.centers,
            {name: values[rows] for name, values in self._values.items()},
            {name: chances[rows] for name, chances in self._chances.items()},
        )  # fmt: skip

    def with_more(self, others: Crowd) -> Crowd:
        """These people and ``others`` of the same seed and sets, whose indices follow."""
        both = (self, others)

        def joined(tables: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
            # What only some have drawn is drawn again for all when asked for.
            return {
                name: np.concatenate([t[name] for t in tables]) for name in tables[0] if name in tables[1]
            }

        given = dict.fromkeys(name for crowd in both for name in crowd._chances)
        return Crowd(
            self.seed, np.concatenate([crowd.indices for crowd in both]), self.registry,
            joined([crowd.covariates for crowd in both]), np.concatenate([crowd.intake for crowd in both]),
            self.centers, joined([crowd._values for crowd in both]),
            {name: np.concatenate([crowd.uniform(name) for crowd in both]) for name in given},
            self._asked | others._asked,
        )  # fmt: skip


def draw_crowd(
    seed: int,
    indices: NDArray[np.int64],
    description: Description,
    fixed: Mapping[str, Array] | None = None,
    evidence: Registry | None = None,
    centers: Mapping[str, Array] | None = None,
    chances: Mapping[str, Array] | None = None,
) -> Crowd:
    """Draw the people at ``indices``.

    Parameters
    ----------
    fixed
        Parameter values that replace drawn ones, canonical, by name.
    centers
        Parameter sets that replace the calibrated ones.
    chances
        Chances in the place of the seed's, by the name of what is drawn by them.
    """
    crowd = Crowd(
        seed, indices, evidence or registry(), centers=centers, _values=dict(fixed or {}),
        _chances=dict(chances or {}),
    )  # fmt: skip
    female = _sex(crowd, description)
    age = _given(crowd, "age", description.age, lambda: crowd.value("adult_age"))
    weight = _given(crowd, "weight", description.weight, lambda: _by_sex(crowd, "weight", female))
    height = _given(crowd, "height", description.height, lambda: _by_sex(crowd, "height", female))
    albumin = crowd.value("usual_albumin")
    if description.pregnant:
        albumin = albumin * crowd.value("albumin_in_pregnancy")
    crowd.covariates = {
        "age": age, "female": female, "weight": weight, "height": height,
        "albumin": albumin, "ph": crowd.value("usual_ph"),
    }  # fmt: skip
    filtration = _filtration(crowd, description)
    crowd.covariates["filtration"] = filtration
    crowd.covariates["creatinine"] = creatinine_for(filtration / _FILTRATION, age, female) * _CREATININE
    if "muscle_free_reference" not in (fixed or {}):
        crowd.replace_value("muscle_free_reference", _muscle_free(crowd, age))
    crowd.intake = _given(crowd, "intake", description.intake, lambda: _by_sex(crowd, "intake", female))
    return crowd


def _given(crowd: Crowd, name: str, given: Normal | None, otherwise: Callable[[], Array]) -> Array:
    return otherwise() if given is None else given.at(crowd.uniform(f"given/{name}"))


def _sex(crowd: Crowd, description: Description) -> Array:
    share = description.female_share
    if share is None:
        share = crowd.registry["female_share"].canonical_value
    return (crowd.uniform("female") < (1.0 if description.pregnant else share)).astype(float)


def _by_sex(crowd: Crowd, name: str, female: Array) -> Array:
    return np.where(female > 0, crowd.value(f"{name}_women"), crowd.value(f"{name}_men"))


def _filtration(crowd: Crowd, description: Description) -> Array:
    if description.filtration is not None:
        given = description.filtration.at(crowd.uniform("given/filtration"))
        return given / _relative_surface(crowd) if description.filtration_absolute else given
    if description.on_dialysis:
        return crowd.value("filtration_hemodialysis")
    if description.kidney_disease:
        return crowd.value("filtration_kidney_disease")
    past = np.maximum(crowd.covariates["age"] - crowd.value("filtration_fall_age"), 0.0)
    aged = crowd.value("filtration_young") - crowd.value("filtration_fall") * past
    return np.maximum(aged, crowd.value("filtration_floor"))


def _muscle_free(crowd: Crowd, age: Array) -> Array:
    """Free magnesium of muscle at the reference concentration falls with age (anon2001gastrocnemius)."""
    years = age - crowd.value("muscle_free_age")
    return crowd.value("muscle_free_reference") * (1 - crowd.value("muscle_free_age_fall") * years)


def _relative_surface(crowd: Crowd) -> Array:
    """Body surface over the reference surface, as the kidney of the body has it."""
    from epsom.physiology.organs.kidney import body_surface

    surface = body_surface(
        crowd.covariates["weight"], crowd.covariates["height"], crowd.value("body_surface_constant")
    )
    return surface / crowd.value("reference_body_surface")
