"""What is entered is evidence with error: hidden facts drawn for each virtual person.

A proposal guided by what is entered visits rare explanations often enough; each person's weight gives back
what the proposal took. Without such explanations severe real cases look impossible, and what they make of
somebody with no laboratory value would hang on the few people who happen to have one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtr, ndtri

from epsom.inference.proposals import Marginal, Proposal, Shift, Visit
from epsom.inference.timeline import LOW, magnesium_labs, total_serum
from epsom.physiology.modifiers import effects_of_drug
from epsom.physiology.symptoms import symptom_models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from epsom.core.evidence import Registry
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
#: The same for a loss that would bring what is there, and for being susceptible to drugs that cost it.
_VISITED_SUSPECTED, _VISITED_SUSCEPTIBLE = 0.4, 0.2
#: What decides how deep a loss through the kidneys goes, or a lack for want of uptake, and where its proposal
#: leans: to where simulated people have it whose lack shows.
_LEANING: Mapping[str, Mapping[str, Marginal]] = {
    "threshold_shift": {
        "person/gitelman_syndrome/threshold_shift": Shift(-1.2, 1.2),
        "person/renal_threshold": Shift(-0.6, 1.1),
        "person/gland_gate_half": Shift(0.4, 1.1),
        "person/filtration_of_magnesium": Shift(0.35, 1.05),
        "person/filtration_young": Shift(0.35, 1.05),
        "person/usual_ph": Shift(0.3, 1.05),
        "person/usual_albumin": Shift(-0.3, 1.05),
        "person/parathyroid_maximum": Shift(-0.25, 1.05),
    },
    "uptake_share": {
        "person/linear_uptake": Shift(-0.8, 1.3),
        "person/upper_uptake_maximum": Shift(-0.8, 1.3),
    },
}
#: Where a measured value pulls high, reported doses are visited as far off as this.
_FAR_OFF = Shift(0.0, 2.0)
#: A chance that is all but certain; a proposal must leave some to what it does not look for.
_ALMOST = 0.999
#: Days before the question within which an unlisted injury or stasis began.
_BEGAN_DAYS = (1.0, 10.0)


@dataclass
class Latents:
    """Hidden facts of each person.

    Attributes
    ----------
    injured, stalled, wasting
        Whether there is acute kidney injury, bowel stasis, or renal wasting nobody entered.
    began
        How many days before the question an injury or stasis began.
    dose_factor
        True over reported dose, by supplement number.
    """

    injured: NDArray[np.bool_]
    stalled: NDArray[np.bool_]
    wasting: NDArray[np.bool_]
    began: Array
    dose_factor: dict[int, Array] = field(default_factory=dict)

    def subset(self, rows: NDArray[np.int64]) -> Latents:
        """The hidden facts of the people of these rows."""
        return Latents(
            self.injured[rows], self.stalled[rows], self.wasting[rows],
            self.began[rows], {number: factor[rows] for number, factor in self.dose_factor.items()},
        )  # fmt: skip

    def with_more(self, others: Latents) -> Latents:
        """The hidden facts of these people, followed by those of ``others``."""
        return Latents(
            np.concatenate([self.injured, others.injured]), np.concatenate([self.stalled, others.stalled]),
            np.concatenate([self.wasting, others.wasting]), np.concatenate([self.began, others.began]),
            {n: np.concatenate([own, others.dose_factor[n]]) for n, own in self.dose_factor.items()},
        )  # fmt: skip


def pull_of(case: Case) -> Pull:
    """Which way the magnesium laboratory values pull, as total serum magnesium."""
    values = [total_serum(lab) for _, lab in magnesium_labs(case)]
    if any(value > _PULLED_HIGH for value in values):
        return "high"
    return "low" if any(value < LOW for value in values) else "none"


@dataclass(frozen=True)
class _Explanation:
    """Something nobody entered, the values it would explain, and how often it happens."""

    name: str
    wanted: Pull
    share: float


def _explanations(case: Case, records: Registry) -> list[_Explanation]:
    """What may be hidden; what is entered acts through the condition itself and is not drawn again."""
    names, older = {condition.name for condition in case.person.conditions}, case.person.age >= 65
    at_risk = {
        "injury": older or "chronic_kidney_disease" in names,
        "stasis": older or "chronic_constipation" in names,
        "wasting": any(effect.costs_magnesium for effect in _taken(case))
        or bool(names & {"cancer", "eating_disorder", "alcohol_use_disorder"}),
    }
    possible: tuple[tuple[str, Pull, set[str]], ...] = (
        ("injury", "high", {"acute_kidney_injury"}),
        ("stasis", "high", {"ileus", "bowel_obstruction"}),
        ("wasting", "low", {"gitelman_syndrome"}),
    )
    return [
        _Explanation(
            name, wanted, records[f"{name}_chance{'_at_risk' if at_risk[name] else ''}"].canonical_value
        )
        for name, wanted, listed in possible
        if not names & listed
    ]


def _taken(case: Case) -> list[Modifier]:
    return [effect for drug in case.person.drugs for effect in effects_of_drug(drug.name)]


def proposal_for(case: Case, records: Registry) -> Proposal:
    """Where to look for people first, by what is entered."""
    pull = pull_of(case)
    marginals: dict[str, Marginal] = {}
    suspected = None
    for hidden in _explanations(case, records):
        visited = _visited(case, pull, hidden.wanted)
        if hidden.name == "wasting" and _suspected(case, hidden.share):
            suspected = hidden
        elif visited > hidden.share:
            marginals[f"latent/{hidden.name}"] = Visit(hidden.share, visited)
    if pull == "high":
        marginals |= {f"latent/dose/{number}": _FAR_OFF for number in range(len(case.supplements))}
    if suspected is None:
        return Proposal((1.0,), (marginals,))
    return _for_a_loss(marginals, suspected.share, _taken(case))


def _for_a_loss(marginals: dict[str, Marginal], wasting: float, effects: Iterable[Modifier]) -> Proposal:
    """A part for those who waste magnesium, for those whom each drug costs much, and for all others."""
    told = {f"susceptible/{e.of}": (e.susceptible_share, e.input) for e in effects if e.costs_magnesium}
    susceptible = {name: (share, route) for name, (share, route) in told.items() if share > 0}
    named = {"latent/wasting": (wasting, "threshold_shift"), **susceptible}
    both = {name: Visit(share, max(share, _VISITED_SUSCEPTIBLE)) for name, (share, _) in susceptible.items()}
    parts = []
    for name, (share, route) in named.items():
        also = both if name == "latent/wasting" else {}
        parts.append(marginals | also | {name: Visit(share, _ALMOST), **_LEANING[route]})
    parts.append(marginals | {name: Visit(share, 1.0 - _ALMOST) for name, (share, _) in named.items()})
    each = _VISITED_SUSCEPTIBLE / max(len(susceptible), 1)
    visited = (_VISITED_SUSPECTED, *(each for _ in susceptible))
    return Proposal((*visited, 1.0 - sum(visited)), tuple(parts))


def draw_latents(case: Case, crowd: Crowd) -> Latents:
    """The hidden facts of ``crowd`` for this case."""
    found = {name: np.zeros(len(crowd), dtype=bool) for name in ("injury", "stasis", "wasting")}
    for hidden in _explanations(case, crowd.registry):
        found[hidden.name] = crowd.uniform(f"latent/{hidden.name}") < hidden.share
    low, high = _BEGAN_DAYS
    began = low + (high - low) * crowd.uniform("latent/began")
    factors = {number: _dose_factor(crowd, number) for number in range(len(case.supplements))}
    return Latents(found["injury"], found["stasis"], found["wasting"], began, factors)


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


def _dose_factor(crowd: Crowd, number: int) -> Array:
    """True over reported dose: mostly near one, with a heavy tail."""
    share = crowd.registry["dose_tail_share"].canonical_value
    narrow, wide = (_sigma(crowd.registry[f"dose_{kind}_cv"].canonical_value) for kind in ("report", "tail"))
    # Half of the distribution by steps; the other is its mirror image.
    below = np.linspace(-8.0 * wide, 0.0, 801)
    cumulated = share * ndtr(below / wide) + (1 - share) * ndtr(below / narrow)
    deviate = ndtri(crowd.uniform(f"latent/dose/{number}"))
    size = np.interp(-np.abs(deviate), ndtri(cumulated), below)
    return np.exp(np.copysign(size, deviate))


def _sigma(cv: float) -> float:
    return float(np.sqrt(np.log1p(cv**2)))
