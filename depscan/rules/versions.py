"""What version specifiers and markers can and cannot mean together; what cannot be read decides nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_LONGEST = 300
"""Characters of a specifier or marker that is judged; real ones stay below."""

_MOST_MARKERS = 1_000
"""Distinct markers that one run evaluates: a repository full of made-up ones must not cost minutes."""

_LOCAL = re.compile(r"\+[A-Za-z0-9._-]+")
_PLATFORMS = (
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("darwin", "Darwin", "posix", "x86_64"),
    ("win32", "Windows", "nt", "AMD64"),
)
_PYTHONS = tuple(f"3.{minor}.{patch}" for minor in range(6, 17) for patch in (0, 30))
"""The first and a late release of every Python that may matter: markers are written for minor versions."""


@lru_cache(maxsize=4096)
def _specifiers(text: str) -> SpecifierSet | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if len(text) > _LONGEST:
        return None
    try:
        return SpecifierSet(_LOCAL.sub("", text))
    except InvalidSpecifier:
        return None


def exclude(one: str, other: str) -> bool:
    """
    Whether no version satisfies both specifiers.

    Builds of one release (`2.1.0+cu118`, `2.1.0+cpu`) count as that release.
    """
    left, right = _specifiers(one), _specifiers(other)
    return left is not None and right is not None and (left & right).is_unsatisfiable()


def refuses(specifier: str, version: str) -> bool:
    """Whether the specifier rules this version out; a pre-release is a version like any other, builds as above."""
    from packaging.version import InvalidVersion, Version

    wanted = _specifiers(specifier)
    if wanted is None or len(version) > _LONGEST:
        return False
    try:
        return not wanted.contains(Version(_LOCAL.sub("", version)), prereleases=True)
    except InvalidVersion:
        return False


class Markers:
    """Which markers hold together somewhere: on one of the usual platforms, with a Python that the project admits."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {"": -1}
        self._environments = tuple(_environments())

    def meet(self, one: str, other: str, python: str = "") -> bool:
        """Whether some environment satisfies both markers and `python`; no, when that cannot be said."""
        admitted = self._holds(_as_marker(python)) if python else -1
        return (self._holds(one) & self._holds(other) & admitted) != 0

    def _holds(self, marker: str) -> int:
        """One bit for each environment in which the marker is true."""
        if marker not in self._known:
            if len(self._known) > _MOST_MARKERS or len(marker) > _LONGEST:
                return 0
            self._known[marker] = self._evaluated(marker)
        return self._known[marker]

    def _evaluated(self, text: str) -> int:
        from packaging.markers import Marker

        bits = 0
        try:
            marker = Marker(text)
            for number, environment in enumerate(self._environments):
                bits |= marker.evaluate(environment) << number
        except (ValueError, KeyError, RecursionError):  # not legal, compares what cannot be compared, nested too deeply
            return 0
        return bits


def _as_marker(requires_python: str) -> str:
    """The Python that a project requires, as the marker that says the same."""
    clauses = [re.fullmatch(r"\s*(===|==|~=|!=|>=|<=|>|<)\s*(\S+)\s*", part) for part in requires_python.split(",")]
    return " and ".join(f'python_full_version {clause[1]} "{clause[2]}"' for clause in clauses if clause)


def _environments() -> list[dict[str, str]]:
    """Every platform with every Python and the two implementations that markers name."""
    environments: list[dict[str, str]] = []
    for (system, name, family, machine), python, implementation in product(_PLATFORMS, _PYTHONS, ("CPython", "PyPy")):
        environments.append({
            "implementation_name": implementation.lower(),
            "implementation_version": python,
            "os_name": family,
            "platform_machine": machine,
            "platform_python_implementation": implementation,
            "platform_release": "6.1.0",
            "platform_system": name,
            "platform_version": "",
            "python_full_version": python,
            "python_version": python.rpartition(".")[0],
            "sys_platform": system,
        })  # fmt: skip
    return environments
