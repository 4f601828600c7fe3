"""DS103, DS105: declarations that nothing uses, or that nothing holds."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from depscan.model import Confidence, Need, Origin, Severity
from depscan.rules import addresses, likeness, lists
from depscan.rules.findings import count, finding, names
from depscan.rules.visibility import Visibility, files, is_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depscan.model import Declaration, Evidence, Finding, Project
    from depscan.rules.case import Case

FROZEN = 20
"""A file of at least so many exact pins, most of which nothing imports, is the copy of an environment."""

_INSTALLED = re.compile(r"(?:^|/)(?:site-packages|conda-meta)/|\.(?:dist|egg)-info/")


# -- the rules ---------------------------------------------------------------------------------------------------------


def unused(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A manifest asks for a package, and no file of the repository imports it: no module, test, example or notebook.

    ## Why it matters

    Everyone who installs the project installs the package and all that it requires: more to audit, more licences to
    keep, more accounts that can ship code into the environment, more conflicts between versions, for nothing.

    Medium for the dependencies of a project; low for extras and for requirements or environment files.

    ## Example

    ```toml
    # pyproject.toml
    dependencies = ["torch", "pandas"]      # DS103: pandas
    ```
    ```python
    import torch
    ```

    ## How to fix

    Remove the declaration. If it bounds the version of a package that others bring, move it to a constraints file
    (`-c constraints.txt`): constraints are never reported. If it is a tool, move it to a development group.

    ## How to ignore

    `ignore = ["DS103:pandas"]` under `[tool.depscan]` in pyproject.toml leaves out one package, `ignore = ["DS103"]`
    the rule. If the package is imported under a name that depscan cannot connect with it, say so instead: `import-names
    = {pd_fork = ["pandas"]}`.

    ## When it is wrong

    Many packages do their work without an import. A published list (depscan/rules/data/loaded_without_import.csv) names
    them, and what loads them:

    - tools, type stubs, build requirements and CUDA libraries are never reported;
    - backends, drivers, plugins and servers are not reported where the package that loads them is declared or imported
      (openpyxl beside pandas, accelerate beside transformers), else with confidence low;
    - packages that are mostly declared to bound a version (urllib3, protobuf) are reported with confidence low.

    Confidence is low as well for extras, for declarations with a marker, for packages that another declared package
    requires anyway, and where an import that belongs to no known package has a similar name. It is medium, never high,
    because a program can load a module whose name it computes. A file of twenty or more exact pins that is mostly not
    imported is the copy of an environment: it gives one finding, not one per line. Back-ports of standard modules under
    a marker (`dataclasses; python_version < "3.7"`), install commands (Dockerfile, workflow, notebook), constraints,
    development and build requirements, and the project's own packages are not judged.
    """
    judged = _Unused(case.evidence)
    frozen = judged.frozen()
    for path, idle in sorted(frozen.items()):
        root = judged.view.root(path)
        yield finding(
            "DS103",
            Severity.LOW,
            Confidence.LOW,
            f"{path} pins {judged.sizes[path]} packages exactly and {len(idle)} of them are imported nowhere: it reads "
            "like the copy of an environment",
            advice="list what the code needs, and keep the copy as a lock",
            package="",
            locations=[idle[0].location],
            root=path,
        )
    for (name, root), declared in judged.idle(frozenset(frozen)).items():
        yield judged.finding(name, root, declared)


def floating(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Requirements for run time have neither an upper bound nor an exact version, and no lock file fixes them. One finding
    per project counts them.

    ## Why it matters

    Two installations a week apart run different code, and a release that is withdrawn, broken or hostile reaches the
    next installation at once. Nobody can say afterwards which version ran.

    ## Example

    ```
    # requirements.txt: no lock beside it
    torch                # floats
    transformers>=4.40   # floats
    numpy>=1.26,<3       # bounded
    einops==0.8.0        # pinned
    ```

    ## How to fix

    For an application, commit a lock file (`uv lock`, `pip-compile`, `poetry lock`, `conda-lock`). Upper bounds are the
    weaker answer.

    ## How to ignore

    `ignore = ["DS105"]` under `[tool.depscan]` in pyproject.toml.

    ## When it is wrong

    A library *should* let its requirements float, so that it can be installed beside others: for a project that has a
    name and no console script, confidence is low. A lock that lives in another repository or in a container image is
    not seen. Requirements of docs, examples, tests and notebooks are not counted.
    """
    view = Visibility(case.evidence)
    for root, declared in _asked(case.evidence, view).items():
        held = {d.name for d in declared if _is_bounded(d)} | _locked(case.evidence, view, files(declared))
        loose = sorted((d for d in declared if d.name not in held), key=lambda d: (d.location, d.name))
        if loose:
            project = next((p for p in case.evidence.projects if p.root == root), None)
            yield _floating(root, project, declared, loose)


# -- DS103 -------------------------------------------------------------------------------------------------------------


class _Unused:
    """The declarations that DS103 judges, and what is known about them."""

    def __init__(self, evidence: Evidence) -> None:
        self.view = Visibility(evidence)
        self._projects = {project.root: project for project in evidence.projects}
        self._imported = {name for link in evidence.links for name in link.packages}
        self._present = frozenset({d.name for d in evidence.declarations} | self._imported)
        self._guessed = likeness.guessed(evidence)
        self._required: defaultdict[str, set[str]] = defaultdict(set)
        for edge in evidence.edges:
            self._required[edge.target].add(edge.source)
        self._local = {project.name for project in evidence.projects} | {
            link.imported.module.partition(".")[0].lower().replace("_", "-")
            for link in evidence.links
            if link.origin is Origin.FIRST_PARTY and link.imported.level == 0
        }
        populated = {self.view.root(module.path) for module in evidence.modules}
        self._judged = [
            d
            for d in evidence.declarations
            if d.scope in (Need.RUNTIME, Need.EXTRA)
            and not is_command(d.location.path)
            and not (d.marker and d.name.replace("-", "_") in sys.stdlib_module_names)
            and self.view.root(d.location.path) in populated
        ]
        self.sizes = _sizes(self._judged)

    def _is_idle(self, name: str) -> bool:
        if name in self._imported or name in self._local:
            return False
        row = lists.loaded(name)
        return row is None or not row.explains(self._present)

    def frozen(self) -> dict[str, list[Declaration]]:
        """Files that are the copy of an environment, each with its idle declarations."""
        by_file: defaultdict[str, list[Declaration]] = defaultdict(list)
        for declaration in self._judged:
            by_file[declaration.location.path].append(declaration)
        copies = {}
        for path, declared in by_file.items():
            exact = sum(d.specifier.startswith("==") for d in declared)
            idle = [d for d in declared if d.name not in self._imported]
            if len(declared) >= FROZEN and exact >= 0.9 * len(declared) and len(idle) > len(declared) / 2:
                copies[path] = sorted(idle, key=lambda d: d.location)
        return copies

    def idle(self, frozen: frozenset[str]) -> dict[tuple[str, str], list[Declaration]]:
        """Declarations of packages that nothing imports or explains, by package and project."""
        groups: defaultdict[tuple[str, str], list[Declaration]] = defaultdict(list)
        for declaration in self._judged:
            if declaration.location.path not in frozen and self._is_idle(declaration.name):
                groups[declaration.name, self.view.root(declaration.location.path)].append(declaration)
        return dict(sorted(groups.items()))

    def finding(self, name: str, root: str, declared: Sequence[Declaration]) -> Finding:
        """The finding about one package in one project."""
        confidence, doubt = self._confidence(name, declared)
        project = self._projects.get(root)
        promised = project and any(
            d.location.path == project.location.path and d.scope is Need.RUNTIME for d in declared
        )
        places = sorted(declared, key=lambda d: (d.scope is not Need.RUNTIME, d.location))
        return finding(
            "DS103",
            Severity.MEDIUM if promised else Severity.LOW,
            confidence,
            f"{name} is declared in {names(files(declared))} but no file imports it{doubt}",
            advice="remove it, or ignore DS103:PACKAGE if it is loaded in another way",
            package=name,
            locations=[d.location for d in places],
            root=root,
        )

    def _confidence(self, name: str, declared: Sequence[Declaration]) -> tuple[Confidence, str]:
        """How sure, and in words why not surer."""
        row = lists.loaded(name)
        sources = sorted((self._required.get(name, set()) & self._present) - self._local)
        if row is not None:
            return Confidence.LOW, f" (it may serve without an import: {row.reason})"
        if sources:
            return Confidence.LOW, f" ({names(sources)} {'requires' if len(sources) == 1 else 'require'} it anyway)"
        if all(d.scope is Need.EXTRA or d.marker for d in declared):
            return Confidence.LOW, ""
        if name.replace("-", "_") in sys.stdlib_module_names:
            return Confidence.MEDIUM, " (imports of that name reach the standard library)"
        if alike := sorted(guess for guess in self._guessed if likeness.are_alike(guess, name)):
            return Confidence.LOW, f" (is it imported as {names(alike)}?)"
        return Confidence.MEDIUM, ""


def _sizes(declared: Iterable[Declaration]) -> dict[str, int]:
    sizes: defaultdict[str, int] = defaultdict(int)
    for declaration in declared:
        sizes[declaration.location.path] += 1
    return dict(sizes)


# -- DS105 -------------------------------------------------------------------------------------------------------------


def _asked(evidence: Evidence, view: Visibility) -> dict[str, list[Declaration]]:
    """What each project asks for at run time, by its folder; without its own packages, tools and the interpreter."""
    own = {project.name for project in evidence.projects}
    projects: defaultdict[str, list[Declaration]] = defaultdict(list)
    for declaration in evidence.declarations:
        row = lists.loaded(declaration.name)
        if declaration.scope is not Need.RUNTIME or declaration.name in own or (row and row.is_apart):
            continue
        if not view.is_aside(declaration.location.path):
            projects[view.root(declaration.location.path)].append(declaration)
    return dict(sorted(projects.items()))


def _locked(evidence: Evidence, view: Visibility, manifests: Sequence[str]) -> set[str]:
    """Packages that a lock beside or above one of the manifests fixes; what happens to be installed fixes nothing."""
    locks = {
        lock
        for lock in {pin.location.path for pin in evidence.pins if not pin.location.is_outside}
        if not _INSTALLED.search(lock) and any(view.counts(lock, manifest) for manifest in manifests)
    }
    return {pin.name for pin in evidence.pins if pin.location.path in locks}


def _floating(
    root: str, project: Project | None, declared: Sequence[Declaration], loose: Sequence[Declaration]
) -> Finding:
    free = list(dict.fromkeys(d.name for d in loose))
    asked = count(len({d.name for d in declared}), "requirement")
    is_library = project is not None and bool(project.name) and not project.entry_points
    return finding(
        "DS105",
        Severity.LOW,
        Confidence.LOW if is_library else Confidence.MEDIUM,
        f"{len(free)} of {asked} in {names(files(declared))} {'has' if len(free) == 1 else 'have'} neither an upper "
        f"bound nor a pin in a lock file ({names(free)})",
        advice="commit a lock file",
        package=project.name if project else "",
        locations=[d.location for d in loose],
        root=root,
    )


def _is_bounded(declaration: Declaration) -> bool:
    """Whether new releases cannot get in: an upper bound, an exact version, a commit or an archive."""
    if declaration.url:
        return not addresses.drift(declaration.url)
    return any(clause.strip().startswith(("<", "==", "~=", "===")) for clause in declaration.specifier.split(","))
