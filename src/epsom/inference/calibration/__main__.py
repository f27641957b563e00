"""Calibrate the body: ``python -m epsom.inference.calibration --out FOLDER``.

Writes ``parameter_sets.toml`` (the sets every simulation draws from) and ``summary.toml`` (what the
sensitivity screening and the refits without a study gave). With ``--spreads`` it writes ``spreads.toml``
instead: how much people differ about the stored sets. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom import __version__
from epsom.inference.calibration.fitting import Fit, chosen, fit, leave_out, space
from epsom.inference.calibration.sensitivity import QUESTIONS, Effect, screen
from epsom.inference.calibration.spreads import Spreads, fit_spreads
from epsom.inference.calibration.targets import Target, targets
from epsom.simulation.fast.engine import FastEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: Studies left out one at a time, of different parts of the body.
LEFT_OUT = (
    "fine1991absorption", "sabatier2011pattern", "zhang2016supplement", "shils1964depletion",
    "siener2011formulation", "okusanya2016review",
)  # fmt: skip
_KEPT_EFFECTS = 20
#: A fitted spread is stored if it left its record by more than this part of it.
_MOVED = 0.01


def fitted_targets() -> list[Target]:
    """The targets the fit may see."""
    return [t for t in targets() if t.role == "fit" and t.readings and not t.direction_only]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the waves, choose the sets, screen, refit without single studies, and write."""
    given = _parser().parse_args(arguments)
    engine, seen = FastEngine(), fitted_targets()
    if given.spreads:
        found = fit_spreads(seen, engine, progress=_progress("Spreads between people"))
        _write(given.out / "spreads.toml", _spreads(found))
        return
    result = fit(seen, engine, waves=given.waves, people=given.people, seed=given.seed, progress=_progress)
    _write(given.out / "parameter_sets.toml", _sets(result, given, [target.id for target in seen]))
    left = [
        line
        for study in LEFT_OUT
        for line in leave_out(result, study, given.seed, _progress(f"Without {study}"))
    ]
    effects = screen(space(), engine, given.trajectories, given.seed, _progress("Screening"))
    tables = [
        line
        for part in left
        for line in (
            "", "[[left_out]]", f'target = "{part.target.id}"', f'study = "{part.study}"',
            f"predicted = {_digits(part.predicted)}", f"low = {_digits(part.interval[0])}",
            f"high = {_digits(part.interval[1])}", f"inside = {str(part.inside).lower()}",
        )
    ]  # fmt: skip
    _write(given.out / "summary.toml", [_HEAD.format(""), *tables, *_screened(effects)])


_HEAD = "# Made by `python -m epsom.inference.calibration{}`; not to be edited."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m epsom.inference.calibration", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--spreads", action="store_true", help="fit how much people differ, nothing else")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--waves", type=int, default=2)
    parser.add_argument("--people", type=int, default=512, help="in each arm of each wave")
    parser.add_argument("--trajectories", type=int, default=8, help="of the Morris screening")
    return parser


def _progress(task: str) -> Callable[[int, int], None]:
    """Tell of a task on standard error, a line at most every ten seconds."""
    begun, told = time.monotonic(), [0.0]

    def tell(done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - told[0] > 10:
            told[0] = now
            sys.stderr.write(f"{task}: {done} of {total}, {now - begun:.0f} s\n")

    return tell


def _sets(result: Fit, given: argparse.Namespace, seen: Iterable[str]) -> list[str]:
    """The lines of the file of sets: how it was made, and the values by parameter in the registry's units."""
    centers = result.space.centers(chosen(result, given.seed))
    lines = [
        _HEAD.format(""),
        "# 64 plausible parameter sets, drawn from the posterior given the fit targets; units are",
        "# those of the parameter records.", "", "[made]", f'version = "{__version__}"',
        f"seed = {given.seed}", f"waves = {given.waves}", f"people = {given.people}",
        'method = "regression emulators on simulated people, preconditioned Crank-Nicolson sampling"',
        f"fitted = [{', '.join(repr(name).replace(chr(39), chr(34)) for name in seen)}]", "", "[values]",
    ]  # fmt: skip
    for name in result.space.names:
        record = result.space.record(name)
        values = np.clip(centers[name] / record.factor, *record.bounds)
        lines.append(f"{name} = [{', '.join(_digits(float(v)) for v in values)}]")
    return lines


def _spreads(found: Spreads) -> list[str]:
    """The lines of the file of spreads: those that left their record, and what they give where seen."""
    ratios = found.sizes / found.records
    lines = [
        _HEAD.format(" --spreads"),
        "# Spreads between people, of the kind and in the unit of the parameter records; the others stay as",
        "# recorded. Published are the standard deviations of the fit targets that they were fitted to.",
        "", "[made]", f'version = "{__version__}"', "", "[values]",
    ]  # fmt: skip
    lines += [
        f"{name} = {_digits(float(size))}"
        for name, size, ratio in zip(found.names, found.sizes, ratios, strict=True)
        if abs(ratio - 1.0) > _MOVED
    ]
    for one in found.sensed:
        lines += [
            "", "[[published]]", f'target = "{one.target.id}"', f'of = "{one.of}"',
            f"observed = {_digits(one.observed)}", f"simulated = {_digits(one.simulated)}",
        ]  # fmt: skip
    return lines


def _screened(effects: Sequence[Effect]) -> list[str]:
    """The strongest effects of each question."""
    lines: list[str] = []
    for question, *_ in QUESTIONS:
        found = sorted((e for e in effects if e.question == question), key=lambda e: -e.mean_absolute)
        lines += ["", "[[sensitivity]]", f'question = "{question}"', "effects = ["]
        lines += [
            f'  {{ parameter = "{e.parameter}", mean_absolute = {_digits(e.mean_absolute)}, '
            f"deviation = {_digits(e.deviation)} }},"
            for e in found[:_KEPT_EFFECTS]
        ]
        lines.append("]")
    return lines


def _digits(value: Any) -> str:
    """Four significant digits as TOML reads a float."""
    text = f"{value:.4g}"
    return text if any(mark in text for mark in ".en") else f"{text}.0"


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
