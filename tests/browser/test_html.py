"""
The HTML report in a real browser: it runs clean, sorts, filters, opens what a link names, and asks nobody for anything.

Needs Chromium (Debian: `apt-get install chromium`; elsewhere its path in DEPSCAN_BROWSER) and the Python package
playwright, whose own browsers are not used.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from depscan.model import (
    Code,
    Confidence,
    Exposure,
    Finding,
    Licence,
    LicenceFamily,
    Location,
    Package,
    Report,
    Severity,
    State,
    Steward,
    StewardKind,
    Subject,
    Tier,
    Tool,
)
from depscan.report import Look, html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BROWSER = os.environ.get("DEPSCAN_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser is tried")
pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium found: install it, or name it in DEPSCAN_BROWSER")

HOSTILE = '"><img src=x onerror=seen=1><script>seen=1</script>{{7*7}}</style></script><svg onload=seen=1>'


class Opened(NamedTuple):
    """A page, and what happened on it."""

    page: Any
    requests: list[str]
    complaints: list[str]


def report() -> Report:
    """Packages whose order by name, by share and by number of accounts all differ."""
    figures = (("torch", 0.5, 0.9, 9), ("anyio", 0.05, 0.1, 100), ("numpy", 0.25, 1.0, 20))
    tiers = {"torch": Tier.LOAD_BEARING, "numpy": Tier.LOAD_BEARING, "anyio": Tier.SIGNIFICANT}
    return Report(
        Tool("depscan", "1"),
        Subject("deepthought", "deepthought"),
        "2026-11-24T10:00:00Z",
        Code(files=20, modules=20, lines=500),
        packages=(
            *(
                Package(
                    name,
                    "1.0",
                    State.USED,
                    exposure=Exposure(direct, blast, 3, 3, calls, 2, scope="runtime", tier=tiers[name]),
                    licence=Licence("BSD-3-Clause", LicenceFamily.PERMISSIVE),
                    steward=Steward(f"{name} people", StewardKind.COMMUNITY),
                    publishers=tuple(f"{name}{number}" for number in range(len(name) - 4)),
                )
                for name, direct, blast, calls in figures
            ),
            Package("idna", "3.7", State.INDIRECT),
        ),
        findings=(
            Finding(
                "DS101", Severity.LOW, Confidence.HIGH, "anyio is not declared", "anyio", (Location("a.py", 1),), "x"
            ),
        ),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    pages = []

    def open_(shown: Report, width: int = 1440, anchor: str = "", scheme: str = "light") -> Opened:
        path = tmp_path / "report.html"
        path.write_bytes(html.render(shown, Look(titles={"DS101": "Imported, but not declared"})))
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        pages.append(page)
        found = Opened(page, [], [])
        page.on("request", lambda request: found.requests.append(request.url))
        page.on("console", lambda message: found.complaints.append(message.text))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.goto(path.as_uri() + anchor)
        return found

    yield open_
    for page in pages:
        page.close()


def names(page: Any) -> list[str]:
    shown: list[str] = page.eval_on_selector_all(
        "table.sortable tbody tr:not([hidden]) th", "cells => cells.map(cell => cell.textContent.trim())"
    )
    return shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_opens_clean_and_fits_the_window(opened: Callable[..., Opened], width: int, scheme: str) -> None:
    page, requests, complaints = opened(report(), width, scheme=scheme)
    assert complaints == []
    assert len(requests) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("figure svg").first.bounding_box()["width"] > 300


def test_colours_follow_the_theme(opened: Callable[..., Opened]) -> None:
    script = "getComputedStyle(document.body).backgroundColor"
    seen = {scheme: opened(report(), scheme=scheme).page.evaluate(script) for scheme in ("light", "dark")}
    assert seen["light"] == "rgb(255, 255, 255)"
    assert seen["dark"] != seen["light"]
    fill = "getComputedStyle(document.querySelector('figure svg text')).fill"
    assert opened(report()).page.evaluate(fill) != opened(report(), scheme="dark").page.evaluate(fill)


def test_hostile_names_do_nothing(opened: Callable[..., Opened]) -> None:
    wild = report()
    first, *rest = wild.packages
    wild = replace(
        wild,
        project=Subject(HOSTILE, HOSTILE, HOSTILE),
        packages=(replace(first, name=HOSTILE, version=HOSTILE, import_names=(HOSTILE,), publishers=(HOSTILE,)), *rest),
        findings=tuple(replace(finding, message=HOSTILE, advice=HOSTILE) for finding in wild.findings),
    )
    page, requests, complaints = opened(wild)
    assert complaints == []
    assert len(requests) == 1
    assert page.evaluate("typeof seen") == "undefined"
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1


@pytest.mark.parametrize(
    ("heading", "once", "twice"),
    [
        ("Package", ["anyio", "idna", "numpy", "torch"], ["torch", "numpy", "idna", "anyio"]),
        ("Direct share", ["torch", "numpy", "anyio", "idna"], ["idna", "anyio", "numpy", "torch"]),
        ("Call sites", ["anyio", "numpy", "torch", "idna"], ["idna", "torch", "numpy", "anyio"]),
        ("Tier", ["torch", "numpy", "anyio", "idna"], ["idna", "anyio", "torch", "numpy"]),
    ],
)
def test_sorts_by_key_and_says_so(
    opened: Callable[..., Opened], heading: str, once: list[str], twice: list[str]
) -> None:
    page = opened(report()).page
    assert names(page) == ["torch", "numpy", "anyio", "idna"]
    button = page.get_by_role("button", name=heading)
    button.focus()
    page.keyboard.press("Enter")
    assert names(page) == once
    first = page.locator("th[aria-sort]").get_attribute("aria-sort")
    page.keyboard.press("Space")
    assert names(page) == twice
    assert page.locator("th[aria-sort]").count() == 1
    assert {first, page.locator("th[aria-sort]").get_attribute("aria-sort")} == {"ascending", "descending"}


def test_filters_by_words_tier_and_state(opened: Callable[..., Opened]) -> None:
    page = opened(report()).page
    search = page.get_by_role("searchbox")
    search.fill("people NUM")
    assert names(page) == ["numpy"]
    assert page.locator("output").text_content() == "1 of 4"
    search.fill("")
    page.get_by_label("Tier").select_option("significant")
    assert names(page) == ["anyio"]
    page.get_by_label("Tier").select_option("")
    page.get_by_label("State").select_option("indirect")
    assert names(page) == ["idna"]
    page.get_by_label("State").select_option("")
    assert len(names(page)) == 4
    assert page.locator("output").text_content() == ""


def test_a_link_opens_what_it_names(opened: Callable[..., Opened]) -> None:
    page = opened(report(), anchor="#lib-idna").page
    assert page.locator("#lib-idna").get_attribute("open") is not None
    assert page.locator("#lib-idna > .body").is_visible()
    assert not page.locator("#lib-torch > .body").is_visible()
    page.locator("table.key").get_by_role("link", name="torch").click()
    page.locator("#lib-torch > .body").wait_for(state="visible")


def test_the_keyboard_reaches_the_answers_first(opened: Callable[..., Opened]) -> None:
    page = opened(report()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_prints_details_of_what_matters(opened: Callable[..., Opened]) -> None:
    page = opened(report()).page
    page.emulate_media(media="print")
    assert page.locator("#lib-torch .vector").is_visible()
    assert not page.locator("#lib-idna").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.pdf().startswith(b"%PDF")
