"""What a scenario does to a project, as text for a terminal: which libraries, at which places, through whom."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from depscan.model import Tier
from depscan.report.libraries import many, percent
from depscan.report.page import Page
from depscan.scenario import Certainty, Effort, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.report.page import Part
    from depscan.scenario import Change, Effect, Library, Outcome

LIBRARIES = 10
"""Libraries that are written out without -v; the others are named."""
EFFECTS = 8
PLACES = 6
CHAINS = 3
NAMES = 8

_QUESTIONS = {
    Kind.ABANDONED: ("What if ", " is abandoned?"),
    Kind.RELICENSED: ("What if the next releases of ", " have other terms?"),
    Kind.COMPROMISED: ("What if ", " is compromised?"),
    Kind.STEWARD: ("What if the steward ", " changes what it publishes?"),
    Kind.ACCOUNT: ("What if the account ", " publishes a release?"),
}
_HANDS = {"steward": "stewards", "parent": "bodies behind the stewards", "account": "publishing accounts"}
_COLORS = {Certainty.AFFECTED: "red", Certainty.POSSIBLE: "yellow", Certainty.UNKNOWN: "yellow"}
_EFFORTS = {
    Effort.SEAM: "one module stands between it and the rest",
    Effort.REFACTOR: "replacing it is a refactoring or more",
}


def render(
    outcomes: Sequence[Outcome], *, width: int = 80, color: bool = False, unicode: bool = True, verbose: int = 0
) -> str:
    """One scenario, in one project or in several."""
    page = Page(width=width, color=color, unicode=unicode)
    for number, outcome in enumerate(outcomes):
        if number:
            page.blank()
        _outcome(page, outcome, verbose=verbose)
    return page.finish()


def _outcome(page: Page, outcome: Outcome, *, verbose: int) -> None:
    before, after = _QUESTIONS[outcome.kind]
    _, _, wanted = outcome.scenario.partition("@") if outcome.kind is Kind.COMPROMISED else ("", "", "")
    versions = f" ({wanted.replace('|', ' or ')})" if wanted else ""
    page.text((before, "bold"), (outcome.subject, "bold"), (after, "bold"), versions)
    page.text(outcome.project, ": ", (outcome.certainty.value, _COLORS.get(outcome.certainty, "")), _counts(outcome))
    for change in outcome.concentration:
        page.text(_change(change), indent=2, hang=4)
    limit = None if verbose else LIBRARIES
    for library in outcome.libraries[:limit]:
        page.blank()
        _library(page, library, verbose=verbose)
    page.blank()
    if rest := outcome.libraries[LIBRARIES:] if limit else ():
        _names(page, f"... and {many(len(rest), 'more library')}: ", [each.name for each in rest], verbose=verbose)
    page.text("Horizon: ", outcome.horizon, ".")
    for what, sentences in (("Not known: ", outcome.unknown), ("Not claimed: ", outcome.not_claimed)):
        if sentences:
            page.text((what + "; ".join(sentences) + ".", "dim"), hang=2)


def _counts(outcome: Outcome) -> str:
    found = Counter[Certainty]()
    for effect in (effect for library in outcome.libraries for effect in library.effects):
        found[effect.certainty] += max(len(effect.locations), 1)
    places = ", ".join(f"{found[certainty]} {certainty}" for certainty in Certainty if found[certainty])
    bearing = sum(library.tier is Tier.LOAD_BEARING for library in outcome.libraries)
    libraries = f"{many(len(outcome.libraries), 'library')}, {bearing} load-bearing"
    return f"; {libraries}" + (f"; of its places {places}." if places else ".")


def _change(change: Change) -> str:
    before = "unknown" if change.before is None else f"{change.before:.1f}"
    after = "no other is known" if change.after is None else f"without it {change.after:.1f}"
    weight = "by direct share" if change.weight == "exposure" else "each library counted alike"
    return f"Effective number of {_HANDS.get(change.dimension, change.dimension)}: {before}, {after} ({weight})."


def _library(page: Page, library: Library, *, verbose: int) -> None:
    facts: list[Part] = [(library.name, "bold")]
    facts += [f" {library.version}"] if library.version else []
    facts += [f": {_tier(library)}" if library.tier else ": required by others, as facts say"]
    if library.licence and library.licence.expression:
        facts += ["; ", library.licence.expression, f" ({library.licence.family})"]
    page.text(*facts, ".", hang=2)
    for effect in library.effects[: None if verbose else EFFECTS]:
        _effect(page, effect, verbose=verbose)
    _more(page, library.effects, None if verbose else EFFECTS)
    if library.call_sites:
        used = [symbol.name for symbol in library.symbols]
        effort = f"{_EFFORTS[library.effort]}; " if library.effort else ""
        _names(page, f"{effort}{many(library.call_sites, 'reference')}: ", used, verbose=verbose, indent=2)
    arrow = " → " if page.unicode else " -> "
    chains = [chain for chain in library.chains if len(chain) > 1]
    for chain in chains[: None if verbose else CHAINS]:
        page.text("through ", arrow.join(chain), indent=2, hang=4)
    _more(page, chains, None if verbose else CHAINS)
    if library.dependents:
        _names(page, f"needed by {len(library.dependents)}: ", library.dependents, verbose=verbose, indent=2)


def _tier(library: Library) -> str:
    if library.tier is Tier.NONE:
        return f"not imported, {library.state}"
    return f"{library.tier}, direct share {percent(library.direct_share)}, blast radius {percent(library.blast_radius)}"


def _effect(page: Page, effect: Effect, *, verbose: int) -> None:
    shown = effect.locations[: None if verbose else PLACES]
    places = ", ".join(map(str, shown)) + (
        f" and {len(effect.locations) - len(shown)} more" * (shown != effect.locations)
    )
    reason = f"{effect.reason} " if places else effect.reason
    page.text(
        (effect.certainty.value, _COLORS.get(effect.certainty, "")), "  ", reason, (places, "dim"), indent=2, hang=4
    )


def _names(page: Page, what: str, names: Sequence[str], *, verbose: int, indent: int = 0) -> None:
    shown = names[: None if verbose else NAMES]
    page.text(what, ", ".join(shown), ", ..." * (len(shown) < len(names)), indent=indent, hang=indent + 2)


def _more(page: Page, every: Sequence[object], limit: int | None) -> None:
    if limit is not None and len(every) > limit:
        page.text((f"... and {len(every) - limit} more (-v shows all)", "dim"), indent=2)
