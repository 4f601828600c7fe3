from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from depscan.knowledge.history.store import Unread, find

ONE = "1" * 40
TWO = "2" * 64


def make(folder: Path, files: dict[str, str]) -> Path:
    for name, text in {"HEAD": f"{ONE}\n", "objects/pack/.keep": "", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.fsencode(text))
    return folder


HEADS = [
    ({"HEAD": ONE}, ONE),
    ({"HEAD": TWO}, TWO),
    ({"HEAD": "ref: refs/heads/main\n", "refs/heads/main": ONE}, ONE),
    ({"HEAD": "ref: refs/heads/a\n", "refs/heads/a": "ref: refs/heads/b", "refs/heads/b": ONE}, ONE),
    ({"HEAD": "ref: refs/heads/x/y-1.0\n", "packed-refs": f"# peeled\n{ONE} refs/heads/x/y-1.0\n^{TWO}\n"}, ONE),
    ({"HEAD": "ref: refs/heads/\udcff", "packed-refs": f"{ONE} refs/heads/\udcff\n"}, ONE),
    ({"HEAD": "ref: refs/heads/a", "refs/heads/a": ONE, "packed-refs": f"{'3' * 40} refs/heads/a\n"}, ONE),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), HEADS)
def test_head(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert find(make(tmp_path, files)).head == expected


REFUSED = [
    ({"HEAD": "ref: refs/heads/main"}, "no commit yet"),
    ({"HEAD": "ref: refs/heads/main", "packed-refs": f"{ONE} refs/heads/other"}, "no commit yet"),
    ({"HEAD": "ref: refs/../../../etc/passwd"}, "no reference that could be followed"),
    ({"HEAD": "ref: /etc/passwd"}, "no reference that could be followed"),
    ({"HEAD": "12345"}, "no reference that could be followed"),
    ({"HEAD": "ref: refs/heads/a", "refs/heads/a": "root:x:0:0"}, "no reference that could be followed"),
    ({"HEAD": "ref: refs/heads/a", "refs/heads/a": "ref: refs/heads/a"}, "from reference to reference"),
    ({"HEAD": "x" * 70_000}, "`HEAD` of the git directory cannot be read"),
    ({"HEAD": "ref: refs/heads/.invalid", "reftable/tables.list": ""}, "reftable"),
    ({"objects/info/alternates": "/somewhere/else/objects\n"}, "borrows from"),
    ({"objects/info/alternates": "../../other/objects\n"}, "borrows from"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "reason"), REFUSED)
def test_refused(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    with pytest.raises(Unread, match=reason):
        find(make(tmp_path / "root", files))


def test_a_head_that_is_no_text(tmp_path: Path) -> None:
    (make(tmp_path, {}) / "HEAD").write_bytes(b"\xff\xff")
    with pytest.raises(Unread, match="no reference that could be followed"):
        find(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_head_that_is_a_pipe(tmp_path: Path) -> None:
    (make(tmp_path, {}) / "HEAD").unlink()
    os.mkfifo(tmp_path / "HEAD")
    with pytest.raises(Unread, match="not a regular file"):
        find(tmp_path)


def test_folders_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    make(tmp_path, {})
    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(Unread, match="Permission denied"):
        find(tmp_path)


def test_no_repository(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Unread, match="no git repository"):
            find(folder)
    (tmp_path / ".git").mkdir()
    with pytest.raises(Unread, match="`objects` folder is missing"):
        find(tmp_path)


def test_an_alternate_within_the_folder(tmp_path: Path) -> None:
    make(tmp_path / "lender", {})
    make(tmp_path / ".git", {"objects/info/alternates": "# shared\n\n../../lender/objects\n../gone\n"})
    assert find(tmp_path).objects == tmp_path.resolve() / ".git/objects"


def test_alternates_in_a_circle(tmp_path: Path) -> None:
    with pytest.raises(Unread, match="chained too deeply"):
        find(make(tmp_path, {"objects/info/alternates": "../objects\n"}))


def test_the_lender_may_not_borrow_from_elsewhere(tmp_path: Path) -> None:
    make(tmp_path / "root/lender", {"objects/info/alternates": "../../../elsewhere/objects\n"})
    make(tmp_path / "root/.git", {"objects/info/alternates": "../../lender/objects\n"})
    with pytest.raises(Unread, match="borrows from"):
        find(tmp_path / "root")


@pytest.mark.parametrize("name", ["objects", "objects/pack", "objects/pack/pack-1.pack", "objects/ab"])
def test_links_that_lead_out(tmp_path: Path, name: str) -> None:
    root = make(tmp_path / "root", {})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if name == "objects":
        (root / "objects").rename(tmp_path / "moved")
    elif name == "objects/pack":
        (root / "objects/pack").rename(tmp_path / "moved")
    (root / name).symlink_to(elsewhere)
    with pytest.raises(Unread, match="outside the given folder"):
        find(root)


def test_git_file_and_shared_directory_within_the_folder(tmp_path: Path) -> None:
    make(tmp_path / "main.git", {"HEAD": "ref: refs/heads/main", "refs/heads/main": TWO[:40]})
    make(tmp_path / "main.git/worktrees/w", {"HEAD": "ref: refs/heads/main", "commondir": "../..\n"})
    (tmp_path / ".git").write_text("gitdir: main.git/worktrees/w\n")
    store = find(tmp_path)
    assert (store.head, store.objects) == (TWO[:40], tmp_path.resolve() / "main.git/objects")


GIT_FILES = [
    ("gitdir: ../elsewhere/.git", "outside the given folder"),
    ("gitdir: /", "outside the given folder"),
    ("gitdir: a\0b", "no usable path"),
    ("something else", "neither a folder nor a file"),
    ("gitdir: nowhere", "`objects` folder is missing"),
]


@pytest.mark.parametrize(("text", "reason"), GIT_FILES)
def test_git_files_that_are_not_followed(tmp_path: Path, text: str, reason: str) -> None:
    make(tmp_path / "elsewhere/.git", {})
    (tmp_path / "root").mkdir()
    (tmp_path / "root/.git").write_text(text)
    with pytest.raises(Unread, match=reason):
        find(tmp_path / "root")


def test_a_git_folder_that_is_a_link_out(tmp_path: Path) -> None:
    make(tmp_path / "elsewhere", {})
    (tmp_path / "root").mkdir()
    (tmp_path / "root/.git").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unread, match="outside the given folder"):
        find(tmp_path / "root")


def test_shallow(tmp_path: Path) -> None:
    assert find(make(tmp_path, {"shallow": f"{ONE}\nnonsense\n"})).shallow == (ONE,)


DAYS = {"FETCH_HEAD": "2024-03-01", "refs/remotes/origin/HEAD": "2024-02-01", "packed-refs": "2024-01-01",
        "refs/heads/main": "2024-01-15"}  # fmt: skip
REMOTE = f"{ONE} refs/remotes/origin/main\n"
LOCAL = f"{ONE} refs/heads/main\n"
FETCHES = [
    ({}, True, None, ""),
    ({}, False, None, ""),
    ({"FETCH_HEAD": "x", "packed-refs": REMOTE}, False, "2024-03-01", "FETCH_HEAD"),
    ({"FETCH_HEAD": "", "packed-refs": REMOTE}, False, "2024-01-01", "packed-refs"),  # a fetch that failed
    ({"refs/remotes/origin/HEAD": "x", "packed-refs": REMOTE}, False, "2024-02-01", "refs/remotes"),
    ({"packed-refs": LOCAL}, False, None, ""),  # packed by nobody but the owner
    ({"packed-refs": LOCAL}, True, "2024-01-01", "packed-refs"),
    ({"refs/heads/main": ONE}, True, "2024-01-15", "refs/heads"),
    ({"refs/heads/main": ONE}, False, None, ""),  # a commit made here says nothing of the origin
]


@pytest.mark.parametrize(("files", "bare", "day", "source"), FETCHES)
def test_when_it_was_fetched(tmp_path: Path, files: dict[str, str], bare: bool, day: str | None, source: str) -> None:
    git_dir = make(tmp_path if bare else tmp_path / ".git", files)
    for name in files:
        noon = date.fromisoformat(DAYS[name]).toordinal() - date(1970, 1, 1).toordinal()
        os.utime(git_dir / name, (noon * 86400 + 43200,) * 2)
    store = find(tmp_path)
    assert (store.fetched and str(store.fetched), store.fetched_by) == (day, source)
