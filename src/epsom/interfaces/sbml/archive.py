"""The OMEX archive: one person's model, simulation, scenario and metadata, always the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

from epsom.interfaces import words
from epsom.interfaces.sbml.elements import RDF, document, element
from epsom.interfaces.sbml.model import sbml, title
from epsom.interfaces.sbml.sedml import sedml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epsom.interfaces.sbml.person import Person

_OMEX = "http://identifiers.org/combine.specifications"
_MODEL, _SIMULATION, _SCENARIO, _METADATA = "model.xml", "simulation.sedml", "scenario.json", "metadata.rdf"
_MANIFEST = "manifest.xml"
_FORMATS = {
    ".": f"{_OMEX}/omex",
    _MANIFEST: f"{_OMEX}/omex-manifest",
    _MODEL: f"{_OMEX}/sbml.level-3.version-2",
    _SIMULATION: f"{_OMEX}/sed-ml.level-1.version-4",
    _SCENARIO: "https://purl.org/NET/mediatypes/application/json",
    _METADATA: f"{_OMEX}/omex-metadata",
}
_CREATOR = "The Epsom authors"
_LICENSE = "https://spdx.org/licenses/Apache-2.0"
#: The earliest time a zip file can carry; the clock would make every archive another one.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE_FILE = 0o100644 << 16


def omex(person: Person) -> bytes:
    """The archive of ``person``."""
    files = {
        _MODEL: sbml(person),
        _SIMULATION: sedml(person, _MODEL),
        _SCENARIO: json.dumps(person.scenario.to_tree(), indent=2, ensure_ascii=False) + "\n",
        _METADATA: metadata(person),
    }
    return zipped({_MANIFEST: manifest(files)} | files)


def manifest(files: Iterable[str]) -> str:
    """The list of what is in the archive; the simulation is what a reader should open."""
    contents = []
    for name in (".", _MANIFEST, *files):
        location = name if name == "." else f"./{name}"
        master = {"master": True} if name == _SIMULATION else {}
        contents.append(element("content", {"location": location, "format": _FORMATS[name], **master}))
    return document(element("omexManifest", {"xmlns": f"{_OMEX}/omex-manifest"}, contents))


def metadata(person: Person) -> str:
    """Title, creator, license and what the archive is, without a date."""
    creator = element("vCard:organization-name", text=_CREATOR)
    about = [
        element("dcterms:title", text=title(person)),
        element("dcterms:description", text=f"A simulated person, not a patient. {words.INTENDED_USE}"),
        element("dcterms:creator", {"rdf:parseType": "Resource"}, [creator]),
        element("dcterms:license", {"rdf:resource": _LICENSE}),
    ]
    root = {
        "xmlns:rdf": RDF, "xmlns:dcterms": "http://purl.org/dc/terms/",
        "xmlns:vCard": "http://www.w3.org/2006/vcard/ns#",
    }  # fmt: skip
    return document(element("rdf:RDF", root, [element("rdf:Description", {"rdf:about": "."}, about)]))


def zipped(files: dict[str, str]) -> bytes:
    """A zip file of texts that depends on nothing but them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                _READABLE_FILE,
                3,
            )
            archive.writestr(entry, text.encode())
    return buffer.getvalue()
