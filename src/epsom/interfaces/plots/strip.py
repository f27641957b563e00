"""A chance with its interval on a strip from 0 to 100 in 100, stretched to whatever room there is."""

from __future__ import annotations

from epsom.interfaces.numerals import percent, percent_interval
from epsom.interfaces.plots.canvas import Canvas

_WIDTH, _HEIGHT = 300.0, 18.0


def strip(key: str, title: str, share: float, interval: tuple[float, float], role: str) -> str:
    """The strip as SVG: the ground is all that is possible, the band what is likely, the tick the best guess.

    It is stretched sideways by its page, so it holds no letters; the page writes the numbers beside it.
    """
    alt = f"{title}: {percent(share)}, nine in ten within {percent_interval(interval)}"
    canvas = Canvas(_WIDTH, _HEIGHT, key, title, alt)
    canvas.box(0, 5, _WIDTH, 8, fill="line", radius=0)
    low, high = (end * _WIDTH for end in interval)
    canvas.area(f"M{low:.1f},1 H{max(high, low + 2):.1f} V17 H{low:.1f}", fill=role, opacity=0.38)
    at = min(max(share * _WIDTH, 2.0), _WIDTH - 2.0)
    canvas.area(f"M{at - 2:.1f},0 h4 v18 h-4", fill=role)
    canvas.path(f"M{_WIDTH / 2:g},5 v8", stroke="surface", width=0.8)
    return canvas.svg().replace("<svg ", '<svg preserveAspectRatio="none" ', 1)
