"""What may be chosen on the page, each as pairs of name and words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.guidance import wording
from epsom.interfaces import words

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Symptoms in the groups in which they are asked for.
SYMPTOM_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Stomach and bowel": (
        "diarrhea", "abdominal_cramps", "abdominal_pain", "nausea", "vomiting", "bloating", "constipation",
    ),
    "Muscles and pain": (
        "low_back_pain", "muscle_pain", "muscle_cramps", "muscle_spasm", "muscle_tension", "muscle_weakness",
        "leg_pain", "tetany", "headache",
    ),
    "Nerves and mood": (
        "paresthesia", "tremor", "unsteady_gait", "reduced_reflexes", "lethargy", "drowsiness", "confusion",
        "seizure", "unconsciousness",
    ),
    "Heart, breath and the whole body": (
        "palpitations", "slow_heartbeat", "low_blood_pressure", "breathing_difficulty", "dizziness",
        "flushing", "fatigue", "malaise",
    ),
}  # fmt: skip
#: Symptoms most people ask about, listed first.
_USUAL_QUESTIONS = (
    "low_back_pain", "muscle_cramps", "diarrhea", "muscle_weakness", "fatigue", "muscle_pain",
)  # fmt: skip


@cache
def choices() -> dict[str, Any]:
    """Every list of the page by its name."""
    symptom = {name: words.sentence(wording.symptom_words(name)) for name in names.SYMPTOMS}
    others = sorted(set(names.SYMPTOMS) - set(_USUAL_QUESTIONS), key=lambda name: symptom[name])
    condition = {name: words.sentence(wording.condition_words(name)) for name in names.CONDITIONS}
    return {
        "usual": [(name, symptom[name]) for name in _USUAL_QUESTIONS],
        "others": [(name, symptom[name]) for name in others],
        "groups": {
            group: [(name, symptom[name]) for name in members] for group, members in SYMPTOM_GROUPS.items()
        },
        "flags": [(name, words.sentence(wording.flag_words(name))) for name in names.RED_FLAGS],
        "conditions": sorted(condition.items(), key=lambda pair: pair[1]),
        "forms": [(name, words.sentence(words.form(name))) for name in names.FORMS],
        "reasons": [(name, words.sentence(words.plain(name))) for name in names.REASONS],
        "routes": [(name, words.sentence(_ROUTES[name])) for name in names.ROUTES],
        "labs": list(words.LABS.items()),
        "courses": [(name, words.sentence(_COURSES[name])) for name in names.COURSES],
    }


_COURSES = {"new": "new", "worse": "getting worse", "same": "about the same", "better": "getting better"}
_ROUTES = {
    "oral": "by mouth", "intravenous": "into a vein", "rectal": "rectal", "intramuscular": "into a muscle",
}  # fmt: skip
