"""DS305, DS405: who owns a package, and under which terms it comes, is no longer what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Confidence, FactKind, Licence, LicenceEvidence, Severity
from depscan.rules.findings import finding, names
from depscan.rules.record import Record, cited, newest
from depscan.rules.standing import Standing, weighed
from depscan.rules.terms import evidence_of, is_known, sureness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.model import Finding, Package, Report
    from depscan.rules.case import Case


# -- the rules ---------------------------------------------------------------------------------------------------------


def new_owner(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Compared with the report given as baseline, a package has another steward (or its steward another parent), belongs
    to another organisation of the package index, or can be published by other accounts.

    ## Why it matters

    Who decides over a library decides what your next installation runs. Most changes are harmless: a maintainer joins,
    a company is bought. Some are how a licence changes a year later, or how hostile code gets in.

    | what changed | load-bearing | significant | other |
    |---|---|---|---|
    | steward, its parent or the organisation; or every account | high | medium | low |
    | some accounts came or went | medium | low | low |

    ## Example

    ```
    $ depscan --baseline report-2026-q3.json
    DS305 xyz changed hands since 2026-08-01: publishing accounts: + mallory
    ```

    ## How to fix

    Find the announcement. If there is none, hold the version you have until you know who the new owner is.

    ## How to ignore

    Scan against a newer baseline once the change is understood; or `exceptions = [{code = "DS305", package = "xyz",
    reason = "..."}]` under `[tool.depscan.policy]`, or `ignore = ["DS305"]` under `[tool.depscan]` for the rule.

    ## When it is wrong

    - The two reports may have asked different sources: then a steward can be the same under another name. Confidence is
      high only where one source gave both answers and names accounts; medium for stewards, which people write down; one
      step lower where the sources differ.
    - An account that was renamed reads as one that left and one that came.

    What either report does not know is no change.
    """
    if case.baseline is None:
        return
    standing = Standing(case)
    records = Record(case.baseline.facts), Record(case.evidence.facts)
    before = {package.name: package for package in case.baseline.packages}
    for package in case.packages:
        if package.name not in before:
            continue
        hands = list(_hands(before[package.name], package))
        accounts = _accounts(before[package.name], package)
        if not hands and not accounts:
            continue
        replaced = not {*(before[package.name].publishers or ())} & {*(package.publishers or ())} if accounts else False
        high, medium = (Severity.HIGH, Severity.MEDIUM) if hands or replaced else (Severity.MEDIUM, Severity.LOW)
        yield finding(
            "DS305",
            weighed(package, high, medium, Severity.LOW),
            _surest(before[package.name], package, records, accounts=bool(accounts)),
            f"{package.name} changed hands since {case.baseline.scanned_at[:10]}: {'; '.join([*hands, *accounts])}",
            advice="find the announcement, and hold the version you have until you know who the new owner is",
            package=package.name,
            locations=standing.places(package.name),
        )


def new_terms(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    The licence of a package is not what it was in the report given as baseline; or the newest release comes under
    another licence than the version you have fixed.

    ## Why it matters

    A licence cannot be taken back for a version that was released under it; it changes with the next upgrade, which an
    unpinned requirement makes by itself. Libraries have moved from permissive terms to terms that forbid a competing
    or a commercial use.

    High for load-bearing, medium for significant packages and low for others, when the new terms ask for more (the
    order is that of docs/metrics.md: public domain, permissive, weak, strong, network copyleft, source-available,
    proprietary); low when they ask for the same or less.

    ## Example

    ```
    DS405 the licence of xyz changes from Apache-2.0 (1.4.0, which is pinned) to BUSL-1.1 (2.0.0, the newest)
    ```

    ## How to fix

    Hold the version whose terms you accepted (`<2`), and decide: accept the new terms, replace the library, or join a
    fork.

    ## How to ignore

    Once decided, `exceptions = [{code = "DS405", package = "xyz", reason = "held below 2"}]` under
    `[tool.depscan.policy]`, or `ignore = ["DS405"]` under `[tool.depscan]` for the rule.

    ## When it is wrong

    Two sources often word one licence differently. So terms of one family are compared only where both were concluded
    from the same kind of evidence, and confidence follows the weaker evidence: high for the SPDX expression or the
    licence text of a release, medium for classifiers, low for free text and lists. What is unknown on either side is no
    change.
    """
    from depscan import licences

    standing, record = Standing(case), Record(case.evidence.facts)
    before = {package.name: package for package in case.baseline.packages} if case.baseline else {}
    for package in case.packages:
        change = _ahead(package, record)
        if change is None and case.baseline is not None and package.name in before:
            change = _since(before[package.name], package, case.baseline)
        if change is None:
            continue
        old, new, message = change
        stricter = licences.stricter(new.family, old.family)
        weight = weighed(package, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
        yield finding(
            "DS405",
            weight if stricter else Severity.LOW,
            min(sureness(old), sureness(new), key=list(Confidence).index),
            message,
            advice="hold the version whose terms you have accepted, until you have decided about the new ones"
            if stricter
            else "take note of the new terms",
            package=package.name,
            locations=standing.places(package.name),
        )


# -- DS305 -------------------------------------------------------------------------------------------------------------


def _hands(before: Package, now: Package) -> Iterator[str]:
    """What changed about steward, parent and organisation, in words."""
    if before.steward and now.steward:
        if before.steward.name != now.steward.name:
            yield f"steward: {before.steward.name} -> {now.steward.name}"
        elif before.steward.parent and now.steward.parent and before.steward.parent != now.steward.parent:
            yield f"parent of {now.steward.name}: {before.steward.parent} -> {now.steward.parent}"
    if before.organisation and now.organisation and before.organisation != now.organisation:
        yield f"organisation: {before.organisation} -> {now.organisation}"


def _accounts(before: Package, now: Package) -> list[str]:
    if before.publishers is None or now.publishers is None:
        return []
    came = sorted({*now.publishers} - {*before.publishers})
    left = sorted({*before.publishers} - {*now.publishers})
    changes = ([f"+ {names(came, 5)}"] if came else []) + ([f"- {names(left, 5)}"] if left else [])
    return [f"publishing accounts: {', '.join(changes)}"] if changes else []


def _surest(before: Package, now: Package, records: tuple[Record, Record], *, accounts: bool) -> Confidence:
    """High for accounts, medium for stewards; one step lower when the two reports asked different sources."""
    if accounts:
        old, new = (newest(record.of(now.name, FactKind.PUBLISHER))[0] for record in records)
        return Confidence.HIGH if old == new else Confidence.MEDIUM
    same = bool(before.steward and now.steward and before.steward.source == now.steward.source)
    return Confidence.MEDIUM if same else Confidence.LOW


# -- DS405 -------------------------------------------------------------------------------------------------------------

_Change = tuple["Licence", "Licence", str]


def _ahead(package: Package, record: Record) -> _Change | None:
    """What an upgrade from the pinned to the newest version changes."""
    if not package.version or not package.latest or package.version == package.latest:
        return None
    old, new = _of(package, package.version, record), _of(package, package.latest, record)
    if old is None or new is None or not _differ(old, new):
        return None
    return old, new, (
        f"the licence of {package.name} changes from {old.expression} ({package.version}, which is pinned) to "
        f"{new.expression} ({package.latest}, the newest){cited(new.source, new.retrieved)}"
    )  # fmt: skip


def _since(before: Package, now: Package, baseline: Report) -> _Change | None:
    """What changed since the baseline."""
    old, new = before.licence, now.licence
    if old is None or new is None or not _differ(old, new):
        return None
    return old, new, (
        f"the licence of {now.name} was {old.expression} on {baseline.scanned_at[:10]} and is {new.expression} now"
        f"{cited(new.source, new.retrieved)}"
    )  # fmt: skip


def _of(package: Package, version: str, record: Record) -> Licence | None:
    """The terms of one release by the strongest evidence."""
    from depscan.licences import family

    found = [
        (rank, fact)
        for fact in record.of(package.name, FactKind.LICENCE)
        for rank, evidence in enumerate(LicenceEvidence)
        if fact.version == version and fact.detail == evidence
    ]
    if not found:
        return None
    _, fact = min(found)
    return Licence(fact.value, family(fact.value), evidence_of(fact.detail), fact.source, fact.retrieved, version)


def _differ(old: Licence, new: Licence) -> bool:
    """Whether the terms changed, and not only the words for them."""
    if not is_known(old) or not is_known(new) or not old.expression or not new.expression:
        return False
    if old.family is new.family and old.evidence is not new.evidence:
        return False
    return old.expression.casefold() != new.expression.casefold()
