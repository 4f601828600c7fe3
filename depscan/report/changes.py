"""What changed between two reports: a page for a terminal, Markdown for a pull request, JSON for programs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.diff import Move, Turn
from depscan.model import Confidence, Severity, Tier
from depscan.report import gfm, json
from depscan.report.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.diff import Changes, ConcentrationChange, Difference, FindingChange, PackageChange, Side
    from depscan.report.page import Part

LINES = 10
"""Lines of a section that are written without -v."""
NAMES = 12

_TURNS = {
    Turn.NEW: "New findings",
    Turn.CHANGED: "Changed findings",
    Turn.UNSEEN: "Findings that are gone, but not seen to be fixed",
    Turn.FIXED: "Fixed findings",
}
_COLORS = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow"}
_WEIGHTS = {
    "exposure": "by direct share",
    "packages": "each package counted alike",
    "models": "each model counted alike",
    "places": "by the places that name them",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change: its name in bold, what changed, and a note below."""

    name: str
    text: str = ""
    note: str = ""
    style: str = "bold"


@dataclass(frozen=True, slots=True)
class Section:
    """Changes of one kind."""

    heading: str
    lines: tuple[Line, ...]
    total: int = 0
    """What is counted, when it is more than the lines."""


def render(changes: Changes, *, width: int = 80, color: bool = False, unicode: bool = True, verbose: int = 0) -> str:
    """What changed as text for a terminal; with `verbose` nothing is cut short."""
    page = Page(width=width, color=color, unicode=unicode)
    limit = None if verbose else LINES
    page.text((f"{changes.new.project}: {summary(changes)}", "bold"), hang=2)
    page.text((f"since {moment(changes.old)}; now {moment(changes.new)}", "dim"), hang=2)
    for section in sections(changes, "→" if unicode else "->", verbose=verbose):
        page.blank()
        page.text((section.heading, "bold"), f" ({section.total or len(section.lines)})")
        for line in section.lines[:limit]:
            parts: list[Part] = [(line.name, line.style), " "] if line.name else []
            page.text(*parts, line.text, indent=2, hang=4)
            if line.note:
                page.text((line.note, "dim"), indent=4)
        if limit and len(section.lines) > limit:
            page.text((f"... and {len(section.lines) - limit} more (-v shows all)", "dim"), indent=2)
    return page.finish()


def markdown(changes: Changes, *, verbose: int = 0) -> bytes:
    """The same for a pull request; nothing in it that came from a repository is markup."""
    limit = None if verbose else LINES
    blocks = [f"### depscan: {gfm.code(changes.new.project)}: {gfm.words(summary(changes))}"]
    blocks.append(f"Since {gfm.words(moment(changes.old))}; now {gfm.words(moment(changes.new))}.")
    for section in sections(changes, "to", verbose=verbose):
        items = [
            "- " + " ".join(filter(None, (_bold(line.name), gfm.words(line.text), _aside(line.note))))
            for line in section.lines[:limit]
        ]
        if limit and len(section.lines) > limit:
            items.append(f"- ... and {len(section.lines) - limit} more")
        blocks += [f"**{section.heading}** ({section.total or len(section.lines)})", "\n".join(items)]
    return ("\n\n".join(blocks) + "\n").encode()


def encode(changes: Changes) -> bytes:
    """The same for programs: the keys are those of `depscan.diff.Changes`, `schema` first. Plain ASCII."""
    return json.dump(changes)


def summary(changes: Changes) -> str:
    """How many findings and packages changed, in one sentence without its full stop."""
    turns = Counter(change.turn for change in changes.findings)
    moves = Counter(change.move for change in changes.packages)
    words = [f"{turns[turn]} {word}" for turn, word in _COUNTED if turns[turn]]
    found = [f"findings: {', '.join(words)}"] if words else []
    packages = ", ".join(f"{moves[move]} {move}" for move in Move if moves[move])
    return "; ".join([*found, *([f"packages: {packages}"] if packages else [])]) or "no finding and no package changed"


_COUNTED = ((Turn.NEW, "new"), (Turn.CHANGED, "changed"), (Turn.UNSEEN, "not seen any more"), (Turn.FIXED, "fixed"))


def _bold(name: str) -> str:
    return f"**{gfm.words(name)}**" if name else ""


def _aside(note: str) -> str:
    return f"({gfm.words(note)})" if note else ""


def moment(side: Side) -> str:
    """When, of what and by which depscan a report was made."""
    revision = f" at {side.revision[:12]}" if side.revision else ""
    return f"{side.scanned_at}{revision} (depscan {side.version})"


# -- sections ----------------------------------------------------------------------------------------------------------


def sections(changes: Changes, arrow: str, *, verbose: int) -> Iterator[Section]:
    """All changes, the most important kind first; `arrow` stands between what was and what is."""
    for turn, heading in _TURNS.items():
        if lines := tuple(_finding(change, arrow) for change in changes.findings if change.turn is turn):
            yield Section(heading, lines)
    for move, heading in ((Move.ADDED, "Packages that came"), (Move.REMOVED, "Packages that went")):
        if some := [change for change in changes.packages if change.move is move]:
            yield Section(heading, tuple(_by_tier(some, verbose=verbose)), len(some))
    if some := [change for change in changes.packages if change.move is Move.CHANGED]:
        yield Section("Packages that changed", tuple(_grouped(some, arrow, verbose=verbose)), len(some))
    if changes.concentration:
        yield Section("Concentration", tuple(_hand(change, arrow) for change in changes.concentration))
    known = [
        Line(f"{each.what} {word}:", _some(names, verbose=verbose))
        for each in changes.sight
        for word, names in (("known now", each.learnt), ("no longer known", each.lost))
        if names
    ]
    if known:
        yield Section("Known of packages in one report only", tuple(known))
    for heading, gaps in (
        ("Gaps that came", changes.gaps_new),
        ("Gaps that went", changes.gaps_gone),
    ):
        if gaps:
            yield Section(heading, tuple(Line("", f"{gap.location}: {gap.reason}".lstrip(": ")) for gap in gaps))
    if changes.incomparable:
        yield Section("Mind when comparing", tuple(Line("", reason) for reason in changes.incomparable))


def _finding(change: FindingChange, arrow: str) -> Line:
    finding = change.finding
    message = next((d.after for d in change.differences if d.what == "message"), finding.message)
    others = [d for d in change.differences if d.what != "message"]
    notes = [_difference(difference, arrow) for difference in others]
    notes += [f"was: {d.before}" for d in change.differences if d.what == "message"]
    notes += [change.note] if change.note else []
    if finding.confidence is Confidence.LOW:
        message += " (not sure)"
    if finding.suppressed and not any(d.what == "suppressed" for d in others):
        notes.append(f"accepted: {finding.suppressed}")
    name = f"{finding.severity} {finding.code}"
    return Line(name, message, "; ".join(notes), _COLORS.get(finding.severity, ""))


def _difference(difference: Difference, arrow: str) -> str:
    if difference.what == "suppressed":
        return f"accepted now: {difference.after}" if difference.after else f"no longer accepted: {difference.before}"
    if difference.what == "publisher":
        return f"+ account {difference.after}" if difference.after else f"- account {difference.before}"
    return f"{difference.what} {difference.before} {arrow} {difference.after}"


def _by_tier(some: Sequence[PackageChange], *, verbose: int) -> Iterator[Line]:
    for tier in Tier:
        if names := [change.name for change in some if change.tier == tier]:
            yield Line("not imported:" if tier is Tier.NONE else f"{tier.value}:", _some(names, verbose=verbose))


def _grouped(some: Sequence[PackageChange], arrow: str, *, verbose: int) -> Iterator[Line]:
    """Packages that changed in the same way together: one new module can move the blast radius of ten."""
    groups: defaultdict[tuple[Difference, ...], list[str]] = defaultdict(list)
    for change in some:
        groups[change.differences].append(change.name)
    for differences, names in groups.items():
        said = [_difference(each, arrow) for each in differences if each.what != "advisory" or _is_step(each)]
        said += _advisories(differences, verbose=verbose)
        yield Line(f"{_some(names, verbose=verbose)}:", "; ".join(said))


def _is_step(difference: Difference) -> bool:
    return bool(difference.before and difference.after)


def _advisories(differences: Sequence[Difference], *, verbose: int) -> Iterator[str]:
    """Records that came or went in one line each: another version may leave fifty behind."""
    some = [each for each in differences if each.what == "advisory" and not _is_step(each)]
    for sign, ids in (
        ("+", [each.after for each in some if each.after]),
        ("-", [each.before for each in some if each.before]),
    ):
        if ids:
            yield f"{sign} {'advisory' if len(ids) == 1 else 'advisories'} {_some(ids, verbose=verbose)}"


def _hand(change: ConcentrationChange, arrow: str) -> Line:
    name = f"{change.dimension} ({_WEIGHTS.get(change.weight, change.weight)}):"
    note = "" if change.comparable else "how much is unknown changed as well: the figures do not compare"
    return Line(name, "; ".join(_difference(each, arrow) for each in change.differences), note)


def _some(names: Sequence[str], *, verbose: int) -> str:
    shown = names[: None if verbose else NAMES]
    rest = f" and {len(names) - len(shown)} more" if len(shown) < len(names) else ""
    return ", ".join(shown) + rest
