"""Every name of the contract's section 7, and the short lists of its other sections, in one place.

Each list is a `Literal`, so that records validate against it and type checkers know it, and a tuple for
everything that runs over the names in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Cause = Literal["gastrointestinal_upset", "magnesium_deficiency", "magnesium_excess", "other_cause"]
CAUSES: tuple[Cause, ...] = get_args(Cause)

Pathway = Literal[
    "referred_pain",
    "cramping_strain",
    "malaise_posture",
    "cramps_and_spasm",
    "chronic_tension",
    "pain_sensitization",
    "weakness_gait_strain",
    "direct_effect",
    "background",
]
PATHWAYS: tuple[Pathway, ...] = get_args(Pathway)
# `direct_effect` belongs to each magnesium cause: the symptom asked about may itself be the effect.
PATHWAYS_OF_CAUSE: dict[Cause, tuple[Pathway, ...]] = {
    "gastrointestinal_upset": ("referred_pain", "cramping_strain", "malaise_posture", "direct_effect"),
    "magnesium_deficiency": ("cramps_and_spasm", "chronic_tension", "pain_sensitization", "direct_effect"),
    "magnesium_excess": ("weakness_gait_strain", "direct_effect"),
    "other_cause": ("background",),
}

# Most pressing first.
Triage = Literal["emergency", "urgent", "soon", "routine", "self_care"]
TRIAGE_LEVELS: tuple[Triage, ...] = get_args(Triage)

Action = Literal[
    "call_emergency",
    "stop_magnesium",
    "call_prescriber",
    "see_clinician",
    "blood_test_magnesium",
    "blood_test_kidney",
    "blood_test_calcium_potassium",
    "urine_magnesium",
    "reduce_dose",
    "split_dose",
    "take_with_food",
    "switch_form",
    "separate_from_drug",
    "review_drugs",
    "treat_deficiency",
    "investigate_other_causes",
    "keep_diary",
    "no_change_needed",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

Symptom = Literal[
    "low_back_pain",
    "muscle_pain",
    "muscle_cramps",
    "muscle_spasm",
    "muscle_tension",
    "tetany",
    "tremor",
    "paresthesia",
    "seizure",
    "muscle_weakness",
    "lethargy",
    "drowsiness",
    "confusion",
    "unsteady_gait",
    "reduced_reflexes",
    "breathing_difficulty",
    "low_blood_pressure",
    "slow_heartbeat",
    "palpitations",
    "flushing",
    "dizziness",
    "diarrhea",
    "abdominal_cramps",
    "nausea",
    "vomiting",
    "bloating",
    "constipation",
    "fatigue",
    "malaise",
    "unconsciousness",
    "abdominal_pain",
    "leg_pain",
    "headache",
]
SYMPTOMS: tuple[Symptom, ...] = get_args(Symptom)
DEFAULT_QUESTION: Symptom = "low_back_pain"

Course = Literal["new", "worse", "same", "better"]
COURSES: tuple[Course, ...] = get_args(Course)

Lab = Literal[
    "serum_magnesium",
    "ionized_magnesium",
    "red_cell_magnesium",
    "urine_magnesium",
    "fractional_excretion_magnesium",
    "serum_calcium",
    "ionized_calcium",
    "serum_potassium",
    "serum_creatinine",
    "egfr",
    "parathyroid_hormone",
    "vitamin_d_25oh",
    "creatine_kinase",
]
LABS: tuple[Lab, ...] = get_args(Lab)

Bound = Literal["above", "below"]
BOUNDS: tuple[Bound, ...] = get_args(Bound)

Condition = Literal[
    "chronic_kidney_disease",
    "acute_kidney_injury",
    "heart_failure",
    "diabetes",
    "alcohol_use_disorder",
    "crohn_disease",
    "celiac_disease",
    "short_bowel",
    "ileus",
    "bowel_obstruction",
    "chronic_constipation",
    "chronic_diarrhea",
    "irritable_bowel_syndrome",
    "myasthenia_gravis",
    "heart_block",
    "gitelman_syndrome",
    "hyperparathyroidism",
    "hypoparathyroidism",
    "osteoporosis",
    "cancer",
    "refeeding",
    "eating_disorder",
    "previous_low_back_pain",
]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)

RedFlag = Literal[
    "saddle_numbness",
    "urinary_retention",
    "bowel_incontinence",
    "leg_weakness_progressive",
    "fever",
    "weight_loss_unexplained",
    "cancer_history",
    "recent_trauma",
    "long_term_steroids",
    "immunosuppressed",
    "injection_drug_use",
    "night_pain",
    "sudden_tearing_pain",
    "flank_pain_with_fever",
    "blood_in_urine",
    "abdominal_distension_no_stool",
    "blood_in_stool",
    "collapse",
    "chest_pain",
    "severe_breathlessness",
]
RED_FLAGS: tuple[RedFlag, ...] = get_args(RedFlag)

Form = Literal[
    "oxide",
    "hydroxide",
    "carbonate",
    "citrate",
    "bisglycinate",
    "malate",
    "lactate",
    "gluconate",
    "aspartate",
    "taurate",
    "threonate",
    "chloride",
    "sulfate",
    "orotate",
    "pidolate",
    "acetate",
    "mineral_water",
    "food",
]
FORMS: tuple[Form, ...] = get_args(Form)

DoseOf = Literal["elemental", "compound"]
DOSES_OF: tuple[DoseOf, ...] = get_args(DoseOf)

Route = Literal["oral", "intravenous", "rectal", "intramuscular"]
ROUTES: tuple[Route, ...] = get_args(Route)

Reason = Literal["constipation", "cramps", "low_magnesium", "sleep", "blood_pressure", "heartburn", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)

Dialysis = Literal["hemodialysis", "peritoneal_dialysis"]
DIALYSIS_KINDS: tuple[Dialysis, ...] = get_args(Dialysis)

Sex = Literal["female", "male"]
SEXES: tuple[Sex, ...] = get_args(Sex)

Measure = Literal[
    "serum_magnesium",
    "lowest_serum_magnesium",
    "highest_serum_magnesium",
    "mean_serum_magnesium",
    "ionized_magnesium",
    "urine_magnesium",
    "fecal_magnesium",
    "fecal_soluble_magnesium",
    "absorbed_magnesium",
    "true_absorption",
    "tracer_absorbed_fraction",
    "stool_mass",
    "diarrhea",
    "stool_above_200g",
    "retained_magnesium",
    "fractional_excretion",
    "serum_calcium",
    "parathyroid_hormone",
    "systolic_blood_pressure_change",
    "muscle_free_magnesium",
    "bone_magnesium",
]


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """How a measure is reported.

    Attributes
    ----------
    unit : str
        Unit of every number reported for it; ``fraction`` for shares.
    over_day : bool
        True when it belongs to the 24 h that start at the asked day, False when it is read at that moment.
    """

    unit: str
    over_day: bool


MEASURES: dict[Measure, MeasureUnit] = {
    "serum_magnesium": MeasureUnit("mmol/L", over_day=False),
    "lowest_serum_magnesium": MeasureUnit("mmol/L", over_day=True),
    "highest_serum_magnesium": MeasureUnit("mmol/L", over_day=True),
    "mean_serum_magnesium": MeasureUnit("mmol/L", over_day=True),
    "ionized_magnesium": MeasureUnit("mmol/L", over_day=False),
    "urine_magnesium": MeasureUnit("mmol/day", over_day=True),
    "fecal_magnesium": MeasureUnit("mmol/day", over_day=True),
    "fecal_soluble_magnesium": MeasureUnit("mmol/day", over_day=True),
    "absorbed_magnesium": MeasureUnit("mmol/day", over_day=True),
    "true_absorption": MeasureUnit("mmol/day", over_day=True),
    "tracer_absorbed_fraction": MeasureUnit("fraction", over_day=False),
    "stool_mass": MeasureUnit("g/day", over_day=True),
    "diarrhea": MeasureUnit("fraction", over_day=True),
    "stool_above_200g": MeasureUnit("fraction", over_day=True),
    "retained_magnesium": MeasureUnit("mmol", over_day=False),
    "fractional_excretion": MeasureUnit("fraction", over_day=True),
    "serum_calcium": MeasureUnit("mmol/L", over_day=False),
    "parathyroid_hormone": MeasureUnit("pg/mL", over_day=False),
    "systolic_blood_pressure_change": MeasureUnit("mmHg", over_day=False),
    "muscle_free_magnesium": MeasureUnit("mmol/L", over_day=False),
    "bone_magnesium": MeasureUnit("mmol", over_day=False),
}

MagnesiumStatus = Literal["deficient", "low_normal", "normal", "mild_excess", "severe_excess"]
MAGNESIUM_STATUSES: tuple[MagnesiumStatus, ...] = get_args(MagnesiumStatus)

Evidence = Literal["established", "plausible", "assumption"]
EVIDENCE_GRADES: tuple[Evidence, ...] = get_args(Evidence)

Fit = Literal["good", "strained", "none"]
FITS: tuple[Fit, ...] = get_args(Fit)

NaranjoAnswer = Literal["yes", "no", "unknown"]
NaranjoCategory = Literal["definite", "probable", "possible", "doubtful"]
WhoUmcCategory = Literal["certain", "probable", "possible", "unlikely", "conditional", "unassessable"]

# Days from now on which an assessment says how probably the symptom is gone.
IfStoppedDay = Literal[1, 2, 3, 7, 14, 28]
IF_STOPPED_DAYS: tuple[IfStoppedDay, ...] = get_args(IfStoppedDay)
