from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from depscan.errors import DepscanError
from depscan.model import Declaration, Exposure, Location, Package, Pin, Report, Steward, Symbol, Tier
from depscan.scenario import Certainty, Effort, Kind, Library, NotInReport, Outcome, run, run_many

AFFECTED, POSSIBLE, UNKNOWN, NOT = Certainty
TAKES = "asks for >=2.0, takes the next patch, minor and major release after 2.9.0"


def only(spec: str, report: Report) -> Library:
    (library,) = run(spec, report).libraries
    return library


def rows(library: Library) -> list[tuple[Certainty, str, str]]:
    return [(each.certainty, each.reason, " ".join(map(str, each.locations))) for each in library.effects]


# -- which scenario, about what ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spec", ["", "torch", "eaten:torch", "abandoned:", "abandoned: ", ":torch", "compromised:torch@", "compromised:@1"]
)
def test_what_is_no_scenario(spec: str, report: Report) -> None:
    with pytest.raises(DepscanError, match="is no scenario; give abandoned:PACKAGE"):
        run(spec, report)


def test_versions_must_be_some(report: Report) -> None:
    with pytest.raises(DepscanError, match="'==banana' names no versions"):
        run("compromised:torch@banana", report)


@pytest.mark.parametrize(
    ("spec", "subject"),
    [
        ("abandoned:Torch", "torch"),
        (" Abandoned : torch ", "torch"),
        ("abandoned:TorchGen", "torch"),
        ("abandoned:old_tool", "old-tool"),
        ("steward:numfocus", "NumFOCUS"),
        ("steward:linux foundation", "Linux Foundation"),
        ("steward:pytorch FOUNDATION", "PyTorch Foundation"),
        ("account:ALICE", "alice"),
    ],
)
def test_names_match_in_any_case_and_spelling(spec: str, subject: str, report: Report) -> None:
    assert run(spec, report).subject == subject


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("abandoned:torhc", r"torhc is not declared, .* in deep; did you mean torch\?"),
        ("abandoned:zzzzzz", r"known to be required in deep$"),
        ("steward:NumFOCUSS", r"no package of deep is known to have the steward NumFOCUSS; did you mean NumFOCUS\?"),
        ("account:torch", r"no package of deep is known to have the account torch$"),
    ],
)
def test_unknown_names_get_near_ones(spec: str, message: str, report: Report) -> None:
    with pytest.raises(NotInReport, match=message):
        run(spec, report)


def test_without_any_account_the_report_is_the_reason(report: Report) -> None:
    blank = replace(report, packages=tuple(replace(each, publishers=None) for each in report.packages))
    with pytest.raises(NotInReport, match="the report of deep knows no account of any package"):
        run("account:alice", blank)


@pytest.mark.parametrize(
    "spec",
    ["abandoned:torch", "relicensed:torch", "compromised:torch@>=2,<3", "steward:NumFOCUS", "account:alice"],
)
def test_an_outcome_is_complete_and_survives_json(spec: str, report: Report) -> None:
    outcome = run(spec, report)
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome
    assert outcome.scenario == spec and outcome.kind is Kind(spec.partition(":")[0]) and outcome.project == "deep"
    assert outcome.horizon and outcome.unknown and outcome.not_claimed
    saved = msgspec.json.decode(msgspec.json.encode(report), type=Report)
    assert run(spec, saved) == outcome


# -- abandoned: the code that imports it ------------------------------------------------------------------------------


def test_abandoned_lists_the_code_by_how_it_imports(report: Report) -> None:
    library = only("abandoned:torch", report)
    assert rows(library) == [
        (AFFECTED, "imported by production code", "src/a.py:1"),
        (POSSIBLE, "imported by production code inside a function or behind a guard", "src/b.py:9"),
        (POSSIBLE, "imported for the type checker", "src/c.py:4"),
        (POSSIBLE, "imported by tests, docs, examples or tooling", "tests/test_a.py:2"),
    ]
    assert (library.version, library.tier, library.direct_share, library.blast_radius) == (
        "2.4.1",
        Tier.LOAD_BEARING,
        0.5,
        0.9,
    )
    assert len(library.symbols) == 10
    assert library.symbols[0] == Symbol("torch.name00", 30)
    assert library.chains == (("torch",),)


def test_abandoned_names_who_must_move_first(report: Report) -> None:
    library = only("abandoned:vision", report)
    assert rows(library) == [(POSSIBLE, "here because others require it", "uv.lock:200")]
    assert library.dependents == ("torch",)
    assert library.chains == (("torch", "vision"),)
    assert library.effort is None


def test_abandoned_and_only_declared(report: Report) -> None:
    assert rows(only("abandoned:old-tool", report)) == [(POSSIBLE, "declared, imported nowhere", "pyproject.toml:14")]
    outcome = run("abandoned:old-tool", replace(report, imports=()))
    assert rows(outcome.libraries[0])[0][0] is UNKNOWN
    assert "where packages are imported: the report was saved without it" in outcome.unknown


@pytest.mark.parametrize(
    ("name", "names", "effort"),
    [("torch", 2, Effort.REFACTOR), ("numpy", 9, Effort.SEAM), ("numpy", 10, Effort.REFACTOR), ("pytest", 2, None)],
)
def test_how_hard_it_is_to_replace(name: str, names: int, effort: Effort | None, report: Report) -> None:
    changed = tuple(
        replace(each, exposure=replace(each.exposure, api_surface=names)) if each.name == name else each
        for each in report.packages
    )
    assert only(f"abandoned:{name}", replace(report, packages=changed)).effort is effort


# -- relicensed: who takes the next release ---------------------------------------------------------------------------


def test_relicensed_concerns_who_takes_the_next_release(report: Report) -> None:
    assert rows(only("relicensed:torch", report)) == [
        (
            POSSIBLE,
            f"{TAKES}, once the lock is renewed that fixes 2.4.1",
            "pyproject.toml:11",
        ),
        (NOT, "fixed to 2.4.1 until it is renewed", "uv.lock:100"),
        (NOT, "asks for <2.3, no release after 2.9.0", "docs/requirements.txt:3"),
    ]
    assert rows(only("relicensed:numpy", report)) == [
        (AFFECTED, "asks for >=1.20,<2, takes the next patch and minor release after 1.26.4", "pyproject.toml:12"),
        (NOT, "asks for 1.26.4 only", ".github/workflows/ci.yml:7"),
    ]


def test_relicensed_without_a_known_release(report: Report) -> None:
    assert rows(only("relicensed:old-tool", report)) == [
        (UNKNOWN, "asks for ~=1.0; the newest release is not known", "pyproject.toml:14")
    ]
    assert rows(only("relicensed:pytest", report)) == [
        (AFFECTED, "asks for any version, takes every new release", "pyproject.toml:20")
    ]


# -- compromised: wherever it is installed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            "compromised:torch@2.4.1",
            [
                (AFFECTED, "fixed to 2.4.1", "uv.lock:100"),
                (POSSIBLE, "asks for >=2.0: could have resolved to it", "pyproject.toml:11"),
                (NOT, "asks for <2.3, which excludes it", "docs/requirements.txt:3"),
            ],
        ),
        (
            "compromised:torch@>=2.2,<2.4",
            [
                (POSSIBLE, "asks for <2.3: could have resolved to it", "docs/requirements.txt:3"),
                (NOT, "fixed to 2.4.1", "uv.lock:100"),
                (NOT, "asks for >=2.0, and is installed by a lock that fixes 2.4.1", "pyproject.toml:11"),
            ],
        ),
        (
            "compromised:torch",
            [
                (POSSIBLE, "asks for >=2.0: could have resolved to it", "pyproject.toml:11"),
                (POSSIBLE, "asks for <2.3: could have resolved to it", "docs/requirements.txt:3"),
                (UNKNOWN, "fixed to 2.4.1; which versions are compromised is not given", "uv.lock:100"),
            ],
        ),
        (
            "compromised:numpy@1.26.4",
            [
                (AFFECTED, "fixed to 1.26.4", ".github/workflows/ci.yml:7"),
                (POSSIBLE, "asks for >=1.20,<2: could have resolved to it", "pyproject.toml:12"),
            ],
        ),
        (
            "compromised:einops",
            [(POSSIBLE, "imported and declared nowhere: any version may be installed", "src/a.py:2")],
        ),
        (
            "compromised:requests@2.0",
            [(POSSIBLE, "brought in by what is declared here, and fixed to no version", "pyproject.toml:14")],
        ),
    ],
)
def test_compromised_concerns_what_is_installed(
    spec: str, expected: list[tuple[Certainty, str, str]], report: Report
) -> None:
    outcome = run(spec, report)
    assert rows(outcome.libraries[0]) == expected
    assert outcome.certainty is expected[0][0]


def changed(report: Report, *declarations: Declaration, pins: tuple[Pin, ...] = ()) -> Report:
    return replace(report, declarations=declarations, pins=pins, edges=(), packages=(Package("x"),), imports=())


@pytest.mark.parametrize(
    ("declaration", "pins", "expected"),
    [
        (Declaration("x", Location("a/pyproject.toml"), ">=1"), (("1.5", "uv.lock"),), NOT),
        (Declaration("x", Location("a/pyproject.toml"), ">=1"), (("2.0", "uv.lock"),), POSSIBLE),
        (Declaration("x", Location("a/pyproject.toml"), ">=1"), (("2.0", "uv.lock"), ("1.5", "a/uv.lock")), NOT),
        (Declaration("x", Location("a/pyproject.toml"), ">=1"), (("1.5", "uv.lock"), ("2.0", "uv.lock")), POSSIBLE),
        (Declaration("x", Location("a/pyproject.toml"), ">=1"), (("1.5", "ab/uv.lock"),), POSSIBLE),
        (Declaration("x", Location("requirements/base.in"), ">=1"), (("1.5", "requirements/base.txt"),), NOT),
        (Declaration("x", Location("Dockerfile"), ">=1"), (("1.5", "uv.lock"),), POSSIBLE),
        (Declaration("x", Location("a.txt"), url="git+https://host/x"), (), UNKNOWN),
        (Declaration("x", Location("a.txt"), "banana"), (), UNKNOWN),
        (Declaration("x", Location("a.txt"), "===banana"), (), UNKNOWN),
    ],
)
def test_a_lock_shields_the_manifests_that_are_installed_from_it(
    declaration: Declaration, pins: tuple[tuple[str, str], ...], expected: Certainty, report: Report
) -> None:
    found = only(
        "compromised:x@2.0",
        changed(report, declaration, pins=tuple(Pin("x", version, Location(path)) for version, path in pins)),
    )
    assert [each.certainty for each in found.effects if declaration.location in each.locations] == [expected]


@pytest.mark.parametrize(
    ("bringing", "others", "loose"),
    [
        ("pyproject.toml", (), False),
        ("Dockerfile", (), True),
        ("list.txt", (Pin("vision", "0.1", Location("list.txt", 8)),), False),
        ("list.txt", (Declaration("vision", Location("list.txt", 8), "==0.1"),), False),
    ],
)
def test_what_a_lock_fixes_comes_in_unfixed_where_the_lock_does_not_reach(
    bringing: str, others: tuple[Pin | Declaration, ...], report: Report, *, loose: bool
) -> None:
    changed = replace(
        report,
        declarations=(
            Declaration("torch", Location(bringing, 2), ">=2.0"),
            *(each for each in others if isinstance(each, Declaration)),
        ),
        pins=(*report.pins, *(each for each in others if isinstance(each, Pin))),
    )
    found = only("compromised:vision@0.2", changed)
    reason = "brought in by what is declared here, and fixed to no version"
    assert ((POSSIBLE, reason, f"{bringing}:2") in rows(found)) is loose
    assert found.effects[0].certainty is (POSSIBLE if loose else NOT)


def test_a_resolution_fixes_nothing(report: Report) -> None:
    place = Location("resolved (uv 0.9, linux-x86_64-py311, 2026-11-24)")
    resolved = changed(report, Declaration("x", Location("pyproject.toml", 1), ">=1"), pins=(Pin("x", "1.5", place),))
    assert rows(only("compromised:x@2.0", resolved)) == [
        (POSSIBLE, "asks for >=1: could have resolved to it", "pyproject.toml:1")
    ]


def test_the_lines_of_a_compiled_list_are_told_once(report: Report) -> None:
    place = Location("requirements.txt", 3)
    compiled = changed(report, Declaration("x", place, "==1.0"), pins=(Pin("x", "1.0", place),))
    assert rows(only("compromised:x@1.0", compiled)) == [(AFFECTED, "fixed to 1.0", "requirements.txt:3")]


def test_places_of_which_the_same_is_to_be_said_are_one_effect(report: Report) -> None:
    same = tuple(Declaration("x", Location("a.txt", line), ">=1") for line in (9, 2))
    assert rows(only("relicensed:x", changed(report, *same))) == [
        (AFFECTED, "asks for >=1, takes every new release", "a.txt:2 a.txt:9")
    ]


def test_an_address_may_or_may_not_follow(report: Report) -> None:
    address = Declaration("x", Location("a.txt"), url="git+https://host/x")
    assert rows(only("relicensed:x", changed(report, address)))[0][0] is UNKNOWN


# -- by the account of facts ------------------------------------------------------------------------------------------


def test_facts_say_what_no_lock_says_and_are_named_as_such(report: Report) -> None:
    outcome = run("compromised:requests", report)
    assert outcome.libraries[0].chains == (("old-tool", "requests"),)
    assert outcome.unknown[-1] == (
        "whether the versions used here require it: facts about some release say so of old-tool"
    )
    with pytest.raises(NotInReport):  # the lock says what torch requires
        run("compromised:never-heard-of", report)


def test_a_package_that_only_facts_name(report: Report) -> None:
    packages = tuple(package for package in report.packages if package.name != "requests")
    library = only("compromised:requests", replace(report, packages=packages))
    assert (library.tier, library.state, library.version) == (None, None, "")
    assert rows(library)[0][0] is POSSIBLE


def test_who_requires_whom_may_be_unknown(report: Report) -> None:
    outcome = run("abandoned:numpy", replace(report, edges=(), facts=()))
    assert any(each.startswith("who else brings it in") for each in outcome.unknown)


# -- who stands behind ------------------------------------------------------------------------------------------------


def test_a_steward_is_all_its_libraries_hardest_first(report: Report) -> None:
    outcome = run("steward:linux foundation", report)
    assert [library.name for library in outcome.libraries] == ["torch", "vision"]
    assert outcome.certainty is POSSIBLE
    assert {change.dimension for change in outcome.concentration} == {"parent"}
    found = {change.weight: [change.before, change.after] for change in outcome.concentration}
    assert found["packages"] == pytest.approx([3.0, 2.0])
    assert found["exposure"] == pytest.approx([0.62**2 / 0.2604, 0.12**2 / 0.0104])


def test_a_steward_below_another_is_counted_among_stewards(report: Report) -> None:
    outcome = run("steward:PyTorch Foundation", report)
    assert {change.dimension for change in outcome.concentration} == {"steward"}


def test_bodies_above_bodies_hold_what_those_hold(report: Report) -> None:
    packages = (
        Package("p", steward=Steward("DeepMind", parent="Google")),
        Package("q", steward=Steward("Google", parent="Alphabet")),
        Package("r", steward=Steward("Alphabet", parent="DeepMind")),
    )
    found = run("steward:alphabet", replace(report, packages=packages, concentration=()))
    assert [library.name for library in found.libraries] == ["p", "q", "r"]


def test_an_account_is_what_it_can_publish(report: Report) -> None:
    outcome = run("account:alice", report)
    assert [library.name for library in outcome.libraries] == ["torch", "vision"]
    assert {change.dimension for change in outcome.concentration} == {"account"}


def test_without_the_only_steward_there_is_none(report: Report) -> None:
    from depscan.metrics.concentration import concentrate

    packages = tuple(package for package in report.packages if package.name == "numpy")
    outcome = run("steward:NumFOCUS", replace(report, packages=packages, concentration=concentrate(packages)))
    assert [(change.before, change.after) for change in outcome.concentration] == [(1.0, None)] * 2


def test_a_parent_that_is_also_a_steward_has_both(report: Report) -> None:
    packages = (
        *report.packages,
        Package(
            "kernel",
            exposure=Exposure(tier=Tier.NONE),
            steward=Steward("Linux Foundation"),
        ),
    )
    outcome = run("steward:Linux Foundation", replace(report, packages=packages))
    assert {library.name for library in outcome.libraries} == {"torch", "vision", "kernel"}


# -- many -------------------------------------------------------------------------------------------------------------


def test_one_outcome_for_each_report_that_knows_the_name(report: Report) -> None:
    other = replace(
        report, project=replace(report.project, name="other"), packages=(), declarations=(), edges=(), facts=()
    )
    assert [outcome.project for outcome in run_many("abandoned:torch", [report, other, report])] == ["deep", "deep"]
    assert run_many("abandoned:torch", []) == ()
    with pytest.raises(NotInReport, match="in other"):
        run_many("abandoned:torch", [other])
    with pytest.raises(DepscanError, match="is no scenario"):
        run_many("torch", [report])
