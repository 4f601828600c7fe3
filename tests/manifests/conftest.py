"""`scan(files)`: what `manifests.read` says about a tree that exists only in the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from depscan import manifests
from depscan.model import Declaration, Edge, Gap, Pin, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depscan.manifests import Found

    Scan = Callable[..., "Scanned"]


@dataclass(frozen=True)
class Scanned:
    """The facts, sorted by kind, with short forms for tables."""

    facts: tuple[Found, ...]

    @property
    def projects(self) -> list[Project]:
        return [fact for fact in self.facts if isinstance(fact, Project)]

    @property
    def declarations(self) -> list[Declaration]:
        return [fact for fact in self.facts if isinstance(fact, Declaration)]

    @property
    def pins(self) -> list[str]:
        return [f"{fact.name} {fact.version}" for fact in self.facts if isinstance(fact, Pin)]

    @property
    def edges(self) -> list[str]:
        return [f"{fact.source} > {fact.target}" for fact in self.facts if isinstance(fact, Edge)]

    @property
    def gaps(self) -> list[str]:
        return [f"{fact.location}: {fact.reason}" for fact in self.facts if isinstance(fact, Gap)]

    @property
    def asked(self) -> list[str]:
        """Declarations as `name[extras]specifier @ url; marker`."""
        return [brief(fact) for fact in self.declarations]

    @property
    def needs(self) -> list[str]:
        """Declarations as `name scope:group`."""
        return [f"{fact.name} {fact.scope}:{fact.group}" for fact in self.declarations]

    @property
    def lines(self) -> list[str]:
        """Declarations as `name:line`."""
        return [f"{fact.name}:{fact.location.line}" for fact in self.declarations]


def brief(fact: Declaration) -> str:
    extras = f"[{','.join(fact.extras)}]" if fact.extras else ""
    url = f" @ {fact.url}" if fact.url else ""
    return f"{fact.name}{extras}{fact.specifier}{url}" + (f"; {fact.marker}" if fact.marker else "")


def run(files: Mapping[str, str | bytes]) -> Scanned:
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def load(path: str) -> bytes:
        return data[path]  # a path that was not offered is a KeyError, and no reader may catch that

    return Scanned(tuple(manifests.read(data, load)))


@pytest.fixture(scope="session")
def scan() -> Scan:
    return run
