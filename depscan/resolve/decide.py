"""The order of answers: what one import statement, seen from one folder, reaches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from depscan.model import Origin, Resolver, normalised
from depscan.resolve.layout import ancestors

if TYPE_CHECKING:
    from depscan.resolve.layout import Hit, Layout
    from depscan.resolve.names import Claim, Names

# Loaded before the search path is consulted: no file can stand in for them.
_EARLY = """
abc atexit builtins codecs encodings errno faulthandler gc genericpath io itertools marshal ntpath os posix posixpath
signal site stat sys time zipimport
"""
_LOADED = frozenset(_EARLY.split())


@dataclass(frozen=True, slots=True)
class Place:
    """Where an import statement stands, as far as that decides what it reaches."""

    folder: str
    script: bool
    """The file may be started by its path: its folder comes first on the search path."""
    production: bool
    own: str = ""
    """Path of the importing file when the import has its name: a module does not import itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an import reaches."""

    origin: Origin
    resolver: Resolver
    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    import_name: str = ""


class Decision:
    """Decides imports; knows the tree, the names and the standard library."""

    def __init__(
        self, layout: Layout, names: Names, stdlib: frozenset[str], *, own: frozenset[str], tests: frozenset[str]
    ) -> None:
        """Take the sources of knowledge; `own` are the names of the projects, `tests` the files outside production."""
        self._layout = layout
        self._names = names
        self._stdlib = stdlib
        self._own = own
        self._tests = tests
        self.relative = cache(self._relative)
        self.absolute = cache(self._absolute)

    def _relative(self, folder: str, level: int, module: str, name: str) -> Answer | None:
        """Return what a relative import reaches; nothing when its dots lead out of the scanned root."""
        up = folder.split("/") if folder else []
        if level - 1 > len(up):
            return None
        base = "/".join(up[: len(up) - (level - 1)])
        hit = self._layout.walk(base, tuple(module.split(".")) if module else (), name)
        files = (*self._layout.parents(base), *(hit.files if hit else ()))
        return Answer(Origin.FIRST_PARTY, Resolver.RELATIVE, modules=files)

    def _absolute(self, place: Place, module: str, name: str) -> Answer | str | None:
        """Return what an import reaches; nothing for the standard library, a reason when no source can tell."""
        parts = tuple(module.split("."))
        if not all(map(str.isidentifier, parts)):
            return f"{module!r} is not a module name; it is not counted"
        top = parts[0]
        standard = top in self._stdlib
        claim = None if standard else self._names.claim(parts, name)
        if hit := self._near(place, parts, name, claim, standard=standard):
            return self._first_party(hit, place)
        if standard:
            return None
        if hit := self._shipped(place, parts, name, claim):
            return self._first_party(hit, place)
        if normalised(top) in self._own and (claim is None or claim.packages == (normalised(top),)):
            # Built from another language or generated: the project's own name, without a file to show for it.
            return Answer(Origin.FIRST_PARTY, Resolver.LAYOUT)
        if claim:
            return _third_party(claim)
        if hit := self._anywhere(place, parts, name):
            return self._first_party(hit, place)
        if guess := self._names.guess(parts, name):
            return _third_party(guess)
        if self._names.namespace(top):
            return f"many distributions share the name {top}, and nothing says which one is meant; it is not counted"
        return f"no file here is called {top}, and no distribution can be named after it; it is not counted"

    def _near(
        self, place: Place, parts: tuple[str, ...], name: str, claim: Claim | None, *, standard: bool
    ) -> Hit | None:
        """Return what the roots that the file can count on offer; among them, the first that has the whole name."""
        partial = None
        if parts[0] not in self._layout.names:
            return None
        for root in self._layout.roots(place.folder, script=place.script):
            hit = self._layout.walk(root, parts, name, but=place.own)
            if hit and self._wins(hit, place, parts[0], claim, standard=standard):
                if hit.complete:
                    return hit
                partial = partial or hit
        if partial and (other := self._anywhere(place, parts, name)) and other.complete:
            return other
        return partial

    def _wins(self, hit: Hit, place: Place, top: str, claim: Claim | None, *, standard: bool) -> bool:
        """
        Whether a hit in the tree beats what the standard library or a distribution of that name offers.

        The folder of a started script comes first on the search path, so what stands there wins. Elsewhere the
        standard library comes first, unless more than its name was found (`code.utils`). A project's own packages win
        over a distribution of the same name. A folder at another root wins over a declared distribution when more than
        the name was found: `from datasets.coco import X` beside `datasets/coco.py` is local, `from datasets import
        load_dataset` is not. A folder without `__init__.py` yields to any installed package of its name, as it does in
        Python, whatever the order of the search path; where many distributions share the name (`google`), it is local
        exactly when a file was reached.
        """
        here = place.script and hit.root == place.folder
        if standard:
            return hit.regular and (hit.matched > 1 or (here and top not in _LOADED))
        if here and hit.regular:
            return True
        if hit.root in self._layout.shippers(top) or self._names.namespace(top):
            return bool(hit.files) or (claim is None and not self._names.namespace(top))
        if claim is None:
            return True
        known_only = claim.resolver is Resolver.TABLE
        if hit.regular:
            return known_only or hit.matched > 1
        if claim.depth > 1:
            return bool(hit.files)
        return known_only and bool(hit.files) and hit.matched > 1

    def _shipped(self, place: Place, parts: tuple[str, ...], name: str, claim: Claim | None) -> Hit | None:
        """
        Return what a project of the repository ships under the name that is imported.

        Its own name counts always. Another name counts when nobody claims it; against the table alone, the project
        must be the one that the importing file belongs to, or more than the name must be found.
        """
        named = normalised(parts[0]) in self._own
        above = {*ancestors(place.folder), ""}
        for root, project in self._layout.shippers(parts[0]).items():
            hit = self._layout.walk(root, parts, name)
            if hit and hit.files:
                known_only = claim is not None and claim.resolver is Resolver.TABLE
                if named or claim is None or (known_only and (hit.matched > 1 or project in above)):
                    return hit
        return None

    def _anywhere(self, place: Place, parts: tuple[str, ...], name: str) -> Hit | None:
        """Return the best offer of the whole tree: research code puts any folder on its search path."""
        best: tuple[tuple[bool, int, int, int], Hit] | None = None
        for root in self._layout.homes(place.folder, parts[0]):
            hit = self._layout.walk(root, parts, name, but=place.own)
            if not hit or not hit.files or not (hit.regular or hit.matched > 1):
                continue
            if place.production and hit.files[-1] in self._tests:
                continue
            shared = _shared(root, place.folder)
            key = (hit.complete, hit.matched, shared, -root.count("/"))
            if best is None or key > best[0]:
                best = (key, hit)
        return best[1] if best else None

    def _first_party(self, hit: Hit, place: Place) -> Answer:
        beside = place.script and hit.root == place.folder
        named = not hit.root or self._layout.rooted(hit.root)
        resolver = Resolver.SIBLING if beside and not named else Resolver.LAYOUT
        return Answer(Origin.FIRST_PARTY, resolver, modules=hit.files)


def _third_party(claim: Claim) -> Answer:
    return Answer(Origin.THIRD_PARTY, claim.resolver, packages=claim.packages, import_name=claim.import_name)


def _shared(one: str, other: str) -> int:
    """How many leading folders two paths share."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
