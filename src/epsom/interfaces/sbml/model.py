"""The SBML model of one person: the body's equations, the person's numbers, and what happens to the person.

Magnesium and the other substances counted in mmol are species, and each flux between them a reaction whose rate
is the pool times the fraction that moves per hour. Signals, meters and stool (counted in kg) are parameters with
rate rules, readings are assignment rules.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import sympy

from epsom import __version__
from epsom.interfaces import words
from epsom.interfaces.sbml import parameters
from epsom.interfaces.sbml.elements import SBML, Element, document, element, listed
from epsom.interfaces.sbml.equations import Equations
from epsom.interfaces.sbml.happenings import happenings
from epsom.interfaces.sbml.mathml import math, written
from epsom.interfaces.sbml.provenance import SUBSTANCES, described, meta_id, notes
from epsom.interfaces.sbml.shapes import function_definitions, function_id
from epsom.interfaces.sbml.units import unit_definitions, unit_id

if TYPE_CHECKING:
    from epsom.interfaces.sbml.person import Person
