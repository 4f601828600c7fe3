"""Clones of source repositories: by https alone unless told otherwise, and nothing of the user's git takes part."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depscan.knowledge import history
from depscan.knowledge.history import clones

if TYPE_CHECKING:
    from tests.knowledge.history.conftest import Builder


@pytest.fixture
def url(repository: Builder) -> str:
    for number in range(8):
        repository.commit("ann", {f"a{number}.py": "x\n" * (number + 1)})
    repository.filler("ann", 30)
    return repository.write().as_uri()


def test_a_clone_is_bare_measurable_and_made_anew(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    first = clones.fetch(url, tmp_path / "clones", schemes=("file",))
    assert (first / "FETCH_HEAD").read_text() == f"{url}\n"
    assert history.measure(first).truck_factor is not None
    (first / "stale").write_text("")
    assert clones.fetch(url, tmp_path / "clones", schemes=("file",)) == first
    assert not (first / "stale").exists()
    assert [path.name for path in (tmp_path / "clones").iterdir()] == [first.name]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x.git",
        "ext::sh -c touch% /tmp/x",
        "ssh://example.org/x.git",
        "--upload-pack=touch x",
        "https://user:secret@example.org/x.git",
        "https://example.org/\nx.git",
        "",
    ],
)
def test_addresses_that_are_not_spoken_to(address: str, tmp_path: Path) -> None:
    with pytest.raises(clones.NotCloned, match="is no address that is cloned from"):
        clones.fetch(address, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_is_said(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(clones.NotCloned, match="nowhere"):
        clones.fetch((tmp_path / "nowhere").as_uri(), tmp_path / "clones", schemes=("file",))
    (tmp_path / "file").write_text("")
    with pytest.raises(clones.NotCloned, match="cache cannot be written"):
        clones.fetch(url, tmp_path / "file", schemes=("file",))
    with pytest.raises(clones.NotCloned, match="longer than 0 seconds"):
        clones.fetch(url, tmp_path / "clones", schemes=("file",), timeout=0)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(clones.NotCloned, match="git is not installed"):
        clones.fetch(url, tmp_path / "clones", schemes=("file",))


@pytest.mark.skipif(os.name == "nt", reason="a script with a shebang line")
def test_hooks_of_the_user_do_not_run(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = tmp_path / "hooks/post-checkout"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/canary\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    (tmp_path / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {hook.parent}\n\tfsmonitor = touch {tmp_path}/canary\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    clones.fetch(url, tmp_path / "clones", schemes=("file",))
    assert not (tmp_path / "canary").exists()
