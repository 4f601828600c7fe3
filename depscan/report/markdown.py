"""
The report as a comment on a pull request, or as the summary of a job: the answer first, all detail folded.

It fits into a comment of GitHub, which takes 65,536 characters: what is longer is cut, and says so. Nothing that came
from the repository becomes Markdown: `depscan.report.gfm` writes it. The first line is an invisible mark by which a bot
finds its earlier comment to replace it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from depscan import diff
from depscan.model import Affected, Confidence, Severity, State, Tier
from depscan.report import changes, findings, models, sentences, vulnerabilities
from depscan.report.gfm import code, folded, table, words
from depscan.report.libraries import by_tier, many, percent
from depscan.report.terminal import files_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depscan.model import Finding, Gap, Location, Package, Report
    from depscan.model.models import Model
    from depscan.report import Look

MARK = "<!-- depscan: report -->"
"""The first line."""

LONGEST = 65_000
"""Bytes: within the limit however a forge counts, and with room for a line that a bot may add."""

_MOST = (25, 10, 3, 1)
"""Entries of a list that are shown: as many as fit."""

_HEADLINERS = 5
_LICENCE = 40
_OPEN = (Severity.CRITICAL, Severity.HIGH)
_PLACES = 3
_ASIDE = "direct share: production modules that import it; blast radius: production modules that fail without it."


def render(report: Report, look: Look) -> bytes:
    """The report in GitHub's Markdown, readable as plain text; with `look.verbose` nothing is left out that fits."""
    longest = max(len(report.packages), len(report.findings), len(report.gaps), _MOST[0])
    blocks: list[str] = []
    note = ""
    for most in (longest, *_MOST) if look.verbose else _MOST:
        blocks = list(_blocks(report, look, most))
        text = _joined(blocks, note)
        if len(text) <= LONGEST:
            return text
        note = "This report was cut to fit into a comment: its lists are shorter than usual and say what is missing."
    return _beginning(blocks)


def _beginning(blocks: Sequence[str]) -> bytes:
    """The parts that fit, from the first, and the last one, which says what was scanned."""
    *parts, stamp = blocks
    room = LONGEST - len(_joined([stamp], "")) - 200  # for the note itself
    kept: list[str] = []
    for part in parts:
        room -= len(part.encode()) + 2
        if room < 0:
            break
        kept.append(part)
    missing = f"of its {len(parts)} parts, {len(parts) - len(kept)} are missing here"
    return _joined([*kept, stamp], f"This report was cut to fit into a comment: {missing}.")


def _joined(blocks: Sequence[str], note: str) -> bytes:
    """The page; a note on what was cut stands below the headline, where it is seen."""
    notes = [f"**{note}** `depscan -f json` leaves nothing out."] if note else []
    return ("\n\n".join([MARK, *blocks[:2], *notes, *blocks[2:]]) + "\n").encode()


def _blocks(report: Report, look: Look, most: int) -> Iterator[str]:
    """Headline, libraries, what they add up to, findings, gaps, stamp; every block stands by itself."""
    tiers = by_tier(report.packages)
    sorted_ = findings.sort(report.findings, unsure_too=bool(look.verbose))
    yield _headline(report, tiers)
    yield _balance(report, sorted_)
    if look.baseline is not None:
        changed = diff.compare(look.baseline, report)
        yield f"**Since** {words(changes.moment(changed.old))}: {words(changes.summary(changed))}."
    yield from _libraries(report, tiers, most)
    yield from (f"**{sentence.topic}:** {words(sentence.said + sentence.rest)}" for sentence in _adding_up(report))
    yield from _vulnerabilities(report, most)
    yield from _models(report, most)
    yield from _findings(sorted_, look.titles, most)
    yield from _gaps(report, most)
    yield _stamp(report)


def _headline(report: Report, tiers: Mapping[Tier, Sequence[Package]]) -> str:
    name = code(report.project.name) or "This project"
    hard = tiers[Tier.LOAD_BEARING]
    if not report.code.modules:
        said = "holds no production modules: how hard it rests on its libraries cannot be said"
    elif hard:
        said = f"rests on {many(len(hard), 'load-bearing library')}: {_named(hard)}"
    elif noted := tiers[Tier.SIGNIFICANT]:
        said = f"rests on no load-bearing library; most on {_named(noted)}"
    else:
        said = "rests on no load-bearing library"
    return f"### {name} {said}"


def _named(packages: Sequence[Package]) -> str:
    names = ", ".join(code(package.name) for package in packages[:_HEADLINERS])
    return names if len(packages) <= _HEADLINERS else f"{names} and {len(packages) - _HEADLINERS} more"


def _balance(report: Report, sorted_: findings.Sorted) -> str:
    """How much was found, and how much was looked at."""
    counts = [
        f"{number} {severity}"
        for severity in findings.SEVERITIES
        if (number := sum(finding.severity is severity for finding in sorted_.standing))
    ]
    aside = [f"{len(sorted_.unsure)} of low confidence"] if sorted_.unsure else []
    aside += [f"{len(sorted_.accepted)} accepted by an exception"] if sorted_.accepted else []
    aside += [f"{report.hidden} hidden because the configuration deselects the rule"] if report.hidden else []
    found = f"**Findings: {', '.join(counts)}**" if counts else "**No findings**"
    return (
        f"{found}{_aside(aside, 'and ')}. {many(report.code.modules, 'production module')}, "
        f"{sum(bool(package.declared) for package in report.packages)} declared and "
        f"{sum(bool(package.exposure.import_sites) for package in report.packages)} imported packages; "
        f"{files_read(report)}, {many(len(report.gaps), 'gap')}."
    )


def _aside(parts: Sequence[str], before: str = "") -> str:
    return f" ({before}{'; '.join(parts)})" if parts else ""


# -- findings ---------------------------------------------------------------------------------------------------------


def _findings(sorted_: findings.Sorted, titles: Mapping[str, str], most: int) -> Iterator[str]:
    """By severity, then by rule: what is critical or high is open, all else folded."""
    if sorted_.standing or sorted_.accepted:
        yield "#### Findings"
    for severity, alike in groupby(sorted_.standing, key=lambda finding: finding.severity):
        found = list(alike)
        rules = list(_rules(found, titles, most))
        if severity in _OPEN:
            yield f"**{severity.capitalize()}: {many(len(found), 'finding')}**"
            yield from rules
        else:
            yield folded(f"<b>{severity.capitalize()}</b>: {many(len(found), 'finding')}", rules)
    if sorted_.accepted:
        lines = [
            f"- {words(finding.code)}: {_said(finding)}; accepted: {words(finding.suppressed)}"
            for finding in sorted_.accepted[:most]
        ]
        summary = f"{many(len(sorted_.accepted), 'finding')} accepted by an exception"
        yield folded(summary, ["\n".join([*lines, *_more(len(sorted_.accepted), most)])])


def _rules(found: Sequence[Finding], titles: Mapping[str, str], most: int) -> Iterator[str]:
    """One list for each rule; what to do stands below those that it is for."""
    for rule, alike in groupby(found, key=lambda finding: finding.code):
        members = list(alike)
        title = [f"**{words(rule)}**"] * bool(rule) + [words(titles.get(rule, ""))] * (rule in titles)
        lines = [" ".join([*title, f"({len(members)})"]), ""]
        advised: dict[str, list[Finding]] = defaultdict(list)
        for finding in members[:most]:
            advised[finding.advice].append(finding)
        for advice, for_ in advised.items():
            lines += [f"- {_said(finding)}" for finding in for_]
            if advice:
                lines.append(f"  - **to do**{', for each' if len(for_) > 1 else ''}: {words(advice)}")
        yield "\n".join([*lines, *_more(len(members), most)])


def _said(finding: Finding) -> str:
    """The finding in a sentence, with its first place, which is text and no link."""
    named = not finding.package or finding.package in finding.message
    subject = "" if named else f"{code(finding.package)}: "
    aside = _places(finding.locations, finding.message)
    aside += [f"{finding.confidence} confidence"] if finding.confidence is not Confidence.HIGH else []
    return f"{subject}{words(finding.message, {finding.package})}{_aside(aside)}"


def _places(locations: Sequence[Location], message: str) -> list[str]:
    if not locations or str(locations[0]) in message:
        return []
    more = f" and {len(locations) - 1} more" if len(locations) > 1 else ""
    return [f"{code(str(locations[0]))}{more}"]


def _more(number: int, most: int) -> list[str]:
    return [f"- … and {number - most} more"] if number > most else []


# -- libraries --------------------------------------------------------------------------------------------------------


def _libraries(report: Report, tiers: Mapping[Tier, Sequence[Package]], most: int) -> Iterator[str]:
    """The load-bearing ones open; those that are significant folded, unless there is nothing harder."""
    hard, noted = tiers[Tier.LOAD_BEARING], tiers[Tier.SIGNIFICANT]
    if hard or noted:
        yield "#### What it rests on"
        yield _table(report, hard or noted, most)
        yield _ASIDE[0].upper() + _ASIDE[1:]
    if hard and noted:
        yield folded(many(len(noted), "significant library"), [_table(report, noted, most)])


def _table(report: Report, packages: Sequence[Package], most: int) -> str:
    titles = ["library", "direct share", "blast radius"]
    titles += ["steward", "licence", "can publish", "status"] if report.facts else []
    rows = [_row(package, known=bool(report.facts)) for package in packages[:most]]
    more = f"\n\n… and {len(packages) - most} more" if len(packages) > most else ""
    return table(titles, rows, right=(1, 2)) + more


def _row(package: Package, *, known: bool) -> list[str]:
    exposure = package.exposure
    version = package.version or (package.state if package.state in {State.UNDECLARED, State.TRANSITIVE_ONLY} else "")
    cells = [
        f"{code(package.name)} {words(version)}".rstrip(),
        percent(exposure.direct_share),
        percent(exposure.blast_radius),
    ]
    if known:
        cells += [
            words(sentences.steward(package)),
            _licence(package),
            words(sentences.publishers(package)),
            words(sentences.status(package)),
        ]
    return cells


def _licence(package: Package) -> str:
    shown = sentences.licence(package, _LICENCE)
    return code(shown) if package.licence is not None and shown == package.licence.expression else words(shown)


def _adding_up(report: Report) -> Sequence[sentences.Sentence]:
    return sentences.adding_up(report) if report.facts else ()


# -- known vulnerabilities --------------------------------------------------------------------------------------------


def _vulnerabilities(report: Report, most: int) -> Iterator[str]:
    """How far was looked, and the packages that records concern: what is affected open, the rest folded."""
    numbers = vulnerabilities.counted(report)
    said = words(f"{vulnerabilities.looked_up(report)}.{f' {numbers}.' if numbers else ''}")
    found = vulnerabilities.groups(report)
    if not found:
        yield f"**Known vulnerabilities:** {said}"
        return
    yield "#### Known vulnerabilities"
    yield said[:1].upper() + said[1:]
    for state, groups in found.items():
        lines = table(
            ["package", "version", "worst record", "severity", "records", "fixed by"],
            [_vulnerable(group) for group in groups[:most]],
            right=(4,),
        )
        more = f"\n\n… and {len(groups) - most} more" if len(groups) > most else ""
        summary = f"{state.capitalize()}: {many(len(groups), 'package')}"
        if state is Affected.YES:
            yield f"**{summary}**"
            yield f"{lines}{more}"
        else:
            yield folded(summary, [f"{lines}{more}"])


def _vulnerable(group: vulnerabilities.Group) -> list[str]:
    malicious = "malicious, " * group.malicious
    return [
        code(group.package),
        words(group.version),
        code(group.worst.id),
        f"{malicious}{vulnerabilities.weight(group.worst, '→')}",
        str(len(group.ids)),
        words(vulnerabilities.remedy(group)),
    ]


# -- models -----------------------------------------------------------------------------------------------------------


def _models(report: Report, most: int) -> Iterator[str]:
    """What the models add up to, then those that production names, folded; nothing where the project names none."""
    said = models.adding_up(report)
    if said:
        yield "#### Which AI models it rests on"
        yield "\n".join(f"- **{each.topic}:** {words(each.said + each.rest)}" for each in said)
    produced = models.in_order(filter(models.is_production, report.models))
    if produced:
        lines = table(["model", "access", "licence", "route"], [_model(model) for model in produced[:most]])
        more = f"\n\n… and {len(produced) - most} more" if len(produced) > most else ""
        yield folded(f"In production: {models.count(produced)}", [f"{lines}{more}"])


def _model(model: Model) -> list[str]:
    terms = models.licence(model)
    return [code(model.id), words(models.access(model)), code(terms) if model.licence else terms, words(model.route)]


# -- gaps, and what was scanned ---------------------------------------------------------------------------------------


def _gaps(report: Report, most: int) -> Iterator[str]:
    """What was not seen: alike gaps in one line."""
    lines = []
    if report.code.dynamic_imports:
        lines.append(
            f"- {many(report.code.dynamic_imports, 'dynamic import')}, whose module is computed at run time: "
            "the figures are lower bounds"
        )
    ordered = sorted(report.gaps, key=lambda gap: (gap.stage, gap.reason, gap.location))
    groups = [list(members) for _, members in groupby(ordered, key=lambda gap: (gap.stage, gap.reason))]
    lines += [_gap(members) for members in groups[:most]]
    if lines:
        summary = f"What was not seen: {many(len(report.gaps), 'gap')}"
        yield folded(summary, ["\n".join([*lines, *_more(len(groups), most)])])


def _gap(members: Sequence[Gap]) -> str:
    places = [code(str(gap.location)) for gap in members if gap.location.path]
    shown = ", ".join(places[:_PLACES])
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return f"- {words(members[0].stage)}: {words(members[0].reason)}{_aside([f'{shown}{more}'] if places else [])}"


def _stamp(report: Report) -> str:
    """Who says so, of what, when, and how old the facts are."""
    revision = f" at revision {code(report.project.revision[:12])}" if report.project.revision else ""
    sources = "".join(
        f"; {words(f'{source.name} {source.version} of {source.retrieved}')}" for source in report.sources
    )
    read = sentences.read_between(report)
    facts = f"; facts were read from their sources on {words(read)}" if read else ""
    return (
        f"{words(f'{report.tool.name} {report.tool.version}')}: {many(report.code.files, 'source file')}, "
        f"{many(report.code.lines, 'line')}; scanned {words(report.scanned_at)}{revision}{sources}{facts}."
    )
