"""Figures as inline SVG: no script, text kept as text, the same bytes every time."""
