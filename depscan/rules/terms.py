"""The licences of all that an installation brings in: by package, with platforms, and how each comes there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import Confidence, FactKind, Licence, LicenceEvidence, LicenceFamily
from depscan.rules.findings import count, names
from depscan.rules.record import cited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depscan.model import Package
    from depscan.rules.case import Case
    from depscan.rules.record import Record

_SURE = {
    LicenceEvidence.EXPRESSION: Confidence.HIGH,
    LicenceEvidence.TEXT: Confidence.HIGH,
    LicenceEvidence.CLASSIFIER: Confidence.MEDIUM,
    LicenceEvidence.NAME: Confidence.LOW,
    LicenceEvidence.LIST: Confidence.LOW,
}
_FAMILIES = frozenset(LicenceFamily)

BROUGHT = "what it brings in"
"""Tells a finding about what a package brings in from one about the package itself."""


@dataclass(frozen=True, slots=True)
class Member:
    """A package of the case, or of a platform's closure, and its terms as far as they are known."""

    name: str
    licence: Licence
    package: Package | None = None
    """`None` when only a platform's closure holds it."""
    platforms: tuple[str, ...] = ()
    """Those that it is installed on, when it is not installed on all that were looked at."""
    chain: tuple[str, ...] = ()
    """From a direct dependency down to it; empty when it is one, or when that is not known."""

    @property
    def where(self) -> str:
        """` on linux-x86_64 only`; empty when it is installed everywhere."""
        return f" on {names(self.platforms)} only" if self.platforms else ""

    @property
    def direct(self) -> str:
        """The direct dependency at the head of the chain; empty when the chain is not known."""
        return self.chain[0] if self.chain else ""

    @property
    def how(self) -> str:
        """` (torch > triton > it)`; empty when it is direct or the way is not known."""
        return f" ({' > '.join(self.chain)})" if len(self.chain) > 1 else ""

    @property
    def terms(self) -> str:
        """The licence in words, with its family and who says so."""
        said = f"{self.licence.expression}, " if self.licence.expression else ""
        return f"{said}{self.licence.family} terms{self.cited}"

    @property
    def cited(self) -> str:
        """` (source, date)` of the licence."""
        return cited(self.licence.source, self.licence.retrieved)


def members(case: Case, record: Record) -> tuple[Member, ...]:
    """Every package of the case or of a platform's closure, by name; the repository's own projects are none."""
    own = {project.name for project in case.evidence.projects}
    packages = {package.name: package for package in case.packages}
    platforms: defaultdict[str, list[str]] = defaultdict(list)
    families: dict[str, LicenceFamily] = {}
    chains: dict[str, tuple[str, ...]] = {}
    for terms in case.terms:
        for share in terms.families:
            for name in share.packages:
                platforms[name].append(terms.platform)
                if share.name in _FAMILIES:
                    families[name] = LicenceFamily(share.name)
        for chain in terms.chains:
            if chain:  # the shortest of all platforms
                chains[chain[-1]] = min((chains.get(chain[-1], chain), chain), key=lambda each: (len(each), each))
    found = []
    for name in sorted({*packages, *families} - own):
        package = packages.get(name)
        some = tuple(sorted(platforms[name])) if 0 < len(platforms[name]) < len(case.terms) else ()
        licence = (package.licence if package else None) or _told(name, families.get(name), record)
        found.append(Member(name, licence, package, some, chains.get(name, ())))
    return tuple(found)


def brought_in(direct: str, found: Sequence[Member], terms: str) -> str:
    """What one direct dependency brings in under such terms, in words."""
    where = {member.where for member in found}
    through = sorted({member.chain[1] for member in found if len(member.chain) > 2 and member.direct == direct})
    first = f"; {found[0].name}: {found[0].cited[2:-1]}" if found[0].cited else ""
    return (
        f"{direct} brings in {count(len(found), 'package')} under {terms}{where.pop() if len(where) == 1 else ''}"
        f"{f', through {names(through)}' if through else ''}: {names([member.name for member in found], 5)}{first}"
    )


def is_known(licence: Licence | None) -> bool:
    """Whether it is said what the terms ask for."""
    return licence is not None and licence.family not in {LicenceFamily.UNKNOWN, LicenceFamily.NON_SPDX}


def sureness(licence: Licence) -> Confidence:
    """How sure a judgement on the licence can be, by what it was concluded from."""
    return _SURE[licence.evidence] if licence.evidence else Confidence.LOW


def least_sure(found: Iterable[Member]) -> Confidence:
    """How sure a judgement on several licences can be."""
    return min((sureness(member.licence) for member in found), key=list(Confidence).index)


def evidence_of(text: str) -> LicenceEvidence | None:
    """The evidence that the detail of a fact names."""
    return LicenceEvidence(text) if text in frozenset(LicenceEvidence) else None


def _told(name: str, family: LicenceFamily | None, record: Record) -> Licence:
    """The licence of a package that only a platform's closure holds, in the words of the fact that gave its family."""
    from depscan.licences import family as family_of

    for fact in record.of(name, FactKind.LICENCE) if family else ():
        if family_of(fact.value) is family:
            return Licence(fact.value, family, evidence_of(fact.detail), fact.source, fact.retrieved, fact.version)
    return Licence("", family or LicenceFamily.UNKNOWN)
