"""What is entered is evidence with error: hidden facts drawn for each virtual person.

A proposal guided by what is entered visits rare explanations often enough; each person's weight gives back
what the proposal took. Without such explanations severe real cases look impossible, and what they make of
somebody with no laboratory value would hang on the few people who happen to have one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtri

from epsom.inference.timeline import LOW, magnesium_labs, total_serum
from epsom.physiology.modifiers import effects_of_drug
from epsom.physiology.symptoms import symptom_models

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from epsom.core.names import Symptom
    from epsom.core.records import Case
    from epsom.physiology.modifiers import Modifier
    from epsom.simulation.crowd import Crowd

    Array = NDArray[np.float64]

Pull = Literal["high", "low", "none"]
#: Above this, in mmol/L, a measured value pulls proposals towards explanations of excess.
_PULLED_HIGH = 1.15
#: Chance with which a pulled proposal visits an explanation, and one that no value pulls either way.
_VISITED, _VISITED_UNTOLD = 0.35, 0.12
#: The same for a loss that would bring what is there, and for being susceptible to a drug that costs it.
_VISITED_SUSPECTED, _VISITED_SUSCEPTIBLE = 0.5, 0.2
#: What decides how deep a loss goes, and the power to which chances are taken, so that the proposal leans to
#: low values; no weight grows by more than the power.
_LEANING = (("gitelman_syndrome/threshold_shift", 3.0), ("renal_threshold", 2.0))
#: Spread of pulled dose errors relative to the prior's.
_WIDENED = 1.8
#: Days before the question within which an unlisted injury or stasis began.
_BEGAN_DAYS = (1.0, 10.0)


@dataclass
class Latents:
    """Hidden facts of each person.

    Attributes
    ----------
    log_ratio
        Logarithm of prior over proposal, shape (people,).
    injured, stalled, wasting
        Whether there is acute kidney injury, bowel stasis, or renal wasting nobody entered.
    began
        How many days before the question an injury or stasis began.
    dose_factor
        True over reported dose, by supplement number.
    """

    log_ratio: Array
    injured: NDArray[np.bool_]
    stalled: NDArray[np.bool_]
    wasting: NDArray[np.bool_]
    began: Array
    dose_factor: dict[int, Array] = field(default_factory=dict)

    def subset(self, rows: NDArray[np.int64]) -> Latents:
        """The hidden facts of the people of these rows."""
        return Latents(
            self.log_ratio[rows], self.injured[rows], self.stalled[rows], self.wasting[rows],
            self.began[rows], {number: factor[rows] for number, factor in self.dose_factor.items()},
        )  # fmt: skip


def pull_of(case: Case) -> Pull:
    """Which way the magnesium laboratory values pull, as total serum magnesium."""
    values = [total_serum(lab) for _, lab in magnesium_labs(case)]
    if any(value > _PULLED_HIGH for value in values):
        return "high"
    return "low" if any(value < LOW for value in values) else "none"


def draw_latents(case: Case, crowd: Crowd) -> Latents:
    """Draw the hidden facts of ``crowd`` for this case."""
    pull, names = pull_of(case), {condition.name for condition in case.person.conditions}
    older = case.person.age >= 65
    taken = [effect for drug in case.person.drugs for effect in effects_of_drug(drug.name)]
    at_risk = {
        "injury": older or "chronic_kidney_disease" in names,
        "stasis": older or "chronic_constipation" in names,
        "wasting": any(effect.costs_magnesium for effect in taken)
        or bool(names & {"cancer", "eating_disorder", "alcohol_use_disorder"}),
    }
    ratio = np.zeros(len(crowd))
    found = {}
    explanations: tuple[tuple[str, Pull, set[str]], ...] = (
        ("injury", "high", {"acute_kidney_injury"}),
        ("stasis", "high", {"ileus", "bowel_obstruction"}),
        ("wasting", "low", {"gitelman_syndrome"}),
    )
    suspected = False
    for name, wanted, listed in explanations:
        if names & listed:
            # What is entered acts through the condition itself.
            found[name] = np.zeros(len(crowd), dtype=bool)
            continue
        record = crowd.registry[f"{name}_chance{'_at_risk' if at_risk[name] else ''}"]
        chance, visited = record.canonical_value, _visited(case, pull, wanted)
        if name == "wasting" and _suspected(case, chance):
            suspected, visited = True, _VISITED_SUSPECTED
        found[name], change = _bernoulli(crowd, f"latent/{name}", chance, visited)
        ratio += change
    if suspected:
        ratio += _deeper(crowd, found["wasting"]) + _susceptible(crowd, taken)
    low, high = _BEGAN_DAYS
    began = low + (high - low) * crowd.uniform("latent/began")
    latents = Latents(ratio, found["injury"], found["stasis"], found["wasting"], began)
    for number in range(len(case.supplements)):
        latents.dose_factor[number], change = _dose_factor(crowd, number, pull, _visited(case, pull, "high"))
        latents.log_ratio += change
    return latents


def _visited(case: Case, pull: Pull, wanted: Pull) -> float:
    """Chance with which an explanation of a ``wanted`` pull is visited; 0 leaves it at its own chance."""
    if pull == wanted:
        return _VISITED
    return _VISITED_UNTOLD if pull == "none" and (wanted == "low" or case.supplements) else 0.0


def _suspected(case: Case, chance: float) -> bool:
    """Whether something is there that people with a loss, of this chance, have as often as all others.

    With nothing measured the answer then hangs on how many lose magnesium so deeply that it shows.
    """
    there: set[Symptom] = {case.question, *(entry.name for entry in case.symptoms if entry.present)}
    return not magnesium_labs(case) and any(chance * _raised_by_lack(name) >= 1.0 for name in there)


def _raised_by_lack(symptom: Symptom) -> float:
    """How many times as often as all else a full lack brings the symptom."""
    model = symptom_models()[symptom]
    links = [link for link in model.links if link.cause == "magnesium_deficiency"]
    absolute = sum(link.strength.median for link in links if not link.relative)
    return absolute / model.background.median + sum(link.strength.median for link in links if link.relative)


def _deeper(crowd: Crowd, losing: NDArray[np.bool_]) -> Array:
    """Let those who lose magnesium lose it deeply more often than they do; the logarithm of their weight.

    What a loss brings may hang on its far tail alone: without this one of a thousand people decided.
    """
    ratio = np.zeros(len(crowd))
    for name, power in _LEANING:
        lean = np.where(losing, power, 1.0)
        chances = crowd.uniform(f"person/{name}") ** lean
        crowd.replace_uniform(f"person/{name}", chances)
        ratio += np.log(lean) + (1.0 - 1.0 / lean) * np.log(chances)
    return ratio


def _susceptible(crowd: Crowd, effects: Iterable[Modifier]) -> Array:
    """Visit the few whom a drug costs much magnesium; the logarithm of everyone's weight."""
    shares = {e.of: e.susceptible_share for e in effects if e.costs_magnesium and e.susceptible_share > 0}
    ratio = np.zeros(len(crowd))
    for of, share in shares.items():
        name = f"susceptible/{of}"
        happens, change = _bernoulli(crowd, name, share, _VISITED_SUSCEPTIBLE)
        # Back on the drug's own scale, where chances below the share are those of the susceptible.
        own, weight = crowd.uniform(name), np.exp(change)
        crowd.replace_uniform(name, np.where(happens, own * weight, 1.0 - (1.0 - own) * weight))
        ratio += change
    return ratio


def _bernoulli(crowd: Crowd, name: str, chance: float, visited: float) -> tuple[NDArray[np.bool_], Array]:
    proposed = max(chance, visited)
    happens = crowd.uniform(name) < proposed
    return happens, np.where(happens, np.log(chance / proposed), np.log((1 - chance) / (1 - proposed)))


def _dose_factor(crowd: Crowd, number: int, pull: Pull, visited: float) -> tuple[Array, Array]:
    """True over reported dose: mostly near one, with a heavy tail that a pulled proposal explores."""
    share = crowd.registry["dose_tail_share"].canonical_value
    narrow, wide = (_sigma(crowd.registry[f"dose_{kind}_cv"].canonical_value) for kind in ("report", "tail"))
    visited = max(share, visited)
    width = _WIDENED * wide if pull == "high" else wide
    in_tail = crowd.uniform(f"latent/dose_kind/{number}") < visited
    logarithm = ndtri(crowd.uniform(f"latent/dose/{number}")) * np.where(in_tail, width, narrow)
    prior = share * _normal(logarithm, wide) + (1 - share) * _normal(logarithm, narrow)
    proposal = visited * _normal(logarithm, width) + (1 - visited) * _normal(logarithm, narrow)
    return np.exp(logarithm), np.log(prior / proposal)


def _sigma(cv: float) -> float:
    return float(np.sqrt(np.log1p(cv**2)))


def _normal(x: Array, sigma: float) -> Array:
    return np.exp(-0.5 * (x / sigma) ** 2) / sigma
