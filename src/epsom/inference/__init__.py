"""Floor 4: evidence, weights, causes. `infer` and `inquire` answer; `whatif` runs the same people on."""

from epsom.inference.infer import DEFAULT_PEOPLE, Inquiry, infer, inquire

__all__ = ["DEFAULT_PEOPLE", "Inquiry", "infer", "inquire"]
