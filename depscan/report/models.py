"""The AI models and datasets that the project names: what they are, under which terms, and who runs them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from depscan.model import LicenceFamily, Scope
from depscan.model.models import Access, ModelKind, Route
from depscan.report.libraries import ROOMY, many, percent
from depscan.report.page import Column, Row, Section
from depscan.report.sentences import RESTRICTIVE, UNKNOWN, Sentence, measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depscan.model import Concentration, Report
    from depscan.model.models import DynamicSite, Model
    from depscan.report.page import Page, Part

HORIZON = 180
"""Days ahead in which an announced shutdown is named."""
SHORT = 10
"""Models of a section that are shown without -v."""

_ORDER = (Access.CLOSED_API, Access.RESTRICTED_WEIGHTS, Access.UNDECIDED, Access.OPEN_WEIGHTS, Access.OPEN_SOURCE)
_TITLES = {
    Access.CLOSED_API: "Closed, by API only",
    Access.RESTRICTED_WEIGHTS: "Weights under restricting terms",
    Access.UNDECIDED: "Undecided",
    Access.OPEN_WEIGHTS: "Open weights",
    Access.OPEN_SOURCE: "Open source",
}
_DATA = "Data"
_STYLE = {Access.CLOSED_API: "yellow", Access.RESTRICTED_WEIGHTS: "yellow", Access.UNDECIDED: "yellow"}
CAVEAT = (
    "Access kinds follow from licences and published components by rule; they are no legal advice, and what is unknown "
    "counts as undecided."
)
_WORDS = {
    "auto_update": "takes updates by itself",
    "flow_down": "terms pass on",
    "mau_threshold": "more above a number of monthly users",
    "name_prefix": "its name leads derived ones",
    "no_train_others": "no training of other models",
    "output_claims": "claims on outputs",
    "revenue_threshold": "more above a revenue",
}
"""Flags that do not read by themselves."""
_BRIEFLY = {Route.DEVELOPER: "developer", Route.THIRD_PARTY: "third party"}
_PINNED = {True: "yes", False: "no", None: "-"}
_NAMED = 4
_SEVERAL = 3
"""Models below which shares say nothing."""


def write(page: Page, report: Report, *, verbose: int = 0, limit: int | None = SHORT) -> None:
    """A table of what production code names, then what it adds up to; nothing where the project names no model."""
    models = report.models
    if not models and not report.dynamic_models:
        return
    page.text(("Which AI models it rests on", "bold"))
    shown = [model for model in models if verbose or is_production(model) or _is_recipe(model)]
    if shown:
        page.table(_columns(page), _sections(page, shown, verbose=verbose, limit=None if verbose else limit))
        page.blank()
    for sentence in adding_up(report):
        said = (sentence.said, "yellow") if sentence.warns else sentence.said
        page.text((f"{sentence.topic}: ", "bold"), said, sentence.rest, hang=2)
    page.text((CAVEAT, "dim"))


def is_production(model: Model) -> bool:
    """Whether production code, or configuration beside it, names the model."""
    return any(reference.scope is Scope.PRODUCTION for reference in model.references)


def _is_recipe(model: Model) -> bool:
    """Whether the settings of a training or an evaluation name it, and production does not."""
    return not is_production(model) and any(reference.scope is Scope.RECIPE for reference in model.references)


def in_order(models: Iterable[Model]) -> list[Model]:
    """The most restricted first, datasets last; then by the number of places in production."""
    return sorted(models, key=lambda model: (_rank(model), -_production_places(model), model.id))


def warns(model: Model) -> bool:
    """Whether its access kind is worth a warning."""
    return model.access in _STYLE


def count(models: Sequence[Model]) -> str:
    """How many models and how many datasets there are, of each kind that there is."""
    data = sum(model.kind is ModelKind.DATASET for model in models)
    number = len(models) - data
    return ", ".join([many(number, "model")] * bool(number) + [many(data, "dataset")] * bool(data))


def obligations(model: Model) -> str:
    """The flags of its terms as words."""
    return ", ".join(_WORDS.get(flag, flag.replace("_", " ")) for flag in model.obligations)


def openness(model: Model) -> str:
    """By both yardsticks, with what is missing; empty where nothing can be told."""
    found = model.openness
    if not found.osaid_missing and not found.mof_class:
        return ""
    missing = f", missing {', '.join(found.osaid_missing)}" if found.osaid_missing else ""
    mof = f"; MOF class {found.mof_class}" if found.mof_class else ""
    return f"OSAID 1.0: {found.osaid}{missing}{mof}"


def pinned(model: Model) -> str:
    """Whether every place that names it names a fixed revision; a dash where that does not apply."""
    return _PINNED[model.revision_pinned]


def where(model: Model) -> str:
    """The first place that names it, in production if there is one, and how many more there are."""
    ordered = sorted(model.references, key=lambda each: (each.scope is not Scope.PRODUCTION, each.location))
    if not ordered:
        return "-"
    return f"{ordered[0].location}" + (f" +{len(ordered) - 1}" if len(ordered) > 1 else "")


def access(model: Model) -> str:
    """How open it is; the yardsticks are those of models, so a dataset is only called one."""
    return str(ModelKind.DATASET if model.kind is ModelKind.DATASET else model.access)


def adding_up(report: Report) -> tuple[Sentence, ...]:
    """All that can be said of the models together, in the same words for every report; on the day of the report."""
    said = (
        _counted(report.models),
        _developers(report.concentration),
        _unseen(report.dynamic_models),
        _reproducible(report.models),
        _running_code(report.models),
        _retiring(report.models, report.scanned_at[:10], HORIZON),
    )
    return tuple(sentence for sentence in said if sentence is not None)


# -- the table ---------------------------------------------------------------------------------------------------------


def _columns(page: Page) -> list[Column]:
    """Where there is room, everything; else the place goes below, because an id that is cut short is of no use."""
    if page.width < ROOMY:
        return [Column(("model",), spare=40), Column(("licence",), spare=18), Column(("route",)), Column(("pinned",))]
    return [
        Column(("model",), spare=30),
        Column(("licence",), spare=16),
        Column(("family",), spare=12),
        Column(("developer",), spare=10),
        Column(("route",), spare=11),
        Column(("pinned",)),
        Column(("named in",), spare=14),
    ]


def _sections(page: Page, models: Iterable[Model], *, verbose: int, limit: int | None) -> list[Section]:
    groups: dict[str, list[Model]] = {}
    styles: dict[str, str] = {}
    for kind in _ORDER:
        styles[_TITLES[kind]] = _STYLE.get(kind, "")
        groups[_TITLES[kind]] = [each for each in models if each.access is kind and each.kind is not ModelKind.DATASET]
    groups[_DATA] = [each for each in models if each.kind is ModelKind.DATASET]
    sections = []
    for title, members in groups.items():
        if members:
            ordered = sorted(members, key=lambda model: (-_production_places(model), model.id))
            rows = tuple(Row(_cells(page, model), _note(page, model, verbose)) for model in ordered[:limit])
            hidden = len(members) - len(rows)
            footer = ((f"... and {hidden} more (-v shows all)", "dim"),) if hidden else ()
            sections.append(Section(((title, "bold"), (f" ({len(members)})", "dim")), rows, footer))
    return sections


def _production_places(model: Model) -> int:
    return sum(reference.scope is Scope.PRODUCTION for reference in model.references)


def _rank(model: Model) -> int:
    return len(_ORDER) if model.kind is ModelKind.DATASET else _ORDER.index(model.access)


def _cells(page: Page, model: Model) -> tuple[Part, ...]:
    # a licence that nobody has read is not one that permits: it stands out
    restricts = model.licence_family in RESTRICTIVE or warns(model)
    cells: list[Part] = [
        (model.id, "bold" if is_production(model) else ""),
        (licence(model), "dim" if not model.licence else "yellow" if restricts else ""),
    ]
    if page.width >= ROOMY:
        family = "" if model.licence_family is LicenceFamily.UNKNOWN else str(model.licence_family)
        cells += [(family or UNKNOWN, "" if family else "dim")]
        cells += [(model.developer or UNKNOWN, "" if model.developer else "dim")]
    unpinned = model.revision_pinned is False
    route = (
        str(model.route) if page.width >= ROOMY else _BRIEFLY.get(model.route, str(model.route)),
        "dim" if model.route is Route.UNRESOLVED else "",
    )
    cells += [route, (pinned(model), "yellow" if unpinned else "")]
    return (*cells, (where(model), "dim")) if page.width >= ROOMY else tuple(cells)


def licence(model: Model) -> str:
    """The terms of the weights or data as the table gives them."""
    return model.licence.replace("LicenseRef-scancode-", "").replace("LicenseRef-", "") or UNKNOWN


def _note(page: Page, model: Model, verbose: int) -> tuple[Part, ...]:
    """What a lawyer asks for next: who made it, what it obliges to, what it was made from."""
    kind = {ModelKind.PART: "a part of it only", ModelKind.ADAPTER: "an adapter"}.get(model.kind, "")
    told = [
        (where(model) * (page.width < ROOMY), ""),
        (kind, ""),
        ("in recipes only" * _is_recipe(model), ""),
        (f"obligations: {obligations(model)}" * (model.obligations not in {(), ("licence_unseen",)}), ""),
        (f"made from {' < '.join(model.base_models)}" * bool(model.base_models), ""),
        (f"its code: {model.code_licence}" * bool(model.code_licence), ""),
        (f"shutdown announced for {model.retires}" * bool(model.retires), "yellow"),
        ("licence not verified: inferred from its name" * (model.certainty == "inferred"), "yellow"),
        ("gated: access is asked for" * (model.gated is True), ""),
    ]
    if verbose:
        told += [
            (", ".join(part for part in (model.developer, model.jurisdiction) if part), ""),
            (openness(model), ""),
            (model.note, ""),
        ]
    parts: list[Part] = []
    for text, style in told:
        if text:
            parts += [("; " if parts else "", "dim"), (text, style or "dim")]
    return tuple(parts)


# -- what it adds up to ------------------------------------------------------------------------------------------------


def _counted(models: Sequence[Model]) -> Sentence | None:
    """How many of which access kind production names, and how many are named elsewhere only."""
    if not models:
        return None
    produced = [model for model in models if is_production(model)]
    counts = Counter(model.access for model in produced if model.kind is not ModelKind.DATASET)
    data = sum(model.kind is ModelKind.DATASET for model in produced)
    kinds = [f"{counts[kind]} {kind}" for kind in _ORDER if counts[kind]]
    told = ", ".join(kinds) or "no model"
    told += f"; {many(data, 'dataset')}" if data else ""
    recipes = sum(map(_is_recipe, models))
    elsewhere = len(models) - len(produced) - recipes
    others = [f"{recipes} in recipes"] * bool(recipes)
    others += [f"{elsewhere} in tests, docs, examples and tools"] * bool(elsewhere)
    rest = f". Elsewhere: {', '.join(others)}."
    warns = bool(counts[Access.RESTRICTED_WEIGHTS] or counts[Access.UNDECIDED])
    return Sentence("In production", told, rest if others else ".", warns=warns)


def _developers(measured: Sequence[Concentration]) -> Sentence | None:
    """Who made how many of them, and under whose law."""
    held = measure(measured, "model-developer", "models")
    if held is None or not held.shares or len(held.shares) + len(held.unknown) < _SEVERAL:
        return None
    law = measure(measured, "model-jurisdiction", "models")
    under = ", ".join(f"{share.name} {percent(share.share)}" for share in law.shares[:2]) if law else ""
    named = ", ".join(f"{share.name} {percent(share.share)}" for share in held.shares[:3])
    more = f" and {len(held.shares) - 3} more" if len(held.shares) > 3 else ""
    low, high = held.effective_bounds or (0.0, 0.0)
    doubt = f" ({low:.1f} to {high:.1f}: of {many(len(held.unknown), 'model')} it is unknown)" if held.unknown else ""
    laws = f"; of those whose country is known: {under}" if under else ""
    return Sentence("Made by", f"{named}{more}: effectively {held.effective_number:.1f} developers{doubt}{laws}.")


def _unseen(dynamic: Sequence[DynamicSite]) -> Sentence | None:
    if not dynamic:
        return None
    produced = sorted(site.location for site in dynamic if site.scope is Scope.PRODUCTION)
    said = f"{many(len(dynamic), 'place')} where the model is known at run time only"
    places = ", ".join(map(str, produced[:3])) + (f" and {len(produced) - 3} more" if len(produced) > 3 else "")
    rest = f", {len(produced)} in production ({places})" if produced else ", none in production"
    return Sentence("Not seen", said, f"{rest}: what is listed is the least there is.", warns=bool(produced))


def _reproducible(models: Sequence[Model]) -> Sentence | None:
    asked = [model for model in models if is_production(model) and model.revision_pinned is not None]
    loose = [model.id for model in asked if not model.revision_pinned]
    if not loose:
        return None
    rest = f": {_some(loose)} may change without a change here."
    return Sentence(
        "Not pinned", f"{len(loose)} of {len(asked)} in production name no fixed revision", rest, warns=True
    )


def _running_code(models: Sequence[Model]) -> Sentence | None:
    """Those whose repositories bring code that is run."""
    trusted = {
        model.id: all(reference.revision for reference in model.references if reference.trust_remote_code)
        for model in models
        if any(reference.trust_remote_code and reference.scope is Scope.PRODUCTION for reference in model.references)
    }
    if not trusted:
        return None
    loose = sum(not pinned for pinned in trusted.values())
    rest = (
        f" (trust_remote_code): {_some([*trusted])}; {f'{loose} of them without' if loose else 'each with'} a revision."
    )
    return Sentence("Foreign code", f"{many(len(trusted), 'model')} may run code of its repository", rest, warns=True)


def _retiring(models: Sequence[Model], today: str, horizon: int) -> Sentence | None:
    try:
        now = date.fromisoformat(today[:10])
    except ValueError:
        return None
    last = (now + timedelta(days=max(horizon, 0))).isoformat()
    due = sorted((model.retires, model.id) for model in models if model.retires and model.retires <= last)
    if not due:
        return None
    gone = [name for day, name in due if day <= now.isoformat()]
    coming = [f"{name} on {day}" for day, name in due if day > now.isoformat()]
    said = [f"announced as shut down by now: {_some(gone)}"] * bool(gone)
    said += [f"within {horizon} days: {_some(coming)}"] * bool(coming)
    return Sentence("Retirement", "; ".join(said), ".", warns=True)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
