"""A report as plain values in the order of the page; templates only lay them out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan import diff
from depscan.model import Tier
from depscan.report import changes
from depscan.report import models as terms
from depscan.report.html import flaws, library, models, summary
from depscan.report.html.findings import Group, groups
from depscan.report.libraries import many
from depscan.report.terminal import files_read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depscan.model import Gap, Report
    from depscan.report.changes import Section
    from depscan.report.html.flaws import Vulnerable
    from depscan.report.html.library import Library
    from depscan.report.html.models import Naming
    from depscan.report.html.summary import Answer


@dataclass(frozen=True, slots=True)
class Unseen:
    """Gaps of one stage and reason."""

    reason: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows, but for the pictures and the manuals."""

    name: str
    headline: str
    stamp: tuple[str, ...]
    answers: tuple[Answer, ...]
    since: str
    """When the report was made that this one is compared with; empty when there is none."""
    changes: tuple[Section, ...]
    key: tuple[Library, ...]
    """The libraries of the first table: load-bearing, and significant as far as there is room."""
    tiers: tuple[tuple[str, tuple[Library, ...]], ...]
    libraries: tuple[Library, ...]
    audit: tuple[str, ...]
    """How far known vulnerabilities were looked up, and how many records there are."""
    vulnerable: tuple[tuple[str, str, tuple[Vulnerable, ...]], ...]
    """By state, with what that means: the packages that records concern."""
    naming: Naming
    """AI models and datasets."""
    caveat: str
    """How access kinds are to be read."""
    groups: tuple[Group, ...]
    findings: int
    suppressed: int
    hidden: int
    gaps: tuple[tuple[str, int, tuple[Unseen, ...]], ...]
    gap_count: int
    read: str
    left_out: str
    dynamic: int
    sources: tuple[tuple[str, str, str], ...]
    measures: tuple[tuple[str, str], ...]
    tool: str


_ROOM = 16


def page(report: Report, titles: Mapping[str, str], baseline: Report | None = None) -> Page:
    """Everything in its final order and words; names of packages and rules are as the report has them."""
    libraries = library.libraries(report)
    anchors = {each.name: each.anchor for each in libraries}
    changed = None if baseline is None else diff.compare(baseline, report)
    tiers: dict[str, list[Library]] = {tier: [] for tier in Tier}
    for each in libraries:
        tiers[each.tier].append(each)
    bearing, significant = tiers[Tier.LOAD_BEARING], tiers[Tier.SIGNIFICANT]
    left = "1 file or folder" if report.code.ignored == 1 else f"{report.code.ignored:,} files and folders"
    return Page(
        name=report.project.name or "This project",
        headline=summary.headline(report),
        stamp=_stamp(report),
        answers=summary.answers(report, changed),
        since="" if changed is None else changes.moment(changed.old),
        changes=() if changed is None else tuple(changes.sections(changed, "→", verbose=1)),
        key=(*bearing, *significant[: max(_ROOM - len(bearing), 0)]),
        tiers=tuple((tier, tuple(members)) for tier, members in tiers.items() if members),
        libraries=libraries,
        audit=flaws.audit(report),
        vulnerable=flaws.vulnerable(report, anchors),
        naming=models.naming(report),
        caveat=terms.CAVEAT,
        groups=groups(report, titles, anchors),
        findings=len(report.findings),
        suppressed=sum(bool(finding.suppressed) for finding in report.findings),
        hidden=report.hidden,
        gaps=_gaps(report),
        gap_count=len(report.gaps),
        read=files_read(report),
        left_out=left if report.code.ignored else "",
        dynamic=report.code.dynamic_imports,
        sources=tuple((source.name, source.version, source.retrieved) for source in report.sources),
        measures=tuple((name, formula) for name, _, formula in library.MEASURES),
        tool=f"{report.tool.name} {report.tool.version}",
    )


def _stamp(report: Report) -> tuple[str, ...]:
    code = report.code
    parts = [f"scanned {report.scanned_at}"]
    if report.project.revision:
        parts.append(f"revision {report.project.revision[:12]}")
    parts += [files_read(report), many(code.modules, "production module"), many(code.lines, "line")]
    return tuple(parts)


def _gaps(report: Report) -> tuple[tuple[str, int, tuple[Unseen, ...]], ...]:
    """By stage, then by reason; what hits most places first."""
    stages: dict[str, dict[str, list[Gap]]] = defaultdict(lambda: defaultdict(list))
    for gap in sorted(report.gaps):
        stages[gap.stage][gap.reason].append(gap)
    return tuple(
        (
            stage,
            sum(map(len, reasons.values())),
            tuple(
                Unseen(reason, tuple(str(gap.location) for gap in alike if gap.location.path))
                for reason, alike in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
            ),
        )
        for stage, reasons in sorted(stages.items())
    )
