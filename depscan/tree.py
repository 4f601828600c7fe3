"""
Where bytes come from: the working tree below one folder.

Nothing outside the folder is read and no symbolic link is followed. Files are opened without blocking and checked on
the descriptor, so that a FIFO, a device or a swapped file is refused and never waited for.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from depscan.errors import ProjectNotFound
from depscan.model import Gap, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pathspec import GitIgnoreSpec

MAX_DEPTH = 64
MAX_ENTRIES = 300_000
MAX_IGNORE_FILE = 1 << 20
MAX_PATTERN_STARS = 8
"""A pattern becomes a regular expression whose cost grows with a power of its stars."""

BYTES_PER_FILE = {".py": 5, ".pyw": 5, ".ipynb": 100, ".toml": 32, ".lock": 16, ".json": 32, ".yml": 16, ".yaml": 16}
"""Mebibytes that are read of a file, by suffix; others: `BYTES_OTHER`."""
BYTES_OTHER = 4

SKIPPED_FOLDERS = frozenset({
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "node_modules", "site-packages", "__pycache__", "__pypackages__",
    ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints",
})  # fmt: skip
"""Folders that hold no code of the project; an environment under another name is known by its pyvenv.cfg."""


class Files(NamedTuple):
    """What a walk found."""

    paths: tuple[str, ...]
    """Regular files that are wanted, POSIX, relative to the root, sorted."""
    environments: tuple[str, ...]
    """Virtual environments and conda prefixes below the root, not entered."""
    ignored: int
    """Wanted files, and folders, that were left out by rule."""
    gaps: tuple[Gap, ...]


Stamp = tuple[int, int, int, int, int]
"""Size, times of the last change of content and of status in nanoseconds, inode and device."""


@dataclass(slots=True)
class Notes:
    """What was found out about a tree."""

    walked: list[Files] = field(default_factory=list)
    read: dict[str, Stamp | None] = field(default_factory=dict)
    """Files that were opened; `None` for those that could not be."""
    listed: dict[str, list[str]] = field(default_factory=dict)
    """Folders that were listed for the metadata of environments: folders in them, or files, by the kind."""


class Tree:
    """A working tree: `files` lists it once, `read` gives the bytes of one file; `notes` remembers what was asked."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = os.path.realpath(os.fspath(root))
        self.notes = Notes()
        self._odd: dict[str, str] = {}
        """Names on disk that are not UTF-8, by the form in which they are shown."""
        if not os.path.isdir(self.root):
            what = "is a file, not a folder" if os.path.exists(self.root) else "does not exist"
            raise ProjectNotFound(f"{os.fspath(root)} {what}; give the folder of a repository")

    @property
    def name(self) -> str:
        """The folder's own name."""
        return os.path.basename(self.root)

    def read(self, path: str, *, limit: int | None = None) -> bytes:
        """The bytes of a regular file of at most `limit` bytes (by suffix if not given); else OSError that says why."""
        if limit is None:
            suffix = os.path.splitext(path)[1].lower()
            limit = BYTES_PER_FILE.get(suffix, BYTES_OTHER) << 20
        with self._open(path) as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(limit + 1)
        if len(data) > limit:
            size = max(size, len(data))
            raise OSError(f"{size / 2**20:.1f} MiB is above the limit of {limit / 2**20:.0f} MiB for such a file")
        return data

    def part(self, path: str, start: int, length: int) -> tuple[bytes, int]:
        """At most `length` bytes of a regular file from `start` on, and its size; else OSError that says why."""
        with self._open(path) as file:
            file.seek(start)
            return file.read(length), os.fstat(file.fileno()).st_size

    def _open(self, path: str) -> BinaryIO:
        """The regular file, with a note of it."""
        self.notes.read[path] = None
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(os.path.join(self.root, self._odd.get(path, path)), flags)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise OSError(f"not a regular file: {path}")
        self.notes.read[path] = _stamp(status)
        return os.fdopen(descriptor, "rb")

    def holds(self, notes: Notes) -> bool:
        """Whether all that was noted earlier is still so; the walk is compared with that of this tree."""
        return (
            notes.walked == self.notes.walked
            and all(self._stamp(path) == stamp for path, stamp in notes.read.items())
            and all(self._list(*_parted(name)) == found for name, found in notes.listed.items())
        )

    def _stamp(self, path: str) -> Stamp | None:
        try:
            status = os.lstat(os.path.join(self.root, self._odd.get(path, path)))
        except (OSError, ValueError):
            return None
        return _stamp(status) if stat.S_ISREG(status.st_mode) else None

    def files(
        self, wanted: Callable[[str], bool], *, exclude: Sequence[str] = (), unhidden: Callable[[str], bool]
    ) -> Files:
        """
        Every `wanted` file that no ignore rule leaves out.

        Rules are those of git: a `.gitignore` in each folder, nearest first, and `exclude` in the same syntax from the
        root. `unhidden` names files that `.gitignore` cannot hide (manifests: a lock file is often ignored yet decides
        what gets installed).
        """
        found = _Walk(self, wanted, unhidden, _spec(exclude)[0]).run()
        self.notes.walked.append(found)
        return found

    def shown(self, path: str) -> str:
        r"""The path as reports give it and `read` takes it: bytes that are not UTF-8 become `\xff`."""
        try:
            path.encode()
        except UnicodeEncodeError:
            name = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            self._odd[name] = path
            return name
        return path

    def metadata(self, environment: str) -> tuple[str, ...]:
        """
        Paths of the metadata files of what is installed in an environment below the root; "" is the root itself.

        It may be a virtual environment, a conda prefix or a site-packages folder.
        """
        start = f"{environment}/" if environment else ""
        libs = [folder for folder in self._folders(start) if folder.removeprefix(start) in {"lib/", "Lib/"}]
        pythons = [python for lib in libs for python in self._folders(lib)]
        sites = [start, *(f"{folder}site-packages/" for folder in (*libs, *pythons))]
        infos = [info for site in sites for info in self._folders(site) if info.endswith((".dist-info/", ".egg-info/"))]
        found = [
            f"{info}{name}"
            for info in infos
            for name in ("METADATA", "PKG-INFO", "RECORD", "requires.txt", "top_level.txt")
        ]
        found += [path for path in self._names(f"{start}conda-meta/") if path.endswith(".json")]
        there = {path for path in found if os.path.isfile(os.path.join(self.root, path))}
        self.notes.read.update(dict.fromkeys({*found} - there))
        return tuple(sorted(there))

    def _folders(self, path: str) -> list[str]:
        """Real folders in the folder `path`, all with a slash at the end; none when it cannot be listed."""
        return [f"{name}/" for name in self._names(path, folders=True)]

    def _names(self, path: str, *, folders: bool = False) -> list[str]:
        found = self._list(path, folders=folders)
        self.notes.listed[f"{path}{_FOLDERS if folders else _FILES}"] = found
        return found

    def _list(self, path: str, folders: bool) -> list[str]:
        try:
            with os.scandir(os.path.join(self.root, path)) as entries:
                return sorted(
                    path + entry.name
                    for entry in entries
                    if entry.name.isprintable() and entry.is_dir(follow_symlinks=False) is folders
                )
        except OSError:
            return []

    def revision(self) -> str:
        """The commit that is checked out, by the files in `.git`; empty when there is none or it is elsewhere."""
        try:
            head = self.read(".git/HEAD", limit=4096).decode("ascii").strip()
            if not head.startswith("ref: "):
                return head if _COMMIT.fullmatch(head) else ""
            name = head.removeprefix("ref: ")
            if not _REF.fullmatch(name) or ".." in name:
                return ""
            return self._loose(name) or self._packed(name)
        except (OSError, UnicodeDecodeError):
            return ""

    def _loose(self, name: str) -> str:
        try:
            commit = self.read(f".git/{name}", limit=4096).decode("ascii").strip()
        except FileNotFoundError:
            return ""
        return commit if _COMMIT.fullmatch(commit) else ""

    def _packed(self, name: str) -> str:
        for line in self.read(".git/packed-refs").decode("ascii").splitlines():
            commit, _, ref = line.partition(" ")
            if ref == name and _COMMIT.fullmatch(commit):
                return commit
        return ""


_FOLDERS, _FILES = "*/", "*"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/[\w./+@-]{1,200}")


def _stamp(status: os.stat_result) -> Stamp:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


def _parted(name: str) -> tuple[str, bool]:
    """The folder and whether its folders were listed, from the name of a note."""
    return (name.removesuffix(_FOLDERS), True) if name.endswith(_FOLDERS) else (name.removesuffix(_FILES), False)


def _spec(patterns: Iterable[str]) -> tuple[GitIgnoreSpec | None, list[str]]:
    """The patterns compiled, and those that were refused as too costly."""
    kept: list[str] = []
    refused: list[str] = []
    for pattern in patterns:
        text = pattern.strip()
        if text and not text.startswith("#"):
            (refused if text.count("*") > MAX_PATTERN_STARS or len(text) > 1000 else kept).append(pattern)
    if not kept:
        return None, refused
    if (spec := _compiled(kept)) is not None:
        return spec, refused
    good = [pattern for pattern in kept if _compiled([pattern]) is not None]
    return _compiled(good), refused + [pattern for pattern in kept if pattern not in good]


def _compiled(patterns: list[str]) -> GitIgnoreSpec | None:
    """The patterns as one matcher; `None` when one of them is malformed."""
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore import GitIgnorePatternError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `re`, for a bracket within brackets
        try:
            return GitIgnoreSpec.from_lines(patterns)
        except (GitIgnorePatternError, re.error):
            return None


class _Walk:
    """One pass over the tree with a stack of its own: `os.walk` raises RecursionError at a thousand levels on 3.11."""

    def __init__(
        self, tree: Tree, wanted: Callable[[str], bool], unhidden: Callable[[str], bool], exclude: GitIgnoreSpec | None
    ) -> None:
        self.tree, self.wanted, self.unhidden, self.exclude = tree, wanted, unhidden, exclude
        self.paths: list[str] = []
        self.environments: list[str] = []
        self.gaps: list[Gap] = []
        self.ignored = self.entries = 0
        self.stack: list[tuple[str, int, tuple[tuple[str, GitIgnoreSpec], ...]]] = [("", 0, ())]

    def run(self) -> Files:
        while self.stack:
            folder, depth, rules = self.stack.pop()
            if depth > MAX_DEPTH:
                self.gap(folder, f"folders deeper than {MAX_DEPTH} levels are not entered")
            elif self.entries > MAX_ENTRIES:
                self.gap(folder, f"more than {MAX_ENTRIES} files and folders: this one and others were not entered")
                break
            else:
                self.folder(folder, depth, rules)
        return Files(tuple(sorted(self.paths)), tuple(sorted(self.environments)), self.ignored, tuple(self.gaps))

    def gap(self, path: str, reason: str) -> None:
        self.gaps.append(Gap("tree", Location(self.tree.shown(path) or "."), reason))

    def folder(self, folder: str, depth: int, rules: tuple[tuple[str, GitIgnoreSpec], ...]) -> None:
        try:
            with os.scandir(os.path.join(self.tree.root, folder)) as entries:
                listing = list(entries)
        except OSError as error:
            self.gap(folder, f"folder cannot be listed: {error.strerror}")
            return
        self.entries += len(listing)
        names = {entry.name for entry in listing}
        if folder and ("pyvenv.cfg" in names or "conda-meta" in names):
            self.environments.append(folder)
            self.ignored += 1
            return
        prefix = folder + "/" if folder else ""
        if ".gitignore" in names:
            rules = self.ignore_file(prefix, rules)
        for entry in listing:
            self.entry(entry, prefix + entry.name, depth, rules)

    def ignore_file(
        self, prefix: str, rules: tuple[tuple[str, GitIgnoreSpec], ...]
    ) -> tuple[tuple[str, GitIgnoreSpec], ...]:
        path = prefix + ".gitignore"
        try:
            lines = self.tree.read(path, limit=MAX_IGNORE_FILE).decode("utf-8", "replace").splitlines()
        except OSError as error:
            self.gap(path, f"ignore file not read: {error.strerror or error}")
            return rules
        spec, refused = _spec(lines)
        if refused:
            self.gap(path, f"{len(refused)} ignore patterns are malformed or too costly and were not applied")
        return ((prefix, spec), *rules) if spec is not None else rules

    def entry(
        self, entry: os.DirEntry[str], path: str, depth: int, rules: tuple[tuple[str, GitIgnoreSpec], ...]
    ) -> None:
        if entry.is_symlink():
            self.link(path)
        elif entry.is_dir(follow_symlinks=False):
            if entry.name in SKIPPED_FOLDERS:
                self.ignored += 1
                if entry.name == ".venv":
                    self.environments.append(path)
            elif self.is_ignored(path + "/", rules):
                self.ignored += 1
                if os.path.exists(os.path.join(self.tree.root, path, "pyvenv.cfg")):
                    self.environments.append(path)
            else:
                self.stack.append((path, depth + 1, rules))
        elif self.wanted(path):
            if not entry.is_file(follow_symlinks=False):
                self.gap(path, "not a regular file (pipe, socket or device); not opened")
            elif self.is_ignored(path, () if self.unhidden(path) else rules):
                self.ignored += 1
            else:
                self.paths.append(self.tree.shown(path))

    def is_ignored(self, path: str, rules: tuple[tuple[str, GitIgnoreSpec], ...]) -> bool:
        if self.exclude is not None and self.exclude.match_file(path):
            return True
        for prefix, spec in rules:
            verdict = spec.check_file(path[len(prefix) :]).include
            if verdict is not None:
                return verdict
        return False

    def link(self, path: str) -> None:
        """A link into the tree is found by the walk as what it points to; one that leaves it is named if it matters."""
        target = os.path.realpath(os.path.join(self.tree.root, path))
        inside = target == self.tree.root or target.startswith(self.tree.root + os.sep)
        if not inside and (self.wanted(path) or os.path.isdir(target)):
            self.gap(path, "symbolic link that leaves the scanned folder; not followed")
        elif inside and self.wanted(path) and not os.path.exists(target):
            self.gap(path, "symbolic link to nothing; not read")
