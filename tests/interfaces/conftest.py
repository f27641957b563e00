"""What the tests of the interfaces share."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from epsom.core.evidence import data_folder

if TYPE_CHECKING:
    from pathlib import Path

SMALL_SCENARIO = """\
schema: epsom.scenario/1
people: {count: 6}
diet: {magnesium: 310 mg/day}
supplements:
  - {form: citrate, dose: 300 mg, dose_of: elemental, times_per_day: 2, start_day: 1}
duration: 4 d
control: true
measures:
  - {name: serum_magnesium, days: [0, 3], above: [0.85]}
  - {name: diarrhea, days: [0, 3]}
"""


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(SMALL_SCENARIO, encoding="utf-8")
    return path


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_bytes((data_folder() / "examples" / "case.yaml").read_bytes())
    return path


@pytest.fixture
def epsom(tmp_path: Path):
    """Run the command line in a process of its own, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "epsom", *map(str, arguments)],
            cwd=folder, env=os.environ | {"COLUMNS": "80", "NO_COLOR": "1"} | environment,
            capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip

    run.folder = folder  # type: ignore[attr-defined]
    return run
