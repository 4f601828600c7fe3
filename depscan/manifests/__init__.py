"""
What manifests say: declarations, pins, edges and projects, from requirements files to `setup.py`.

A new format is one file with a `read(Manifest)`, one line in `READERS` and one sample project.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from depscan.manifests import (
    commands as shell,
)
from depscan.manifests import (
    conda,
    condalock,
    condameta,
    dockerfile,
    inline,
    installed,
    mlproject,
    noxfile,
    pdm_lock,
    pipfile,
    pixi,
    place,
    poetry_lock,
    project,
    pylock,
    pyproject,
    recipe,
    remarks,
    requirements,
    setup_cfg,
    setup_py,
    shellscript,
    source,
    tox,
    uv_lock,
    workflows,
)
from depscan.manifests.reader import Ask, Fact, Include, Manifest, Reader, clip, redact
from depscan.model import Command, Declaration, Edge, Gap, Location, Need, Pin, Project, Provides, Waiver
from depscan.model import Fact as Known

__all__ = ["READERS", "Reader", "claims", "declares", "environment", "installs", "read", "script"]

Loader = Callable[[str], bytes]
Found = Project | Declaration | Pin | Edge | Waiver | Gap

_LOCK_LIMIT = 16_000_000
_LOCK_MOST = 100_000

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
    Reader("MLproject", ("mlproject",), mlproject.read, limit=1_000_000),
    Reader("MLflow environment", ("python_env.yaml", "python_env.yml"), mlproject.environment, limit=1_000_000),
    Reader(
        "conda lock",
        ("*conda-lock*.yml", "*conda-lock*.yaml", "pixi.lock"),
        condalock.read,
        limit=_LOCK_LIMIT,
        most=_LOCK_MOST,
    ),
    Reader("conda recipe", ("meta.yaml", "recipe.yaml"), recipe.read, limit=1_000_000),
    Reader("pixi.toml", ("pixi.toml",), pixi.read, limit=1_000_000),
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
    Reader("Pipfile", ("pipfile",), pipfile.read, limit=1_000_000),
    Reader("Pipfile.lock", ("pipfile.lock",), pipfile.read_lock, limit=_LOCK_LIMIT, most=_LOCK_MOST),
    Reader("uv.lock", ("uv.lock",), uv_lock.read, limit=_LOCK_LIMIT, most=_LOCK_MOST),
    Reader("poetry.lock", ("poetry.lock",), poetry_lock.read, limit=_LOCK_LIMIT, most=_LOCK_MOST),
    Reader("pdm.lock", ("pdm.lock",), pdm_lock.read, limit=_LOCK_LIMIT, most=_LOCK_MOST),
    Reader("pylock", ("pylock.toml", "pylock.*.toml"), pylock.read, limit=_LOCK_LIMIT, most=_LOCK_MOST),
    Reader("tox.ini", ("tox.ini",), tox.read, limit=1_000_000),
    Reader("noxfile.py", ("noxfile.py",), noxfile.read, limit=400_000),
    Reader(
        "Dockerfile",
        ("dockerfile", "dockerfile.*", "dockerfile-*", "*.dockerfile", "containerfile", "containerfile.*"),
        dockerfile.read,
        limit=1_000_000,
        incidental=True,
    ),
    Reader("shell script", ("*.sh", "*.bash"), shellscript.read, limit=1_000_000, incidental=True),
    Reader(
        "workflow",
        (
            *(f".github/{kind}/*.{suffix}" for kind in ("workflows", "actions") for suffix in ("yml", "yaml")),
            ".gitlab-ci.yml",
            ".travis.yml",
            ".circleci/config.yml",
            "azure-pipelines*.yml",
        ),
        workflows.read,
        limit=1_000_000,
        incidental=True,
    ),
)

_INCLUDED = next(reader for reader in READERS if reader.read is requirements.read)
_INCLUDED_YAML = next(reader for reader in READERS if reader.read is mlproject.environment)
_DEEPEST_INCLUDE = 10


def _merged(readers: Iterable[Reader]) -> Reader:
    """Return a reader that claims what any of them does, and little else: most files of a tree are for none."""
    everyone = tuple(readers)
    return Reader(
        "any",
        tuple(pattern for reader in everyone for pattern in reader.patterns),
        requirements.read,
        folders=frozenset[str]().union(*(reader.folders for reader in everyone)),
        folder_patterns=tuple(pattern for reader in everyone for pattern in reader.folder_patterns),
    )


_ANY = _merged(READERS)


def claims(path: str) -> bool:
    """Whether some reader reads the file at `path`."""
    return _ANY.claims(path) and any(reader.claims(path) for reader in READERS)


def declares(path: str) -> bool:
    """Whether the file at `path` exists to state requirements: it counts although git ignores it, and by itself."""
    return _ANY.claims(path) and any(reader.claims(path) for reader in READERS if not reader.incidental)


def read(paths: Iterable[str], load: Loader) -> Iterator[Found]:
    """
    Yield what the manifests among `paths` say, in an order that depends on nothing else.

    `paths` are all files of the tree; `load` gives the bytes of one of them or raises OSError. Files that manifests
    name are read when they are among `paths`, and nothing else is.
    """
    facts = _Walk(frozenset(paths), load).facts()
    everything = [fact for reader in READERS for fact in facts[reader.name]]
    projects = project.merge(fact for fact in everything if isinstance(fact, Project))
    own = {(each.root, each.name) for each in projects}
    named = {each.name for each in projects}
    rest = dict.fromkeys(fact for fact in everything if not isinstance(fact, Project))
    locks: dict[str, set[str]] = {}
    for fact in rest:
        if isinstance(fact, Edge) and fact.source in named:
            locks.setdefault(fact.source, set()).add(fact.location.path)
    for each in projects:
        yield replace(each, locks=tuple(sorted(locks.get(each.name, ()))))
    pinned = {(fact.location.path, fact.name) for fact in rest if isinstance(fact, Pin)}
    for fact in sorted(rest, key=_order):
        if isinstance(fact, Declaration):
            # `mypackage[all]` among the extras of mypackage asks for nothing that the extra does not ask for itself;
            # an image or a workflow that installs a project of this tree asks for what that project asks for.
            path = fact.location.path
            if (path.rpartition("/")[0], fact.name) in own or (fact.name in named and not declares(path)):
                continue
        if isinstance(fact, Edge) and fact.source in named and (fact.location.path, fact.source) not in pinned:
            # What a lock says of a project that it takes from a folder, the manifest of that project says itself.
            continue
        yield fact


def _order(fact: Declaration | Pin | Edge | Waiver | Gap) -> tuple[Location, int]:
    return fact.location, (Declaration, Pin, Edge, Waiver, Gap).index(type(fact))


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
        for path in sorted(path for path in self._paths if _ANY.claims(path)):
            reader = next((reader for reader in READERS if reader.claims(path)), None)
            if reader and path not in self._promoted:
                self._take(reader, path, place.by_name(path) if reader.by_name else place.by_folder(path), 0)
        while self._waiting:
            path, ask, depth = self._waiting.popleft()
            self._take(_INCLUDED_YAML if path.endswith((".yml", ".yaml")) else _INCLUDED, path, ask, depth)
        return self._found

    def _take(self, reader: Reader, path: str, ask: Ask, depth: int) -> None:
        for fact in _read(reader, path, ask, self._load):
            if not isinstance(fact, Include):
                self._found[reader.name].append(fact)
            elif (reason := self._follow(fact, depth)) and not (fact.hint and "://" not in fact.target):
                self._found[reader.name].append(fact.ask.gap(f"{clip(redact(fact.target))!r} {reason}"))

    def _follow(self, include: Include, depth: int) -> str:
        """Note what is to be read for an include; return why it is not read, if that loses anything."""
        target, ask = include.target, include.ask
        if "://" in target or target.lower().startswith("file:"):
            return "is a URL, which is never followed; what it asks for is not known"
        if include.hint and target.startswith("/"):
            # Where a build step copied it to; the original often lies beside the script.
            target = target.rpartition("/")[2]
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


def _read(reader: Reader, path: str, ask: Ask, load: Loader) -> Iterator[Fact | Waiver]:
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
    wide = b"\0" in data[:64] and "\0" not in text[:64]
    if wide and reader.read is not requirements.read:  # pip reads these
        yield ask.gap(f"{reader.name}: it is in UTF-16 or UTF-32, which its own tools refuse; it was read all the same")
    text, conflicts = source.settle(text)
    for line in conflicts:
        yield ask.at(line).gap("an unresolved merge conflict; both sides count")
    yield from remarks.read(path, text)
    try:
        facts = list(islice(reader.read(Manifest(path, text, ask)), reader.most + 1))
    except (ValueError, RecursionError) as error:
        yield ask.gap(f"{reader.name}: {error}")
        return
    yield from facts[: reader.most]
    if len(facts) > reader.most:
        yield ask.gap(f"{reader.name}: more than {reader.most} entries; the rest was not read")


def script(path: str, data: bytes) -> Iterator[Declaration | Gap]:
    """Yield what the program at `path` asks for in inline metadata (PEP 723), for itself alone; mostly nothing."""
    return inline.read(path, data)


def installs(path: str, commands: Iterable[Command]) -> Iterator[Declaration | Gap]:
    """Yield what the install commands of the notebook at `path` ask for."""
    return shell.read(path, commands, claims)


def environment(paths: Iterable[str], load: Loader) -> Iterator[Pin | Edge | Provides | Known | Gap]:
    """Yield what is installed in an environment; `paths` are the files of its metadata (`Tree.metadata`)."""
    paths = tuple(paths)
    yield from installed.read(paths, load)
    yield from condameta.read(paths, load)
