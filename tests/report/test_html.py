"""The HTML report: what it says, that it stands alone, and that nothing a repository wrote becomes part of the page."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan.model import (
    Audit,
    Code,
    Concentration,
    Confidence,
    Context,
    Cover,
    Edge,
    Exposure,
    Fact,
    FactKind,
    Finding,
    ImportSite,
    Licence,
    LicenceEvidence,
    LicenceFamily,
    Location,
    Package,
    Report,
    Scope,
    Severity,
    Share,
    Status,
    Steward,
    StewardKind,
    Subject,
    Terms,
    Tier,
    Tool,
)
from depscan.report import Look, html
from depscan.report.html import manual
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FOLDER = Path(html.__file__).parent
VOID = frozenset({"meta", "link", "br", "img", "input", "hr", "rect", "path"})
LOOK = Look(
    titles={"DS101": "Imported, but not declared", "DS103": "Declared, but never imported"},
    manuals={"DS101": "# DS101: Imported\n\n## What it means\n\nThe code `imports` it.\n"},
)
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "' onfocus='alert(1)' autofocus='",
    "](javascript:alert(1))",
    '=HYPERLINK("http://x")',
    "\x1b[31m",
    "::error::",
    "{{7*7}}{% raw %}",
    "]]></style></script><!--",
    "\u202egnp.exe",
    "|`*_",
    "line\nbreak\r\0",
    "%0A",
    "\udcff",
    "x" * 100_000,
)


class Tree(HTMLParser):
    """The tags of a page with their attributes, its text, and whether every tag is closed in order."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag in {"td", "th", "dt", "dd", "div", "li"}:
            self.text.append(" ")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        self.inside.setdefault(self._open[-1] if self._open else "", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def told(report: Report) -> Report:
    """The report with facts of every kind in it."""
    behind = {
        "torch": (
            Licence(
                "BSD-3-Clause",
                LicenceFamily.PERMISSIVE,
                LicenceEvidence.EXPRESSION,
                "metadata of torch 2.9",
                "2026-11-01",
            ),
            Steward("PyTorch Foundation", StewardKind.FOUNDATION, "Linux Foundation", "US", "its bylaws", "2026-11-02"),
            ("ann", "bob"),
        ),
        "numpy": (Licence("GPL-3.0-only", LicenceFamily.STRONG_COPYLEFT), Steward("someone"), ("bob",)),
    }
    packages = tuple(
        replace(
            package,
            licence=behind[package.name][0],
            steward=behind[package.name][1],
            publishers=behind[package.name][2],
            status=Status("archived", "last push 2020", "a list", "2026-11-03"),
            latest="2.9.0",
        )
        if package.name in behind
        else package
        for package in report.packages
    )
    hands = (Share("Linux Foundation", 0.9, ("torch",)), Share("someone", 0.1, ("numpy",)))
    accepted = replace(report.findings[3], suppressed="vendored on purpose", fingerprint="z")
    weighed = replace(
        accepted,
        code="DS201",
        package="torch",
        suppressed="files are our own",
        advisory="PYSEC-2026-1",
        fingerprint="y",
    )
    return replace(
        report,
        packages=packages,
        edges=(*report.edges, Edge("torch", "idna", Location("poetry.lock", 130))),
        findings=(*report.findings, accepted, weighed),
        facts=(
            *(
                Fact("torch", FactKind.RELEASE, f"2.{number}", "package index", "2026-11-20", detail="2026-01-01")
                for number in range(20)
            ),
            Fact("torch", FactKind.STEWARD, "PyTorch Foundation", "its bylaws", "2026-11-02"),
            Fact("numpy", FactKind.REQUIRES, "", "metadata of numpy", "2026-11-04"),
        ),
        concentration=(
            Concentration("parent", "exposure", 2, 1.2, (1.1, 3.0), hands[0], 0.25, None, hands, ("pyyaml",)),
            Concentration("account", "exposure", 2, 1.2, (1.1, 3.0), None, 0.4, None, (), ("pyyaml",)),
        ),
        covers=(Cover(0.5, ("bob",), exact=True), Cover(0.8, ("ann", "bob", "cid"), exact=False, bound=1.5)),
        terms=(
            Terms(
                "linux-x86_64",
                (
                    Share(LicenceFamily.PERMISSIVE, 0.5, ("idna",)),
                    Share(LicenceFamily.PROPRIETARY, 0.25, ("nvidia-cublas",)),
                    Share(LicenceFamily.UNKNOWN, 0.25, ("pyyaml",)),
                ),
                "lock",
                (("torch", "nvidia-cublas"),),
            ),
            Terms("macos-arm64", (Share(LicenceFamily.PERMISSIVE, 1.0, ("idna",)),), "lock"),
        ),
    )


@pytest.fixture(scope="module")
def page(full_report: Report) -> Tree:
    return Tree(html.render(told(full_report), LOOK))


# -- what it says ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "deepthought rests on torch and numpy.",
        "117 of 118 source files read 85 production modules 23,456 lines",
        "What does it rest on? 2 load-bearing libraries 1 significant and 1 incidental beside.",
        "1.2 effective hands By direct share: Linux Foundation 90% and someone 10%.",
        "Between 1.1 and 3.0: for 25% the steward is unknown.",
        "1 account reaches 50% bob can release what makes up 50% of the direct share whose accounts are known.",
        "At most 3 accounts for 80%. For 40% the accounts are not known.",
        "1 under restrictive terms On linux-x86_64 1 proprietary, through torch. On macos-arm64 none.",
        "Not known: 1 of 3 and 0 of 1 packages (known from lock).",
        "15 findings 1 high, 1 medium and 13 low. 2 findings accepted by an exception, not counted.",
        "2 findings hidden, as the configuration deselects the rule.",
        "2026-11-02 oldest fact 22 facts from 3 sources, read up to 2026-11-20.",
        "4 gaps 117 of 118 source files read. Gaps: 2 in code, 1 in manifests and 1 in tree.",
        "7 dynamic imports: the figures are lower bounds.",
        "einops is imported by 2 modules (first at src/deep/attention.py:3) but no manifest declares it",
        "Accepted: vendored on purpose",
        "not valid for this Python: imports were found, uses were not src/old.py:3 src/older.py:7",
        "expression, metadata of torch 2.9, read 2026-11-01",
        "PyTorch Foundation, Linux Foundation US, its bylaws, read 2026-11-02",
        "Can publish ann, bob",
        "archived last push 2020, a list, read 2026-11-03",
        "src/deep/attention.py:1, 2 src/deep/blocks.py:30 lazy, production",
        "notes/try.ipynb#cell4:2",
        "torch.nn.Module 310 torch.Tensor 120",
        "Brought in by torch → idna",
        "The code imports it.",
        "significant needs direct share >= 5% (now 2%)",
        "pytest 8.3.1",
        "60 import statements; this report was saved without them",
        "and 8 more",
        "names 2026.11 2026-11-01",
        "Known vulnerabilities? 1 affected, 1 possibly torch.",
        "6 of 7 packages and versions looked up in records.zip (9 records), as of 2026-11-20; of 1 nothing is known.",
        "Affected 1 a pinned version is among those a record names torch 2.4.1 PYSEC-2026-1 high → critical 2 2.10.0",
        "pyyaml 2 versions MAL-2026-4 malicious, critical 2 5.4 (1 of 2)",
        "PYSEC-2026-1 CVE-2026-1 affected 2.4.1 high → critical CVSS 8.1 2.6.0 torch.load runs code of a file.",
        "Accepted: files are our own",
    ],
)
def test_says(page: Tree, sentence: str) -> None:
    assert sentence in page.words


@pytest.mark.parametrize("heading", ["Findings", "All packages", "One by one", "What was not seen", "Figures"])
def test_has_its_sections(page: Tree, heading: str) -> None:
    assert any(heading in text for text in page.inside["h2"])


def test_what_was_not_looked_up_is_said_first(empty_report: Report) -> None:
    words = Tree(html.render(empty_report, LOOK)).words
    assert "Known vulnerabilities? ? not looked up Not looked up: import a database" in words
    for audit, said in (
        (Audit("osv", "2026-11-20", 2, 0), "? nothing could be looked up 0 of 2"),
        (Audit("osv", "2026-11-20", 2, 2), "0 affected No record concerns what was looked up."),
    ):
        assert said in Tree(html.render(replace(empty_report, audit=audit), LOOK)).words


def test_findings_are_ordered_and_greyed(full_report: Report) -> None:
    text = html.render(told(full_report), LOOK).decode()
    order = [text.index(f'class="severity {severity}"') for severity in ("high", "medium", "low")]
    assert order == sorted(order)
    assert text.count('<li class="accepted">') == 2
    accepted = text.rindex('<li class="accepted">')
    assert accepted > text.index("lib12"), "accepted findings come last in their group"


def test_every_package_has_a_row_and_a_section(page: Tree, full_report: Report) -> None:
    anchors = {attributes.get("id") for attributes in page.all("details")}
    assert {f"lib-{package.name}" for package in full_report.packages} <= anchors
    assert len([row for row in page.all("tr") if "data-tier" in row]) == len(full_report.packages)


def test_of_nothing_there_is_little_to_say(empty_report: Report) -> None:
    page = Tree(html.render(empty_report, Look()))
    assert "blank holds no production modules: how hard it rests on its libraries cannot be said." in page.words
    assert "No findings; 0 of 0 source files read." in page.words
    assert "no gaps." in page.words
    for absent in ("Who decides", "Who can publish", "Under which terms", "How old", "Figures", "Facts"):
        assert absent not in page.words


@pytest.mark.parametrize(
    ("tier", "sentence"),
    [
        (Tier.SIGNIFICANT, "p rests on no load-bearing library; most on a, b, c, d, e and 2 more."),
        (Tier.INCIDENTAL, "p rests on no load-bearing library."),
        (Tier.LOAD_BEARING, "p rests on a, b, c, d, e and 2 more."),
    ],
)
def test_headline(empty_report: Report, tier: Tier, sentence: str) -> None:
    packages = tuple(Package(name, exposure=Exposure(tier=tier)) for name in ("a", "b", "c", "d", "e", "f", "g"))
    report = replace(empty_report, project=Subject("p", "p"), code=Code(1, 1), packages=packages)
    assert sentence in Tree(html.render(report, Look())).words


# -- that it stands alone ----------------------------------------------------------------------------------------------


def test_equal_reports_give_equal_bytes(full_report: Report) -> None:
    assert html.render(told(full_report), LOOK) == html.render(told(full_report), LOOK)


def test_loads_and_leads_nowhere(page: Tree) -> None:
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for tag, attributes in page.tags:
        assert not {"src", "srcset", "action", "data", "poster", "background", "ping"} & set(attributes), tag
        if "href" in attributes:
            href = attributes["href"] or ""
            assert href.startswith("#")
            assert href[1:] in anchors
    assert not {"link", "base", "iframe", "object", "embed", "img", "use", "image"} & {tag for tag, _ in page.tags}
    assert not re.search(r"url\(|@import|expression\(", "".join(page.inside["style"]))
    assert not re.search(r"fetch|XMLHttp|import\(|innerHTML|eval|document\.write", "".join(page.inside["script"]))


def test_the_policy_admits_one_style_sheet_and_one_script(page: Tree) -> None:
    (policy,) = (
        attributes["content"] or ""
        for attributes in page.all("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    for tag in ("style", "script"):
        digest = b64encode(sha256("".join(page.inside[tag]).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert len(page.all(tag)) == 1
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not any("style" in attributes for _, attributes in page.tags)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    tags = [tag for tag, _ in page.tags]
    assert tags.index("meta") < tags.index("style")


def test_four_hundred_packages_stay_below_two_megabytes(crowd_report: Report) -> None:
    place = Location("src/" + "folder/" * 6 + "module.py", 100)
    packages = tuple(
        replace(package, name=f"{package.name}-{turn}") for turn in range(2) for package in crowd_report.packages
    )[:400]
    report = replace(
        crowd_report,
        packages=packages,
        imports=tuple(
            ImportSite(package.name, replace(place, line=line), package.name, Context.RUNTIME, Scope.PRODUCTION)
            for package in packages
            for line in range(4)
        ),
        facts=tuple(
            Fact(package.name, kind, "value", f"metadata of {package.name}", "2026-11-01")
            for package in packages
            for kind in (FactKind.LICENCE, FactKind.STEWARD, FactKind.REPOSITORY, FactKind.CATEGORY)
        ),
    )
    assert len(html.render(report, LOOK)) < 2_000_000


# -- that everybody can use it -----------------------------------------------------------------------------------------


def test_tables_pictures_and_headings_are_named(page: Tree) -> None:
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(attributes.get("scope") in {"col", "row", "rowgroup"} for attributes in page.all("th"))
    drawn = [attributes for attributes in page.all("svg") if attributes.get("aria-hidden") != "true"]
    assert drawn
    assert all(attributes.get("role") == "img" and attributes.get("aria-labelledby") for attributes in drawn)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(below - above <= 1 or below == 5 for above, below in pairwise(levels))
    names = Counter(tag for tag, _ in page.tags)
    assert names["main"] == names["nav"] == names["header"] == names["footer"] == 1
    assert ("html", {"lang": "en"}) in page.tags


def test_identifiers_are_there_once_and_what_refers_to_them_is_right(page: Tree) -> None:
    found = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(found) == len(set(found))
    referred = " ".join(attributes.get("aria-labelledby") or "" for _, attributes in page.tags).split()
    assert set(referred) <= set(found)
    assert page.tags[[tag for tag, _ in page.tags].index("a")] == ("a", {"class": "skip", "href": "#main"})


@pytest.mark.parametrize("theme", [0, 1, 2])
@pytest.mark.parametrize("on", ["paper", "raised"])
@pytest.mark.parametrize("colour", ["ink", "muted", "accent", "warn", "alarm"])
def test_text_can_be_read_in_every_theme(theme: int, on: str, colour: str) -> None:
    style = (FOLDER / "style.css").read_text(encoding="utf-8")
    themes = [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in re.findall(r":root \{([^}]*)\}", style)]
    assert len(themes) == 3
    assert contrast(themes[theme][colour], themes[theme][on]) >= 4.5
    assert contrast(themes[theme]["ink"], themes[theme]["soft"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# -- that names stay names ---------------------------------------------------------------------------------------------


def shape(tree: Tree) -> Sequence[str]:
    return sorted({tag for tag, _ in tree.tags} | {name for _, attributes in tree.tags for name in attributes})


def wild(report: Report, text: str) -> bytes:
    """A page on which `text` is everywhere."""
    chosen = replace(
        report,
        packages=tuple(
            replace(
                package,
                licence=Licence(text, LicenceFamily.NON_SPDX, None, text, text),
                steward=Steward(text, StewardKind.UNKNOWN, text, text, text, text),
                publishers=(text,),
                organisation=text,
                status=Status(text, text, text, text),
                latest=text,
            )
            for package in report.packages
        ),
        facts=(Fact(text, FactKind.STEWARD, text, text, text, text, text),),
        concentration=(
            Concentration("parent", "exposure", 1, 1.0, (1.0, 1.0), None, 0.0, None, (Share(text, 1.0, (text,)),)),
        ),
        covers=(Cover(0.5, (text,), exact=True),),
        terms=(Terms(text, (Share(LicenceFamily.PROPRIETARY, 1.0, (text,)),), text, ((text, text),)),),
        findings=tuple(replace(finding, advice=text, suppressed=text) for finding in report.findings),
    )
    return html.render(chosen, Look(titles={text: text}, manuals={text: "# a\n\nb"}))


@pytest.mark.parametrize("nasty", NASTY)
def test_names_stay_names(hostile_report: Callable[[str], Report], nasty: str) -> None:
    rendered = wild(hostile_report(nasty), nasty)
    page = Tree(rendered)
    tame = Tree(wild(hostile_report("a plain name of some length, as others have"), "a plain name"))
    assert set(shape(page)) ^ set(shape(tame)) <= {"title"}
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert not any(name.startswith("on") or name == "autofocus" for _, attributes in page.tags for name in attributes)
    assert all((attributes["href"] or "").startswith("#") for attributes in page.all("a"))
    assert " ".join(show(nasty, 600).split()) in page.words
    text = rendered.decode()
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert len(rendered) < 1_000_000


@given(st.text(st.characters(codec=None, exclude_categories=()) | st.sampled_from("<>\"'&{}%#\n\u202e"), max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_name_stays_a_name(name: str) -> None:
    report = Report(
        Tool("depscan", "1"),
        Subject(name, name),
        "2026-11-24T10:00:00Z",
        Code(1, 1),
        packages=(Package(name, name, import_names=(name,)), Package(name)),
        findings=(Finding(name, Severity.LOW, Confidence.HIGH, name, name, (Location(name, 1),), ""),),
    )
    page = Tree(html.render(report, Look()))
    assert " ".join(show(name, 600).split()) in page.words
    assert len(page.all("script")) == 1


def test_templates_cannot_be_talked_round() -> None:
    for template in sorted((FOLDER / "templates").iterdir()):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup", text), template.name
        assert not re.search(r"=\{\{", text), f"{template.name}: an attribute without quotes"


# -- manuals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# DS101: title\n\ntext\n", "<p>text</p>\n"),
        ("## What\n", "<h5>What</h5>\n"),
        ("<b onclick=x>y</b>\n", "<p>&lt;b onclick=x&gt;y&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))\n", "<p>[x](javascript:alert(1))</p>\n"),
        ("![x](http://x/y.png)\n", "<p>![x](http://x/y.png)</p>\n"),
        ("<http://x>\n", "<p>&lt;http://x&gt;</p>\n"),
        ("`a < b`\n", "<p><code>a &lt; b</code></p>\n"),
        ("```toml\na = 1\n```\n", '<pre><code class="language-toml">a = 1\n</code></pre>\n'),
    ],
)
def test_manuals(markdown: str, expected: str) -> None:
    assert manual.html(markdown) == expected


def test_tables_of_manuals_obey_the_policy() -> None:
    table = manual.html("| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert "style" not in table
    assert table.count('<th scope="col">') == 2


# -- models ------------------------------------------------------------------------------------------------------------


def test_models_have_an_answer_and_a_section(full_report: Report) -> None:
    text = html.render(full_report, LOOK).decode()
    assert text.count('href="#models"') == 2  # in the bar and on the first screen
    assert "<h3>Which models, and how open?</h3>" in text
    section = text[text.index('<section id="models"') :].partition("</section>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th>', section) == [
        "gpt-4o", "deep/llama-42", "deep/answers", "allenai/OLMo-2-1124-7B"
    ]  # fmt: skip
    assert re.findall(r'colspan="7">(.*?) <span', section) == [
        "Named in production", "Named in tests, docs, examples and tools only"
    ]  # fmt: skip
    for told in (
        "more above a number of monthly users, its name leads derived ones",
        "llama-3.1-license-2024",
        "src/deep/chat.py:12 +1",
        "1 in production",
    ):
        assert told in section
    assert 'title="OSAID 1.0: does not meet, missing code, data information; MOF class none"' in section
    assert section.index("src/deep/any.py:9</code>") < section.index("tests/test_any.py:5</code>")


def test_without_models_the_page_says_nothing_of_them(full_report: Report) -> None:
    text = html.render(replace(full_report, models=(), dynamic_models=()), LOOK).decode()
    assert "models" not in re.sub(r"<(style|script)>.*?</\1>", "", text, flags=re.DOTALL)


def test_places_alone_make_a_section(full_report: Report) -> None:
    text = html.render(replace(full_report, models=()), LOOK).decode()
    section = text[text.index('<section id="models"') :].partition("</section>")[0]
    assert "<table" not in section and "src/deep/any.py:9" in section
    assert "Which models, and how open?" in text


def test_models_without_places_unseen(full_report: Report) -> None:
    text = html.render(replace(full_report, dynamic_models=()), LOOK).decode()
    section = text[text.index('<section id="models"') :].partition("</section>")[0]
    assert "<table" in section and "<details" not in section
