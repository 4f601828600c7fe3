"""What an advisory weighs for this project: the record's severity, raised or lowered by how its package is used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from depscan.model import Affected, Severity, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from depscan.model import Advisory, Exposed, Package

_ORDER = tuple(Severity)


def weigh(
    packages: Iterable[Package], exposed: Sequence[Exposed], advisories: Iterable[Advisory]
) -> tuple[Package, ...]:
    """
    The packages with what advisories mean for them.

    The severity is the record's. It is raised by one step where a load-bearing package is affected in a place that the
    advisory names and the project uses; lowered by one where no code imports the package, where only tests, docs or
    tools do, where the advisory names places and the project uses none of them, or where the package is only possibly
    affected. Several reasons lower it once. A hostile release is critical, imported or not: it runs when installed.
    """
    by_package: dict[str, list[Exposed]] = {}
    for each in exposed:
        by_package.setdefault(each.package, []).append(each)
    known = {(each.package, each.id): each for each in advisories}
    return tuple(
        replace(package, advisories=tuple(_weighed(package, each, known) for each in by_package.get(package.name, ())))
        for package in packages
    )


def _weighed(package: Package, exposed: Exposed, known: Mapping[tuple[str, str], Advisory]) -> Exposed:
    advisory = known[exposed.package, exposed.id]
    tier = package.exposure.tier
    imported = package.exposure.import_sites > 0
    used = {symbol.name for symbol in package.exposure.symbols}
    symbols = tuple(name for name in advisory.symbols if any(_is_within(one, name) for one in used))
    severity = Severity.CRITICAL if advisory.malicious else exposed.severity
    weighed = severity
    if severity is not None and not advisory.malicious:
        lower = (
            not imported
            or tier in {Tier.TOOLING, Tier.NONE}
            or (bool(advisory.symbols) and not symbols)
            or exposed.state is not Affected.YES
        )
        step = -1 if lower else 1 if symbols and tier is Tier.LOAD_BEARING else 0
        weighed = _ORDER[min(max(_ORDER.index(severity) + step, 0), len(_ORDER) - 1)]
    return replace(exposed, imported=imported, tier=tier, symbols=symbols, severity=severity, weighed=weighed)


def _is_within(used: str, named: str) -> bool:
    """Whether a name in use is the named one, inside it, or a module or class that holds it."""
    return used == named or used.startswith(f"{named}.") or named.startswith(f"{used}.")
