"""The terminal report: what it says, that nothing acts in it, and that it keeps its width."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from depscan.model import (
    Code,
    Confidence,
    Exposure,
    Finding,
    Location,
    Package,
    Report,
    Severity,
    State,
    Tier,
)
from depscan.report import RENDERERS, Look, Renderer, terminal
from depscan.report.libraries import bar, count, percent

if TYPE_CHECKING:
    from collections.abc import Callable

TITLES = {
    "DS103": "Declared, but never imported",
    "DS101": "Imported, but not declared",
    "DS105": "No upper bound, pin or lock",
}
NASTY = st.text(st.characters(codec=None, exclude_categories=())) | st.text(
    st.sampled_from("::##[ \n\r\x1b]中😀é\u0301\u202e"), max_size=400
)

FULL_AT_80 = """\
deepthought rests on 2 load-bearing libraries: torch, numpy.
85 production modules, 5 declared and 5 imported packages; 117 of 118 source
files read, 4 gaps. Findings: 1 high, 1 medium, 13 low. 2 known vulnerabilities
affect pinned versions: torch.

What the code rests on
                                 direct   blast   entry   call    API
  library  version     scope      share  radius  points  sites  names
Load-bearing (2)
  torch    2.4.1       runtime      58%    >99%     50%    476      4
    most used: torch.nn.Module, torch.Tensor, torch.device, torch.load
  numpy    >=1.17,<3   runtime      12%    100%     50%     42      2
    most used: numpy.array, numpy.ndarray
Significant (1)
  pyyaml   any         runtime       6%     <1%     50%      4      1
Incidental (1)
  einops   undeclared  optional      2%      0%      0%      9      1

Also: 1 used only in tests, docs or tooling (pytest); 1 declared but imported
nowhere (tensorboard); 1 present only because others require them (idna). -v
names them.
direct share: production modules that import it; blast radius: production
modules that cannot be imported without it; entry points: programs that cannot
start without it; call sites: references to it; API names: distinct names among
them.

Known vulnerabilities
6 of 7 packages and versions looked up in records.zip (9 records), as of
  2026-11-20; of 1 nothing is known.
5 records: 2 affected (1 critical, 1 not stated), 2 possibly affected (1
  critical, 1 high), 1 unknown (severity not stated).
  package  version     worst record  severity             records  fixed by
Affected (1): a pinned version is among those a record names
  torch    2.4.1       PYSEC-2026-1  high -> critical           2  2.10.0
Possibly affected (1): no version is pinned, and affected ones are admitted
  pyyaml   2 versions  MAL-2026-4    malicious, critical        2  5.4 (1 of 2)
Unknown (1): whether an affected version comes in is not known
  idna     3.7         PYSEC-2026-9  not stated                 1  forbidden

Which AI models it rests on
  model          licence                 route      pinned
Closed, by API only (1)
  gpt-4o         proprietary-API         developer  no
    src/deep/chat.py:12 +1; shutdown announced for 2026-12-01
Weights under restricting terms (1)
  deep/llama-42  llama-3.1-license-2024  local      yes
    src/deep/mind.py:4; obligations: more above a number of monthly users, its
    name leads derived ones; made from meta-llama/Llama-3.1-8B; its code: MIT;
    licence not verified: inferred from its name; gated: access is asked for
Data (1)
  deep/answers   unknown                 local      no
    src/deep/data.py:7

In production: 1 closed-api, 1 restricted-weights; 1 dataset. Elsewhere: 1 in
  tests, docs, examples and tools.
Not seen: 2 places where the model is known at run time only, 1 in production
  (src/deep/any.py:9): what is listed is the least there is.
Not pinned: 2 of 3 in production name no fixed revision: deep/answers, gpt-4o
  may change without a change here.
Foreign code: 1 model may run code of its repository (trust_remote_code):
  deep/llama-42; each with a revision.
Retirement: within 180 days: gpt-4o on 2026-12-01.
Access kinds follow from licences and published components by rule; they are no
legal advice, and what is unknown counts as undecided.

Findings (14 of 15)

high  DS101 Imported, but not declared (1)
  einops is imported by 2 modules (first at src/deep/attention.py:3) but no
    manifest declares it (medium confidence)
    -> add it to the dependencies in pyproject.toml

low  DS103 Declared, but never imported (13)
  lib00 is declared and never imported (pyproject.toml:30)
"""

FULL_AT_80_ENDS = """\
  lib02 is declared and never imported (pyproject.toml:32)
  ... and 10 more (-v shows all)

1 finding of low confidence not shown (-v shows all); 2 findings hidden because
the configuration deselects the rule.

What was not seen (4)
117 of 118 source files read, 12 files and folders left out (ignored, excluded,
environments, caches); 4 gaps.
7 dynamic imports, whose module is computed at run time: the figures are lower
bounds.
  code: not valid for this Python: imports were found, uses were not (2
    places: src/old.py:3, src/older.py:7)
  manifests: install_requires is computed when setup.py runs (setup.py:14)
  tree: not read: Permission denied (src/secret.py)

Next
  depscan why torch      who asks for it, who imports it, where
  depscan explain DS101  what the finding means, what to do
  depscan -f json        the same for programs

depscan 0.1.0: 117 source files, 23,456 lines, 2 notebooks; scanned
2026-11-23T10:00:00Z at revision 0123456789ab; names 2026.11 of 2026-11-01
"""

EMPTY_AT_80 = """\
blank holds no production modules: how hard it rests on its libraries cannot be
said.
0 production modules, 0 declared and 0 imported packages; 0 of 0 source files
read, 0 gaps. No findings.

What the code rests on
No production module imports a package of others.

Known vulnerabilities
Not looked up: import a database (depscan knowledge import-advisories PATH),
  or ask a service (--advisories osv).

Findings
No findings at confidence medium or above; 0 of 0 source files read.

What was not seen
0 of 0 source files read; no gaps.

Next
  depscan -f json  the same for programs

depscan 0.1.0: 0 source files, 0 lines; scanned 2026-11-23T10:00:00Z
"""


def test_the_whole_page_at_80_columns(full_report: Report) -> None:
    text = terminal.render(full_report, titles=TITLES)
    assert text.startswith(FULL_AT_80)
    assert text.endswith(FULL_AT_80_ENDS)


def test_without_models_there_is_no_section_and_no_gap(full_report: Report) -> None:
    text = terminal.render(replace(full_report, models=(), dynamic_models=()))
    assert "Which AI models" not in text
    assert "\n\n\n" not in text
    assert "Which AI models it rests on\n" in terminal.render(replace(full_report, models=()))


def test_a_project_with_nothing_in_it_reads_well(empty_report: Report) -> None:
    assert terminal.render(empty_report) == EMPTY_AT_80


def test_room_is_used_for_bars_and_names(full_report: Report) -> None:
    text = terminal.render(full_report, width=140)
    assert "58% ███▌    >99% ██████" in text
    assert "numpy.array, numpy.ndarray\n" in text
    assert "most used: " not in text
    plain = terminal.render(full_report, width=140, unicode=False)
    assert "58% ===     >99% ======" in plain
    assert "undeclared  optional    2% =         0%" in plain


def test_a_narrow_page_drops_the_counts(full_report: Report) -> None:
    text = terminal.render(full_report, width=60)
    assert "  torch    2.4.1       runtime      58%    >99%     50%\n" in text
    assert "API names" not in text


def test_verbose_cuts_nothing(full_report: Report) -> None:
    text = terminal.render(full_report, verbose=1, titles=TITLES)
    assert "lib12 is declared" in text
    assert (
        "DS105 No upper bound, pin or lock (1)\n  numpy: any version will do (pyproject.toml:12; low confidence)\n"
        in text
    )
    assert "  pytest   8.3.1       test " in text
    assert "significant needs direct share >= 5% (now 2%)" in text
    assert "-v" not in text


def test_what_is_not_in_the_table_is_counted(full_report: Report) -> None:
    others = [Package(f"p{number}", state=state) for number, state in enumerate([*State, State.UNUSED, State.UNUSED])]
    also = "Also: 3 declared but imported nowhere (p1, p5, p6); 1 needed only to build (p0); 3 present only"
    assert also in terminal.render(replace(full_report, packages=tuple(others)), width=160)


def test_nothing_is_cut_silently(crowd_report: Report) -> None:
    short = terminal.render(crowd_report)
    assert "Load-bearing (60)" in short
    assert short.count("library-") == 60 + 10 + 10 + 3 + 3 + 5 + 1  # tiers, examples, headline, next step
    assert short.count("... and 50 more (-v shows all)") == 2
    assert "... and 20 more (-v shows all)" in short  # kinds of gaps
    everything = terminal.render(crowd_report, verbose=1)
    assert "more (-v" not in everything
    assert everything.count("library-") == 300 + 5 + 1
    assert terminal.render(crowd_report, limit=None).count("library-") == 180 + 3 + 3 + 5 + 1


def test_findings_come_most_severe_first(crowd_report: Report) -> None:
    lines = terminal.render(crowd_report, verbose=1).splitlines()
    heads = [line.split()[0] for line in lines if line.startswith(("critical", "high", "medium", "low"))]
    assert heads == sorted(heads, key=["critical", "high", "medium", "low"].index)
    assert len(heads) == 4 * 7  # one group for each severity and rule


@pytest.mark.parametrize(
    ("names", "headline"),
    [
        ((), "p rests on no load-bearing library."),
        (("torch",), "p rests on 1 load-bearing library: torch."),
        (("a", "b", "c", "d", "e", "f", "g"), "p rests on 7 load-bearing libraries: a, b, c, d, e and 2 more."),
    ],
)
def test_the_headline(names: tuple[str, ...], headline: str, empty_report: Report) -> None:
    packages = tuple(Package(name, exposure=Exposure(0.5, 1.0, tier=Tier.LOAD_BEARING)) for name in names)
    project = replace(empty_report.project, name="p")
    report = replace(empty_report, project=project, code=Code(9, 9), packages=packages)
    assert terminal.render(report).splitlines()[0] == headline


def test_the_headline_without_a_load_bearing_library(empty_report: Report) -> None:
    packages = tuple(Package(name, exposure=Exposure(0.1, tier=Tier.SIGNIFICANT)) for name in ("numpy", "torch"))
    project = replace(empty_report.project, name="p")
    report = replace(empty_report, project=project, code=Code(9, 9), packages=packages)
    assert terminal.render(report).startswith("p rests on no load-bearing library; most on numpy, torch.\n")


@pytest.mark.parametrize(
    ("message", "places", "line"),
    [
        ("declared twice", ("a.py", "b.py"), "  numpy: declared twice (a.py:3 and 1 more; medium confidence)"),
        ("numpy is odd", ("a.py",), "  numpy is odd (a.py:3; medium confidence)"),
        ("numpy is odd, see a.py:3", ("a.py", "b.py"), "  numpy is odd, see a.py:3 (medium confidence)"),
        ("numpy is odd", (), "  numpy is odd (medium confidence)"),
    ],
)
def test_a_finding_says_everything_once(message: str, places: tuple[str, ...], line: str, full_report: Report) -> None:
    locations = tuple(Location(path, 3) for path in places)
    finding = Finding("DS101", Severity.HIGH, Confidence.MEDIUM, message, "numpy", locations, "x")
    assert line in terminal.render(replace(full_report, findings=(finding,))).splitlines()


def test_the_version_gives_way_before_the_name(full_report: Report) -> None:
    package = Package("a-name-of-18-chars", "1.2.3.dev4+local.build", exposure=Exposure(0.2, 0.2, scope="optional"))
    package = replace(package, exposure=replace(package.exposure, tier=Tier.SIGNIFICANT))
    text = terminal.render(replace(full_report, packages=(package,)))
    assert "  a-name-of-18-chars  1.2.3.dev…  optional" in text


def test_states_of_a_version(full_report: Report) -> None:
    names = {State.UNDECLARED: "undeclared", State.TRANSITIVE_ONLY: "transitive", State.USED: "unknown"}
    for state, word in names.items():
        package = Package("odd", state=state, exposure=Exposure(0.2, 0.2, 1, tier=Tier.SIGNIFICANT))
        assert f"odd      {word}" in terminal.render(replace(full_report, packages=(package,)))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "-"),
        (0, "0%"),
        (1e-9, "<1%"),
        (0.005, "0%"),
        (0.5765, "58%"),
        (0.994, "99%"),
        (0.996, ">99%"),
        (1, "100%"),
    ],
)
def test_percent(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (99_999, "99999"), (100_000, "100k"), (10**7, "10M"), (10**30, "99999M")]
)
def test_count(number: int, text: str) -> None:
    assert count(number) == text


@given(share=st.floats(0, 1))
def test_any_share_above_zero_can_be_seen(share: float) -> None:
    for unicode in (True, False):
        drawn = bar(share, unicode=unicode)
        assert bool(drawn) is (share > 0)
        assert len(drawn) <= 6


# -- the terminal is safe ---------------------------------------------------------------------------------------------


def check(text: str, width: int) -> None:
    assert text.endswith("\n")
    for line in text.split("\n"):
        assert cell_len(line) <= width, line
        assert not line.lstrip().startswith("::")
        assert "##" not in line
        assert not [
            one for one in line if unicodedata.category(one)[0] == "C" or unicodedata.category(one) in {"Zl", "Zp"}
        ]


@settings(max_examples=60, deadline=None)
@given(text=NASTY, width=st.integers(60, 160), verbose=st.integers(0, 1), unicode=st.booleans())
def test_hostile_names_do_nothing(
    text: str, width: int, verbose: int, hostile_report: Callable[[str], Report], *, unicode: bool
) -> None:
    page = terminal.render(hostile_report(text), width=width, verbose=verbose, unicode=unicode, titles={text: text})
    check(page, width)
    assert unicode or page.isascii()


@pytest.mark.parametrize("name", ["full_report", "empty_report", "crowd_report"])
@pytest.mark.parametrize("width", [60, 61, 71, 72, 99, 100, 129, 130, 160])
def test_no_line_is_wider_than_asked(name: str, width: int, request: pytest.FixtureRequest) -> None:
    for verbose in (0, 1):
        check(terminal.render(request.getfixturevalue(name), width=width, verbose=verbose, titles=TITLES), width)


@pytest.mark.parametrize("name", [":", "#", "::", ":#:"])
def test_neighbours_do_not_make_up_a_command(name: str, hostile_report: Callable[[str], Report]) -> None:
    page = terminal.render(hostile_report(name), verbose=1)
    assert "::" not in page
    assert "##" not in page


def test_wide_characters_count_twice(hostile_report: Callable[[str], Report]) -> None:
    check(terminal.render(hostile_report("深度学习" * 40), width=80), 80)


def test_colour_only_adds_colour(full_report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    colored = terminal.render(full_report, color=True)
    plain = terminal.render(full_report)
    assert "\x1b[" in colored
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    for variable, value in {"NO_COLOR": "1", "FORCE_COLOR": "1", "COLUMNS": "40", "TERM": "dumb"}.items():
        monkeypatch.setenv(variable, value)
    assert terminal.render(full_report, color=True) == colored
    assert terminal.render(full_report) == plain


@pytest.mark.parametrize("name", ["torch; reboot", "$(reboot)", "-rf", "a b", "`x`"])
def test_no_command_is_suggested_that_a_shell_would_misread(name: str, hostile_report: Callable[[str], Report]) -> None:
    text = terminal.render(hostile_report(name))
    assert "depscan why" not in text
    assert "depscan explain" not in text


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda renderer: renderer.name)
def test_each_format_renders(renderer: Renderer, full_report: Report, empty_report: Report) -> None:
    for report in (full_report, empty_report):
        page = renderer.render(report, Look(titles=TITLES, full=True))
        assert page == renderer.render(report, Look(titles=TITLES, full=True))
        assert page or renderer.name == "lines"  # a line for each finding, and for none nothing
    page = renderer.render(full_report, Look(titles=TITLES, full=True))
    if renderer.name == "terminal":
        assert page == terminal.render(full_report, titles=TITLES).encode()
    if renderer.name == "json":
        assert isinstance(page, bytes)
        assert b'"imports"' in page


def test_a_suffix_asks_for_one_format() -> None:
    suffixes = [suffix for renderer in RENDERERS for suffix in renderer.suffixes]
    assert len(suffixes) == len(set(suffixes))
    firsts = [next(r.name for r in RENDERERS if name.endswith(r.suffixes)) for name in ("x.cdx.json", "x.json", "x/")]
    assert firsts == ["cyclonedx", "json", "csv"]
