"""Generated code is kept between runs; whatever happens to the folder, the answer is the right one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from protocols import Life

from epsom.core import cache, files
from epsom.core.evidence import Parameter, registry
from epsom.physiology.builder.body import assemble
from epsom.physiology.builder.organ import Organ
from epsom.physiology.whole_body import whole_body
from epsom.simulation import generated
from epsom.simulation.engine import Problem
from epsom.simulation.events import Event, event_table
from epsom.simulation.fast import compiled, translation
from epsom.simulation.fast.engine import FastEngine
from epsom.simulation.fast.machine import MachineCode
from epsom.simulation.reference import ReferenceEngine


def two_jars():
    """A body so small that it compiles in seconds."""
    organ = Organ("jars", "Two jars.")
    organ.pool("upper", "the upper jar", usual=3.0)
    organ.pool("lower", "the lower jar", usual=3.0)
    organ.input("open", "whether the tap is open", default=1.0)
    organ.add_flux("falling", "upper", "lower", lambda jar_rate, open: jar_rate * open, ("jar_rate", "open"))
    organ.add_flux("rising", "lower", "upper", lambda jar_rate: jar_rate / 2, ("jar_rate",))
    rate = Parameter("jar_rate", "rate", 0.5, "1/h", "recalled", (), "test")
    return assemble([organ], registry().with_parameters([rate]))


def problem(body):
    constants = np.full((2, len(body.constant_names)), 0.5)
    events = [event_table(body, [Event(1.0, "put", "upper", 2.0), Event(2.0, "set", "open", 0.0)])] * 2
    return Problem(body, constants, np.ones((2, 2)), np.ones((2, 1)), events, np.array([0.0, 1.5, 3.0]))


EXPECTED = ReferenceEngine().solve(problem(two_jars())).states


def right(engine, body=None):
    states = engine.solve(problem(body or two_jars())).states
    return np.allclose(states, EXPECTED, rtol=1e-5)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A cache filled once."""
    folder = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPSOM_CACHE", str(folder))
        forget(patch)
        said: list[str] = []
        assert right(FastEngine(threads=1, notice=said.append))
        assert right(ReferenceEngine())
        assert len(said) == 1
    return folder


@pytest.fixture
def folder(prepared, tmp_path, monkeypatch):
    """A copy of the filled cache, and nothing left over from other tests."""
    shutil.copytree(prepared, tmp_path / "kept")
    monkeypatch.setenv("EPSOM_CACHE", str(tmp_path / "kept"))
    forget(monkeypatch)
    yield tmp_path / "kept"
    forget(monkeypatch)


@pytest.fixture
def compilations(folder, monkeypatch):
    """How often machine code was made, which takes no time here: it is what the filled cache holds."""
    (path,) = folder.glob("epsom_engine_*.code")
    made: list[MachineCode] = []

    def made_before(*_):
        made.append(good)
        return good

    good = MachineCode.from_text(cache.read_kept(path) or "")
    monkeypatch.setattr(translation, "translated", made_before)
    return made


def forget(patch):
    """As a new process would start: nothing loaded."""
    patch.setattr(compiled, "_MACHINES", {})
    generated.binder.cache_clear()


def damaged(content: bytes, damage: str) -> bytes:
    return {"empty": b"", "half": content[: len(content) // 2], "nonsense": b"# sha256 0\nnonsense(",
            "binary": b"\xff\xfe\x00"}[damage]  # fmt: skip


DAMAGES = pytest.mark.parametrize("damage", ["empty", "half", "nonsense", "binary"])


def test_code_is_kept_and_read_back_without_compiling(folder, monkeypatch):
    monkeypatch.setattr(compiled, "_source", lambda *_: pytest.fail("generated again"))
    monkeypatch.setattr(generated, "python_source", lambda _: pytest.fail("generated again"))
    engine = FastEngine(threads=1, notice=lambda _: pytest.fail("compiled again"))
    assert right(engine)
    assert right(ReferenceEngine())


@DAMAGES
def test_damaged_source_is_made_again(folder, damage, compilations):
    kept = list(folder.glob("*.py"))
    assert len(kept) == 2
    good = [path.read_bytes() for path in kept]
    for path, content in zip(kept, good, strict=True):
        path.write_bytes(damaged(content, damage))
    (code,) = folder.glob("epsom_engine_*.code")
    code.unlink()
    assert right(ReferenceEngine())
    assert right(FastEngine(threads=1))
    assert [path.read_bytes() for path in kept] == good
    assert len(compilations) == 1


@DAMAGES
def test_damaged_machine_code_is_made_again(folder, damage, compilations):
    """Guards a fault: what was kept was run whatever it was."""
    (path,) = folder.glob("epsom_engine_*.code")
    good = path.read_bytes()
    path.write_bytes(damaged(good, damage))
    said: list[str] = []
    assert right(FastEngine(threads=1, notice=said.append))
    assert len(said) == len(compilations) == 1
    assert path.read_bytes() == good


@pytest.mark.parametrize("fault", ["another shape", "no machine code", "unknown symbol"])
def test_well_sealed_code_that_cannot_be_loaded_is_made_again(folder, fault, compilations):
    """Another version may have written it; nothing but the seal is right."""
    (path,) = folder.glob("epsom_engine_*.code")
    code = MachineCode.from_text(cache.read_kept(path) or "")
    text = {
        "another shape": '{"object": 1}',
        "no machine code": replace(code, object_file="AAAA").to_text(),
        "unknown symbol": replace(code, run_people="nowhere").to_text(),
    }[fault]
    assert cache.keep(path, text)
    assert right(FastEngine(threads=1))
    assert len(compilations) == 1


def test_code_for_another_processor_is_not_taken(folder, monkeypatch, compilations):
    monkeypatch.setattr(compiled, "processor", lambda: "another")
    assert right(FastEngine(threads=1))
    assert len(compilations) == 1
    assert len(list(folder.glob("epsom_engine_*.code"))) == 2


def test_code_kept_by_one_process_serves_the_next(tmp_path):
    """Guards a fault: every process found the code of the one before unreadable and compiled again."""
    folder = tmp_path / "kept"
    stamps = []
    for _ in range(2):
        assert other_process(folder).communicate(timeout=300)[0] == "right\n"
        stamps.append({path: path.stat().st_mtime_ns for path in folder.glob("*.code")})
    assert len(stamps[0]) == 1
    assert stamps[0] == stamps[1]


def test_changed_line_in_the_source_is_noticed(folder, monkeypatch):
    """A kept file that runs but computes something else must not be believed."""
    assert right(ReferenceEngine())
    (path,) = folder.glob("equations_*.py")
    text = path.read_text(encoding="utf-8")
    assert "jar_rate" in text
    path.write_text(
        text.replace("jar_rate/2", "jar_rate/3").replace("(1/2)*jar_rate", "(1/3)*jar_rate"), encoding="utf-8"
    )
    forget(monkeypatch)
    assert right(ReferenceEngine())


def test_folder_that_cannot_be_made(monkeypatch, tmp_path, folder, compilations):
    """A file stands where the folder should be; works for root too, whom permissions do not stop."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("EPSOM_CACHE", str(tmp_path / "file" / "below"))
    assert right(FastEngine(threads=1))
    assert right(ReferenceEngine())
    assert (tmp_path / "file").read_text(encoding="utf-8") == ""


def test_folder_that_cannot_be_written(tmp_path, monkeypatch, folder, compilations):
    def refuse(*_, **__):
        raise PermissionError("read only")

    monkeypatch.setenv("EPSOM_CACHE", str(tmp_path / "empty"))
    monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
    assert right(FastEngine(threads=1))
    assert right(ReferenceEngine())
    assert not list((tmp_path / "empty").glob("*"))


def test_full_disk_leaves_no_half_written_file(folder, monkeypatch):
    def full(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr(cache.Path, "replace", full)
    assert not cache.keep(folder / "deeper" / "some.py", "text")
    assert not list((folder / "deeper").glob("*"))


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from test_cache import FastEngine, right
assert right(FastEngine(threads=1))
print("right")
"""


def test_two_processes_that_compile_at_once_both_succeed(tmp_path):
    for process in [other_process(tmp_path / "shared") for _ in range(2)]:
        out, error = process.communicate(timeout=300)
        assert process.returncode == 0, error
        assert out == "right\n"
    assert not list((tmp_path / "shared").glob("*.tmp"))


def other_process(folder):
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  (for the other process)
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(tests=here)],
        env=os.environ | {"EPSOM_CACHE": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.long
def test_whole_body_is_compiled_afresh_and_right(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("EPSOM_CACHE", str(tmp_path / "fresh"))
    life = Life(days=1)
    body = whole_body()
    ours = FastEngine(threads=1).solve(life.problem(body, people=2)).states
    theirs = ReferenceEngine().solve(life.problem(body, people=2)).states
    usual = np.array([state.usual for state in body.states])
    assert (np.abs(ours - theirs) / np.maximum(np.abs(theirs), usual)).max() < 1e-5
