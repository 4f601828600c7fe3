"""A report is recalled only when nothing that it was made from has changed."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from depscan import memory, metrics, pipeline
from depscan.cache import Cache
from depscan.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from depscan.model import Report

LONG_AGO = 1_700_000_000


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose files have all settled."""
    folder = tmp_path / "repository"
    metadata = folder / "venv/lib/python3.11/site-packages/torch-2.4.0.dist-info/METADATA"
    metadata.parent.mkdir(parents=True)
    (folder / "venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    metadata.write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.4.0\n")
    (folder / "app.py").write_text("import torch\nimport numpy\n")
    (folder / "requirements.txt").write_text("torch\n")
    (folder / ".gitignore").write_text("ignored.py\n")
    monkeypatch.setattr(memory, "_SETTLED", -(10**18))
    return folder


@pytest.fixture
def scan(root: Path, tmp_path: Path) -> Iterator[Callable[..., tuple[Report, bool]]]:
    """A scan, and whether its report was recalled."""
    with Cache(tmp_path / "cache") as cache, pytest.MonkeyPatch.context() as patched:
        made: list[int] = []
        measure = metrics.measure

        def measured(*given: object) -> object:
            made.append(1)
            return measure(*given)  # type: ignore[arg-type]

        patched.setattr(metrics, "measure", measured)

        def run(**given: object) -> tuple[Report, bool]:
            made.clear()
            report = pipeline.scan(root, cache=cache, **given)  # type: ignore[arg-type]
            return replace(report, scanned_at=""), not made

        yield run


def test_nothing_changed(scan: Callable[..., tuple[Report, bool]]) -> None:
    first, recalled = scan()
    assert not recalled
    assert scan() == (first, True)


def _replaced(path: Path) -> None:
    other = path.with_name("new")
    other.write_text(path.read_text().replace("numpy", "scipy"))
    status = path.stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def _commit(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".git/HEAD").write_text("1" * 40 + "\n")


def _install(root: Path) -> None:
    folder = next(root.rglob("site-packages")) / "numpy-2.0.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: numpy\nVersion: 2.0.0\n")


def _linked(path: Path) -> None:
    path.rename(path.with_name("real.py"))
    path.symlink_to("real.py")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is longer": lambda root: (root / "app.py").write_text("import torch\nimport numpy\nimport jax\n"),
    "same size, other content": lambda root: (root / "app.py").write_text("import torch\nimport scipy\n"),
    "another file of the same name": lambda root: _replaced(root / "app.py"),
    "a new file": lambda root: (root / "other.py").write_text("import jax\n"),
    "a file is gone": lambda root: (root / "app.py").rename(root / "gone.txt"),
    "a manifest": lambda root: (root / "requirements.txt").write_text("numpy\n"),
    "what is ignored": lambda root: (root / ".gitignore").write_text("app.py\n"),
    "a commit": _commit,
    "an installed version": lambda root: next(root.rglob("METADATA")).write_text("Name: torch\nVersion: 2.5.0\n"),
    "another package is installed": _install,
    "settings": lambda root: (root / "depscan.toml").write_text('ignore = ["DS1"]\n'),
    "a file became a link": lambda root: _linked(root / "app.py"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_is_seen(
    change: Callable[[Path], object], root: Path, scan: Callable[..., tuple[Report, bool]]
) -> None:
    scan()
    change(root)
    report, recalled = scan()
    assert not recalled
    assert report == replace(pipeline.scan(root), scanned_at="")


def test_other_settings_are_another_report(scan: Callable[..., tuple[Report, bool]]) -> None:
    scan()
    assert not scan(config=Config(ignore=("DS1",)))[1]
    assert not scan(isolated=True)[1]
    assert scan()[1]


def test_another_day_is_another_report(
    scan: Callable[..., tuple[Report, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LONG_AGO))
    scan()
    assert scan()[1]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LONG_AGO + 86_400))
    assert not scan()[1]


def test_the_users_own_facts_count(scan: Callable[..., tuple[Report, bool]], tmp_path: Path) -> None:
    scan(data=tmp_path / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/notes.txt").write_text("x")
    assert not scan(data=tmp_path / "data")[1]
    assert scan(data=tmp_path / "data")[1]
    for number in range(200):
        (tmp_path / f"data/{number}").write_text("x")
    assert memory._stamps(tmp_path / "data") is None
    assert not scan(data=tmp_path / "data")[1] and not scan(data=tmp_path / "data")[1]


def test_what_changed_a_moment_ago_is_not_vouched_for(
    scan: Callable[..., tuple[Report, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_SETTLED", 3 * 10**9)
    assert not scan()[1] and not scan()[1]
    monkeypatch.setattr(memory, "now", lambda: time.time_ns() + 10**18)
    assert not scan()[1]
    assert scan()[1]


def test_a_foreign_value_is_not_taken_for_a_report(
    scan: Callable[..., tuple[Report, bool]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[bytes] = []
    key = memory.key

    def noted(*given: object) -> bytes | None:
        name = key(*given)  # type: ignore[arg-type]
        names.append(name or b"")
        return name

    monkeypatch.setattr(memory, "key", noted)
    scan()
    with Cache(tmp_path / "cache") as cache:
        cache.put({names[0]: b"garbage"})
    assert not scan()[1]
