"""The first screen: a number and a few sentences for each question that a director asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.diff import Turn
from depscan.model import Affected, LicenceFamily, Severity, Tier
from depscan.model.models import ModelKind
from depscan.report import changes, vulnerabilities
from depscan.report import models as terms
from depscan.report.html import models
from depscan.report.libraries import by_tier, many, percent
from depscan.report.sentences import RESTRICTIVE
from depscan.report.terminal import files_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depscan.diff import Changes
    from depscan.model import Report, Terms

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, the number that answers it, what that counts, and what to know of it."""

    question: str
    figure: str
    unit: str
    text: tuple[str, ...]
    target: str
    """Anchor of the section that has more on it."""
    attention: bool = False


def headline(report: Report) -> str:
    """The answer in one sentence."""
    tiers = by_tier(report.packages)
    if not report.code.modules:
        return "holds no production modules: how hard it rests on its libraries cannot be said."
    if hard := tiers[Tier.LOAD_BEARING]:
        return f"rests on {_some([package.name for package in hard])}."
    if noted := tiers[Tier.SIGNIFICANT]:
        return f"rests on no load-bearing library; most on {_some([package.name for package in noted])}."
    return "rests on no load-bearing library."


def answers(report: Report, changed: Changes | None = None) -> tuple[Answer, ...]:
    """One for each question that the report, and what changed since another, have an answer to."""
    found = (
        _rests(report),
        _hands(report),
        _accounts(report),
        _terms(report.terms),
        _vulnerable(report),
        _models(report),
        _wrong(report),
        None if changed is None else _changed(changed),
        _age(report),
        _unseen(report),
    )
    return tuple(answer for answer in found if answer)


def _rests(report: Report) -> Answer:
    tiers = by_tier(report.packages)
    number = len(tiers[Tier.LOAD_BEARING])
    imported = sum(bool(package.exposure.import_sites) for package in report.packages)
    declared = sum(bool(package.declared) for package in report.packages)
    return Answer(
        "What does it rest on?",
        str(number),
        many(number, "load-bearing library").partition(" ")[2],
        (
            f"{len(tiers[Tier.SIGNIFICANT])} significant and {len(tiers[Tier.INCIDENTAL])} incidental beside.",
            f"{many(len(report.packages), 'package')} in all: {declared} declared, {imported} imported.",
        ),
        "rests",
    )


def _changed(changed: Changes) -> Answer:
    new = sum(change.turn is Turn.NEW for change in changed.findings)
    return Answer(
        "What changed?",
        str(new),
        many(new, "new finding").partition(" ")[2],
        (f"Since {changes.moment(changed.old)}: {changes.summary(changed)}.", *changed.incomparable[:1]),
        "changed",
        attention=new > 0,
    )


def _hands(report: Report) -> Answer | None:
    held = next(
        (each for each in report.concentration if (each.dimension, each.weight) == ("parent", "exposure")), None
    )
    if held is None or held.effective_number is None or held.effective_bounds is None:
        return None
    shares = [f"{share.name} {percent(share.share)}" for share in held.shares]
    low, high = held.effective_bounds
    doubt = f"Between {low:.1f} and {high:.1f}: for {percent(held.unknown_share)} the steward is unknown."
    return Answer(
        "Who decides over it?",
        f"{held.effective_number:.1f}",
        "effective hands",
        (f"By direct share: {_some(shares, 3)}.", *([doubt] if held.unknown_share else [])),
        "figure-hands",
    )


def _accounts(report: Report) -> Answer | None:
    known = [cover for cover in report.covers if cover.accounts]
    if not known:
        return None
    first, *others = known
    held = next(
        (each for each in report.concentration if (each.dimension, each.weight) == ("account", "exposure")), None
    )
    number = len(first.accounts)
    reached = f"{percent(first.share)} of the direct share whose accounts are known"
    sentences = [f"{_some(first.accounts, 3)} can release what makes up {reached}."]
    sentences += [
        f"{'' if cover.exact else 'At most '}{many(len(cover.accounts), 'account')} for {percent(cover.share)}."
        for cover in others
    ]
    if held and held.unknown_share:
        sentences.append(f"For {percent(held.unknown_share)} the accounts are not known.")
    return Answer(
        "Who can publish it?",
        f"{'' if first.exact else '≤ '}{number}",
        f"{many(number, 'account').partition(' ')[2]} {'reaches' if number == 1 else 'reach'} {percent(first.share)}",
        tuple(sentences),
        "figure-reach",
    )


def _terms(terms: Sequence[Terms]) -> Answer | None:
    """What an installation on each platform brings in under terms that restrict, and through whom."""
    if not terms:
        return None
    counts = {each.platform: _restricted(each) for each in terms}
    worst = max(counts.values())
    told: dict[str, list[str]] = {}
    for each in terms:
        told.setdefault(_through(each), []).append(each.platform)
    sentences = [f"On {_listed(platforms)} {what}." for what, platforms in told.items()]
    unknown = [
        f"{len(packages)} of {sum(len(share.packages) for share in each.families)}"
        for each in terms
        for packages in [
            [name for share in each.families if share.name == LicenceFamily.UNKNOWN for name in share.packages]
        ]
    ]
    bases = _listed(dict.fromkeys(each.basis for each in terms))
    sentences.append(f"Not known: {_listed(dict.fromkeys(unknown))} packages (known from {bases}).")
    return Answer(
        "Under which terms?",
        str(worst),
        "under restrictive terms",
        tuple(sentences),
        "figure-terms",
        attention=worst > 0,
    )


def _restricted(terms: Terms) -> int:
    return sum(len(share.packages) for share in terms.families if share.name in RESTRICTIVE)


def _through(terms: Terms) -> str:
    if not _restricted(terms):
        return "none"
    families = [
        f"{len(share.packages)} {share.name}"
        for share in terms.families
        if share.name in RESTRICTIVE and share.packages
    ]
    ways = Counter(chain[0] for chain in terms.chains)
    through = [name for name, _ in sorted(ways.items(), key=lambda way: (-way[1], way[0]))]
    return f"{_listed(families)}{f', through {_some(through, 3)}' if through else ''}"


def _vulnerable(report: Report) -> Answer:
    """How many packages are affected; that nobody looked is an answer as well, and that none is known is no promise."""
    question, target = "Known vulnerabilities?", "vulnerabilities"
    looked = vulnerabilities.looked_up(report)
    if report.audit is None:
        return Answer(question, "?", "not looked up", (f"{looked[:1].upper()}{looked[1:]}.",), target)
    found = vulnerabilities.groups(report)
    affected = found.get(Affected.YES, ())
    possibly = found.get(Affected.POSSIBLY, ())
    sentences = [f"{numbers}."] if (numbers := vulnerabilities.counted(report)) else []
    if affected:
        sentences.insert(0, f"{_some([group.package for group in affected])}.")
    if not report.audit.answered:
        return Answer(question, "?", "nothing could be looked up", (f"{looked}.",), target)
    return Answer(
        question,
        str(len(affected)),
        f"affected{f', {len(possibly)} possibly' if possibly else ''}",
        (*sentences, f"{looked}."),
        target,
        attention=bool(affected),
    )


def _models(report: Report) -> Answer | None:
    """How many models production names and of which kinds, and where the run alone knows."""
    found = models.sentences(report)
    if not found:
        return None
    number = sum(terms.is_production(model) and model.kind is not ModelKind.DATASET for model in report.models)
    return Answer(
        "Which models, and how open?",
        str(number),
        f"{many(number, 'model').partition(' ')[2]} named in production",
        tuple(map(str, found[:2])),
        "models",
        attention=found[0].warns,
    )


def _wrong(report: Report) -> Answer:
    open_ = [finding for finding in report.findings if not finding.suppressed]
    counts = Counter(finding.severity for finding in open_)
    by_severity = [f"{counts[severity]} {severity}" for severity in reversed(Severity) if counts[severity]]
    sentences = [f"{_listed(by_severity)}."] if by_severity else []
    accepted = len(report.findings) - len(open_)
    if accepted:
        sentences.append(f"{many(accepted, 'finding')} accepted by an exception, not counted.")
    if report.hidden:
        sentences.append(f"{many(report.hidden, 'finding')} hidden, as the configuration deselects the rule.")
    return Answer(
        "What is wrong?",
        f"{len(open_):,}",
        many(len(open_), "finding").partition(" ")[2],
        tuple(sentences),
        "findings",
        attention=bool(counts[Severity.CRITICAL] or counts[Severity.HIGH]),
    )


def _age(report: Report) -> Answer | None:
    dates = sorted(fact.retrieved for fact in report.facts if fact.retrieved)
    if not dates:
        return None
    sources = len({fact.source for fact in report.facts})
    half = dates[len(dates) // 2]
    return Answer(
        "How old are the facts?",
        dates[0],
        "oldest fact",
        (
            f"{many(len(report.facts), 'fact')} from {many(sources, 'source')}, read up to {dates[-1]}.",
            *([f"Half of them were read on {half} or later."] if half != dates[-1] else []),
        ),
        "method",
    )


def _unseen(report: Report) -> Answer:
    number = len(report.gaps)
    kinds = Counter(gap.stage for gap in report.gaps)
    sentences = [f"{files_read(report)}."]
    if kinds:
        sentences.append(f"Gaps: {_listed(f'{count} in {stage}' for stage, count in sorted(kinds.items()))}.")
    if report.code.dynamic_imports:
        sentences.append(f"{many(report.code.dynamic_imports, 'dynamic import')}: the figures are lower bounds.")
    return Answer(
        "What was not seen?", f"{number:,}", many(number, "gap").partition(" ")[2], tuple(sentences), "unseen"
    )


def _some(names: Sequence[str], most: int = _NAMED) -> str:
    """The first few names, and how many there are beside them."""
    more = len(names) - most
    return _listed(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
