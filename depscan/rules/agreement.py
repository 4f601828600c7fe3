"""DS106: manifests of one project that cannot be satisfied together."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from posixpath import basename
from typing import TYPE_CHECKING

from depscan.model import Confidence, Need, Severity
from depscan.rules.findings import finding
from depscan.rules.locks import Locks
from depscan.rules.versions import Markers, exclude
from depscan.rules.visibility import Visibility, home, is_approximate, is_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.model import Declaration, Evidence, Finding
    from depscan.rules.case import Case

_BUILT = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
"""Manifests whose requirements for run time are installed with the project, whatever else is."""

_MOST = 6
"""Lines of one manifest about one package that are compared; more of them are alternatives that nobody keeps apart."""

_Lists = dict[tuple[str, Need], list["Declaration"]]


# -- the rule ----------------------------------------------------------------------------------------------------------


def disagreeing(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Two manifests of one project ask for the same package in versions that no release satisfies together.

    ## Why it matters

    Which version you get depends on the file that somebody happens to install from, and what was tested in one
    environment runs in another. Where both files are installed (`pip install -r requirements.txt .`), the installation
    fails, or the later file silently replaces what the earlier one chose.

    | which lists contradict one another | severity |
    |---|---|
    | two lists for run time: pyproject.toml, setup.py, requirements.txt, environment.yml ... | medium |
    | the project's own (pyproject.toml, setup.cfg, setup.py) and a development, extra or constraints file | low |

    ## Example

    ```toml
    # pyproject.toml
    dependencies = ["torch>=2.2"]
    ```
    ```
    # requirements.txt
    torch==2.0.1         # DS106
    ```

    ## How to fix

    Keep one list and derive the other: let requirements.txt hold `-e .`, or make it the lock of the project by
    compiling it (`uv pip compile pyproject.toml`, `pip-compile`).

    ## How to ignore

    `ignore = ["DS106:torch"]` under `[tool.depscan]` in pyproject.toml leaves out one package, `ignore = ["DS106"]` the
    rule.

    ## When it is wrong

    Manifests of one project are those of one folder; what lies in `requirements/` or `conda/` belongs to the folder
    above. Other projects of a monorepo, docs, examples, tests, notebooks, scripts and install commands are compared
    with nothing, and neither are development and extra files with one another: they may be alternatives. Lines whose
    markers never hold together (`python_version < "3.9"` and `>= "3.9"`, Linux and Windows), or only with a Python that
    the project does not admit, do not contradict one another; as soon as one line of a file agrees with one of the
    other, the files agree. Pinned here and open there is no contradiction, and builds of one release (`2.1.0+cu118`,
    `2.1.0+cpu`) are none either. Locks are the matter of DS107.

    Confidence is medium where setup.py (which is read and not run) or a version of conda's is involved, and where only
    some environments are affected because a line has a marker.
    """
    compared = _Compared(case.evidence)
    for (name, folder), found in compared.lists().items():
        pairs = [pair for pair in combinations(sorted(found), 2) if compared.contradict(found, *pair)]
        if pairs:
            yield _finding(name, folder, found, pairs)


class _Compared:
    """The lists that DS106 compares."""

    def __init__(self, evidence: Evidence) -> None:
        self._view = Visibility(evidence)
        self._markers = Markers()
        self._pythons = {project.root: project.requires_python for project in evidence.projects}
        locks = Locks(evidence).by_path
        self._declarations = [
            d for d in evidence.declarations if not (d.url or d.location.path in locks or self._is_apart(d))
        ]

    def _is_apart(self, declaration: Declaration) -> bool:
        path = declaration.location.path
        limits = declaration.scope is Need.CONSTRAINT and path.endswith(".toml")  # overrides of uv are meant to differ
        return declaration.scope is Need.BUILD or limits or is_command(path) or self._view.is_aside(path)

    def lists(self) -> dict[tuple[str, str], _Lists]:
        """For each package and folder, what each manifest asks for, by need."""
        groups: defaultdict[tuple[str, str], defaultdict[tuple[str, Need], list[Declaration]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for declaration in sorted(self._declarations):
            path = declaration.location.path
            groups[declaration.name, home(path)][path, declaration.scope].append(declaration)
        return {key: dict(found) for key, found in sorted(groups.items())}

    def contradict(self, found: _Lists, one: tuple[str, Need], other: tuple[str, Need]) -> bool:
        """Whether two lists are installed together, and every choice from them is impossible somewhere."""
        left, right = found[one], found[other]
        if not _meet(one, other) or max(len(left), len(right)) > _MOST:
            return False
        pairs = [(a, b) for a in left for b in right]
        if not all(exclude(a.specifier, b.specifier) for a, b in pairs):
            return False
        python = self._pythons.get(self._view.root(one[0]), "")
        return any(self._markers.meet(a.marker, b.marker, python) for a, b in pairs)


def _meet(one: tuple[str, Need], other: tuple[str, Need]) -> bool:
    """Whether lists of two files belong to one environment: both are for run time, or one is the project's own."""
    needs = {one[1], other[1]}
    own = any(basename(path) in _BUILT and need is Need.RUNTIME for path, need in (one, other))
    return one[0] != other[0] and (needs == {Need.RUNTIME} or own)


def _finding(
    name: str, folder: str, found: _Lists, pairs: Sequence[tuple[tuple[str, Need], tuple[str, Need]]]
) -> Finding:
    pairs = sorted(pairs, key=lambda pair: (any(need is not Need.RUNTIME for _, need in pair), pair))
    asked = [d for key in dict.fromkeys(key for pair in pairs for key in pair) for d in found[key]]
    left, right = (found[key][0] for key in pairs[0])
    runs = left.scope is right.scope is Need.RUNTIME
    vague = any(d.marker or is_approximate(d) for d in asked)
    more = f" ({len(pairs)} pairs of files disagree)" if len(pairs) > 1 else ""
    return finding(
        "DS106",
        Severity.MEDIUM if runs else Severity.LOW,
        Confidence.MEDIUM if vague else Confidence.HIGH,
        f"{name} is {left.specifier} in {left.location} but {right.specifier} in {right.location}: no version is both"
        f"{more}",
        advice="keep one list and derive the other from it",
        package=name,
        locations=[d.location for d in asked],
        root=folder,
    )
