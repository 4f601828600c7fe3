"""DS108: requirements that are taken from an address, and what is found there can change."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import unquote

from depscan.model import Confidence, Need, Severity
from depscan.rules.findings import finding, worst
from depscan.rules.locks import Locks
from depscan.rules.visibility import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.model import Declaration, Finding
    from depscan.rules.case import Case

_VCS = re.compile(r"(git|hg|svn|bzr)\+", re.IGNORECASE)
_REMOTE = re.compile(r"([a-z][a-z0-9.-]*)://([^/]*)(.*)", re.IGNORECASE | re.DOTALL)
_CUT = re.compile(r"[^\[@]*:(?![0-9]*$)[^@]*")
"""A password that holds a slash: no legal address, but no reason to print it."""
_SHORT = re.compile(r"(?![a-z]:[/\\])([^/:]+):(.*)", re.IGNORECASE | re.DOTALL)
"""`git@host:owner/name`, as ssh has it."""
_COMMIT = re.compile(r"[0-9a-f]{40,64}|(?=[0-9]*[a-f])[0-9a-f]{7,39}", re.IGNORECASE)
"""A full hash, or an abbreviated one; only digits are a date or a number."""
_REVISION = re.compile(r"r?[0-9]+")
_HASH = re.compile(r"(?:^|&)(?:sha\d+|md5|blake2[bs])=[0-9a-f]{16,}", re.IGNORECASE)
_VERSION = re.compile(r"(?<![0-9])[0-9]+\.[0-9]+")
_MOVING = re.compile(r"/(?:refs/)?heads/")
_LONGEST = 120


# -- the rule ----------------------------------------------------------------------------------------------------------


def unfixed(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A requirement names a repository or an archive instead of a version, and not which state of it: no commit, but a
    branch, a tag or nothing.

    | address | fixed |
    |---|---|
    | `git+https://host/owner/name@` and a commit hash, abbreviated (7 digits or more) or in full | yes |
    | the same with a branch, a tag, or nothing behind it | no: both can be moved |
    | a wheel; an archive with a version or a commit in its name, or with `#sha256=` | yes |
    | any other archive (`archive/main.zip`) | no |
    | a path (`./vendor/name`, `-e .`) | not judged: it is part of what you check out |

    ## Why it matters

    Nothing between the author of that repository and your next installation holds the code: no release, no version, no
    index that refuses to take a file back. A push is enough to change what you run, and a deleted or renamed repository
    to stop the installation. No advisory database knows the state you have.

    Medium for the requirements of the project at run time; low for extras, development and build, and for what docs,
    examples, tests and notebooks ask for.

    ## Example

    ```
    # requirements.txt
    clip @ git+https://example.org/models/clip.git@main        # DS108
    taming @ git+https://example.org/models/taming.git@3ba01b24166946f1
    ```

    ## How to fix

    Append the hash of the commit that you tested (`@` and 40 digits), or take a release from the package index. A lock
    that fixes the commit (uv.lock, poetry.lock, pdm.lock, Pipfile.lock) does as well: what such a lock holds is not
    reported.

    ## How to ignore

    `ignore = ["DS108:clip"]` under `[tool.depscan]` in pyproject.toml leaves out one package, `ignore = ["DS108"]` the
    rule.

    ## When it is wrong

    - The address is your own, and you want its newest state in every installation.
    - A branch or tag that has the form of a commit hash is taken for one.
    - What installs the project itself from its own repository (a notebook on Colab) is not reported.

    User names, passwords and queries of an address are never printed.
    """
    view = Visibility(case.evidence)
    locks = Locks(case.evidence)
    own = {project.name for project in case.evidence.projects}
    groups: defaultdict[tuple[str, str], list[Declaration]] = defaultdict(list)
    for declaration in case.evidence.declarations:
        if declaration.name not in own and drift(declaration.url) and not locks.hold(declaration):
            groups[declaration.name, view.root(declaration.location.path)].append(declaration)
    for (name, root), declared in sorted(groups.items()):
        first, *_ = ordered = sorted(declared, key=lambda d: (_severity(d, view) is Severity.LOW, d.location, d.url))
        yield finding(
            "DS108",
            worst(_severity(d, view) for d in declared),
            Confidence.HIGH,
            f"{name} is taken from {shown(first.url)} {drift(first.url)}: what is installed can change from one day "
            "to the next",
            advice="name a commit by its hash, or a release by its version",
            package=name,
            locations=[d.location for d in ordered],
            root=root,
        )


def _severity(declaration: Declaration, view: Visibility) -> Severity:
    main = declaration.scope is Need.RUNTIME and not view.is_aside(declaration.location.path)
    return Severity.MEDIUM if main else Severity.LOW


# -- addresses ---------------------------------------------------------------------------------------------------------


def drift(url: str) -> str:
    """Why what the address leads to can change, in words; empty when it cannot, and for paths."""
    system, _, path, fragment = _parts(url)
    if not path:
        return ""
    if system:
        _, at, revision = path.rpartition("@")
        fixed = _REVISION if system in {"svn", "bzr"} else _COMMIT
        if at and fixed.fullmatch(revision):
            return ""
        return f"at {_clipped(revision)}, a branch or tag" if at and revision else "without a commit"
    segments = [unquote(segment) for segment in path.rstrip("/").split("/")]
    named = not _MOVING.search(path) and any(
        _VERSION.search(segment) or _COMMIT.fullmatch(segment.partition(".")[0]) for segment in segments[-2:]
    )
    if named or _HASH.search(fragment) or segments[-1].lower().endswith(".whl"):
        return ""
    return "without a version or a hash"


def shown(url: str) -> str:
    """The address without user, password, query and fragment, where credentials travel."""
    system, host, path, _ = _parts(url)
    if not path:
        return ""
    path = path.rpartition("@")[0] or path if system else path
    return _clipped(host + path)


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _parts(url: str) -> tuple[str, str, str, str]:
    """Version control system, host with scheme but without user, path, fragment; all empty for what is local."""
    address, _, fragment = url.partition("#")
    address = address.partition("?")[0].strip()
    system = match[1].lower() if (match := _VCS.match(address)) else ""
    address = address[match.end() :] if match else address
    if remote := _REMOTE.fullmatch(address):
        scheme, host, path = remote.groups()
        if scheme.lower() == "file":
            return "", "", "", ""
        system = system or ("git" if scheme.lower() == "git" else "")
        if _CUT.fullmatch(host) and "@" in path:
            host, _, path = path.partition("@")[2].partition("/")
            path = f"/{path}"
        return system, f"{scheme}://{host.rpartition('@')[2]}", path or "/", fragment
    if system and (short := _SHORT.fullmatch(address)):
        return system, f"{short[1].rpartition('@')[2]}:", short[2] or "/", fragment
    return "", "", "", ""
