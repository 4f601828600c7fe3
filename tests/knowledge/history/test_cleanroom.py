"""Nothing of the scanned repository is obeyed, nothing is left in it, and git may take no longer than it was given."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depscan.knowledge import history

if TYPE_CHECKING:
    from tests.knowledge.history.conftest import Builder

posix = pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")


def lively(repository: Builder, bare: bool = False) -> Path:
    repository.commit("ann", {f"{at}.py": f"{at}" for at in range(5)}, day="2024-01-01")
    repository.commit("ann", {".gitattributes": "* diff=trap filter=trap\n", ".mailmap": "# none\n"})
    repository.filler("ann")
    return repository.write(bare=bare)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def trapped(repository: Builder, canary: Path) -> Path:
    """A repository in which every command that git can be told to run leaves a canary."""
    folder = lively(repository)
    trap = script(canary.parent / "trap", f"echo caught >> '{canary}'; exit 1")
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"):
        script(folder / ".git/hooks" / hook, f"exec '{trap}'")
    (folder / ".git/included").write_text(f"[core]\n\tpager = {trap}\n")
    (folder / ".git/info/attributes").write_text("* diff=trap filter=trap\n")
    (folder / ".git/config").write_text(f"""
[core]
    repositoryformatversion = 1
    fsmonitor = {trap}
    hooksPath = {folder}/.git/hooks
    pager = {trap}
    sshCommand = {trap}
    editor = {trap}
    alternateRefsCommand = {trap}
[include]
    path = included
[pager]
    log = {trap}
    ls-tree = {trap}
[alias]
    log = !{trap}
[diff]
    external = {trap}
[diff "trap"]
    textconv = {trap}
    command = {trap}
[filter "trap"]
    clean = {trap}
    smudge = {trap}
    process = {trap}
[log]
    showSignature = true
[gpg]
    program = {trap}
[mailmap]
    blob = HEAD:.mailmap
[extensions]
    partialClone = origin
[remote "origin"]
    url = ext::{trap}
    promisor = true
[protocol "ext"]
    allow = always
""")
    return folder


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


@posix
def test_nothing_of_the_repository_is_run(repository: Builder, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    folder = trapped(repository, canary)
    with pytest.raises(Exception, match="non-zero"):  # the traps are armed: git itself falls into them
        repository.git("diff", "HEAD~1")
    assert canary.exists()
    canary.unlink()
    before = contents(folder)
    found = history.measure(folder)
    assert found.live_truck_factor == 1
    assert not canary.exists()
    assert contents(folder) == before


@posix
def test_missing_objects_are_not_fetched(repository: Builder, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    repository.commit("ann", {"x.py": "of another time"}, day="2023-01-01")
    repository.commit("ann", {"x.py": None, "y.py": "of another time, or so"})
    folder = trapped(repository, canary)
    name = _object(folder, "y.py", repository)
    (folder / ".git/objects" / name[:2] / name[2:]).unlink()
    found = history.measure(folder)
    assert found.renames == "exact"
    assert not canary.exists()


def _object(folder: Path, path: str, repository: Builder) -> str:
    config = folder / ".git/config"
    armed = config.read_text()
    config.write_text("")
    name = repository.git("rev-parse", f"main:{path}")
    config.write_text(armed)
    return name


@posix
def test_a_configuration_that_blocks_is_not_opened(repository: Builder) -> None:
    folder = lively(repository)
    (folder / ".git/config").unlink()
    os.mkfifo(folder / ".git/config")
    assert history.measure(folder).live_truck_factor == 1


def test_replacements_and_grafts_are_not_followed(repository: Builder) -> None:
    folder = lively(repository)
    expected = history.measure(folder)
    head, old = repository.git("rev-parse", "main", "main~20").split()
    repository.git("replace", head, old)
    (folder / ".git/info/grafts").write_text(f"{head}\n")
    assert history.measure(folder) == expected


def test_variables_of_the_caller_are_not_obeyed(
    repository: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lively(repository)
    expected = history.measure(folder)
    settings = {"DIR": "/nowhere", "OBJECT_DIRECTORY": "/nowhere", "WORK_TREE": "/nowhere", "NAMESPACE": "x",
                "CONFIG_COUNT": "1", "CONFIG_KEY_0": "core.pager", "CONFIG_VALUE_0": "false",
                "SHALLOW_FILE": "/nowhere",
                "ALTERNATE_OBJECT_DIRECTORIES": "/nowhere", "TRACE": str(tmp_path / "trace")}  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"GIT_{name}", value)
    assert history.measure(folder) == expected
    assert not (tmp_path / "trace").exists()


# -- which git, and for how long --------------------------------------------------------------------------------------

VERSION = "case \"$*\" in --version) echo 'git version 2.40.1'; exit;; esac"


def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    script(tmp_path / "bin/git", text)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")


FAKES = [
    ("echo git version 2.20.1", 60, "2.32 or newer is needed"),
    ("echo what", 60, "2.32 or newer is needed"),
    ("exit 1", 60, "does not answer"),
    (f"{VERSION}\necho 'fatal: Out of memory, malloc failed' >&2; exit 128", 60, "more memory than it may have"),
    (f"{VERSION}\necho 'fatal: what else' >&2; exit 128", 60, "missing or damaged"),
    (f"{VERSION}\nexec head -c 3000000 /dev/zero", 60, "a line of its history is longer"),
    (f"{VERSION}\nexec sleep 60", 1, "longer than it may"),
]


@posix
@pytest.mark.parametrize(("text", "timeout", "reason"), FAKES)
def test_when_git_does_not_do_its_work(
    repository: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, timeout: float, reason: str
) -> None:
    folder = lively(repository)
    fake(monkeypatch, tmp_path, text)
    found = history.measure(folder, timeout=timeout)
    assert [reason in gap.reason for gap in found.gaps] == [True]
    assert found.truck_factor is None


def test_no_time_at_all(repository: Builder) -> None:
    assert "longer than it may" in history.measure(lively(repository), timeout=0).gaps[0].reason


@posix
def test_comparing_contents_may_take_half_of_the_time(
    repository: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lively(repository)
    program = shutil.which("git")
    fake(monkeypatch, tmp_path, f'case "$*" in *" -M "*) exec sleep 60;; esac\nexec {program} "$@"')
    found = history.measure(folder, timeout=3.0)
    assert (found.renames, found.live_truck_factor) == ("exact", 1)


@pytest.mark.parametrize("path", ["", "."])
def test_no_git(repository: Builder, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    folder = lively(repository)
    script(folder / "git", "echo git version 2.40.1")  # beside what is scanned, and perhaps not the user's
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", path)
    assert "git is not installed" in history.measure(folder).gaps[0].reason


def test_no_room_for_a_git_directory(repository: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lively(repository)

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    assert "git cannot be run (No space left on device)" in history.measure(folder).gaps[0].reason
