"""Known vulnerabilities and hostile releases, as sources publish them, and what they mean for a project."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from depscan.model.levels import Severity, Tier  # noqa: TC001  (msgspec reads the annotations)


class Affected(StrEnum):
    """Whether an advisory concerns what a project installs."""

    YES = "affected"
    """A pinned version is one of those the advisory names."""
    POSSIBLY = "possibly affected"
    """No version is pinned, and what is asked for admits affected ones."""
    UNKNOWN = "unknown"
    """The version, or what the advisory says of versions, cannot be compared."""


class Fix(StrEnum):
    """Whether there is a release without the flaw."""

    AVAILABLE = "available"
    """And what is asked for admits it."""
    FORBIDDEN = "forbidden"
    """There is one, but no declaration admits it."""
    NONE = "none"
    """The advisory names none."""


@dataclass(frozen=True, slots=True, order=True)
class Audit:
    """How far known vulnerabilities were looked up."""

    source: str
    """The database or service, precisely enough to look it up again."""
    retrieved: str
    """ISO date: of a database, the newest change of a record in it; of a service, the oldest answer."""
    asked: int
    """Pinned versions, and packages without one, of which something was to be found out."""
    answered: int
    """Those of them that were looked up: of the others nothing is known, which is not that they are sound."""


@dataclass(frozen=True, slots=True, order=True)
class Advisory:
    """What one published record says of one package."""

    id: str
    package: str
    """Normalised as PEP 503 says."""
    source: str
    """The database, precisely enough to look it up again."""
    retrieved: str
    """ISO date on which the database, or the answer, was read."""
    aliases: tuple[str, ...] = ()
    summary: str = ""
    published: str = ""
    modified: str = ""
    malicious: bool = False
    """The record reports a hostile release (`MAL-`), not a flaw."""
    vector: str = ""
    """CVSS vector; empty when the record has none."""
    score: float | None = None
    """CVSS base score, 0 to 10, computed from the vector; `None` when there is none that can be read."""
    severity: Severity | None = None
    """By the score, or as the record says it in words."""
    fixed_in: tuple[str, ...] = ()
    """Versions that are the first without the flaw on their line, lowest first."""
    symbols: tuple[str, ...] = ()
    """Modules, functions or classes that the record names as the flaw's place."""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Exposed:
    """An advisory, and what it means for the project: `packages[].advisories`."""

    id: str
    package: str
    state: Affected
    version: str = ""
    """The pinned version that is affected; empty when only a range is known."""
    audited: str = ""
    """The version that was compared, where it is not `version`: a local build (`2.0.0+cu118`) counts as its release."""
    versions: tuple[str, ...] = ()
    """Affected versions that the declarations admit, oldest first; of those the advisory or an index names."""
    fix: Fix = Fix.NONE
    fixed_by: str = ""
    """The lowest version without the flaw that the declarations admit; empty when none is known."""
    imported: bool = False
    """Whether code of the project imports the package."""
    tier: Tier | None = None
    symbols: tuple[str, ...] = ()
    """Of the symbols that the advisory names, those the project uses; empty when it names none."""
    severity: Severity | None = None
    """The record's own; `None` where it has none."""
    weighed: Severity | None = None
    """After weighing by use (docs/metrics.md)."""
