"""
Where programs start: targets of declared scripts, `__main__.py`, production files with a main guard, and plain scripts.

A plain script has no guard: research code is often started by `python train.py` and runs from top to bottom. It is told
by what it is not: no part of a package, and imported by no other file. Where a project declares its scripts, those are
its entry points, and other loose files are taken for its workshop.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from depscan.model import Context, Gap, Origin, Scope
from depscan.resolve.layout import ancestors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.model import Link, Module, Project
    from depscan.resolve.layout import Layout


def entry_points(
    modules: Sequence[Module], layout: Layout, links: Sequence[Link]
) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """Return the paths of the files where programs start, and the declared targets that are not in the tree."""
    candidates = [module for module in modules if module.scope is Scope.PRODUCTION and module.path.endswith(".py")]
    found = {m.path for m in candidates if m.main or posixpath.basename(m.path) == "__main__.py"}
    found.update(_plain_scripts(candidates, layout, links))
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


def _plain_scripts(candidates: Sequence[Module], layout: Layout, links: Sequence[Link]) -> Iterator[str]:
    imported = {path for link in links for path in link.modules}
    busy = {link.path for link in links if link.imported.context is Context.RUNTIME}
    packages = _bare_packages(links)
    for path in sorted({module.path for module in candidates} & busy - imported):
        folder = posixpath.dirname(path)
        above = (*ancestors(folder), "")
        project = next((each for root in above for each in layout.projects if each.root == root), None)
        if not layout.inside(folder) and packages.isdisjoint(above) and not (project and project.entry_points):
            yield path


def _bare_packages(links: Sequence[Link]) -> set[str]:
    """Folders without `__init__.py` that some import reaches into by a dotted name: namespace packages."""
    found = set()
    for link in links:
        if link.origin is Origin.FIRST_PARTY and link.modules and not link.imported.level:
            top = link.imported.module.partition(".")[0]
            folders = posixpath.dirname(link.modules[-1]).split("/")
            if top in folders:
                found.add("/".join(folders[: folders.index(top) + 1]))
    return found
