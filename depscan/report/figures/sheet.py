"""A sheet to draw on, in pixels from the upper left corner, and how matplotlib's SVG becomes part of a page."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape, quoteattr

from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from matplotlib.artist import Artist

COLOURS = {
    name: f"#0000{number:02x}"
    for number, name in enumerate(("ink", "muted", "rule", "accent", "soft", "warn", "paper"), 1)
}
"""Names of the page's colours, and the stand-ins that matplotlib is given for them: a page has two themes."""

_NAMES = {colour: f"var(--{name})" for name, colour in COLOURS.items()}
Align = Literal["left", "center", "right"]
_POINTS = 72
_ADVANCE = 0.62
"""Width of an average letter in parts of the type size, on the safe side for the fonts of common systems."""

_NUMBER = re.compile(r"-?\d+\.\d+")
_KEPT = ("fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor")
_USUAL = {"text-anchor": "start", "font-weight": "400", "stroke-width": "1"}
_LATIN = "\u0250"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, and the same in words and numbers."""

    key: str
    title: str
    description: str
    """What is to be seen, for those who cannot see it."""
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: bool = False
    """Whether it needs the whole width of a page."""


@contextmanager
def plain() -> Iterator[None]:
    """Matplotlib as it is by itself, whatever the user's settings are, with letters kept as letters."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "depscan", "text.parse_math": False})
        yield


def label(text: str, limit: int) -> str:
    """`text` for a picture: in letters that matplotlib's own font has, at most `limit` of them."""
    return show(text, limit, unicode=all(letter < _LATIN for letter in text[: limit + 1]))


def breadth(text: str, size: float = 12) -> float:
    """About how wide `text` will be; a page may set it in any font."""
    return len(text) * size * _ADVANCE


class Sheet:
    """Marks on a sheet of fixed size; colours are names of `COLOURS`, or `none`."""

    def __init__(self, width: int, height: int) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / _POINTS, height / _POINTS))
        self._figure.patch.set_visible(False)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        colour: str = "ink",
        align: Align = "left",
        size: float = 12,
        bold: bool = False,
    ) -> None:
        """Words that begin, end or have their middle at `x`, on a base line at `y`; the caller made them a `label`."""
        weight = "bold" if bold else "normal"
        self._axes.text(
            x, y, words, color=COLOURS[colour], ha=align, va="baseline", fontsize=size, fontweight=weight, clip_on=False
        )

    def line(
        self, points: Sequence[tuple[float, float]], colour: str = "rule", *, width: float = 1, dashed: bool = False
    ) -> None:
        """Straight from point to point."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        style = (0, (3, 3)) if dashed else "solid"
        self._add(PathPatch(Path(points), fc="none", ec=COLOURS[colour], lw=width, ls=style, clip_on=False))

    def curve(self, start: tuple[float, float], end: tuple[float, float], colour: str = "rule") -> None:
        """From left to right, level at both ends."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        middle = (start[0] + end[0]) / 2
        path = Path([start, (middle, start[1]), (middle, end[1]), end], [Path.MOVETO, *[Path.CURVE4] * 3])
        self._add(PathPatch(path, fc="none", ec=COLOURS[colour], lw=1, clip_on=False))

    def bar(self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none") -> None:
        """A box from its upper left corner; an edge is dashed, for what is not known."""
        from matplotlib.patches import Rectangle

        self._add(
            Rectangle((x, y), width, height, fc=_colour(fill), ec=_colour(edge), lw=1, ls=(0, (3, 3)), clip_on=False)
        )

    def dot(self, x: float, y: float, radius: float, fill: str, edge: str = "none") -> None:
        """A disc around its middle."""
        from matplotlib.patches import Circle

        self._add(Circle((x, y), radius, fc=_colour(fill), ec=_colour(edge), lw=1.5, clip_on=False))

    def svg(self, key: str, title: str, description: str) -> str:
        """All of it as one element, named and described; `key` is its own on a page."""
        from xml.etree import ElementTree as ET

        written = io.BytesIO()
        self._figure.savefig(written, format="svg", metadata={"Date": None})
        drawn = ET.fromstring(written.getvalue())  # noqa: S314  (written in the line above)
        marks = "".join(_mark(element) for element in drawn.iter())
        names = quoteattr(f"{key}-title {key}-words")
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
            f' role="img" aria-labelledby={names}>'
            f"<title id={quoteattr(f'{key}-title')}>{escape(title)}</title>"
            f"<desc id={quoteattr(f'{key}-words')}>{escape(description)}</desc>{marks}</svg>"
        )

    def _add(self, artist: Artist) -> None:
        self._axes.add_artist(artist)


def _colour(name: str) -> str:
    return COLOURS.get(name, "none")


def _mark(element: Element) -> str:
    """
    A path or a text without what a page must not take from it.

    Inline styles are refused by a strict Content-Security-Policy, identifiers of several pictures would collide, and a
    style sheet would rule the whole page. Numbers lose the digits nobody can see.
    """
    tag = str(element.tag).rpartition("}")[2]
    if tag not in {"path", "text"}:
        return ""
    style = dict(part.split(": ", 1) for part in element.get("style", "").split("; ") if ": " in part)
    kept = {name: _NAMES.get(style[name], style[name].removesuffix("px")) for name in _KEPT if name in style}
    kept = {name: value for name, value in kept.items() if _USUAL.get(name) != value}
    if tag == "path":
        kept["d"] = _short(" ".join(element.get("d", "").split()))
        return f"<path{_attributes(kept)}/>"
    kept |= {name: _short(element.get(name, "0")) for name in ("x", "y")}
    return f"<text{_attributes(kept)}>{escape(element.text or '')}</text>"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


def _short(text: str) -> str:
    """One digit after the point, where there is one that is not 0."""
    return _NUMBER.sub(lambda match: f"{round(float(match[0]), 1) + 0.0:.1f}".removesuffix(".0"), text)
