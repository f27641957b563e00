"""Plain words for the names of the contract, one place for the command line, the figures and the reports."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What every answer says of itself.
INTENDED_USE = (
    "For information and discussion with a health professional. It is not a diagnosis, has not been "
    "clinically validated, and must not delay emergency care."
)

#: Urgency in words: what to do, and how soon.
TRIAGE: Mapping[str, tuple[str, str]] = MappingProxyType({
    "emergency": ("Emergency", "Call the emergency number now."),
    "urgent": ("Urgent", "Speak to a health professional today."),
    "soon": ("Soon", "See a health professional within days."),
    "routine": ("Routine", "Bring it up at a usual appointment."),
    "self_care": ("Self-care", "This can usually be handled at home."),
})  # fmt: skip

#: How soon an action is due.
URGENCY: Mapping[str, str] = MappingProxyType({
    "emergency": "now", "urgent": "today", "soon": "within days", "routine": "when convenient",
    "self_care": "at home",
})  # fmt: skip

CAUSES: Mapping[str, str] = MappingProxyType({
    "gastrointestinal_upset": "Bowel upset from magnesium",
    "magnesium_deficiency": "Too little magnesium",
    "magnesium_excess": "Too much magnesium",
    "other_cause": "Something else",
})  # fmt: skip

PATHWAYS: Mapping[str, str] = MappingProxyType({
    "referred_pain": "Pain from the bowel that is felt elsewhere",
    "cramping_strain": "Muscles strained by bowel cramps",
    "malaise_posture": "Feeling unwell changes how one sits and moves",
    "cramps_and_spasm": "Cramps and spasms of muscles",
    "chronic_tension": "Muscles that stay tense",
    "pain_sensitization": "Nerves that feel pain more easily",
    "weakness_gait_strain": "Strain because muscles are weak",
    "direct_effect": "The symptom itself is the effect",
    "background": "Other illness or everyday strain",
})  # fmt: skip

ACTIONS: Mapping[str, str] = MappingProxyType({
    "call_emergency": "Call the emergency number",
    "stop_magnesium": "Stop taking magnesium",
    "call_prescriber": "Call whoever prescribed it",
    "see_clinician": "See a health professional",
    "blood_test_magnesium": "Have magnesium measured in blood",
    "blood_test_kidney": "Have kidney function measured in blood",
    "blood_test_calcium_potassium": "Have calcium and potassium measured in blood",
    "urine_magnesium": "Have magnesium measured in urine",
    "reduce_dose": "Take a smaller dose",
    "split_dose": "Split the dose over the day",
    "take_with_food": "Take it with food",
    "switch_form": "Change to another form of magnesium",
    "separate_from_drug": "Take it some hours apart from other medicine",
    "review_drugs": "Have the other medicines reviewed",
    "treat_deficiency": "Have the lack of magnesium treated",
    "investigate_other_causes": "Have other causes looked into",
    "keep_diary": "Keep a diary of doses and symptoms",
    "no_change_needed": "No change needed",
})  # fmt: skip

STATUSES: Mapping[str, str] = MappingProxyType({
    "deficient": "too low", "low_normal": "in the low part of normal", "normal": "normal",
    "mild_excess": "too high", "severe_excess": "dangerously high",
})  # fmt: skip

#: Short headings of the same, for tables.
STATUS_TITLES: Mapping[str, str] = MappingProxyType({
    "deficient": "Too low", "low_normal": "Low part of normal", "normal": "Normal",
    "mild_excess": "Too high", "severe_excess": "Dangerously high",
})  # fmt: skip

EVIDENCE: Mapping[str, str] = MappingProxyType({
    "established": "well established", "plausible": "plausible, little measured",
    "assumption": "an assumption, not measured",
})  # fmt: skip

FITS: Mapping[str, str] = MappingProxyType({
    "good": "The simulated people match what is known of this person.",
    "strained": "Few simulated people match all that is known of this person; read the numbers with caution.",
    "none": "No simulated person matches; only rules and measured values are used.",
})  # fmt: skip

#: Measures: what a table calls them.
MEASURES: Mapping[str, str] = MappingProxyType({
    "serum_magnesium": "Magnesium in serum",
    "lowest_serum_magnesium": "Lowest magnesium in serum of the day",
    "highest_serum_magnesium": "Highest magnesium in serum of the day",
    "mean_serum_magnesium": "Mean magnesium in serum of the day",
    "ionized_magnesium": "Ionized magnesium in serum",
    "urine_magnesium": "Magnesium in urine",
    "fecal_magnesium": "Magnesium in stool",
    "fecal_soluble_magnesium": "Dissolved magnesium in stool",
    "absorbed_magnesium": "Magnesium absorbed, less what the gut secretes",
    "true_absorption": "Magnesium absorbed of what was eaten",
    "tracer_absorbed_fraction": "Labeled dose absorbed",
    "stool_mass": "Stool",
    "diarrhea": "People who notice diarrhea that day",
    "stool_above_200g": "People with more than 200 g of stool",
    "retained_magnesium": "Magnesium kept since day 0",
    "fractional_excretion": "Filtered magnesium that reaches urine",
    "serum_calcium": "Calcium in serum",
    "parathyroid_hormone": "Parathyroid hormone",
    "systolic_blood_pressure_change": "Change of systolic blood pressure",
    "muscle_free_magnesium": "Free magnesium in muscle",
    "bone_magnesium": "Exchangeable magnesium in bone",
})  # fmt: skip

#: Measures that are yes or no for each person; their mean is a share of people.
SHARES_OF_PEOPLE = frozenset({"diarrhea", "stool_above_200g"})

LABS: Mapping[str, str] = MappingProxyType({
    "serum_magnesium": "Magnesium in serum", "ionized_magnesium": "Ionized magnesium",
    "red_cell_magnesium": "Magnesium in red cells", "urine_magnesium": "Magnesium in urine",
    "fractional_excretion_magnesium": "Fractional excretion of magnesium",
    "serum_calcium": "Calcium in serum",
    "ionized_calcium": "Ionized calcium", "serum_potassium": "Potassium in serum",
    "serum_creatinine": "Creatinine in serum (kidneys)", "egfr": "Estimated filtration rate (kidneys)",
    "parathyroid_hormone": "Parathyroid hormone", "vitamin_d_25oh": "Vitamin D (25-OH)",
    "creatine_kinase": "Creatine kinase (muscle)",
})  # fmt: skip

#: What may be tried to know more: laboratory tests, and a stop under watch.
TESTS: Mapping[str, str] = MappingProxyType(
    {**LABS, "three_day_stop": "Three days without magnesium, watched"}
)

#: What a record's status says of how a number is known.
PARAMETER_STATUSES: Mapping[str, str] = MappingProxyType({
    "read": "read in the source itself",
    "read_secondary": "read in a text that cites the source",
    "recalled": "from general knowledge, no source at hand",
    "derived": "worked out from sources",
    "fitted": "adjusted so that the body matches measurements",
})  # fmt: skip

_SYMPTOMS = {
    "paresthesia": "tingling or numbness", "tetany": "cramped hands or feet (tetany)", "seizure": "a seizure",
    "malaise": "feeling unwell", "lethargy": "sluggishness", "unsteady_gait": "unsteady walking",
    "slow_heartbeat": "a slow heartbeat", "breathing_difficulty": "trouble breathing",
    "headache": "headache", "unconsciousness": "loss of consciousness",
}  # fmt: skip

_SPELLED = {"malate": "malate", "bisglycinate": "bisglycinate (glycinate)", "mineral_water": "mineral water"}


def symptom(name: str) -> str:
    """A symptom in plain words, for the middle of a sentence."""
    return _SYMPTOMS.get(name, plain(name))


def form(name: str) -> str:
    """A form of magnesium in plain words."""
    return _SPELLED.get(name, plain(name))


def plain(name: str) -> str:
    """A name of the contract or the body with spaces: ``upper_uptake`` is ``upper uptake``."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """``text`` with a capital at the beginning."""
    return text[:1].upper() + text[1:]


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 person``, ``2 people``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
