"""
Judgement: from evidence to findings with stable codes.

A rule is a function and one line in `RULES`; the function's docstring is its manual page, its SARIF help and its HTML
text. Codes are never renumbered. DS1xx: declarations and imports against one another. DS2xx: known vulnerabilities and
hostile releases. DS3xx: who stands behind the packages. DS4xx: under which terms they come. DS5xx: AI models and
datasets.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from depscan.errors import ConfigError
from depscan.model import Severity
from depscan.rules.addresses import unfixed
from depscan.rules.advisories import forbidden, hostile, vulnerable
from depscan.rules.agreement import disagreeing
from depscan.rules.case import Case
from depscan.rules.changes import new_owner, new_terms
from depscan.rules.declarations import floating, unused
from depscan.rules.exemptions import accepted, unneeded
from depscan.rules.findings import fingerprint
from depscan.rules.imports import not_for_run_time, transitive_only, undeclared
from depscan.rules.licences import copyleft, restricted, unknown
from depscan.rules.locks import stale
from depscan.rules.maintainership import authors_gone, dormant, given_up, single_account
from depscan.rules.models import closed, data_terms, restricted_weights, undecided
from depscan.rules.policy import concentrated, denied
from depscan.rules.weights import foreign_code, pickled, retiring, unpinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from depscan.model import Finding, Gap

__all__ = [
    "RULES",
    "Case",
    "Row",
    "Rule",
    "check",
    "document",
    "fingerprint",
    "idle",
    "located",
    "manual",
    "selected",
    "table",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One judgement; `severity` is the highest it gives."""

    code: str
    title: str
    severity: Severity
    check: Callable[[Case], Iterable[Finding]]


RULES: tuple[Rule, ...] = (
    Rule("DS101", "Imported, but not declared", Severity.HIGH, undeclared),
    Rule("DS102", "Imported, but only another package brings it in", Severity.MEDIUM, transitive_only),
    Rule("DS103", "Declared, but never imported", Severity.MEDIUM, unused),
    Rule("DS104", "Imported at run time, but not declared for it", Severity.HIGH, not_for_run_time),
    Rule("DS105", "Requirements without an upper bound, a pin or a lock", Severity.LOW, floating),
    Rule("DS106", "Manifests of one project contradict one another", Severity.MEDIUM, disagreeing),
    Rule("DS107", "The lock does not hold what the manifest asks for", Severity.HIGH, stale),
    Rule("DS108", "From a repository or archive, without a fixed commit", Severity.MEDIUM, unfixed),
    Rule("DS201", "Known vulnerability", Severity.CRITICAL, vulnerable),
    Rule("DS202", "Hostile or withdrawn release", Severity.CRITICAL, hostile),
    Rule("DS203", "A fix exists, but the declaration forbids it", Severity.MEDIUM, forbidden),
    Rule("DS301", "Archived, deprecated, inactive or quarantined", Severity.CRITICAL, given_up),
    Rule("DS302", "One account alone can publish it", Severity.MEDIUM, single_account),
    Rule("DS303", "No stable release for long, against its own habit", Severity.MEDIUM, dormant),
    Rule("DS304", "Those who wrote most of it have left", Severity.HIGH, authors_gone),
    Rule("DS305", "Changed hands since the baseline", Severity.HIGH, new_owner),
    Rule("DS306", "More in one hand than the policy admits", Severity.MEDIUM, concentrated),
    Rule("DS401", "Denied by the policy", Severity.HIGH, denied),
    Rule("DS402", "Copyleft that the delivery sets off", Severity.HIGH, copyleft),
    Rule("DS403", "Proprietary or source-available terms", Severity.HIGH, restricted),
    Rule("DS404", "Licence not known", Severity.MEDIUM, unknown),
    Rule("DS405", "The licence has changed, or will", Severity.HIGH, new_terms),
    Rule("DS501", "Model under restricting terms", Severity.HIGH, restricted_weights),
    Rule("DS502", "Model whose terms or id are not decided", Severity.LOW, undecided),
    Rule("DS503", "Closed model, by API only", Severity.MEDIUM, closed),
    Rule("DS504", "Model or dataset without a fixed revision", Severity.LOW, unpinned),
    Rule("DS505", "Code that comes with a model is run", Severity.HIGH, foreign_code),
    Rule("DS506", "Weights in pickle files", Severity.LOW, pickled),
    Rule("DS507", "Hosted model that is, or will be, shut down", Severity.HIGH, retiring),
    Rule("DS508", "Dataset under non-commercial or unknown terms", Severity.MEDIUM, data_terms),
)


class Row(NamedTuple):
    """A line of the table of rules."""

    code: str
    severity: Severity
    title: str


_RANK = {severity: rank for rank, severity in enumerate(Severity)}  # declared from low to critical


def check(case: Case, *, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Finding, ...]:
    """
    All findings, worst first, then by code, package and place; `select` and `ignore` as in `selected`.

    Those that an exception of the policy accepts stay among them, with its reason as `suppressed`. `idle` names the
    exceptions that accept nothing. ConfigError for an exception whose code fits no rule.
    """
    for each in case.policy.exceptions:
        _selector(each.code)
    findings = accepted((finding for rule in RULES for finding in rule.check(case)), case)
    ordered = sorted(findings, key=lambda f: (-_RANK[f.severity], f.code, f.package, f.locations, f.fingerprint))
    return selected(ordered, select=select, ignore=ignore)


def idle(findings: Iterable[Finding], case: Case) -> tuple[Gap, ...]:
    """Exceptions of the policy, and comments, that accept nothing; `findings` are all that `check` gave."""
    return unneeded(findings, case, [rule.code for rule in RULES])


def selected(
    findings: Iterable[Finding], *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """
    The findings that `select` names (all when empty) and `ignore` does not.

    An entry is a code (`DS103`), a prefix (`DS1`), or either with a package (`DS103:tensorboard`). One that fits no
    rule is a ConfigError: a misspelt entry must not hide or show nothing in silence.
    """
    wanted = [_selector(entry) for entry in select]
    unwanted = [_selector(entry) for entry in ignore]

    def named(finding: Finding, selectors: Sequence[tuple[str, str]]) -> bool:
        return any(finding.code.startswith(code) and package in ("", finding.package) for code, package in selectors)

    return tuple(f for f in findings if (not wanted or named(f, wanted)) and not named(f, unwanted))


def located(findings: Iterable[Finding], files: Iterable[str]) -> tuple[Finding, ...]:
    """The findings that name a place in one of the files (as in a `Location`); these places come first."""
    wanted = frozenset(files)
    found = []
    for finding in findings:
        inside = [place for place in finding.locations if place.path in wanted]
        if inside:
            outside = (place for place in finding.locations if place.path not in wanted)
            found.append(replace(finding, locations=(*inside, *outside)))
    return tuple(found)


def _selector(entry: str) -> tuple[str, str]:
    prefix, _, package = (part.strip() for part in entry.partition(":"))
    if not prefix or not any(rule.code.startswith(prefix.upper()) for rule in RULES):
        raise ConfigError(f"no rule has the code or prefix {prefix!r}{_instead(prefix)}")
    return prefix.upper(), package.lower().replace("_", "-")


def _instead(code: str) -> str:
    near = get_close_matches(code.upper(), [rule.code for rule in RULES], n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(near)}?" if near else f"; the rules are {', '.join(r.code for r in RULES)}"


def manual(code: str) -> str:
    """The rule's page in Markdown; ConfigError with near matches for a code that no rule has."""
    for rule in RULES:
        if rule.code == code.upper():
            page = inspect.getdoc(rule.check) or ""
            return f"# {rule.code}: {rule.title}\n\nSeverity: {rule.severity} at most\n\n{page}\n"
    raise ConfigError(f"no rule has the code {code!r}{_instead(code)}")


def table() -> tuple[Row, ...]:
    """One row per rule, by code."""
    return tuple(Row(rule.code, rule.severity, rule.title) for rule in RULES)


def document() -> str:
    """The reference of all rules in Markdown: what docs/rules.md holds; `python -m depscan.rules` writes it."""
    rows = [f"| [{row.code}](#{_anchor(row)}) | {row.severity} | {row.title} |" for row in table()]
    pages = [manual(row.code).replace("\n### ", "\n#### ").replace("\n## ", "\n### ") for row in table()]
    head = [
        "# Rules",
        "",
        "<!-- Written by `python -m depscan.rules`; edit the docstrings in depscan/rules, not this file. -->",
        "",
        "`depscan explain CODE` prints one of these pages. A finding has a severity (how much it matters if it is",
        "true) and a confidence (how sure depscan is that it is true).",
        "",
        "| code | severity at most | what is found |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows, "", *(f"#{page}" for page in pages)]).rstrip() + "\n"


def _anchor(row: Row) -> str:
    """The anchor that Markdown renderers give to the heading of the rule's page."""
    title = "".join(c for c in f"{row.code} {row.title}".lower() if c.isalnum() or c in " -")
    return title.replace(" ", "-")
