"""From what was read to the figures, and to what must be said beside them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from depscan.knowledge.history import absence
from depscan.knowledge.history.authorship import SPREAD, THRESHOLD, authors, removal
from depscan.knowledge.history.people import BOT, merge
from depscan.model.facts import Gap, Location
from depscan.model.history import Developer, History, TruckFactor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depscan.knowledge.history.authorship import Removal
    from depscan.knowledge.history.log import Ledger
    from depscan.knowledge.history.people import People

FEWEST_COMMITS = 30
FEWEST_FILES = 5
MOST_BOTS = 0.2
MOST_SYNCED = 0.2
BULK = (100, 0.3)
"""From this number and this share of the files on, one commit that added as many is worth a word."""


class Reference(NamedTuple):
    """The day that live figures refer to."""

    day: date | None
    """None when there can be no live figures."""
    asked: date | None
    """The day that the user wants to see, if any."""
    label: str
    source: str
    remark: str = ""
    """What must be said about it."""


class _Files(NamedTuple):
    """The figures that rest on who wrote which file."""

    truck_factor: TruckFactor | None = None
    live: int | None = None
    orphans: float | None = None
    detached: bool | None = None


class _Year(NamedTuple):
    """The figures that rest on the commits of the last 365 days."""

    absence: int | None = None
    people: int | None = None
    elephant: int | None = None
    attributable: float | None = None


def figures(
    ledger: Ledger,
    aliases: Mapping[str, str],
    files: Sequence[str],
    reference: Reference,
    revision: str,
    committed: str,
    renames: str,
) -> History:
    """All figures of a history that was read; `files` are the source files of its revision."""
    people = merge(ledger.identities, ledger.commits, aliases)
    commits = sum(ledger.commits)
    bots = sum(n for n, who in zip(ledger.commits, people.person, strict=True) if who == BOT)
    said = [reference.remark] if reference.remark else []
    said += _cautions(ledger, len(files), commits, renames)
    by_file, year = _Files(), _Year()
    if commits < FEWEST_COMMITS:
        said.append(f"no figures: {commits} commits are too few to tell anything, {FEWEST_COMMITS} are needed")
    elif bots > MOST_BOTS * commits:
        said.append(f"no figures: {bots / commits:.0%} of the commits are by bots or sync accounts")
    else:
        by_file = _by_file(ledger, people, files, said)
        year = _by_year(ledger, people, said)
    return History(
        as_of=reference.label,
        as_of_source=reference.source,
        revision=revision,
        committed=committed,
        commits=commits,
        files=len(files),
        people=len(people.names),
        truck_factor=by_file.truck_factor,
        live_truck_factor=by_file.live,
        orphan_share=by_file.orphans,
        detached=by_file.detached,
        contributor_absence_factor=year.absence,
        contributors=year.people,
        elephant_factor=year.elephant,
        attributable_share=year.attributable,
        bot_share=bots / commits if commits else None,
        renames=renames,
        gaps=tuple(Gap("history", Location("."), text) for text in said),
    )


def _cautions(ledger: Ledger, files: int, commits: int, renames: str) -> list[str]:
    said = []
    if renames == "exact":
        said.append(
            "renamed files were followed only where their content did not change: contents are missing from the clone,"
            " or comparing them took too long; the truck factor may come out too low"
        )
    if ledger.synced > MOST_SYNCED * commits:
        said.append(
            f"{ledger.synced / commits:.0%} of the commits were copied from a repository elsewhere by a tool: who"
            " wrote what shows how that copies"
        )
    added, when = ledger.largest
    if added >= max(BULK[0], BULK[1] * files):
        said.append(
            f"one commit of {_day(when)} added {added:,} source files: whoever made it counts as the author of all"
            " that nobody else changed much"
        )
    return said


def _by_file(ledger: Ledger, people: People, files: Sequence[str], said: list[str]) -> _Files:
    if len(files) < FEWEST_FILES:
        said.append(f"no truck factor: {len(files)} source files are too few, {FEWEST_FILES} are needed")
        return _Files()
    authors_of = authors(ledger, people.person, files)
    removed = removal(authors_of)
    if removed.coverage[0] < max(SPREAD):
        said.append(f"no truck factor: only {removed.coverage[0]:.0%} of the source files have an author to be found")
        return _Files()
    last = _last(ledger, people)
    truck_factor = _truck_factor(removed, people, last, ledger.window, len(files))
    if ledger.window is None:
        return _Files(truck_factor)
    active = {who for who, when in enumerate(last) if when >= ledger.window[0]}
    living = {path: developers & active for path, developers in authors_of.items()}
    return _Files(
        truck_factor,
        removal(living).factor(THRESHOLD),
        sum(1 for developers in living.values() if not developers) / len(files),
        not any(developer.active for developer in truck_factor.developers),
    )


def _truck_factor(
    removed: Removal, people: People, last: Sequence[int], window: tuple[int, int] | None, files: int
) -> TruckFactor:
    value = removed.factor(THRESHOLD)
    least, most = (removed.factor(threshold) for threshold in SPREAD)
    developers = tuple(
        Developer(people.names[who], owned / files, _day(last[who]), None if window is None else last[who] >= window[0])
        for who, owned in zip(removed.order[:value], removed.files, strict=False)
    )
    return TruckFactor(value, (least, most), removed.coverage[: most + 1], developers)


def _last(ledger: Ledger, people: People) -> list[int]:
    newest = [0] * len(people.names)
    for who, when in zip(people.person, ledger.last, strict=True):
        if who != BOT:
            newest[who] = max(newest[who], when)
    return newest


def _by_year(ledger: Ledger, people: People, said: list[str]) -> _Year:
    if ledger.window is None:
        return _Year()
    commits = absence.by_person(ledger, people)
    if not commits:
        said.append("no contributor absence factor: nobody committed in the 365 days before")
        return _Year(people=0)
    organisations = absence.by_organisation(ledger, people)
    attributable = sum(organisations) / sum(commits)
    elephant = None
    if attributable >= absence.ATTRIBUTABLE:
        elephant = absence.fewest(organisations, sum(commits))
    else:
        said.append(
            f"no elephant factor: the e-mail addresses of {attributable:.0%} of the commits name an organisation,"
            f" {absence.ATTRIBUTABLE:.0%} are needed"
        )
    return _Year(absence.fewest(commits, sum(commits)), len(commits), elephant, attributable)


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
