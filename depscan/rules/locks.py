"""DS107: locks that fix something else than the manifests they were made from ask for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from posixpath import basename
from typing import TYPE_CHECKING

from depscan.model import Confidence, Need, Severity
from depscan.rules import lists
from depscan.rules.findings import at_most, finding, names, surest, worst
from depscan.rules.versions import refuses
from depscan.rules.visibility import files, home, inside, is_approximate, is_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.model import Declaration, Evidence, Finding, Pin
    from depscan.rules.case import Case

_UNLOCKED = frozenset({"distribute", "pip", "python", "setuptools", "wheel"})
"""What pip-compile and others leave out of a lock on purpose."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A format of locks: how its files are called, what they are made from, and how they are made again."""

    pattern: str
    manifests: tuple[str, ...]
    advice: str
    whole: bool = True
    """Whether it covers extras and groups, not only what is needed at run time."""
    sure: bool = True
    """Whether the manifests are known for certain, and speak of packages and versions as the lock does."""


_BUILT = ("pyproject.toml", "setup.cfg", "setup.py")
_KINDS = (
    _Kind("uv.lock", _BUILT, "make the lock again (uv lock)"),
    _Kind("poetry.lock", ("pyproject.toml",), "make the lock again (poetry lock)"),
    _Kind("pdm.lock", _BUILT, "make the lock again (pdm lock)"),
    _Kind("pipfile.lock", ("pipfile",), "make the lock again (pipenv lock)"),
    _Kind("pixi.lock", ("pixi.toml", "pyproject.toml"), "make the lock again (pixi lock)", sure=False),
    _Kind(
        "*conda-lock.y*ml",
        ("environment*.y*ml", "meta.y*ml"),
        "make the lock again (conda-lock)",
        whole=False,
        sure=False,
    ),
    _Kind("pylock*.toml", _BUILT, "make the lock again", whole=False),
    _Kind("*.txt", _BUILT, "compile it again", whole=False, sure=False),
)
_CONDA = _KINDS[4:6]
_COMPILED = _KINDS[-1]


# -- the rule ----------------------------------------------------------------------------------------------------------


def stale(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A lock fixes a version that the manifest it was made from rules out, or it holds no version at all of a package that
    the manifest asks for. One of the two was changed, and the lock was not made again.

    ## Why it matters

    What is installed from the lock is not what the project says it needs: a version that it has excluded (because of a
    bug, a vulnerability or an interface that is missing), or no package at all, so that the import fails. Where the
    tool notices, the installation stops instead.

    | what the lock holds | severity |
    |---|---|
    | no version of a requirement that production code cannot be imported without | high |
    | no version of another requirement for run time | medium |
    | only versions that a requirement for run time rules out | medium |
    | the same for what an extra, a development group, docs, examples or tests ask for | low |

    ## Example

    ```toml
    # pyproject.toml
    dependencies = ["torch>=2.2", "einops"]
    ```
    ```toml
    # uv.lock: DS107 for torch, and DS107 for einops, which it does not hold
    [[package]]
    name = "torch"
    version = "2.0.1"
    ```

    ## How to fix

    Make the lock again and commit it: `uv lock`, `poetry lock`, `pdm lock`, `pipenv lock`, `pixi lock`, `conda-lock`,
    or compile the requirements again. Let CI check it (`uv lock --check`, `poetry check --lock`).

    ## How to ignore

    `ignore = ["DS107:torch"]` under `[tool.depscan]` in pyproject.toml leaves out one package, `ignore = ["DS107"]` the
    rule.

    ## When it is wrong

    A lock is compared with the manifests it can have been made from and nothing else: uv.lock, poetry.lock, pdm.lock
    and pylock.toml with pyproject.toml, setup.cfg and setup.py, Pipfile.lock with Pipfile, pixi.lock with pixi.toml,
    conda-lock.yml with environment.yml, a compiled `x.txt` with `x.in` or, where there is none, with the requirements
    for run time of pyproject.toml, setup.cfg and setup.py. They lie in one folder (`requirements/` counts as the folder
    above), or the lock names the project, as that of a workspace does.

    - Not judged are requirements with a marker, with an address or without a version that PEP 440 can read, the
      projects of the repository, and what is installed in an environment. A lock with several versions of a package
      agrees as soon as one of them fits. Overrides and constraints that the locked version fits explain it.
    - That a package is missing is said of requirements for run time and of the lines of `x.in`; not of conda's locks,
      whose names differ, nor of a lock that was not read in full, nor of pip and setuptools, which locks leave out.
    - Confidence is medium for compiled files, of which nobody knows for sure what they were made from, for conda's
      versions, and for what setup.py asks for; it is low when a lock lacks more than it holds: then it seems to belong
      to something else.
    """
    locks = Locks(case.evidence)
    needed = {package.name for package in case.packages if package.exposure.blast_radius > 0}
    for path, lock in locks.by_path.items():
        fed = locks.fed(path)
        if not any(d.name in lock.pins for d in fed):
            continue
        yield from _outside(path, lock, fed, locks)
        yield from _missing(path, lock, fed, needed)


def _outside(path: str, lock: _Lock, fed: Iterable[Declaration], locks: Locks) -> Iterator[Finding]:
    """Packages of which the lock holds only versions that some list of requirements rules out."""
    wanted: defaultdict[str, defaultdict[tuple[str, Need, str], list[Declaration]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for declaration in fed:
        if declaration.name in lock.pins:
            wanted[declaration.name][declaration.location.path, declaration.scope, declaration.group].append(
                declaration
            )
    for name, alternatives in sorted(wanted.items()):
        pins = lock.pins[name]
        refused = sorted(
            (d for asked in alternatives.values() if all(_refuses(d, pins) for d in asked) for d in asked),
            key=lambda d: (d.scope is not Need.RUNTIME, d),
        )
        if refused and not locks.explains(name, pins, path):
            yield _finding(
                path,
                lock,
                refused,
                f"{path} fixes {name} {names(sorted({pin.version for pin in pins}))}, which {refused[0].location.path} "
                f"rules out ({refused[0].specifier})",
                Severity.MEDIUM,
            )


def _refuses(declaration: Declaration, pins: Iterable[Pin]) -> bool:
    return all(refuses(declaration.specifier, pin.version) for pin in pins)


def _missing(path: str, lock: _Lock, fed: Iterable[Declaration], needed: set[str]) -> Iterator[Finding]:
    """Requirements for run time, and all lines of the source of a compiled file, that the lock holds in no version."""
    asked: defaultdict[str, list[Declaration]] = defaultdict(list)
    for declaration in fed:
        row = lists.loaded(declaration.name)
        apart = declaration.name in _UNLOCKED or (row is not None and row.is_apart)
        if (declaration.scope is Need.RUNTIME or declaration.location.path == _source(path)) and not apart:
            asked[declaration.name].append(declaration)
    missing = [name for name in sorted(asked) if name not in lock.pins]
    if lock.is_partial:
        return
    for name in missing:
        yield _finding(
            path,
            lock,
            sorted(asked[name]),
            f"{name} is declared in {names(files(asked[name]), 2)} but {path} holds no version of it",
            Severity.HIGH if name in needed else Severity.MEDIUM,
            is_doubtful=len(missing) > len(asked) - len(missing),
        )


def _finding(
    path: str,
    lock: _Lock,
    declared: Sequence[Declaration],
    message: str,
    severity: Severity,
    *,
    is_doubtful: bool = False,
) -> Finding:
    name = declared[0].name
    confidence = Confidence.LOW if is_doubtful else Confidence.HIGH
    pins = lock.pins.get(name, ())
    if not lock.kind.sure or any(map(is_approximate, declared)) or any(map(is_approximate, pins)):
        confidence = surest(Confidence.MEDIUM, confidence)
    return finding(
        "DS107",
        worst(severity if d.scope is Need.RUNTIME else at_most(Severity.LOW, severity) for d in declared),
        confidence,
        message,
        advice=f"{lock.kind.advice} and commit it",
        package=name,
        locations=[*(d.location for d in declared), *(pin.location for pin in pins)],
        root=path,
    )


# -- which lock belongs to what ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lock:
    """What one lock file holds."""

    kind: _Kind
    pins: Mapping[str, tuple[Pin, ...]]
    projects: frozenset[str]
    """The projects of this repository that it covers: a workspace's lock names them all."""
    needs: frozenset[Need]
    """Of a compiled file: what its own lines are for; empty where a lock is no list of requirements as well."""
    is_partial: bool
    """Whether it may hold more than was read, or calls packages by other names."""


class Locks:
    """The lock files of a repository, and which declarations each was made from."""

    def __init__(self, evidence: Evidence) -> None:
        """Sort pins and edges by file."""
        self.own = frozenset(project.name for project in evidence.projects if project.name)
        self._roots = {project.root: project.name for project in evidence.projects}
        self._manifests: defaultdict[str, list[Declaration]] = defaultdict(list)
        for declaration in evidence.declarations:
            self._manifests[declaration.location.path].append(declaration)
        self._limits = [d for d in evidence.declarations if d.scope is Need.CONSTRAINT]
        pins: defaultdict[str, defaultdict[str, list[Pin]]] = defaultdict(lambda: defaultdict(list))
        for pin in evidence.pins:
            if not pin.location.is_outside:
                pins[pin.location.path][pin.name].append(pin)
        damaged = {gap.location.path for gap in evidence.gaps if gap.stage == "manifests"}
        self.by_path = {
            path: _Lock(
                kind,
                {name: tuple(held) for name, held in pins[path].items()},
                frozenset(project.name for project in evidence.projects if path in project.locks),
                frozenset(d.scope for d in self._manifests.get(path, ())),
                path in damaged or kind in _CONDA,
            )
            for path in sorted(pins)
            if (kind := _kind(path)) is not None and not is_command(path)
        }

    def fed(self, path: str) -> list[Declaration]:
        """The declarations that the lock was made from, as far as it can be compared with them."""
        manifests = [manifest for manifest in self._manifests if self._is_made_from(manifest, path)]
        return [
            d
            for manifest in manifests
            for d in self._manifests[manifest]
            if self._covers(path, d) and not (d.marker or d.url or d.name in self.own)
        ]

    def hold(self, declaration: Declaration) -> bool:
        """Whether a lock that was made from the declaration fixes the package."""
        return any(
            declaration.name in lock.pins
            and self._is_made_from(declaration.location.path, path)
            and self._covers(path, declaration)
            for path, lock in self.by_path.items()
        )

    def explains(self, name: str, pins: Iterable[Pin], path: str) -> bool:
        """Whether an override or a constraint near the lock admits a version that a requirement rules out."""
        return any(
            limit.name == name and inside(path, home(limit.location.path)) and not _refuses(limit, pins)
            for limit in self._limits
        )

    def _is_made_from(self, manifest: str, path: str) -> bool:
        lock = self.by_path[path]
        if manifest in self.by_path:
            return False
        if lock.kind is _COMPILED:
            if _source(path) in self._manifests:
                return manifest == _source(path)
            if lock.needs and Need.RUNTIME not in lock.needs:
                return False
        named = any(fnmatchcase(basename(manifest).lower(), pattern) for pattern in lock.kind.manifests)
        return named and self._is_near(manifest, path, lock)

    def _covers(self, path: str, declaration: Declaration) -> bool:
        """Whether a lock that was made from the manifest holds what is declared for this need."""
        whole = self.by_path[path].kind.whole or declaration.location.path == _source(path)
        return declaration.scope not in (Need.BUILD, Need.CONSTRAINT) and (whole or declaration.scope is Need.RUNTIME)

    def _is_near(self, manifest: str, path: str, lock: _Lock) -> bool:
        if home(manifest) == home(path):
            return True
        project = self._roots.get(home(manifest), "")
        return bool(project) and inside(manifest, home(path)) and (project in lock.projects or project in lock.pins)


def _kind(path: str) -> _Kind | None:
    name = basename(path).lower()
    return next((kind for kind in _KINDS if fnmatchcase(name, kind.pattern)), None)


def _source(lock: str) -> str:
    """What a compiled file is compiled from, by custom."""
    return lock.removesuffix(".txt") + ".in"
