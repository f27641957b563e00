"""The archive: the same bytes each time, read back by libCOMBINE, and everything in it."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest
from lives import scenario

from epsom.core.documents import scenario_from_tree
from epsom.core.faults import InputError
from epsom.interfaces.sbml.archive import omex
from epsom.interfaces.sbml.person import draw_person
from epsom.simulation.fast.engine import FastEngine


@pytest.fixture(scope="module")
def person():
    return draw_person(scenario("citrate"), 1, FastEngine(threads=1))


def test_the_archive_is_always_the_same_bytes(person):
    again = draw_person(scenario("citrate"), 1, FastEngine(threads=2))
    assert omex(again) == omex(person)
    assert omex(draw_person(scenario("citrate"), 2, FastEngine(threads=1))) != omex(person)


def test_libcombine_reads_the_archive(person, tmp_path):
    import libcombine

    path = tmp_path / "person.omex"
    path.write_bytes(omex(person))
    archive = libcombine.CombineArchive()
    assert archive.initializeFromArchive(str(path))
    entries = [archive.getEntry(place) for place in range(archive.getNumEntries())]
    kinds = {entry.getLocation(): entry.getFormat() for entry in entries}
    assert archive.getMasterFile().getLocation() == "./simulation.sedml"
    assert kinds["./model.xml"].endswith("sbml.level-3.version-2")
    assert archive.extractEntryToString("./model.xml").lstrip().startswith("<?xml")
    archive.cleanUp()


def test_the_scenario_inside_is_the_scenario(person):
    with zipfile.ZipFile(BytesIO(omex(person))) as archive:
        tree = json.loads(archive.read("scenario.json"))
    assert scenario_from_tree(tree) == person.scenario


def test_every_target_of_the_simulation_is_in_the_model(person):
    with zipfile.ZipFile(BytesIO(omex(person))) as archive:
        model, simulation = archive.read("model.xml").decode(), archive.read("simulation.sedml").decode()
    known = {item.get("id") for item in ElementTree.fromstring(model).iter()}
    targets = re.findall(r"\[@id='(\w+)'\]", simulation)
    assert len(targets) > 40
    assert set(targets) <= known


def test_numbers_read_back_as_the_same_doubles(person):
    import libsbml

    with zipfile.ZipFile(BytesIO(omex(person))) as archive:
        model = libsbml.readSBMLFromString(archive.read("model.xml").decode()).getModel()
    for name, place in person.body.state_index.items():
        species = model.getSpecies(name)
        found = species.getInitialAmount() if species else model.getParameter(name).getValue()
        assert found == person.start[place], name


def test_a_person_who_is_not_there_is_a_fault():
    with pytest.raises(InputError, match="--person"):
        draw_person(scenario("citrate"), 3, FastEngine(threads=1))
