"""DS306, DS401: what the owner of the code does not admit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from depscan.model import Confidence, Severity, normalised
from depscan.rules.findings import finding, names, worst
from depscan.rules.record import Record
from depscan.rules.standing import Standing, weighed
from depscan.rules.terms import BROUGHT, brought_in, least_sure, members, sureness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.specifiers import SpecifierSet

    from depscan.config import Policy
    from depscan.model import Concentration, Finding
    from depscan.rules.case import Case
    from depscan.rules.terms import Member

_HELD = {
    "steward": "is steward of",
    "parent": "stands behind",
    "account": "can publish",
    "licence": "is the kind of licence of",
    "jurisdiction": "is the jurisdiction of",
    "model-developer": "made",
    "model-licence": "is the kind of licence of",
    "model-access": "is how open are",
    "model-jurisdiction": "is the jurisdiction of",
}
_OF = {
    "packages": "of the packages that the code imports",
    "exposure": "of what the code imports, by direct share",
    "models": "of the models that production names",
    "places": "of the models that production names, by the places that name them",
}


# -- the rules ---------------------------------------------------------------------------------------------------------


def concentrated(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    One hand holds a larger share of what the code imports than `max-concentration` in your policy admits: one steward,
    one parent company or foundation, one publishing account, one family of licences or one jurisdiction.

    ## Why it matters

    What one hand holds, one decision can change: a new licence, the end of a programme, a stolen account, a sanction.
    How much of that you accept is yours to say; without `max-concentration` there is no finding.

    ## Example

    ```toml
    [tool.depscan.policy]
    max-concentration = {steward = 0.5, account = 0.25}
    ```
    ```
    DS306 Example Foundation is steward of at least 62 % of the packages that the code imports, the policy admits 50 %
    ```

    ## How to fix

    Look at `concentration` in the report: which packages make up the share, and for which of them there is a
    replacement in other hands. Or raise the limit, and write down why.

    ## How to ignore

    `exceptions = [{code = "DS306", reason = "accepted by the board", until = 2027-06-30}]` under
    `[tool.depscan.policy]`, or `ignore = ["DS306"]` under `[tool.depscan]`.

    ## When it is wrong

    - Shares are of the packages that production code imports, counted alike or weighted by direct share (see
      docs/metrics.md); the larger of the two is compared.
    - Packages whose hand is not known count as held by others. So the share is a lower bound, and a finding is true
      whatever the unknown turns out to be; that there is none does not mean that the limit is kept.
    - A steward that does no harm alone may belong to a parent that holds more: limit `parent` as well.
    - Of AI models, `model-developer`, `model-licence`, `model-access` and `model-jurisdiction` can be limited, over the
      models that production names (datasets left out); they are measured only with `models = true`.
    """
    standing = Standing(case)
    for dimension, limit in sorted(case.policy.max_concentration.items()):
        measured = [each for each in case.concentration if each.dimension == dimension and each.top]
        most = max(measured, key=lambda each: (_certain(each), each.weight), default=None)
        if most is None or most.top is None or _certain(most) <= limit:
            continue
        unknown = f"; {_percent(most.unknown_share)} are in hands that are not known" if most.unknown_share else ""
        yield finding(
            "DS306",
            Severity.MEDIUM,
            Confidence.HIGH,
            f"{most.top.name} {_HELD[dimension]} {'at least ' if unknown else ''}{_percent(_certain(most))} "
            f"{_OF.get(most.weight, most.weight)}, the policy admits {_percent(limit)}: "
            f"{names(most.top.packages, 5)}{unknown}",
            advice="find replacements in other hands, or raise the limit and say why",
            package="",
            locations=[place for name in most.top.packages for place in standing.places(name)[:1]] or standing.top,
            root=dimension,
        )


def denied(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A package is one that your policy denies, by name or version; or its licence is one that the policy denies, or not
    among those that it allows.

    ## Why it matters

    The policy is your own decision about what the code may rest on; this is where it is not kept.

    | | load-bearing, significant | other | only tests, docs, tools or builds need it |
    |---|---|---|---|
    | the package is denied | high | high | medium |
    | the licence is denied, or not allowed | high | medium | low |

    Packages that one direct dependency alone brings in share one finding about that dependency.

    ## Example

    ```toml
    [tool.depscan.policy]
    denied-packages = ["abc", "xyz>=1.82.7,<1.83"]
    allowed-licences = ["permissive", "public domain", "MPL-2.0"]
    ```
    ```
    DS401 xyz is denied by the policy: AGPL-3.0-only, network copyleft terms (classifier, 2026-11-20) are not allowed
    ```

    ## How to fix

    Replace the package, or change the policy.

    ## How to ignore

    `exceptions = [{code = "DS401", package = "xyz", reason = "bought other terms", until = 2027-03-31}]` under
    `[tool.depscan.policy]`. `ignore = ["DS401"]` under `[tool.depscan]` leaves out the rule.

    ## When it is wrong

    - Entries are SPDX licences, expressions, or families (public domain, permissive, weak copyleft, strong copyleft,
      network copyleft, source-available, proprietary, non-SPDX, unknown). The closer entry decides, and at the same
      closeness the denial: `denied-licences = ["weak copyleft"]` beside `allowed-licences = ["LGPL-3.0-only"]` admits
      one of them. With OR one allowed choice is enough; with AND every part must be allowed.
    - A package whose licence is not known is not denied by an `allowed-licences` that does not name it: that is DS404.
      `denied-licences = ["unknown"]` denies it.
    - A denied version is found where the version is fixed (a pin, a lock, an environment), not in a range.
    - Confidence is that of the evidence for the licence (see DS402), and high for names.
    """
    policy = case.policy
    banned = _banned(policy)
    if not banned and not policy.allowed_licences and not policy.denied_licences:
        return
    standing = Standing(case)
    excepted = case.excepted("DS401")
    brought: defaultdict[str, list[Member]] = defaultdict(list)
    for member in members(case, Record(case.evidence.facts)):
        by_name = _denied_by_name(member, banned)
        by_licence = _denied_by_licence(member, policy) if case.evidence.facts else ""
        direct = standing.introducer(member.name, member.chain)
        if by_licence and not by_name and direct != member.name and member.name not in excepted:
            brought[direct].append(member)
        elif by_name or by_licence:
            yield _denied(member, by_name, by_licence, direct, standing)
    for direct, found in sorted(brought.items()):
        delivered = any(standing.is_delivered(member.name, direct) for member in found)
        yield finding(
            "DS401",
            Severity.MEDIUM if delivered else Severity.LOW,
            least_sure(found),
            brought_in(direct, found, f"terms that the policy does not admit ({_licences(found)})"),
            advice="replace it, take a build without these packages, or change the policy",
            package=direct,
            locations=standing.places(direct),
            root=BROUGHT,
        )


def is_judged(policy: Policy, expression: str) -> bool:
    """Whether the policy says anything of the licence: then DS401 judges it, and no other rule."""
    if not expression or not (policy.allowed_licences or policy.denied_licences):
        return False
    from depscan.licences import Outcome, evaluate

    said = evaluate(expression, allowed=policy.allowed_licences, denied=policy.denied_licences)
    return bool(policy.allowed_licences) or said.outcome is not Outcome.NOT_LISTED


# -- DS306 -------------------------------------------------------------------------------------------------------------


def _certain(measured: Concentration) -> float:
    """The share of the whole that the top hand holds, if all that is unknown were in other hands."""
    return measured.top.share * (1 - measured.unknown_share) if measured.top else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


# -- DS401 -------------------------------------------------------------------------------------------------------------


def _denied(member: Member, by_name: str, by_licence: str, direct: str, standing: Standing) -> Finding:
    delivered = standing.is_delivered(member.name, direct)
    grounds: list[tuple[Severity, Confidence]] = []
    if by_name:
        grounds.append((Severity.HIGH if delivered else Severity.MEDIUM, Confidence.HIGH))
    if by_licence:
        weight = weighed(member.package, Severity.HIGH, Severity.HIGH, Severity.MEDIUM)
        grounds.append((weight if delivered else Severity.LOW, sureness(member.licence)))
    severity = worst(weight for weight, _ in grounds)
    return finding(
        "DS401",
        severity,
        next(sure for weight, sure in grounds if weight is severity),
        f"{member.name}{member.how} is denied by the policy: {'; '.join(filter(None, (by_name, by_licence)))}",
        advice="replace it, or change the policy",
        package=member.name,
        locations=standing.places(member.name, direct),
    )


def _licences(found: Sequence[Member]) -> str:
    return names(sorted({member.licence.expression or "not known" for member in found}))


def _banned(policy: Policy) -> dict[str, list[tuple[str, SpecifierSet]]]:
    """Denied versions by package, each as it is written in the policy."""
    from packaging.requirements import Requirement

    banned: defaultdict[str, list[tuple[str, SpecifierSet]]] = defaultdict(list)
    for entry in policy.denied_packages:
        requirement = Requirement(entry)
        banned[normalised(requirement.name)].append((entry, requirement.specifier))
    return dict(banned)


def _denied_by_name(member: Member, banned: dict[str, list[tuple[str, SpecifierSet]]]) -> str:
    from packaging.version import InvalidVersion, Version

    version = member.package.version if member.package else ""
    for entry, specifier in banned.get(member.name, ()):
        try:
            hit = not specifier or bool(version and specifier.contains(Version(version), prereleases=True))
        except InvalidVersion:
            hit = False
        if hit:
            return f"it names {entry}" + (f", and {version} is fixed" if specifier else "")
    return ""


def _denied_by_licence(member: Member, policy: Policy) -> str:
    from depscan.licences import Outcome, evaluate

    expression = member.licence.expression
    verdict = evaluate(expression, allowed=policy.allowed_licences, denied=policy.denied_licences)
    if verdict.outcome is Outcome.DENIED:
        return f"{member.terms}{member.where} are denied" if expression else "its licence is not known"
    if verdict.outcome is Outcome.NOT_LISTED and expression and policy.allowed_licences:
        return f"{member.terms}{member.where} are not allowed"
    return ""
