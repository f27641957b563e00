"""People whose true cause is known: drawn from the model, asked as real people are, and answered anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np

from epsom.core.documents import case_from_tree
from epsom.core.names import CAUSES
from epsom.inference.onsets import window_days
from epsom.inference.others import deviates, flag_chances
from epsom.inference.persona import Persona, live
from epsom.inference.posterior import Posterior, posterior, rows_over
from epsom.inference.rates import Rates
from epsom.inference.readings import now
from epsom.inference.signs import affirmed
from epsom.simulation.fast.engine import FastEngine

ASKED = date(2026, 6, 1)
#: Error of a remembered date, as the inference has it.
MEMORY = 0.08


@dataclass(frozen=True, eq=False)
class Template:
    """What many people have in common: who they are and what they take, but not how they feel."""

    question: str
    person: dict
    supplements: list
    symptoms: tuple[str, ...]
    flags: tuple[str, ...] = ("fever", "recent_trauma")
    diet: dict | None = None

    def tree(self, onset: str | None = None, symptoms: tuple = (), flags: dict | None = None) -> dict:
        own = {"name": self.question} | ({"onset": onset} if onset else {})
        return {
            "schema": "epsom.case/1", "question": self.question, "asked_on": ASKED.isoformat(),
            "person": self.person, "supplements": self.supplements, "symptoms": [own, *symptoms],
            "red_flags": flags or {},
        } | ({"diet": self.diet} if self.diet else {})  # fmt: skip


@cache
def crowd_of(question: str, template: Template, people: int, seed: int) -> tuple[Persona, Rates]:
    persona = live(case_from_tree(template.tree()), people, seed, FastEngine())
    return persona, Rates(persona)


@dataclass(frozen=True)
class Truth:
    """One simulated person: the true cause, what is true of the body, and what was reported."""

    cause: str
    quantities: dict[str, float]
    tree: dict


QUANTITIES = ("serum", "filtration", "stool", "reporting", "background")


def quantities(persona: Persona, rates: Rates) -> dict[str, np.ndarray]:
    """Five quantities of each person and draw, broadcastable to (people, draws)."""
    last = float(persona.clock.days - 1)
    return {
        "serum": now(persona)[:, None],
        "filtration": persona.crowd.covariates["filtration"][:, None],
        "stool": persona.lived.over_day("stool_passed", last)[:, None],
        "reporting": deviates("reporting")[None, :],
        "background": rates.magnesium(persona.case.question).background[:1],
    }


def people_with_known_cause(
    template: Template,
    count: int,
    seed: int,
    people: int = 512,
    clustering: float = 1.0,
    cause: str | None = None,
) -> list[Truth]:
    """Draw people who ask because the symptom came, in proportion to how often it does.

    ``clustering`` above 1 lets people affirm symptoms together more than the model knows; ``cause`` draws
    those alone whom it made ask.
    """
    persona, rates = crowd_of(template.question, template, people, 1000 + seed)
    rng = np.random.default_rng(seed)
    whole = window_days(persona)
    weight = rows_over(persona, rates, whole) * np.exp(persona.log_prior)[None, :, None]
    found = posterior(persona, rates)
    if cause is not None:
        weight = weight * np.isin(np.arange(len(weight)), found.rows_of(cause))[:, None, None]
    flat = rng.choice(weight.size, size=count, p=(weight / weight.sum()).ravel())
    held = quantities(persona, rates)
    chances = {name: affirmed(persona, rates, name) for name in template.symptoms}
    people_told = []
    for row, i, d in zip(*np.unravel_index(flat, weight.shape), strict=True):
        state = max(0, row - len(found.pathways) + 1)
        by_day = _by_day(rates.magnesium(template.question), found.ways[row], i, d, whole)
        tree = _report(template, persona, rng, by_day, chances, (state, i, d), clustering)
        shape = weight.shape[1:]
        true = {name: float(np.broadcast_to(values, shape)[i, d]) for name, values in held.items()}
        people_told.append(Truth(found.causes[row], true, tree))
    return people_told


def _by_day(hazards, way, i: int, d: int, whole: np.ndarray) -> np.ndarray:
    """How likely each day of the window is the onset's, given what caused it."""
    links = [n for n, link in enumerate(hazards.links) if (link.cause, link.pathway) == way]
    if not links:
        return whole
    return (
        sum(hazards.drivers(n, hazards.stood.turns[i, d])[i] * hazards.strengths[n, d] for n in links) * whole
    )


def _report(template, persona, rng, by_day, chances, place, clustering) -> dict:
    day = int(rng.choice(len(by_day), p=by_day / by_day.sum()))
    back = persona.clock.days - 1 - day
    if day == 0:
        back += int(rng.uniform(0, max(window_days(persona)[0] - 1, 0)))
    back = max(0, round(back + rng.normal() * MEMORY * back))
    told = []
    nudge = rng.normal() * np.log(clustering) * 1.5
    for name, chance in chances.items():
        p = float(np.broadcast_to(chance, (chance.shape[0], len(persona.crowd), chance.shape[2]))[place])
        p = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + nudge)))
        told.append({"name": name, "present": bool(rng.random() < p)})
    state, _, d = place
    flags = {name: bool(rng.random() < flag_chances(name)[state, d]) for name in template.flags}
    return template.tree((ASKED - timedelta(days=back)).isoformat(), tuple(told), flags)


def answered(template: Template, truth: Truth, people: int = 512, seed: int = 1) -> Posterior:
    """The posterior for what this person reported, from a crowd that knows nothing of the truth."""
    persona, rates = crowd_of(template.question, template, people, seed)
    return posterior(replace(persona, case=case_from_tree(truth.tree)), rates)


def chances(found: Posterior) -> np.ndarray:
    """Probability of each cause, in the contract's order."""
    return np.array([found.weight[found.rows_of(cause)].sum() for cause in CAUSES])


def rank(found: Posterior, cause: str, name: str, value: float, rng: np.random.Generator) -> float:
    """Where the true value lies in the posterior given the true cause, 0 to 1; ties are broken at random."""
    joint = found.weight[found.rows_of(cause)].sum(axis=0)
    held = np.broadcast_to(quantities(found.persona, found.rates)[name], joint.shape)
    below, same = float(joint[held < value].sum()), float(joint[held == value].sum())
    return (below + rng.random() * same) / float(joint.sum())
