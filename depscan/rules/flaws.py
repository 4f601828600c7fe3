"""What an advisory comes to for a package: how bad, how sure, what helps; over all versions that the project pins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from depscan.model import Advisory, Affected, Confidence, Fix, Severity, Tier
from depscan.rules.findings import count, names, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.version import Version

    from depscan.model import Exposed, Package
    from depscan.rules.case import Case

_BY = {
    "test": "tests",
    "benchmark": "benchmarks",
    "docs": "docs",
    "example": "examples",
    "tooling": "tools",
}
"""Who imports it, by `Exposure.scope`, where no production code does."""
_STATES = tuple(Affected)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One advisory on one package."""

    package: Package
    advisory: Advisory
    exposed: tuple[Exposed, ...]
    """What it means for each version, of the surest state only."""

    # -- how much it matters -------------------------------------------------------------------------------------------

    @property
    def state(self) -> Affected:
        """Affected where one of the pinned versions is."""
        return self.exposed[0].state

    @property
    def is_certain(self) -> bool:
        """Whether a version that the project pins is affected."""
        return self.state is Affected.YES

    @property
    def reaches_newest(self) -> bool:
        """Whether what would be installed today is affected, or nothing that is admitted is known not to be."""
        return any(each.fix is not Fix.AVAILABLE or self._holds_latest(each) for each in self.exposed)

    @property
    def stated(self) -> Severity | None:
        """The record's own severity."""
        known = [each.severity for each in self.exposed if each.severity is not None]
        return worst(known) if known else None

    @property
    def severity(self) -> Severity:
        """After weighing by use; low where it is not likely that an affected version is installed."""
        if self.state is Affected.UNKNOWN or not (self.is_certain or self.reaches_newest):
            return Severity.LOW
        if known := [each.weighed for each in self.exposed if each.weighed is not None]:
            return worst(known)
        return Severity.MEDIUM if self._is_in_production else Severity.LOW

    @property
    def confidence(self) -> Confidence:
        """How sure it is that an affected version is installed."""
        if self.is_certain:
            return Confidence.HIGH
        sure = any(each.fix is Fix.FORBIDDEN or self._holds_latest(each) for each in self.exposed)
        return Confidence.MEDIUM if sure and self.state is Affected.POSSIBLY else Confidence.LOW

    def _holds_latest(self, each: Exposed) -> bool:
        return bool(self.package.latest) and any(same(self.package.latest, version) for version in each.versions)

    @property
    def _is_in_production(self) -> bool:
        exposure = self.package.exposure
        return exposure.import_sites > 0 and exposure.tier not in {Tier.TOOLING, Tier.NONE}

    # -- in words ------------------------------------------------------------------------------------------------------

    @property
    def versions(self) -> tuple[str, ...]:
        """The pinned versions; empty when none is."""
        return tuple(dict.fromkeys(each.version for each in self.exposed if each.version))

    @property
    def name(self) -> str:
        """Its id, and the CVE numbers by which others know it."""
        aliases = [alias for alias in self.advisory.aliases if alias.startswith("CVE-")] or self.advisory.aliases[:1]
        return f"{self.advisory.id} ({names(aliases)})" if aliases else self.advisory.id

    @property
    def said(self) -> str:
        """What is known of the version, up to the name of the advisory."""
        package, pinned = self.package.name, names([_compared(each) for each in self.exposed if each.version])
        if self.is_certain:
            return f"{package} {pinned} is affected by"
        if self.state is Affected.UNKNOWN:
            if pinned:
                return f"nothing says whether {package} {pinned} is affected by"
            return f"nothing says which version of {package} is installed, and some are affected by"
        if any(self._holds_latest(each) for each in self.exposed):
            return f"{package} is not pinned, and its newest release, {self.package.latest}, is affected by"
        if self.reaches_newest:
            return f"{package} is not pinned, and no version that is admitted is known to be free of"
        admitted = {version for each in self.exposed for version in each.versions}
        some = f"{len(admitted)} of the versions that are admitted" if admitted else "some versions that are admitted"
        return f"{package} is not pinned, and {some} are affected by"

    @property
    def weight(self) -> str:
        """The severity of the record and after weighing, and on what grounds."""
        own = f"{self.stated} in the record" if self.stated else "severity not stated"
        return f"{own}, {self.severity} by use ({self._use})"

    @property
    def _use(self) -> str:
        exposure = self.package.exposure
        if not exposure.import_sites:
            return "not imported"
        if exposure.tier is Tier.TOOLING and exposure.scope in _BY:
            return f"imported by {_BY[exposure.scope]} only"
        used = f"imported by {count(exposure.modules, 'module')}"
        if not self.advisory.symbols:
            return used
        symbols = sorted({symbol for each in self.exposed for symbol in each.symbols})
        return f"{used}, {f'with {names(symbols)}' if symbols else 'with nothing'} that the advisory names"

    # -- what helps ----------------------------------------------------------------------------------------------------

    @property
    def is_forbidden(self) -> bool:
        """Whether there is a fix that no declaration admits."""
        known = self.state is not Affected.UNKNOWN
        return known and any(each.fix is Fix.FORBIDDEN for each in self.exposed)

    @property
    def needed(self) -> str:
        """The lowest version that the record calls fixed, above all that are affected here; empty for none."""
        affected = [version for each in self.exposed for version in (each.version, *each.versions)]
        above = _parsed(newest_of(affected))
        fixed = ((version, text) for text in self.advisory.fixed_in if (version := _parsed(text)) is not None)
        return min(((version, text) for version, text in fixed if above is None or version > above), default=("", ""))[
            1
        ]

    @property
    def remedy(self) -> str:
        """Whether there is a fix, for each version where it differs."""
        said = {each.version: self._remedy(each) for each in self.exposed}
        if len(set(said.values())) == 1:
            return next(iter(said.values()))
        return ", ".join(f"{version}: {remedy}" for version, remedy in said.items())

    def _remedy(self, each: Exposed) -> str:
        if each.fix is Fix.AVAILABLE:
            if each.fixed_by:
                return f"fixed in {each.fixed_by}, which is admitted"
            return f"fixed in {self.needed}, and a later one is admitted" if self.needed else "a fix is admitted"
        if each.fix is Fix.FORBIDDEN:
            return f"fixed in {self.needed or 'a later version'}, which the declaration forbids"
        return "no fix is known"

    @property
    def advice(self) -> str:
        """What to do next."""
        if all(each.fix is Fix.NONE for each in self.exposed):
            return "find out whether the flaw can be reached here; look for another package if it can"
        if self.is_forbidden:
            return f"admit {self.needed or 'a later version'} in the declaration, and move to it"
        least = newest_of(each.fixed_by for each in self.exposed) or self.needed
        move = f"move to {f'{least} or later' if least else 'a version without it'}"
        return move if self.is_certain else f"{move}, and pin it in a lock"


def flaws(case: Case) -> Iterator[tuple[Package, tuple[Flaw, ...]]]:
    """What is known of each package of the case, by advisory."""
    records = {(each.package, each.id): each for each in case.advisories}
    for package in case.packages:
        found = []
        for name, exposed in groupby(sorted(package.advisories, key=lambda each: each.id), key=lambda each: each.id):
            each = sorted(exposed, key=lambda one: (_STATES.index(one.state), one.version))
            surest = tuple(one for one in each if one.state is each[0].state)
            advisory = records.get((package.name, name)) or Advisory(name, package.name, source="", retrieved="")
            found.append(Flaw(package, advisory, surest))
        if found:
            yield package, tuple(found)


def same(one: str, other: str) -> bool:
    """Whether two texts are one version."""
    left, right = _parsed(one), _parsed(other)
    return one == other if left is None or right is None else left == right


def newest_of(texts: Iterable[str]) -> str:
    """The highest of those that are versions; empty when none is."""
    return max(((version, text) for text in texts if (version := _parsed(text)) is not None), default=("", ""))[1]


def _parsed(text: str) -> Version | None:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        return None


def _compared(each: Exposed) -> str:
    return f"{each.version} (compared as {each.audited})" if each.audited else each.version
