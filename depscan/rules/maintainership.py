"""DS301 to DS304: projects that were given up, rest on one account, fell silent, or lost those who wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.config import STATUSES
from depscan.model import Confidence, FactKind, Severity
from depscan.rules.cadence import RECENT, cadence, stable
from depscan.rules.findings import count, finding, names, worst
from depscan.rules.record import Record, aged, cited, days, newest
from depscan.rules.standing import Standing, weighed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.config import Policy
    from depscan.model import Finding, Package, Status
    from depscan.rules.cadence import Cadence
    from depscan.rules.case import Case

SLOW = 4
"""A project is dormant when its silence is more than so many of its usual gaps, and longer than `SILENT`."""
SILENT = 365
"""Days."""
GONE = "truck-factor-gone"
"""Value of the fact that those who wrote most of a project have left it."""

_ALIVE = frozenset({"active", "maintenance"})
_ADVICE = {
    "quarantined": "do not install it until the index has cleared it; check what was installed since",
    "archived": "plan its replacement, or find out who has forked it",
    "deprecated": "move to what its authors name in its stead",
    "inactive": "plan its replacement, or find out who has forked it",
}


# -- the rules ---------------------------------------------------------------------------------------------------------


def given_up(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Somebody who may say so calls the project of a package archived, deprecated, inactive or quarantined: the package
    index, its authors, or the place where its source is kept. Or its status is one that your policy does not admit.

    ## Why it matters

    Nobody will repair what is found in it, and nobody will make it run with the next Python, CUDA or NumPy. A package
    in quarantine was withheld by the index because it may do harm: what you have of it may do so too.

    | status | load-bearing | significant | other |
    |---|---|---|---|
    | quarantined | critical | high | high |
    | archived, deprecated | high | medium | low |
    | inactive | medium | low | low |
    | any that `required-status` of the policy does not admit | medium at least | | |

    ## Example

    ```
    DS301 xyz is archived (classifier; package index, 2026-11-20)
    ```

    ## How to fix

    Replace it, take over a fork, or copy the part that you need. For a load-bearing library that is a project of its
    own: `depscan what-if abandoned:PACKAGE` lists what it touches.

    ## How to ignore

    An exception with a reason keeps the finding visible and does not fail: `exceptions = [{code = "DS301", package =
    "xyz", reason = "replaced next quarter", until = 2027-03-31}]` under `[tool.depscan.policy]`. `required-status =
    ["active", "archived"]` there says which statuses you admit at all; quarantined is never admitted in silence.

    ## When it is wrong

    - A finished library may be archived because it needs nothing more.
    - An archived repository may have moved to another address.
    - Confidence is lower when the source was read more than a year ago, and for `inactive`, a classifier that is set
      rarely and removed rarely.

    A status that no source knows is no finding.
    """
    standing = Standing(case)
    for package in case.packages:
        status = package.status
        if status is None or status.value not in STATUSES or status.value in _admitted(case.policy):
            continue
        sure = Confidence.MEDIUM if status.value == "inactive" else Confidence.HIGH
        known = "; ".join(part for part in (status.basis, cited(status.source, status.retrieved)[2:-1]) if part)
        yield finding(
            "DS301",
            worst(
                [_status_severity(package, status), Severity.MEDIUM if case.policy.required_status else Severity.LOW]
            ),
            aged(sure, status.retrieved, case.today),
            f"{package.name} is {_called(status)}{f' ({known})' if known else ''}"
            + (", which the policy does not admit" if case.policy.required_status else ""),
            advice=_ADVICE.get(status.value, "find out who will look after it, or admit the status in the policy"),
            package=package.name,
            locations=standing.places(package.name),
        )


def single_account(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    One account of the package index, and no other, can publish releases of the package, and no organisation of the
    index is known to own it.

    ## Why it matters

    One stolen password or token, one phished person, one change of mind is enough to put code into your next
    installation; and when that person stops, nobody can publish a repair under this name.

    Medium for load-bearing packages, low for others. Packages that are neither load-bearing nor significant share one
    finding: one account is the rule, not the exception, on the index.

    ## Example

    ```
    DS302 xyz can be published by one account alone, alice, and no organisation is known to own it (package index)
    ```

    ## How to fix

    Fix versions by a lock with hashes, so that a new release reaches you only when you ask for it, and do not take
    releases on the day they appear. For a load-bearing library, ask its authors to add an owner or to move it to an
    organisation, and offer help.

    ## How to ignore

    `exceptions = [{code = "DS302", package = "xyz", reason = "..."}]` under `[tool.depscan.policy]`, or `ignore =
    ["DS302"]` under `[tool.depscan]` for the rule.

    ## When it is wrong

    - An account is not a person: a company or a team may stand behind it. Confidence is medium for that reason.
    - Releases may be published by a workflow of the source repository (trusted publishing); then whoever may change
      that repository counts as well.
    - Owners change: the finding names the day on which they were read.

    Packages whose accounts no source knows are not reported, and not counted as safe.
    """
    standing, record = Standing(case), Record(case.evidence.facts)
    single = [each for each in case.packages if len(each.publishers or ()) == 1 and not each.organisation]
    alone, together = standing.apart("DS302", single)
    for package in alone:
        yield finding(
            "DS302",
            weighed(package, Severity.MEDIUM, Severity.LOW, Severity.LOW),
            _account_confidence([package], record, case.today),
            f"{package.name} can be published by one account alone, {_account(package)}, and no organisation is known "
            f"to own it{record.cited(package.name, FactKind.PUBLISHER)}",
            advice="fix its version with a hash, and ask its authors for a second owner",
            package=package.name,
            locations=standing.places(package.name),
        )
    if together:
        yield finding(
            "DS302",
            Severity.LOW,
            _account_confidence(together, record, case.today),
            f"{count(len(together), 'package')} on which little code rests directly can each be published by one "
            f"account alone: {names([f'{each.name} ({_account(each)})' for each in together], 8)}",
            advice="fix their versions with hashes",
            package="",
            locations=[place for each in together for place in standing.places(each.name)[:1]],
        )


def dormant(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    The last stable release is more than a year old, and that is more than four times as long as the project usually
    takes: four times the median gap between its last eight releases.

    ## Why it matters

    Silence against its own habit is an early sign of a project that is being left: marks such as "archived" come late,
    often a year after the last work. It may still be repaired; count on it less.

    Medium for load-bearing packages, low for others.

    ## Example

    ```
    DS303 xyz has had no stable release for 803 days; its last 8 came 41 days apart in the median
    ```

    ## How to fix

    Look at its repository: are issues answered, is there unreleased work? If not, look for what others have moved to,
    and keep the code that touches it in one place.

    ## How to ignore

    `exceptions = [{code = "DS303", package = "xyz", reason = "finished", until = 2027-12-31}]` under
    `[tool.depscan.policy]`, or `ignore = ["DS303"]` under `[tool.depscan]` for the rule.

    ## When it is wrong

    - **A small library can be finished.** It then looks exactly like one that was left. Confidence is medium at most,
      and low where fewer than eight days with a release are known.
    - A project that releases from its repository only, or under a new name, is not silent.

    Pre-releases and withdrawn releases do not count; several releases on one day count as one. At least four are
    needed. Silence is counted to the day on which the releases were read. Nothing is said where no source lists the
    releases, and where DS301 says more.
    """
    standing, record = Standing(case), Record(case.evidence.facts)
    for package in case.packages:
        releases = record.of(package.name, FactKind.RELEASE)
        habit = cadence(releases, record.of(package.name, FactKind.YANKED))
        if habit is None or not is_silent(habit) or (package.status and package.status.value not in _ALIVE):
            continue
        source, retrieved = newest(releases)
        yield finding(
            "DS303",
            weighed(package, Severity.MEDIUM, Severity.LOW, Severity.LOW),
            aged(Confidence.MEDIUM if habit.releases >= RECENT else Confidence.LOW, retrieved, case.today),
            f"{package.name} has had no stable release for {habit.silence} days, since {habit.version} of "
            f"{habit.released}; its last {habit.releases} came {habit.gap:g} days apart in the median"
            f"{cited(source, retrieved)}. It may be finished, or left",
            advice="look at its repository for work that is not released, and at what others have moved to",
            package=package.name,
            locations=standing.places(package.name),
        )


def authors_gone(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    The developers who wrote more than half of the files of the project (its truck factor, by the degree of authorship
    in its git history) have all made no commit for a year.

    ## Why it matters

    Those who know the code are gone. Of 1,932 popular projects that were studied, 315 came to this point, and 128 of
    these found developers who carried on (arXiv 1906.08058): less than half.

    | | load-bearing | significant | other |
    |---|---|---|---|
    | and no stable release for a year | high | medium | low |
    | else | medium | low | low |

    ## Example

    ```
    DS304 xyz: the developers who wrote most of it have left (3 developers, last seen 2024-05-02)
    ```

    ## How to fix

    Find out who maintains it now, whether releases still appear, and who would repair it; for a load-bearing library,
    take part in the upkeep or plan its replacement.

    ## How to ignore

    `exceptions = [{code = "DS304", package = "xyz", reason = "..."}]` under `[tool.depscan.policy]`, or `ignore =
    ["DS304"]` under `[tool.depscan]` for the rule.

    ## When it is wrong

    - Others may have taken over without rewriting what was there: many people can work on a project whose first authors
      are gone. Confidence is medium for that reason.
    - People who commit under a second name or address look gone.
    - Work that reaches the repository by a synchronising account hides who did it.

    depscan reads a history only when you ask for it (`depscan knowledge refresh --history PACKAGE`); nothing is said of
    packages whose history was not read.
    """
    standing, record = Standing(case), Record(case.evidence.facts)
    facts = sorted(fact for fact in case.evidence.facts if fact.kind is FactKind.HISTORY and fact.value == GONE)
    gone = {fact.package: fact for fact in facts}
    for package in case.packages:
        if (fact := gone.get(package.name)) is None:
            continue
        releases = stable(record.of(package.name, FactKind.RELEASE), record.of(package.name, FactKind.YANKED))
        silence = days(releases[-1].detail, max(each.retrieved for each in releases)) if releases else None
        silent = silence is not None and silence > SILENT
        high, medium = (Severity.HIGH, Severity.MEDIUM) if silent else (Severity.MEDIUM, Severity.LOW)
        yield finding(
            "DS304",
            weighed(package, high, medium, Severity.LOW),
            aged(Confidence.MEDIUM, fact.retrieved, case.today),
            f"{package.name}: the developers who wrote most of it have left"
            f"{f' ({fact.detail})' if fact.detail else ''}{cited(fact.source, fact.retrieved)}"
            + (f", and no stable release appeared for {silence} days" if silent else ""),
            advice="find out who maintains it now, and who would repair it",
            package=package.name,
            locations=standing.places(package.name),
        )


# -- what the words mean -----------------------------------------------------------------------------------------------


def is_silent(habit: Cadence) -> bool:
    """Whether the project is silent for longer than a year and than its habit explains."""
    return habit.silence > SILENT and habit.silence > SLOW * habit.gap


def _admitted(policy: Policy) -> frozenset[str]:
    """The statuses that are no finding."""
    return frozenset(policy.required_status or _ALIVE) - {"quarantined"}


def _status_severity(package: Package, status: Status) -> Severity:
    match status.value:
        case "quarantined":
            return weighed(package, Severity.CRITICAL, Severity.HIGH, Severity.HIGH)
        case "archived" | "deprecated":
            return weighed(package, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
        case _:
            return weighed(package, Severity.MEDIUM, Severity.LOW, Severity.LOW)


def _called(status: Status) -> str:
    return "in maintenance only" if status.value == "maintenance" else status.value


def _account(package: Package) -> str:
    return (package.publishers or ("",))[0]


def _account_confidence(packages: Sequence[Package], record: Record, today: str) -> Confidence:
    """As old as the oldest of what is said."""
    dates = [newest(record.of(package.name, FactKind.PUBLISHER))[1] for package in packages]
    return aged(Confidence.MEDIUM, min(dates), today)
