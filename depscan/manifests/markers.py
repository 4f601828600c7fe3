"""Environment markers as canonical text: checked, joined, and taken apart by the extra that they hang on."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from depscan.manifests.reader import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LONGEST = 10_000
_DEEPEST = 50
_TOKEN = re.compile(r"""[()]|"[^"]*"|'[^']*'|[^\s()"']+""")
_EXTRA = re.compile(r"""extra ([!=]=) ["'](.*)["']|["'](.*)["'] ([!=]=) extra""")
_CHOICE = re.compile(r"""extra .*|.* (?:extra|extras|dependency_groups)""")

_Tree = bool | str | tuple[str, tuple["_Tree", ...]]
"""What a marker says: a comparison, `("and", parts)`, `("or", parts)`, or what is known of it."""


@lru_cache(4_096)
def canonical(text: str) -> str:
    """Spell a marker as `packaging` does; ValueError when it is none."""
    from packaging.markers import Marker

    if len(text) > _LONGEST or text.count("(") > _DEEPEST:
        raise ValueError(f"a marker of {len(text)} characters, too long or too deep, was not read")
    try:
        return str(Marker(text)).encode("utf-8", "backslashreplace").decode() if text.strip() else ""
    except (ValueError, RecursionError):
        raise ValueError(f"{clip(text)!r} is no legal marker") from None


@lru_cache(4_096)
def by_extra(marker: str) -> tuple[tuple[str, str], ...]:
    """
    Say under which marker a requirement holds for which extra: without any first, then what an extra adds to that.

    `sys_platform == "win32" or extra == "gpu"` holds on Windows, and everywhere for the extra.
    """
    if "extra" not in marker:
        return (("", marker),)
    tree = _parse(marker)
    plain = _known(tree, lambda atom: _holds(atom, ""))
    found = [] if plain is False else [("", _text(plain))]
    for extra in sorted({(match[2] or match[3] or "") for atom in _atoms(tree) if (match := _EXTRA.fullmatch(atom))}):
        held = _known(tree, lambda atom, extra=extra: _holds(atom, extra))  # type: ignore[misc]
        if held is not False and held != plain and plain is not True:
            found.append((extra, _text(held)))
    return tuple(found)


@lru_cache(4_096)
def by_any(marker: str) -> str:
    """
    Say when a marker holds for some choice of extras and groups.

    Locks write such choices into markers: as `"x" in extras`, or uv as `extra == "extra-7-project-x"`.
    """
    if "extra" not in marker and "dependency_groups" not in marker:
        return marker
    return _text(_known(_parse(marker), lambda atom: True if _CHOICE.fullmatch(atom) else None))


def both(*markers: str) -> str:
    """Join markers that must all hold; an empty one always does."""
    wanted = [marker for marker in dict.fromkeys(markers) if marker]
    return wanted[0] if len(wanted) == 1 else _text(_joined("and", map(_parse, wanted)))


def either(markers: Iterable[str]) -> str:
    """Join markers of which one must hold; where one is empty, or there is none, nothing must."""
    wanted = list(dict.fromkeys(markers))
    if "" in wanted or not wanted:
        return ""
    return wanted[0] if len(wanted) == 1 else _text(_joined("or", map(_parse, wanted)))


# -- how ---------------------------------------------------------------------------------------------------------------


@lru_cache(4_096)
def _parse(marker: str) -> _Tree:
    """Read canonical text, which is known to be legal."""
    levels: list[list[list[_Tree]]] = [[[]]]
    words: list[str] = []

    def finish() -> None:
        if words:
            levels[-1][-1].append(" ".join(words))
            words.clear()

    for token in _TOKEN.findall(marker):
        if token == "(":  # noqa: S105 - a parenthesis
            levels.append([[]])
        elif token in {")", "and", "or"}:
            finish()
            if token == "or":  # noqa: S105 - a word
                levels[-1].append([])
            elif token == ")":  # noqa: S105 - a parenthesis
                inner = levels.pop()
                levels[-1][-1].append(_joined("or", [_joined("and", parts) for parts in inner]))
        else:
            words.append(token)
    finish()
    return _joined("or", [_joined("and", parts) for parts in levels[0]])


def _joined(word: str, parts: Iterable[_Tree]) -> _Tree:
    """Join parts by `and` or `or`; what is known already, or said twice, falls out."""
    decides = word == "or"
    flat = chain.from_iterable(part[1] if isinstance(part, tuple) and part[0] == word else (part,) for part in parts)
    kept = tuple(dict.fromkeys(part for part in flat if part is not (not decides)))
    if decides in kept:
        return decides
    return (word, kept) if len(kept) > 1 else kept[0] if kept else not decides


def _known(tree: _Tree, answer: Callable[[str], bool | None]) -> _Tree:
    """Put in what is known of single comparisons."""
    if isinstance(tree, tuple):
        return _joined(tree[0], [_known(part, answer) for part in tree[1]])
    known = answer(tree) if isinstance(tree, str) else tree
    return tree if known is None else known


def _atoms(tree: _Tree) -> list[str]:
    if isinstance(tree, tuple):
        return [atom for part in tree[1] for atom in _atoms(part)]
    return [tree] if isinstance(tree, str) else []


def _holds(atom: str, extra: str) -> bool | None:
    """Whether a comparison with an extra holds when this one is asked for; nothing for other comparisons."""
    match = _EXTRA.fullmatch(atom)
    return ((match[2] or match[3] or "") == extra) is ((match[1] or match[4]) == "==") if match else None


def _text(tree: _Tree) -> str:
    """Write a marker out; one that always holds is empty."""
    if isinstance(tree, tuple):
        word, parts = tree
        return f" {word} ".join(f"({_text(part)})" if isinstance(part, tuple) else _text(part) for part in parts)
    return tree if isinstance(tree, str) else ""
