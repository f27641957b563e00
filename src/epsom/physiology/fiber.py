"""A muscle fiber in milliseconds: calcium, magnesium, troponin, pump, MgATP and force.

Its own model, apart from the body: calcium released by impulses is bound by troponin, ATP and, in animals,
parvalbumin, and pumped back. Equations after the published fiber models (shorten2007fatigue, baylor1998table,
hollingworth2013comparison); where magnesium acts on release and on troponin follows ogawa1985calcium,
dutka2004effect and balog2001effects. Units: umol/L and ms; free magnesium is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.evidence import data_table, parameter_from_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Free magnesium at which the published constants hold, umol/L.
PUBLISHED_MAGNESIUM = 1000.0
#: States in their order: free calcium, calcium on troponin, calcium and magnesium on parvalbumin, calcium of
#: the store, force relative to the largest.
STATES = ("calcium", "troponin", "parvalbumin_calcium", "parvalbumin_magnesium", "store", "force")


@cache
def constants() -> Mapping[str, float]:
    """Constants by name in umol/L and ms, from ``data/fiber.toml``."""
    tables = data_table("fiber.toml")
    return {name: parameter_from_table(name, table).value for name, table in tables.items()}


@dataclass(frozen=True)
class Fiber:
    """One fiber under steady conditions.

    Attributes
    ----------
    magnesium
        Free magnesium, umol/L.
    parvalbumin
        Total parvalbumin sites, umol/L; human fibers hold nearly none.
    atp
        Total ATP, umol/L; the usual amount when left out.
    changed
        Constants that replace the published ones, by name.
    """

    magnesium: float
    parvalbumin: float = 0.0
    atp: float | None = None
    changed: tuple[tuple[str, float], ...] = ()

    def constant(self, name: str) -> float:
        """The constant called ``name``."""
        return dict(self.changed).get(name, constants()[name])

    @property
    def total_atp(self) -> float:
        """Total ATP, umol/L."""
        return self.constant("atp") if self.atp is None else self.atp

    @property
    def mgatp(self) -> float:
        """ATP that holds magnesium, umol/L."""
        return self.total_atp * self.magnesium / (self.magnesium + self.constant("atp_magnesium"))

    @property
    def buffering(self) -> float:
        """Calcium on ATP per free calcium."""
        return (self.total_atp - self.mgatp) / self.constant("atp_calcium")

    @property
    def release_strength(self) -> float:
        """Release of an impulse relative to the published conditions: less with magnesium, more with ATP."""
        half, atp_half = self.constant("release_magnesium_half"), self.constant("release_atp_half")
        usual = self.constant("atp")
        blocked = (1 + PUBLISHED_MAGNESIUM / half) / (1 + self.magnesium / half)
        return blocked * (self.total_atp / (self.total_atp + atp_half)) / (usual / (usual + atp_half))

    @property
    def troponin_on(self) -> float:
        """Calcium binding to troponin: magnesium takes part of the free sites, at once."""
        binding = self.constant("troponin_magnesium")
        free = (1 + binding * PUBLISHED_MAGNESIUM) / (1 + binding * self.magnesium)
        return self.constant("troponin_on") * free

    @property
    def leak(self) -> float:
        """Resting leak of a full store, umol/L/ms: balances the pump at the published conditions."""
        share = self.constant("leak_channel_share")
        opening = self._opening(self.magnesium) / self._opening(PUBLISHED_MAGNESIUM)
        published = Fiber(PUBLISHED_MAGNESIUM, changed=self.changed)
        return published.pumping(self.constant("rest_calcium")) * (share * opening + 1 - share)

    def _opening(self, magnesium: float) -> float:
        """Opening of the resting release channel: two sites that magnesium blocks."""
        calcium = self.constant("rest_calcium")
        active = calcium / self.constant("channel_calcium_activation")
        shut = calcium / self.constant("channel_calcium_inhibition")
        opened = active / (1 + active + magnesium / self.constant("channel_magnesium_activation"))
        held = 1 + shut + magnesium / self.constant("channel_magnesium_inhibition")
        return (opened / held) ** self.constant("channel_steepness")

    def pumping(self, calcium: float) -> float:
        """Uptake into the store, umol/L/ms."""
        filled = (calcium / self.constant("pump_half")) ** 2
        fuel = self.mgatp / (self.mgatp + self.constant("pump_mgatp_half"))
        return self.constant("pump_rate") * fuel * filled / (1 + filled)

    def start(self) -> Array:
        """Resting states at published calcium, parvalbumin in balance; still to be let settle."""
        calcium = self.constant("rest_calcium")
        binding = self.troponin_on / self.constant("troponin_off") * calcium
        on_calcium = (
            self.constant("parvalbumin_calcium_on") / self.constant("parvalbumin_calcium_off") * calcium
        )
        on_magnesium = (
            self.constant("parvalbumin_magnesium_on") / self.constant("parvalbumin_magnesium_off")
        ) * self.magnesium
        filled = self.parvalbumin / (1 + on_calcium + on_magnesium)
        return np.array([
            calcium, self.constant("troponin_sites") * binding / (1 + binding),
            filled * on_calcium, filled * on_magnesium, self.constant("store"), 0.0,
        ])  # fmt: skip

    def releasing(self, time: float, impulses: Sequence[float]) -> float:
        """Course of release after impulses at these times: a fast rise to the fifth power, then a fall."""
        total = 0.0
        for impulse in impulses:
            since = time - impulse
            if since > 0:
                risen = -np.expm1(-since / self.constant("release_rise"))
                total += risen**5 * np.exp(-since / self.constant("release_fall"))
        return total

    def slopes(self, time: float, states: Array, impulses: Sequence[float]) -> Array:
        """Rates of change of the states, per ms."""
        calcium, troponin, on_calcium, on_magnesium, store, force = states
        sites = self.constant("troponin_sites")
        binding = self.troponin_on * calcium * (sites - troponin) - self.constant("troponin_off") * troponin
        free = self.parvalbumin - on_calcium - on_magnesium
        taking = (
            self.constant("parvalbumin_calcium_on") * calcium * free
            - self.constant("parvalbumin_calcium_off") * on_calcium
        )
        trading = (
            self.constant("parvalbumin_magnesium_on") * self.magnesium * free
            - self.constant("parvalbumin_magnesium_off") * on_magnesium
        )
        fullness = store / self.constant("store")
        opened = self.constant("release_rate") * self.release_strength * self.releasing(time, impulses)
        out = (opened + self.leak) * fullness - self.pumping(calcium)
        return np.array([
            (out - binding - taking) / (1 + self.buffering), binding, taking, trading, -out,
            self._bridging(troponin / sites, force),
        ])  # fmt: skip

    def steady_force(self, calcium: Array) -> Array:
        """Force held at these free calcium concentrations (umol/L), relative to every crossbridge attached.

        As in a skinned fiber or in myofibrils, whose bath holds calcium. Every cycle of a crossbridge splits
        one ATP, so steady ATP splitting is in proportion to it.
        """
        binding = self.troponin_on / self.constant("troponin_off") * calcium
        attaching = self._attaching(binding / (1 + binding))
        return attaching / (attaching + self.constant("bridge_off"))

    def _bridging(self, activation: float, force: float) -> float:
        return self._attaching(activation) * (1 - force) - self.constant("bridge_off") * force

    def _attaching(self, activation: Any) -> Any:
        """Crossbridges attach where both sites of troponin hold calcium; the cycle needs MgATP."""
        fuel = self.mgatp / (self.mgatp + self.constant("bridge_mgatp_half"))
        return self.constant("bridge_on") * fuel * activation**2
