"""The documentation is true: what exists is in it, and what is in it exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
import typer
import yaml
from pydantic import BaseModel

from epsom.core import names
from epsom.core.documents import RECORDS, load
from epsom.core.evidence import STATUSES
from epsom.interfaces.cli.main import app
from epsom.interfaces.plots.body import body_picture
from epsom.physiology.whole_body import whole_body

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def text(*files: str) -> str:
    return "\n".join((DOCS / file).read_text(encoding="utf-8") for file in files)


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def section(command: str) -> str:
    """What commands.md says under the heading of a command."""
    found = re.search(
        rf"^## `epsom {command}\b.*?(?=^## |\Z)", text("commands.md"), flags=re.DOTALL | re.MULTILINE
    )
    assert found, f"docs/commands.md has no section on epsom {command}"
    return found.group()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_and_option_is_documented(command):
    missing = {name for name in options(COMMANDS[command]) if f"`{name}" not in section(command)}
    assert missing == set()


def test_options_of_the_command_itself_are_documented():
    whole = typer.main.get_command(app)
    assert {name for name in options(whole) if f"`{name}" not in text("commands.md")} == set()


def test_every_documented_command_and_option_exists():
    files = [ROOT / "README.md", *DOCS.glob("*.md")]
    whole = typer.main.get_command(app)
    known = options(whole) | {"--help"}
    for file in files:
        content = file.read_text(encoding="utf-8")
        for name in re.findall(r"(?:^|`|/)epsom ([a-z]+)", content, flags=re.MULTILINE):
            assert name in COMMANDS, f"{file.name}: epsom {name}"
        for line in re.findall(r"(?:^|`|/)epsom ([a-z]+ [^`\n]*)", content, flags=re.MULTILINE):
            name, *rest = line.split()
            used = {word.split("=")[0] for word in rest if word.startswith("--")}
            assert used <= options(COMMANDS[name]) | known, f"{file.name}: epsom {line}"


def keys(annotation: Any, seen: set[Any]) -> Iterator[str]:
    """Every key of a record and of the records inside it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            for name, field in annotation.model_fields.items():
                yield str(field.validation_alias or name)
                yield from keys(field.annotation, seen)
        return
    for part in get_args(annotation):
        yield from keys(part, seen)


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("epsom.case/1", "case-files.md"), ("epsom.scenario/1", "scenario-files.md"),
        ("epsom.assessment/1", "answers.md"), ("epsom.simulation/1", "answers.md"),
    ],
)  # fmt: skip
def test_every_key_of_every_document_is_documented(schema, file):
    content = text(file)
    missing = {
        key for key in keys(RECORDS[schema], set()) if not re.search(rf"(?<![\w]){key}(?![\w])", content)
    }
    assert missing == set()


@pytest.mark.parametrize(
    "group",
    [names.MEASURES, names.FORMS, names.SYMPTOMS, names.LABS, names.CONDITIONS, names.RED_FLAGS, names.CAUSES,
     names.PATHWAYS, names.ACTIONS],
)  # fmt: skip
def test_every_name_is_documented(group):
    content = text("names.md")
    assert {name for name in group if f"`{name}`" not in content} == set()


@pytest.mark.parametrize(
    "group", [names.TRIAGE_LEVELS, names.MAGNESIUM_STATUSES, names.FITS, names.EVIDENCE_GRADES]
)
def test_every_answer_is_documented(group):
    assert {name for name in group if f"`{name}`" not in text("answers.md")} == set()


def test_every_parameter_status_is_documented():
    assert {status for status in STATUSES if f"`{status}`" not in text("body.md")} == set()


def test_every_example_of_a_document_is_valid():
    for file in DOCS.glob("*.md"):
        for block in re.findall(r"```yaml\n(.*?)```", file.read_text(encoding="utf-8"), flags=re.DOTALL):
            load(block)


def test_every_target_of_the_makefile_is_documented():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert targets
    content = text("install.md")
    assert {target for target in targets.group(1).split() if f"`{target}`" not in content} == set()


def test_every_link_leads_somewhere():
    for file in (ROOT / "README.md", *DOCS.glob("*.md")):
        content = file.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", content):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_every_page_is_built():
    told = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert sorted(told["nav"]) == sorted(file.name for file in DOCS.glob("*.md"))


def test_the_picture_is_of_the_present_body():
    """Draw it again with: .venv/bin/epsom describe --picture docs/body.svg."""
    assert (DOCS / "body.svg").read_text(encoding="utf-8") == body_picture(whole_body()).standalone()


def test_no_path_of_a_machine_is_written_down():
    files = [ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / "constraints.txt", ROOT / "pyproject.toml",
             ROOT / "README.md", *DOCS.glob("*.md")]  # fmt: skip
    for file in files:
        content = file.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(home|root|work|Users|tmp|opt)/", content), file.name
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")
