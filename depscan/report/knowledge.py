"""What is known of a package, or of all: every fact with its source and its age, and what is not known."""

from __future__ import annotations

from collections import Counter
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from depscan.model import FactKind, normalised
from depscan.report.page import Column, Page, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from depscan.model import Fact, Steward
    from depscan.report.page import Part

_SHOWN = (FactKind.CATEGORY, FactKind.STEWARD, FactKind.LICENCE, FactKind.STATUS)
"""Kinds that the summary has a column for."""

_TOLD_BY = {FactKind.ORGANISATION: FactKind.PUBLISHER, FactKind.YANKED: FactKind.RELEASE}
"""Where the second is known, the absence of the first is an answer, too."""

_COLUMNS = (
    Column(("package",), spare=20),
    Column(("category",), spare=8),
    Column(("steward",), spare=10),
    Column(("kind",), spare=7),
    Column(("licence",), spare=10),
    Column(("status",), spare=6),
    Column(("oldest", "(days)"), right=True),
)


def render(
    facts: Iterable[Fact],
    stewards: Mapping[str, Steward],
    name: str = "",
    *,
    today: str,
    width: int = 80,
    color: bool = False,
    unicode: bool = True,
) -> str:
    """
    What the facts say of the package `name` (in any spelling), or a summary of all packages, as text for a terminal.

    `today` is the ISO date from which ages are counted.
    """
    page = Page(width=width, color=color, unicode=unicode)
    packages: dict[str, list[Fact]] = {}
    for fact in sorted(facts):
        packages.setdefault(fact.package, []).append(fact)
    if not name:
        _summary(page, packages, stewards, today)
    elif found := packages.get(normalised(name)):
        _package(page, found, stewards, today)
    else:
        _absent(page, packages, name)
    return page.finish()


def is_known(facts: Iterable[Fact], name: str) -> bool:
    """Whether a fact speaks of the package, in any spelling of its name."""
    wanted = normalised(name)
    return any(fact.package == wanted for fact in facts)


def _absent(page: Page, packages: Iterable[str], name: str) -> None:
    page.text("Nothing is known of ", (name, "bold"), ".")
    close = get_close_matches(normalised(name), list(packages), n=3)
    if close:
        page.text("Did you mean ", ", ".join(close), "?")


def _package(page: Page, facts: Sequence[Fact], stewards: Mapping[str, Steward], today: str) -> None:
    by_kind: dict[FactKind, list[Fact]] = {kind: [] for kind in FactKind}
    for fact in facts:
        by_kind[fact.kind].append(fact)
    page.text((facts[0].package, "bold"))
    unknown = []
    for kind, said in by_kind.items():
        if said:
            _kind(page, kind, said, stewards, today)
        elif not by_kind.get(_TOLD_BY.get(kind, kind)):
            unknown.append(kind)
    page.blank()
    for kind in unknown:
        page.text((kind, "bold"), " unknown: no source", indent=2)
    if unknown:
        page.text("What the package index knows is asked for by a refresh.", indent=2)


def _kind(page: Page, kind: FactKind, facts: Sequence[Fact], stewards: Mapping[str, Steward], today: str) -> None:
    """The facts of one kind; one line of source for all that share it."""
    page.blank()
    release = facts[0].version if len({fact.version for fact in facts}) == 1 < len(facts) else ""
    of = f" of release {release}" if release else ""
    page.text((kind, "bold"), f" ({len(facts)}{of})" if len(facts) > 1 else "", indent=2)
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.source, fact.retrieved), []).append(fact)
    for (source, retrieved), said in groups.items():
        for fact in said:
            page.text(*_words(fact, stewards, release), indent=4, hang=6)
        page.text((f"source: {source}, read {retrieved}, {_ago(retrieved, today)}", "dim"), indent=6, hang=8)
    steward = stewards.get(facts[0].value) if kind is FactKind.STEWARD else None
    if steward is not None and (steward.parent or steward.jurisdiction):
        read = f"read {steward.retrieved}, {_ago(steward.retrieved, today)}"
        page.text((f"of the steward: {steward.source}, {read}", "dim"), indent=6, hang=8)


def _words(fact: Fact, stewards: Mapping[str, Steward], release: str) -> list[Part]:
    """The value, and in parentheses what goes with it; the release where the heading does not say it."""
    notes = [fact.detail] if fact.detail else []
    if fact.kind is FactKind.LICENCE and fact.detail:
        notes = [f"evidence: {fact.detail}"]
    if fact.kind is FactKind.STEWARD and (steward := stewards.get(fact.value)):
        notes = [steward.kind, *notes]
        notes += [f"parent: {steward.parent}"] if steward.parent else []
        notes += [f"registered in {steward.jurisdiction}"] if steward.jurisdiction else []
    notes += [f"release {fact.version}"] if fact.version and fact.version != release else []
    value = fact.value or "nothing"
    return [value, (f" ({'; '.join(notes)})" if notes else "", "dim")]


def _ago(retrieved: str, today: str) -> str:
    days = _days(retrieved, today)
    return "today" if days == 0 else f"{days} day{'' if days == 1 else 's'} ago"


def _days(retrieved: str, today: str) -> int:
    return max((date.fromisoformat(today) - date.fromisoformat(retrieved)).days, 0)


def _summary(page: Page, packages: Mapping[str, Sequence[Fact]], stewards: Mapping[str, Steward], today: str) -> None:
    if not packages:
        page.text("No facts are known.")
        return
    rows = [_row(name, facts, stewards, today) for name, facts in packages.items()]
    page.table(_COLUMNS, [Section((("What is known", "bold"),), tuple(rows))], indent=2)
    page.blank()
    dates = sorted(fact.retrieved for facts in packages.values() for fact in facts)
    page.text(
        f"{sum(map(len, packages.values())):,} facts of {len(packages):,} packages, ",
        f"read between {dates[0]} ({_ago(dates[0], today)}) and {dates[-1]} ({_ago(dates[-1], today)}).",
    )
    known = Counter(kind for facts in packages.values() for kind in {fact.kind for fact in facts})
    counts = ", ".join(f"{kind} {len(packages) - known[kind]:,}" for kind in FactKind if kind not in _TOLD_BY)
    page.text("Unknown, in packages: ", counts, ".", hang=2)


def _row(name: str, facts: Sequence[Fact], stewards: Mapping[str, Steward], today: str) -> Row:
    said = {kind: next((fact.value for fact in facts if fact.kind is kind), "") for kind in _SHOWN}
    steward = stewards.get(said[FactKind.STEWARD])
    oldest = max(_days(fact.retrieved, today) for fact in facts)
    cells = (
        said[FactKind.CATEGORY],
        said[FactKind.STEWARD],
        str(steward.kind) if steward else "",
        said[FactKind.LICENCE],
        said[FactKind.STATUS],
    )
    return Row((name, *(cell or ("unknown", "dim") for cell in cells), str(oldest)))
