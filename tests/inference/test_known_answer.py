"""A body whose posterior can be written down: people with log-normal serum and one measured value."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from epsom.core.documents import case_from_tree
from epsom.inference.latents import Latents
from epsom.inference.likelihood import agreement, effective_sample_size, weights
from epsom.inference.persona import Persona
from epsom.inference.timeline import timeline
from epsom.physiology.whole_body import whole_body
from epsom.simulation.crowd import Description, draw_crowd
from epsom.simulation.measures import Course

PEOPLE = 40_000
CENTER, SPREAD = np.log(0.85), 0.08


def people(value: str) -> tuple[Persona, np.ndarray]:
    """People who differ only by the logarithm of their serum magnesium."""
    case = case_from_tree({
        "schema": "epsom.case/1", "asked_on": "2026-06-01", "person": {"age": 50, "sex": "female"},
        "labs": [{"test": "serum_magnesium", "value": value, "taken": "2026-06-01"}],
    })  # fmt: skip
    body, crowd = whole_body(), draw_crowd(3, np.arange(PEOPLE), Description())
    clock = timeline(case, 8.0)
    level = CENTER + SPREAD * norm.ppf(crowd.uniform("toy"))
    hours = np.array([round(clock.moment(case.labs[0].taken), 6)])
    states = np.zeros((PEOPLE, 1, len(body.states)))
    inputs = np.zeros((PEOPLE, 1, len(body.inputs)))
    constants = crowd.constants(body)
    place = body.state_index["plasma_magnesium"]
    states[:, 0, place] = 1.0
    unit = Course(body, crowd, constants, hours, states, inputs).at("plasma_concentration", hours[0] / 24)
    states = states.copy()
    states[:, 0, place] = np.exp(level) / unit
    lived = Course(body, crowd, constants, hours, states, inputs)
    none, zero = np.zeros(PEOPLE, dtype=bool), np.zeros(PEOPLE)
    latents = Latents(none, none, none, zero)
    return Persona(
        case, clock, crowd, latents, (), zero, (), lived, lived, states[:, 0], inputs[:, 0], none
    ), level


def written_down(persona: Persona, value: float) -> tuple[list[float], float, float]:
    """Evidence of nothing unmodeled and of a loss; mean and variance of the logarithm of serum magnesium."""
    registry = persona.crowd.registry
    error = registry["serum_assay_cv"].canonical_value
    chance = registry["unmodeled_loss_chance"].canonical_value
    wide = np.hypot(registry["unmodeled_spread"].canonical_value, error)
    parts = []
    for share, sd in ((1 - chance, error), (chance, wide)):
        evidence = share * norm.pdf(np.log(value), CENTER, np.hypot(SPREAD, sd))
        precision = 1 / SPREAD**2 + 1 / sd**2
        mean = (CENTER / SPREAD**2 + np.log(value) / sd**2) / precision
        parts.append((evidence, mean, 1 / precision))
    total = sum(evidence for evidence, _, _ in parts)
    mean = sum(evidence * m for evidence, m, _ in parts) / total
    variance = sum(evidence * (v + m**2) for evidence, m, v in parts) / total - mean**2
    return [evidence for evidence, _, _ in parts], mean, variance


@pytest.mark.parametrize("value", [0.80, 0.70, 0.60])
def test_the_weighted_crowd_matches_the_posterior_written_down(value: float) -> None:
    """A mixture: nothing unmodeled with an assay error, or a loss of known spread."""
    persona, level = people(f"{value} mmol/L")
    found = agreement(persona, enough=1.0)
    weight = weights(found.log_likelihood)
    evidence, mean, variance = written_down(persona, value)
    noise = np.sqrt(variance * (weight**2).sum())
    assert abs((weight * level).sum() - mean) < 5 * noise
    spread = np.sqrt((weight * (level - mean) ** 2).sum())
    assert spread == pytest.approx(np.sqrt(variance), rel=0.1)
    unmodeled = evidence[1] / sum(evidence)
    assert (weight * found.unexplained).sum() == pytest.approx(unmodeled, rel=0.15, abs=0.002)


@pytest.mark.parametrize("value", [0.70, 0.66])
def test_a_few_hundred_people_moved_to_a_value_say_what_many_do(value: float) -> None:
    """The error of the value is widened until more people agree, who are then moved by what that was."""
    persona, _ = people(f"{value} mmol/L")
    few = persona.subset(np.arange(512))
    found = agreement(few, enough=16.0)
    weight = weights(found.log_likelihood)
    assert found.widened == 1.0
    assert effective_sample_size(weight) > 150
    moved = np.log(found.persona.lived.at("plasma_concentration", few.lived.hours[0] / 24))
    _, mean, variance = written_down(persona, value)
    assert weight @ moved == pytest.approx(mean, abs=0.02)
    spread = np.sqrt(weight @ (moved - mean) ** 2 + weight @ found.left**2)
    assert spread == pytest.approx(np.sqrt(variance), rel=0.25)


def test_those_who_cannot_reach_the_value_are_moved_to_it() -> None:
    persona, _ = people("0.30 mmol/L")
    found = agreement(persona, enough=1.0)
    weight = weights(found.log_likelihood)
    day = found.persona.lived.hours[0] / 24
    moved = found.persona.lived.at("plasma_concentration", day)
    assert (weight * moved).sum() == pytest.approx(0.30, rel=0.05)
    assert (weight * found.unexplained).sum() > 0.9


def test_nothing_explains_a_high_value_without_recorded_magnesium() -> None:
    persona, _ = people("9 mmol/L")
    found = agreement(persona, enough=1.0)
    assert not found.allowed
    assert found.nearest > 10
