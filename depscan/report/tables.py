r"""
The report as tables for a spreadsheet: CSV, one file for each kind of row.

RFC 4180: commas, CRLF, quotes where they are needed, one header line. UTF-8 with a byte order mark, without which
spreadsheets read the letters of another alphabet as garbage; a program reads it as `utf-8-sig`, or takes the JSON.

- Columns keep their names and their order; new ones are added at the end, new tables beside the others.
- A share is a decimal from 0 to 1 with a point and at most four digits; an empty cell says "not known".
- Several names in one cell are joined by a comma and a space, the links of a chain by ` > `.
- What cannot be seen is an escape (`\x1b`), so that a row is always one line.
- Text that a spreadsheet could take for a formula begins with an apostrophe: all that starts with `=`, `+`, `-`, `@` or
  one of their full-width forms, behind blanks and quotes, too, or with an apostrophe. Taking one away gives back what
  was there; so `==2.0` is written `'==2.0`. The same is done inside a text behind a semicolon, where some countries'
  spreadsheets begin a new cell. A tab or a line end in front is an escape by then.
- Versions are text: where a spreadsheet would read `1.10` as the number 1.1, import the column as text.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from depscan.model import Scope
from depscan.report.libraries import by_tier
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from depscan.model import Location, Package, Report
    from depscan.report import Look

Value = str | int | float | None
Row = tuple[Value, ...]

LONGEST = 32_000
"""Characters of a cell: a spreadsheet holds 32,767, and an apostrophe may still be added."""

_STARTS = r"""[ "]*[=+\-@\uff1d\uff0b\uff0d\uff20]"""
_FORMULA = re.compile(rf"^(?='|{_STARTS})|(?<=;)(?={_STARTS})")


def render(report: Report, look: Look) -> Mapping[str, bytes]:  # noqa: ARG001
    """
    The tables by file name: every one, if only with its header.

    One exception: `imports.csv` is missing where the report counts imports without listing them, as a saved one does.
    """
    unlisted = not report.imports and any(package.exposure.import_sites for package in report.packages)
    return {
        f"{name}.csv": _table(columns.split(), rows(report))
        for name, rows, columns in TABLES
        if not (unlisted and name == "imports")
    }


def cell(value: Value) -> str:
    """What is written of a value: a number plainly, text so that it stays text."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return str(value)
    return _FORMULA.sub("'", show(value, LONGEST))


def _table(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _all(values: Iterable[str] | None) -> str | None:
    return None if values is None else ", ".join(values)


def _answer(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _at(location: Location) -> Row:
    return (location.path, location.line or None, location.cell or None)


# -- the tables -------------------------------------------------------------------------------------------------------


def _scan(report: Report) -> Iterator[Row]:
    code, audit = report.code, report.audit
    yield (
        report.project.name,
        report.project.revision,
        report.project.licence,
        report.scanned_at,
        report.tool.name,
        report.tool.version,
        code.files,
        code.modules,
        code.lines,
        code.notebooks,
        code.dynamic_imports,
        code.ignored,
        len(report.gaps),
        report.hidden,
        *((audit.source, audit.retrieved, audit.asked, audit.answered) if audit else (None,) * 4),
    )


def _packages(report: Report) -> Iterator[Row]:
    for packages in by_tier(report.packages).values():
        yield from map(_package, packages)


def _package(package: Package) -> Row:
    exposure, licence, steward, status = package.exposure, package.licence, package.steward, package.status
    return (
        package.name,
        package.version,
        exposure.tier,
        package.state,
        package.relation,
        exposure.scope,
        exposure.direct_share,
        exposure.blast_radius,
        exposure.entry_points,
        exposure.import_sites,
        exposure.modules,
        exposure.call_sites,
        exposure.api_surface,
        exposure.exclusive,
        _all(exposure.introducers),
        steward.name if steward else None,
        steward.kind if steward else None,
        steward.parent if steward else None,
        steward.jurisdiction if steward else None,
        licence.expression if licence else None,
        licence.family if licence else None,
        licence.evidence if licence else None,
        licence.source if licence else None,
        licence.retrieved if licence else None,
        None if package.publishers is None else len(package.publishers),
        _all(package.publishers),
        package.organisation,
        status.value if status else None,
        status.basis if status else None,
        package.latest,
        _all(package.import_names),
        package.resolver,
        _all(str(location) for location in package.declared),
        exposure.next_tier,
    )


def _findings(report: Report) -> Iterator[Row]:
    for finding in report.findings:
        yield (
            finding.code,
            finding.severity,
            finding.confidence,
            finding.package,
            finding.message,
            finding.advice,
            finding.suppressed,
            *(_at(finding.locations[0]) if finding.locations else (None, None, None)),
            len(finding.locations),
            _all(str(location) for location in finding.locations),
            finding.fingerprint,
        )


def _gaps(report: Report) -> Iterator[Row]:
    return ((gap.stage, gap.reason, *_at(gap.location)) for gap in report.gaps)


def _declarations(report: Report) -> Iterator[Row]:
    for each in report.declarations:
        yield (
            each.name,
            each.specifier,
            each.scope,
            each.group,
            _all(each.extras),
            each.marker,
            each.url,
            each.ecosystem,
            *_at(each.location),
        )


def _pins(report: Report) -> Iterator[Row]:
    return ((pin.name, pin.version, pin.ecosystem, *_at(pin.location)) for pin in report.pins)


def _edges(report: Report) -> Iterator[Row]:
    for edge in report.edges:
        row = (edge.source, edge.target, edge.extra, _all(edge.extras), edge.marker, edge.ecosystem)
        yield (*row, *_at(edge.location))


def _imports(report: Report) -> Iterator[Row]:
    return ((site.package, site.module, site.context, site.scope, *_at(site.location)) for site in report.imports)


def _facts(report: Report) -> Iterator[Row]:
    for fact in report.facts:
        yield (fact.package, fact.kind, fact.value, fact.detail, fact.version, fact.source, fact.retrieved)


def _sources(report: Report) -> Iterator[Row]:
    return (
        (source.name, source.version, source.retrieved, "offline" if source.offline else "online")
        for source in report.sources
    )


def _concentration(report: Report) -> Iterator[Row]:
    for each in report.concentration:
        yield (
            each.dimension,
            each.weight,
            each.n,
            each.effective_number,
            *(each.effective_bounds or (None, None)),
            each.top.name if each.top else None,
            each.top.share if each.top else None,
            each.unknown_share,
            each.hhi,
            _all(each.unknown),
        )


def _shares(report: Report) -> Iterator[Row]:
    for each in report.concentration:
        for number, share in enumerate(each.shares, 1):
            yield (each.dimension, each.weight, number, share.name, share.share, _all(share.packages))


def _reach(report: Report) -> Iterator[Row]:
    for each in report.reach:
        yield (each.account, each.load_bearing, each.direct_share, len(each.packages), _all(each.packages))


def _covers(report: Report) -> Iterator[Row]:
    for each in report.covers:
        exact = "smallest" if each.exact else "greedy"
        yield (each.share, len(each.accounts) if each.accounts else None, _all(each.accounts), exact, each.bound)


def _terms(report: Report) -> Iterator[Row]:
    for each in report.terms:
        for share in each.families:
            yield (each.platform, each.basis, share.name, share.share, len(share.packages), _all(share.packages))


def _chains(report: Report) -> Iterator[Row]:
    for each in report.terms:
        for chain in each.chains:
            yield (each.platform, *(chain[-1:] or (None,)), " > ".join(chain))


def _advisories(report: Report) -> Iterator[Row]:
    for each in report.advisories:
        yield (
            each.id,
            each.package,
            _all(each.aliases),
            each.severity,
            each.score,
            each.vector,
            "malicious" if each.malicious else "vulnerable",
            each.summary,
            _all(each.fixed_in),
            _all(each.symbols),
            each.published,
            each.modified,
            each.source,
            each.retrieved,
            _all(each.references),
        )


def _exposed(report: Report) -> Iterator[Row]:
    for package in report.packages:
        for each in package.advisories:
            yield (
                package.name,
                each.id,
                each.state,
                each.severity,
                each.weighed,
                each.version,
                each.audited,
                _all(each.versions),
                each.fix,
                each.fixed_by,
                _answer(each.imported),
                each.tier,
                _all(each.symbols),
            )


def _models(report: Report) -> Iterator[Row]:
    for each in report.models:
        openness = each.openness
        yield (
            each.id,
            each.kind,
            each.access,
            each.route,
            each.family,
            each.developer,
            each.jurisdiction,
            each.licence,
            each.licence_family,
            each.licence_source,
            each.code_licence,
            _all(each.obligations),
            openness.osaid,
            _all(openness.osaid_missing),
            openness.mof_class,
            _all(openness.missing),
            openness.source,
            openness.retrieved,
            " > ".join((each.id, *each.base_models)) if each.base_models else None,
            _answer(each.revision_pinned),
            _answer(each.gated),
            each.retires,
            each.certainty,
            each.note,
            each.source,
            each.retrieved,
            sum(reference.scope is Scope.PRODUCTION for reference in each.references),
            len(each.references),
        )


def _model_references(report: Report) -> Iterator[Row]:
    for each in report.models:
        for reference in each.references:
            yield (
                each.id,
                each.kind,
                reference.scope,
                reference.resolved_by,
                reference.pattern,
                reference.revision,
                _answer(reference.trust_remote_code),
                *_at(reference.location),
            )


def _dynamic_models(report: Report) -> Iterator[Row]:
    return ((site.pattern, site.reason, site.scope, *_at(site.location)) for site in report.dynamic_models)


TABLES: tuple[tuple[str, Callable[[Report], Iterable[Row]], str], ...] = (
    (
        "scan",
        _scan,
        """project revision licence scanned_at tool tool_version files modules lines notebooks dynamic_imports ignored
        gaps hidden_findings audit_source audit_retrieved audit_asked audit_answered""",
    ),
    (
        "packages",
        _packages,
        """name version tier state relation scope direct_share blast_radius entry_points import_sites modules call_sites
        api_surface exclusive introducers steward steward_kind steward_parent jurisdiction licence licence_family
        licence_evidence licence_source licence_retrieved publisher_count publishers organisation status status_basis
        latest import_names resolver declared_at next_tier""",
    ),
    (
        "findings",
        _findings,
        "code severity confidence package message advice accepted_because path line cell places locations fingerprint",
    ),
    ("gaps", _gaps, "stage reason path line cell"),
    ("declarations", _declarations, "name specifier need group extras marker url ecosystem path line cell"),
    ("pins", _pins, "name version ecosystem path line cell"),
    ("edges", _edges, "source target extra extras marker ecosystem path line cell"),
    ("imports", _imports, "package module context scope path line cell"),
    ("facts", _facts, "package kind value detail version source retrieved"),
    ("sources", _sources, "name version retrieved access"),
    (
        "concentration",
        _concentration,
        "dimension weight hands effective_number effective_low effective_high top top_share unknown_share hhi unknown",
    ),
    ("shares", _shares, "dimension weight rank name share packages"),
    ("reach", _reach, "account load_bearing direct_share package_count packages"),
    ("covers", _covers, "share account_count accounts method bound"),
    ("terms", _terms, "platform basis family share package_count packages"),
    ("chains", _chains, "platform package chain"),
    (
        "advisories",
        _advisories,
        """id package aliases severity score vector kind summary fixed_in symbols published modified source retrieved
        references""",
    ),
    (
        "exposed",
        _exposed,
        """package id state severity weighed version audited_as affected_versions fix fixed_by imported tier
        symbols_used""",
    ),
    (
        "models",
        _models,
        """id kind access route family developer jurisdiction licence licence_family licence_source code_licence
        obligations osaid osaid_missing mof_class mof_missing openness_source openness_retrieved made_from
        revision_pinned gated retires certainty note source retrieved production_places places""",
    ),
    (
        "model_references",
        _model_references,
        "id kind scope resolved_by pattern revision trust_remote_code path line cell",
    ),
    ("dynamic_models", _dynamic_models, "pattern reason scope path line cell"),
)
"""Name, rows and columns of every table; the columns are separated by blanks."""
