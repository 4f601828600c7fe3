"""Several processes give what one gives, and one that ends costs one file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

import depscan
from depscan import code, memory, pipeline
from depscan.cache import Cache
from depscan.config import Config
from depscan.workers import Crew, Job, Settings, crew, processors
from depscan.workers.child import receive, send
from depscan.workers.tasks import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLES = Path(__file__).parents[2] / "sample_projects"
SOURCE = b"import torch\nfrom transformers import AutoModel\ntorch.ones(1)\nAutoModel.from_pretrained('gpt2')\n"


def done(jobs: Sequence[Job], *, processes: int) -> dict[str, bytes | str]:
    with Crew(Settings(), processes=processes) as hands:
        found: list[tuple[Job, bytes | str]] = []
        for job in jobs:
            hands.add(job)
            found += hands.take()
        found += hands.finish()
    assert len(found) == len(jobs)
    return {job.path: value for job, value in found}


def jobs(number: int) -> list[Job]:
    return [Job(f"m{each}.py", SOURCE + b"import m%d\n" % each) for each in range(number)]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "CHUNK", 4 * len(SOURCE))


@pytest.mark.usefixtures("small_chunks")
def test_any_number_of_processes_gives_the_same() -> None:
    alone = done(jobs(50), processes=1)
    assert alone == done(jobs(50), processes=2) == done(jobs(50), processes=3)
    module = msgspec.msgpack.decode(alone["m7.py"])[0]  # type: ignore[arg-type]
    assert [each["module"] for each in module["imports"]] == ["torch", "transformers", "m7"]


@pytest.mark.usefixtures("small_chunks")
def test_reports_are_equal_with_any_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for sample in sorted(SAMPLES.iterdir()):
        if sample.is_dir():
            assert depscan.scan(sample, jobs=1) == depscan.scan(sample, jobs=3)


def test_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert len(done(jobs(50), processes=8)) == 50


def test_what_is_asked_of_a_file_for_its_models() -> None:
    (value,) = Worker(Settings()).do([Job("a.py", b"NAME = 'gpt2'\n", frozenset({"NAME"}))])
    assert msgspec.msgpack.decode(value, type=code.models.Facts) == code.models.read(
        "a.py", b"NAME = 'gpt2'\n", frozenset({"NAME"})
    )


DEADLY = """
import os, signal, time, depscan.code as code
read = code.read
def deadly(path, data, *args, **kwargs):
    if b"DEADLY" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"ENDLESS" in data:
        time.sleep(60)
    print("noise on what would be the answers")
    return read(path, data, *args, **kwargs)
code.read = deadly
"""


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children whose reader is killed by one file, sleeps over another, and prints."""
    program = crew._PROGRAM.replace(
        "from depscan.workers import child;", f"exec({DEADLY!r}); from depscan.workers import child;"
    )
    monkeypatch.setattr(
        crew,
        "_PROGRAM",
        program.replace("{path!r}", "PATH").replace("{", "{{").replace("}", "}}").replace("PATH", "{path!r}"),
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.usefixtures("small_chunks", "deadly")
def test_a_file_that_ends_its_reader_costs_itself_alone() -> None:
    wanted = jobs(20)
    wanted[9] = Job("bad.py", b"import DEADLY\n")
    found = done(wanted, processes=2)
    assert found.pop("bad.py") == "the process that read it ended (signal 9)"
    assert all(isinstance(value, bytes) for value in found.values()) and len(found) == 19


@pytest.mark.usefixtures("small_chunks", "deadly")
def test_a_file_that_takes_too_long_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "SECONDS", 2.0)
    wanted = jobs(8)
    wanted[3] = Job("slow.py", b"import ENDLESS\n")
    found = done(wanted, processes=2)
    assert found.pop("slow.py") == "it took more than 2 seconds"
    assert all(isinstance(value, bytes) for value in found.values())


@pytest.mark.usefixtures("small_chunks", "deadly")
def test_what_was_not_read_is_a_gap_and_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (tmp_path / f"m{number}.py").write_bytes(SOURCE)
    (tmp_path / "bad.py").write_bytes(b"import DEADLY\n" * 30)
    kept: list[object] = []
    monkeypatch.setattr(memory, "keep", lambda *given, **_: kept.append(given))
    with Cache(tmp_path / "cache") as cache:
        report = pipeline.scan(tmp_path, config=Config(exclude=("cache/",)), cache=cache, jobs=2)
    assert not kept
    assert ("bad.py", "not read: the process that read it ended (signal 9)") in [
        (str(gap.location), gap.reason) for gap in report.gaps
    ]
    assert report.code.files == 21


@pytest.mark.usefixtures("small_chunks", "deadly")
def test_leaving_ends_all_processes() -> None:
    started = time.monotonic()
    with Crew(Settings(), processes=2) as hands:
        for number in range(4):
            hands.add(Job(f"slow{number}.py", b"import ENDLESS\n" + SOURCE * 4))
    assert time.monotonic() - started < 30
    assert not [thread for thread in threading.enumerate() if isinstance(thread, crew._Hand)]


def test_a_child_that_is_not_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "CHUNK", 1)
    monkeypatch.setattr(sys, "executable", os.devnull)
    (value,) = done(jobs(1), processes=2).values()
    assert isinstance(value, str) and value.startswith("the process that read it ended (")


def test_frames() -> None:
    source, target = os.pipe()
    with os.fdopen(source, "rb") as reader, os.fdopen(target, "wb") as writer:
        send(writer, b"abc")
        assert receive(reader) == b"abc"
        writer.write(b"\x05\0\0\0\0\0\0\0ab")
        writer.close()
        with pytest.raises(EOFError):
            receive(reader)


def test_processors() -> None:
    assert 1 <= processors() <= crew.MOST


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_an_interrupt_ends_the_run_and_its_processes(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"m{number}.py").write_bytes(SOURCE * 100)
    command = [sys.executable, "-P", "-m", "depscan", str(tmp_path), "--jobs", "2", "-q"]
    environment = {**os.environ, "DEPSCAN_CACHE_DIR": str(tmp_path / ".cache")}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        time.sleep(1.0)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and b"Traceback" not in errors
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    again = subprocess.run([*command, "--no-models", "--no-uses"], env=environment, capture_output=True, check=False)
    assert again.returncode in {0, 1} and b"300 of 300 source files" in again.stdout
