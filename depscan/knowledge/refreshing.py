"""Brings the user's own table of facts up to date: from the index, and from the history of source repositories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.knowledge import index, snapshot
from depscan.model import Fact, FactKind, Gap, Location, normalised

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from depscan.knowledge.index import Observer
    from depscan.model.history import History


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh came to."""

    path: Path
    facts: int
    packages: int
    gaps: tuple[Gap, ...]


def refresh(
    names: Collection[str],
    *,
    data: Path,
    cache: Path,
    today: str,
    index_url: str = "",
    history: bool = False,
    observer: Observer | None = None,
) -> Refreshed:
    """
    Look the packages up, and write what is new into the table in the folder `data`; what it held of others stays.

    With `history`, the source repositories that the facts name are cloned below `cache`, and their truck factor becomes
    a fact. What cannot be had is a gap. OSError when the table cannot be written.
    """
    wanted = {normalised(name) for name in names}
    # without the cache of answers: whoever asks for a refresh wants what the index says now
    told = list(index.lookup(sorted(wanted), base_url=index_url, today=today, observer=observer, deadline=600))
    fresh = [fact for fact in told if isinstance(fact, Fact)]
    gaps = [fact for fact in told if isinstance(fact, Gap)]
    if history:
        for answer in _histories(snapshot.newest(snapshot.facts(wanted), fresh), cache / "clones", today):
            if isinstance(answer, Fact):
                fresh.append(answer)
            else:
                gaps.append(answer)
    path = data / snapshot.TABLE
    held: tuple[Fact, ...] = ()
    if path.exists():
        held, lost = snapshot.read_table(path)
        gaps += lost
    if fresh:
        snapshot.write_table(path, snapshot.newest(held, fresh))
    return Refreshed(path, len(fresh), len({fact.package for fact in fresh}), tuple(gaps))


def _histories(facts: Collection[Fact], folder: Path, today: str) -> Iterator[Fact | Gap]:
    from depscan.knowledge import history
    from depscan.knowledge.history import clones

    for fact in facts:
        if fact.kind is not FactKind.REPOSITORY:
            continue
        try:
            clone = clones.fetch(fact.value, folder)
        except clones.NotCloned as error:
            yield Gap("history", Location(fact.package), f"the history of {fact.package} was not read: {error}")
            continue
        measured = history.measure(clone, today=today)
        yield from _facts(fact, measured)
        for gap in measured.gaps:
            yield Gap("history", Location(fact.package), f"history of {fact.package}: {gap.reason}")


def _facts(repository: Fact, history: History) -> Iterator[Fact]:
    """The truck factor, and whether those it counts are gone; nothing where neither is known."""
    if history.truck_factor is None:
        return
    value = history.truck_factor.value
    last = max((developer.last_commit for developer in history.truck_factor.developers), default="")
    source = f"history of {repository.value} at {history.revision[:12]}"
    said = f"{value} of {history.people} people wrote most of it, last commit of theirs {last}"
    yield Fact(repository.package, FactKind.HISTORY, "truck-factor", source, history.as_of, "", f"{value}: {said}")
    if history.detached:
        yield Fact(repository.package, FactKind.HISTORY, "truck-factor-gone", source, history.as_of, "", said)
