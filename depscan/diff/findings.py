"""Which findings are new, changed, gone, or only no longer seen."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from depscan.diff.values import Difference, FindingChange, Turn
from depscan.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.model import Finding, Gap, Report

_TURNS = (Turn.NEW, Turn.CHANGED, Turn.UNSEEN, Turn.FIXED)
_WORST_FIRST = tuple(reversed(Severity))
_NUMBER = re.compile(r"\d+")
_ABOUT_FACTS = ("DS3", "DS4")
_ABOUT_ADVISORIES = "DS2"
_AGAINST_BASELINE = "DS305"


def compare(old: Report, new: Report) -> tuple[FindingChange, ...]:
    """Every finding that came, went or changed; one that only moved, or counts a place more, did not change."""
    pairs, gone, came = _paired(old, new)
    views = _View(old), _View(new)
    changes = [FindingChange(Turn.NEW, finding, note=_unseen(finding, *reversed(views))) for finding in came]
    for before in gone:
        note = _unseen(before, *views) or _unjudged(before, old, new)
        changes.append(FindingChange(Turn.UNSEEN if note else Turn.FIXED, before, note=note))
    for before, after, moved in pairs:
        if differences := tuple(_differences(before, after, moved=moved)):
            changes.append(FindingChange(Turn.CHANGED, after, differences))
    return tuple(sorted(changes, key=_order))


def fresh(report: Report, baseline: Report) -> tuple[Finding, ...]:
    """The findings of a report that an earlier one on the same project does not have, in the order of the report."""
    new = {id(change.finding) for change in compare(baseline, report) if change.turn is Turn.NEW}
    return tuple(finding for finding in report.findings if id(finding) in new)


# -- who is who --------------------------------------------------------------------------------------------------------


def _paired(old: Report, new: Report) -> tuple[list[tuple[Finding, Finding, bool]], list[Finding], list[Finding]]:
    """The same finding in both reports (and whether its folder was renamed), those of the old, those of the new."""
    waiting: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in old.findings:
        waiting[_key(finding)].append(finding)
    pairs: list[tuple[Finding, Finding, bool]] = []
    came: list[Finding] = []
    for finding in new.findings:
        if same := waiting[_key(finding)]:
            pairs.append((same.pop(0), finding, False))
        else:
            came.append(finding)
    gone = [finding for findings in waiting.values() for finding in findings]
    renamed = dict(_renamed(gone, came, _paths(old), _paths(new)))
    pairs += [(gone[left], came[right], True) for left, right in renamed.items()]
    kept = set(renamed.values())
    return (
        pairs,
        [finding for number, finding in enumerate(gone) if number not in renamed],
        [finding for number, finding in enumerate(came) if number not in kept],
    )


def _key(finding: Finding) -> tuple[str, str]:
    """Its identity; what is found against a baseline happened since then, so that the next time is another one."""
    return finding.fingerprint, finding.message if finding.code == _AGAINST_BASELINE else ""


def _renamed(
    gone: list[Finding], came: list[Finding], before: frozenset[str], after: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """
    Findings whose folder was renamed: same rule, same package, same file name, and no other that could be meant.

    The old folder must be named nowhere in the new report, and the new one nowhere in the old: else a finding of one
    project that was mended would hide the same one, newly made, in another.
    """
    keys: defaultdict[tuple[str, str, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, findings, elsewhere in ((0, gone, after), (1, came, before)):
        for number, finding in enumerate(findings):
            path = finding.locations[0].path if finding.locations else ""
            folder, _, name = path.rpartition("/")
            if path and (folder or path) not in elsewhere:
                keys[finding.code, finding.package, name][side].append(number)
    for left, right in keys.values():
        if len(left) == len(right) == 1:
            yield left[0], right[0]


def _paths(report: Report) -> frozenset[str]:
    """Every file that the report names, and the folders above them; without its imports it names not every one."""
    places = [place for finding in report.findings for place in finding.locations]
    places += [declaration.location for declaration in report.declarations]
    places += [site.location for site in report.imports]
    places += [gap.location for gap in report.gaps]
    paths = {place.path for place in places}
    return frozenset(paths.union(path[:at] for path in paths for at, letter in enumerate(path) if letter == "/"))


# -- what was seen -----------------------------------------------------------------------------------------------------


class _View:
    """What one report did not see."""

    def __init__(self, report: Report) -> None:
        self.gaps = frozenset(identity(gap) for gap in report.gaps)
        self.lost = {gap.location.path: gap for gap in reversed(report.gaps) if gap.stage in _READING}
        self.audited = report.audit is not None
        self.told = frozenset(fact.package for fact in report.facts)
        self.gathered = frozenset(finding.code for finding in report.findings if not finding.package)
        self.packages = frozenset(package.name for package in report.packages)


_READING = ("tree", "code", "manifests")


def identity(gap: Gap) -> tuple[str, str, int, str]:
    """What makes it the same gap in another report: not its line, nor what it counts."""
    reason = gap.reason.partition(": ")[0] if gap.stage == "knowledge" else gap.reason  # then names follow
    return gap.stage, gap.location.path, gap.location.cell, _NUMBER.sub("0", reason)


def _unseen(finding: Finding, seen: _View, view: _View) -> str:
    """Why `view`, the report without the finding, may not have seen what `seen` saw; empty when it did."""
    for place in finding.locations:
        parts = place.path.split("/")
        for path in ("/".join(parts[:length]) for length in range(len(parts), 0, -1)):
            gap = view.lost.get(path)
            if gap and identity(gap) not in seen.gaps:
                return f"{gap.location} was not read in full: {gap.reason}"
    about_facts = finding.code.startswith(_ABOUT_FACTS) and finding.package in seen.told & view.packages
    if about_facts and finding.package not in view.told:
        return "no source was asked about the package, or none knew it"
    both = finding.package in seen.packages & view.packages
    if finding.code.startswith(_ABOUT_ADVISORIES) and both and seen.audited and not view.audited:
        return "known vulnerabilities were not looked up"
    if both and finding.code in view.gathered:
        return "a finding about several packages may hold it"
    return ""


def _unjudged(finding: Finding, old: Report, new: Report) -> str:
    """Why a rule that found something may not have been applied again."""
    if finding.code == _AGAINST_BASELINE:
        return "the rule compares with a baseline, and this one may be another"
    if new.hidden > old.hidden and all(each.code != finding.code for each in new.findings):
        return "more findings are hidden by the settings than were: its rule may be deselected"
    return ""


# -- what changed ------------------------------------------------------------------------------------------------------


def _differences(before: Finding, after: Finding, *, moved: bool) -> Iterator[Difference]:
    if before.severity is not after.severity:
        yield Difference("severity", before.severity, after.severity)
    if before.confidence is not after.confidence:
        yield Difference("confidence", before.confidence, after.confidence)
    if before.suppressed != after.suppressed:
        yield Difference("suppressed", before.suppressed, after.suppressed)
    if moved:  # then the message names other folders, and nothing can be said of the rest
        yield Difference("place", str(before.locations[0]), str(after.locations[0]))
    elif _said(before) != _said(after):
        yield Difference("message", before.message, after.message)


def _said(finding: Finding) -> str:
    """The message without what an edit elsewhere changes: figures, and the places it names."""
    message = finding.message
    for place in finding.locations:
        message = message.replace(str(place), "")
    return _NUMBER.sub("0", message)


def _order(change: FindingChange) -> tuple[int, int, str, str, str]:
    finding = change.finding
    worst = _WORST_FIRST.index(finding.severity)
    return _TURNS.index(change.turn), worst, finding.code, finding.package, finding.fingerprint
