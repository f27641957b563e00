"""Epsom: does magnesium explain this pain, by which route, and how sure can anyone be?"""

__version__ = "0.1.0"
