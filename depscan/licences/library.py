"""The licence-expression library: its parser, the SPDX list and ScanCode's categories. Nothing else imports it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Node = TypeVar("_Node")


def read(text: str, term: Callable[[str, str], _Node], group: Callable[[str, Iterator[_Node]], _Node]) -> _Node | None:
    """What `term` makes of each licence and its exception, and `group` of what AND and OR join; `None` if not valid."""
    try:
        parsed = _licensing().parse(text, validate=False)
    except _library().ExpressionError:
        return None
    return None if parsed is None else _fold(parsed, term, group)


@cache
def symbols() -> dict[str, tuple[str, bool]]:
    """From each identifier and former identifier, in lower case, to the current one and whether it is an exception."""
    found: dict[str, tuple[str, bool]] = {}
    for key, symbol in _licensing().known_symbols.items():
        for name in (key, *symbol.aliases):
            found.setdefault(name.lower(), (key, symbol.is_exception))
    return found


@cache
def categories() -> dict[str, str]:
    """ScanCode's category of each identifier, in lower case."""
    return {
        name.lower(): entry["category"]
        for entry in _library().get_license_index()
        for name in (entry["spdx_license_key"], *entry["other_spdx_license_keys"])
        if name
    }


@cache
def _library() -> Any:
    import license_expression  # type: ignore[import-untyped]

    return license_expression


@cache
def _licensing() -> Any:
    """The parser with the SPDX list; it costs some 30 ms, once, and most texts do without."""
    return _library().get_spdx_licensing()


def _fold(parsed: Any, term: Callable[[str, str], _Node], group: Callable[[str, Iterator[_Node]], _Node]) -> _Node:
    for operator in ("AND", "OR"):
        if isinstance(parsed, getattr(_licensing(), operator)):
            return group(operator, (_fold(part, term, group) for part in parsed.args))
    exception = getattr(parsed, "exception_symbol", None)
    return term(parsed.key, "") if exception is None else term(parsed.license_symbol.key, exception.key)
