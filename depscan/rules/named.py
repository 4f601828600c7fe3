"""What production code names of models and datasets: the places, the identity of a finding, and how sure it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.model import Confidence, ModelKind, Scope
from depscan.rules.findings import count, lowered, surest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depscan.model import Location, Model, Reference
    from depscan.rules.case import Case

LISTED = 12
"""Ids in one message; the message says how many there are in all."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SURE = {"exact": Confidence.HIGH, "pattern": Confidence.MEDIUM}


def produced(case: Case) -> list[Model]:
    """The models and datasets that production code or configuration names, by id."""
    return sorted((model for model in case.models if references(model)), key=lambda model: (model.id, model.kind))


def references(model: Model) -> list[Reference]:
    """The places in production that name the model."""
    return sorted(each for each in model.references if each.scope is Scope.PRODUCTION)


def places(model: Model) -> list[Location]:
    """Where they are."""
    return [each.location for each in references(model)]


def first_places(models: Iterable[Model]) -> list[Location]:
    """One place for each."""
    return [places(model)[0] for model in models]


def is_data(model: Model) -> bool:
    """Whether it is a dataset."""
    return model.kind is ModelKind.DATASET


def identity(model: Model) -> str:
    """What tells findings on models apart: a dataset may be called as a model is."""
    return f"datasets/{model.id}" if is_data(model) else model.id


def is_commit(revision: str) -> bool:
    """Whether the revision can stand for one content only."""
    return _COMMIT.fullmatch(revision) is not None


def sureness(model: Model) -> Confidence:
    """How surely what is said of the release is true of what is used: of a tokenizer's model less surely."""
    sure = _SURE.get(model.certainty, Confidence.LOW)
    return lowered(sure) if model.kind is ModelKind.PART else sure


def least_sure(models: Sequence[Model]) -> Confidence:
    """That of the weakest."""
    sure = Confidence.HIGH
    for model in models:
        sure = surest(sure, sureness(model))
    return sure


def counted(models: Sequence[Model]) -> str:
    """`1 model`, `3 models and 2 datasets`."""
    data = sum(map(is_data, models))
    parts = [(len(models) - data, "model"), (data, "dataset")]
    return " and ".join(count(number, noun) for number, noun in parts if number)
