"""DS101, DS102, DS104: imports that no fitting declaration stands behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Confidence, Context, Need, Severity, State
from depscan.rules import likeness, lists
from depscan.rules.findings import at_most, finding, lowered, names, surest, worst
from depscan.rules.sight import RUNS, Sight, is_guess, subject
from depscan.rules.visibility import files, is_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depscan.model import Finding, Link, Package
    from depscan.rules.case import Case


# -- the rules ---------------------------------------------------------------------------------------------------------


def undeclared(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    The code imports a package that no manifest asks for, and that no declared package is known to bring in. Declared
    means: in a manifest of the importing module's own project, or of a folder or project above it. What a notebook
    installs for itself, what `docs/requirements.txt` or `examples/x/requirements.txt` ask for, and what another project
    of the same repository asks for is declared *elsewhere*: the finding then says where, and weighs less. Docs, tests
    and examples that belong to no project (at the top of a monorepo) run beside all projects: any declaration counts
    for them.

    ## Why it matters

    A fresh installation of the project fails at the import, or works only as long as something else happens to bring
    the package. No lock, audit or licence check sees a package that nobody declared.

    | how the package is imported | severity |
    |---|---|
    | in production code, at module level, and more than a corner of the project fails without | high |
    | in production code, at module level otherwise | medium |
    | in production code, in a function or by `import_module` | medium; low where other code guards the same import |
    | in production code, guarded (`try`/`except ImportError`) or for types only | low |
    | in tests, unguarded | medium; low where production code guards the same import |
    | elsewhere in tests; in docs, examples, benchmarks, tooling | low |
    | declared elsewhere in the repository | one of the above, but medium at most |
    | no manifest counts for the module | low: nothing was promised, but nobody can rebuild the environment |

    "More than a corner": a package or a console script of the project cannot start, or 5 % of the production modules
    cannot be imported. A module that the project itself imports only behind a guard, and a script beside the packages
    that the project installs (`tools/convert.py`), is a corner.

    A repository without any manifest gets one low finding per package: together they are the list of requirements that
    is missing.

    ## Example

    ```toml
    # pyproject.toml
    dependencies = ["torch"]
    ```
    ```python
    # src/model.py
    import torch
    import einops        # DS101
    ```

    ## How to fix

    Add the package to the manifest that the message names: to the dependencies if production code needs it, to an extra
    if the import is guarded, to the development dependencies if only tests, docs or types need it.

    ## How to ignore

    `ignore = ["DS101:einops"]` under `[tool.depscan]` in pyproject.toml leaves out one package, `ignore = ["DS101"]`
    the rule. If the package is declared under a name that depscan cannot connect with the import, say so instead:
    `import-names = {einops = ["my-einops-build"]}`.

    ## When it is wrong

    - The import name belongs to no package that depscan knows; it then assumes a package of the same name (confidence
      medium or low). A folder put on `sys.path`, a generated module or an extension module may be meant; where a file
      of that name lies in the repository, the finding is low and names it.
    - A manifest could not be read in full (see the gaps): the declaration may be in the part that was lost.
    - The program that runs the code brings the module (Blender, Colab, a notebook's IPython): a published list of such
      modules is left out, yours may be missing from it.
    """
    sight = Sight(case.evidence, case.packages)
    brought = _Brought(case.packages, sight)
    anywhere = any(not sight.view.is_own(d.location.path) for d in case.evidence.declarations) or bool(
        case.evidence.projects
    )
    for (name, root), links in sight.grouped(lambda link: _is_undeclared(link, sight)).items():
        if brought.by(name, links) is None:
            yield _undeclared(name, root, links, sight, anywhere=anywhere)


def transitive_only(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    The code imports a package that no manifest asks for; it is there because a declared package requires it, as a lock
    file, an installed environment or the manifest of another project in the same repository shows.

    ## Why it matters

    The project works until the package in between drops, replaces or pins its requirement: an update of something else
    then breaks the import, at a time and to a version that the project did not choose.

    Medium where production code imports it unguarded (at module level, in a function or by name), low elsewhere.

    ## Example

    ```toml
    # pyproject.toml; uv.lock says that transformers requires numpy
    dependencies = ["transformers"]
    ```
    ```python
    import numpy         # DS102
    ```

    ## How to fix

    Declare the package yourself, with the range of versions that the code was written for. If you need it only to speak
    to the package that brings it, look for a re-export there.

    ## How to ignore

    `ignore = ["DS102:numpy"]` under `[tool.depscan]` in pyproject.toml leaves out one package, `ignore = ["DS102"]` the
    rule.

    ## When it is wrong

    - The package in between promises the other as part of its interface (`torch` of a package `my-torch-stack`, say):
      then the declaration is a matter of taste.
    - The lock is older than the manifests.
    - The import name was connected with the wrong package (confidence medium: the name was all depscan had).
    """
    sight = Sight(case.evidence, case.packages)
    brought = _Brought(case.packages, sight)
    for (name, root), links in sight.grouped(lambda link: _is_undeclared(link, sight)).items():
        if (brings := brought.by(name, links)) is None:
            continue
        runs = any(sight.is_production(link.path) and link.imported.context in RUNS for link in links)
        by = names(brings) if brings else "another package"
        yield finding(
            "DS102",
            Severity.MEDIUM if runs else Severity.LOW,
            Confidence.MEDIUM if is_guess(links) else Confidence.HIGH,
            f"{subject(name, links)} is imported by {sight.extent(links)} but is there only because {by} "
            f"{'require' if len(brings) > 1 else 'requires'} it",
            advice=sight.advice(links),
            package=name,
            locations=sight.places(links),
            root=root,
        )


def not_for_run_time(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production code imports a package that is declared, but not for production: in a development group, among the build
    requirements, or (where `import yourpackage` itself needs it) only in an extra.

    ## Why it matters

    Developers have the package and see nothing; users who install the project do not, and their import fails.

    | declared for | imported | severity |
    |---|---|---|
    | development or build | at module level | high; medium where only a corner of the project fails (see DS101) |
    | development or build | inside a function | medium; low where other code guards the same import |
    | a Dockerfile, a workflow or a shell script alone | at module level | medium |
    | an extra | at module level, in what runs when the package or a console script starts | medium |
    | an extra | in a module that only users of the extra import, or inside a function | no finding: this is its use |
    | anything | guarded by `try`/`except ImportError` or for types only | no finding |

    ## Example

    ```toml
    # pyproject.toml
    dependencies = []
    [dependency-groups]
    dev = ["rich", "pytest"]
    ```
    ```python
    # src/app/cli.py
    import rich          # DS104
    ```

    ## How to fix

    Move the requirement to the dependencies; or guard the import, if the code can do without; or move the code to where
    it belongs (a test helper among production modules is the usual cause).

    ## How to ignore

    `ignore = ["DS104:rich"]` under `[tool.depscan]` in pyproject.toml leaves out one package, `ignore = ["DS104"]` the
    rule.

    ## When it is wrong

    - The module is a tool of the developers, but lies in a package that the project installs, and its path does not say
      so (folders named `tests`, `docs`, `examples`,
      `scripts`, `benchmarks` do).
    - The requirement that counts is in a file that depscan takes for a development one (`requirements-dev.txt`, an
      install line of a workflow).
    """
    sight = Sight(case.evidence, case.packages)

    def fits(link: Link) -> bool:
        installed = sight.is_production(link.path) and link.path not in sight.beside and sight.view.promises(link.path)
        return installed and link.imported.context in RUNS and _strongest(link, sight) is not None

    for (name, root), links in sight.grouped(fits).items():
        needs = {need for link in links if (need := _strongest(link, sight))}
        extra = needs == {Need.EXTRA}
        counted = (
            [k for k in links if k.path in sight.start and k.imported.context is Context.RUNTIME] if extra else links
        )
        if counted:
            yield _declared_for_less(name, root, counted, sight, extra=extra)


class _Brought:
    """Which undeclared packages come with something that is declared."""

    def __init__(self, packages: Iterable[Package], sight: Sight) -> None:
        self._sight = sight
        self._packages = {package.name: package for package in packages}

    def by(self, name: str, links: Sequence[Link]) -> tuple[str, ...] | None:
        """
        What brings the package to the importing modules; `None` if nothing does, empty if a lock has it but not why.

        Only what is declared for these modules counts: what an example asks for brings nothing to the library.
        """
        view, package = self._sight.view, self._packages.get(name)
        production = {link.path for link in links if self._sight.is_production(link.path)}
        paths = production or {link.path for link in links}
        introducers = (package.exposure.introducers or ()) if package else ()
        brings = {project for path in paths for project in view.bringing(path, name)}
        brings.update(one for one in introducers if one != name and any(view.seen(path, one) for path in paths))
        if not brings and package and package.state is State.TRANSITIVE_ONLY and package.exposure.introducers is None:
            return ()
        return tuple(sorted(brings)) or None


# -- DS101 -------------------------------------------------------------------------------------------------------------


def _is_undeclared(link: Link, sight: Sight) -> bool:
    if lists.provided(link.imported.module, link.path):
        return False
    if any(sight.view.seen(link.path, name) for name in link.packages):
        return False
    in_workspace = not sight.is_production(link.path) and sight.view.is_outside(link.path)
    return not (in_workspace and any(sight.view.declarations(name) for name in link.packages))


def _undeclared(name: str, root: str, links: Sequence[Link], sight: Sight, *, anywhere: bool) -> Finding:
    """The finding about one package in one project."""
    severity = worst(sight.severity(link) for link in links)
    confidence = _confidence(links, sight)
    elsewhere = files(d for link in links for n in link.packages for d in sight.view.declarations(n))
    look_alike = _look_alike(links, sight)
    lacking = "no manifest declares it"
    if not anywhere:
        severity, lacking = Severity.LOW, "the repository has no manifest"
    elif look_alike:
        severity, confidence = Severity.LOW, Confidence.LOW
        lacking = f"no manifest declares it (or is {look_alike} meant?)"
    elif elsewhere:
        severity, confidence = at_most(Severity.MEDIUM, severity), surest(Confidence.MEDIUM, confidence)
        lacking = f"it is declared only in {names(elsewhere, 2)}"
    elif not sight.view.manifest(sight.places(links)[0].path):
        severity, lacking = Severity.LOW, "no manifest counts for its folder"
    return finding(
        "DS101",
        severity,
        confidence,
        f"{subject(name, links)} is imported by {sight.extent(links)} but {lacking}",
        advice=sight.advice(links),
        package=name,
        locations=sight.places(links),
        root=root,
    )


def _confidence(links: Sequence[Link], sight: Sight) -> Confidence:
    confidence = Confidence.HIGH
    if is_guess(links):
        mandatory = any(link.imported.context is Context.RUNTIME for link in links)
        confidence = Confidence.MEDIUM if mandatory else Confidence.LOW
    if any(sight.view.counts(manifest, sight.places(links)[0].path) for manifest in sight.damaged):
        confidence = lowered(confidence)
    return confidence


def _look_alike(links: Sequence[Link], sight: Sight) -> str:
    """What a name that belongs to no known package may stand for: an own file or folder, or a declared package."""
    if not is_guess(links):
        return ""
    top = (links[0].import_name or links[0].imported.module).partition(".")[0]
    alike = [name for name in sight.idle if likeness.are_alike(links[0].packages[0], name)]
    if not alike or top in sight.stems:
        return sight.stems.get(top, "")
    return f"{names(alike)} of {names(files(sight.view.declarations(alike[0])))}"


# -- DS104 -------------------------------------------------------------------------------------------------------------


def _strongest(link: Link, sight: Sight) -> Need | None:
    """What the package is declared for, if less than run time; `None` if it is declared for that, or not at all."""
    scopes = {d.scope for name in link.packages for d in sight.view.seen(link.path, name)}
    if not scopes or Need.RUNTIME in scopes or lists.provided(link.imported.module, link.path):
        return None
    return next(need for need in (Need.EXTRA, Need.DEVELOPMENT, Need.BUILD) if need in scopes)


def _declared_for_less(name: str, root: str, links: Sequence[Link], sight: Sight, *, extra: bool) -> Finding:
    seen = sorted({d for link in links for n in link.packages for d in sight.view.seen(link.path, n)})
    groups = sorted({d.group for d in seen if d.group and (d.scope is Need.EXTRA) == extra})
    kind = "extra" if extra else "group"
    where = f"{kind} {names(groups)} of {names(files(seen))}" if groups else names(files(seen))
    severity = worst(sight.severity(link) for link in links)
    unsure = extra or all(is_command(d.location.path) for d in seen)  # an image or a workflow may be all that runs it
    return finding(
        "DS104",
        at_most(Severity.MEDIUM, severity) if unsure else severity,
        Confidence.MEDIUM if unsure or is_guess(links) else Confidence.HIGH,
        f"{subject(name, links)} is imported by {sight.extent(links)} at run time but declared only in {where}",
        advice="move it to the dependencies or guard the import",
        package=name,
        locations=sight.places(links),
        root=root,
    )
