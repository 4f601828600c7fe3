"""Which distribution an import name belongs to: what the user, the manifests, an environment and the table say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from depscan.model import Declaration, Ecosystem, Pin, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from depscan.model import Edge, Provides

_Named = TypeVar("_Named", Declaration, Pin)

# conda packages of other languages are named after the language's own index.
_FOREIGN = re.compile(r"(?:r|perl|bioconductor|m2|m2w64|xorg|cuda)-")
_VARIANT = re.compile(r"-(?:python3?|py|cpu|gpu|cu\d+|cuda\d*x?|rocm\d*|nightly|headless|binary|wheel|bin)$")
_FRINGE = re.compile(r"^(?:python3?-|py-?)|(?:-?py|-python|-sdk|-client|-lib)$")
_DISTRIBUTION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")

_LOCAL = """
agent app args arguments augment augmentations base benchmark benchmarks callbacks cfg common config configs constants
core data database dataloader dataloaders dataset decoder demo docs encoder engine env envs evaluation example examples
experiments functions helper helpers layers lib logger loss losses main metric metrics misc model models module modules
net nets network networks ops options opts params policies policy preprocess preprocessing registry routers routes
sampler samplers schemas script scripts services settings setup solver src test testing tests tokenizer tool tools train
trainer transforms util utils vis visualization visualize viz vocab
"""
LOCAL = frozenset(_LOCAL.split())
"""Names that programs give their own files; the index has distributions of these names that nobody means by them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A source of knowledge says that an import reaches these distributions."""

    resolver: Resolver
    packages: tuple[str, ...]
    import_name: str

    @property
    def depth(self) -> int:
        """How many components of the import decided."""
        return self.import_name.count(".") + 1


class Names:
    """Everything known about the names of third parties, in one place and in the order of its weight."""

    def __init__(
        self,
        declarations: Iterable[Declaration],
        provides: Iterable[Provides],
        mapping: Mapping[str, tuple[str, ...]],
        table: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Index what was declared and what is installed."""
        self._declared = sorted({normalised(declaration.name) for declaration in declarations})
        self._known = frozenset(self._declared)
        self._mapping = {prefix: tuple(map(normalised, names)) for prefix, names in mapping.items()}
        self._table = table
        self._installed: dict[str, tuple[str, ...]] = {}
        for item in sorted(provides):
            names = self._installed.get(item.import_name, ())
            self._installed[item.import_name] = (*names, normalised(item.distribution))
        self._variants = _group(self._declared, _VARIANT)
        self._fringes = _group(self._declared, _FRINGE)

    def namespace(self, prefix: str) -> bool:
        """Whether many distributions share the import name `prefix`."""
        return self._table.get(prefix) == ()

    def claim(self, parts: tuple[str, ...], name: str) -> Claim | None:
        """Return what is known of `import parts` or `from parts import name`; guesses are left to `guess`."""
        full = (*parts, name) if name not in {"", "*"} else parts
        if prefix := _longest(full, self._mapping):
            return Claim(Resolver.MAPPING, self._mapping[prefix], prefix)
        row = self._row(parts, full)
        if claim := self._declared_claim(parts, full, row):
            return claim
        site = _longest(full, self._installed)
        if site and site.count(".") >= row.count(".") and not self.namespace(site):
            ranked = sorted(self._installed[site], key=self._rank(site))
            return Claim(Resolver.ENVIRONMENT, tuple(ranked[:1]), site)
        if self.namespace(row):
            return None
        if "." not in row and (names := self._variants.get(normalised(full[0]))):
            return Claim(Resolver.DECLARATION, names, full[0])
        return Claim(Resolver.TABLE, self._table[row][:1], row) if row else None

    def guess(self, parts: tuple[str, ...], name: str) -> Claim | None:
        """Return the distribution that is named like the import; nothing when none can be."""
        full = (*parts, name) if name not in {"", "*"} else parts
        if full[0] in LOCAL:
            return None
        if names := self._fringes.get(normalised(full[0])):
            return Claim(Resolver.DECLARATION, names, full[0])
        row = _longest(full, self._table)
        named = self._named_after(full, row) if row else full[0]
        if named is None or not _DISTRIBUTION.fullmatch(named):
            return None
        return Claim(Resolver.IDENTITY, (normalised(named),), named)

    def _row(self, parts: tuple[str, ...], full: tuple[str, ...]) -> str:
        """
        Return the prefix whose row in the table decides; empty when none does.

        A shared name decides only together with the module after it. Where a class or function was taken from it, an
        older release is meant, which had one distribution for all of it: the row of a shorter prefix.
        """
        row = _longest(full, self._table)
        while self.namespace(row) and row.count(".") + 1 >= len(parts):
            parts = parts[: row.count(".")]
            row = _longest(parts, self._table)
        return row

    def _declared_claim(self, parts: tuple[str, ...], full: tuple[str, ...], row: str) -> Claim | None:
        """Return the declared distributions for the longest prefix, but none shorter than the one the table knows."""
        shortest = row.count(".") + 1
        reach = full if self.namespace(".".join(parts)) else parts
        for length in range(max(len(reach), shortest), shortest - 1, -1):
            prefix = ".".join(full[:length])
            providers = (*self._table.get(prefix, ()), *sorted(self._installed.get(prefix, ())), normalised(prefix))
            found = tuple(name for name in dict.fromkeys(providers) if name in self._known)
            if found and not self.namespace(prefix):
                return Claim(Resolver.DECLARATION, found, prefix)
        return None

    def _named_after(self, full: tuple[str, ...], row: str) -> str | None:
        """Return `row` and the component after it, when that component reads as a module."""
        following = full[row.count(".") + 1 :]
        return f"{row}.{following[0]}" if following and following[0].islower() else None

    def _rank(self, prefix: str) -> _Rank:
        table = self._table.get(prefix, ())
        return lambda name: (table.index(name) if name in table else len(table), name != normalised(prefix), name)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Rank = Callable[[str], tuple[int, bool, str]]


@lru_cache(maxsize=1 << 14)
def normalised(name: str) -> str:
    """Spell a distribution name as PEP 503 says."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unify(values: Sequence[_Named], conda_names: Mapping[str, str]) -> tuple[_Named, ...]:
    """
    Return declarations or pins with conda names replaced by those of the Python index.

    What is known to be no Python package is dropped; what is not known keeps its name and stays marked as conda's.
    """
    return tuple(sorted({one for value in values if (one := _unified(value, conda_names)) is not None}))


def unify_edges(edges: Sequence[Edge], conda_names: Mapping[str, str]) -> tuple[Edge, ...]:
    """Return edges with both ends named as `unify` names packages; one with an end that is dropped goes, too."""
    found = set()
    for edge in edges:
        if edge.ecosystem is Ecosystem.CONDA:
            source, target = _index_name(edge.source, conda_names), _index_name(edge.target, conda_names)
            if source and target and source != target:
                found.add(replace(edge, source=source, target=target, ecosystem=Ecosystem.PYPI))
        else:
            found.add(edge)
    return tuple(sorted(found))


def _unified(value: _Named, conda_names: Mapping[str, str]) -> _Named | None:
    if value.ecosystem is not Ecosystem.CONDA:
        return value
    name = _index_name(value.name, conda_names)
    known = value.name in conda_names or normalised(value.name) in conda_names
    return replace(value, name=name, ecosystem=Ecosystem.PYPI if known else value.ecosystem) if name else None


def _index_name(name: str, conda_names: Mapping[str, str]) -> str:
    """The name on the Python index, or conda's own when nothing is known; empty for what is no Python package."""
    known = conda_names.get(name, conda_names.get(normalised(name)))
    if known is not None:
        return known
    return "" if _FOREIGN.match(name) else name


def _longest(parts: tuple[str, ...], table: Mapping[str, object]) -> str:
    """Return the longest dotted prefix of `parts` that is in `table`; empty when none is."""
    for length in range(len(parts), 0, -1):
        if (prefix := ".".join(parts[:length])) in table:
            return prefix
    return ""


def _group(names: Iterable[str], affix: re.Pattern[str]) -> dict[str, tuple[str, ...]]:
    """Return the names that have an affix, by what remains without it."""
    groups: dict[str, tuple[str, ...]] = {}
    for name in names:
        stem = name
        while (shorter := affix.sub("", stem)) != stem:
            stem = shorter
        if stem and stem != name:
            groups[stem] = (*groups.get(stem, ()), name)
    return groups
