"""The SBML model of one person: the body's equations, the person's numbers, and what happens to the person.

Substances counted in mmol are species, and each flux between them is a reaction whose rate is the pool times
the fraction of it that moves per hour. Signals, meters and stool, which is counted in kg, are parameters with
rate rules; readings are assignment rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom import __version__
from epsom.interfaces import words
from epsom.interfaces.sbml import parameters, rules
from epsom.interfaces.sbml.elements import SBML, Element, document, element, listed
from epsom.interfaces.sbml.equations import AMOUNT, Equations
from epsom.interfaces.sbml.happenings import happenings
from epsom.interfaces.sbml.provenance import SUBSTANCES, described, meta_id, notes
from epsom.interfaces.sbml.shapes import function_definitions
from epsom.interfaces.sbml.units import unit_definitions, unit_id
from epsom.physiology.builder.body import COVARIATES

if TYPE_CHECKING:
    from epsom.interfaces.sbml.person import Person
    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.organ import State

#: Units of the model as a whole.
_UNITS = {
    "substanceUnits": AMOUNT, "timeUnits": "h", "volumeUnits": "L", "areaUnits": "m^2", "lengthUnits": "m",
    "extentUnits": AMOUNT,
}  # fmt: skip
_HOW_TO_READ = (
    "Pools are species by amount, each flux is a reaction: the pool times the fraction of it that moves per "
    "hour. Compartments are organs; their size of 1 L has no meaning, because nothing is read as a "
    "concentration in them: concentrations are parameters with assignment rules. Initial amounts belong to "
    "this person: whoever changes a parameter has left the balance they stand for.",
    "Events are meals, doses, infusions, treatments, drugs and diseases, one by one; those of one hour "
    "happen in order of priority.",
)
#: Terms of the Systems Biology Ontology: a physical compartment, a simple chemical.
_COMPARTMENT, _CHEMICAL = "SBO:0000290", "SBO:0000247"


def sbml(person: Person) -> str:
    """The model of ``person`` as the text of an SBML Level 3 Version 2 file."""
    made = element("sbml", {"xmlns": SBML, "xmlns:sbml": SBML, "level": 3, "version": 2}, [_model(person)])
    return document(made)


def _model(person: Person) -> Element:
    equations = Equations(person.body)
    identifier = f"epsom_person_{person.number}"
    attributes = {"metaid": meta_id(identifier), "id": identifier, "name": title(person)}
    units = {name: unit_id(unit) for name, unit in _UNITS.items()}
    parts = {
        "listOfFunctionDefinitions": function_definitions(equations.everything),
        "listOfUnitDefinitions": unit_definitions([*_UNITS.values(), *_units_of(person.body)]),
        "listOfCompartments": _compartments(equations),
        "listOfSpecies": _species(person, equations),
        "listOfParameters": parameters.parameters(person, equations),
        "listOfInitialAssignments": parameters.initial_assignments(equations),
        "listOfRules": rules.rules(equations),
        "listOfReactions": rules.reactions(equations),
        "listOfEvents": happenings(person),
    }
    told = described(identifier, _about(person), hasTaxon=["https://identifiers.org/taxonomy/9606"])
    lists = [part for tag, children in parts.items() for part in listed(tag, children)]
    return element("model", attributes | units, [*told, *lists])


def title(person: Person) -> str:
    """What the model is called."""
    return f"Magnesium in one virtual person: person {person.number}, seed {person.scenario.people.seed}"


def _about(person: Person) -> list[str]:
    origin = f"Written by Epsom {__version__} (body {person.body.fingerprint})."
    if person.index != person.number:
        origin += (
            f" The person is number {person.index} of the seed's crowd, chosen by the scenario's selection."
        )
    start = f"Start at midnight of day 0: {person.balance.explanation}. Time is in hours from then."
    return [f"{title(person)}. {origin}", words.INTENDED_USE, start, *_HOW_TO_READ]


def _units_of(body: Body) -> list[str]:
    """Every unit something of the body is in."""
    terms = (*body.derived, *body.readings, *body.fluxes)
    return [
        *COVARIATES.values(), *(record.canonical_unit for record in body.parameters),
        *(term.unit for term in terms), *(state.unit for state in body.states),
        *(item.unit for item in body.inputs),
    ]  # fmt: skip


def compartment_id(organ: str) -> str:
    """The identifier of an organ; a parameter may have the organ's name."""
    return f"organ_{organ}"


def _compartments(equations: Equations) -> list[Element]:
    """The organs that hold species."""
    holding = {equations.organ_of[species] for species in equations.species}
    return [
        element(
            "compartment",
            {"sboTerm": _COMPARTMENT, "id": compartment_id(organ.name), "name": words.plain(organ.name),
             "spatialDimensions": 3, "size": 1.0, "units": unit_id("L"), "constant": True},
            [notes(organ.purpose, "The size stands for no volume.")],
        )
        for organ in equations.body.organs
        if organ.name in holding
    ]  # fmt: skip


def _species(person: Person, equations: Equations) -> list[Element]:
    amounts, places = person.start, person.body.state_index
    return [
        _one_species(state, float(amounts[places[name]]), equations.organ_of[name])
        for name, state in equations.species.items()
    ]


def _one_species(state: State, amount: float, organ: str) -> Element:
    attributes = {
        "metaid": meta_id(state.name), "sboTerm": _CHEMICAL, "id": state.name,
        "name": words.plain(state.name),
        "compartment": compartment_id(organ), "initialAmount": amount, "substanceUnits": unit_id(state.unit),
        "hasOnlySubstanceUnits": True, "boundaryCondition": False, "constant": False,
    }  # fmt: skip
    known = [f"https://identifiers.org/{code}" for code in SUBSTANCES.get(state.substance or "", ())]
    told = described(state.name, [f"{words.sentence(state.kind)}: {state.meaning}."], isVersionOf=known)
    return element("species", attributes, told)
