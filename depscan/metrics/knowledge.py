"""What facts say of each package: of several that speak of one thing, the one with the strongest evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from depscan.model import FactKind, Licence, LicenceEvidence, Status, Steward

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depscan.model import Fact, Package

_STRONGEST_FIRST = {evidence: rank for rank, evidence in enumerate(LicenceEvidence)}
_WORST_FIRST = ("quarantined", "archived", "deprecated", "inactive", "maintenance", "active")


class Knowledge:
    """The facts, by package and kind."""

    def __init__(self, facts: Iterable[Fact], stewards: Iterable[Steward] = ()) -> None:
        """Facts without a value say nothing and are passed over."""
        self._facts: dict[tuple[str, FactKind], list[Fact]] = {}
        for fact in facts:
            if fact.value.strip():
                self._facts.setdefault((fact.package, fact.kind), []).append(fact)
        self._stewards: Mapping[str, Steward] = {each.name: each for each in sorted(stewards, key=_age)}

    def fill(self, package: Package) -> Package:
        """The package with what is known of it."""
        latest = self._newest(package.name, FactKind.LATEST)
        organisation = self._newest(package.name, FactKind.ORGANISATION)
        return replace(
            package,
            licence=self.licence(package.name, package.version),
            steward=self._steward(package.name),
            publishers=self._publishers(package.name),
            organisation=organisation.value if organisation else "",
            status=self._status(package.name),
            latest=latest.value if latest else "",
        )

    def licence(self, name: str, version: str = "") -> Licence | None:
        """
        The terms of a release, of any package that facts speak of.

        A fact of that release decides; then one of the newest release, or of the package as a whole; then any other.
        Among equals the order is that of `LicenceEvidence`, then the newest.
        """
        facts = self._facts.get((name, FactKind.LICENCE))
        if not facts:
            return None
        from depscan.licences import family

        latest = self._newest(name, FactKind.LATEST)
        near = {"", latest.value if latest else ""}

        def weakness(fact: Fact) -> tuple[int, int]:
            evidence = _evidence(fact)
            tied = 0 if version and fact.version == version else 1 if fact.version in near else 2
            return tied, _STRONGEST_FIRST[evidence] if evidence else len(_STRONGEST_FIRST)

        strongest = min(map(weakness, facts))
        fact = max((fact for fact in facts if weakness(fact) == strongest), key=_age)
        return Licence(fact.value, family(fact.value), _evidence(fact), fact.source, fact.retrieved, fact.version)

    def _steward(self, name: str) -> Steward | None:
        fact = self._newest(name, FactKind.STEWARD)
        if fact is None:
            return None
        steward = self._stewards.get(fact.value, Steward(fact.value))
        return steward if steward.source else replace(steward, source=fact.source, retrieved=fact.retrieved)

    def _publishers(self, name: str) -> tuple[str, ...] | None:
        """The accounts as last seen: who was seen earlier, and not then, may have left."""
        facts = self._facts.get((name, FactKind.PUBLISHER))
        if not facts:
            return None
        last = max(fact.retrieved for fact in facts)
        return tuple(sorted({fact.value for fact in facts if fact.retrieved == last}))

    def _status(self, name: str) -> Status | None:
        """The worst that a source says now: an index that calls a project active does not speak for its repository."""
        latest: dict[str, Fact] = {}
        for fact in sorted(self._facts.get((name, FactKind.STATUS), ()), key=_age):
            latest[fact.source] = fact
        if not latest:
            return None
        fact = min(latest.values(), key=lambda fact: (_severity(fact.value), fact))
        return Status(fact.value, fact.detail, fact.source, fact.retrieved)

    def _newest(self, name: str, kind: FactKind) -> Fact | None:
        return max(self._facts.get((name, kind), ()), key=_age, default=None)


def _age(said: Fact | Steward) -> tuple[str, Fact | Steward]:
    return said.retrieved, said


def _evidence(fact: Fact) -> LicenceEvidence | None:
    return LicenceEvidence(fact.detail) if fact.detail in _STRONGEST_FIRST else None


def _severity(status: str) -> int:
    return _WORST_FIRST.index(status) if status in _WORST_FIRST else len(_WORST_FIRST)
