"""DS402 to DS404: terms that reach into the project's own code, that restrict use, or that nobody knows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from depscan.config import Distribution
from depscan.model import Confidence, LicenceFamily, Severity
from depscan.rules.findings import count, finding, names
from depscan.rules.policy import is_judged
from depscan.rules.record import Record
from depscan.rules.standing import Standing, weighed
from depscan.rules.terms import BROUGHT, brought_in, is_known, least_sure, members, sureness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.model import Finding, Package
    from depscan.rules.case import Case
    from depscan.rules.terms import Member

_REACH: dict[Distribution | None, frozenset[LicenceFamily]] = {
    Distribution.SHIPPED: frozenset({LicenceFamily.STRONG_COPYLEFT, LicenceFamily.NETWORK_COPYLEFT}),
    Distribution.SERVICE: frozenset({LicenceFamily.NETWORK_COPYLEFT}),
    Distribution.INTERNAL: frozenset(),
    None: frozenset({LicenceFamily.STRONG_COPYLEFT, LicenceFamily.NETWORK_COPYLEFT}),
}
"""The families whose duties begin with that way of delivery."""

_COVERED_BY = {
    LicenceFamily.STRONG_COPYLEFT: frozenset({LicenceFamily.STRONG_COPYLEFT, LicenceFamily.NETWORK_COPYLEFT}),
    LicenceFamily.NETWORK_COPYLEFT: frozenset({LicenceFamily.NETWORK_COPYLEFT}),
}
"""The families that a project's own licence must be of, for a library of this family to ask nothing new of it."""

_RESTRICTED = frozenset({LicenceFamily.SOURCE_AVAILABLE, LicenceFamily.PROPRIETARY})


# -- the rules ---------------------------------------------------------------------------------------------------------


def copyleft(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A package that is installed with the project has a licence which asks that the code it is combined with be published
    as well (strong copyleft, such as the GPL), or that this be done even when the code is only used over a network
    (network copyleft, such as the AGPL); and your code is delivered in a way in which that duty begins.

    ## Why it matters

    Whoever receives your program, or uses it over a network, may then ask for its whole source.

    | `distribution` in the policy | strong copyleft | network copyleft |
    |---|---|---|
    | `"shipped"`: copies are handed over | finding | finding |
    | `"service"`: others use it over a network | none | finding |
    | `"internal"`: it stays in the house | none | none |
    | not set | finding, severity low | finding, severity low |

    With `distribution` set, severity is high for load-bearing and significant packages, medium for others.

    ## Example

    ```
    DS402 xyz is under AGPL-3.0-only, network copyleft terms (package index, 2026-11-20): what is offered over a network
    together with it must be published
    ```

    ## How to fix

    Say how the code is delivered: `distribution = "service"` under `[tool.depscan.policy]`. If the duty does begin:
    replace the package, buy other terms from its authors, run it as a program of its own, or publish.

    ## How to ignore

    `exceptions = [{code = "DS402", package = "xyz", reason = "separate process, see ADR 12"}]` under
    `[tool.depscan.policy]`. A licence or family in `allowed-licences` or `denied-licences` there is judged by DS401
    alone. `ignore = ["DS402"]` under `[tool.depscan]` leaves out the rule.

    ## When it is wrong

    This is not a legal analysis. The rule is a simple one:

    - Families are compared, not licences. A project whose own licence (its manifest says it) is of the same family as
      the package's or asks for more is not reported: a GPL project may use a GPL library. That some of these licences
      cannot be combined with one another (GPL-2.0-only and GPL-3.0-only) is not judged.
    - Where one may choose (`GPL-2.0-only OR MIT`) the kinder terms are taken; an exception that softens a licence
      (`WITH Classpath-exception-2.0`) is taken into account.
    - Weak copyleft (LGPL, MPL) is no finding: it asks for changes to the library itself.
    - Packages that only tests, docs, tools and builds need are not delivered and not reported.
    - Confidence is that of the evidence: high for the SPDX expression or licence text of a release, medium for
      classifiers, low for free text and third parties' lists.
    """
    standing = Standing(case)
    delivery = case.policy.distribution
    for member in members(case, Record(case.evidence.facts)):
        family = member.licence.family
        if family not in _REACH[delivery] or is_judged(case.policy, member.licence.expression):
            continue
        direct = standing.introducer(member.name, member.chain)
        if not standing.is_delivered(member.name, direct) or _is_covered(member, direct, standing):
            continue
        duty = "offered over a network" if family is LicenceFamily.NETWORK_COPYLEFT else "passed on"
        yield finding(
            "DS402",
            weighed(member.package, Severity.HIGH, Severity.HIGH, Severity.MEDIUM) if delivery else Severity.LOW,
            sureness(member.licence),
            f"{member.name}{member.how} is under {member.terms}{member.where}: what is {duty} together with it must be "
            "published",
            advice="replace it, run it apart, get other terms, or publish"
            if delivery
            else "set `distribution` in the policy: whether the duty begins depends on how the code is delivered",
            package=member.name,
            locations=standing.places(member.name, direct),
        )


def restricted(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    The project installs a package under a vendor's own terms (proprietary), or under a licence that lets everybody read
    the source but not use it for everything (source-available, such as the BUSL or the SSPL). It may be there only on
    some platforms: torch is permissive, its Linux wheels bring NVIDIA's libraries.

    ## Why it matters

    Such terms can forbid what you do: hosting it for others, competing with the vendor, passing it on in an image,
    running it on other hardware. They are no open source licence, so nobody but the vendor can continue the package,
    and the vendor can change them with any release.

    | | load-bearing | significant | other |
    |---|---|---|---|
    | the package itself is asked for or imported | high | medium | medium |
    | other packages bring it in | low; medium with `distribution = "shipped"` | | |

    What one direct dependency alone brings in is one finding about that dependency.

    ## Example

    ```
    DS403 torch brings in 14 packages under proprietary terms on linux-x86_64 only, through cuda-toolkit: nvidia-cublas,
    nvidia-cuda-cupti ...
    ```

    ## How to fix

    Read the terms with those who decide. Take a build without the part (the CPU wheels of torch), buy the rights, or
    replace the package. In images that you hand over, look at what may be redistributed.

    ## How to ignore

    `exceptions = [{code = "DS403", package = "torch", reason = "CUDA EULA accepted", until = 2027-12-31}]` under
    `[tool.depscan.policy]` accepts all that torch brings in; with the name of one of those packages, that one. Licences
    and families in `allowed-licences` or `denied-licences` there are judged by DS401 alone. `ignore = ["DS403"]` under
    `[tool.depscan]` leaves out the rule.

    ## When it is wrong

    - What is installed may differ from the closure that was judged: an index of CPU wheels, a base image.
    - Packages that only tests, docs, tools and builds need are not reported.
    - Confidence is that of the evidence (see DS402), and of a group that of its weakest member.
    """
    standing = Standing(case)
    brought: defaultdict[str, list[Member]] = defaultdict(list)
    excepted = case.excepted("DS403")
    shipped = case.policy.distribution is Distribution.SHIPPED
    for member in members(case, Record(case.evidence.facts)):
        if member.licence.family not in _RESTRICTED or is_judged(case.policy, member.licence.expression):
            continue
        direct = standing.introducer(member.name, member.chain)
        if not standing.is_delivered(member.name, direct):
            continue
        if direct == member.name or member.name in excepted:
            yield _restricted(member, direct, standing, shipped=shipped)
        else:
            brought[direct].append(member)
    for direct, found in sorted(brought.items()):
        yield _brought(direct, found, standing, shipped=shipped)


def unknown(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    No source that was asked knows under which licence a package comes, or its licence is named but depscan does not
    know what it asks for.

    ## Why it matters

    Without a licence there is no right to use the code; with one that nobody has read there is no knowing. Usually it
    is there and only badly written down.

    Medium for load-bearing packages that some source knows, low for others. Packages that are neither load-bearing nor
    significant share one finding.

    ## Example

    ```
    DS404 12 packages on which little code rests directly are under terms that are not known: abc, def ...
    ```

    ## How to fix

    Scan with `--online`, or read the package's licence file, and ask its authors to declare it (`license` in
    pyproject.toml).

    ## How to ignore

    `exceptions = [{code = "DS404", package = "abc", reason = "MIT, read on 2026-11-02"}]` under
    `[tool.depscan.policy]`, or `ignore = ["DS404"]` under `[tool.depscan]` for the rule.

    ## When it is wrong

    - The package is your own, from an index of yours: nobody else can know its terms.
    - Confidence says how well it was looked up: high where a licence is named but not understood; medium where sources
      know the package and not its licence; low where no source knows the package.

    Nothing is said where no facts were looked up at all, nor of packages that only tests, docs, tools and builds need.
    """
    if not case.evidence.facts:
        return
    standing, record = Standing(case), Record(case.evidence.facts)
    unsure = [each for each in case.packages if not is_known(each.licence) and standing.is_delivered(each.name)]
    alone, together = standing.apart("DS404", unsure)
    for package in alone:
        named = package.licence.expression if package.licence else ""
        known = Severity.MEDIUM if record.names(package.name) else Severity.LOW
        yield finding(
            "DS404",
            weighed(package, known, Severity.LOW, Severity.LOW),
            _lookup(package, record),
            f"{package.name} names a licence of which it is not known what it asks for: {named}"
            if named
            else f"the licence of {package.name} is not known",
            advice="read its licence file; --online asks the package index",
            package=package.name,
            locations=standing.places(package.name),
        )
    if together:
        verb = "is" if len(together) == 1 else "are"
        yield finding(
            "DS404",
            Severity.LOW,
            min((_lookup(package, record) for package in together), key=list(Confidence).index),
            f"{count(len(together), 'package')} on which little code rests directly {verb} under terms that are not "
            f"known: {names([package.name for package in together], 12)}",
            advice="read their licence files; --online asks the package index",
            package="",
            locations=[place for package in together for place in standing.places(package.name)[:1]],
        )


# -- DS402 -------------------------------------------------------------------------------------------------------------


def _is_covered(member: Member, direct: str, standing: Standing) -> bool:
    """Whether every project that it belongs to is itself under terms of its family, or of one that asks for more."""
    from depscan.licences import conclude, family

    projects = standing.projects(member.name, direct)
    own = [conclude(name=project.licence) for project in projects]
    covering = _COVERED_BY[member.licence.family]
    return bool(own) and all(terms is not None and family(terms.expression) in covering for terms in own)


# -- DS403 -------------------------------------------------------------------------------------------------------------


def _restricted(member: Member, direct: str, standing: Standing, *, shipped: bool) -> Finding:
    if standing.is_direct(member.name):
        severity = weighed(member.package, Severity.HIGH, Severity.MEDIUM, Severity.MEDIUM)
    else:
        severity = Severity.MEDIUM if shipped else Severity.LOW
    return finding(
        "DS403",
        severity,
        sureness(member.licence),
        f"{member.name}{member.how} is under {member.terms}{member.where}",
        advice="read the terms with those who decide, or replace it",
        package=member.name,
        locations=standing.places(member.name, direct),
    )


def _brought(direct: str, found: Sequence[Member], standing: Standing, *, shipped: bool) -> Finding:
    """What one direct dependency brings in, together."""
    families = sorted({member.licence.family for member in found})
    return finding(
        "DS403",
        Severity.MEDIUM if shipped else Severity.LOW,
        least_sure(found),
        brought_in(direct, found, f"{' and '.join(families)} terms"),
        advice="read the terms with those who decide, or take a build without these packages",
        package=direct,
        locations=standing.places(direct),
        root=BROUGHT,
    )


# -- DS404 -------------------------------------------------------------------------------------------------------------


def _lookup(package: Package, record: Record) -> Confidence:
    """How well the licence was looked for."""
    if package.licence and package.licence.expression:
        return Confidence.HIGH
    return Confidence.MEDIUM if record.names(package.name) else Confidence.LOW
