"""The cache of the hub: exact revisions and their cards, offline."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from depscan import artefacts
from depscan.artefacts import hubcache
from depscan.model import Gap
from depscan.model.models import Weights

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CARD = "---\nlicense: apache-2.0\nbase_model: a/b\n---\n# x\n"


def snapshot(root: Path, name: str, commit: str = COMMIT, *, card: str = CARD, linked: bool = True) -> Path:
    """A repository as the hub's client lays it down."""
    folder = root / name / "snapshots" / commit
    folder.mkdir(parents=True)
    blobs = root / name / "blobs"
    blobs.mkdir(exist_ok=True)
    if linked:
        (blobs / "c0ffee").write_text(card)
        (folder / "README.md").symlink_to("../../blobs/c0ffee")
    else:
        (folder / "README.md").write_text(card)
    return folder


def read(root: Path) -> list[Weights | Gap]:
    return [*artefacts.cached(str(root), "hub")]


@pytest.mark.parametrize("linked", [True, False])
def test_a_snapshot_tells_revision_and_licence(tmp_path: Path, linked: bool) -> None:
    folder = snapshot(tmp_path, "models--acme--m-7b", linked=linked)
    (folder / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    (found,) = read(tmp_path)
    assert isinstance(found, Weights)
    assert (found.id, found.revision, found.licence, found.base_models) == ("acme/m-7b", COMMIT, "apache-2.0", ("a/b",))
    assert found.location.path == f"hub/models--acme--m-7b/snapshots/{COMMIT}"
    assert (found.format, found.architecture) == ("snapshot", "LlamaForCausalLM")


def test_names(tmp_path: Path) -> None:
    for name in ("models--gpt2", "models--a--b--c", "datasets--a--d", "spaces--a--s", "version.txt", ".locks"):
        snapshot(tmp_path, name)
    snapshot(tmp_path, "models--x--y", "main")
    (tmp_path / "models--asked--only" / "refs").mkdir(parents=True)
    assert [each.id for each in read(tmp_path) if isinstance(each, Weights)] == ["datasets/a/d", "a/b--c", "gpt2"]


def test_a_snapshot_without_a_card(tmp_path: Path) -> None:
    (tmp_path / "models--a--b" / "snapshots" / COMMIT).mkdir(parents=True)
    (found,) = read(tmp_path)
    assert isinstance(found, Weights) and found.licence == ""


def test_links_are_not_followed_out_of_the_repository(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("---\nlicense: stolen\n---\n")
    hub = tmp_path / "hub"
    folder = hub / "models--a--b" / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    (folder / "README.md").symlink_to(secret)
    (hub / "models--c--d").symlink_to(tmp_path)
    other = snapshot(tmp_path / "else", "models--e--f").parent
    (hub / "models--e--f").mkdir()
    (hub / "models--e--f" / "snapshots").symlink_to(other)
    gap, found = read(hub)
    assert isinstance(gap, Gap) and "outside" in gap.reason
    assert isinstance(found, Weights) and found.licence == "" and found.id == "a/b"


def test_a_pipe_for_a_card_is_a_gap_and_not_waited_for(tmp_path: Path) -> None:
    folder = snapshot(tmp_path, "models--a--b", linked=False)
    (folder / "README.md").unlink()
    os.mkfifo(folder / "README.md")
    assert sorted(type(each).__name__ for each in read(tmp_path)) == ["Gap", "Weights"]


def test_a_broken_card_and_a_link_to_itself(tmp_path: Path) -> None:
    snapshot(tmp_path, "models--a--b", card="---\nlicense: [\n---\n")
    folder = snapshot(tmp_path, "models--c--d", linked=False)
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to("README.md")
    assert [type(each) for each in read(tmp_path)] == [Gap, Weights, Gap, Weights]


def test_no_such_folder_is_a_gap(tmp_path: Path) -> None:
    (gap,) = read(tmp_path / "none")
    assert isinstance(gap, Gap) and "not read" in gap.reason


def test_the_number_of_repositories_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubcache, "MOST", 1)
    for name in ("models--a--b", "models--a--c"):
        snapshot(tmp_path, name)
    assert [type(each) for each in read(tmp_path)] == [Weights, Gap]


def test_caches_in_the_tree() -> None:
    paths = [
        "a/hub/models--x--y/refs/main",
        "datasets--x--y/snapshots/1/README.md",
        "models--x--y/blobs/1",
        "models--x/y",
    ]
    assert artefacts.caches(paths) == ("", "a/hub")
    assert [artefacts.is_ref(path) for path in paths] == [True, False, False, False]
