"""Everything that is known of a set of packages: the snapshot, the user's own table, and the index when asked for."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from depscan import requires
from depscan.knowledge import snapshot
from depscan.model import Fact, FactKind, Gap, Source, Steward

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from depscan.knowledge.index import Observer


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts, who the stewards in them are, what could not be learnt, and where it comes from."""

    facts: tuple[Fact, ...]
    stewards: tuple[Steward, ...]
    sources: tuple[Source, ...]
    gaps: tuple[Gap, ...] = ()


def folder() -> Path:
    """Where the user's own facts live: `DEPSCAN_DATA_DIR`, else the platform's data folder of the user."""
    if chosen := os.environ.get("DEPSCAN_DATA_DIR"):
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local")) / "depscan" / "Data"
    if sys.platform == "darwin":
        return home / "Library/Application Support/depscan"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share") / "depscan"


def gather(
    names: Collection[str],
    *,
    versions: Mapping[str, str],
    data: Path | None,
    today: str,
    online: bool = False,
    index_url: str = "",
    cache: Path | None = None,
    observer: Observer | None = None,
) -> Gathered:
    """
    All facts on the packages, and on what these require by the facts' own account, at any depth.

    `data` is the folder of the user's own table, `cache` that of answers; `None` uses none. Only with `online` is the
    index asked, for `names` alone; `versions` are those that are pinned.
    """
    gaps = set[Gap]()

    def ask(asked: Collection[str]) -> tuple[Fact, ...]:
        if data is None:
            return snapshot.facts(asked)
        found, lost = snapshot.overlay(data, asked)
        gaps.update(lost)
        return found

    facts = requires.gather(names, ask)
    sources = [_source(facts)] if facts else []
    if online and names:
        from depscan.knowledge import index

        told = list(
            index.lookup(
                sorted(names),
                versions=versions,
                base_url=index_url,
                folder=cache,
                today=today,
                observer=observer,
            )
        )
        facts = snapshot.newest(facts, (fact for fact in told if isinstance(fact, Fact)))
        gaps.update(gap for gap in told if isinstance(gap, Gap))
        sources.append(Source("package index", "", today, offline=False))
    return Gathered(facts, _stewards(facts), tuple(sources), tuple(sorted(gaps)))


def _source(facts: Iterable[Fact]) -> Source:
    """The tables, as old as the oldest fact taken from them."""
    dates = sorted(fact.retrieved for fact in facts)
    return Source("depscan snapshot", dates[-1], dates[0])


def _stewards(facts: Iterable[Fact]) -> tuple[Steward, ...]:
    """The stewards that facts name, and all that stand behind them."""
    known = snapshot.stewards()
    found: dict[str, Steward] = {}
    waiting = [fact.value for fact in facts if fact.kind is FactKind.STEWARD]
    while waiting:
        name = waiting.pop()
        if name and name not in found and name in known:
            found[name] = known[name]
            waiting.append(known[name].parent)
    return tuple(found[name] for name in sorted(found))
