"""What people eat, take and undergo, as event tables: meals, doses, infusions, dialysis, drugs, diseases.

A schedule collects blocks. A block is one kind of event for all people at once: hours and values of shape
(people, events), or (1, events) where everyone shares them. An hour that is missing (NaN) does not happen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.kinds import HOURS_PER_DAY
from epsom.physiology.forms import split
from epsom.simulation.events import ACTIONS, EventTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from epsom.physiology.builder.body import Body
    from epsom.physiology.modifiers import Modifier
    from epsom.simulation.crowd import Crowd

    Array = NDArray[np.float64]

DAY = HOURS_PER_DAY
#: In how many steps an effect with an onset builds up.
_ONSET_STEPS = 8
#: Where each part of a swallowed or inserted form goes.
_TARGETS = {
    "oral": ("stomach_dissolved", "stomach_solid", "gut_inert", "small_bowel_anion"),
    "rectal": ("colon_dissolved", "colon_solid", "gut_inert", "colon_anion"),
}


@dataclass
class Schedule:
    """Events of a crowd being put together.

    Attributes
    ----------
    crowd
        The people.
    label
        Prefix of the pools of a labeled copy; labeled amounts are put there as well.
    """

    crowd: Crowd
    label: str = "labeled_"
    _blocks: list[tuple[str, str, Array, Array]] = field(default_factory=list)
    _meals: list[Array] = field(default_factory=list)

    def block(self, action: str, name: str, hours: ArrayLike, values: ArrayLike) -> None:
        """Add events of one kind.

        ``hours`` is one row for everyone or (people, events); ``values`` one number, or columns and rows that
        broadcast against the hours: (people, 1), (1, events) or (people, events).
        """
        when, what = np.atleast_2d(np.asarray(hours, dtype=float)), np.asarray(values, dtype=float)
        shape = np.broadcast_shapes(when.shape, what.shape)
        self._blocks.append((action, name, np.broadcast_to(when, shape), np.broadcast_to(what, shape)))

    def eat(self, hours: ArrayLike) -> None:
        """Mark the start of meals, which keep the stomach in its fed state for a while."""
        when = np.atleast_2d(np.asarray(hours, dtype=float))
        self._meals.append(np.broadcast_to(when, (len(self.crowd), when.shape[1])))

    def meal(
        self, hours: ArrayLike, magnesium: ArrayLike, bound: ArrayLike = 0.0, labeled: bool = False
    ) -> None:
        """Meals with ``magnesium`` (mmol), of which ``bound`` (mmol) is bound beyond the usual share."""
        self.eat(hours)
        amount = np.asarray(magnesium, dtype=float)
        usual = split("food", self.crowd.value).gut_inert[:, None]
        inert = np.minimum(usual * amount + bound, amount)
        for name, part in (("stomach_dissolved", amount - inert), ("gut_inert", inert)):
            self._put(name, hours, part, labeled)

    def swallow(
        self, form: str, hours: ArrayLike, magnesium: ArrayLike, route: str = "oral", labeled: bool = False
    ) -> None:
        """Doses of ``form`` with ``magnesium`` (mmol each), by mouth or by rectum."""
        amount = np.asarray(magnesium, dtype=float)
        for name, share in zip(_TARGETS[route], split(form, self.crowd.value), strict=True):
            if np.any(share):
                self._put(name, hours, share[:, None] * amount, labeled and not name.endswith("anion"))

    def infuse(self, hours: ArrayLike, magnesium: ArrayLike, duration: float) -> None:
        """Infusions of ``magnesium`` (mmol each) that take ``duration`` h each; they may overlap."""
        rate = np.asarray(magnesium, dtype=float) / duration
        self.block("add", "infusion", hours, rate)
        self.block("add", "infusion", np.asarray(hours, dtype=float) + duration, -rate)

    def inject(self, hours: ArrayLike, magnesium: ArrayLike) -> None:
        """Injections into muscle, mmol each."""
        self.block("put", "injection_depot", hours, magnesium)

    def modify(self, modifier: Modifier, start: float, stop: float = np.inf) -> None:
        """Let a drug or disease act from hour ``start`` until ``stop``, building up over its onset."""
        size = sizes(self.crowd, modifier)[:, None]
        onset = modifier.onset_days * DAY
        steps = _ONSET_STEPS if onset else 1
        hours = start + onset * (np.arange(steps) + 0.5) / steps if onset else np.array([start])
        hours = hours[hours < stop]
        share = size ** (1 / steps) if modifier.action == "scale" else size / steps
        self.block(modifier.action, modifier.input, hours, np.repeat(share, len(hours), axis=1))
        if np.isfinite(stop) and not modifier.lasts:
            done = len(hours)
            undo = share**-done if modifier.action == "scale" else -share * done
            self.block(modifier.action, modifier.input, [stop], undo)

    def tables(self, body: Body) -> list[EventTable]:
        """One event table per person, in order of time; events of the same hour keep the order added."""
        people = len(self.crowd)
        blocks = [*self._blocks, *self._fed_blocks()]
        if not blocks:
            return [
                EventTable(*(np.empty(0, dtype=kind) for kind in (float, np.int32, np.int8, float)))
            ] * people
        hours = np.hstack([np.broadcast_to(block[2], (people, block[2].shape[1])) for block in blocks])
        values = np.hstack([np.broadcast_to(block[3], (people, block[2].shape[1])) for block in blocks])
        places = [(body.state_index if a == "put" else body.input_index)[n] for a, n, _, _ in blocks]
        widths = [block[2].shape[1] for block in blocks]
        target = np.repeat(np.array(places, dtype=np.int32), widths)
        action = np.repeat(np.array([ACTIONS.index(block[0]) for block in blocks], dtype=np.int8), widths)
        order = np.argsort(hours, axis=1, kind="stable")
        happen = np.isfinite(hours).sum(axis=1)
        return [
            EventTable(hours[p, row], target[row], action[row], values[p, row])
            for p in range(people)
            for row in [order[p, : happen[p]]]
        ]

    def _put(self, name: str, hours: ArrayLike, amount: Array, labeled: bool) -> None:
        self.block("put", name, hours, amount)
        if labeled:
            self.block("put", self.label + name, hours, amount)

    def _fed_blocks(self) -> list[tuple[str, str, Array, Array]]:
        """Fed from each meal until it is digested, unless the next comes first."""
        if not self._meals:
            return []
        starts = np.sort(np.hstack(self._meals), axis=1)
        ends = starts + self.crowd.value("fed_duration")[:, None]
        ends[:, :-1][starts[:, 1:] <= ends[:, :-1]] = np.nan
        return [
            ("set", "fed", starts, np.ones_like(starts)),
            ("set", "fed", ends, np.zeros_like(ends)),
        ]


def sizes(crowd: Crowd, modifier: Modifier) -> Array:
    """Size of an effect in each person, with the susceptible few."""
    common = crowd.draw(modifier.size)
    if modifier.susceptible_size is None:
        return common
    susceptible = crowd.uniform(f"susceptible/{modifier.of}") < modifier.susceptible_share
    return np.where(susceptible, modifier.susceptible_size, common)


def starting_inputs(body: Body, crowd: Crowd, modifiers: Sequence[Modifier]) -> Array:
    """Inputs of people in whom ``modifiers`` have long been at work, shape (people, inputs)."""
    inputs = np.tile(np.array([item.default for item in body.inputs]), (len(crowd), 1))
    for modifier in modifiers:
        column = inputs[:, body.input_index[modifier.input]]
        change = sizes(crowd, modifier)
        inputs[:, body.input_index[modifier.input]] = (
            column * change if modifier.action == "scale" else column + change
        )
    return inputs


def meal_hours(crowd: Crowd) -> Array:
    """Hours of the day's three meals."""
    return np.array(
        [crowd.registry[f"{meal}_hour"].canonical_value for meal in ("breakfast", "lunch", "dinner")]
    )


def intake_hours(crowd: Crowd, times_per_day: float, with_food: bool) -> Array:
    """Hours of the day at which a product is taken ``times_per_day`` (a whole number).

    Up to three times: with the meals, or an hour before them; four times: also at bedtime; more often: evenly
    over the waking day.
    """
    first, second, third = meal_hours(crowd)
    bedtime = crowd.registry["bedtime_hour"].canonical_value
    count = round(times_per_day)
    chosen = {
        1: [first],
        2: [first, third],
        3: [first, second, third],
        4: [first, second, third, bedtime],
    }.get(count)
    if chosen is None:
        return np.linspace(first - 1, bedtime, count)
    return np.array(chosen) - (0.0 if with_food else 1.0)
