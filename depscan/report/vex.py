"""
Known vulnerabilities in CycloneDX, with what was decided on them (VEX).

One entry for each record and package, as what a record means, which versions are affected and what was decided differ
from package to package. What no record says is absent, and no address is made up: those of the records are repeated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from depscan.model import Affected, Fix
from depscan.report.cyclonedx_nodes import LONGEST, Node, known, properties
from depscan.report.show import show
from depscan.report.vulnerabilities import accepted, by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.model import Advisory, Exposed, Finding, Report

MOST_LETTERS = 4_096
MOST_ADDRESSES = 20

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:/[\w.~+:@/?=&%#-]*)?", re.ASCII)
_METHODS = (("CVSS:3.0/", "CVSSv3"), ("CVSS:3.1/", "CVSSv31"), ("CVSS:4.0/", "CVSSv4"), ("AV:", "CVSSv2"))
_FAMILY = re.compile(r"[A-Z]{2,16}(?=-)")
_DECIDED = ("resolved", "resolved_with_pedigree", "exploitable", "in_triage", "false_positive", "not_affected")
"""What CycloneDX knows of decisions."""


def vulnerabilities(report: Report, refs: Mapping[str, Sequence[str]]) -> list[Node]:
    """Every record that concerns a package; `refs` are the references of its components."""
    records, decided = by_id(report), accepted(report)
    exposed: dict[tuple[str, str], dict[Exposed, None]] = {}
    for package in report.packages:
        for each in package.advisories:
            exposed.setdefault((package.name, each.id), {})[each] = None
    return [
        _vulnerability(key[1], records.get(key), [*alike], refs.get(key[0], ()), decided.get(key))
        for key, alike in sorted(exposed.items())
    ]


def _vulnerability(
    name: str, advisory: Advisory | None, exposed: Sequence[Exposed], refs: Sequence[str], decided: Finding | None
) -> Node:
    told = {} if advisory is None else _record(advisory)
    return known(
        id=show(name) or "?",
        **told,
        recommendation=_recommendation(exposed),
        analysis=_analysis(decided),
        affects=[known(ref=ref, versions=_versions(advisory, exposed)) for ref in dict.fromkeys(refs)],
        properties=properties(*_weighed(exposed)),
    )


def _record(advisory: Advisory) -> Node:
    """What the record itself says."""
    addresses = [url for url in dict.fromkeys(advisory.references) if _ADDRESS.fullmatch(url)]
    aliases = [show(alias) for alias in dict.fromkeys(advisory.aliases) if alias]
    return known(
        source=known(name=show(advisory.source)),
        references=[{"id": alias, "source": {"name": _family(alias)}} for alias in aliases],
        ratings=_ratings(advisory),
        description=show(advisory.summary, LONGEST),
        advisories=[{"url": url} for url in addresses[:MOST_ADDRESSES]],
        published=_moment(advisory.published),
        updated=_moment(advisory.modified),
    )


def _family(alias: str) -> str:
    """Whose number it is, as its first letters say: `CVE`, `GHSA`, `PYSEC`."""
    found = _FAMILY.match(alias)
    return found[0] if found else "unknown"


def _moment(text: str) -> str:
    return text if _MOMENT.fullmatch(text) else ""


def _ratings(advisory: Advisory) -> list[Node]:
    """The record's own rating; a vector is told as what it is, and `other` when it is none that CycloneDX knows."""
    severity = str(advisory.severity) if advisory.severity else ""
    if not (advisory.vector or severity or advisory.score is not None):
        return []
    method = next((name for start, name in _METHODS if advisory.vector.startswith(start)), "other")
    rating = known(severity=severity, method=method if advisory.vector else "", vector=show(advisory.vector, LONGEST))
    return [rating if advisory.score is None else {"score": advisory.score, **rating}]


def _versions(advisory: Advisory | None, exposed: Iterable[Exposed]) -> list[Node]:
    """
    The versions that come in, or may, and are affected; those that are not; and what cannot be said.

    Where nothing is known of versions, it is not known of all of them.
    """
    found: dict[str, str] = {}
    for each in exposed:
        status = "unknown" if each.state is Affected.UNKNOWN else "affected"
        found |= dict.fromkeys([each.version] if each.version else each.versions, status)
    fixed = [*(advisory.fixed_in if advisory else ()), *(each.fixed_by for each in exposed)]
    found |= dict.fromkeys((name for name in fixed if name not in found), "unaffected")
    told = []
    for status in ("affected", "unknown", "unaffected"):
        names = [name for name, which in found.items() if which == status and name]
        told += [known(**_some(names), status=status)] if names else []
    if all(each["status"] == "unaffected" for each in told):
        told.insert(0, {"range": "vers:pypi/*", "status": "unknown"})
    return told


def _some(names: Sequence[str]) -> Node:
    """One version, or several as a list in the notation of package URLs, as many as it may hold."""
    if len(names) == 1:
        return {"version": show(names[0], LONGEST)}
    text = "vers:pypi/"
    for name in names:
        if len(text) + len(added := f"{quote(show(name, LONGEST), safe='')}|") > MOST_LETTERS:
            break
        text += added
    return {"range": text.removesuffix("|")}


def _recommendation(exposed: Iterable[Exposed]) -> str:
    fixed = next((each.fixed_by for each in exposed if each.fixed_by), "")
    if fixed:
        return f"Take {show(fixed)} or a later version without the flaw."
    if any(each.fix is Fix.FORBIDDEN for each in exposed):
        return "Admit a version without the flaw: there is one, but what the project asks for rules it out."
    return ""


def _analysis(decided: Finding | None) -> Node:
    """What an exception of the policy says; that nobody decided anything is said by nothing."""
    if decided is None:
        return {}
    state = decided.vex if decided.vex in _DECIDED else "in_triage"
    return {"state": state, "detail": show(decided.suppressed, LONGEST)}


def _weighed(exposed: Sequence[Exposed]) -> Iterator[tuple[str, str]]:
    """What depscan adds: what it means for this project."""
    first = exposed[0]
    yield ("affected", ", ".join(dict.fromkeys(each.state for each in exposed)))
    yield ("weighed", ", ".join(dict.fromkeys(str(each.weighed) for each in exposed if each.weighed)))
    yield ("fix", ", ".join(dict.fromkeys(each.fix for each in exposed)))
    yield ("imported", "yes" if first.imported else "no")
    yield ("tier", str(first.tier or ""))
    yield ("symbols-used", ", ".join(first.symbols))
    yield ("audited-as", ", ".join(dict.fromkeys(each.audited for each in exposed if each.audited)))
