"""The report for a terminal: the answer first, then what it stands on, what is wrong, and what was not seen."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from depscan import diff
from depscan.model import Confidence, Severity, Tier
from depscan.report import changes, findings, hands, libraries, models, vulnerabilities
from depscan.report.libraries import many
from depscan.report.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depscan.model import Finding, Gap, Location, Package, Report
    from depscan.report.page import Part

SHORT = 10
"""Entries of a group that are shown without -v."""

FEW = 3
"""The same for findings of low severity: they must not bury the others."""

_STYLE = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}
_PLACES = 3
_HEADLINERS = 5
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def render(
    report: Report,
    *,
    width: int = 80,
    color: bool = False,
    unicode: bool = True,
    verbose: int = 0,
    limit: int | None = SHORT,
    titles: Mapping[str, str] | None = None,
    baseline: Report | None = None,
) -> str:
    """
    The report as text that is never wider than `width` (60 at least).

    Groups longer than `limit` are cut and say so (`None`, or `verbose`: never); `titles` names the rules by code; with
    a `baseline`, what changed since is summed up. Without `unicode` the text is plain ASCII, without `color` it holds
    no escape sequence.
    """
    limit = None if verbose else limit
    tiers = libraries.by_tier(report.packages)
    page = Page(width=width, color=color, unicode=unicode)
    _headline(page, report, tiers)
    if baseline is not None:
        changed = diff.compare(baseline, report)
        page.text(("Since ", "bold"), changes.moment(changed.old), ": ", changes.summary(changed), ".", hang=2)
    page.blank()
    hands.write(page, report, tiers, verbose=verbose, limit=limit)
    libraries.write(page, report, tiers, verbose=verbose, limit=limit)
    page.blank()
    vulnerabilities.write(page, report, verbose=verbose, limit=limit)
    page.blank()
    if report.models or report.dynamic_models:
        models.write(page, report, verbose=verbose, limit=limit)
        page.blank()
    _findings(page, report, titles or {}, verbose=verbose, limit=limit)
    page.blank()
    _gaps(page, report, limit)
    page.blank()
    _next(page, report, tiers)
    return page.finish()


def files_read(report: Report) -> str:
    """How many of the source files were read, in words: no zero is printed without it."""
    unread = {
        gap.location.path
        for gap in report.gaps
        if gap.stage == "tree" and gap.location.path.endswith((".py", ".pyw", ".ipynb"))
    }
    return f"{report.code.files:,} of {many(report.code.files + len(unread), 'source file')} read"


def _headline(page: Page, report: Report, tiers: Mapping[Tier, Sequence[Package]]) -> None:
    hard = tiers[Tier.LOAD_BEARING]
    parts: list[Part] = [(report.project.name or "This project", "bold")]
    if not report.code.modules:
        parts.append(" holds no production modules: how hard it rests on its libraries cannot be said.")
    elif hard:
        parts += [f" rests on {many(len(hard), 'load-bearing library')}: ", *_names(hard)]
    elif noted := tiers[Tier.SIGNIFICANT]:
        parts += [" rests on no load-bearing library; most on ", *_names(noted)]
    else:
        parts.append(" rests on no load-bearing library.")
    page.text(*parts)
    declared = sum(bool(package.declared) for package in report.packages)
    imported = sum(bool(package.exposure.import_sites) for package in report.packages)
    page.text(
        f"{many(report.code.modules, 'production module')}, {declared} declared and {imported} imported packages; ",
        f"{files_read(report)}, {many(len(report.gaps), 'gap')}. ",
        *_balance(report.findings),
        *_affected(report),
    )


def _names(packages: Sequence[Package]) -> list[Part]:
    """The first few names, and how many there are beside them."""
    parts: list[Part] = []
    for package in packages[:_HEADLINERS]:
        parts += [(package.name, "bold"), ", "]
    parts[-1] = "." if len(packages) <= _HEADLINERS else f" and {len(packages) - _HEADLINERS} more."
    return parts


def _balance(found: Sequence[Finding]) -> list[Part]:
    """The findings by severity: `Findings: 1 high, 4 low; 1 accepted.`"""
    if not found:
        return ["No findings."]
    standing = [finding for finding in found if not finding.suppressed]
    parts: list[Part] = ["Findings: "]
    for severity in findings.SEVERITIES:
        number = sum(finding.severity is severity for finding in standing)
        parts += [(f"{number} {severity}", _STYLE[severity]), ", "] if number else []
    accepted = len(found) - len(standing)
    if not standing:
        return [f"Findings: {accepted} accepted."]
    return [*parts[:-1], f"; {accepted} accepted." if accepted else "."]


def _affected(report: Report) -> list[Part]:
    sentence = vulnerabilities.headline(report)
    return [" ", (sentence, "red")] if sentence else []


# -- findings ---------------------------------------------------------------------------------------------------------


def _findings(page: Page, report: Report, titles: Mapping[str, str], *, verbose: int, limit: int | None) -> None:
    sorted_ = findings.sort(report.findings, unsure_too=verbose > 0)
    shown, accepted = sorted_.standing, sorted_.accepted
    number = f" ({len(shown)} of {len(report.findings)})" if len(shown) < len(report.findings) else f" ({len(shown)})"
    page.text(("Findings", "bold"), (number if shown else "", "dim"))
    if not shown:
        page.text(f"No findings{'' if verbose else ' at confidence medium or above'}; {files_read(report)}.")
    for (severity, code), group in groupby(shown, key=lambda finding: (finding.severity, finding.code)):
        members = list(group)
        page.blank()
        page.text(
            (severity, _STYLE[severity]), "  ", (code, "bold"), f" {titles.get(code, '')} ({len(members)})", hang=2
        )
        most = min(limit, FEW) if limit is not None and severity is Severity.LOW else limit
        advised: dict[str, list[Finding]] = defaultdict(list)
        for finding in members[:most]:
            advised[finding.advice].append(finding)
        for advice, alike in advised.items():
            for finding in alike:
                _finding(page, finding)
            if advice:
                page.text(("-> ", "dim"), f"{'each: ' if len(alike) > 1 else ''}{advice}", indent=4, hang=7)
        _cut(page, len(members), most)
    if accepted:
        page.blank()
        page.text((f"Accepted ({len(accepted)}): found, and excepted with a reason", "dim"))
    for finding in accepted[:limit]:
        page.text((f"{finding.code} {finding.message}: {finding.suppressed}", "dim"), indent=2, hang=4)
    _cut(page, len(accepted), limit)
    unsure = len(sorted_.unsure)
    notes = [f"{many(unsure, 'finding')} of low confidence not shown (-v shows all)"] if unsure else []
    notes += (
        [f"{many(report.hidden, 'finding')} hidden because the configuration deselects the rule"]
        if report.hidden
        else []
    )
    if notes:
        page.blank()
        page.text((f"{'; '.join(notes)}.", "dim"))


def _finding(page: Page, finding: Finding) -> None:
    named = not finding.package or finding.package in finding.message
    parts: list[Part] = [] if named else [(finding.package, "bold"), ": "]
    placed = any(str(location) in finding.message for location in finding.locations[:1])
    aside = [] if placed else places(finding.locations, 1)
    if finding.confidence is not Confidence.HIGH:
        aside += [("; " if aside else "", "dim"), (f"{finding.confidence} confidence", "dim")]
    page.text(*parts, finding.message, *_aside(aside), indent=2, hang=4)


def _aside(parts: Sequence[Part]) -> list[Part]:
    return [(" (", "dim"), *parts, (")", "dim")] if parts else []


def places(locations: Sequence[Location], most: int | None) -> list[Part]:
    """The first places, and how many more there are."""
    parts: list[Part] = []
    for location in locations[:most]:
        parts += [(", " if parts else "", "dim"), (str(location), "dim")]
    more = len(locations) - len(locations[:most])
    return [*parts, (f" and {more} more", "dim")] if more else parts


def _cut(page: Page, number: int, limit: int | None) -> None:
    if limit is not None and number > limit:
        page.text((f"... and {number - limit} more (-v shows all)", "dim"), indent=2)


# -- gaps -------------------------------------------------------------------------------------------------------------


def _gaps(page: Page, report: Report, limit: int | None) -> None:
    code = report.code
    page.text(("What was not seen", "bold"), (f" ({len(report.gaps)})" if report.gaps else "", "dim"))
    left = "1 file or folder" if code.ignored == 1 else f"{code.ignored:,} files and folders"
    ignored = f", {left} left out (ignored, excluded, environments, caches)" if code.ignored else ""
    page.text(f"{files_read(report)}{ignored}; ", f"{many(len(report.gaps), 'gap')}." if report.gaps else "no gaps.")
    if code.dynamic_imports:
        page.text(
            f"{many(code.dynamic_imports, 'dynamic import')}, whose module is computed at run time: ",
            ("the figures are lower bounds.", "bold"),
        )
    ordered = sorted(report.gaps, key=lambda gap: (gap.stage, gap.reason, gap.location))
    groups = [list(members) for _, members in groupby(ordered, key=lambda gap: (gap.stage, gap.reason))]
    groups.sort(key=lambda members: (members[0].stage, -len(members), members[0].reason))
    for members in groups[:limit]:
        _gap(page, members)
    _cut(page, len(groups), limit)


def _gap(page: Page, members: Sequence[Gap]) -> None:
    first = members[0]
    where = places([gap.location for gap in members if gap.location.path], _PLACES)
    if len(members) > 1:
        where = [(f"{len(members)} places{': ' if where else ''}", "dim"), *where]
    page.text((first.stage, "bold"), ": ", first.reason, *_aside(where), indent=2, hang=4)


# -- what next --------------------------------------------------------------------------------------------------------


def _next(page: Page, report: Report, tiers: Mapping[Tier, Sequence[Package]]) -> None:
    """Commands to copy: a name goes into one only when no shell can read more than a name into it."""
    used = [package.name for tier in Tier for package in tiers[tier] if _NAME.fullmatch(package.name)]
    codes = [
        finding.code
        for finding in findings.sort(report.findings, unsure_too=True).standing
        if _NAME.fullmatch(finding.code)
    ]
    steps = [(f"depscan why {used[0]}", "who asks for it, who imports it, where")] if used else []
    steps += [(f"depscan explain {codes[0]}", "what the finding means, what to do")] if codes else []
    steps.append(("depscan -f json", "the same for programs"))
    page.text(("Next", "bold"))
    column = max(len(command) for command, _ in steps)
    for command, purpose in steps:
        page.text(f"{command:<{column}}  ", (purpose, "dim"), indent=2, hang=4)
    page.blank()
    page.text((f"{report.tool.name} {report.tool.version}", "dim"), *_stamp(report))


def _stamp(report: Report) -> list[Part]:
    """What was scanned, when, and with which outside facts."""
    code = report.code
    sizes = [many(code.files, "source file"), many(code.lines, "line")] + [many(code.notebooks, "notebook")] * bool(
        code.notebooks
    )
    stamp: list[Part] = [(f": {', '.join(sizes)}; scanned ", "dim"), (report.scanned_at, "dim")]
    if report.project.revision:
        stamp += [(" at revision ", "dim"), (report.project.revision[:12], "dim")]
    for source in report.sources:
        stamp += [("; ", "dim"), (f"{source.name} {source.version} of {source.retrieved}", "dim")]
    return stamp
