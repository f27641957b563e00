"""`epsom export`, as it is called."""

from __future__ import annotations

import json
import zipfile


def test_omex_is_written_under_the_scenarios_name(epsom, scenario_file):
    done = epsom("export", "omex", scenario_file, "--person", 2, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    written = epsom.folder / said["file"]
    assert said["file"] == f"{scenario_file.stem}.omex"
    assert written.stat().st_size == said["bytes"]
    with zipfile.ZipFile(written) as archive:
        assert b'id="epsom_person_2"' in archive.read("model.xml")


def test_engine_is_printed_and_is_python(epsom):
    done = epsom("export", "engine")
    assert done.returncode == 0, done.stderr
    compile(done.stdout, "engine", "exec")
    assert "def slope_kernel_lanes(y, constants, traits, inputs, slope):" in done.stdout


def test_faults_write_nothing(epsom, scenario_file):
    for arguments in (
        ("sbml",), ("sbml", scenario_file, "--person", 99, "--out", "model.xml"),
        ("sbml", scenario_file, "--json"), ("omex", scenario_file, "--out", "no/such/folder.omex"),
        ("picture", scenario_file),
    ):  # fmt: skip
        done = epsom("export", *arguments)
        assert done.returncode == 2, arguments
    assert list(epsom.folder.iterdir()) == []
