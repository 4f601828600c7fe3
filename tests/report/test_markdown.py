"""The comment on a pull request: what it says, what is folded, what is cut, and that text stays text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from depscan.model import (
    Code,
    Confidence,
    Exposure,
    Fact,
    FactKind,
    Finding,
    Gap,
    Licence,
    LicenceFamily,
    Location,
    Package,
    Report,
    Severity,
    Share,
    State,
    Steward,
    StewardKind,
    Terms,
    Tier,
)
from depscan.report import Look, markdown
from depscan.report.findings import sort
from depscan.report.gfm import code, folded, table, words

LOOK = Look(titles={"DS101": "Imported, but not declared", "DS103": "Declared, but never imported"})

FULL = """\
<!-- depscan: report -->

### `deepthought` rests on 2 load-bearing libraries: `torch`, `numpy`

**Findings: 1 high, 13 low** (and 1 of low confidence; 2 hidden because the configuration deselects the rule). \
85 production modules, 5 declared and 5 imported packages; 117 of 118 source files read, 4 gaps.

#### What it rests on

| library | direct share | blast radius |
| --- | ---: | ---: |
| `torch` 2.4.1 | 58% | >99% |
| `numpy` | 12% | 100% |

Direct share: production modules that import it; blast radius: production modules that fail without it.

<details>
<summary>1 significant library</summary>

| library | direct share | blast radius |
| --- | ---: | ---: |
| `pyyaml` | 6% | <1% |

</details>

#### Known vulnerabilities

6 of 7 packages and versions looked up in `records.zip` (9 records), as of 2026-11-20; of 1 nothing is known. \
5 records: 2 affected (1 critical, 1 not stated), 2 possibly affected (1 critical, 1 high), \
1 unknown (severity not stated).

**Affected: 1 package**

| package | version | worst record | severity | records | fixed by |
| --- | --- | --- | --- | ---: | --- |
| `torch` | 2.4.1 | `PYSEC-2026-1` | high → critical | 2 | 2.10.0 |

<details>
<summary>Possibly affected: 1 package</summary>

| package | version | worst record | severity | records | fixed by |
| --- | --- | --- | --- | ---: | --- |
| `pyyaml` | 2 versions | `MAL-2026-4` | malicious, critical | 2 | 5.4 (1 of 2) |

</details>

<details>
<summary>Unknown: 1 package</summary>

| package | version | worst record | severity | records | fixed by |
| --- | --- | --- | --- | ---: | --- |
| `idna` | 3.7 | `PYSEC-2026-9` | not stated | 1 | forbidden |

</details>

#### Which AI models it rests on

- **In production:** 1 closed-api, 1 restricted-weights; 1 dataset. Elsewhere: 1 in tests, docs, \
examples and tools.
- **Not seen:** 2 places where the model is known at run time only, 1 in production \
(`src/deep/any.py:9`): what is listed is the least there is.
- **Not pinned:** 2 of 3 in production name \
no fixed revision: `deep/answers`, `gpt-4o` may change without a change here.
- **Foreign code:** 1 model may run code of its repository (`trust_remote_code`): \
`deep/llama-42`; each with a revision.
- **Retirement:** within 180 days: `gpt-4o` on 2026-12-01.

<details>
<summary>In production: 2 models, 1 dataset</summary>

| model | access | licence | route |
| --- | --- | --- | --- |
| `gpt-4o` | closed-api | `proprietary-API` | developer's API |
| `deep/llama-42` | restricted-weights | `llama-3.1-license-2024` | local |
| `deep/answers` | dataset | unknown | local |

</details>

#### Findings

**High: 1 finding**

**`DS101`** Imported, but not declared (1)

- `einops` is imported by 2 modules (first at `src/deep/attention.py:3`) but no manifest declares it (medium confidence)
  - **to do**: add it to the dependencies in `pyproject.toml`

<details>
<summary><b>Low</b>: 13 findings</summary>

**`DS103`** Declared, but never imported (13)

- `lib00` is declared and never imported (`pyproject.toml:30`)
"""

FULL_ENDS = """\
- `lib12` is declared and never imported (`pyproject.toml:42`)

</details>

<details>
<summary>What was not seen: 4 gaps</summary>

- 7 dynamic imports, whose module is computed at run time: the figures are lower bounds
- code: not valid for this Python: imports were found, uses were not (`src/old.py:3`, `src/older.py:7`)
- manifests: `install_requires` is computed when `setup.py` runs (`setup.py:14`)
- tree: not read: Permission denied (`src/secret.py`)

</details>

depscan 0.1.0: 117 source files, 23,456 lines; scanned `2026-11-23T10:00:00Z` at revision `0123456789ab`; \
names 2026.11 of 2026-11-01.
"""

EMPTY = """\
<!-- depscan: report -->

### `blank` holds no production modules: how hard it rests on its libraries cannot be said

**No findings**. 0 production modules, 0 declared and 0 imported packages; 0 of 0 source files read, 0 gaps.

**Known vulnerabilities:** not looked up: import a database (depscan knowledge import-advisories PATH), \
or ask a service (`--advisories` osv).

depscan 0.1.0: 0 source files, 0 lines; scanned `2026-11-23T10:00:00Z`.
"""


def text_of(report: Report, look: Look = LOOK) -> str:
    return markdown.render(report, look).decode()


def test_the_whole_comment(full_report: Report) -> None:
    text = text_of(full_report)
    assert text.startswith(FULL)
    assert text.endswith(FULL_ENDS)


def test_a_project_with_nothing_in_it_reads_well(empty_report: Report) -> None:
    assert text_of(empty_report) == EMPTY


@pytest.mark.parametrize(
    ("tiers", "name", "said"),
    [
        ((), "blank", "### `blank` rests on no load-bearing library\n"),
        ((Tier.SIGNIFICANT,), "blank", "### `blank` rests on no load-bearing library; most on `p0`\n"),
        ((Tier.LOAD_BEARING,), "", "### This project rests on 1 load-bearing library: `p0`\n"),
        (
            (Tier.LOAD_BEARING,) * 7,
            "blank",
            "### `blank` rests on 7 load-bearing libraries: `p0`, `p1`, `p2`, `p3`, `p4` and 2 more\n",
        ),
    ],
)
def test_the_headline(empty_report: Report, tiers: tuple[Tier, ...], name: str, said: str) -> None:
    packages = tuple(Package(f"p{number}", exposure=Exposure(tier=tier)) for number, tier in enumerate(tiers))
    report = replace(
        empty_report, project=replace(empty_report.project, name=name), code=Code(modules=3), packages=packages
    )
    assert said in text_of(report)
    assert "<details>" not in text_of(report)


def test_who_stands_behind_it(full_report: Report) -> None:
    torch = Package(
        "torch",
        state=State.UNDECLARED,
        exposure=Exposure(0.5, 1.0, tier=Tier.LOAD_BEARING),
        licence=Licence("Apache-2.0 OR MIT", LicenceFamily.PERMISSIVE),
        steward=Steward("PyTorch Foundation", StewardKind.FOUNDATION, "Linux Foundation"),
        publishers=("ann", "bob"),
    )
    long = replace(torch, name="long", licence=Licence(" AND ".join(["MIT"] * 20), LicenceFamily.WEAK_COPYLEFT))
    plain = Package("plain", exposure=torch.exposure)
    facts = (Fact("torch", FactKind.STATUS, "active", "somebody", "2026-11-02"),)
    share = Share("proprietary", 1.0, ("a", "b"))
    report = replace(
        full_report, packages=(torch, long, plain), facts=facts, terms=(Terms("linux-x86_64", (share,), "lock"),)
    )
    text = text_of(report)
    assert "| library | direct share | blast radius | steward | licence | can publish | status |\n" in text
    known = "PyTorch Foundation (Linux Foundation)"
    assert f"| `torch` undeclared | 50% | 100% | {known} | `Apache-2.0 OR MIT` | 2 accounts | unknown |\n" in text
    assert f"| `long` undeclared | 50% | 100% | {known} | weak copyleft | 2 accounts | unknown |\n" in text
    assert "| `plain` | 50% | 100% | unknown | unknown | unknown | unknown |\n" in text
    assert "**Terms:** on `linux-x86_64` 2 proprietary, through " in text
    assert text.endswith("; facts were read from their sources on 2026-11-02.\n")


def test_accepted_findings_are_folded_and_counted(full_report: Report) -> None:
    first, *others = full_report.findings
    text = text_of(replace(full_report, findings=(replace(first, suppressed="agreed with legal, see #1"), *others)))
    assert "**Findings: 13 low** (and 1 of low confidence, 1 accepted by an exception" in text.replace("; ", ", ")
    assert "<summary>1 finding accepted by an exception</summary>" in text
    assert "- `DS101`: `einops` is imported by 2 modules" in text
    assert "accepted: agreed with legal, see `#1`" in text


def test_with_v_the_unsure_are_shown_too(full_report: Report) -> None:
    assert "any version will do" not in text_of(full_report)
    text = text_of(full_report, Look(verbose=1))
    assert "- `numpy`: any version will do (`pyproject.toml:12`; low confidence)" in text
    assert "**Findings: 1 high, 1 medium, 13 low** (and 2 hidden" in text


def test_long_lists_say_what_is_missing(empty_report: Report) -> None:
    packages = tuple(Package(f"p{number}", exposure=Exposure(tier=Tier.LOAD_BEARING)) for number in range(40))
    place = tuple(Location("a.py", line) for line in (1, 2, 3))
    many = tuple(
        Finding("DS1", Severity.HIGH, Confidence.HIGH, "said", f"p{each}", place, str(each)) for each in range(30)
    )
    text = text_of(replace(empty_report, packages=packages, findings=many))
    assert "\n\n… and 15 more\n" in text
    assert "said (`a.py:1` and 2 more)\n- … and 5 more\n" in text
    assert "cut to fit" not in text
    assert " more\n" not in text_of(replace(empty_report, packages=packages, findings=many), Look(verbose=1))


def findings(number: int, message: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(f"DS{each % 30}", tuple(Severity)[each % 4], Confidence.HIGH, message, f"p{each}", (), str(each))
        for each in range(number)
    )


@pytest.mark.parametrize("look", [LOOK, Look(verbose=1)], ids=["", "-v"])
def test_what_does_not_fit_is_cut_and_says_so(empty_report: Report, look: Look) -> None:
    data = markdown.render(replace(empty_report, findings=findings(2_000, "said " * 60)), look)
    text = data.decode()
    assert 10_000 < len(data) <= markdown.LONGEST
    note = "**This report was cut to fit into a comment: its lists are shorter than usual and say what is missing.**"
    assert text.split("\n\n")[3].startswith(note)
    assert re.search(r"^- … and \d+ more$", text, re.MULTILINE)
    assert text.count("<details>") == text.count("</details>")


def test_what_does_not_fit_even_so_loses_whole_parts_from_the_end(empty_report: Report) -> None:
    many = tuple(
        Finding(f"D{each}", Severity.HIGH, Confidence.HIGH, "中" * 500, "p", (), str(each)) for each in range(900)
    )
    data = markdown.render(replace(empty_report, findings=many, gaps=(Gap("tree", Location("x"), "y"),)), LOOK)
    text = data.decode()
    assert len(data) <= markdown.LONGEST
    assert re.search(r"of its 90\d parts, \d+ are missing here\.\*\* `depscan -f json` leaves nothing out\.", text)
    assert text.endswith("scanned `2026-11-23T10:00:00Z`.\n")
    assert "What was not seen" not in text
    assert len(data) > markdown.LONGEST - 2_000


def test_alike_gaps_share_a_line(empty_report: Report) -> None:
    gaps = tuple(Gap("code", Location(f"f{number}.py"), "not read") for number in range(5))
    text = text_of(replace(empty_report, gaps=(*gaps, Gap("knowledge", Location(""), "nothing known"))))
    assert "- code: not read (`f0.py`, `f1.py`, `f2.py` and 2 more)\n" in text
    assert "- knowledge: nothing known\n" in text


# -- text stays text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("torch", "`torch`"),
        ("a`b", "`a\\x60b`"),
        ("a|b", "`a\\x7cb`"),
        ("$x$", "`\\x24x\\x24`"),
        ("{{x}} {%y%} {z}", "`{\\x7bx}} {\\x25y%} {z}`"),
        ("a\nb\u202e", "`a\\x0ab\\u202e`"),
        ("<b>", "`<b>`"),
        ("x" * 500, f"`{'x' * 299}…`"),
    ],
)
def test_code(text: str, written: str) -> None:
    assert code(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("is imported by 2 modules (at src/a.py:3), but", "is imported by 2 modules (at `src/a.py:3`), but"),
        (
            "1,000 of 43% and 4+ accounts on 2026-11-02: it's well-known.",
            "1,000 of 43% and 4+ accounts on 2026-11-02: it's well-known.",
        ),
        ("torch needs numpy", "`torch` needs numpy"),
        ("see https://x.example/a?b=c#d.", "see `https://x.example/a?b=c#d`."),
        ("@octocat, #1 and octo/cat#1", "`@octocat`, `#1` and `octo/cat#1`"),
        ("www.x.example a@x.example x.example", "`www.x.example` `a@x.example` `x.example`"),
        ("GH-12 JIRA-1 deadbeef1", "`GH-12` `JIRA-1` `deadbeef1`"),
        (":tada: **x** _y_ ~~z~~", "`:tada`: `**x**` `_y_` `~~z~~`"),
        ("[x](javascript:alert(1))", "`[x](javascript:alert(1`))"),
        ("1. one", "`1.` one"),
        ("2) two", "`2)` two"),
        ("- a # b > c", "`-` a `#` b `>` c"),
        ("    four   blanks", "four blanks"),
        ("a\n\n# b", "`a\\x0a\\x0a#` b"),
        ("naïve 中文 café", "naïve 中文 café"),
    ],
)
def test_words(text: str, written: str) -> None:
    assert words(text, {"torch"}) == written


@given(text=st.text(st.sampled_from("a1`|\\*_[]()<>!#@:.$~{}%-+= \n&;\"'"), max_size=60))
def test_no_text_becomes_structure(text: str) -> None:
    page = f"{table(['a', 'b'], [[code(text), words(text)]])}\n\n- {words(text)}\n- x {code(text)}\n"
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(page)
    tags = set(re.findall(r"<(/?[a-zA-Z]\w*)", html))
    assert tags <= {
        f"{end}{tag}" for end in ("", "/") for tag in ("table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code")
    }
    assert html.count("<td") == html.count("<th>") == html.count("<th") - html.count("<thead") == 2
    assert html.count("<li>") == 2


def test_tables_and_folds() -> None:
    assert table(["a", "b"], [["1", "2"]], right=(1,)) == "| a | b |\n| --- | ---: |\n| 1 | 2 |"
    assert folded("more", ["x", "y"]) == "<details>\n<summary>more</summary>\n\nx\n\ny\n\n</details>"


def test_findings_fall_into_three_lists() -> None:
    base = Finding("DS101", Severity.LOW, Confidence.HIGH, "m", "p", (), "f")
    worse = replace(base, severity=Severity.HIGH)
    unsure = replace(base, confidence=Confidence.LOW)
    accepted = replace(unsure, suppressed="why")
    found = sort([unsure, base, accepted, worse])
    assert (found.standing, found.unsure, found.accepted) == ((worse, base), (unsure,), (accepted,))
    assert sort([unsure, base], unsure_too=True).standing == (base, unsure)


# -- models ------------------------------------------------------------------------------------------------------------


def test_no_model_no_word_of_models(full_report: Report, empty_report: Report) -> None:
    for silent in (empty_report, replace(full_report, models=(), dynamic_models=())):
        assert "AI model" not in markdown.render(silent, LOOK).decode()


def test_only_models_of_production_are_in_the_table(full_report: Report) -> None:
    tested = replace(full_report, models=full_report.models[:1])
    assert "<summary>In production: 2 models, 1 dataset</summary>" in markdown.render(full_report, LOOK).decode()
    text = markdown.render(tested, LOOK).decode()
    assert "no model. Elsewhere: 1 in tests" in text
    assert "In production:</" not in text and "OLMo" not in text


def test_many_models_are_cut_and_counted(full_report: Report) -> None:
    models = tuple(replace(full_report.models[3], id=f"gpt-{number}") for number in range(40))
    assert "… and 15 more" in markdown.render(replace(full_report, models=models), LOOK).decode()
