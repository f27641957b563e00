"""The one design of all figures: colors by role, type and sizes.

A figure names a color by its role. In a page the role is a CSS variable with a light and a dark value; in a
file of its own it is the light value. The hues are apart for people with any color vision, and no meaning
rests on color alone: lines differ in dash, areas carry their names.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Role -> color on a light and on a dark page.
COLORS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "surface": ("#ffffff", "#171c21"),
    "panel": ("#f6f8fa", "#1f262d"),
    "ink": ("#1c2730", "#e8edf1"),
    "muted": ("#586873", "#a3b1bb"),
    "line": ("#d5dde3", "#37424b"),
    "with": ("#0b62a4", "#6db5f0"),  # with the supplement
    "with-band": ("#d3e4f2", "#1d3a54"),
    "without": ("#a85a00", "#f0a94e"),  # without it
    "without-band": ("#f6e5cf", "#44331d"),
    "lab": ("#8e1f5b", "#f08fc0"),  # measured values
    "normal-band": ("#eaf3ec", "#1f3027"),
    "gut": ("#9a6412", "#e0b368"),
    "gut-tint": ("#fbf3e4", "#2e271a"),
    "blood": ("#a8323a", "#f29298"),
    "blood-tint": ("#fbecec", "#33201f"),
    "tissue": ("#17705c", "#6fcdb4"),
    "tissue-tint": ("#e6f4ef", "#172c27"),
    "exit": ("#4f6472", "#9fb4c2"),
    "exit-tint": ("#e9eff3", "#222c34"),
    "kidney": ("#2c5f9e", "#85b6ee"),
    "kidney-tint": ("#e8f0f9", "#1b2836"),
    "signal": ("#6b4b96", "#c3a5ec"),
    "signal-tint": ("#f2edf8", "#282134"),
})  # fmt: skip

#: Browsers take the reader's own sans; the last names are those that free systems carry.
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

#: Widest a figure gets in a report, in px.
WIDTH = 720


def light(role: str) -> str:
    """The color of ``role`` on a light page."""
    return COLORS[role][0]


def themed(role: str) -> str:
    """``role`` as a CSS variable that falls back to the light color."""
    return f"var(--{role}, {light(role)})"


def css_variables(*, dark: bool) -> str:
    """Declarations of every role, for a style sheet."""
    return "".join(f"--{role}:{colors[dark]};" for role, colors in COLORS.items())


_VARIABLE = re.compile(r"var\(--[a-z-]+, (#[0-9a-f]{6})\)")


def in_light(svg: str) -> str:
    """``svg`` with plain light colors, for programs that know no CSS variables."""
    return _VARIABLE.sub(r"\1", svg)
