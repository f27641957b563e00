"""How urgent the rules find people with back pain as primary care sees them: common flags must not cry wolf.

People are drawn from the chances of the data: nine in a thousand have a serious disease, flags come as often
as in people with it or without it, and a third take a supplement.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.documents import case_from_tree
from epsom.core.names import TRIAGE_LEVELS
from epsom.guidance import triage_now
from epsom.physiology.other_causes import flags_otherwise, other_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epsom.core.records import Case

_SERIOUS = "systemic_or_spinal"
#: Share with a serious disease among those who present (henschke2009redflags), and who take a supplement.
_SERIOUS_SHARE, _TAKING_SHARE = 0.009, 0.33
#: How many of the flags a visit asks about.
_ASKED_SHARE = 0.7
_PRODUCTS = (("citrate", 200), ("oxide", 300), ("bisglycinate", 200), ("citrate", 400))


def primary_care(count: int, seed: int) -> Iterator[tuple[Case, bool, bool]]:
    """Cases with whether the disease is serious and whether any flag is present."""
    rng = np.random.default_rng(seed)
    serious_flags = other_states()[_SERIOUS].flags
    for _ in range(count):
        serious = bool(rng.random() < _SERIOUS_SHARE)
        flags = {}
        for name, otherwise in flags_otherwise().items():
            chance = serious_flags[name].median if serious and name in serious_flags else otherwise.median
            present, asked = rng.random() < chance, rng.random() < _ASKED_SHARE
            if asked or present:
                flags[name] = bool(present)
        yield case_from_tree(_tree(rng, flags)), serious, any(flags.values())


def _tree(rng: np.random.Generator, flags: dict[str, bool]) -> dict[str, Any]:
    began = f"2026-05-{int(rng.integers(4, 31)):02d}"
    tree: dict[str, Any] = {
        "schema": "epsom.case/1", "asked_on": "2026-06-01", "question": "low_back_pain",
        "person": {"age": int(rng.integers(20, 85)), "sex": "female" if rng.random() < 0.55 else "male"},
        "symptoms": [{"name": "low_back_pain", "onset": began, "severity": int(rng.integers(2, 8))}],
        "red_flags": flags,
    }  # fmt: skip
    if rng.random() < _TAKING_SHARE:
        form, dose = _PRODUCTS[int(rng.integers(len(_PRODUCTS)))]
        start = f"2026-0{int(rng.integers(1, 6))}-{int(rng.integers(1, 29)):02d}"
        tree["supplements"] = [
            {"form": form, "dose": f"{dose} mg", "dose_of": "elemental", "times_per_day": 1, "start": start}
        ]
    return tree


def tiers(count: int = 1000, seed: int = 1) -> dict[str, Any]:
    """Share of people in each tier, and of those without a flag above ``soon``."""
    levels: Counter[str] = Counter()
    plain, loud = 0, 0
    for case, serious, flagged in primary_care(count, seed):
        level = triage_now(case)
        levels[level] += 1
        if not flagged and not serious:
            plain += 1
            loud += TRIAGE_LEVELS.index(level) < TRIAGE_LEVELS.index("soon")
    return {
        "people": count,
        "shares": {level: levels[level] / count for level in TRIAGE_LEVELS},
        "without_flag": plain,
        "without_flag_above_soon": loud,
    }
