"""
What manifests say: declarations, pins, edges and projects, from requirements files to `setup.py`.

A new format is one file with a `read(Manifest)`, one line in `READERS` and one sample project.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from depscan.manifests import (
    commands as shell,
)
from depscan.manifests import (
    conda,
    installed,
    place,
    project,
    pyproject,
    requirements,
    setup_cfg,
    setup_py,
    source,
)
from depscan.manifests.reader import Ask, Fact, Include, Manifest, Reader, clip, redact
from depscan.model import Command, Declaration, Edge, Gap, Location, Need, Pin, Project, Provides

__all__ = ["READERS", "Reader", "claims", "environment", "installs", "read"]

Loader = Callable[[str], bytes]
Found = Project | Declaration | Pin | Edge | Gap

READERS: tuple[Reader, ...] = (
    Reader("pyproject.toml", ("pyproject.toml",), pyproject.read, limit=1_000_000),
    Reader("setup.cfg", ("setup.cfg",), setup_cfg.read, limit=1_000_000),
    Reader("setup.py", ("setup.py",), setup_py.read, limit=400_000),
    Reader(
        "requirements file",
        ("*requirements*.txt", "*requirements*.in", "*constraints*.txt", "*constraints*.in"),
        requirements.read,
        folders=frozenset({"requirements", "reqs"}),
        folder_patterns=("*.txt", "*.in"),
        by_name=True,
    ),
    Reader(
        "conda environment",
        tuple(
            f"{stem}.{suffix}"
            for stem in ("environment*", "*environment", "conda", "conda*env*", "*env")
            for suffix in ("yml", "yaml")
        ),
        conda.read,
        limit=2_000_000,
        by_name=True,
    ),
)

_INCLUDED = next(reader for reader in READERS if reader.read is requirements.read)
_DEEPEST_INCLUDE = 10
_MOST_FACTS = 10_000


def claims(path: str) -> bool:
    """Whether some reader reads the file at `path`."""
    return any(reader.claims(path) for reader in READERS)


def read(paths: Iterable[str], load: Loader) -> Iterator[Project | Declaration | Pin | Edge | Gap]:
    """
    Yield what the manifests among `paths` say, in an order that depends on nothing else.

    `paths` are all files of the tree; `load` gives the bytes of one of them or raises OSError. Files that manifests
    name are read when they are among `paths`, and nothing else is.
    """
    facts = _Walk(frozenset(paths), load).facts()
    everything = [fact for reader in READERS for fact in facts[reader.name]]
    projects = project.merge(fact for fact in everything if isinstance(fact, Project))
    yield from projects
    own = {(each.root, each.name) for each in projects}
    rest = dict.fromkeys(fact for fact in everything if not isinstance(fact, Project))
    for fact in sorted(rest, key=_order):
        # `mypackage[all]` among the extras of mypackage asks for nothing that the extra does not ask for itself.
        if not isinstance(fact, Declaration) or (fact.location.path.rpartition("/")[0], fact.name) not in own:
            yield fact


def _order(fact: Declaration | Pin | Edge | Gap) -> tuple[Location, int]:
    return fact.location, (Declaration, Pin, Edge, Gap).index(type(fact))


class _Walk:
    """One pass over the files of a scan: a manifest is read as itself, another file for the first that names it."""

    def __init__(self, paths: frozenset[str], load: Loader) -> None:
        self._paths = paths
        self._folders = {path[:cut] for path in paths for cut, char in enumerate(path) if char == "/"}
        self._load = load
        self._found: dict[str, list[Found]] = {reader.name: [] for reader in READERS}
        self._waiting: deque[tuple[str, Ask, int]] = deque()
        self._seen: set[tuple[str, bool]] = set()
        self._promoted: set[str] = set()

    def facts(self) -> dict[str, list[Found]]:
        """Return what each reader found; files that are only named come last, breadth first."""
        for path in sorted(self._paths):
            reader = next((reader for reader in READERS if reader.claims(path)), None)
            if reader and path not in self._promoted:
                self._take(reader, path, place.by_name(path) if reader.by_name else place.by_folder(path), 0)
        while self._waiting:
            self._take(_INCLUDED, *self._waiting.popleft())
        return self._found

    def _take(self, reader: Reader, path: str, ask: Ask, depth: int) -> None:
        for fact in _read(reader, path, ask, self._load):
            if not isinstance(fact, Include):
                self._found[reader.name].append(fact)
            elif reason := self._follow(fact, depth):
                self._found[reader.name].append(fact.ask.gap(f"{clip(redact(fact.target))!r} {reason}"))

    def _follow(self, include: Include, depth: int) -> str:
        """Note what is to be read for an include; return why it is not read, if that loses anything."""
        target, ask = include.target, include.ask
        if "://" in target or target.lower().startswith("file:"):
            return "is a URL, which is never followed; what it asks for is not known"
        path = project.inside(ask.location.path.rpartition("/")[0], target)
        if path is None:
            return "lies outside the scanned tree and is never followed; what it asks for is not known"
        if include.project:
            known = not path or path in self._folders or path in self._paths
            return "" if known else "is no folder of the scanned tree; what it asks for is not known"
        if path not in self._paths:
            return "is not among the files scanned; what it asks for is not known"
        key = path, ask.need is Need.CONSTRAINT
        if key in self._seen or (claims(path) and not self._promotes(path, ask)):
            return ""
        if depth >= _DEEPEST_INCLUDE:
            return f"is included more than {_DEEPEST_INCLUDE} files deep and was not read"
        self._seen.add(key)
        self._waiting.append((path, Ask(Location(path), ask.need, ask.group), depth + 1))
        return ""

    def _promotes(self, path: str, ask: Ask) -> bool:
        """
        Whether a file is more than its name says; what it gave under its name, if it was read before, is forgotten.

        `requirements/imaging.txt` looks like an extra until requirements.txt includes it.
        """
        reader = next(reader for reader in READERS if reader.claims(path))
        if not reader.by_name or ask.need is not Need.RUNTIME or place.by_name(path).need is not Need.EXTRA:
            return False
        found = self._found[reader.name]
        found[:] = [fact for fact in found if fact.location.path != path]
        self._promoted.add(path)
        return True


def _read(reader: Reader, path: str, ask: Ask, load: Loader) -> Iterator[Fact]:
    """Read one file; whatever is wrong with it becomes a gap."""
    try:
        data = load(path)
    except OSError as error:
        yield ask.gap(f"{reader.name}: {error}")
        return
    if len(data) > reader.limit:
        yield ask.gap(f"{reader.name}: {len(data)} bytes, more than {reader.limit}; the file was not read")
        return
    text, problem = source.decode(data)
    if problem:
        yield ask.gap(f"{reader.name}: {problem}")
    text, conflicts = source.settle(text)
    for line in conflicts:
        yield ask.at(line).gap("an unresolved merge conflict; both sides count")
    try:
        facts = list(islice(reader.read(Manifest(path, text, ask)), _MOST_FACTS + 1))
    except (ValueError, RecursionError) as error:
        yield ask.gap(f"{reader.name}: {error}")
        return
    yield from facts[:_MOST_FACTS]
    if len(facts) > _MOST_FACTS:
        yield ask.gap(f"{reader.name}: more than {_MOST_FACTS} entries; the rest was not read")


def installs(path: str, commands: Iterable[Command]) -> Iterator[Declaration | Gap]:
    """Yield what the install commands of the notebook at `path` ask for."""
    return shell.read(path, commands, claims)


def environment(paths: Iterable[str], load: Loader) -> Iterator[Pin | Edge | Provides | Gap]:
    """Yield what is installed in a virtual environment; `paths` are the files below its site-packages folder."""
    return installed.read(paths, load)
