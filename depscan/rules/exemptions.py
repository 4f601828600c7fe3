"""Findings that the policy, or a comment in place, accepts: they stay visible, and what accepts nothing is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from depscan.model import Advisory, Fix, Gap, Location, normalised
from depscan.rules.inplace import Comments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depscan.config import Exemption
    from depscan.model import Finding
    from depscan.rules.case import Case


def accepted(findings: Iterable[Finding], case: Case) -> Iterator[Finding]:
    """The findings; those that an exception in force, or a comment, covers with its reason as `suppressed`."""
    comments = Comments(case.waivers)
    exceptions = _Exceptions(case)
    for finding in findings:
        each = next((one for one in case.policy.exceptions if exceptions.accepts(one, finding)), None)
        if each is None:
            yield comments.accept(finding)
        else:
            yield replace(finding, suppressed=each.reason.strip(), vex=each.vex.value if finding.advisory else "")


def unneeded(findings: Iterable[Finding], case: Case, known: Sequence[str]) -> tuple[Gap, ...]:
    """
    Exceptions that are over, though what they accepted is still there; exceptions and comments that fit no finding.

    `known` are the codes of all rules.
    """
    found = list(findings)
    exceptions = _Exceptions(case)
    gaps = [
        Gap("rules", Location(""), f"{_named(each)} {reason}")
        for each in case.policy.exceptions
        if (reason := exceptions.amiss(each, found))
    ]
    comments = Comments(case.waivers).idle(found, known, lambda code: _could_be_judged(code, case))
    return tuple(sorted({*gaps, *comments}))


def names_advisory(each: Exemption, advisory: Advisory) -> bool:
    """Whether the exception is about this advisory, by its id or an alias, and about its package."""
    wanted = each.advisory.strip().casefold()
    names = {name.casefold() for name in (advisory.id, *advisory.aliases)}
    return wanted in names and normalised(each.package) in {"", advisory.package}


class _Exceptions:
    """The exceptions of a case against its findings."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._advisories = {(each.package, each.id): each for each in case.advisories}
        self._mended = {
            (package.name, each.id)
            for package in case.packages
            for each in package.advisories
            if each.fix is not Fix.NONE
        }

    def accepts(self, each: Exemption, finding: Finding) -> bool:
        """Whether it is about the finding, and in force."""
        return self._covers(each, finding) and not self._is_over(each) and not self._is_mended(each, finding)

    def amiss(self, each: Exemption, findings: Iterable[Finding]) -> str:
        """What is wrong with it; empty when it does what it is there for, or when that cannot be known."""
        covered = [finding for finding in findings if self._covers(each, finding)]
        mended = [finding for finding in covered if self._is_mended(each, finding)]
        if covered and self._is_over(each):
            return f"was good until {each.until}: {_count(covered)} again; renew it, or mend what it accepted"
        if mended:
            return f"was good until a fix is known, and one is: {_count(mended)} again; move to the fix"
        if covered or not _could_be_judged(each.code, self._case):
            return ""
        audit = self._case.audit
        if each.code.strip().upper().startswith("DS2") and audit is not None and audit.answered < audit.asked:
            rest = audit.asked - audit.answered
            return f"fits no finding, but of {rest} packages or versions nothing was learnt: look before you remove it"
        what = "code, advisory and package" if each.advisory else "code and package"
        return f"fits no finding: remove it, or correct its {what}"

    def _covers(self, each: Exemption, finding: Finding) -> bool:
        if not finding.code.startswith(each.code.strip().upper()):
            return False
        if normalised(each.package) not in {"", finding.package}:
            return False
        if each.advisory.strip():
            advisory = self._advisories.get((finding.package, finding.advisory))
            return advisory is not None and names_advisory(each, advisory)
        return bool(finding.advisory) or not each.until_fixed

    def _is_over(self, each: Exemption) -> bool:
        """Whether its last day has passed; an exception without a last day, or judged on no day, holds."""
        return bool(self._case.today and each.until and each.until.isoformat() < self._case.today)

    def _is_mended(self, each: Exemption, finding: Finding) -> bool:
        """Whether it ends with a fix, and one is known."""
        return each.until_fixed and (finding.package, finding.advisory) in self._mended


def _named(each: Exemption) -> str:
    about = ", ".join(part for part in (each.package, each.advisory.strip()) if part)
    return f"policy exception {each.code}{f' for {about}' if about else ''} ({each.reason.strip()})"


def _count(findings: Sequence[Finding]) -> str:
    return "1 finding counts" if len(findings) == 1 else f"{len(findings)} findings count"


def _could_be_judged(selector: str, case: Case) -> bool:
    """Whether this run had what the rule needs: facts about packages, an audit, an earlier report."""
    code = selector.strip().upper()
    if code.startswith("DS2") and case.audit is None:
        return False
    if code.startswith(("DS202", "DS3", "DS4")) and not case.evidence.facts:
        return False
    return not code.startswith("DS305") or case.baseline is not None
