"""Where people are looked for: mixtures of proposals over the chances by which they differ.

A chance is a uniform number behind a quantity of a person. A proposal lets some of them lie where what was
entered asks for; everyone's weight, the prior's density over that of all waves together, gives it back
(E. Veach & L. Guibas, SIGGRAPH 1995, the balance heuristic).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from epsom.simulation.draws import PARAMETER_SETS, set_of
from epsom.simulation.streams import uniforms_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from epsom.simulation.crowd import Crowd

    Array = NDArray[np.float64]


#: Steps of the golden ratio put people evenly on the parts of a mixture, in every parameter set.
_GOLDEN = 0.5 * (np.sqrt(5.0) - 1.0)


class Marginal(Protocol):
    """How a proposal spreads one chance, whose prior is even between 0 and 1."""

    def at(self, even: Array) -> Array:
        """Proposed chances of people whose own are ``even``."""
        ...

    def log_density(self, chances: Array) -> Array:
        """Logarithm of the density at ``chances``."""
        ...


@dataclass(frozen=True)
class Visit:
    """Something that happens below ``share`` is visited with the chance ``visited``, both inside 0 to 1."""

    share: float
    visited: float

    def at(self, even: Array) -> Array:
        """Proposed chances of people whose own are ``even``."""
        return np.interp(even, [0.0, self.visited, 1.0], [0.0, self.share, 1.0])

    def log_density(self, chances: Array) -> Array:
        """Logarithm of the density at ``chances``."""
        seen, unseen = np.log(self.visited / self.share), np.log((1 - self.visited) / (1 - self.share))
        return np.where(chances < self.share, seen, unseen)


@dataclass(frozen=True)
class Shift:
    """Normal deviates around ``mean`` with ``sd`` in the place of standard ones."""

    mean: float
    sd: float

    def at(self, even: Array) -> Array:
        """Proposed chances of people whose own are ``even``."""
        return np.clip(ndtr(self.mean + self.sd * ndtri(even)), 1e-15, 1.0 - 1e-15)

    def log_density(self, chances: Array) -> Array:
        """Logarithm of the density at ``chances``."""
        deviate = ndtri(chances)
        return 0.5 * (deviate**2 - ((deviate - self.mean) / self.sd) ** 2) - np.log(self.sd)


@dataclass(frozen=True)
class Proposal:
    """A mixture: each part of it, with its share of the people, spreads the chances it names on its own."""

    shares: tuple[float, ...]
    parts: tuple[Mapping[str, Marginal], ...]

    def chances(self, seed: int, indices: NDArray[np.int64]) -> dict[str, Array]:
        """Chances, by name, of the people at ``indices`` for everything that some part names."""
        part = np.searchsorted(np.cumsum(self.shares[:-1]), (indices * _GOLDEN) % 1.0, side="right")
        found = {}
        for name in dict.fromkeys(name for marginals in self.parts for name in marginals):
            found[name] = chances = uniforms_at(seed, name, indices)
            for number, marginals in enumerate(self.parts):
                if name in marginals:
                    rows = part == number
                    chances[rows] = marginals[name].at(chances[rows])
        return found

    def log_density(self, crowd: Crowd) -> Array:
        """Logarithm of the density of each person's chances over the prior's, shape (people,)."""
        return np.logaddexp.reduce(self._by_part(crowd))

    def responsible(self, crowd: Crowd) -> Array:
        """Chance that each person came by each part, shape (parts, people)."""
        by_part = self._by_part(crowd)
        return np.exp(by_part - np.logaddexp.reduce(by_part))

    def _by_part(self, crowd: Crowd) -> Array:
        parts = [
            np.log(share) + sum((m.log_density(crowd.uniform(name)) for name, m in marginals.items()), 0.0)
            for share, marginals in zip(self.shares, self.parts, strict=True)
        ]
        return np.array([np.broadcast_to(part, len(crowd)) for part in parts])


@dataclass(frozen=True)
class Wave:
    """People drawn by one proposal. Which parameter sets they are of is part of who was looked for."""

    proposal: Proposal
    indices: NDArray[np.int64]

    def log_density(self, crowd: Crowd) -> Array:
        """Logarithm of the density of each person of ``crowd`` over the prior's, shape (people,)."""
        counts = np.bincount(set_of(self.indices), minlength=PARAMETER_SETS)
        with np.errstate(divide="ignore"):
            by_set = np.log(counts * (PARAMETER_SETS / len(self.indices)))
        return by_set[set_of(crowd.indices)] + self.proposal.log_density(crowd)


def wave_of(proposal: Proposal, shares: Array, people: int, after: Wave) -> Wave:
    """As many ``people`` of each parameter set as its share asks, with indices that follow ``after``."""
    edges = np.cumsum(shares) / np.sum(shares) * people
    counts = np.diff(np.round(edges).astype(np.int64), prepend=0)
    first = -(-(int(after.indices[-1]) + 1) // PARAMETER_SETS) * PARAMETER_SETS
    rounds = np.arange(counts.max())
    chosen = np.where(rounds[:, None] < counts[None, :], 1, 0).ravel().nonzero()[0]
    return Wave(proposal, first + chosen)


def log_weights(waves: Sequence[Wave], crowd: Crowd) -> Array:
    """Logarithm of the prior over the proposal of all ``waves`` together, of each of their people."""
    people = sum(len(wave.indices) for wave in waves)
    densities = [np.log(len(wave.indices) / people) + wave.log_density(crowd) for wave in waves]
    return -np.logaddexp.reduce(densities)
