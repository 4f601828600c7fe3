"""report.json: round trip, schema, safety of the bytes, and what is said of files that are none."""

from __future__ import annotations

import json as stdlib
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import model
from depscan.errors import DepscanError
from depscan.model import Exposure, Package, Report, Tier
from depscan.report import json

if TYPE_CHECKING:
    from collections.abc import Callable

NASTY = st.text(st.characters(codec=None, exclude_categories=()))


def rendered(report: Report, *, full: bool = True) -> Any:
    return stdlib.loads(json.render(report, full=full))


def with_share(report: Report, share: float) -> Report:
    return replace(report, packages=(Package("torch", exposure=Exposure(direct_share=share, tier=Tier.INCIDENTAL)),))


@pytest.mark.parametrize("name", ["full_report", "empty_report", "crowd_report"])
def test_a_full_report_comes_back_equal(name: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    # shares are written with four digits: what was read back is equal from then on
    settled = json.load(json.render(report, full=True))
    assert json.load(json.render(settled, full=True)) == settled
    assert json.render(settled, full=True) == json.render(report, full=True)


def test_a_report_of_four_digits_is_equal_at_once(full_report: Report) -> None:
    assert json.load(json.render(full_report, full=True)) == full_report


def test_without_full_only_the_imports_are_missing(full_report: Report) -> None:
    document = rendered(full_report, full=False)
    assert "imports" not in document
    assert json.load(json.render(full_report)) == replace(full_report, imports=())


def test_keys_are_the_contract(full_report: Report) -> None:
    document = rendered(full_report)
    assert list(document) == [
        "schema", "tool", "project", "scanned_at", "code", "sources", "declarations", "pins", "edges", "packages",
        "imports", "facts", "concentration", "reach", "covers", "terms", "audit", "advisories", "models",
        "dynamic_models", "findings", "hidden", "gaps",
    ]  # fmt: skip
    assert document["schema"] == "depscan.report/1"
    torch = next(package for package in document["packages"] if package["name"] == "torch")
    assert torch["declared"] == [{"path": "pyproject.toml", "line": 11, "cell": 0}]
    assert torch["exposure"]["tier"] == "load-bearing"
    assert torch["exposure"]["symbols"][0] == {"name": "torch.nn.Module", "count": 310}
    assert document["gaps"][2] == {
        "stage": "manifests",
        "location": {"path": "setup.py", "line": 14, "cell": 0},
        "reason": "install_requires is computed when setup.py runs",
    }
    assert document["findings"][0]["severity"] == "high"


def test_every_key_is_always_there(full_report: Report) -> None:
    def check(value: object, written: Any) -> None:
        if is_dataclass(value):
            assert [field.name for field in fields(value)] == [
                key for key in written if key != "schema"
            ] or "schema" in written
            for field in fields(value):
                check(getattr(value, field.name), written[field.name])
        elif isinstance(value, tuple):
            for item, part in zip(value, written, strict=True):
                check(item, part)

    check(full_report, rendered(full_report))


def test_shares_have_four_digits(empty_report: Report) -> None:
    assert rendered(with_share(empty_report, 1 / 3))["packages"][0]["exposure"]["direct_share"] == 0.3333


@pytest.mark.parametrize("share", [float("nan"), float("inf")])
def test_no_number_that_json_lacks_is_written(empty_report: Report, share: float) -> None:
    with pytest.raises(DepscanError, match="JSON has no such number"):
        json.render(with_share(empty_report, share))


def test_the_bytes_are_plain_and_end_a_line(full_report: Report, hostile_report: Callable[[str], Report]) -> None:
    data = json.render(hostile_report("\x1b\x7f\x9b\u202e\u2028é😀\udc80::x\n::y"), full=True)
    assert data.endswith(b"}\n")
    assert not data.endswith(b"\n\n")
    assert set(data) <= {10, *range(32, 127)}
    assert not [line for line in data.splitlines() if line.lstrip().startswith(b"::")]
    assert stdlib.loads(data)["project"]["name"] == "\x1b\x7f\x9b\u202e\u2028é😀\\udc80::x\n::y"
    assert json.render(full_report) == json.render(full_report)


@settings(max_examples=60, deadline=None)
@given(text=NASTY)
def test_hostile_names_survive_and_validate(text: str, hostile_report: Callable[[str], Report]) -> None:
    report = hostile_report(text)
    data = json.render(report, full=True)
    stdlib.loads(data, parse_constant=pytest.fail)
    again = json.load(data)
    assert json.render(again, full=True) == data
    if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
        assert again == report


# -- the schema -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    document = stdlib.loads(json.schema())
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("name", ["full_report", "empty_report", "crowd_report"])
def test_reports_validate(
    name: str, request: pytest.FixtureRequest, validator: jsonschema.Draft202012Validator, *, full: bool
) -> None:
    validator.validate(rendered(request.getfixturevalue(name), full=full))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "depscan.report/2"),
        (("packages", 0, "exposure", "tier"), "heavy"),
        (("packages", 0, "exposure", "direct_share"), 1.5),
        (("gaps", 0, "location", "line"), "3"),
        (("findings",), None),
    ],
)
def test_the_schema_refuses(
    path: tuple[str | int, ...], value: object, full_report: Report, validator: jsonschema.Draft202012Validator
) -> None:
    document = rendered(full_report)
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not validator.is_valid(document)


@pytest.mark.parametrize("key", ["schema", "tool", "packages", "gaps", "code"])
def test_the_schema_misses_what_is_absent(
    key: str, full_report: Report, validator: jsonschema.Draft202012Validator
) -> None:
    document = rendered(full_report)
    del document[key]
    assert not validator.is_valid(document)


def test_the_schema_explains_itself() -> None:
    parts = stdlib.loads(json.schema())["$defs"]
    assert parts["Exposure"]["description"] == (model.Exposure.__doc__ or "").strip()
    assert parts["Exposure"]["properties"]["import_sites"]["description"] == "Import statements, in all scopes."
    assert parts["Tier"]["enum"] == sorted(Tier)
    assert "imports" not in parts["Report"]["required"]


# -- what is no report ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a depscan report: "),
        (b"{", "not a depscan report: "),
        (b"\xff\xfe{}", "not a depscan report: "),
        (b'{"schema": "\xff"}', "not a depscan report: "),
        (b'{"x": ' + b"[" * 100_000, "nested too deeply"),
        (b"[]", "not a valid depscan.report/1 file: "),
        (b"{}", "the key `schema` is not depscan.report/1"),
        (b'{"schema": "other/1"}', "the key `schema` is not depscan.report/1"),
        (b'{"schema": 1}', "not a valid depscan.report/1 file: "),
        (
            b'{"schema": "depscan.report/2"}',
            "another depscan wrote the report in schema depscan.report/2, and this one",
        ),
        (b'{"schema": "depscan.report/9", "tool": {"version": "7.1"}}', "depscan 7.1 wrote the report in schema"),
        (b'{"schema": "depscan.report/1", "tool": {"version": "7.1"}}', "file, which depscan 7.1 wrote: "),
        (b'{"schema": "depscan.report/\\u001b"}', "depscan.report/\\x1b"),
        (b'{"schema": "depscan.report/1"}', "missing required field `tool`"),
    ],
)
def test_what_is_no_report_says_why(data: bytes, says: str) -> None:
    with pytest.raises(DepscanError) as caught:
        json.load(data)
    assert says in str(caught.value)


def test_a_wrong_value_is_named_and_shown_safely(full_report: Report) -> None:
    data = json.render(full_report).replace(b'"code": "DS101",\n      "severity": "high"', b'"severity": "\\u001b[31m"')
    with pytest.raises(DepscanError, match=r"x1b.*\$\.findings\[0\]\.severity") as caught:
        json.load(data)
    assert "\x1b" not in str(caught.value)


def test_keys_of_later_versions_are_skipped(full_report: Report) -> None:
    document = rendered(full_report)
    document["robots"] = [{"id": "x"}]
    document["packages"][0]["robots"] = {"id": "x"}
    assert json.load(stdlib.dumps(document).encode()) == full_report


@settings(deadline=None)
@given(data=st.binary(max_size=60) | st.binary(max_size=30).map(lambda tail: b'{"schema": "depscan.report/1"' + tail))
def test_any_bytes_end_in_a_sentence(data: bytes) -> None:
    with pytest.raises(DepscanError):
        json.load(data)


def test_a_report_without_newer_keys_has_their_defaults(full_report: Report) -> None:
    document = rendered(full_report)
    for key in ("facts", "concentration", "reach", "covers", "terms", "models", "dynamic_models"):
        del document[key]
    for package in document["packages"]:
        for key in ("licence", "steward", "publishers", "organisation", "status", "latest"):
            del package[key]
    for finding in document["findings"]:
        del finding["suppressed"]
    before = replace(full_report, models=(), dynamic_models=())
    assert json.load(stdlib.dumps(document).encode()) == json.load(json.render(before, full=True))


def test_keys_that_this_version_does_not_know_are_left(full_report: Report) -> None:
    document = rendered(full_report)
    assert json.load(stdlib.dumps({**document, "robots": [{"id": "x"}]}).encode()) == json.load(
        json.render(full_report, full=True)
    )


def test_what_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "LARGEST", 10)
    with pytest.raises(DepscanError, match="was not read"):
        json.load(b" " * 11)
