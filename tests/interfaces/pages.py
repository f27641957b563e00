"""Checks that every page and picture must pass."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

_VOID = {"meta", "link", "br", "hr", "img", "input", "base"}
_LOADS = ("src", "srcset", "data", "poster", "action", "formaction", "background", "xlink:href")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in _VOID:
            self.open.append(tag)
        if len(found) != len(attrs):
            self.faults.append(f"{tag} has an attribute twice")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


def check_page(text: str) -> None:
    """Well formed, accessible, self-contained, without script."""
    page = read(text)
    assert page.faults == []
    assert page.open == []
    tags = [tag for tag, _ in page.tags]
    for needed in ("header", "main", "footer", "title", "h1", "style"):
        assert tags.count(needed) >= 1, needed
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption")
    assert ("html", {"lang": "en"}) in page.tags
    _check_headings(tags)
    _check_nothing_is_loaded(page)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    _check_references(page, set(ids))
    policy = next(a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for picture in re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL):
        check_svg(picture)


def _check_headings(tags: list[str]) -> None:
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def _check_nothing_is_loaded(page: _Reader) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "base", "img"), tag
        assert not any(name.startswith("on") for name in attributes), attributes
        assert not any(name in attributes for name in _LOADS if tag != "svg"), (tag, attributes)
        assert attributes.get("href", "#").startswith("#")
        assert "style" not in attributes


def _check_references(page: _Reader, ids: set[str]) -> None:
    for _, attributes in page.tags:
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids, attributes["href"]
        for name in attributes.get("aria-labelledby", "").split():
            assert name in ids, name


def check_svg(text: str) -> None:
    """Well-formed XML that names itself, keeps its text, and points only to itself."""
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    kinds = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert "script" not in kinds
    assert "style" not in kinds
    assert "image" not in kinds
    assert {"title", "desc", "text"} <= kinds
    ids = {node.get("id") for node in root.iter()}
    for node in root.iter():
        assert "style" not in node.attrib
        for value in node.attrib.values():
            assert "http" not in value
            for name in re.findall(r"url\(#([^)]+)\)", value):
                assert name in ids
        assert node.get("href", "#").startswith("#")
