"""The file tree as the import system would see it: which files a dotted name reaches from which folder."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from depscan.model import normalised
from depscan.resolve.names import LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.model import Project


@dataclass(frozen=True, slots=True)
class Hit:
    """What a dotted name reaches below one source root."""

    root: str
    files: tuple[str, ...]
    """Files that run, parents first; a bare folder (namespace package) adds none."""
    matched: int
    """Leading components found in the tree; the name of a from-import counts when it is a module."""
    complete: bool
    """Every component of the imported module was found."""
    regular: bool
    """The first component is a module or has an `__init__.py`; otherwise it is a bare folder."""


class Layout:
    """Answers where first-party names lead. Built once per scan; every answer is a few set look-ups."""

    def __init__(self, paths: Iterable[str], projects: Sequence[Project]) -> None:
        """Index the Python files at `paths`."""
        self.files = frozenset(path for path in paths if path.endswith(".py"))
        self.folders = frozenset(folder for path in self.files for folder in ancestors(posixpath.dirname(path)))
        self.projects = sorted(projects)
        self.inside = cache(self._inside)
        self.parents = cache(self._parents)
        self.roots = cache(self._roots)
        self.script = cache(self._script)
        self._sources = {project: tuple(dict.fromkeys(self._source_roots(project))) for project in self.projects}
        self._rooted = frozenset(root for roots in self._sources.values() for root in roots)
        self._at: dict[str, list[Project]] = {}
        for project in self.projects:
            self._at.setdefault(project.root, []).append(project)
        self._src = frozenset(filter(is_src, self._rooted))
        self.names: set[str] = set()
        """Of all files and folders: no other top-level name leads anywhere here."""
        self._homes: dict[str, list[str]] = {}
        self._tops: dict[str, list[str]] = {}
        for path in sorted(self.files | self.folders):
            folder, base = posixpath.split(path)
            name = base.removesuffix(".py")
            self.names.add(name)
            self._tops.setdefault(folder, []).append(name)
            if not self.inside(folder):
                self._homes.setdefault(name, []).append(folder)
        self._shippers: dict[str, dict[str, str]] = {}
        for project in self.projects:
            for top, root in self._shipped(project):
                self._shippers.setdefault(top, {}).setdefault(root, project.root)

    def package(self, folder: str) -> bool:
        """Whether `folder` holds an `__init__.py`; one at the scanned root makes no package, nothing can name it."""
        return bool(folder) and f"{folder}/__init__.py" in self.files

    def _inside(self, folder: str) -> bool:
        """Whether `folder` is a package or lies within one."""
        return any(self.package(parent) for parent in ancestors(folder))

    def climb(self, folder: str) -> str:
        """Return the folder above the package that `folder` belongs to; `folder` itself outside packages."""
        while self.package(folder):
            folder = posixpath.dirname(folder)
        return folder

    def home(self, folder: str) -> str:
        """Return the source root of `folder`: as `climb`, past folders within a package that lack an `__init__.py`."""
        outermost = [parent for parent in ancestors(folder) if self.package(parent)][-1:]
        above = posixpath.dirname(outermost[0]) if outermost else folder
        return next((root for root in ancestors(above) if root in self._src), above)

    def walk(self, root: str, parts: tuple[str, ...], name: str = "", *, but: str = "") -> Hit | None:
        """Follow `parts`, then `name`, down from `root`, not into the file `but`; nothing if the first is missing."""
        folder, files, matched, regular, wanted = root, [], 0, False, len(parts)
        for part in (*parts, name) if name not in {"", "*"} else parts:
            target = f"{folder}/{part}" if folder else part
            if f"{target}/__init__.py" in self.files:
                files.append(f"{target}/__init__.py")
            elif f"{target}.py" in self.files and f"{target}.py" != but:
                files.append(f"{target}.py")
            elif target not in self.folders:
                break
            regular = regular or (not matched and bool(files))
            matched += 1
            if files and files[-1] == f"{target}.py":
                break
            folder = target
        return Hit(root, tuple(files), matched, matched >= wanted, regular) if matched else None

    def _parents(self, folder: str) -> tuple[str, ...]:
        """Return the `__init__.py` of the package at `folder` and of those around it, outermost first."""
        return tuple(f"{parent}/__init__.py" for parent in ancestors(folder) if self.package(parent))[::-1]

    def _script(self, folder: str) -> bool:
        """Whether a file in `folder` may be started by its path, which puts `folder` first on the search path."""
        return not self.inside(folder) and self._src.isdisjoint(ancestors(posixpath.dirname(folder)))

    def _roots(self, folder: str, *, script: bool) -> tuple[str, ...]:
        """Return the source roots that code in `folder` can count on, nearest first."""
        above = list(ancestors(folder))
        found = [folder] if script else []
        # pytest puts the root of every conftest.py on the way up on the search path.
        found += [self.climb(parent) for parent in above if posixpath.join(parent, "conftest.py") in self.files]
        found.append(self.home(folder))
        for parent in (*above, ""):
            for project in self._at.get(parent, ()):
                found += self._sources[project]
        return tuple(dict.fromkeys((*found, "", "src")))

    def shippers(self, top: str) -> Mapping[str, str]:
        """Return the source roots from which projects ship the top-level name `top`, each with its project's folder."""
        return self._shippers.get(top, {})

    def rooted(self, folder: str) -> bool:
        """Whether `folder` is a source root of a project."""
        return folder in self._rooted

    def sources(self, project: Project) -> tuple[str, ...]:
        """Return the folders from which anything of `project` can be imported."""
        return self._sources[project]

    def homes(self, folder: str, top: str) -> tuple[str, ...]:
        """Return every folder that a manipulated search path could offer `top` from: those above first, then all."""
        return tuple(dict.fromkeys((*ancestors(folder), "", *self._homes.get(top, ()))))

    def _source_roots(self, project: Project) -> Iterator[str]:
        for path in project.packages:
            if path in {project.root, ""} or is_src(path):
                yield path
            elif path in self.folders and not self.package(path):
                # A folder of packages, or a package without __init__.py: builds name both in the same way.
                yield from (path, posixpath.dirname(path))
        if (source := posixpath.join(project.root, "src")) in self.folders and not self.package(source):
            yield source
        yield project.root

    def _shipped(self, project: Project) -> Iterator[tuple[str, str]]:
        """Yield the top-level names that `project` ships, each with its root."""
        for path in project.packages:
            if self.package(path):
                root = self.climb(path)
                yield path.removeprefix(root).lstrip("/").split("/")[0], root
        for root in self._sources[project]:
            for top in self._tops.get(root, ()):
                regular = self.package(posixpath.join(root, top)) and root in project.packages
                if normalised(top) == project.name or (top not in LOCAL and (is_src(root) or regular)):
                    yield top, root


def ancestors(folder: str) -> Iterator[str]:
    """Yield `folder` and the folders above it, nearest first, without the scanned root itself."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)


def is_src(folder: str) -> bool:
    """Whether `folder` is a `src` folder, which holds packages and is never one."""
    return posixpath.basename(folder) == "src"
