"""The `epsom` command. Heavy modules are imported inside the commands, so that help comes at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from epsom.interfaces.cli import failures
from epsom.interfaces.cli.formats import Format  # noqa: TC001  (Typer reads it at run time)

_HELP = """Does magnesium explain this pain? Epsom simulates a body and answers with its uncertainty.

For information and discussion with a health professional. It is not a diagnosis, has not been clinically
validated, and must not delay emergency care.

Exit codes: 0 done, 2 the input is invalid, 1 anything else, a stop by Ctrl-C among it.

Example: epsom demo"""

app = typer.Typer(
    name="epsom", help=_HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip

CaseFile = Annotated[
    Path, typer.Argument(metavar="CASE", help="A case file, YAML or JSON.", show_default=False)
]
ScenarioFile = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file, YAML or JSON.", show_default=False)
]
AnyFile = Annotated[Path, typer.Argument(metavar="FILE", help="Any file of Epsom.", show_default=False)]
Json = Annotated[
    bool, typer.Option("--json", help="Print the JSON document of the contract, or the faults as JSON.")
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, help="Seed of all draws; the same seed gives the same answer."
    ),
]
People = Annotated[
    int | None, typer.Option("--people", min=1, max=1_000_000, help="How many virtual people to simulate.")
]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.html", help="Also write a page with figures, self-contained."),
]


def _version(value: bool) -> None:
    if value:
        from epsom import __version__

        typer.echo(f"epsom {__version__}")
        raise typer.Exit


@app.callback()
def _epsom(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an unexpected error arose; also EPSOM_DEBUG=1.")
    ] = False,
) -> None:
    """Options of every command; `--debug` itself is taken off the line before the commands see it."""


@app.command()
def assess(
    case: CaseFile,
    json_: Json = False,
    report: Report = None,
    seed: Seed = None,
    people: People = None,
    timing: Annotated[
        bool, typer.Option("--timing", help="Also print, on stderr, how long each part took.")
    ] = False,
) -> None:
    """Answer one person's question: how urgent, what may explain it, what to do.

    The report holds what the case says of the person; keep it as you keep the case.

    Example: epsom assess case.yaml --report answer.html
    """
    from epsom.interfaces.cli.assess import command

    command(case, as_json=json_, report=report, seed=seed, people=people, timing=timing)


@app.command()
def compare(
    case: CaseFile,
    json_: Json = False,
    seed: Seed = None,
    people: People = None,
    days: Annotated[int, typer.Option("--days", min=6, max=90, help="How far to run.")] = 28,
) -> None:
    """Run the person on under other ways of taking what is taken now: stop, halve, split, with food.

    Example: epsom compare case.yaml
    """
    from epsom.interfaces.cli.compare import command

    command(case, as_json=json_, seed=seed, people=people, days=days)


@app.command()
def ask(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.yaml", help="Where to write the case.")] = Path(
        "case.yaml"
    ),
) -> None:
    """Ask the questions one by one and write the case file.

    Example: epsom ask --out case.yaml
    """
    from epsom.interfaces.cli.ask import command

    command(out=out)


@app.command()
def simulate(
    scenario: ScenarioFile,
    json_: Json = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.nc", help="Also keep every person's values, as netCDF."),
    ] = None,
    report: Report = None,
    seed: Seed = None,
    people: People = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, max=4096, help="Processes to run at once; results do not depend on it."
        ),
    ] = None,
) -> None:
    """Run a group of virtual people through a protocol and report its measures.

    Example: epsom simulate scenario.yaml --people 1000 --out people.nc
    """
    from epsom.interfaces.cli.simulate import command

    command(scenario, as_json=json_, out=out, report=report, seed=seed, people=people, workers=workers)


@app.command()
def check(file: AnyFile, json_: Json = False) -> None:
    """Say what a file is and whether it is valid, without computing anything.

    Example: epsom check case.yaml
    """
    from epsom.interfaces.cli.check import command

    command(file, as_json=json_)


@app.command()
def describe(
    json_: Json = False,
    organ: Annotated[str | None, typer.Option("--organ", metavar="NAME", help="One organ in full.")] = None,
    parameter: Annotated[
        str | None, typer.Option("--parameter", metavar="NAME", help="One parameter with its sources.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE.svg", help="Write the picture of the body.")
    ] = None,
    effects: Annotated[
        bool, typer.Option("--effects", help="What drugs, diseases, forms and routes do, beside the sources.")
    ] = False,
) -> None:
    """Print the body: pools, flows with equations, readings, inputs, parameters with their sources.

    Example: epsom describe --organ kidney
    """
    from epsom.interfaces.cli.describe import command

    command(as_json=json_, organ=organ, parameter=parameter, picture=picture, effects=effects)


@app.command()
def explain(
    symptom: Annotated[
        str, typer.Argument(metavar="SYMPTOM", help="A symptom of docs/names.md.", show_default=False)
    ],
    case: Annotated[
        Path | None,
        typer.Option("--case", metavar="CASE", help="Values of the people who match this case file."),
    ] = None,
    json_: Json = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE.svg", help="Write the picture of the pathways.")
    ] = None,
    seed: Seed = None,
    people: People = None,
) -> None:
    """Print how magnesium may lead to a symptom: each pathway step by step, with values and sources.

    Example: epsom explain low_back_pain --case case.yaml
    """
    from epsom.interfaces.cli.explain import command

    command(symptom, case=case, as_json=json_, picture=picture, seed=seed, people=people)


@app.command()
def sources(
    key: Annotated[
        str | None, typer.Argument(metavar="[KEY]", help="One source.", show_default=False)
    ] = None,
    json_: Json = False,
) -> None:
    """List the publications the numbers come from, and which number uses which.

    Example: epsom sources rude1980tubular
    """
    from epsom.interfaces.cli.sources import command

    command(key, as_json=json_)


@app.command()
def export(
    kind: Annotated[
        Format,
        typer.Argument(metavar="omex|sbml|engine", help="What to write.", show_default=False),
    ],
    scenario: Annotated[
        Path | None,
        typer.Argument(metavar="SCENARIO", help="A scenario file; `engine` needs none.", show_default=False),
    ] = None,
    person: Annotated[
        int, typer.Option("--person", min=0, help="Which person of the scenario, counted from 0.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.", show_default=False)
    ] = None,
    seed: Seed = None,
    json_: Json = False,
) -> None:
    """Write one virtual person for other simulators, or the generated source of the engine.

    `omex` is an archive with the SBML model, a SED-ML simulation, the scenario and metadata; without `--out`
    it gets the scenario's name. `sbml` is the model alone and `engine` the code that is compiled; both are
    printed without `--out`.

    Example: epsom export omex scenario.yaml --person 3 --out person.omex
    """
    from epsom.interfaces.cli.export import command

    command(kind, scenario, as_json=json_, person=person, seed=seed, out=out)


@app.command()
def evaluate(
    only: Annotated[str | None, typer.Option("--only", metavar="ID", help="One target by its name.")] = None,
    json_: Json = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE.html", help="Also write the page with a figure for each study."),
    ] = None,
    cases: Annotated[
        bool, typer.Option("--cases", help="Hold the answers against the published cases instead.")
    ] = False,
    people: People = None,
    seed: Seed = None,
) -> None:
    """Hold the body against published groups: observed beside simulated, and why a miss is a miss.

    With `--cases` every published case is answered, which takes minutes: how often the right cause leads,
    beside three simple rules. `--people` and `--seed` are for those crowds.

    Example: epsom evaluate --html evaluation.html
    """
    if cases:
        from epsom.interfaces.cli import evaluate_cases

        evaluate_cases.command(as_json=json_, people=people, seed=1 if seed is None else seed)
        return
    from epsom.interfaces.cli.evaluate import command

    command(only=only, as_json=json_, html=html)


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.html", help="Where to write the page with figures.")
    ] = Path("out/demo.html"),
    seed: Seed = None,
) -> None:
    """Answer a published case and run a small scenario, in plain words and as a page.

    Example: epsom demo
    """
    from epsom.interfaces.cli.demo import command

    command(out=out, seed=seed)


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8765,
    host: Annotated[
        str,
        typer.Option("--host", help="Name or address to listen on; the usual one only reaches this machine."),
    ] = "127.0.0.1",
) -> None:
    """Open the page and the HTTP API on this machine.

    Example: epsom serve --port 8765
    """
    from epsom.interfaces.cli.serve import command

    command(host=host, port=port)


def run() -> None:
    """Entry point of the console script."""
    import sys

    sys.exit(failures.guarded(app, sys.argv[1:]))
