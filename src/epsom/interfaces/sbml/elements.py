"""XML elements whose numbers read back as the same doubles, written as the same bytes each time.

libSBML writes 15 digits of a number, which is too few to give the double back. So documents are built here,
and libSBML checks them (see `epsom.interfaces.sbml.checking`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Element = ElementTree.Element
Attribute = str | bool | int | float

SBML = "http://www.sbml.org/sbml/level3/version2/core"
MATHML = "http://www.w3.org/1998/Math/MathML"
XHTML = "http://www.w3.org/1999/xhtml"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def element(
    tag: str,
    attributes: Mapping[str, Attribute] | None = None,
    children: Iterable[Element] = (),
    text: str | None = None,
) -> Element:
    """Make an element; a number among ``attributes`` is written with as many digits as it takes."""
    made = Element(tag, {name: _written(value) for name, value in (attributes or {}).items()})
    made.extend(children)
    made.text = text
    return made


def listed(tag: str, children: Iterable[Element]) -> list[Element]:
    """The children in a list element called ``tag``, or nothing for none: SBML has no empty lists."""
    found = list(children)
    return [element(tag, children=found)] if found else []


def number(value: float) -> str:
    """The shortest text, of 17 digits at most, that reads back as the same double.

    Raises
    ------
    ValueError
        If it is infinite or missing.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot stand in a document")
    return repr(float(value))


def _written(value: Attribute) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else number(value)


def document(root: Element) -> str:
    """The text of a whole file."""
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"
