"""
SARIF 2.1.0: the findings for code scanning (GitHub, Azure DevOps, editors).

What a scanned repository says is plain text in every place: no link and no placeholder can come of it. Of what is more
than GitHub takes or shows the least severe is left out, and a notification says how much. Lines of a notebook count
within a cell, so a place there has no region.

GitHub knows an alert again by `primaryLocationLineHash`. Its upload action computes that from the source line where a
result has one, and warns of any other value: it is given here only where there is no line.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from depscan.model import Severity
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.model import Advisory, Confidence, Finding, Location, Report

    _Records = Mapping[tuple[str, str], Advisory]

Node = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"

# GitHub takes 25,000 results of 1,000 places and shows 5,000 of 100; it takes 10 MB after compression.
MOST_RESULTS = 5_000
MOST_PLACES = 100
MOST_BYTES = 9_000_000
MOST_NOTIFICATIONS = 1_000
MOST_ADDRESSES = 20
LONGEST = 1_000

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_TAGS = {
    "DS1": ("dependencies", "maintainability"),
    "DS2": ("dependencies", "security"),
    "DS3": ("dependencies", "stewardship", "supply-chain"),
    "DS4": ("dependencies", "licence"),
}
_SECURITY = "DS2"
_SCORES = {Severity.CRITICAL: 9.5, Severity.HIGH: 8.0, Severity.MEDIUM: 5.5, Severity.LOW: 2.0}
"""Where a record has no CVSS score: the middle of what GitHub takes for that severity."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:/[\w.~+:@/?=&%#-]*)?", re.ASCII)
_KINDS = {
    "deselected": "Findings that the configuration leaves out.",
    "gap": "Something that could not be seen, and why.",
    "left-out": "More than code scanning takes or shows.",
}
_AT_MOST = re.compile(r"^Severity: (\w+) at most$", re.MULTILINE)
_MEANING = re.compile(r"^## What it means\n\n(.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LONE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that do not stand for a byte of a file name."""


def render(
    report: Report, *, titles: Mapping[str, str] | None = None, manuals: Mapping[str, str] | None = None
) -> bytes:
    """The findings as a SARIF log; `titles` and `manuals` describe the rules. Equal reports give equal bytes."""
    codes = sorted({finding.code for finding in report.findings})
    records = {(advisory.package, advisory.id): advisory for advisory in report.advisories}
    results, cut = _results(report, codes, records)
    notes = [*_gaps(report), *cut]
    kinds = {note["descriptor"]["id"] for note in notes}
    driver = _known(
        name=_name(report.tool.name),
        version=show(report.tool.version),
        rules=[
            _rule(code, report.findings, (titles or {}).get(code, ""), (manuals or {}).get(code, ""), records)
            for code in codes
        ],
        notifications=[
            {"id": kind, "shortDescription": {"text": what}, "fullDescription": {"text": what}, "help": {"text": what}}
            for kind, what in _KINDS.items()
            if kind in kinds
        ],
    )
    invocation = {"executionSuccessful": True, "toolExecutionNotifications": notes}
    if _MOMENT.fullmatch(report.scanned_at):
        invocation["endTimeUtc"] = report.scanned_at
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "depscan/"},
        "invocations": [invocation],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The scanned folder."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": _known(project=show(report.project.name), revision=show(report.project.revision)),
    }
    return _bytes({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


# -- rules -------------------------------------------------------------------------------------------------------------


def _rule(code: str, findings: Iterable[Finding], title: str, manual: str, records: _Records) -> Node:
    """What is said of a rule; its level is the most it can be, or, without a manual, the most it is here."""
    own = [finding for finding in findings if finding.code == code]
    stated = _AT_MOST.search(manual)
    worst = max((finding.severity for finding in own), key=_rank)
    level = _LEVELS[Severity(stated[1]) if stated and stated[1] in tuple(Severity) else worst]
    name = _name(title or code)
    meaning = _MEANING.search(manual)
    return _known(
        id=_name(code),
        name="".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", title))[:255],
        shortDescription={"text": name},
        fullDescription={"text": show(" ".join(meaning[1].split()), LONGEST) if meaning else name},
        help=_known(text=manual or name, markdown=manual),
        defaultConfiguration={"level": level},
        properties={
            "precision": _middle([finding.confidence for finding in own]),
            "problem.severity": _PROBLEMS[level],
            "tags": list(_TAGS.get(code[:3], ("dependencies",))),
            **_security(code, own, records),
        },
    )


def _security(code: str, findings: Iterable[Finding], records: _Records) -> Node:
    """By which GitHub ranks an alert on a vulnerability: the score of the worst record, else by severity."""
    if not code.startswith(_SECURITY):
        return {}
    scores = []
    for finding in findings:
        record = _record(finding, records)
        stated = record.score if record else None
        scores.append(_SCORES[finding.severity] if stated is None else stated)
    return {"security-severity": f"{min(max(0.1, *scores), 10.0):.1f}"}


def _record(finding: Finding, records: _Records) -> Advisory | None:
    """The record that a finding is about."""
    return records.get((finding.package, finding.advisory))


def _middle(confidences: Sequence[Confidence]) -> str:
    ordered = sorted(confidences, key=[*type(confidences[0])].index)
    return ordered[len(ordered) // 2].value


def _rank(severity: Severity) -> int:
    return [*Severity].index(severity)


# -- results -----------------------------------------------------------------------------------------------------------


def _results(report: Report, codes: Sequence[str], records: _Records) -> tuple[list[Node], list[Node]]:
    """The results in the report's order, and notifications that say what was left out."""
    indices = {code: index for index, code in enumerate(codes)}
    fallback = _manifest(report)
    seen: Counter[str] = Counter()
    made = []
    for finding in report.findings:
        seen[finding.fingerprint] += 1
        result = _result(finding, indices[finding.code], fallback, seen[finding.fingerprint])
        if record := _record(finding, records):
            result["properties"] |= _about(record)
        made.append(result)
    kept = sorted(
        range(len(made)), key=lambda at: (bool(report.findings[at].suppressed), -_rank(report.findings[at].severity))
    )[:MOST_RESULTS]
    while _size(made[at] for at in kept) > MOST_BYTES:
        kept = kept[: len(kept) * 3 // 4]
    cut = [
        (len(made) - len(kept), "findings left out, the least severe ones, as code scanning shows no more"),
        (
            sum(len(report.findings[at].locations) > MOST_PLACES for at in kept),
            f"findings of which only the first {MOST_PLACES} places are given",
        ),
        (sum(_is_long(report.findings[at]) for at in kept), f"findings whose message is cut at {LONGEST} characters"),
    ]
    notes = [_notification("left-out", f"{what}: {number}") for number, what in cut if number]
    return [made[at] for at in sorted(kept)], notes


def _size(results: Iterable[Node]) -> int:
    """Their bytes as they are uploaded; compressed only where that can matter."""
    text = json.dumps([*results]).encode("ascii")
    return len(zlib.compress(text)) if len(text) > MOST_BYTES else len(text)


def _result(finding: Finding, index: int, fallback: str, turn: int) -> Node:
    places = [place for location in finding.locations[:MOST_PLACES] if (place := _place(location))]
    if not places or "physicalLocation" not in places[0]:
        places.insert(0, {"physicalLocation": _physical(fallback), **(places.pop(0) if places else {})})
    fingerprints = {"depscan/v1": _name(finding.fingerprint)}
    if "region" not in places[0]["physicalLocation"]:
        fingerprints["primaryLocationLineHash"] = f"{_name(finding.fingerprint)}:{turn}"
    suppression = {"kind": "external", "status": "accepted", "justification": show(finding.suppressed, LONGEST)}
    return _known(
        ruleId=_name(finding.code),
        ruleIndex=index,
        level=_LEVELS[finding.severity],
        message={"text": _plain(_sentence(finding))},
        locations=places[:1],
        relatedLocations=_unique(places[1:]),
        partialFingerprints=fingerprints,
        properties={
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "package": show(finding.package),
        },
    ) | {"suppressions": [suppression] if finding.suppressed else []}  # an empty list says: asked, and not suppressed


def _about(record: Advisory) -> Node:
    """What a record is called, and where its own references lead."""
    addresses = [url for url in dict.fromkeys(record.references) if _ADDRESS.fullmatch(url)]
    return _known(
        advisory=show(record.id),
        aliases=[show(alias) for alias in dict.fromkeys(record.aliases)],
        vector=show(record.vector, LONGEST),
        references=addresses[:MOST_ADDRESSES],
    )


def _sentence(finding: Finding) -> str:
    """What was found, in which cell where the message does not tell, and what to do next."""
    first = finding.locations[0] if finding.locations else None
    where = ""
    if first and first.cell and str(first) not in finding.message:
        where = f" (cell {first.cell}{f', line {first.line}' if first.line else ''})"
    return f"{finding.message}{where}.{f' Next: {finding.advice}.' if finding.advice else ''}"


def _is_long(finding: Finding) -> bool:
    return len(show(_sentence(finding), LONGEST + 1)) > LONGEST


# -- places ------------------------------------------------------------------------------------------------------------


def _place(location: Location) -> Node:
    """A file of the project with its line; what is in a cell, or in no file, has a name besides or instead."""
    uri = "" if location.is_outside else _uri(location.path)
    place: Node = {"physicalLocation": _physical(uri)} if uri else {}
    if uri and location.line > 0 and not location.cell:
        place["physicalLocation"]["region"] = {"startLine": location.line}
    if location.cell:
        name = f"cell {location.cell}"
        place["logicalLocations"] = [{"name": name, "fullyQualifiedName": show(str(location)), "kind": "cell"}]
    elif not uri and location.path:
        place["logicalLocations"] = [{"fullyQualifiedName": show(str(location))}]
    return place


def _physical(uri: str) -> Node:
    return {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}}


def _uri(path: str) -> str:
    """The path below the root, percent-encoded; empty for one that leads out of it or nowhere."""
    if not path or path.startswith("/") or ".." in path.split("/"):
        return ""
    return quote(_LONE.sub("\ufffd", path), safe="/", errors="surrogateescape")


def _manifest(report: Report) -> str:
    """Where a finding without a place is shown: code scanning takes none without a file."""
    named = [declaration.location for declaration in report.declarations]
    named += [pin.location for pin in report.pins]
    named += [site.location for site in report.imports]
    named += [location for finding in report.findings for location in finding.locations]
    paths = {location.path for location in named if not location.is_outside and _uri(location.path)}
    return _uri(min(paths, key=lambda path: (path != "pyproject.toml", path.count("/"), path), default="."))


def _unique(places: Iterable[Node]) -> list[Node]:
    """SARIF takes each related place once."""
    return list({json.dumps(place): place for place in places}.values())


# -- notifications -----------------------------------------------------------------------------------------------------


def _gaps(report: Report) -> Iterator[Node]:
    """What was not seen, and how many findings the configuration leaves out."""
    for gap in report.gaps[:MOST_NOTIFICATIONS]:
        place = _place(gap.location)
        said = _known(locations=[place] if place else [], properties={"stage": show(gap.stage)})
        yield _notification("gap", gap.reason) | said
    if len(report.gaps) > MOST_NOTIFICATIONS:
        yield _notification("left-out", f"gaps that are not listed: {len(report.gaps) - MOST_NOTIFICATIONS}")
    if report.hidden:
        yield _notification("deselected", f"findings of rules that the configuration deselects: {report.hidden}")


def _notification(kind: str, text: str) -> Node:
    return {"descriptor": {"id": kind}, "level": "note", "message": {"text": _plain(text)}}


# -- writing -----------------------------------------------------------------------------------------------------------


def _name(text: str) -> str:
    """Text of a property that must hold some."""
    return show(text) or "?"


def _plain(text: str) -> str:
    """Text of a message in which nothing is a link (`[text](target)`) or a placeholder (`{0}`)."""
    shown = (show(text, LONGEST) or "?").replace("](", "\\]\\(")
    return shown.replace("{", "{{").replace("}", "}}")


def _known(**values: Any) -> Node:
    """Only the properties that hold something: an empty one would say that there is nothing."""
    return {key: value for key, value in values.items() if value not in ("", [], {}, None)}


def _bytes(document: Node) -> bytes:
    """Indented JSON in plain ASCII."""
    return msgspec.json.format(json.dumps(document).encode("ascii"), indent=2) + b"\n"
