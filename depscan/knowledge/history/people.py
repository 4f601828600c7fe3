"""
Who is who: identities of commits taken together to people, and told from bots.

Git has already applied the `.mailmap`. Beyond that, two identities are one person when they share an e-mail address or
a name without regard to case and accents, or when two long names differ in one letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOT = -1
"""In place of a person's number: no person."""

_BOT = re.compile(
    r"\[bot\]|(?:^|[-_. ])bot(?:$|[-_. ])|pre-commit-ci|dependabot|meeseeks|github[- ]?actions?\b|copybara|tensorflower"
    r"|(?:merge|auto|py|ci)bot$|^weblate$|^transifex|^web-flow$|^semantic-release|^renovate|^mergify",
    re.IGNORECASE,
)
_NOBODY = ("none@", "root@", "unknown@", "noreply@", "no-reply@", "you@", "user@", "ubuntu@")
_SHARED = 8
"""An address with more names than this belongs to a machine or a mailing list, not to one person."""
_LONG = 8
_SAME_START = 2


class Identity(NamedTuple):
    """How a commit names its author."""

    name: str
    email: str


class People(NamedTuple):
    """Who stands behind each identity."""

    person: tuple[int, ...]
    """By identity: number of the person, or `BOT`."""
    names: tuple[str, ...]
    """By person: the spelling with most commits."""


def is_bot(identity: Identity) -> bool:
    """Whether name or address is that of a program, or of an account that copies the work of others."""
    return bool(_BOT.search(identity.name) or _BOT.search(identity.email.partition("@")[0]))


def merge(identities: Sequence[Identity], commits: Sequence[int], aliases: Mapping[str, str]) -> People:
    """The people behind `identities`; `aliases` says which names are another's, `commits` is by identity."""
    names = [_plain(identity.name) for identity in identities]
    human = [at for at, identity in enumerate(identities) if not is_bot(identity)]
    joined = _Joined()
    for at in human:
        joined.find(_key(names[at], identities[at].email))
    _join_addresses(joined, identities, names, human)
    for alias, name in aliases.items():
        joined.join(f"n:{_plain(alias)}", f"n:{_plain(name)}")
    _join_alike(joined, {names[at] for at in human if len(names[at]) >= _LONG and " " in names[at]})
    numbers: dict[str, int] = {}
    person = [BOT] * len(identities)
    for at in human:
        person[at] = numbers.setdefault(joined.find(_key(names[at], identities[at].email)), len(numbers))
    return People(tuple(person), _spellings(identities, commits, person, len(numbers)))


class _Joined:
    """Disjoint sets; the smallest member stands for its set, whatever the order of joining."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, key: str) -> str:
        parent = self._parent
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first


def _key(name: str, email: str) -> str:
    return f"n:{name}" if name else f"e:{email}"


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).upper().split())


def _join_addresses(joined: _Joined, identities: Sequence[Identity], names: Sequence[str], human: list[int]) -> None:
    by_address: defaultdict[str, set[str]] = defaultdict(set)
    for at in human:
        email = identities[at].email
        if "@" in email and not email.startswith(_NOBODY):
            by_address[email].add(_key(names[at], email))
    for keys in by_address.values():
        if len(keys) <= _SHARED:
            first, *others = sorted(keys)
            for other in others:
                joined.join(first, other)


def _join_alike(joined: _Joined, names: set[str]) -> None:
    """Names that differ in one letter after the second: equal once that letter is left out of one or of both."""
    without: dict[tuple[int, str], str] = {}
    for name in sorted(names):
        for at in range(_SAME_START, min(len(name), 100)):
            shorter = name[:at] + name[at + 1 :]
            if shorter in names:
                joined.join(f"n:{name}", f"n:{shorter}")
            joined.join(f"n:{name}", f"n:{without.setdefault((at, shorter), name)}")


def _spellings(
    identities: Sequence[Identity], commits: Sequence[int], person: Sequence[int], number: int
) -> tuple[str, ...]:
    counts: list[Counter[str]] = [Counter() for _ in range(number)]
    for identity, weight, at in zip(identities, commits, person, strict=True):
        if at != BOT:
            counts[at][identity.name or identity.email.partition("@")[0]] += weight
    return tuple(min(count, key=lambda name: (-count[name], name)) for count in counts)
