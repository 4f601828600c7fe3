"""Which first-party modules run when a program starts, and which only behind a guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Context, Origin, Scope
from depscan.rules.visibility import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depscan.model import Evidence, Project
    from depscan.rules.visibility import Visibility

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


def at_start(evidence: Evidence, view: Visibility) -> frozenset[str]:
    """
    Modules that run when a package of their own project is imported by its top name, or its console script starts.

    That another project of the repository starts with them does not count: it may ask for the extras they need.
    """
    always, _ = _runs(evidence)
    within = {path: {t for t in targets if view.root(t) == view.root(path)} for path, targets in always.items()}
    return frozenset(_closure(_roots(evidence), within))


def beside(evidence: Evidence, view: Visibility) -> frozenset[str]:
    """
    Production modules that lie beside the packages which their project installs, such as `tools/train.py`.

    Where a project installs no package that depscan can see, everything counts as installed.
    """
    production = {module.path for module in evidence.modules if module.scope is Scope.PRODUCTION}
    installed = {project.root: _installed(project, production) for project in evidence.projects if project.name}
    return frozenset(
        path
        for path in production
        if (folders := installed.get(view.root(path))) and not any(inside(path, folder) for folder in folders)
    )


def _installed(project: Project, paths: set[str]) -> set[str]:
    """The folders that the build configuration installs from; below a source root that is the project, its packages."""
    folders = set()
    for source in project.packages or (project.root,):
        if source != project.root or f"{source}/__init__.py" in paths:
            folders.add(source)
            continue
        depth = source.count("/") + 1 if source else 0
        for path in paths:
            parts = path.split("/")
            if inside(path, source) and len(parts) == depth + 2 and parts[-1] == "__init__.py":
                folders.add(path.rpartition("/")[0])
    return folders


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
    """Whether a folder above, also across folders without one, has an `__init__.py`."""
    parts = path.split("/")[:-2]
    return any("/".join([*parts[:end], "__init__.py"]) in paths for end in range(1, len(parts) + 1))


def _closure(start: Iterable[str], runs: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(runs.get(path, ()))
    return reached
