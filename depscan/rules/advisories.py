"""DS201 to DS203: known vulnerabilities, hostile and withdrawn releases, and fixes that a declaration forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Affected, Confidence, FactKind, Need, Severity
from depscan.rules.exemptions import names_advisory
from depscan.rules.findings import at_most, count, finding, names, worst
from depscan.rules.flaws import flaws, newest_of, same
from depscan.rules.record import Record, aged, cited, newest
from depscan.rules.standing import Standing
from depscan.rules.versions import exclude, refuses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depscan.model import Declaration, Finding, Location, Package
    from depscan.rules.case import Case
    from depscan.rules.flaws import Flaw


# -- the rules ---------------------------------------------------------------------------------------------------------


def vulnerable(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A published advisory concerns a version of the package that the project pins; or, where none is pinned, one that it
    may get. There is one finding for each package and advisory, with the advisory's id, its CVE numbers, and whether
    there is a fix: in a version that the declarations admit, in one that they forbid (DS203), or none that is known.

    ## Why it matters

    The flaw is public, and so, often, is the way to use it. How much that matters here depends on how the package is
    used: the finding names the record's own severity and what is left of it, or added to it, by use.

    | what is known | severity | confidence |
    |---|---|---|
    | a pinned version is affected | the record's, weighed by use | high |
    | the same, and the record states no severity | medium where production code imports the package, else low | high |
    | none is pinned; the newest release is affected, or no admitted one is known to be sound | as above | medium |
    | none is pinned; older releases that are admitted are affected | low, one finding per package | medium |
    | nothing says which version is installed, or the versions cannot be compared | low, one finding for all | low |

    Confidence is low where no version is pinned and no source says which release is the newest.

    Weighed by use: one step lower where no code imports the package, only tests, docs or tools do, nothing of what the
    advisory names is used, or the package is only possibly affected; one step higher where a load-bearing package is
    affected in a place that the advisory names and the project uses.

    ## Example

    ```
    DS201 xyz 1.4.2 is affected by PYSEC-2021-1 (CVE-2021-1): high in the record, medium by use (imported by tests
    only); fixed in 1.6.0, which is admitted
    ```

    ## How to fix

    Move to the version that the finding names, or a later one, and lock it. Where none is pinned, ask for later ones
    than the advisories concern (`xyz>=1.6`), or add a lock. Where no fix is known, find out whether the flaw can be
    reached from what you do with the package, and look for another one.

    ## How to ignore

    By the id or any alias, with a reason, under `[tool.depscan.policy]`: `exceptions = [{code = "DS201", advisory =
    "CVE-2021-1", reason = "the server is never started", vex = "not_affected", until-fixed = true}]`. `until-fixed`
    ends the exception when a fix becomes known, `until` on a day; `package` narrows it to one package. Without
    `advisory` it accepts all that is known of the package.

    ## When it is wrong

    - The flawed part is never reached: depscan knows which names are used where an advisory names any, not with what
      data.
    - A distributor, or you, mended the flaw in a build of the same version (`2.0.0+ours` is compared as `2.0.0`).
    - Records name wrong ranges of versions now and then, and are corrected: import a new copy.

    Nothing is said of what was not looked up; the report says how far the audit came. No finding is not a clean bill.
    """
    standing = Standing(case)
    unseen: list[tuple[Package, list[Flaw]]] = []
    for package, known in flaws(case):
        sound = [flaw for flaw in known if not flaw.advisory.malicious]
        together = []
        for flaw in sound:
            if not (_stands_alone(flaw) or _is_named(case, "DS201", flaw)):
                together.append(flaw)
                continue
            yield finding(
                "DS201",
                flaw.severity,
                flaw.confidence,
                f"{flaw.said} {flaw.name}: {flaw.weight}; {flaw.remedy}",
                advice=flaw.advice,
                package=package.name,
                locations=_places(case, standing, package, flaw.versions),
                root=flaw.advisory.id,
                advisory=flaw.advisory.id,
            )
        if possible := [flaw for flaw in together if flaw.state is Affected.POSSIBLY]:
            yield _possible(case, standing, possible)
        if unknown := [flaw for flaw in together if flaw.state is Affected.UNKNOWN]:
            unseen.append((package, unknown))
    excepted = case.excepted("DS201")
    for package, unknown in unseen:
        if package.name in excepted:
            yield _unseen(standing, [(package, unknown)], package.name)
    if rest := [each for each in unseen if each[0].name not in excepted]:
        yield _unseen(standing, rest)


def hostile(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A version that the project pins was published to do harm, as an advisory says (`MAL-`); or its authors withdrew it
    from the package index (yanked). Where none is pinned: hostile releases are among those that the project may get.

    ## Why it matters

    A hostile release runs its code when it is installed, imported or not: take every machine that installed it as
    lost. A withdrawn release was taken back for a reason: it breaks, lacks a file, or should not have been published.

    | what is known | severity | confidence |
    |---|---|---|
    | a pinned version is hostile | critical | high |
    | none is pinned; the newest release is hostile, or no admitted one is known to be sound | critical | medium |
    | none is pinned; others than the newest are hostile | medium | low |
    | a pinned version was withdrawn | medium | high |

    Confidence is low where no version is pinned and no source says which release is the newest.

    ## Example

    ```
    DS202 xyz 1.82.8 is a hostile release, as MAL-2026-1 says
    DS202 xyz 2.0.1 was withdrawn: "breaks on Windows" (package index, 2026-11-20)
    ```

    ## How to fix

    Hostile: remove it, find every machine and every image that installed it, and replace their secrets. Then see how
    the version came into the lock. Withdrawn: move to the next release.

    ## How to ignore

    `exceptions = [{code = "DS202", package = "xyz", reason = "..."}]` under `[tool.depscan.policy]`; for a hostile
    release name the advisory as well: `advisory = "MAL-2026-1"`.

    ## When it is wrong

    - A hostile release that was taken down may have been followed by a sound one of the same name: what counts is
      the version in the record.
    - A release may have been put back since the facts were read; confidence is lower when that was a year ago.
    - What is withdrawn is known only of packages on which the index was asked.
    """
    standing, record = Standing(case), Record(case.evidence.facts)
    bad = [flaw for _, known in flaws(case) for flaw in known if flaw.advisory.malicious]
    for flaw in bad:
        yield _hostile(case, standing, flaw)
    named = {(flaw.package.name, version) for flaw in bad for version in flaw.versions}
    for package in case.packages:
        withdrawn = record.of(package.name, FactKind.YANKED)
        for version in _pinned(case, package) if withdrawn else ():
            facts = [fact for fact in withdrawn if same(fact.value, version)]
            if not facts or (package.name, version) in named:
                continue
            source, retrieved = newest(facts)
            reason = next((fact.detail for fact in reversed(facts) if fact.detail), "")
            yield finding(
                "DS202",
                Severity.MEDIUM,
                aged(Confidence.HIGH, retrieved, case.today),
                f"{package.name} {version} was withdrawn: "
                + (f'"{reason}"' if reason else "no reason is given")
                + cited(source, retrieved),
                advice="move to the next release",
                package=package.name,
                locations=_places(case, standing, package, [version]),
                root=f"withdrawn {version}",
            )


def forbidden(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    A version that the project pins, or every one that it may get, has a known flaw. There is a release without it,
    and what the manifests ask for does not admit it.

    ## Why it matters

    No update of a lock and no fresh installation will bring the fix: somebody has to change the declaration first, and
    often the code with it. Tools that only propose updates within the bounds stay silent here.

    Medium where one of the flaws weighs medium or more (see DS201), else low. There is one finding per package: moving
    the bound is one piece of work.

    ## Example

    ```
    DS203 requirements.txt:3 asks for xyz<9, which rules out the fix of 3 advisories: 10.3.0 or later is needed
    (PYSEC-2024-1, PYSEC-2023-2 and 1 more)
    ```

    ## How to fix

    Raise or remove the bound, run the tests, and lock the new version. If it is there because the next version breaks
    something, ask the authors for a fix on the old line, or carry the patch until you can move.

    ## How to ignore

    As DS201: `exceptions = [{code = "DS2", advisory = "CVE-2024-1", reason = "..."}]` under `[tool.depscan.policy]`
    accepts both findings; `{code = "DS203", package = "xyz", reason = "..."}` this one for the package.

    ## When it is wrong

    - Which releases exist is known from the advisory and the facts only: there may be a fixed one in between.
    - A bound that another package sets (in its own requirements) is not looked at.
    - The declaration may be one of several alternatives (a file for an old platform); the message names its place.
    """
    standing = Standing(case)
    for _, known in flaws(case):
        stuck = [flaw for flaw in known if flaw.is_forbidden and not flaw.advisory.malicious]
        together = [flaw for flaw in stuck if not _is_named(case, "DS203", flaw)]
        for flaw in stuck:
            if flaw not in together:
                yield _forbidden(case, standing, [flaw], root=flaw.advisory.id)
        if together:
            yield _forbidden(case, standing, together)


# -- DS201 -------------------------------------------------------------------------------------------------------------


def _stands_alone(flaw: Flaw) -> bool:
    """Whether it has a finding of its own: what only may be so must not bury what is."""
    return flaw.is_certain or (flaw.state is Affected.POSSIBLY and flaw.reaches_newest)


def _possible(case: Case, standing: Standing, known: Sequence[Flaw]) -> Finding:
    """What is to be said of a package whose older releases are affected, once, however many they are."""
    package = known[0].package
    asked = {each.specifier for each in _declared(case, package.name)}
    is_admitted = package.latest and not (asked and all(refuses(each, package.latest) for each in asked))
    newest_one = f"; the newest release, {package.latest}, is not among them" if is_admitted else ""
    return finding(
        "DS201",
        Severity.LOW,
        Confidence.MEDIUM,
        f"{package.name} is not pinned: {_many(known)} versions that the declaration admits{newest_one} "
        f"({_listed(known)})",
        advice=_bound(case, package, known),
        package=package.name,
        locations=standing.places(package.name),
        root=Affected.POSSIBLY.value,
        advisory=known[0].advisory.id if len(known) == 1 else "",
    )


def _unseen(standing: Standing, known: Sequence[tuple[Package, Sequence[Flaw]]], package: str = "") -> Finding:
    """What is to be said of packages whose version is not known, or cannot be compared."""
    most_first = sorted(known, key=lambda each: (-len(each[1]), each[0].name))
    listed = names([f"{each.name} ({len(some)})" for each, some in most_first], 8)
    return finding(
        "DS201",
        Severity.LOW,
        Confidence.LOW,
        f"whether what is installed of {count(len(known), 'package')} is affected is not known: there are advisories "
        f"on {listed}, and no version to compare with them",
        advice="declare what is imported, and pin it in a lock",
        package=package,
        locations=[place for each, _ in most_first for place in standing.places(each.name)[: None if package else 1]],
        root=Affected.UNKNOWN.value,
    )


def _many(known: Sequence[Flaw]) -> str:
    return "1 advisory concerns" if len(known) == 1 else f"{len(known)} advisories concern"


def _listed(known: Sequence[Flaw]) -> str:
    """The advisories, worst and newest first."""
    order = list(Severity)
    stated = [flaw.stated for flaw in known if flaw.stated is not None]
    by_weight = sorted(known, key=lambda flaw: flaw.advisory.id, reverse=True)
    by_weight.sort(key=lambda flaw: order.index(flaw.stated) if flaw.stated else -1, reverse=True)
    return names([flaw.advisory.id for flaw in by_weight]) + (f"; the worst is {worst(stated)}" if stated else "")


def _bound(case: Case, package: Package, known: Sequence[Flaw]) -> str:
    """What to ask for so that none of it is admitted, when that is known and can be had."""
    fixes = [flaw.advisory.fixed_in[-1:] for flaw in known]
    least = f">={newest_of(version for fix in fixes for version in fix)}"
    if all(fixes) and not any(exclude(each.specifier, least) for each in _declared(case, package.name)):
        return f"ask for {package.name}{least}, or pin it in a lock"
    return "pin it in a lock; then it is known whether it is affected"


# -- DS202 -------------------------------------------------------------------------------------------------------------


def _hostile(case: Case, standing: Standing, flaw: Flaw) -> Finding:
    package = flaw.package
    if flaw.is_certain:
        said = f"{package.name} {names(flaw.versions)} is a hostile release, as {flaw.name} says"
    else:
        said = f"{flaw.said} {flaw.name}, which reports hostile releases"
    likely = flaw.is_certain or (flaw.reaches_newest and not flaw.versions)
    return finding(
        "DS202",
        Severity.CRITICAL if likely else Severity.MEDIUM,
        flaw.confidence if likely else Confidence.LOW,
        said,
        advice="remove it, find every machine that installed it, and replace their secrets"
        if likely
        else "pin it in a lock with hashes, and see whether a hostile one was ever installed",
        package=package.name,
        locations=_places(case, standing, package, flaw.versions),
        root=flaw.advisory.id,
        advisory=flaw.advisory.id,
    )


def _pinned(case: Case, package: Package) -> tuple[str, ...]:
    """All versions of the package that are pinned."""
    pinned = {pin.version for pin in case.evidence.pins if pin.name == package.name} | {package.version}
    return tuple(sorted(pinned - {""}))


# -- DS203 -------------------------------------------------------------------------------------------------------------


def _forbidden(case: Case, standing: Standing, known: Sequence[Flaw], root: str = "") -> Finding:
    package = known[0].package
    needed = newest_of(flaw.needed for flaw in known)
    declared = [each for each in _declared(case, package.name) if not needed or refuses(each.specifier, needed)]
    asked = names([f"{each.location} asks for {package.name}{each.specifier}" for each in declared])
    what = f"{len(known)} advisories" if len(known) > 1 else known[0].name
    return finding(
        "DS203",
        at_most(Severity.MEDIUM, worst(flaw.severity for flaw in known)),
        Confidence.HIGH if all(flaw.is_certain for flaw in known) else Confidence.MEDIUM,
        f"{f'{asked}, which' if asked else f'what is asked for of {package.name}'} rules out the fix of {what}: "
        + (f"{needed} or later is needed" if needed else "a later release is needed")
        + (f" ({_listed(known)})" if len(known) > 1 else ""),
        advice=f"admit {needed}, and run the tests with it" if needed else "admit later releases",
        package=package.name,
        locations=[*(each.location for each in declared), *standing.places(package.name)],
        root=root,
        advisory=known[0].advisory.id if len(known) == 1 else "",
    )


# -- all of them -------------------------------------------------------------------------------------------------------


def _is_named(case: Case, code: str, flaw: Flaw) -> bool:
    """Whether an exception of the policy is about this advisory: in a finding with others it could not be accepted."""
    return any(
        code.startswith(each.code.strip().upper()) and names_advisory(each, flaw.advisory)
        for each in case.policy.exceptions
    )


def _places(case: Case, standing: Standing, package: Package, versions: Iterable[str]) -> list[Location]:
    """Where these versions are pinned, then where the package is asked for or imported."""
    pinned = [each for each in case.evidence.pins if each.name == package.name and each.version in versions]
    return [*sorted(each.location for each in pinned), *standing.places(package.name)]


def _declared(case: Case, name: str) -> Iterator[Declaration]:
    """The declarations that ask for certain versions of the package."""
    for each in case.evidence.declarations:
        if each.name == name and each.specifier and not each.url and each.scope is not Need.CONSTRAINT:
            yield each
