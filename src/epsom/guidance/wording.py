"""The plain words of the guidance: what contract names are called, and how sentences are filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.guidance.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from epsom.guidance.facts import Facts
    from epsom.guidance.grammar import Match
    from epsom.guidance.products import Taken


def symptom_words(name: str) -> str:
    """Return what a symptom is called, as in "You have low back pain"."""
    return table("phrases")["symptoms"][name]


def flag_words(name: str) -> str:
    """Return what a red flag is called."""
    return table("phrases")["flags"][name]


def condition_words(name: str) -> str:
    """Return what a condition is called."""
    return table("phrases")["conditions"][name]


def listed(words: Iterable[str]) -> str:
    """Join words as in "a, b and c"."""
    *first, last = [*dict.fromkeys(words)] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def number(value: float) -> str:
    """Return a number with at most three figures and no needless zeros."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{round(value, -1):.0f}"


def chance_words(probability: float, low: float, high: float) -> str:
    """Return a chance with its interval, as in "62 in 100 (40 to 80)"."""
    return f"{_hundredths(probability)} in 100 ({_hundredths(low)} to {_hundredths(high)})"


def _hundredths(probability: float) -> str:
    return (
        f"{100.0 * probability:.0f}"
        if 0.01 <= probability <= 0.99 or probability in (0.0, 1.0)
        else ("under 1" if probability < 0.01 else "over 99")
    )


class Blanks(dict[str, str]):
    """What may stand in the blanks of a sentence: words that were matched, and words about the person.

    Parameters
    ----------
    facts
        About the person.
    match
        What the condition of the sentence's rule matched.
    extra
        More words, by the name of their blank.
    """

    def __init__(self, facts: Facts, match: Match, extra: Mapping[str, str] | None = None) -> None:
        super().__init__({kind: listed(words) for kind, words in match.items()} | dict(extra or {}))
        for blank, kinds in _TOGETHER.items():
            self[blank] = listed(word for kind in kinds for word in match.get(kind, ()))
        self._facts = facts

    def __missing__(self, blank: str) -> str:
        return _ABOUT[blank](self._facts)


def fill(sentence: str, facts: Facts, match: Match, extra: Mapping[str, str] | None = None) -> str:
    """Fill in the blanks of a sentence and begin it with a capital.

    Raises
    ------
    KeyError
        If it has a blank that nothing fills.
    """
    text = sentence.format_map(Blanks(facts, match, extra))
    return text[:1].upper() + text[1:]


def _products(facts: Facts) -> str:
    return listed(product.title for product in facts.taken) or "magnesium"


def _some_now(fits: Callable[[Taken], bool]) -> Callable[[Facts], str]:
    return lambda facts: listed(p.title for p in facts.taken_now if fits(p)) or "the magnesium"


def kidney_risk(facts: Facts) -> str:
    """Return what the kidneys are called among the risks of a person."""
    if facts.kidneys.worst is not None:
        return f"your kidneys (eGFR {facts.kidneys.worst:.0f})"
    return "dialysis" if facts.kidneys.dialysis else "your kidney disease"


def dose_words(facts: Facts) -> str:
    """Return the dose per day, as in "400 mg"."""
    return f"{number(facts.peak_milligrams)} mg" if facts.peak_milligrams else "an unknown amount"


def _filtration(facts: Facts) -> str:
    """Return the worst filtration rate to a tenth, so that 14.7 is not called 15 and "under 15"."""
    return number(round(facts.kidneys.worst, 1)) if facts.kidneys.worst is not None else "unknown"


def _kidney(facts: Facts) -> str:
    """Return a clause on the kidneys: the worst thing that is known of them."""
    kidneys = facts.kidneys
    if kidneys.dialysis:
        return "you are on dialysis"
    if kidneys.acute:
        return "you have a sudden kidney injury"
    if kidneys.worst is not None and (kidneys.worst < 60.0 or not kidneys.chronic):
        return f"your kidney rate (eGFR) is about {_filtration(facts)}"
    return "you have kidney disease" if kidneys.chronic else "nobody has checked your kidneys here"


# Blanks that put words of two kinds together.
_TOGETHER = {
    "complaints": ("symptoms", "flags"),
    "reason": ("drugs", "conditions"),
    "risk": ("risks", "conditions", "drugs", "flags"),
}

_ABOUT: Mapping[str, Callable[[Facts], str]] = {
    "products": _products,
    "chosen_products": _some_now(lambda product: not product.ordered),
    "ordered_products": _some_now(lambda product: product.ordered),
    "dose": dose_words,
    "kidney": _kidney,
    "filtration": _filtration,
    "age": lambda facts: f"{facts.age:.0f}",
    "take": lambda facts: "take" if facts.taken_now else "took",
    "question": lambda facts: symptom_words(facts.question),
    "the_question": lambda facts: symptom_words(facts.question).removeprefix("an ").removeprefix("a "),
}
