"""For every rule of triage a person for whom it holds, and a person much like that for whom it does not."""

from __future__ import annotations

from typing import Any

from guidance_people import DENIED, day, magnesium, tree

Tree = dict[str, Any]
MG = magnesium()


def on_mg(*symptoms: Any, mg: Any = MG, **keys: Any) -> Tree:
    return tree(*symptoms, mg=mg, **keys)


def old(name: str) -> Tree:
    return {"name": name, "onset": day(500), "course": "same"}


def fresh(name: str, ago: int = 2, **keys: Any) -> Tree:
    return {"name": name, "onset": day(ago)} | keys


def flag_of_pain(name: str) -> tuple[Tree, Tree]:
    """A flag of the spine: with pain, and beside a symptom that is no pain."""
    return tree(flags=name), tree(question="diarrhea", flags=name)


def alone(name: str) -> tuple[Tree, Tree]:
    return tree(flags=name), tree(flags={name: False})


def lab(test: str, yes: str, no: str, *symptoms: Any, **keys: Any) -> tuple[Tree, Tree]:
    return tree(*symptoms, labs={test: yes}, **keys), tree(*symptoms, labs={test: no}, **keys)


EGFR20 = {"kidney": {"egfr": "20 mL/min/1.73m2"}}
EGFR45 = {"kidney": {"egfr": "45 mL/min/1.73m2"}}
EGFR95 = {"kidney": {"egfr": "95 mL/min/1.73m2"}}
PPI = {"drugs": ["omeprazole"]}

EXAMPLES: dict[str, tuple[Tree, Tree]] = {
    name: alone(name.removeprefix("flag_"))
    for name in (
        "flag_saddle_numbness",
        "flag_urinary_retention",
        "flag_bowel_incontinence",
        "flag_leg_weakness_progressive",
        "flag_sudden_tearing_pain",
        "flag_flank_pain_with_fever",
        "flag_abdominal_distension_no_stool",
        "flag_collapse",
        "flag_chest_pain",
        "flag_severe_breathlessness",
        "flag_fever",
        "flag_blood_in_urine",
        "flag_blood_in_stool",
        "flag_night_pain",
    )
}
EXAMPLES |= {
    "flag_weight_loss": alone("weight_loss_unexplained"),
    "flag_cancer_alone": alone("cancer_history"),
    "flag_recent_trauma_alone": alone("recent_trauma"),
    "flag_long_term_steroids_alone": alone("long_term_steroids"),
    "flag_immunosuppressed_alone": alone("immunosuppressed"),
    "flag_injection_drug_use_alone": alone("injection_drug_use"),
    "flag_cancer_with_pain_or_weakness": flag_of_pain("cancer_history"),
    "condition_cancer_with_pain_or_weakness": (
        tree(conditions=[{"name": "cancer", "stop": day(3000)}]),
        tree(question="diarrhea", conditions=["cancer"]),
    ),
    "flag_cancer_with_new_weakness_and_back_pain": (
        tree(fresh("muscle_weakness"), flags="cancer_history"),
        tree(old("muscle_weakness"), flags="cancer_history"),
    ),
    "flag_recent_trauma_with_pain": flag_of_pain("recent_trauma"),
    "flag_long_term_steroids_with_pain": flag_of_pain("long_term_steroids"),
    "flag_immunosuppressed_with_new_pain": (
        tree(fresh("low_back_pain"), flags="immunosuppressed"),
        tree(old("low_back_pain"), flags="immunosuppressed"),
    ),
    "flag_injection_drug_use_with_pain": flag_of_pain("injection_drug_use"),
    "infection_with_failing_circulation": (tree("confusion", flags="fever"), tree("headache", flags="fever")),
    "spine_infection": (tree(flags="fever", conditions=["diabetes"]), tree(flags="fever")),
    "needle_use_with_fever": (tree(flags=["fever", "injection_drug_use"]), tree(flags="injection_drug_use")),
    "aneurysm_with_low_pressure": (tree("low_blood_pressure", age=62), tree("low_blood_pressure", age=45)),
    "aneurysm_not_excluded": (
        tree(fresh("low_back_pain", 1, severity=9), age=62),
        tree(fresh("low_back_pain", 1, severity=9), age=62, flags={"sudden_tearing_pain": False}),
    ),
    "back_pain_with_new_weakness": (tree(fresh("muscle_weakness")), tree(old("muscle_weakness"))),
    "back_pain_from_60": (tree(age=60), tree(age=59)),
    "back_pain_with_diabetes": (tree(conditions=["diabetes"]), tree(conditions=["crohn_disease"])),
    "back_pain_with_weak_bones": (tree(conditions=["osteoporosis"]), tree()),
    "back_pain_with_weakened_defense": (tree(drugs=["prednisolone"]), tree(drugs=["ibuprofen"])),
    "back_pain_in_childhood": (tree(age=12), tree(age=18)),
    "belly_pain_through_to_the_back": (
        tree("abdominal_pain", "vomiting", conditions=["alcohol_use_disorder"]),
        tree("abdominal_pain", "vomiting"),
    ),
    # On magnesium
    "toxic_signs_together": (on_mg("drowsiness", "reduced_reflexes"), tree("drowsiness", "reduced_reflexes")),
    "toxic_sign_grave": (on_mg("confusion"), on_mg("drowsiness")),
    "toxic_sign_with_risk": (on_mg("drowsiness", age=70), on_mg("drowsiness")),
    "toxic_sign_alone": (on_mg("muscle_weakness"), on_mg(old("muscle_weakness"))),
    "early_sign_with_kidney_disease": (on_mg("nausea", **EGFR45), on_mg("nausea", **EGFR95)),
    "back_pain_after_start_chosen": (
        on_mg(fresh("low_back_pain", 2), mg=magnesium(ago=10)),
        on_mg(fresh("low_back_pain", 2), mg=magnesium(ago=30)),
    ),
    "back_pain_after_start_with_kidney_disease": (
        on_mg(fresh("low_back_pain"), mg=magnesium(ago=10), **EGFR45),
        on_mg(fresh("low_back_pain"), mg=magnesium(ago=10), **EGFR95),
    ),
    "back_pain_after_start_ordered": (
        on_mg(fresh("low_back_pain"), mg=magnesium(ago=10, prescribed=True)),
        on_mg(fresh("low_back_pain"), mg=magnesium(ago=10)),
    ),
    "blocked_bowel_on_magnesium": (on_mg(conditions=["ileus"]), tree(conditions=["ileus"])),
    "no_stool_and_vomiting_on_magnesium": (
        on_mg("constipation", "vomiting"),
        on_mg("diarrhea", "vomiting"),
    ),
    "no_stool_and_swelling_on_magnesium": (on_mg("constipation", "bloating"), on_mg("bloating")),
    "heart_block_on_magnesium": (on_mg(conditions=["heart_block"]), tree(conditions=["heart_block"])),
    "myasthenia_worse_on_magnesium": (
        on_mg("muscle_weakness", conditions=["myasthenia_gravis"]),
        on_mg(conditions=["myasthenia_gravis"]),
    ),
    "myasthenia_on_magnesium": (
        on_mg(conditions=["myasthenia_gravis"]),
        tree(conditions=["myasthenia_gravis"]),
    ),
    "short_bowel_on_magnesium": (on_mg(conditions=["short_bowel"]), on_mg(conditions=["celiac_disease"])),
    "pregnant_on_magnesium": (on_mg(pregnant=True), on_mg()),
    "child_on_magnesium": (on_mg(age=12), on_mg(age=19)),
    "failing_kidneys_on_magnesium_with_symptoms": (
        on_mg(**EGFR20),
        on_mg(question="muscle_tension", **EGFR20),
    ),
    "failing_kidneys_on_magnesium": (on_mg(kidney={"dialysis": "hemodialysis"}), on_mg(**EGFR45)),
    "acute_kidney_injury_on_magnesium": (
        on_mg(conditions=["acute_kidney_injury"]),
        on_mg(conditions=[{"name": "acute_kidney_injury", "stop": day(300)}]),
    ),
    "weak_kidneys_on_magnesium": (
        on_mg(mg=magnesium(ago=5), age=70, **EGFR45),
        on_mg(mg=magnesium(ago=5), **EGFR45),
    ),
    "kidney_disease_on_magnesium": (on_mg(conditions=["chronic_kidney_disease"]), on_mg(**EGFR95)),
    "dose_very_large": (on_mg(mg=magnesium(dose="5500 mg")), on_mg(mg=magnesium(dose="4500 mg"))),
    "dose_large": (on_mg(mg=magnesium(dose="600 mg", times_per_day=2)), on_mg(mg=magnesium(dose="900 mg"))),
    "dose_high_with_age_or_slow_bowel": (
        on_mg(mg=magnesium(dose="700 mg"), age=66),
        on_mg(mg=magnesium(dose="500 mg"), age=66),
    ),
    "dose_above_lowest_limit": (on_mg(mg=magnesium(dose="300 mg")), on_mg(mg=magnesium(dose="250 mg"))),
    "laxative_longer_than_its_label": (
        on_mg(mg=magnesium("hydroxide", ago=9, reason="constipation")),
        on_mg(mg=magnesium("hydroxide", ago=2, reason="constipation")),
    ),
    "antacid_longer_than_its_label": (
        on_mg(mg=magnesium("carbonate", ago=20, reason="heartburn")),
        on_mg(mg=magnesium("carbonate", ago=20, reason="sleep")),
    ),
    "gut_trouble_for_weeks_on_magnesium": (on_mg(fresh("diarrhea", 20)), on_mg(fresh("diarrhea", 5))),
    # Measured
    "magnesium_very_high": lab("serum_magnesium", "2.6 mmol/L", "2.4 mmol/L"),
    "magnesium_high_with_signs": lab("serum_magnesium", "1.6 mmol/L", "1.4 mmol/L", "nausea"),
    "magnesium_high": lab("serum_magnesium", "3.7 mg/dL", "1.4 mmol/L"),
    "magnesium_raised_with_signs": lab("serum_magnesium", "1.3 mmol/L", "1.2 mmol/L", "lethargy"),
    "magnesium_raised": lab("serum_magnesium", "1.1 mmol/L", "1.0 mmol/L"),
    "ionized_magnesium_very_high": lab("ionized_magnesium", "1.6 mmol/L", "1.5 mmol/L"),
    "ionized_magnesium_high": lab("ionized_magnesium", "1.0 mmol/L", "0.6 mmol/L"),
    "magnesium_low_with_grave_signs": lab("serum_magnesium", "0.6 mmol/L", "0.8 mmol/L", "tetany"),
    "magnesium_extremely_low_with_signs": lab("serum_magnesium", "0.25 mmol/L", "0.35 mmol/L", "tremor"),
    "magnesium_very_low": lab("serum_magnesium", "0.4 mmol/L", "0.45 mmol/L"),
    "magnesium_low_with_signs": lab("serum_magnesium", "0.6 mmol/L", "0.7 mmol/L", "muscle_cramps"),
    "magnesium_low_with_digoxin": lab("serum_magnesium", "0.6 mmol/L", "0.75 mmol/L", drugs=["digoxin"]),
    "magnesium_low": lab("serum_magnesium", "0.65 mmol/L", "0.7 mmol/L"),
    "ionized_magnesium_low": lab("ionized_magnesium", "0.4 mmol/L", "0.5 mmol/L"),
    "ionized_magnesium_very_low": lab("ionized_magnesium", "0.2 mmol/L", "0.4 mmol/L"),
    "calcium_very_low_with_signs": lab("serum_calcium", "1.6 mmol/L", "1.95 mmol/L", "seizure"),
    "calcium_very_low": lab("serum_calcium", "1.8 mmol/L", "2.0 mmol/L"),
    "calcium_low_with_signs": lab("serum_calcium", "2.0 mmol/L", "2.3 mmol/L", "paresthesia"),
    "calcium_low": lab("serum_calcium", "2.1 mmol/L", "2.3 mmol/L"),
    "calcium_extremely_high": lab("serum_calcium", "3.6 mmol/L", "3.2 mmol/L"),
    "calcium_very_high": lab("serum_calcium", "3.1 mmol/L", "2.8 mmol/L"),
    "calcium_high": lab("serum_calcium", "2.7 mmol/L", "2.5 mmol/L"),
    "potassium_extremely_high": lab("serum_potassium", "6.6 mmol/L", "6.2 mmol/L"),
    "potassium_very_high": lab("serum_potassium", "6.1 mmol/L", "5.8 mmol/L"),
    "potassium_high": lab("serum_potassium", "5.6 mmol/L", "5.0 mmol/L"),
    "potassium_extremely_low_with_signs": lab("serum_potassium", "2.3 mmol/L", "2.6 mmol/L", "palpitations"),
    "potassium_very_low": lab("serum_potassium", "2.7 mmol/L", "3.1 mmol/L"),
    "potassium_low": lab("serum_potassium", "3.3 mmol/L", "3.6 mmol/L"),
    "muscle_enzyme_very_high": lab("creatine_kinase", "5000 U/L", "1500 U/L"),
    "muscle_enzyme_high": lab("creatine_kinase", "1500 U/L", "300 U/L"),
    "filtration_extremely_low": (tree(kidney={"egfr": "12 mL/min/1.73m2"}), tree(**EGFR20)),
    # Symptoms
    "unconsciousness": (tree("unconsciousness"), tree("dizziness")),
    "seizure": (tree("seizure"), tree("tremor")),
    "tetany_with_risk_of_lack": (tree("tetany", **PPI), tree("tetany", drugs=["paracetamol"])),
    "tetany": (tree("tetany"), tree("muscle_cramps")),
    "palpitations_with_signs_and_risk_of_lack": (
        tree("palpitations", "muscle_cramps", **PPI),
        tree("palpitations", **PPI),
    ),
    "palpitations": (tree(fresh("palpitations")), tree(old("palpitations"))),
    "palpitations_known": (tree(old("palpitations")), tree()),
    "confusion": (tree("confusion"), tree(old("confusion"))),
    "breathing_difficulty": (tree("breathing_difficulty"), tree(old("breathing_difficulty"))),
    "slow_heartbeat_or_low_pressure_with_dizziness": (
        tree("slow_heartbeat", "dizziness"),
        tree("slow_heartbeat"),
    ),
    "slow_heartbeat_or_low_pressure": (tree("low_blood_pressure"), tree("dizziness")),
    "muscle_weakness_worse": (
        tree({"name": "muscle_weakness", "course": "worse"}),
        tree({"name": "muscle_weakness", "course": "new"}),
    ),
    "weakness_walk_or_reflexes": (tree(fresh("unsteady_gait")), tree(old("unsteady_gait"))),
    "muscle_trouble_on_cholesterol_drug": (
        tree("muscle_weakness", "muscle_pain", drugs=["atorvastatin"]),
        tree("muscle_weakness", "muscle_pain"),
    ),
    "muscle_pain_on_cholesterol_drug": (
        tree("muscle_pain", drugs=["simvastatin 20 mg"]),
        tree(old("muscle_pain"), drugs=["simvastatin"]),
    ),
    "tingling_and_spasm_with_risk_of_lack": (
        tree("paresthesia", "muscle_spasm", **PPI),
        tree("paresthesia", "muscle_spasm"),
    ),
    "sign_of_lack_with_risk": (
        tree("muscle_cramps", conditions=["alcohol_use_disorder"]),
        tree("muscle_cramps", conditions=["osteoporosis"]),
    ),
    "tremor_or_tingling_new": (tree(fresh("tremor")), tree(old("tremor"))),
    "loss_of_water_grave": (tree("diarrhea", "confusion"), tree("diarrhea", "headache")),
    "loss_of_water": (tree("diarrhea", "dizziness"), tree("diarrhea", "nausea")),
    "loose_stools_in_frail_people": (tree("diarrhea", age=70), tree("diarrhea")),
    "no_stool_and_vomiting": (tree("constipation", "vomiting"), tree("constipation", "nausea")),
    "blocked_bowel": (tree(conditions=["bowel_obstruction"]), tree(conditions=["chronic_constipation"])),
    "acute_kidney_injury": (tree(conditions=["acute_kidney_injury"]), tree(conditions=["heart_failure"])),
    "pregnant_with_back_pain": (tree(pregnant=True), tree(pregnant=False)),
    "pregnant_with_belly_and_back_pain": (
        tree("abdominal_cramps", pregnant=True),
        tree("abdominal_cramps", pregnant=False),
    ),
    "pregnant_with_headache": (tree("headache", pregnant=True), tree("headache")),
    "back_pain_persistent": (tree(fresh("low_back_pain", 44)), tree(fresh("low_back_pain", 30))),
    "symptom_severe": (
        tree({"name": "low_back_pain", "severity": 8}),
        tree({"name": "low_back_pain", "severity": 7}),
    ),
    "back_pain_worse": (
        tree({"name": "low_back_pain", "course": "worse"}),
        tree({"name": "low_back_pain", "course": "same"}),
    ),
    "not_settling": (tree(), tree({"name": "low_back_pain", "course": "better"})),
    "warning_signs_not_asked": (tree(), tree(flags=DENIED)),
    "warning_signs_of_the_spine_not_asked": (tree(flags={"fever": False}), tree(flags=DENIED)),
}

#: Rules on findings: what the crowd says when each holds, and when it does not.
EXAMPLES_OF_FINDINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "crowd_severe_excess_with_signs": ({"severe": 0.6}, {"severe": 0.4}),
    "crowd_severe_excess": ({"severe": 0.1}, {"severe": 0.05}),
    "crowd_excess": ({"status": (0, 0, 0.4, 0.6, 0.0)}, {"status": (0, 0, 0.6, 0.4, 0.0)}),
    "crowd_excess_is_the_cause": (
        {"causes": {"magnesium_excess": 0.6}},
        {"causes": {"magnesium_excess": 0.3}},
    ),
    "crowd_deficient": ({"status": (0.6, 0.4, 0, 0, 0)}, {"status": (0.3, 0.7, 0, 0, 0)}),
    "crowd_deficiency_is_the_cause": (
        {"causes": {"magnesium_deficiency": 0.6}},
        {"causes": {"magnesium_deficiency": 0.3}},
    ),
}
