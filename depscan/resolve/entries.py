"""Where programs start: targets of console scripts, `__main__.py`, and production files with a main guard."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from depscan.model import Gap, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.model import Module, Project
    from depscan.resolve.layout import Layout


def entry_points(modules: Sequence[Module], layout: Layout) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """Return the paths of the files where programs start, and the declared targets that are not in the tree."""
    found = {
        module.path
        for module in modules
        if module.scope is Scope.PRODUCTION
        and module.path.endswith(".py")
        and (module.main or posixpath.basename(module.path) == "__main__.py")
    }
    gaps = set()
    for project in layout.projects:
        for entry in project.entry_points:
            script, _, target = entry.partition("=")
            dotted = target.partition(":")[0]
            if file := _file(layout, project, tuple(dotted.split("."))):
                found.add(file)
            else:
                reason = f"the script {script.strip()} starts in {dotted}, which is not among the scanned files"
                gaps.add(Gap("resolve", project.location, reason))
    return tuple(sorted(found)), tuple(sorted(gaps))


def _file(layout: Layout, project: Project, parts: tuple[str, ...]) -> str:
    for root in dict.fromkeys((*layout.shippers(parts[0]), *layout.sources(project))):
        hit = layout.walk(root, parts)
        if hit and hit.complete and hit.files:
            return hit.files[-1]
    return ""
