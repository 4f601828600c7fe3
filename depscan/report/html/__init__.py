"""
The report as one HTML file: first what a director asks, then what an engineer needs. It loads and it sends nothing.

What a template writes is escaped, and hides nothing: `_gate` and autoescape see to every expression, whatever it holds.
The Content-Security-Policy admits the one style sheet and the one script of this package, by their digests.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from depscan.report import figures
from depscan.report.html import manual, view
from depscan.report.show import show

if TYPE_CHECKING:
    from depscan.model import Report
    from depscan.report import Look

__all__ = ["render"]

_LONGEST = 600
"""Letters of one string that are shown, as on a terminal."""


def render(report: Report, look: Look) -> bytes:
    """The page; equal reports give equal bytes. Of `look` it takes the titles and the manuals of the rules."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        finalize=_gate,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _file("style.css"), _file("script.js")
    drawings = figures.draw(report, look.baseline)
    page = environment.get_template("page.html.j2").render(
        page=view.page(report, look.titles, look.baseline),
        drawings=drawings,
        pictures={drawing.key: Markup(drawing.svg) for drawing in drawings},  # noqa: S704  (our own, texts escaped)
        manuals={code: Markup(manual.html(text)) for code, text in look.manuals.items()},  # noqa: S704  (no raw HTML)
        style=Markup(style),  # noqa: S704  (a file of this package)
        script=Markup(script),  # noqa: S704  (a file of this package)
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'",
    )
    return page.encode(errors="backslashreplace")


def _gate(value: Any) -> Any:
    """What every expression of a template passes: text in which nothing is hidden; markup is our own."""
    from markupsafe import Markup

    return value if isinstance(value, (Markup, int)) else show(str(value), _LONGEST)


def _file(name: str) -> str:
    from importlib import resources

    folder = resources.files(__name__)
    return (folder / "templates" / name if name.endswith(".j2") else folder / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
