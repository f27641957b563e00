"""Epsom tells whether magnesium explains a pain, by which route, and how sure anyone can be."""

__version__ = "0.1.0"
