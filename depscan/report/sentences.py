"""What is known of who stands behind the libraries, in words: the same ones in every report that people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import LicenceFamily
from depscan.report.libraries import many, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depscan.model import Concentration, Package, Report, Terms

UNKNOWN = "unknown"
"""What is written where no source says anything."""

RESTRICTIVE = (
    LicenceFamily.PROPRIETARY,
    LicenceFamily.SOURCE_AVAILABLE,
    LicenceFamily.NETWORK_COPYLEFT,
    LicenceFamily.STRONG_COPYLEFT,
)
"""Families whose terms reach beyond the library itself."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A topic, and what is said of it; `said` and `rest` follow one another without a space."""

    topic: str
    said: str
    rest: str = ""
    warns: bool = False
    """Whether `said` is worth a warning."""

    def __str__(self) -> str:
        return f"{self.topic}: {self.said}{self.rest}"


def adding_up(report: Report) -> tuple[Sentence, ...]:
    """All that can be said of hands, accounts and terms together; nothing of what is not known."""
    said = (_hands(report), _accounts(report), _terms(report.terms))
    return tuple(sentence for sentence in said if sentence is not None)


def read_between(report: Report) -> str:
    """The day, or the first and the last day, on which the facts were read; empty where no fact has one."""
    dates = sorted(fact.retrieved for fact in report.facts if fact.retrieved)
    if not dates:
        return ""
    return dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"


# -- of one package ---------------------------------------------------------------------------------------------------


def steward(package: Package, *, roomy: bool = True) -> str:
    """Who decides over it; with room, and to whom that one belongs."""
    found = package.steward
    if found is None:
        return UNKNOWN
    return f"{found.name} ({found.parent or found.kind})" if roomy else found.name


def licence(package: Package, most: int) -> str:
    """Its licence expression, or the family of one that is longer than `most`."""
    found = package.licence
    if found is None or not found.expression:
        return UNKNOWN
    return found.expression if len(found.expression) <= most else str(found.family)


def publishers(package: Package, *, roomy: bool = True) -> str:
    """How many accounts can publish it; with room, and which organisation owns it."""
    owner = package.organisation
    if package.publishers is None:
        return owner or UNKNOWN
    # which members of an organisation may publish beside the accounts that are listed, no source shows
    text = f"{len(package.publishers)}+ accounts" if owner else many(len(package.publishers), "account")
    return f"{text}, {owner}" if owner and roomy else text


def status(package: Package) -> str:
    """Whether it is alive."""
    return UNKNOWN if package.status is None else package.status.value


# -- of all together --------------------------------------------------------------------------------------------------


def _hands(report: Report) -> Sentence | None:
    """Over the topmost bodies, weighed by direct share: whose decision reaches how much."""
    held = measure(report.concentration, "parent", "exposure")
    if held is None or held.effective_number is None or held.effective_bounds is None:
        return None
    named = ", ".join(f"{share.name} {percent(share.share)}" for share in held.shares[:3])
    more = f" and {len(held.shares) - 3} more" if len(held.shares) > 3 else ""
    low, high = held.effective_bounds
    unknown = percent(held.unknown_share)
    doubt = f" ({low:.1f} to {high:.1f}: for {unknown} the steward is unknown)" if held.unknown_share else ""
    return Sentence("By direct share", f"{named}{more}: effectively {held.effective_number:.1f} hands{doubt}.")


def _accounts(report: Report) -> Sentence | None:
    """The fewest accounts that reach half, and four fifths, of what is known."""
    known = [cover for cover in report.covers if cover.accounts]
    if not known:
        return None
    held = measure(report.concentration, "account", "exposure")
    reached = [
        f"{'' if cover.exact else 'at most '}{many(len(cover.accounts), 'account')}"
        f"{_named(cover.accounts)} {'reaches' if len(cover.accounts) == 1 else 'reach'} {percent(cover.share)}"
        for cover in known
    ]
    unknown = percent(held.unknown_share) if held else ""
    doubt = f"; for {unknown} the accounts are unknown" if held and held.unknown_share else ""
    return Sentence(
        "Publishing",
        f"of the direct share whose accounts are known, {_listed(reached)} with what they can release{doubt}.",
    )


def _named(accounts: Sequence[str]) -> str:
    return f" ({', '.join(accounts)})" if len(accounts) <= 4 else ""


def _terms(terms: Sequence[Terms]) -> Sentence | None:
    """What an installation on each platform brings in under terms that restrict, through whom, and what is unknown."""
    if not terms:
        return None
    told: dict[str, list[str]] = {}
    for each in terms:
        told.setdefault(_restricting(each), []).append(each.platform)
    said = "; ".join(f"on {_listed(platforms)} {what}" for what, platforms in told.items())
    unknown = ", ".join(
        f"{_unseen(each)} of {sum(len(share.packages) for share in each.families)}"
        for each in {(_unseen(each), each.families): each for each in terms}.values()
    )
    bases = _listed(dict.fromkeys(each.basis for each in terms))
    return Sentence(
        "Terms",
        said,
        f". Licence unknown: {unknown} packages of an installation, as known from {bases}.",
        warns=any(each.chains for each in terms),
    )


def _restricting(terms: Terms) -> str:
    """In words: how many packages under which terms, and which direct dependencies bring them."""
    counts = {
        share.name: len(share.packages) for share in terms.families if share.name in RESTRICTIVE and share.packages
    }
    if not counts:
        return "none restrict"
    ways: dict[str, list[str]] = {}
    for chain in terms.chains:
        ways.setdefault(chain[0], []).append(chain[-1])
    through = [
        f"{first} ({', '.join(last[:2])}{f' and {len(last) - 2} more' if len(last) > 2 else ''})"
        if last != [first]
        else first
        for first, last in sorted(ways.items(), key=lambda way: (-len(way[1]), way[0]))
    ]
    more = f" and {len(through) - 3} more" if len(through) > 3 else ""
    return f"{_listed(f'{n} {family}' for family, n in counts.items())}, through {', '.join(through[:3])}{more}"


def _unseen(terms: Terms) -> int:
    return sum(len(share.packages) for share in terms.families if share.name == LicenceFamily.UNKNOWN)


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def measure(all_: Sequence[Concentration], dimension: str, weight: str) -> Concentration | None:
    """The concentration over one dimension by one weight."""
    return next((each for each in all_ if (each.dimension, each.weight) == (dimension, weight)), None)
