"""Findings that the policy, or a comment in place, accepts: they stay visible, and what accepts nothing is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from depscan.model import Gap, Location, normalised
from depscan.rules.inplace import Comments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depscan.config import Exemption
    from depscan.model import Finding
    from depscan.rules.case import Case


def accepted(findings: Iterable[Finding], case: Case) -> Iterator[Finding]:
    """The findings; those that an exception in force, or a comment, covers with its reason as `suppressed`."""
    comments = Comments(case.waivers)
    in_force = [each for each in case.policy.exceptions if not _is_over(each, case.today)]
    for finding in findings:
        reason = next((each.reason.strip() for each in in_force if _covers(each, finding)), "")
        yield replace(finding, suppressed=reason) if reason else comments.accept(finding)


def unneeded(findings: Iterable[Finding], case: Case, known: Sequence[str]) -> tuple[Gap, ...]:
    """
    Exceptions that are over, though what they accepted is still there; exceptions and comments that fit no finding.

    `known` are the codes of all rules.
    """
    found = list(findings)
    gaps = []
    for each in case.policy.exceptions:
        covered = sum(_covers(each, finding) for finding in found)
        named = f"policy exception {each.code}{f' for {each.package}' if each.package else ''} ({each.reason.strip()})"
        if covered and _is_over(each, case.today):
            many = "1 finding counts" if covered == 1 else f"{covered} findings count"
            reason = f"{named} was good until {each.until}: {many} again; renew it, or mend what it accepted"
        elif not covered and _could_be_judged(each.code, case):
            reason = f"{named} fits no finding: remove it, or correct its code and package"
        else:
            continue
        gaps.append(Gap("rules", Location(""), reason))
    comments = Comments(case.waivers).idle(found, known, lambda code: _could_be_judged(code, case))
    return tuple(sorted({*gaps, *comments}))


def _covers(each: Exemption, finding: Finding) -> bool:
    package = normalised(each.package)
    return finding.code.startswith(each.code.strip().upper()) and package in {"", finding.package}


def _is_over(each: Exemption, today: str) -> bool:
    """Whether its last day has passed; an exception without a last day, or judged on no day, holds."""
    return bool(today and each.until and each.until.isoformat() < today)


def _could_be_judged(selector: str, case: Case) -> bool:
    """Whether this run had what the rule needs: facts about packages, an earlier report."""
    code = selector.strip().upper()
    if code.startswith(("DS3", "DS4")) and not case.evidence.facts:
        return False
    return not code.startswith("DS305") or case.baseline is not None
