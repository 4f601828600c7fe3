"""Who wrote a repository and who still works on it: the page for a terminal, and the same as JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import msgspec

from depscan.report.libraries import many, percent
from depscan.report.page import Page

if TYPE_CHECKING:
    from depscan.model.history import Developer, History
    from depscan.report.page import Part

SCHEMA = "depscan.maintainers/1"

_DIGITS = 4
_EPSILON = 1e-9
"""Coverage is rounded down, so that what is below one half never reads 50%; this much is the error of a division."""
_UNKNOWN: Part = ("unknown", "dim")


def encode(history: History) -> bytes:
    """The figures as JSON in plain ASCII, unknown ones null; equal histories give equal bytes."""
    document = {"schema": SCHEMA, **_rounded(msgspec.to_builtins(history))}
    document = {key: None if value == "" else value for key, value in document.items()}
    return (json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n").encode("ascii")


def render(history: History, name: str, *, width: int = 80, color: bool = False, unicode: bool = True) -> str:
    """The figures of the repository called `name` as text: the answer first, then each figure with what it means."""
    page = Page(width=width, color=color, unicode=unicode)
    page.text((name, "bold"), ": ", *_answer(history))
    if history.revision:
        page.text(f"Commit {history.revision[:12]} of {history.committed}", *_size(history), ".")
    if history.commits is not None:
        page.blank()
        _authors(page, history)
        page.blank()
        _year(page, history)
    if history.gaps:
        page.blank()
        page.text(("What was not seen, or has to be kept in mind", "bold"))
        for gap in history.gaps:
            page.text("- ", gap.reason, indent=2, hang=4)
    return page.finish()


def _rounded(value: object) -> dict[str, object]:
    """The same tree with shares of four digits."""
    return json.loads(json.dumps(value), parse_float=lambda text: round(float(text), _DIGITS))  # type: ignore[no-any-return]


def _size(history: History) -> list[Part]:
    if history.commits is None or history.people is None or history.files is None:
        return []
    commits, files = many(history.commits, "commit"), many(history.files, "source file")
    return [f": {commits} by {_people(history.people)}, {files}"]


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _answer(history: History) -> list[Part]:
    factor = history.truck_factor
    if factor is None:
        return ["how many people it rests on is not known."]
    answer: list[Part] = [f"half of the source files rest on {_people(factor.value)}"]
    if history.detached is None:
        return [*answer, "; who still works on it is not known."]
    silent = sum(1 for developer in factor.developers if not developer.active)
    year = f"in the year to {history.as_of}"
    if history.detached:
        whom = "who has not" if factor.value == 1 else "none of whom has"
        answer.append((f", {whom} committed {year}", "red"))
    elif silent:
        answer.append((f", {silent} of whom did not commit {year}", "yellow"))
    return [*answer, f"; {percent(history.orphan_share)} of the files have no author who still commits."]


def _authors(page: Page, history: History) -> None:
    page.text(("Who wrote it", "bold"), (" (all history)", "dim"))
    factor = history.truck_factor
    if factor is None:
        _figure(page, "Truck factor", None, "")
        return
    least, most = factor.range
    spread = f" ({least} to {most} with thresholds of 55% and 45%)" if least != most else ""
    whom = "this person" if factor.value == 1 else "these people"
    meaning = f"{spread}; without {whom}, less than half of the source files would have an author left"
    _figure(page, "Truck factor", factor.value, meaning)
    for developer in factor.developers:
        _developer(page, developer)
    covered = ", ".join(f"{math.floor(share * 100 + _EPSILON)}%" for share in factor.coverage)
    _figure(page, "Coverage", covered, f" of the files after {_removals(factor.coverage)} removals")


def _removals(coverage: tuple[float, ...]) -> str:
    last = len(coverage) - 1
    return "0 and 1" if last == 1 else f"0 to {last}"


def _developer(page: Page, developer: Developer) -> None:
    known = f": {percent(developer.share)} of the files, last commit {developer.last_commit}"
    silent: Part = (", silent for a year", "red") if developer.active is False else ""
    page.text(developer.name, known, silent, indent=4, hang=6)


def _year(page: Page, history: History) -> None:
    days = f" (365 days to {history.as_of}; {history.as_of_source})" if history.as_of else ""
    page.text(("Who works on it", "bold"), (days, "dim"))
    live, orphans, absence = history.live_truck_factor, history.orphan_share, history.contributor_absence_factor
    elephants = None if history.elephant_factor is None else many(history.elephant_factor, "organisation")
    people = "" if history.contributors is None else f" of {_people(history.contributors)} wrote half of the commits"
    mail = f"; {percent(history.attributable_share)} can be attributed"
    shown = None if orphans is None else percent(orphans)
    _figure(page, "Live truck factor", live, ", counting as authors only those who committed in these days")
    _figure(page, "Orphan share", shown, " of the files have no such author")
    _figure(page, "Contributor absence factor", absence, people)
    _figure(page, "Elephant factor", elephants, f" stood behind half of the commits{mail}")
    if history.bot_share:
        page.text(
            f"Left out: commits by bots and sync accounts, {percent(history.bot_share)} of all.", indent=2, hang=4
        )


def _figure(page: Page, name: str, value: int | str | None, meaning: str) -> None:
    page.text((f"{name}: ", "bold"), *([_UNKNOWN] if value is None else [f"{value}{meaning}."]), indent=2, hang=4)
