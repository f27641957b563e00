"""Organs of the body, one module each. They do not import one another; they meet in shared names."""
