"""The pictures: what they show, that each has its table, and that no name of a report becomes part of a drawing."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from depscan.model import (
    Affected,
    Code,
    Concentration,
    Declaration,
    Edge,
    Exposed,
    Exposure,
    LicenceFamily,
    Location,
    Package,
    Pin,
    Reach,
    Report,
    Severity,
    Share,
    Subject,
    Terms,
    Tier,
    Tool,
)
from depscan.report import figures
from depscan.report.figures import sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from depscan.report.figures import Drawing

LOCK = Location("uv.lock", 1)
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "]]>",
    "$\\frac{1}{2}$",
    "\x1b[31m\x00",
    "\u202eevil",
    "\udcff",
    "中文字😀",
    "a\nb",
    "&amp;",
    "x" * 5000,
)


FLAWS = {
    "torch": (
        Exposed("PYSEC-1", "torch", Affected.YES, "1.0", weighed=Severity.CRITICAL),
        Exposed("PYSEC-1", "torch", Affected.YES, "1.1", weighed=Severity.CRITICAL),
        Exposed("PYSEC-2", "torch", Affected.YES, "1.0"),
    ),
    "pyyaml": (
        Exposed("PYSEC-3", "pyyaml", Affected.POSSIBLY, weighed=Severity.CRITICAL),
        Exposed("PYSEC-4", "pyyaml", Affected.POSSIBLY, weighed=Severity.HIGH),
    ),
    "tqdm": (Exposed("PYSEC-5", "tqdm", Affected.UNKNOWN),),
}


def known() -> Report:
    """A report with something for every picture."""
    figures_ = {
        "torch": (0.5, 0.9, Tier.LOAD_BEARING, ("ann", "bob")),
        "numpy": (0.3, 1.0, Tier.LOAD_BEARING, ("bob",)),
        "pyyaml": (0.15, 0.1, Tier.SIGNIFICANT, ("cid",)),
        "tqdm": (0.05, 0.0, Tier.INCIDENTAL, None),
        "pytest": (0.0, 0.0, Tier.TOOLING, ("dan",)),
        "sympy": (0.0, 0.0, Tier.NONE, None),
        "mpmath": (0.0, 0.0, Tier.NONE, None),
    }
    return Report(
        Tool("depscan", "1"),
        Subject("deepthought", "deepthought"),
        "2026-11-24T10:00:00Z",
        Code(files=20, modules=20),
        declarations=tuple(
            Declaration(name, Location("pyproject.toml", 3)) for name in ("numpy", "pytest", "pyyaml", "torch", "tqdm")
        ),
        pins=tuple(Pin(name, "1.0", LOCK) for name in figures_),
        edges=(Edge("sympy", "mpmath", LOCK), Edge("torch", "sympy", LOCK)),
        packages=tuple(
            Package(
                name,
                "1.0",
                exposure=Exposure(direct, blast, 1, 1, tier=tier),
                publishers=accounts,
                advisories=FLAWS.get(name, ()),
            )
            for name, (direct, blast, tier, accounts) in figures_.items()
        ),
        concentration=(
            Concentration(
                "parent",
                "exposure",
                2,
                1.9,
                (1.5, 2.5),
                None,
                0.2,
                None,
                (Share("Linux Foundation", 0.75, ("torch",)), Share("NumFOCUS", 0.25, ("numpy",))),
                ("pyyaml", "tqdm"),
            ),
            Concentration(
                "licence", "exposure", 1, 1.0, (1.0, 1.2), None, 0.1, None, (Share("permissive", 1.0, ("torch",)),)
            ),
        ),
        reach=(
            Reach("ann", ("torch",), 0.5, 0.5),
            Reach("bob", ("numpy", "torch"), 1.0, 0.8),
            Reach("cid", ("pyyaml",), 0.0, 0.2),
            Reach("dan", ("pytest",), 0.0, 0.0),
        ),
        terms=(
            Terms(
                "linux-x86_64",
                (
                    Share(LicenceFamily.PERMISSIVE, 0.6, ("numpy",)),
                    Share(LicenceFamily.PROPRIETARY, 0.3, ("nvidia-cublas",)),
                    Share(LicenceFamily.UNKNOWN, 0.1, ("tqdm",)),
                ),
                "lock",
            ),
        ),
    )


def crowd() -> Report:
    """Five hundred packages, most of them indirect, in chains of four."""
    names = [f"library-{number:03}" for number in range(500)]
    direct = names[:100]
    tiers = (Tier.LOAD_BEARING, *[Tier.SIGNIFICANT] * 4, *[Tier.INCIDENTAL] * 5)
    return replace(
        known(),
        declarations=tuple(Declaration(name, LOCK) for name in direct),
        pins=tuple(Pin(name, "1", LOCK) for name in names),
        edges=tuple(
            Edge(names[number % 100 + number // 100 * 100 - 100], names[number], LOCK) for number in range(100, 500)
        ),
        packages=tuple(
            Package(
                name,
                "1",
                exposure=Exposure(number / 300, 0.9 - number / 200, 1, 1, tier=tiers[number % 10])
                if name in direct
                else Exposure(),
                publishers=(f"account-{number}",) if name in direct else None,
            )
            for number, name in enumerate(names)
        ),
        reach=tuple(Reach(f"account-{number}", (name,), 0.0, number / 300) for number, name in enumerate(direct)),
    )


def drawn(report: Report) -> dict[str, Drawing]:
    return {drawing.key.removeprefix("figure-"): drawing for drawing in figures.draw(report)}


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  (that this is safe to parse is what is tested)


def texts(drawing: Drawing) -> list[ET.Element]:
    return [element for element in parsed(drawing.svg) if element.tag == "text"]


def words(drawing: Drawing) -> list[str]:
    return [element.text or "" for element in texts(drawing)]


def test_nothing_is_drawn_of_nothing(empty_report: Report) -> None:
    assert figures.draw(empty_report) == ()


def test_every_picture_where_there_is_data_for_it() -> None:
    assert list(drawn(known())) == ["exposure", "hands", "terms", "reach", "advisories", "chains"]


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        (
            "exposure",
            [
                ("torch", "load-bearing", "50%", "90%"),
                ("numpy", "load-bearing", "30%", "100%"),
                ("pyyaml", "significant", "15%", "10%"),
                ("tqdm", "incidental", "5%", "0%"),
            ],
        ),
        (
            "hands",
            [
                ("Linux Foundation", "60%", "torch"),
                ("NumFOCUS", "20%", "numpy"),
                ("not known", "20%", "pyyaml, tqdm"),
            ],
        ),
        (
            "terms",
            [
                ("direct share", "permissive", "90%"),
                ("direct share", "unknown", "10%"),
                ("linux-x86_64", "permissive", "60%"),
                ("linux-x86_64", "proprietary", "30%"),
                ("linux-x86_64", "unknown", "10%"),
            ],
        ),
        ("reach", [("bob", "84%", "numpy, torch"), ("cid", "100%", "pyyaml")]),
        (
            "advisories",
            [("critical", "1", "1", "0"), ("high", "0", "1", "0"), ("not stated", "1", "0", "1")],
        ),
        (
            "chains",
            [
                ("torch", "load-bearing", "2", "torch"),
                ("numpy", "load-bearing", "0", "numpy"),
                ("pyyaml", "significant", "0", "pyyaml"),
                ("sympy", "none", "1", "torch → sympy"),
            ],
        ),
    ],
)
def test_the_table_says_what_the_picture_shows(key: str, rows: list[tuple[str, ...]]) -> None:
    drawing = drawn(known())[key]
    assert sorted(drawing.rows) == sorted(rows)
    assert {len(row) for row in drawing.rows} == {len(drawing.columns)}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("exposure", {"torch", "numpy", "pyyaml", "load-bearing 2", "50%"}),
        ("hands", {"Linux Foundation", "60%", "not known", "20%"}),
        ("terms", {"direct share", "linux-x86_64", "60%", "30%", "restricts"}),
        ("reach", {"bob", "cid", "1", "2"}),
        ("advisories", {"affected", "possibly affected", "critical", "not stated", "1", "2"}),
        ("chains", {"torch +2", "numpy", "sympy +1", "asked for by the project", "1 step further"}),
    ],
)
def test_the_picture_says_it_too(key: str, expected: set[str]) -> None:
    assert expected <= set(words(drawn(known())[key]))


@pytest.mark.parametrize("key", ["exposure", "hands", "terms", "reach", "advisories", "chains"])
def test_pictures_are_named_described_and_fit_into_a_page(key: str) -> None:
    drawing = drawn(known())[key]
    root = parsed(drawing.svg)
    assert root.get("role") == "img"
    first, second, *marks = root
    assert (first.tag, first.text) == ("title", drawing.title)
    assert (second.tag, second.text) == ("desc", drawing.description)
    assert root.get("aria-labelledby") == f"{first.get('id')} {second.get('id')}"
    assert {mark.tag for mark in marks} == {"path", "text"}
    assert not any({"style", "id", "class", "clip-path"} & set(mark.attrib) for mark in marks)
    painted = {mark.get(side) for mark in marks for side in ("fill", "stroke")} - {None, "none"}
    assert painted <= {f"var(--{name})" for name in sheet.COLOURS}
    assert all(mark.get("fill", "").startswith("var(") for mark in marks if mark.tag == "text")


def test_no_identifier_is_there_twice() -> None:
    found = re.findall(r' id="([^"]+)"', "".join(drawing.svg for drawing in figures.draw(known())))
    assert len(found) == len(set(found)) == 12


def boxes(drawing: Drawing) -> list[tuple[str, float, float, float, float]]:
    """About where each text stands, in a font of usual width."""
    found = []
    for element in texts(drawing):
        x, y, size = (float(element.get(name, "12")) for name in ("x", "y", "font-size"))
        width = len(element.text or "") * size * 0.52
        left = x - width * {"middle": 0.5, "end": 1}.get(element.get("text-anchor", ""), 0)
        found.append((element.text or "", left, y - size * 0.7, left + width, y))
    return found


@pytest.mark.parametrize("key", ["exposure", "reach", "chains"])
@pytest.mark.parametrize("make", [known, crowd])
def test_labels_do_not_cover_one_another(key: str, make: Callable[[], Report]) -> None:
    placed = boxes(drawn(make())[key])
    covered = [
        (one[0], other[0])
        for number, one in enumerate(placed)
        for other in placed[:number]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]
    assert covered == []


def test_of_a_large_graph_only_what_matters_is_drawn() -> None:
    drawing = drawn(crowd())["chains"]
    assert 20 <= len(drawing.rows) <= 60
    assert {f"library-{number:03}" for number in range(0, 100, 10)} <= {row[0] for row in drawing.rows}
    assert "of 500 packages" in drawing.description
    assert drawing.wide


def test_without_edges_there_are_no_chains() -> None:
    assert "chains" not in drawn(replace(known(), edges=()))
    bare = replace(known(), edges=(Edge("elsewhere", "nowhere", LOCK),))
    assert "chains" not in drawn(bare)


def test_many_hands_and_accounts_are_summed_up() -> None:
    held = replace(
        known().concentration[0], shares=tuple(Share(f"body {n}", 1 / 20, ("x",)) for n in range(20)), unknown=()
    )
    report = replace(crowd(), concentration=(replace(held, unknown_share=0.0),))
    assert "12 others" in words(drawn(report)["hands"])
    assert len(drawn(report)["hands"].rows) == 20
    assert any("the first 30 of 99" in text for text in words(drawn(report)["reach"]))


def test_equal_reports_give_equal_pictures_whatever_the_users_settings() -> None:
    first = figures.draw(known())
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "lines.linewidth": 9, "text.color": "red"}):
        assert figures.draw(known()) == first
        assert mpl.rcParams["font.size"] == 30
    assert figures.draw(replace(known(), packages=known().packages[::-1])) == first


@pytest.mark.parametrize("nasty", NASTY)
def test_names_stay_names(nasty: str) -> None:
    report = known()
    wild = replace(
        report,
        declarations=tuple(replace(each, name=nasty) if each.name == "torch" else each for each in report.declarations),
        edges=(Edge(nasty, "sympy", LOCK), Edge("sympy", "mpmath", LOCK)),
        packages=tuple(replace(each, name=nasty) if each.name == "torch" else each for each in report.packages),
        concentration=(replace(report.concentration[0], shares=(Share(nasty, 1.0, (nasty,)),)),),
        reach=(Reach(nasty, (nasty, "numpy"), 1.0, 1.0),),
        terms=tuple(replace(each, platform=nasty) for each in report.terms),
    )
    for key, drawing in drawn(wild).items():
        root = parsed(drawing.svg)
        assert {element.tag for element in root} == {"title", "desc", "path", "text"}
        assert drawing.svg.isprintable()
        assert len(max(words(drawing), key=len)) < 70
        assert key == "advisories" or any(
            sheet.label(nasty, limit) in " ".join(words(drawing)) for limit in (18, 22, 24, 26)
        )


def test_hostile_reports_are_drawn(hostile_report: Callable[[str], Report]) -> None:
    for nasty in NASTY:
        assert all(parsed(drawing.svg) is not None for drawing in figures.draw(hostile_report(nasty)))


def test_shares_beyond_all_bounds_stay_on_the_sheet() -> None:
    package = Package("odd", exposure=Exposure(7.0, -3.0, 1, 1, tier=Tier.LOAD_BEARING))
    (drawing,) = figures.draw(replace(known(), packages=(package,), concentration=(), terms=(), reach=(), edges=()))
    assert drawing.rows == (("odd", "load-bearing", "100%", "0%"),)


def test_matplotlib_is_loaded_for_pictures_only_and_never_its_window_side() -> None:
    code = (
        "import sys, depscan.report.figures\n"
        "assert 'matplotlib' not in sys.modules\n"
        "with depscan.report.figures.plain():\n"
        "    depscan.report.figures.sheet.Sheet(9, 9).svg('k', 't', 'd')\n"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
