"""Ten scenarios between them hold every kind of event, input and pool of the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.documents import scenario_from_tree

if TYPE_CHECKING:
    from epsom.core.records.scenario import Scenario

_OXIDE = {"form": "oxide", "dose": "500 mg", "dose_of": "elemental", "times_per_day": 3, "with_food": True}
_CITRATE = {"form": "citrate", "dose": "300 mg", "dose_of": "elemental", "times_per_day": 2}
_INFUSION = {"form": "sulfate", "route": "intravenous", "dose": "4 g", "dose_of": "compound"}

LIVES: dict[str, dict[str, Any]] = {
    "citrate": {"supplements": [_CITRATE]},
    "failing kidneys and oxide": {
        "people": {"egfr": {"mean": "4 mL/min/1.73m2"}}, "supplements": [_OXIDE],
    },
    "food alone": {},
    "nothing eaten": {"diet": {"magnesium": "0 mg/day"}},
    "diet raised": {"diet_changes": [{"day": 1, "magnesium": "600 mg/day"}]},
    "forty grams of citrate": {
        "supplements": [{"form": "citrate", "dose": "40 g", "dose_of": "compound", "at_day": 1.4}],
    },
    "two infusions": {
        "supplements": [{**_INFUSION, "at_day": 0.5, "duration": "1 h"},
                        {**_INFUSION, "at_day": 0.52, "duration": "20 h"}],
    },
    "hemodialysis": {
        "people": {"egfr": {"mean": "6 mL/min/1.73m2"},
                   "dialysis": {"kind": "hemodialysis", "per_week": 3, "hours": 4,
                                "dialysate_magnesium": "0.5 mmol/L"}},
        "supplements": [{**_OXIDE, "times_per_day": 1}],
    },
    "drugs and disease": {
        "people": {"drugs": ["omeprazole"], "conditions": ["diabetes"]}, "supplements": [_CITRATE],
        "drug_changes": [{"day": 1, "start": "furosemide"}, {"day": 2, "stop": "omeprazole"}],
    },
    "labeled dose by mouth and a plain one by rectum": {
        "supplements": [{**_CITRATE, "times_per_day": 1, "labeled": True},
                        {"form": "sulfate", "dose": "10 mmol", "route": "rectal", "at_day": 2.25}],
    },
}  # fmt: skip


def scenario(name: str) -> Scenario:
    """The scenario called so, of four days."""
    said = LIVES[name]
    tree = {
        "schema": "epsom.scenario/1",
        "duration": "4 d",
        "diet": {"magnesium": "310 mg/day"},
        "measures": [{"name": "serum_magnesium", "days": [0, 4]}],
        **said,
        "people": {"count": 3, "seed": 5, **said.get("people", {})},
    }
    return scenario_from_tree(tree)
