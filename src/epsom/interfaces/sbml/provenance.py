"""Where things come from: notes for readers and annotations for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.core.evidence import sources
from epsom.interfaces import words
from epsom.interfaces.sbml.elements import RDF, XHTML, Element, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from epsom.core.evidence import Parameter

#: Qualifiers of MIRIAM.
_QUALIFIERS = "http://biomodels.net/biology-qualifiers/"
#: What a substance is, in ChEBI.
SUBSTANCES = {
    "magnesium": ("CHEBI:18420",), "label": ("CHEBI:18420",), "calcium": ("CHEBI:29108",),
    "creatinine": ("CHEBI:16737",),
}  # fmt: skip
_IDENTIFIERS = {"doi": "doi", "pmid": "pubmed", "pmcid": "pmc"}


def notes(*paragraphs: str) -> Element:
    """Text for readers."""
    made = [element("p", text=" ".join(text.split())) for text in paragraphs if text.strip()]
    return element("notes", children=[element("body", {"xmlns": XHTML}, made)])


def annotation(of: str, statements: Mapping[str, Sequence[str]]) -> list[Element]:
    """What the element with the meta identifier ``of`` is or is described by: resources by qualifier.

    Nothing where there is no resource.
    """
    parts = [
        element(f"bqbiol:{qualifier}", children=[element("rdf:Bag", children=[
            element("rdf:li", {"rdf:resource": resource}) for resource in resources
        ])])
        for qualifier, resources in statements.items() if resources
    ]  # fmt: skip
    if not parts:
        return []
    about = element("rdf:Description", {"rdf:about": f"#{of}"}, parts)
    rdf = element("rdf:RDF", {"xmlns:rdf": RDF, "xmlns:bqbiol": _QUALIFIERS}, [about])
    return [element("annotation", children=[rdf])]


def meta_id(identifier: str) -> str:
    """The identifier by which annotations speak of an element."""
    return f"meta_{identifier}"


def described(identifier: str, paragraphs: Iterable[str], **statements: Sequence[str]) -> list[Element]:
    """Notes, and annotations where there are any, of the element ``identifier``."""
    return [notes(*paragraphs), *annotation(meta_id(identifier), statements)]


def record_paragraphs(parameter: Parameter) -> list[str]:
    """What the registry knows of a parameter."""
    unit = "" if parameter.unit == "1" else f" {parameter.unit}"
    status = words.PARAMETER_STATUSES.get(parameter.status, parameter.status)
    lines = [
        f"{parameter.meaning}.",
        f"Registry: {parameter.value:.10g}{unit} in {parameter.population}. "
        "The value here is this person's, in the unit of this element.",
        f"Status: {parameter.status} ({status}). How: {parameter.how}.",
    ]
    known = sources()
    cited = [f"{known[key].cite()} [{key}]" for key in parameter.sources if key in known]
    return [*lines, *(f"Source: {text}" for text in cited)] if cited else [*lines, "Source: none at hand."]


def publications(keys: Iterable[str]) -> list[str]:
    """Addresses of the publications whose identifiers are known, each by its first one."""
    known = sources()
    found = []
    for key in keys:
        fields = known[key].fields if key in known else {}
        kind = next((kind for kind in _IDENTIFIERS if kind in fields), None)
        if kind is not None:
            found.append(f"https://identifiers.org/{_IDENTIFIERS[kind]}/{fields[kind].strip('{}')}")
    return list(dict.fromkeys(found))
