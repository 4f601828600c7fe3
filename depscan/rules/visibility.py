"""
Which declarations count for a module.

A module sees the manifests of its own project (the nearest folder above it that can be built), wherever they lie in it,
and those of the folders and projects above it. A manifest that serves another purpose (`docs/requirements.txt`,
`examples/x/requirements.txt`), a single file (a notebook's `%pip install`, a script's inline metadata) or another
project of a monorepo does not count; what it declares is "declared elsewhere".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from posixpath import basename
from typing import TYPE_CHECKING

from depscan.model import Ecosystem, Need

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depscan.model import Declaration, Evidence, Pin

ASIDE = frozenset({
    "benchmark", "benchmarks", "demo", "demos", "doc", "docs", "example", "examples", "notebook", "notebooks",
    "sample", "samples", "test", "testing", "tests", "tutorial", "tutorials",
})  # fmt: skip
"""Folders whose manifests serve only the files below that folder."""

SHELVES = frozenset({
    "conda", "conda-recipe", "conda.recipe", "constraints", "dependencies", "deps", "env", "environment",
    "environments", "envs", "lock", "locks", "recipe", "reqs", "requirements",
})  # fmt: skip
"""Folders in which the manifests of the folder above are kept."""

_SOURCES = (".py", ".ipynb")
_SCRIPTS = ("setup.py", "noxfile.py")
"""Python files whose declarations are those of the project, not of the file."""


def dirname(path: str) -> str:
    """The folder of a path in normal form; what `posixpath.dirname` says, in a fifth of the time."""
    return path.rpartition("/")[0]


def inside(path: str, folder: str) -> bool:
    """Whether the path lies in the folder, at any depth; everything lies in the root (``)."""
    return not folder or path.startswith(f"{folder}/")


def home(manifest: str) -> str:
    """The folder that the manifest speaks for: its own, or the one above a shelf (`requirements/base.txt`)."""
    folder = dirname(manifest)
    while basename(folder).lower() in SHELVES:
        folder = dirname(folder)
    return folder


def is_command(path: str) -> bool:
    """Whether the file holds install commands, not a list of what code needs."""
    name = basename(path).lower()
    return (
        path.endswith((".ipynb", ".sh", ".bash", ".gitlab-ci.yml", ".travis.yml"))
        or "dockerfile" in name
        or "containerfile" in name
        or name.startswith("azure-pipelines")
        or path.startswith((".github/", ".circleci/"))
    )


def is_approximate(fact: Declaration | Pin) -> bool:
    """Whether the version may not be what it seems: setup.py is read and not run, conda's versions are its own."""
    path = fact.location.path.lower()
    return fact.ecosystem is Ecosystem.CONDA or path.endswith((".py", ".yml", ".yaml", "pixi.toml", "pixi.lock"))


@dataclass(frozen=True, slots=True)
class _Manifest:
    """Where a manifest stands."""

    folder: str
    home: str
    """Folder of the project that it belongs to."""
    aside: str
    """The folder of another purpose that holds it (`docs`, `examples`), else `home`."""
    own: bool
    """Its declarations are those of the single file they stand in: a notebook, a script."""

    @property
    def shelf(self) -> bool:
        """Whether it lies in a folder of requirements, which is the project's wherever it stands."""
        return basename(self.folder) == "requirements"


class Visibility:
    """The declarations of a repository, seen from one of its files."""

    def __init__(self, evidence: Evidence) -> None:
        """Sort declarations by name and projects by depth, once."""
        self._projects = {project.root: project for project in evidence.projects}
        self._roots = sorted({"", *self._projects}, key=len, reverse=True)
        self._declared: dict[str, list[Declaration]] = defaultdict(list)
        self._runtime: Counter[str] = Counter()
        for declaration in evidence.declarations:
            if declaration.scope is Need.CONSTRAINT:
                continue
            self._declared[declaration.name].append(declaration)
            self._runtime[declaration.location.path] += declaration.scope is Need.RUNTIME
        self._seen: dict[tuple[str, str], tuple[Declaration, ...]] = {}
        self._serving: dict[str, set[str]] = {}
        """The manifests that count, by folder, and by file where it is a manifest itself."""
        self._root: dict[str, str] = {}
        self._served: dict[tuple[str, str], bool] = {}
        self._manifests: dict[str, _Manifest] = {}
        self._promises: dict[str, bool] = {}

    def root(self, path: str) -> str:
        """Folder of the project that the file belongs to."""
        folder = dirname(path)
        if folder not in self._root:
            self._root[folder] = next(root for root in self._roots if inside(path, root))
        return self._root[folder]

    def declarations(self, name: str) -> tuple[Declaration, ...]:
        """All declarations of the package in the repository, constraints excepted."""
        return tuple(self._declared.get(name, ()))

    def seen(self, path: str, name: str) -> tuple[Declaration, ...]:
        """The declarations of the package that count for the file."""
        place = path if path in self._runtime else path.rpartition("/")[0]
        found = self._seen.get((place, name))
        if found is None:
            serving = self._serving.get(place)
            if serving is None:
                serving = self._serving[place] = {m for m in self._runtime if self.counts(m, path)}
            found = tuple(d for d in self._declared.get(name, ()) if d.location.path in serving)
            self._seen[place, name] = found
        return found

    def counts(self, manifest: str, path: str) -> bool:
        """Whether what the manifest declares is declared for the file."""
        stands = self._manifests.get(manifest) or self._stands(manifest)
        if stands.own:
            return manifest == path
        key = (manifest, dirname(path))
        served = self._served.get(key)
        if served is None:
            served = self._served[key] = self._counts_below(stands, path)
        return served

    def _counts_below(self, stands: _Manifest, path: str) -> bool:
        if inside(path, stands.folder):
            return True
        shared = stands.home == self.root(path) or (inside(path, stands.home) and stands.shelf)
        return shared and inside(path, stands.aside)

    def is_aside(self, manifest: str) -> bool:
        """Whether the manifest serves one purpose or one file, not the project."""
        stands = self._stands(manifest)
        return stands.own or stands.aside != stands.home

    def is_own(self, manifest: str) -> bool:
        """Whether the declarations are those of the single file they stand in."""
        return self._stands(manifest).own

    def _stands(self, manifest: str) -> _Manifest:
        if manifest not in self._manifests:
            root = self.root(manifest)
            depth = root.count("/") + 1 if root else 0
            folders = manifest.split("/")[:-1]
            other = next((end for end in range(depth, len(folders)) if folders[end].lower() in ASIDE), None)
            aside = root if other is None else "/".join(folders[: other + 1])
            own = manifest.endswith(_SOURCES) and basename(manifest) not in _SCRIPTS
            self._manifests[manifest] = _Manifest(dirname(manifest), root, aside, own)
        return self._manifests[manifest]

    def manifest(self, path: str) -> str:
        """Where a missing declaration for the file belongs; empty when no manifest counts for it."""
        above = [m for m in self._runtime if self.is_aside(m) and self._serves(m, path) and inside(path, dirname(m))]
        if above:
            return max(above, key=lambda m: (len(dirname(m)), m))
        near = [
            (self.root(m) == self.root(path), number, m) for m, number in self._runtime.items() if self._serves(m, path)
        ]
        project = self._projects.get(self.root(path))
        if near and (best := max(near, key=lambda rank: (rank[0], rank[1], -len(rank[2]), rank[2])))[0]:
            return best[2]
        if project:
            return project.location.path
        return max(near)[2] if near else ""

    def promises(self, path: str) -> bool:
        """Whether anything is declared for run time, or a package is named, where the file lies; else it is a tool."""
        folder = dirname(path)
        if folder not in self._promises:
            project = self._projects.get(self.root(path))
            self._promises[folder] = bool(project and project.name) or any(
                number and self._serves(manifest, path) for manifest, number in self._runtime.items()
            )
        return self._promises[folder]

    def is_outside(self, path: str) -> bool:
        """Whether the file belongs to no project at all, as the docs at the top of a monorepo do."""
        return self.root(path) not in self._projects and bool(self._projects)

    def bringing(self, path: str, name: str) -> tuple[str, ...]:
        """Projects of this repository that the file's own project asks for, and that ask for the package in turn."""
        found: list[str] = []
        waiting = [(project, path) for project in self._projects.values() if project.name]
        reached = {self.root(path)}
        while waiting:
            project, user = waiting.pop()
            asked = any(d.scope is Need.RUNTIME for d in self.seen(user, project.name))
            if not asked or project.root in reached:
                continue
            reached.add(project.root)
            home = project.location.path
            if any(d.scope is Need.RUNTIME for d in self.seen(home, name)):
                found.append(project.name)
            waiting.extend((other, home) for other in self._projects.values() if other.name)
        return tuple(sorted(found))

    def _serves(self, manifest: str, path: str) -> bool:
        return not self._stands(manifest).own and self.counts(manifest, path)


def files(declarations: Iterable[Declaration]) -> list[str]:
    """The manifests that hold the declarations, each once, sorted."""
    return sorted({declaration.location.path for declaration in declarations})
