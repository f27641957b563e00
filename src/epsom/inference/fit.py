"""How well the crowd explains what was entered, judged after hidden facts had their say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.core.names import SYMPTOMS
from epsom.inference.posterior import expand
from epsom.inference.signs import affirmed
from epsom.inference.timeline import magnesium_labs

if TYPE_CHECKING:
    from epsom.inference.findings import Fit
    from epsom.inference.posterior import Posterior

#: Beyond this many standard errors from the nearest person, a value fits nobody.
_BEYOND = 4.0
#: Symptoms further from what is expected than this many standard deviations strain the fit. Of 100 simulated
#: people who report as the model has it none is beyond 0.6, of 100 with a clustered background ten beyond 2.
_CLUSTERED = 2.0
#: Symptoms told beside the question from which it is asked whether they are too many.
_MANY = 3
#: Effective sample size below which few people agree, and hardly anyone. Of 300 simulated people who report
#: as the model has it none came below 32 of 768; of 300 with a clustered background 32 came below 5, and were
#: explained by whoever happened to lack much.
_FEW, _HARDLY_ANYONE = 50.0, 5.0


def fit_of(found: Posterior) -> Fit:
    """``none`` where nothing may explain a magnesium value, ``strained`` where only what was not drawn does.

    A value that is too high without recorded magnesium has no explanation; with it, exposure or exit must
    differ from what was entered, and the value still names the status.
    """
    if not found.people.any() or (found.agreement.nearest > _BEYOND and not found.agreement.allowed):
        return "none"
    unexplained = float((found.people * found.agreement.unexplained).sum())
    measured = bool(magnesium_labs(found.persona.case))
    if measured and (unexplained > 0.5 or found.agreement.widened > 1):
        return "strained"
    if found.tempered < 1 or found.effective_sample_size < _HARDLY_ANYONE:
        return "strained"
    return "strained" if surprise(found) > _CLUSTERED else "good"


def surprise(found: Posterior) -> float:
    """How many standard deviations more symptoms were affirmed than the crowd expects of all there are.

    People tell the symptoms they have, so what was not asked counts as expected too.
    """
    listed = [fact for fact in found.found if fact.kind == "symptom" and fact.present]
    if len(listed) < _MANY:
        return 0.0
    expected, spread = 0.0, 0.0
    for symptom in SYMPTOMS:
        if symptom != found.persona.case.question:
            chance = affirmed(found.persona, found.rates, symptom)
            mean = float((expand(chance, len(found.pathways)) * found.weight).sum())
            expected, spread = expected + mean, spread + mean * (1 - mean)
    return (len(listed) - expected) / float(np.sqrt(spread))


def warnings_of(found: Posterior, fit: Fit) -> tuple[str, ...]:
    """What the reader must know about this computation."""
    said = []
    size, agreed = found.effective_sample_size, found.agreement
    unexplained = float((found.people * agreed.unexplained).sum())
    if fit == "none":
        said.append("The model does not fit this person; status and urgency follow the measured value.")
    elif agreed.widened > 1 or unexplained > 0.5:
        said.append(
            "The measured magnesium is hard to explain by what was entered: what was taken, what was lost, "
            "or how the kidneys or the bowel worked must differ."
        )
    elif fit == "strained" and surprise(found) > _CLUSTERED:
        said.append("More symptoms and signs were reported together than the model expects of anyone.")
    if agreed.widened > 1 and fit != "none":
        said.append(
            f"Too few simulated people came near the measured magnesium, so its error was widened "
            f"{agreed.widened:g}-fold and their courses were moved to the value."
        )
    if found.tempered < 1 and fit != "none":
        said.append(
            "The other laboratory values are hard to bring together in one simulated body; they count only "
            "in part."
        )
    if size < _FEW and fit != "none":
        said.append(
            f"Few simulated people agree with what was entered (effective sample size {size:.0f}); "
            "intervals are wide."
        )
    if found.persona.failed.any():
        lost = int(found.persona.failed.sum())
        said.append(f"{lost} of {len(found.persona.crowd)} simulated people failed and were left out.")
    return tuple(said)
