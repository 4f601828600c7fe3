"""What sources outside the repository say of packages: facts with a source and an age."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact is about; what `value` and `detail` then hold."""

    CATEGORY = "category"
    """What the package is for, in a word or two."""
    STEWARD = "steward"
    """Name of who decides over the project; its kind and parent are in `Steward`."""
    REPOSITORY = "repository"
    """Address of the source repository."""
    STATUS = "status"
    """active, maintenance, deprecated, archived, quarantined or inactive; `detail` says on what basis."""
    LICENCE = "licence"
    """SPDX expression; `detail` is the `LicenceEvidence` it was concluded from."""
    PUBLISHER = "publisher"
    """An account that can publish releases; `detail` is its role (owner, maintainer)."""
    ORGANISATION = "organisation"
    """The organisation of the package index that owns the project."""
    LATEST = "latest"
    """The newest stable version; `detail` is the day it was uploaded."""
    RELEASE = "release"
    """A released version; `detail` is the day it was uploaded."""
    YANKED = "yanked"
    """A withdrawn version; `detail` is the reason given."""
    REQUIRES = "requires"
    """A requirement of the release `version`, in PEP 508's words; an empty value: it requires nothing."""
    PROVENANCE = "provenance"
    """Who built the file of a release, as attested (`GitHub: owner/repository, release.yml`)."""
    HISTORY = "history"
    """A figure of the source repository's history: `truck-factor` or `truck-factor-gone`; `detail` says what it is."""


class LicenceEvidence(StrEnum):
    """What a licence expression was concluded from, strongest first."""

    EXPRESSION = "expression"
    """The distribution's `License-Expression` (PEP 639)."""
    TEXT = "text"
    """The text of its licence files."""
    CLASSIFIER = "classifier"
    """Its trove classifiers."""
    NAME = "name"
    """Its free-text licence field."""
    LIST = "list"
    """A third party's list."""


class LicenceFamily(StrEnum):
    """What a licence asks of those who build on the code, kindest first."""

    PUBLIC_DOMAIN = "public domain"
    PERMISSIVE = "permissive"
    WEAK_COPYLEFT = "weak copyleft"
    """Changes to the library itself must be published when it is passed on."""
    STRONG_COPYLEFT = "strong copyleft"
    """What is passed on together with it must be published."""
    NETWORK_COPYLEFT = "network copyleft"
    """What is offered over a network with it must be published."""
    SOURCE_AVAILABLE = "source-available"
    """The source can be read; use is restricted."""
    PROPRIETARY = "proprietary"
    """A vendor's own terms."""
    NON_SPDX = "non-SPDX"
    """Terms are named, but what they ask is not known."""
    UNKNOWN = "unknown"


class StewardKind(StrEnum):
    """What kind of body decides over a project."""

    FOUNDATION = "foundation"
    COMPANY = "company"
    COMMUNITY = "community"
    INDIVIDUAL = "individual"
    ACADEMIC = "academic"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """Something that a source outside the repository says of a package."""

    package: str
    """Normalised as PEP 503 says."""
    kind: FactKind
    value: str
    source: str
    """Who says so, precisely enough to look it up again."""
    retrieved: str
    """ISO date on which the source was read."""
    version: str = ""
    """The release of which it is said; empty: the package as a whole."""
    detail: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Steward:
    """Who decides over a project, and who stands behind that."""

    name: str
    kind: StewardKind = StewardKind.UNKNOWN
    parent: str = ""
    """The company or foundation it belongs to; empty when there is none or none is known."""
    jurisdiction: str = ""
    """Where it is registered, as an ISO 3166 code; empty when not known."""
    source: str = ""
    retrieved: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Licence:
    """The terms of a package, and how they are known."""

    expression: str
    """SPDX expression; empty when unknown."""
    family: LicenceFamily = LicenceFamily.UNKNOWN
    evidence: LicenceEvidence | None = None
    source: str = ""
    retrieved: str = ""
    version: str = ""
    """The release of which it is known; empty: not tied to one."""


@dataclass(frozen=True, slots=True, order=True)
class Status:
    """Whether a project is alive, as somebody says."""

    value: str
    basis: str = ""
    source: str = ""
    retrieved: str = ""
