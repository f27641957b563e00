"""Floor 4: evidence, weights, causes. `infer` is the only entry."""

from epsom.inference.infer import DEFAULT_PEOPLE, infer

__all__ = ["DEFAULT_PEOPLE", "infer"]
