"""Printing on a terminal: plain tables and text bars that need neither color nor more than 80 columns."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from epsom.interfaces.plots.drawing import Table

_WIDEST = 100


def console() -> Console:
    """Standard output, at most 100 columns wide, never highlighted by guesswork."""
    from rich.console import Console

    found = Console(highlight=False, soft_wrap=False, emoji=False)
    if found.width > _WIDEST:
        found = Console(highlight=False, soft_wrap=False, emoji=False, width=_WIDEST)
    return found


def print_json(tree: dict[str, Any]) -> None:
    """A document of the contract on standard output."""
    import json

    sys.stdout.write(json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def table(data: Table, *, words: Sequence[int] = ()) -> Any:
    """A table of a report for the terminal; the first column and those in ``words`` are text."""
    from rich import box
    from rich.table import Table as RichTable

    made = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1))
    for position, header in enumerate(data.headers):
        is_text = position in words
        made.add_column(header, justify="left" if is_text else "right", no_wrap=not is_text, overflow="fold")
    for row in data.rows:
        made.add_row(*row)
    return made


def hanging(to: Console, lines: Iterable[str], *, indent: int, hang: int) -> None:
    """Each line wrapped to the screen, its continuation moved in by ``hang``."""
    import textwrap

    for line in lines:
        text = textwrap.fill(
            line, max(to.width - 1, 40), initial_indent=" " * indent, subsequent_indent=" " * (indent + hang),
            break_on_hyphens=False,
        )  # fmt: skip
        to.print(text, markup=False, no_wrap=True, overflow="ignore", crop=False)


#: Sure, probable, possible: what the interval holds for certain, up to the estimate, up to its end.
BLOCKS = ("█", "▓", "░", "·")
_ASCII = ("#", "+", "-", ".")


def bar(probability: float, interval: tuple[float, float], width: int = 24, *, plain: bool = False) -> str:
    """A probability with its interval as a bar.

    It is full to the low end, medium to the estimate and light to the high end.
    """
    low, high = (round(width * end) for end in interval)
    middle = max(round(width * probability), low)
    sure, probable, possible, rest = _ASCII if plain else BLOCKS
    high = max(high, middle)
    return sure * low + probable * (middle - low) + possible * (high - middle) + rest * (width - high)


def only_ascii() -> bool:
    """Whether standard output cannot carry block characters."""
    try:
        "█░–".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False
