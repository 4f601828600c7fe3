"""What the page says of AI models and datasets: those that production names, the others, and the places unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import Scope
from depscan.model.models import ModelKind
from depscan.report import models
from depscan.report.sentences import RESTRICTIVE

if TYPE_CHECKING:
    from depscan.model import Report
    from depscan.model.models import DynamicSite, Model
    from depscan.report.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Named:
    """A model or dataset as a row of the table."""

    id: str
    access: str
    licence: str
    obligations: str
    restricts: bool
    """Whether the terms or the access are worth a warning; what nobody has read is."""
    route: str
    pinned: str
    where: str
    openness: str
    """By both yardsticks; empty where neither was applied."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The section: nothing in it where the project names no model."""

    sentences: tuple[Sentence, ...]
    groups: tuple[tuple[str, tuple[Named, ...]], ...]
    unseen: tuple[tuple[str, str, str], ...]
    """Pattern, place and reason where the run alone knows the model; production first."""
    unseen_production: int


def naming(report: Report) -> Naming:
    """What the section shows, in its final order."""
    produced = models.in_order(filter(models.is_production, report.models))
    others = models.in_order(model for model in report.models if not models.is_production(model))
    groups = (("in production", produced), ("in tests, docs, examples and tools only", others))
    sites = sorted(report.dynamic_models, key=lambda site: (site.scope is not Scope.PRODUCTION, site.location))
    return Naming(
        sentences=sentences(report),
        groups=tuple((title, tuple(map(_named, members))) for title, members in groups if members),
        unseen=tuple(map(_site, sites)),
        unseen_production=sum(site.scope is Scope.PRODUCTION for site in sites),
    )


def sentences(report: Report) -> tuple[Sentence, ...]:
    """What the models add up to on the day of the report."""
    return models.adding_up(report)


def _named(model: Model) -> Named:
    is_data = model.kind is ModelKind.DATASET
    return Named(
        id=model.id,
        access=models.access(model),
        licence=models.licence(model),
        obligations=models.obligations(model),
        restricts=model.licence_family in RESTRICTIVE or not model.licence or (not is_data and models.warns(model)),
        route=str(model.route),
        pinned=models.pinned(model),
        where=models.where(model),
        openness=models.openness(model),
    )


def _site(site: DynamicSite) -> tuple[str, str, str]:
    return site.pattern, str(site.location), site.reason
