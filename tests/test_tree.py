"""The walk against git's own rules; containment; odd files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import tree as tree_module
from depscan.errors import ProjectNotFound
from depscan.tree import Files, Tree


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def walk(root: Path, *, exclude: tuple[str, ...] = (), unhidden: tuple[str, ...] = ()) -> Files:
    return Tree(root).files(
        lambda path: path.endswith((".py", ".lock")), exclude=exclude, unhidden=unhidden.__contains__
    )


def test_a_file_or_nothing_is_not_a_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFound, match="does not exist"):
        Tree(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectNotFound, match="is a file"):
        Tree(tmp_path / "file")


def test_lists_wanted_files_sorted_and_skips_environments_and_caches(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "b.py": "", "a/z.py": "", "notes.txt": "", ".git/hook.py": "", "node_modules/x/y.py": "",
            "myenv/pyvenv.cfg": "", "myenv/lib/python3.11/site-packages/q.py": "", "a/__pycache__/z.py": "",
        },
    )  # fmt: skip
    files = walk(tmp_path)
    assert files.paths == ("a/z.py", "b.py")
    assert files.environments == ("myenv",)
    assert files.ignored == 4
    assert files.gaps == ()


IGNORE_FILES = {
    ".gitignore": "*.log\nbuild/\n/top.py\n!keep.py\nsub/*.py\n!sub/kept.py\n\\#odd.py\nspace\\ .py\n"
    "**/deep/x.py\nd[0-9].py\n",
    "sub/.gitignore": "!other.py\nnested/\n",
    "sub/more/.gitignore": "*\n!*.py\n",
}
TREE = (
    "top.py", "sub/top.py", "keep.py", "build/a.py", "sub/build/b.py", "sub/kept.py", "sub/other.py", "sub/lost.py",
    "sub/nested/n.py", "sub/more/m.py", "sub/more/deeper/d.py", "#odd.py", "space .py", "a/deep/x.py", "a/deep/y.py",
    "d1.py", "dx.py", "sub/more/data.lock", "plain.lock",
)  # fmt: skip


def test_ignore_rules_are_those_of_git(tmp_path: Path) -> None:
    write(tmp_path, IGNORE_FILES | dict.fromkeys(TREE, ""))
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", tmp_path], check=True, env=environment)
    listed = subprocess.run(
        ["git", "-C", tmp_path, "ls-files", "-coz", "--exclude-standard"],
        check=True,
        env=environment,
        capture_output=True,
    ).stdout.decode()
    expected = sorted(path for path in listed.split("\0") if path.endswith((".py", ".lock")))
    assert list(walk(tmp_path).paths) == expected


def test_ignore_files_cannot_hide_what_is_unhidden_but_exclude_can(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.lock\n", "uv.lock": "", "x.lock": "", "a.py": ""})
    assert walk(tmp_path, unhidden=("uv.lock",)).paths == ("a.py", "uv.lock")
    assert walk(tmp_path, unhidden=("uv.lock",), exclude=("uv.lock",)).paths == ("a.py",)
    assert walk(tmp_path, exclude=("a.py",)).ignored == 3


def test_costly_and_malformed_patterns_are_refused_and_named(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*a" * 30 + "\n!\n//\nb.py\n", "a.py": "", "b.py": ""})
    files = walk(tmp_path)
    assert files.paths == ("a.py",)
    assert [gap.location.path for gap in files.gaps] == [".gitignore"]
    assert "not applied" in files.gaps[0].reason


def test_names_that_are_not_utf8_are_shown_escaped_and_read(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xfe")
    folder.mkdir()
    (folder / os.fsdecode(b"\xff.py")).write_bytes(b"import torch")
    tree = Tree(tmp_path)
    files = tree.files(lambda path: path.endswith(".py"), unhidden=lambda _: False)
    assert files.paths == ("\\xfe/\\xff.py",)
    assert tree.read(files.paths[0]) == b"import torch"


def test_links_are_not_followed_and_those_that_leave_are_named(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.py": "import secret", "folder/x.py": ""})
    root = write(tmp_path / "root", {"real.py": "", "pkg/a.py": ""})
    (root / "leaves.py").symlink_to(outside / "secret.py")
    (root / "dir").symlink_to(outside / "folder")
    (root / "inside.py").symlink_to(root / "real.py")
    (root / "pkg/loop").symlink_to(root)
    (root / "broken.py").symlink_to(root / "nothing.py")
    files = walk(root)
    assert files.paths == ("pkg/a.py", "real.py")
    assert {gap.location.path: gap.reason for gap in files.gaps} == {
        "leaves.py": "symbolic link that leaves the scanned folder; not followed",
        "dir": "symbolic link that leaves the scanned folder; not followed",
        "broken.py": "symbolic link to nothing; not read",
    }
    with pytest.raises(OSError, match="symbolic links"):
        Tree(root).read("leaves.py")


def test_pipes_are_neither_opened_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    files = walk(tmp_path)
    assert files.paths == ()
    assert "not a regular file" in files.gaps[0].reason
    with pytest.raises(OSError, match="not a regular file"):
        Tree(tmp_path).read("pipe.py")


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_bytes(b"#" * (6 << 20))
    assert len(Tree(tmp_path).read("big.py", limit=7 << 20)) == 6 << 20
    with pytest.raises(OSError, match=r"6\.0 MiB is above the limit of 5 MiB"):
        Tree(tmp_path).read("big.py")


def test_deep_and_wide_trees_end_in_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "deep"
    (deep / "/".join("d" * 70)).mkdir(parents=True)
    assert "deeper than 64 levels" in walk(deep).gaps[0].reason
    wide = write(tmp_path / "wide", {f"{folder}/{n}.py": "" for folder in "abc" for n in range(20)})
    monkeypatch.setattr(tree_module, "MAX_ENTRIES", 10)
    assert "more than 10 files and folders" in walk(wide).gaps[0].reason


def test_an_unreadable_folder_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": "", "closed/b.py": ""})
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("depscan.tree.os.scandir", scandir)
    files = walk(tmp_path)
    assert files.paths == ("a.py",)
    assert files.gaps[0].reason == "folder cannot be listed: Permission denied"


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("files", "revision"),
    [
        ({}, ""),
        ({".git/HEAD": COMMIT + "\n"}, COMMIT),
        ({".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": COMMIT}, COMMIT),
        ({".git/HEAD": "ref: refs/heads/a/b\n", ".git/packed-refs": f"# pack\n{COMMIT} refs/heads/a/b\n"}, COMMIT),
        ({".git/HEAD": "ref: refs/heads/main\n"}, ""),
        ({".git/HEAD": "ref: refs/../../outside\n", "outside": COMMIT}, ""),
        ({".git/HEAD": "ref: /etc/hostname\n"}, ""),
        ({".git/HEAD": "not a commit"}, ""),
        ({".git": "gitdir: /elsewhere"}, ""),
    ],
)
def test_revision_is_read_without_git(tmp_path: Path, files: dict[str, str], revision: str) -> None:
    assert Tree(write(tmp_path, files)).revision() == revision


def test_metadata_of_an_environment(tmp_path: Path) -> None:
    info = ".venv/lib/python3.12/site-packages/x-1.dist-info"
    write(
        tmp_path, {f"{info}/METADATA": "Name: x", f"{info}/RECORD": "", ".venv/lib/python3.12/site-packages/x.py": ""}
    )
    assert Tree(tmp_path).metadata(".venv") == (f"{info}/METADATA", f"{info}/RECORD")
    assert Tree(tmp_path).metadata("nothing") == ()
    names = (f"{info}/METADATA", f"{info}/RECORD")
    for root, start in (
        (".venv", ".venv/"),
        (".venv/lib/python3.12/site-packages", ".venv/lib/python3.12/site-packages/"),
    ):
        assert Tree(tmp_path / root).metadata("") == tuple(name.removeprefix(start) for name in names)
    assert Tree(tmp_path).metadata("") == ()


def test_metadata_of_a_conda_prefix(tmp_path: Path) -> None:
    write(tmp_path, {"c/conda-meta/x-1-0.json": "{}", "c/conda-meta/history": "", "c/conda-meta/d.json/x": ""})
    write(tmp_path, {"c/Lib/site-packages/y-1.egg-info/PKG-INFO": "", "c/lib/site-packages": ""})
    assert Tree(tmp_path).metadata("c") == ("c/Lib/site-packages/y-1.egg-info/PKG-INFO", "c/conda-meta/x-1-0.json")


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text(alphabet="ab*?[]!/\\# .-", max_size=12), max_size=6))
def test_no_ignore_file_breaks_the_walk(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    root = tmp_path_factory.mktemp("ignore")
    write(root, {".gitignore": "\n".join(lines), "a.py": "", "b/a.py": ""})
    assert set(walk(root).paths) <= {"a.py", "b/a.py"}
