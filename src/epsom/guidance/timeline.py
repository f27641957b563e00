"""How a symptom and the magnesium ran beside each other: before, after, better without, back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.guidance.episodes import all_episodes
from epsom.guidance.tables import table

if TYPE_CHECKING:
    from epsom.guidance.episodes import Episode
    from epsom.guidance.facts import Facts
    from epsom.guidance.products import Taken

# What ended on the day of the last intake ended with it.
_SAME_DAY = 0.01

#: Yes, no, or None where it is not known.
Answer = bool | None


def began_after(facts: Facts) -> Answer:
    """Tell whether the symptom began after some magnesium was begun.

    No where every episode began before all of it; what became worse later, or may have, is not known.
    """
    episodes = all_episodes(facts.case)
    if any(_surely_after(e, p) for e in episodes for p in facts.products):
        return True
    before = all(e.since.certainly_before(p.start) for e in episodes for p in facts.products)
    if not before or not episodes or not facts.products:
        return None
    return None if any(episode.course == "worse" for episode in episodes) else False


def _surely_after(episode: Episode, product: Taken) -> bool:
    """Both times are known, and the episode began on the day of the start or later."""
    if not (episode.since.known and product.start.known):
        return False
    same_day_or_later = episode.since.low > product.start.low - 1.0
    return same_day_or_later and not episode.since.certainly_before(product.start)


def better_without(facts: Facts) -> Answer:
    """Tell whether the symptom went or got better after all magnesium was stopped.

    Relief counts for some days only, and no relief only after some; while anything is still taken nothing is
    known.
    """
    limits = table("scales")["withdrawal"]
    if not facts.products or any(product.now for product in facts.products):
        return None
    stopped = max(product.stop for product in facts.products)
    episodes = [e for e in all_episodes(facts.case) if not e.since.known or e.since.low <= stopped]
    if any(
        e.until < 0.0 and 0.0 <= e.until - stopped + _SAME_DAY <= limits["relief_within"] for e in episodes
    ):
        return True
    going_on = [episode for episode in episodes if episode.until >= 0.0]
    if any(episode.course == "better" for episode in going_on) and -stopped <= limits["relief_within"]:
        return True
    return False if going_on and -stopped >= limits["no_relief_after"] else None


def came_back(facts: Facts) -> Answer:
    """Tell whether the symptom came back when magnesium was taken again after a break without it."""
    for first in facts.products:
        for again in facts.products:
            if not again.start.known or again.start.low < first.stop:
                continue
            answer = _after_break(facts, first, again)
            if answer is not None:
                return answer
    return None


def _after_break(facts: Facts, first: Taken, again: Taken) -> Answer:
    episodes = all_episodes(facts.case)
    over = [e for e in episodes if e.until < again.start.high and e.until >= first.start.low]
    if not over:
        return None
    later = [e for e in episodes if e.since.known and e.since.low >= again.start.low - 1.0]
    if later:
        return True
    return False if -again.start.low >= table("scales")["withdrawal"]["relief_within"] else None


def earlier_reaction(facts: Facts) -> Answer:
    """Tell whether an earlier episode of the symptom fell into an earlier time with magnesium."""
    episodes = all_episodes(facts.case)
    latest = max((e.since.low for e in episodes if e.since.known), default=None)
    if latest is None:
        return None
    earlier = [e for e in episodes if e.since.known and e.since.low < latest and e.until < 0.0]
    during = (
        p.start.known and p.start.low <= e.since.high and e.since.low <= min(p.stop, 0.0)
        for e in earlier
        for p in facts.products
    )
    return True if any(during) else None


def dose_response(facts: Facts) -> Answer:
    """Tell whether the symptom came or got worse when the dose was raised.

    Only a dose that was raised while magnesium was taken says anything, and only if the symptom is dated.
    """
    dated = [p for p in facts.products if p.start.known and p.milligrams is not None]
    for before in facts.products:
        for after in dated:
            follows = abs(after.start.low - before.stop) <= 1.5
            raised = before.milligrams is not None and (after.milligrams or 0.0) > before.milligrams
            if before is not after and follows and raised:
                episodes = all_episodes(facts.case)
                began = [e for e in episodes if e.since.known and _surely_after(e, after)]
                return True if began else None
    return None
