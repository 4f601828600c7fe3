"""CHAOSS contributor absence factor and elephant factor: the fewest who did half of the work."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

from depscan.knowledge.history.people import BOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.knowledge.history.log import Ledger
    from depscan.knowledge.history.people import People

ATTRIBUTABLE = 0.6
"""Below this share of commits with a known organisation there is no elephant factor."""

_PROVIDERS = frozenset({
    "126", "163", "aol", "example", "fastmail", "foxmail", "github", "gitlab", "gmail", "gmx", "googlemail", "hey",
    "hotmail", "icloud", "live", "local", "localhost", "mac", "mail", "mailbox", "me", "msn", "outlook", "pm", "posteo",
    "proton", "protonmail", "qq", "sina", "web", "yahoo", "yandex", "yeah", "ymail", "zoho",
})  # fmt: skip
"""First label of the domains of mail providers and of addresses that forges make up."""
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})


def fewest(contributions: Sequence[int], total: int) -> int:
    """The smallest number of contributors who together made at least half of `total` contributions."""
    sums = accumulate(sorted(contributions, reverse=True))
    return next(number for number, done in enumerate(sums, 1) if 2 * done >= total)


def by_person(ledger: Ledger, people: People) -> list[int]:
    """Recent commits of each person who made any."""
    counts: Counter[int] = Counter()
    for who, commits in zip(people.person, ledger.recent, strict=True):
        if who != BOT and commits:
            counts[who] += commits
    return sorted(counts.values(), reverse=True)


def by_organisation(ledger: Ledger, people: People) -> list[int]:
    """
    Recent commits of each organisation, by the domain of the address.

    The domains of mail providers are none, nor is one that a single person uses: it may well be that person's own.
    """
    users: defaultdict[str, set[int]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for identity, who, recent in zip(ledger.identities, people.person, ledger.recent, strict=True):
        domain = organisation(identity.email)
        if who != BOT and domain:
            users[domain].add(who)
            counts[domain] += recent
    return sorted((counts[domain] for domain in counts if counts[domain] and len(users[domain]) > 1), reverse=True)


def organisation(email: str) -> str:
    """The registered part of the domain of an address; empty when it names no organisation."""
    labels = email.rpartition("@")[2].strip(".").split(".")
    if len(labels) < 2:
        return ""
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    registered = labels[-size:]
    return "" if registered[0] in _PROVIDERS or "noreply" in labels else ".".join(registered)
