"""`epsom describe`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.core.faults import Fault, InputError, nearest_hint
from epsom.interfaces import words
from epsom.interfaces.cli import anatomy, screen
from epsom.interfaces.cli.effects import print_effects
from epsom.interfaces.cli.targets import load_with_targets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from rich.console import Console

    from epsom.physiology.builder.body import Body

_FUNCTIONS = {
    "hill": "hill(x, half, n) = x^n / (half^n + x^n)",
    "power": "power(x, reference, n) = (x / reference)^n",
    "excess_share": "excess_share(x, threshold, n) = 1 - (1 + (x / threshold)^n)^(-1 / n)",
    "saturating": "saturating(x, limit) = limit · tanh(x / limit)",
    "hyperbolic": "hyperbolic(x, half) = x / (half + |x|)",
}


def command(
    *, as_json: bool, organ: str | None, parameter: str | None, picture: Path | None, effects: bool
) -> None:
    """Print what was asked for; the whole body by default."""
    from epsom.physiology.whole_body import whole_body

    body = load_with_targets(whole_body, picture=picture)
    _refuse_unknown(body, organ, parameter)
    if picture is not None:
        _draw(body, picture)
    if effects:
        print_effects(as_json=as_json)
    elif parameter is not None:
        _parameter(body, parameter, as_json=as_json)
    elif as_json:
        screen.print_json(_tree(body, organ))
    elif organ is not None or picture is None:
        _body(body, organ)
    if picture is not None and not as_json:
        screen.console().print(f"Written: {picture}", soft_wrap=True, markup=False)


def _refuse_unknown(body: Body, organ: str | None, parameter: str | None) -> None:
    from epsom.core.evidence import registry

    faults = []
    for option, name, known in (
        ("--organ", organ, [item.name for item in body.organs]),
        ("--parameter", parameter, list(registry().parameters)),
    ):
        if name is not None and name not in known:
            hint = nearest_hint(name, known) or ("see 'epsom describe'" if option == "--parameter" else "")
            expected = "one of: " + ", ".join(known) if option == "--organ" else "the name of a parameter"
            faults.append(Fault(option, name, expected, hint))
    if faults:
        raise InputError(faults)


def _draw(body: Body, path: Path) -> None:
    from epsom.core.files import write_whole
    from epsom.interfaces.plots.body import body_picture

    write_whole(path, body_picture(body).standalone())


def _tree(body: Body, organ: str | None) -> dict[str, Any]:
    organs = [item for item in body.organs if organ in (None, item.name)]
    return {
        "states": len(body.states), "parameters": len(body.parameters), "functions": _FUNCTIONS,
        "organs": [anatomy.organ_tree(item, body) for item in organs],
    }  # fmt: skip


def _parameter(body: Body, name: str, *, as_json: bool) -> None:
    from epsom.core.evidence import registry
    from epsom.interfaces.report.page import citations

    tree = anatomy.parameter_tree(registry()[name], body)
    if as_json:
        screen.print_json(tree)
        return
    to = screen.console()
    to.print(f"[bold]{name}[/bold]: {tree['meaning']}")
    low, high = tree["bounds"]
    lines = (
        ("Value", f"{tree['value']:g} {tree['unit']}"), ("Between people", tree["between_people"]),
        ("Uncertainty of the center", tree["uncertainty"]),
        ("Bounds", f"{_end(low)} to {_end(high)} {tree['unit']}"), ("Population", tree["population"]),
        ("Status", tree["status_in_words"]), ("How", tree["how"]),
        ("Used by", ", ".join(words.plain(organ) for organ in tree["used_by"]) or "no flow of the body"),
    )  # fmt: skip
    for heading, text in lines:
        if text:
            to.print(f"  {heading}: {text}", markup=False)
    for source in citations(tree["sources"]):
        to.print(f"  Source [{source['key']}]: {source['text']}", markup=False)


def _end(value: float | None) -> str:
    return "no limit" if value is None else f"{value:g}"


def _body(body: Body, organ: str | None) -> None:
    to = screen.console()
    if organ is None:
        to.print(f"{len(body.organs)} organs, {len(body.states)} states, {len(body.fluxes)} flows, "
                 f"{len(body.parameters)} parameters.")  # fmt: skip
    used: set[str] = set()
    for item in body.organs:
        if organ in (None, item.name):
            tree = anatomy.organ_tree(item, body)
            _organ(to, tree)
            used |= {name for name in _FUNCTIONS if f"{name}(" in str(tree)}
    if used:
        _heading(to, "Functions in these equations")
        _lines(to, (_FUNCTIONS[name] for name in _FUNCTIONS if name in used))


def _organ(to: Console, tree: dict[str, Any]) -> None:
    to.print(f"\n[bold]{words.plain(tree['name']).upper()}[/bold]  {tree['purpose']}")
    _block(to, "States", (f"{s['name']} ({s['kind']}, {s['unit']}): {s['meaning']}" for s in tree["states"]))
    _block(to, "Inputs", (f"{i['name']} ({_unit(i['unit'])}, {i['default']:g} unless set): {i['meaning']}"
                          for i in tree["inputs"]))  # fmt: skip
    _equations(to, "Flows", ((_ends(f), f["flow"], f) for f in tree["fluxes"]))
    for title, key in (("Rates of change", "slopes"), ("Readings", "readings"), ("Constants", "constants")):
        _equations(to, title, ((f"{t['name']} ({_unit(t['unit'])})", t["equation"], t) for t in tree[key]))
    _block(to, "Parameters", (_parameter_line(p) for p in tree["parameters"]))


def _ends(flux: dict[str, Any]) -> str:
    return f"{flux['name']}: {flux['from'] or 'outside'} -> {flux['to'] or 'outside'}"


def _unit(unit: str) -> str:
    return "no unit" if unit == "1" else unit


def _parameter_line(tree: dict[str, Any]) -> str:
    spread = f"; between people: {tree['between_people']}" if tree["between_people"] else ""
    spread += f"; uncertainty: {tree['uncertainty']}" if tree["uncertainty"] else ""
    source = ", ".join(tree["sources"]) or "no source"
    unit = "" if tree["unit"] == "1" else f" {tree['unit']}"
    return f"{tree['name']} = {tree['value']:g}{unit}{spread}. {tree['status']}: {source}. {tree['meaning']}"


def _equations(to: Console, title: str, terms: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    rows = list(terms)
    if rows:
        _heading(to, title)
    for head, algebra, term in rows:
        _lines(to, [head])
        _lines(to, [f"= {algebra}", term["meaning"]], indent=6)


def _block(to: Console, title: str, lines: Iterable[str]) -> None:
    rows = list(lines)
    if rows:
        _heading(to, title)
        _lines(to, rows)


def _heading(to: Console, title: str) -> None:
    to.print(f"  [bold]{title}[/bold]")


def _lines(to: Console, lines: Iterable[str], indent: int = 4) -> None:
    screen.hanging(to, lines, indent=indent, hang=2)
