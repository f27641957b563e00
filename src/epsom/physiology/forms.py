"""What becomes of a swallowed form: a part is dissolved, a part needs acid, a part never dissolves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from epsom.core.evidence import registry

#: Forms whose solid part needs acid to dissolve; all others are dissolved or never dissolve.
ACID_LIMITED = frozenset({"oxide", "hydroxide", "carbonate"})

#: Gives each person's value of a parameter, by its name.
Values = Callable[[str], Any]


class Split(NamedTuple):
    """Shares of a swallowed amount by where they start, and the lasting anion with each magnesium."""

    stomach_dissolved: Any
    stomach_solid: Any
    gut_inert: Any
    small_bowel_anion: Any


def split(form: str, values: Values) -> Split:
    """Shares of one swallowed mmol of ``form``, as arrays over people where ``values`` gives arrays.

    The first three add up to 1.
    """
    inert = values(f"inert_share_{form}")
    anion_name = f"lasting_anion_{form}"
    anion = values(anion_name) if anion_name in registry() else 0 * inert
    if form in ACID_LIMITED:
        return Split(0 * inert, 1 - inert, inert, anion)
    return Split(1 - inert, 0 * inert, inert, anion)
