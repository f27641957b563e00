"""libSBML's consistency check of a model. The only module that knows libSBML, which has no types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """Something libSBML has to say of a model."""

    severity: str
    category: str
    line: int
    message: str


def findings(text: str) -> list[Finding]:
    """Everything libSBML finds with every kind of check on: units, identifiers, mathematics, practice.

    Raises
    ------
    ModuleNotFoundError
        If python-libsbml is not installed.
    """
    import libsbml

    library: Any = libsbml
    model = library.readSBMLFromString(text)
    for category in range(library.LIBSBML_CAT_SBML, library.LIBSBML_CAT_MODELING_PRACTICE + 1):
        model.setConsistencyChecks(category, True)
    model.checkConsistency()
    found = [model.getError(i) for i in range(model.getNumErrors())]
    return [
        Finding(one.getSeverityAsString(), one.getCategoryAsString(), one.getLine(), one.getMessage().strip())
        for one in found
    ]
