"""The SED-ML file: how to run the model so that the scenario's measures can be read off."""

from __future__ import annotations

import math as numbers
from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.sbml.elements import MATHML, SBML, Element, document, element
from epsom.interfaces.sbml.equations import Equations
from epsom.interfaces.sbml.provenance import notes
from epsom.simulation.measures import hours_needed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epsom.interfaces.sbml.person import Person
    from epsom.physiology.builder.organ import State, Term

_SEDML = "http://sed-ml.org/sed-ml/level1/version4"
_LANGUAGE = "urn:sedml:language:sbml.level-3.version-2"
_TIME = "urn:sedml:symbol:time"
#: Terms of KiSAO: CVODE with its relative and absolute tolerance and its most steps.
_CVODE, _RELATIVE, _ABSOLUTE, _MOST_STEPS = "KISAO:0000019", "KISAO:0000209", "KISAO:0000211", "KISAO:0000415"
_TOLERANCES = {_RELATIVE: "1e-8", _ABSOLUTE: "1e-10", _MOST_STEPS: "100000"}
_HOUR = 60
_MODEL, _RUN, _TASK = "model", "course", "task"


def sedml(person: Person, model_file: str) -> str:
    """The simulation of ``person``, whose model is in ``model_file``, as the text of a SED-ML file."""
    equations, end = Equations(person.body), person.end
    readings, states = person.body.readings, person.body.states
    simulation = {
        "id": _RUN, "initialTime": 0, "outputStartTime": 0, "outputEndTime": end,
        "numberOfSteps": round(end * _HOUR / step_in_minutes(person)),
    }  # fmt: skip
    task = {"id": _TASK, "modelReference": _MODEL, "simulationReference": _RUN}
    generators = [_time(), *(_generator(item, equations) for item in (*readings, *states))]
    reports = [_report("readings", readings), _report("states", states)]
    parts = {
        "listOfModels": [element("model", {"id": _MODEL, "language": _LANGUAGE, "source": model_file})],
        "listOfSimulations": [element("uniformTimeCourse", simulation, [_solver()])],
        "listOfTasks": [element("task", task)],
        "listOfDataGenerators": generators,
        "listOfOutputs": reports,
    }
    root = {"xmlns": _SEDML, "xmlns:sbml": SBML, "level": 1, "version": 4}
    told = notes("Time is in hours from midnight of day 0. A measure of the scenario for one day is the "
                 "change of a state of the report over 24 h, or a reading at that moment.")  # fmt: skip
    lists = [element(tag, children=children) for tag, children in parts.items()]
    return document(element("sedML", root, [told, *lists]))


def step_in_minutes(person: Person) -> int:
    """The longest step up to an hour at which every measure can be read."""
    hours = [
        hour for measure in person.scenario.measures for day in measure.days
        for hour in hours_needed(measure.name, day)
    ]  # fmt: skip
    return max(1, numbers.gcd(_HOUR, *(round(hour * _HOUR) for hour in (*hours, person.end))))


def _solver() -> Element:
    settings = [
        element("algorithmParameter", {"kisaoID": term, "value": value})
        for term, value in _TOLERANCES.items()
    ]
    return element(
        "algorithm", {"kisaoID": _CVODE}, [element("listOfAlgorithmParameters", children=settings)]
    )


def _time() -> Element:
    return _generated("time", {"symbol": _TIME})


def _generator(item: State | Term, equations: Equations) -> Element:
    kind = ("Species", "species") if item.name in equations.species else ("Parameters", "parameter")
    path = f"/sbml:sbml/sbml:model/sbml:listOf{kind[0]}/sbml:{kind[1]}[@id='{item.name}']"
    return _generated(item.name, {"target": path})


def _generated(identifier: str, place: dict[str, str]) -> Element:
    variable = {"id": f"{identifier}_in_model", "taskReference": _TASK, **place}
    formula = element("ci", text=f" {variable['id']} ")
    return element("dataGenerator", {"id": identifier, "name": words.plain(identifier)}, [
        element("listOfVariables", children=[element("variable", variable)]),
        element("math", {"xmlns": MATHML}, [formula]),
    ])  # fmt: skip


def _report(identifier: str, items: Iterable[State | Term]) -> Element:
    labels = {"time": "time (h)"} | {
        item.name: words.plain(item.name) + ("" if item.unit == "1" else f" ({item.unit})") for item in items
    }
    sets = [
        element("dataSet", {"id": f"{identifier}_{name}", "label": label, "dataReference": name})
        for name, label in labels.items()
    ]
    return element(
        "report", {"id": identifier, "name": words.sentence(identifier)},
        [element("listOfDataSets", children=sets)],
    )  # fmt: skip
