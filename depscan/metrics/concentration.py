"""How few hands hold what the code imports: effective numbers, with bounds for the unknown. See docs/metrics.md."""

from __future__ import annotations

from functools import partial
from itertools import chain
from math import fsum
from typing import TYPE_CHECKING

from depscan.model import Access, Concentration, LicenceFamily, ModelKind, Scope, Share, Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depscan.model import Model, Package

    _Hands = Callable[[Package], tuple[str, ...]]
    _Part = tuple[str, tuple[str, ...], float]

FEW = 10
"""Below so many hands no Herfindahl-Hirschman index is given: five equal hands would count as highly concentrated."""

DIMENSIONS = ("steward", "parent", "account", "licence", "jurisdiction")

_IMPORTED = frozenset({Tier.LOAD_BEARING, Tier.SIGNIFICANT, Tier.INCIDENTAL})


def imported(packages: Iterable[Package]) -> list[Package]:
    """The packages that production code imports when it runs."""
    return [package for package in packages if package.exposure.tier in _IMPORTED]


def concentrate(packages: Sequence[Package]) -> tuple[Concentration, ...]:
    """Over every dimension by either weight; those over nothing are left out."""
    parents = {each.steward.name: each.steward.parent for each in packages if each.steward}
    hands: dict[str, _Hands] = {**_HANDS, "parent": partial(_top, parents)}
    population = imported(packages)
    weighted = {
        "packages": [(package, 1.0) for package in population],
        "exposure": [(each, each.exposure.direct_share) for each in population if each.exposure.direct_share > 0],
    }
    return tuple(
        _over(dimension, weight, [(each.name, hands[dimension](each), size) for each, size in parts])
        for dimension in DIMENSIONS
        for weight, parts in weighted.items()
        if parts
    )


def concentrate_models(models: Sequence[Model]) -> tuple[Concentration, ...]:
    """
    The same over the models (no datasets) that production names, each alike or by the number of places that name it.

    Parts of models, such as a tokenizer, count as the model that they belong to. An undecided access kind and a licence
    that is not known are in hands that are not known.
    """
    named = [each for each in models if each.kind is not ModelKind.DATASET]
    places = [sum(each.scope is Scope.PRODUCTION for each in model.references) for model in named]
    weighted = {
        "models": [(model, 1.0) for model, count in zip(named, places, strict=True) if count],
        "places": [(model, float(count)) for model, count in zip(named, places, strict=True) if count],
    }
    return tuple(
        _over(dimension, weight, [(model.id, hand(model), size) for model, size in parts])
        for dimension, hand in _MODEL_HANDS.items()
        for weight, parts in weighted.items()
        if parts
    )


def effective_number(sizes: Iterable[float]) -> float:
    """How many hands of equal size would be as concentrated (Hill number of order 2); some size must be above 0."""
    kept = [size for size in sizes if size > 0]
    return fsum(kept) ** 2 / fsum(size * size for size in kept)


# -- hands ------------------------------------------------------------------------------------------------------------


def _steward(package: Package) -> tuple[str, ...]:
    return (package.steward.name,) if package.steward else ()


def _top(parents: Mapping[str, str], package: Package) -> tuple[str, ...]:
    """The body at the top: the parent's parent, as far as other packages' stewards tell."""
    if not package.steward:
        return ()
    seen = [package.steward.name]
    while (above := parents.get(seen[-1], "")) and above not in seen:
        seen.append(above)
    return (seen[-1],)


def _accounts(package: Package) -> tuple[str, ...]:
    return package.publishers or ()


def _licence(package: Package) -> tuple[str, ...]:
    licence = package.licence
    return (licence.family.value,) if licence and licence.family is not LicenceFamily.UNKNOWN else ()


def _jurisdiction(package: Package) -> tuple[str, ...]:
    return (package.steward.jurisdiction,) if package.steward and package.steward.jurisdiction else ()


_HANDS: Mapping[str, _Hands] = {
    "steward": _steward,
    "account": _accounts,
    "licence": _licence,
    "jurisdiction": _jurisdiction,
}
"""In whose hands a package is, by dimension; nobody's when that is not known."""


_MODEL_HANDS: Mapping[str, Callable[[Model], tuple[str, ...]]] = {
    "model-developer": lambda model: (model.developer,) if model.developer else (),
    "model-licence": lambda m: (m.licence_family.value,) if m.licence_family is not LicenceFamily.UNKNOWN else (),
    "model-access": lambda model: (model.access.value,) if model.access is not Access.UNDECIDED else (),
    "model-jurisdiction": lambda model: (model.jurisdiction,) if model.jurisdiction else (),
}

# -- figures ----------------------------------------------------------------------------------------------------------


def _over(dimension: str, weight: str, parts: Iterable[_Part]) -> Concentration:
    """Of parts with name, owners and size."""
    held: dict[str, list[float]] = {}
    names: dict[str, list[str]] = {}
    unknown: list[tuple[str, float]] = []
    for name, owners, size in parts:
        if not owners:
            unknown.append((name, size))
        for owner in owners:
            held.setdefault(owner, []).append(size / len(owners))
            names.setdefault(owner, []).append(name)
    sizes = {owner: fsum(shares) for owner, shares in held.items()}
    seen, unseen = fsum(sizes.values()), fsum(size for _, size in unknown)
    shares = tuple(
        Share(owner, sizes[owner] / seen, tuple(sorted(names[owner])))
        for owner in sorted(sizes, key=lambda owner: (-round(sizes[owner], 12), owner))
    )
    number = effective_number(sizes.values()) if sizes else None
    return Concentration(
        dimension=dimension,
        weight=weight,
        n=len(sizes),
        effective_number=number,
        effective_bounds=_bounds(list(sizes.values()), [size for _, size in unknown]),
        top=shares[0] if shares else None,
        unknown_share=unseen / (seen + unseen),
        hhi=10_000 / number if number and len(sizes) >= FEW else None,
        shares=shares,
        unknown=tuple(sorted(name for name, _ in unknown)),
    )


def _bounds(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """With all that is unknown in the largest hand, and with each unknown in a hand of its own."""
    largest = max(known, default=0.0)
    rest = sorted(known)[:-1]
    return effective_number([*rest, largest + fsum(unknown)]), effective_number(chain(known, unknown))
