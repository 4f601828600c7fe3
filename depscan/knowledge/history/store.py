"""
Finds the objects and the newest commit of a repository without asking git, whose commands obey its configuration.

Only files below the given folder are read: a `.git` file, an alternate object store or a link that leads out of it
ends the reading. The repository's own configuration is never opened.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from depscan.tree import Tree

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/[^\s\x00-\x1f\x7f~^:?*\[\\]{1,500}")
_SMALL = 1 << 16
_PACKED_REFS = 64 << 20
_ALTERNATES = 5
_SYMBOLIC = 5


class Unread(Exception):
    """The history cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Store:
    """A repository, as far as it is trusted."""

    objects: Path
    head: str
    """The commit that is checked out, or the default branch's of a bare repository."""
    shallow: tuple[str, ...]
    """Commits whose parents were not fetched."""
    fetched: date | None
    """When somebody last asked the origin for news; None when it does not show."""
    fetched_by: str
    """The file that shows it."""


def find(root: Path) -> Store:
    """The repository in the folder `root`: a work tree, a bare repository or a git directory; else Unread."""
    try:
        return _found(Path(os.path.realpath(root)))
    except OSError as error:
        raise Unread(f"its git directory cannot be read: {_reason(error)}") from error


def _found(base: Path) -> Store:
    own, common, bare = _git_dir(base)
    objects = _inside(base, common / "objects", "its object store")
    if not objects.is_dir():
        raise Unread("no git repository: its `objects` folder is missing")
    _checked_objects(base, objects, _ALTERNATES)
    head = _head(own, common)
    fetched, fetched_by = _fetched(own, common, bare=bare)
    return Store(objects, head, _shallow(common), fetched, fetched_by)


def _git_dir(base: Path) -> tuple[Path, Path, bool]:
    """Git directory, the one it shares with other work trees, and whether it is bare."""
    marker = base / ".git"
    if not os.path.lexists(marker):
        if (base / "HEAD").exists() and (base / "objects").is_dir():
            return base, base, True
        raise Unread("no git repository: give a folder with `.git` in it, or a git directory")
    own = _inside(base, marker, "`.git`")
    if not own.is_dir():
        text = _text(base, ".git")
        if not text.startswith("gitdir: "):
            raise Unread("`.git` is neither a folder nor a file that names one")
        own = _inside(base, base / text.removeprefix("gitdir: "), "the git directory that its `.git` file names")
    common = own
    if (own / "commondir").exists():
        common = _inside(base, own / _text(own, "commondir"), "the git directory it shares")
    return own, common, False


def _inside(base: Path, path: Path, what: str) -> Path:
    try:
        real = Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise Unread(f"{what} has no usable path") from error
    if not real.is_relative_to(base):
        raise Unread(f"{what} lies outside the given folder and is not followed: give the folder it lies in")
    return real


def _text(folder: Path, name: str, limit: int = _SMALL) -> str:
    try:
        return os.fsdecode(Tree(folder).read(name, limit=limit)).strip()
    except OSError as error:
        raise Unread(f"`{name}` of the git directory cannot be read: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _checked_objects(base: Path, objects: Path, depth: int) -> None:
    """Unread unless everything that git would look up in this store lies below `base`."""
    for folder in (objects, objects / "pack", objects / "info"):
        if folder.is_dir():
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        _inside(base, Path(entry.path), "what a link in its object store points to")
    if not os.path.lexists(objects / "info" / "alternates"):
        return
    for line in _text(objects, "info/alternates").splitlines():
        if line and not line.startswith("#"):
            if depth == 0:
                raise Unread("its object stores are chained too deeply")
            other = _inside(base, objects / line, "an object store that it borrows from (objects/info/alternates)")
            if other.is_dir():
                _checked_objects(base, other, depth - 1)


def _head(own: Path, common: Path) -> str:
    value = _text(own, "HEAD")
    if (common / "reftable").is_dir():
        raise Unread("it keeps its references in a reftable, which is not read yet: clone with --ref-format=files")
    for _ in range(_SYMBOLIC):
        if _ID.fullmatch(value):
            return value
        name = value.removeprefix("ref:").strip()
        if not _REF.fullmatch(name) or ".." in name:
            raise Unread("its HEAD names no reference that could be followed")
        value = _loose(own, common, name) or _packed(common, name)
        if not value:
            raise Unread("no commit yet: HEAD names a branch that does not exist")
    raise Unread("its HEAD leads from reference to reference")


def _loose(own: Path, common: Path, name: str) -> str:
    for folder in (own, common):
        if (folder / name).is_file():
            return _text(folder, name)
    return ""


def _packed(common: Path, name: str) -> str:
    if not (common / "packed-refs").exists():
        return ""
    for line in _text(common, "packed-refs", _PACKED_REFS).splitlines():
        commit, _, reference = line.partition(" ")
        if reference == name:
            return commit
    return ""


def _shallow(common: Path) -> tuple[str, ...]:
    if not (common / "shallow").exists():
        return ()
    return tuple(line for line in _text(common, "shallow", _PACKED_REFS).splitlines() if _ID.fullmatch(line))


def _fetched(own: Path, common: Path, *, bare: bool) -> tuple[date | None, str]:
    """
    When the origin was last asked, by the first of: FETCH_HEAD, the remote's HEAD as cloned, the references.

    A fetch that fails leaves FETCH_HEAD empty. Local branches say nothing of the origin, except in a bare repository.
    """
    for folder in (own, common):
        status = _status(folder / "FETCH_HEAD")
        if status and status.st_size:
            return _day(status), "FETCH_HEAD"
    heads = [status for remote in _listed(common / "refs" / "remotes") if (status := _status(remote / "HEAD"))]
    if heads:
        return max(map(_day, heads)), "refs/remotes"
    status = _status(common / "packed-refs")
    if status and (bare or " refs/remotes/" in _text(common, "packed-refs", _PACKED_REFS)):
        return _day(status), "packed-refs"
    if bare and (branches := [status for path in _listed(common / "refs/heads") if (status := _status(path))]):
        return max(map(_day, branches)), "refs/heads"
    return None, ""


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []


def _status(path: Path) -> os.stat_result | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _day(status: os.stat_result) -> date:
    return datetime.fromtimestamp(max(status.st_mtime, 0), UTC).date()
