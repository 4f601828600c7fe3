"""What a project asks for of one package, ready to be compared with versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.knowledge.advisories.extent import LONGEST, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.specifiers import SpecifierSet

    from depscan.knowledge.advisories.extent import Span

_EXACT = re.compile(r"\s*===?\s*([^\s,*]+)\s*")
_LOCAL = re.compile(r"\+[A-Za-z0-9._-]+")


class Asked:
    """Pins, and specifiers of which each may be met by itself."""

    def __init__(self, pins: Iterable[str], specifiers: Iterable[str]) -> None:
        """A specifier that admits one version only (`==1.2.3`) is a pin as well."""
        texts = sorted(set(specifiers))
        exact = [found[1] for text in texts if (found := _EXACT.fullmatch(text))]
        self.pins = tuple(sorted({*pins, *exact}))
        self._specifiers: list[SpecifierSet] = []
        unreadable: list[str] = []
        for text in texts:
            specifier = _read(text)
            if specifier is None:
                unreadable.append(text)
            else:
                self._specifiers.append(specifier)
        self.unreadable = tuple(unreadable)
        """Specifiers that are none."""
        self.is_readable = bool(self._specifiers)
        """Whether there is a specifier that can be compared; an empty one can."""
        self._known: dict[tuple[str, bool], bool] = {}

    def admits(self, text: str, *, prereleases: bool = False) -> bool:
        """Whether a version is asked for; pre-releases are where a specifier names one. Without specifiers, all are."""
        found = self._known.get((text, prereleases))
        if found is None:
            found = self._known[text, prereleases] = self._admits(text, prereleases)
        return found

    def _admits(self, text: str, prereleases: bool) -> bool:
        version = parsed(text)
        if version is None:
            return False
        if not self._specifiers and not self.unreadable:
            return prereleases or not version.is_prerelease
        return any(
            each.contains(version, prereleases=prereleases or bool(each.prereleases)) for each in self._specifiers
        )

    def meets(self, span: Span) -> bool:
        """Whether some version of a span is asked for; when no specifier can be read, that is not ruled out."""
        if not self._specifiers:
            return True
        bounds = _read(span.specifier)
        return bounds is None or any(not (each & bounds).is_unsatisfiable() for each in self._specifiers)


def _read(text: str) -> SpecifierSet | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(_LOCAL.sub("", text)) if len(text) <= 2 * LONGEST else None
    except InvalidSpecifier:
        return None
