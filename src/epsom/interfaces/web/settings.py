"""What one server takes on: sizes, times and how many at once. Nothing here changes a number of an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Limits of one server.

    Attributes
    ----------
    hosts
        Names under which the page may be asked for; any other name in a request is refused, so that no
        foreign page can reach a server on this machine by renaming it.
    first_people, people
        Size of the crowd of the page's first answer and of the finer one behind it.
    most_people, most_simulated
        Largest crowd of an assessment and of a scenario.
    body_bytes
        Largest request.
    waiting
        Longest line of people who wait.
    assess_seconds, compare_seconds, simulate_seconds
        Longest run of one piece of work.
    unheard_seconds
        A page that asks for its answer less often than this has gone; its work is freed.
    kept, kept_seconds
        How many finished answers are held in memory, and for how long after they were last asked for.
    """

    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    first_people: int = 128
    people: int = 512
    most_people: int = 4096
    most_simulated: int = 20_000
    body_bytes: int = 1_000_000
    waiting: int = 64
    assess_seconds: float = 180.0
    compare_seconds: float = 30.0
    simulate_seconds: float = 900.0
    unheard_seconds: float = 15.0
    kept: int = 48
    kept_seconds: float = 1800.0
