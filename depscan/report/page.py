"""
A page of terminal text: paragraphs with hanging indents and plain tables, never wider than asked.

The only user of rich in the reports. Every string, wherever it came from, passes `show` here: a renderer cannot forget
to.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

NARROWEST = 60
"""A page is never narrower: the tables would not fit."""

_LEAST = 6
_LONGEST = 600
"""Characters of one string that are shown: a finding may name a few files, a name may not fill the screen."""

Part = str | tuple[str, str]
"""Text, or text and the style it is written in (`bold`, `dim`, `red` ...)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `title` has one word for each header line."""

    title: tuple[str, ...]
    right: bool = False
    """Aligned to the right, as figures are."""
    spare: int = 0
    """What exceeds this width is given up, with an ellipsis, when the table does not fit; 0: nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `note`, if any, is written below it as a paragraph of its own."""

    cells: tuple[Part, ...]
    note: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Rows below a heading."""

    heading: tuple[Part, ...]
    rows: tuple[Row, ...]
    footer: tuple[Part, ...] = ()


class Page:
    """Collects text; `finish` gives it all."""

    def __init__(self, *, width: int, color: bool, unicode: bool) -> None:
        from rich.console import Console

        self.width = max(width, NARROWEST)
        self.unicode = unicode
        self._file = StringIO()
        self._console = Console(
            file=self._file,
            width=self.width,
            color_system="standard" if color else None,
            no_color=not color,
            force_terminal=color,
            force_jupyter=False,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
            _environ={},  # the caller decides, not COLUMNS, NO_COLOR or TERM: equal reports give equal bytes
        )

    def blank(self) -> None:
        """An empty line."""
        self._file.write("\n")

    def text(self, *parts: Part, indent: int = 0, hang: int | None = None) -> None:
        """One paragraph: its first line indented by `indent`, the others by `hang`."""
        hang = indent if hang is None else hang
        lines = self._text(parts).wrap(self._console, self.width - max(indent, hang))
        for number, line in enumerate(lines):
            self._line(indent if number == 0 else hang, line)

    def table(self, columns: Sequence[Column], sections: Sequence[Section], *, indent: int = 2) -> None:
        """Header, then each section; all share the widths of the columns."""
        widths = self._widths(columns, [row for section in sections for row in section.rows], indent)
        for depth in range(max(len(column.title) for column in columns)):
            titles = [(column.title[depth] if depth < len(column.title) else "", "dim") for column in columns]
            self._row(columns, widths, titles, indent)
        for section in sections:
            self.text(*section.heading)
            for row in section.rows:
                self._row(columns, widths, row.cells, indent)
                if row.note:
                    self.text(*row.note, indent=indent + 2)
            if section.footer:
                self.text(*section.footer, indent=indent)

    def finish(self) -> str:
        """Everything that was written, with a line end after each line."""
        return self._file.getvalue()

    def _text(self, parts: Iterable[Part]) -> Text:
        from rich.text import Text

        text = Text(overflow="fold")
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            before = text.plain[-1:]  # two parts must not make up what neither may hold
            text.append(show(before + words, _LONGEST, unicode=self.unicode)[len(before) :], style or None)
        return text

    def _line(self, indent: int, text: Text) -> None:
        text.rstrip()
        text.pad_left(indent)
        self._console.print(text, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)

    def _row(self, columns: Sequence[Column], widths: Sequence[int], cells: Sequence[Part], indent: int) -> None:
        from rich.text import Text

        fitted = [
            self._fit(self._text([cell]), width, right=column.right)
            for column, width, cell in zip(columns, widths, cells, strict=True)
        ]
        self._line(indent, Text("  ").join(fitted))

    def _fit(self, text: Text, width: int, *, right: bool) -> Text:
        from rich.cells import cell_len, set_cell_size
        from rich.text import Text

        if text.cell_len > width:
            ellipsis = "…" if self.unicode else "..."
            style = text.spans[0].style if text.spans else ""
            text = Text(set_cell_size(text.plain, max(width - cell_len(ellipsis), 0)) + ellipsis, style)
        blank = width - text.cell_len
        return self._padded(text, blank, right=right) if blank > 0 else text

    @staticmethod
    def _padded(text: Text, blank: int, *, right: bool) -> Text:
        if right:
            text.pad_left(blank)
        else:
            text.pad_right(blank)
        return text

    def _widths(self, columns: Sequence[Column], rows: Sequence[Row], indent: int) -> list[int]:
        """Natural widths, less what the flexible columns must give up for the table to fit."""
        widths = [
            max([*map(len, column.title), *(self._text([row.cells[at]]).cell_len for row in rows)])
            for at, column in enumerate(columns)
        ]
        excess = sum(widths) + 2 * (len(columns) - 1) + indent - self.width
        # each column first gives what it can spare, then whatever is needed
        for floors in ([column.spare for column in columns], [min(column.spare, _LEAST) for column in columns]):
            giving = [at for at, floor in enumerate(floors) if floor]
            while excess > 0 and (able := [at for at in giving if widths[at] > floors[at]]):
                widths[max(able, key=widths.__getitem__)] -= 1
                excess -= 1
        return widths
