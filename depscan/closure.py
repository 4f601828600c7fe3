"""What the declared packages bring in: of which nothing here says it, and what a resolver answers for those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan import manifests
from depscan.model import (
    Declaration,
    Ecosystem,
    Edge,
    Fact,
    Gap,
    Location,
    Need,
    Pin,
    Project,
    Provides,
    Source,
    Waiver,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Found = Project | Declaration | Pin | Edge | Provides | Fact | Waiver | Gap


def complete(
    facts: Sequence[Found], *, today: str, online: bool, target: str, index_url: str
) -> tuple[list[Found], list[Source]]:
    """What the package index says of packages that nothing else says anything of, or a gap that names them."""
    own = {fact.name: fact.root for fact in facts if isinstance(fact, Project)}
    asked = [  # what notebooks, images and workflows install on the way is for an environment of its own
        fact
        for fact in facts
        if isinstance(fact, Declaration)
        and fact.scope is Need.RUNTIME
        and fact.name not in own
        and manifests.declares(fact.location.path)
    ]
    held = _held(facts)
    unknown = [each for each in asked if each.name not in held and not (each.marker and held)]
    if online and unknown:
        return _resolved(unknown, held, {*own.values()}, today=today, target=target, index_url=index_url)
    if not unknown:
        return [], []
    names = sorted({declaration.name for declaration in unknown})
    reason = (
        f"{len(names)} of {len({each.name for each in asked})} packages declared for run time are in no lock file and "
        f"no environment, what they bring in is not known: {', '.join(names[:8])}{', ...' * (len(names) > 8)}; "
        "give an --environment, or ask the package index with --online"
    )
    return [Gap("knowledge", Location(""), reason)], []


def _resolved(
    unknown: Sequence[Declaration], held: set[str], roots: set[str], *, today: str, target: str, index_url: str
) -> tuple[list[Found], list[Source]]:
    """What a resolver answers for each project, less what a lock holds: the lock may hold another version of it."""
    from depscan.knowledge import resolution

    groups: dict[str, list[Declaration]] = {}
    for declaration in unknown:
        folder = declaration.location.path
        while folder and folder not in roots:
            folder = folder.rpartition("/")[0]
        groups.setdefault(folder, []).append(declaration)
    told: list[Found] = []
    sources: list[Source] = []
    for answer in resolution.resolve(groups, target=target, index_url=index_url, today=today):
        if isinstance(answer, Source):
            sources.append(answer)
        elif isinstance(answer, Gap):
            told.append(answer)
        else:
            told += manifests.read((answer.path,), {answer.path: answer.data}.__getitem__)
    skipped = held | {resolution.NAME}
    return [
        fact
        for fact in told
        if isinstance(fact, Gap)
        or (isinstance(fact, Pin) and fact.name not in skipped)
        or (isinstance(fact, Edge) and fact.source not in skipped)
    ], sources


def _held(facts: Sequence[Found]) -> set[str]:
    """The packages of which a lock or an environment says what they require; for those of conda, that it has them."""
    stated = {fact.location.path for fact in facts if isinstance(fact, Edge)}
    declared = {fact.location for fact in facts if isinstance(fact, Declaration)}
    pins = [fact for fact in facts if isinstance(fact, Pin)]
    held = {pin.name for pin in pins if pin.location.path in stated or ".dist-info/" in pin.location.path}
    return held | {pin.name for pin in pins if pin.ecosystem is Ecosystem.CONDA and pin.location not in declared}
