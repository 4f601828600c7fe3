"""Which first-party modules run when a program starts, and which only behind a guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Context, Origin, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depscan.model import Evidence

_Runs = dict[str, set[str]]


def guarded(evidence: Evidence) -> frozenset[str]:
    """
    Production modules that the project itself imports only lazily, optionally or for types.

    `pkg/flax_unet.py` may import jax at module level and still do no harm where jax is absent, because
    `pkg/__init__.py` imports it only when jax is there. A module that nobody imports is not guarded: it may be a
    script, or public.
    """
    always, sometimes = _runs(evidence)
    behind = _closure({target for targets in sometimes.values() for target in targets}, always)
    imported = {target for runs in (always, sometimes) for targets in runs.values() for target in targets}
    production = {module.path for module in evidence.modules if module.scope is Scope.PRODUCTION}
    return frozenset(behind - _closure((production - imported) | _roots(evidence), always))


def at_start(evidence: Evidence) -> frozenset[str]:
    """Modules that run when a package of the project is imported by its top name, or a console script starts."""
    always, _ = _runs(evidence)
    return frozenset(_closure(_roots(evidence), always))


def _runs(evidence: Evidence) -> tuple[_Runs, _Runs]:
    """Per production module the first-party modules that it runs at import, and those it may run later or never."""
    production = {module.path for module in evidence.modules if module.scope is Scope.PRODUCTION}
    always: _Runs = {}
    sometimes: _Runs = {}
    for link in evidence.links:
        if link.origin is Origin.FIRST_PARTY and link.path in production:
            runs = always if link.imported.context is Context.RUNTIME else sometimes
            runs.setdefault(link.path, set()).update(set(link.modules) - {link.path})
    return always, sometimes


def _roots(evidence: Evidence) -> set[str]:
    """The `__init__.py` of every top-level package, and the modules that console scripts name."""
    paths = {module.path for module in evidence.modules if module.scope is Scope.PRODUCTION}
    roots = {path for path in paths if path.endswith("/__init__.py") and not _has_parent(path, paths)}
    for project in evidence.projects:
        for entry in project.entry_points:
            module = entry.partition("=")[2].partition(":")[0].strip().replace(".", "/")
            prefix = f"{project.root}/" if project.root else ""
            wanted = {f"{prefix}{src}{module}{end}" for src in ("", "src/") for end in (".py", "/__init__.py")}
            roots |= wanted & paths
    return roots


def _has_parent(path: str, paths: set[str]) -> bool:
    folder = path.rpartition("/")[0].rpartition("/")[0]
    return bool(folder) and f"{folder}/__init__.py" in paths


def _closure(start: Iterable[str], runs: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(runs.get(path, ()))
    return reached
