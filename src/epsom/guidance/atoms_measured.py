"""Atoms on laboratory results and on what the simulated crowd says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.kinds import KINDS, LAB_KINDS
from epsom.core.names import CAUSES, LABS, MAGNESIUM_STATUSES
from epsom.guidance.grammar import names, on_facts, words
from epsom.guidance.wording import chance_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.guidance.grammar import Builder, Check, Match
    from epsom.guidance.results import Result
    from epsom.guidance.scene import Scene


def _result_from(argument: Any) -> Check:
    """A result is certainly at least this."""
    (test,), limit = names(argument["test"], LABS), float(argument["value"])
    return on_facts(lambda f: words("results", (_told(r) for r in f.results_of(test) if r.low >= limit)))


def _result_up_to(argument: Any) -> Check:
    """A result is certainly at most this."""
    (test,), limit = names(argument["test"], LABS), float(argument["value"])
    return on_facts(lambda f: words("results", (_told(r) for r in f.results_of(test) if r.high <= limit)))


def _result_below(argument: Any) -> Check:
    """A result is certainly less than this; a bound "below" the limit is."""
    (test,), limit = names(argument["test"], LABS), float(argument["value"])
    return on_facts(lambda f: words("results", (_told(r) for r in f.results_of(test) if _is_below(r, limit))))


def _is_below(result: Result, limit: float) -> bool:
    return result.high < limit or (result.high == limit and result.low < result.high)


def _told(result: Result) -> str:
    """Return a result as it was written, in our unit too where that is another one, with its date."""
    text = result.text
    if result.unit not in text and result.unit == KINDS[LAB_KINDS[result.test]].unit:
        text = f"{text} ({result.bound:.2g} {result.unit})"
    if result.low != result.high:
        text = f"{'above' if result.low > 0.0 else 'below'} {text}"
    return f"{text} on {result.date}" if result.date else text


def _status_chance(argument: Any) -> Check:
    """The crowd gives these states of magnesium together at least this chance; no findings, no chance."""
    wanted, least = names(argument["of"], MAGNESIUM_STATUSES), float(argument["from"])

    def check(scene: Scene) -> Match | None:
        states = {} if scene.findings is None else scene.findings.status
        named = [share for name, share in states.items() if name in wanted]
        chance = min(sum(share.probability for share in named), 1.0)
        if not named or chance < least:
            return None
        low = max(share.low for share in named)
        high = min(sum(share.high for share in named), 1.0)
        return words("chances", [chance_words(chance, low, high)])

    return check


def _cause_chance(argument: Any) -> Check:
    """The crowd gives this cause at least this chance; no findings, no chance."""
    (cause,), least = names(argument["of"], CAUSES), float(argument["from"])

    def check(scene: Scene) -> Match | None:
        share = None if scene.findings is None else scene.findings.probability(cause)
        if share is None or share.probability < least:
            return None
        return words("chances", [chance_words(share.probability, share.low, share.high)])

    return check


MEASURED_ATOMS: Mapping[str, Builder] = {
    "result_from": _result_from,
    "result_up_to": _result_up_to,
    "result_below": _result_below,
    "status_chance": _status_chance,
    "cause_chance": _cause_chance,
}
