"""CycloneDX: what the bill of materials says, held against the official schemas and the library that reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from cyclonedx.model.bom import Bom
from hypothesis import given, settings
from hypothesis import strategies as st
from packageurl import PackageURL
from referencing import Registry, Resource

from depscan.licences.library import symbols
from depscan.model import (
    Code,
    Context,
    Declaration,
    Ecosystem,
    Edge,
    Exposure,
    Fact,
    FactKind,
    Gap,
    ImportSite,
    Licence,
    LicenceEvidence,
    LicenceFamily,
    Location,
    Need,
    Package,
    Pin,
    Relation,
    Report,
    Resolver,
    Scope,
    Source,
    State,
    Status,
    Steward,
    StewardKind,
    Subject,
    Tier,
    Tool,
)
from depscan.model.models import DynamicSite
from depscan.report import cyclonedx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "](javascript:alert(1))",
    "javascript:alert(1)",
    'https://x.example/"><b>',
    '=HYPERLINK("http://x")',
    "\x1b[31m",
    "::error::x",
    "{{7*7}}",
    "]]>",
    "a\u202eb",
    "|`$(id)`",
    "a\nb",
    "%0A@1?x=y#z",
    "../../etc/passwd",
    "git+file:///etc",
    "ab\udc80\ud83d",
    "MIT OR <b>",
    "x" * 9_000,
    "",
)
OFFICIAL = files("cyclonedx") / "schema" / "_res"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OFFICIAL / f"{name}.SNAPSHOT.schema.json").read_text(encoding="utf-8"))
    return found


PARTS = {name: Resource.from_contents(schema(name)) for name in ("spdx", "jsf-0.82", "cryptography-defs")}
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", part) for name, part in PARTS.items()
)
VALIDATORS = {
    version: jsonschema.Draft7Validator(schema(f"bom-{version}"), registry=REGISTRY) for version in cyclonedx.VERSIONS
}


def bom(report: Report, version: str = "1.6") -> dict[str, Any]:
    """The document, after all that holds of every one."""
    data = cyclonedx.render(report, version=version)
    assert data == cyclonedx.render(report, version=version)
    assert set(data) <= {10, *range(32, 127)}
    found: dict[str, Any] = json.loads(data)
    VALIDATORS[version].validate(found)
    parts = [*found.get("components", []), *found.get("services", [])]
    refs = [found["metadata"]["component"]["bom-ref"], *(each["bom-ref"] for each in parts)]
    assert len(refs) == len(set(refs)) == len(report.packages) + len(report.models) + 1
    told = [each["ref"] for each in found["dependencies"]]
    assert len(told) == len(set(told))
    for each in found["dependencies"]:
        assert {each["ref"], *each.get("dependsOn", [])} <= set(refs)
        assert each["ref"] not in each.get("dependsOn", [])
    assert sorted(ref for group in found["compositions"] for ref in group["dependencies"]) == sorted(refs)
    for text in strings(found):
        assert text.isprintable() and "\u202e" not in text
    concerned = any(package.advisories for package in report.packages)
    assert bool(found.get("vulnerabilities")) == ("vulnerabilities" in found) == concerned
    assert found.get("services") != []  # an empty list would say that there are none
    assert "annotations" not in found
    return found


def strings(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    inner = [*node, *node.values()] if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for value in inner for text in strings(value)]


def report(*packages: Package, **changes: Any) -> Report:
    made = Report(Tool("depscan", "1.0"), Subject("p", "p"), "2026-11-23T10:00:00Z", Code(), packages=packages)
    return replace(made, **changes)


def components(given: Report) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in bom(given)["components"]}


def properties(component: dict[str, Any]) -> dict[str, str]:
    return {each["name"].removeprefix("depscan:"): each["value"] for each in component["properties"]}


def groups(found: dict[str, Any]) -> dict[str, list[str]]:
    return {each["aggregate"]: each["dependencies"] for each in found["compositions"]}


# -- what is said ------------------------------------------------------------------------------------------------------


def test_the_head(full_report: Report) -> None:
    found = bom(replace(full_report, sources=(Source("names", "2026.11", "2026-11-01"),)))
    assert [*found] == [
        "$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "services",
        "dependencies", "compositions", "vulnerabilities",
    ]  # fmt: skip
    assert found["$schema"] == "http://cyclonedx.org/schema/bom-1.6.schema.json"
    assert found["metadata"] == {
        "timestamp": "2026-11-23T10:00:00Z",
        "lifecycles": [{"phase": "pre-build"}],
        "tools": {"components": [{"type": "application", "name": "depscan", "version": "0.1.0"}]},
        "component": {
            "type": "application",
            "bom-ref": "project",
            "name": "deepthought",
            "licenses": [{"license": {"id": "MIT", "acknowledgement": "declared"}}],
            "properties": [
                {"name": "depscan:revision", "value": "0123456789abcdef0123"},
                {"name": "depscan:folder", "value": "deepthought"},
            ],
        },
        "properties": [
            {"name": "depscan:files", "value": "117"},
            {"name": "depscan:modules", "value": "85"},
            {"name": "depscan:dynamic-imports", "value": "7"},
            {"name": "depscan:dynamic-models", "value": "2"},
            {"name": "depscan:gaps", "value": "4"},
            {"name": "depscan:source", "value": "names 2026.11, retrieved 2026-11-01"},
            {"name": "depscan:audit:source", "value": "records.zip (9 records)"},
            {"name": "depscan:audit:retrieved", "value": "2026-11-20"},
            {"name": "depscan:audit:asked", "value": "7"},
            {"name": "depscan:audit:answered", "value": "6"},
        ],
    }


def test_a_component() -> None:
    package = Package(
        "torch",
        "2.4.1+cu121",
        State.USED,
        Relation.DIRECT,
        ("torch",),
        Resolver.DECLARATION,
        (Location("pyproject.toml", 9),),
        Exposure(0.5, 0.25, 3, 2, 40, 7, (), "runtime", None, 2, (), Tier.LOAD_BEARING),
        Licence("BSD-3-Clause", LicenceFamily.PERMISSIVE, LicenceEvidence.TEXT, "metadata", "2026-11-02", "2.5"),
        Steward("PyTorch Foundation", StewardKind.FOUNDATION, "Linux Foundation", "US", "press", "2026-11-01"),
        ("soumith", "malfet"),
        "",
        Status("active", "last push", "list", "2026-11-03"),
        "2.5",
    )
    given = report(
        package,
        imports=(
            ImportSite("torch", Location("a.py", 1), "torch", Context.RUNTIME, Scope.PRODUCTION),
            ImportSite("torch", Location("a.py", -1), "torch", Context.OPTIONAL, Scope.PRODUCTION),
            ImportSite("torch", Location("n.ipynb", 2, 4), "torch", Context.LAZY, Scope.PRODUCTION),
            ImportSite("torch", Location("n.ipynb", 0, 5), "torch", Context.LAZY, Scope.PRODUCTION),
        ),
        facts=(
            Fact("torch", FactKind.REPOSITORY, "https://github.com/pytorch/pytorch#readme", "metadata", "2026-11-01"),
            Fact("torch", FactKind.REPOSITORY, "https://github.com/pytorch/pytorch?x", "other", "2026-11-01"),
            Fact("torch", FactKind.CATEGORY, "https://x.example/", "other", "2026-11-01"),
        ),
    )
    (found,) = bom(given)["components"]
    assert properties(found) == {
        "state": "used",
        "relation": "direct",
        "tier": "load-bearing",
        "use": "runtime",
        "direct-share": "0.5000",
        "blast-radius": "0.2500",
        "import-sites": "3",
        "call-sites": "40",
        "api-surface": "7",
        "import-names": "torch",
        "resolver": "declaration",
        "exclusive": "2",
        "latest": "2.5",
        "publishers": "soumith, malfet",
        "licence:family": "permissive",
        "licence:evidence": "text",
        "licence:source": "metadata",
        "licence:retrieved": "2026-11-02",
        "licence:version": "2.5",
        "steward:kind": "foundation",
        "steward:parent": "Linux Foundation",
        "steward:jurisdiction": "US",
        "steward:source": "press",
        "steward:retrieved": "2026-11-01",
        "status": "active",
        "status:basis": "last push",
        "status:source": "list",
        "status:retrieved": "2026-11-03",
    }
    del found["properties"]
    assert found == {
        "type": "library",
        "bom-ref": "pkg:pypi/torch@2.4.1%2Bcu121",
        "name": "torch",
        "supplier": {"name": "PyTorch Foundation"},
        "publisher": "soumith, malfet",
        "version": "2.4.1+cu121",
        "scope": "required",
        "licenses": [{"license": {"id": "BSD-3-Clause", "acknowledgement": "concluded"}}],
        "purl": "pkg:pypi/torch@2.4.1%2Bcu121",
        "externalReferences": [{"type": "vcs", "url": "https://github.com/pytorch/pytorch", "comment": "metadata"}],
        "evidence": {
            "occurrences": [
                {"location": "pyproject.toml", "line": 9, "additionalContext": "declared"},
                {"location": "a.py", "line": 1, "additionalContext": "imported: runtime"},
                {"location": "a.py", "additionalContext": "imported: optional"},
                {"location": "n.ipynb", "additionalContext": "imported: lazy in cell 4, line 2"},
                {"location": "n.ipynb", "additionalContext": "imported: lazy in cell 5"},
            ],
            "licenses": [{"license": {"id": "BSD-3-Clause"}}],
        },
    }


def test_what_is_not_known_is_absent() -> None:
    (found,) = bom(report(Package("x", state=State.INDIRECT)))["components"]
    assert found.keys() == {"type", "bom-ref", "name", "purl", "properties"}
    assert properties(found) == {"state": "indirect", "relation": "none", "tier": "none"}


def test_an_organisation_is_the_publisher() -> None:
    (found,) = bom(report(Package("x", publishers=("a",), organisation="acme")))["components"]
    assert (found["publisher"], properties(found)["organisation"]) == ("acme", "acme")


def test_occurrences_are_limited_and_counted() -> None:
    sites = [ImportSite("x", Location("a.py", at), "x", Context.RUNTIME, Scope.PRODUCTION) for at in range(1, 24)]
    (found,) = bom(report(Package("x"), imports=tuple(sites)))["components"]
    assert len(found["evidence"]["occurrences"]) == 20
    assert properties(found)["occurrences-left-out"] == "3"


# -- package URLs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("", "pkg:pypi/x"),
        ("1.0", "pkg:pypi/x@1.0"),
        ("1!2.0+a.b", "pkg:pypi/x@1%212.0%2Ba.b"),
        ("1 @?#/%", "pkg:pypi/x@1%20%40%3F%23%2F%25"),
    ],
)
def test_package_urls(version: str, expected: str) -> None:
    (found,) = bom(report(Package("x", version)))["components"]
    assert found["purl"] == expected
    parsed = PackageURL.from_string(expected)
    assert (parsed.type, parsed.name, parsed.version or "") == ("pypi", "x", version)


@pytest.mark.parametrize(
    ("urls", "purl"),
    [
        (("",), "pkg:pypi/x"),
        (("git+https://a.example/x@main", ""), "pkg:pypi/x"),
        (
            ("git+https://a.example/x@main#egg=x",),
            "pkg:pypi/x?vcs_url=git%2Bhttps://a.example/x%40main%23egg%3Dx",
        ),
        (("https://a.example/x.whl",), "pkg:pypi/x?download_url=https://a.example/x.whl"),
        (("../x",), None),
    ],
)
def test_packages_that_come_from_no_index(urls: tuple[str, ...], purl: str | None) -> None:
    declarations = tuple(Declaration("x", Location("a.toml", 1), url=url) for url in urls)
    (found,) = bom(report(Package("x"), declarations=declarations))["components"]
    assert found.get("purl") == purl
    assert found["bom-ref"] == (purl or "package:x")
    if purl and "?" in purl:
        qualifiers = PackageURL.from_string(purl).qualifiers
        assert isinstance(qualifiers, dict)
        assert [*qualifiers.values()] == [*urls]


@pytest.mark.parametrize(
    ("pinned", "declared", "kind"),
    [
        ((Ecosystem.CONDA,), (), "conda"),
        ((Ecosystem.CONDA,), (Ecosystem.CONDA,), "conda"),
        ((Ecosystem.CONDA,), (Ecosystem.PYPI,), "pypi"),
        ((), (), "pypi"),
    ],
)
def test_conda(pinned: Iterable[Ecosystem], declared: Iterable[Ecosystem], kind: str) -> None:
    given = report(
        Package("cudatoolkit", "11.8"),
        pins=tuple(Pin("cudatoolkit", "11.8", Location("e.yml", 2), each) for each in pinned),
        declarations=tuple(Declaration("cudatoolkit", Location("e.yml", 2), ecosystem=each) for each in declared),
    )
    (found,) = bom(given)["components"]
    assert found["purl"] == f"pkg:{kind}/cudatoolkit@11.8"


# -- licences ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "evidence", "expected"),
    [
        ("MIT", LicenceEvidence.EXPRESSION, {"license": {"id": "MIT", "acknowledgement": "declared"}}),
        ("MIT", LicenceEvidence.CLASSIFIER, {"license": {"id": "MIT", "acknowledgement": "declared"}}),
        ("MIT", LicenceEvidence.NAME, {"license": {"id": "MIT", "acknowledgement": "declared"}}),
        ("MIT", LicenceEvidence.LIST, {"license": {"id": "MIT", "acknowledgement": "concluded"}}),
        ("MIT", None, {"license": {"id": "MIT", "acknowledgement": "concluded"}}),
        ("MIT OR Zlib", None, {"expression": "MIT OR Zlib", "acknowledgement": "concluded"}),
        (
            "Apache-2.0 WITH LLVM-exception",
            None,
            {"expression": "Apache-2.0 WITH LLVM-exception", "acknowledgement": "concluded"},
        ),
        ("LicenseRef-x", None, {"expression": "LicenseRef-x", "acknowledgement": "concluded"}),
        (
            "LicenseRef-scancode-matplotlib-1.3.0",
            None,
            {"expression": "LicenseRef-scancode-matplotlib-1.3.0", "acknowledgement": "concluded"},
        ),
        ("My own terms", None, {"license": {"name": "My own terms", "acknowledgement": "concluded"}}),
    ],
)
def test_licences(expression: str, evidence: LicenceEvidence | None, expected: object) -> None:
    package = Package("x", licence=Licence(expression, evidence=evidence))
    for version in cyclonedx.VERSIONS:
        (found,) = bom(report(package), version)["components"]
        assert found["licenses"] == [expected]
        assert "evidence" not in found


def test_the_text_of_a_licence_is_evidence_of_it() -> None:
    (found,) = bom(report(Package("x", licence=Licence("MIT OR Zlib", evidence=LicenceEvidence.TEXT))))["components"]
    assert found["licenses"] == [{"expression": "MIT OR Zlib", "acknowledgement": "concluded"}]
    assert found["evidence"] == {"licenses": [{"expression": "MIT OR Zlib"}]}


def test_every_identifier_is_one_of_cyclonedx() -> None:
    known = {*schema("spdx")["enum"]}
    ours = {name for name, is_exception in symbols().values() if not is_exception}
    assert {name for name in ours if not name.startswith("LicenseRef-")} <= known


def test_the_project_s_licence_is_told_as_it_is_declared() -> None:
    found = bom(report(project=Subject("p", "p", "", "Apache, version 2")))
    stated = [{"license": {"name": "Apache, version 2", "acknowledgement": "declared"}}]
    assert found["metadata"]["component"]["licenses"] == stated


# -- scopes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "needs", "scope"),
    [
        ("runtime", (), "required"),
        ("lazy", (Need.EXTRA,), "required"),
        ("dynamic", (), "required"),
        ("", (Need.RUNTIME,), "required"),
        ("test", (Need.RUNTIME, Need.DEVELOPMENT), "required"),
        ("optional", (), "optional"),
        ("optional", (Need.RUNTIME,), "required"),
        ("", (Need.EXTRA,), "optional"),
        ("test", (Need.EXTRA,), "optional"),
        ("test", (), "excluded"),
        ("typing", (), "excluded"),
        ("", (Need.DEVELOPMENT,), "excluded"),
        ("", (Need.BUILD,), "excluded"),
        ("", (Need.CONSTRAINT,), None),
        ("", (), None),
    ],
)
def test_scopes(use: str, needs: tuple[Need, ...], scope: str | None) -> None:
    declarations = tuple(Declaration("x", Location("a.toml", 1), scope=need) for need in needs)
    found = components(report(Package("x", exposure=Exposure(scope=use)), declarations=declarations))
    assert found["x"].get("scope") == scope


@pytest.mark.parametrize(
    ("introducers", "scope"),
    [
        (("tool",), "excluded"),
        (("tool", "extra"), "optional"),
        (("tool", "run", "extra"), "required"),
        (("stranger",), None),
        ((), None),
        (None, None),
    ],
)
def test_what_comes_with_others_is_needed_as_they_are(introducers: tuple[str, ...] | None, scope: str | None) -> None:
    given = report(
        Package("x", exposure=Exposure(introducers=introducers)),
        Package("y", exposure=Exposure(introducers=("x",))),
        Package("tool", exposure=Exposure(scope="test")),
        Package("extra", exposure=Exposure(scope="optional")),
        Package("run", exposure=Exposure(scope="runtime")),
    )
    found = components(given)
    assert found["x"].get("scope") == scope
    assert "scope" not in found["y"]  # only direct dependencies introduce


# -- who requires whom -------------------------------------------------------------------------------------------------


def lock(*pairs: tuple[str, str], **changes: Any) -> tuple[Edge, ...]:
    return tuple(Edge(source, target, Location("uv.lock", 1), **changes) for source, target in pairs)


def graph(given: Report) -> dict[str, list[str]]:
    return {each["ref"]: each.get("dependsOn", []) for each in bom(given)["dependencies"]}


def test_the_graph() -> None:
    given = report(
        Package("a", relation=Relation.DIRECT),
        Package("b", state=State.INDIRECT, relation=Relation.TRANSITIVE),
        Package("leaf", state=State.INDIRECT, relation=Relation.TRANSITIVE),
        Package("seen", state=State.TRANSITIVE_ONLY, relation=Relation.TRANSITIVE),
        Package("other", relation=Relation.DIRECT),
        edges=lock(("a", "b"), ("b", "a"), ("b", "b"), ("a", "seen"), ("p", "a"), ("a", "leaf")),
        pins=(Pin("leaf", "1", Location("uv.lock", 9)), Pin("other", "1", Location("requirements.txt", 1))),
    )
    assert graph(given) == {
        "project": ["pkg:pypi/a", "pkg:pypi/other", "pkg:pypi/seen"],
        "pkg:pypi/a": ["pkg:pypi/b", "pkg:pypi/leaf", "pkg:pypi/seen"],
        "pkg:pypi/b": ["pkg:pypi/a"],
        "pkg:pypi/leaf": [],
    }
    assert groups(bom(given)) == {
        "complete": ["pkg:pypi/a", "pkg:pypi/b", "pkg:pypi/leaf", "project"],
        "unknown": ["pkg:pypi/other", "pkg:pypi/seen"],
    }


def test_installed_packages_state_what_they_require() -> None:
    place = Location(".venv/lib/site-packages/a-1.dist-info/METADATA")
    assert "pkg:pypi/a" in graph(report(Package("a"), pins=(Pin("a", "1", place),)))


def test_edges_to_what_is_not_there_make_it_incomplete() -> None:
    given = report(Package("a"), Package("b"), edges=lock(("a", "b"), ("a", "gone"), ("gone", "b")))
    assert graph(given)["pkg:pypi/a"] == ["pkg:pypi/b"]
    assert groups(bom(given))["incomplete"] == ["pkg:pypi/a"]


@pytest.mark.parametrize(
    ("declared", "wanted", "is_there"), [((), (), False), (("gpu",), (), True), ((), ("gpu",), True)]
)
def test_extras_count_where_they_are_asked_for(
    declared: tuple[str, ...], wanted: tuple[str, ...], is_there: object
) -> None:
    given = report(
        Package("a"),
        Package("b"),
        Package("c"),
        declarations=(Declaration("a", Location("x.toml", 1), extras=declared),),
        edges=lock(("a", "b"), extra="gpu") + lock(("c", "a"), extras=wanted),
    )
    assert (graph(given)["pkg:pypi/a"] == ["pkg:pypi/b"]) == is_there


@pytest.mark.parametrize(
    ("changes", "aggregate"),
    [
        ({}, "complete"),
        ({"gaps": (Gap("knowledge", Location(""), "x"),)}, "complete"),
        ({"gaps": (Gap("manifests", Location("setup.py"), "x"),)}, "incomplete"),
        ({"gaps": (Gap("code", Location("a.py"), "x"),)}, "incomplete"),
        ({"code": Code(dynamic_imports=1)}, "incomplete"),
        ({"packages": (Package("x", state=State.UNDECLARED),)}, "incomplete"),
    ],
)
def test_whether_all_that_the_project_asks_for_is_known(changes: dict[str, Any], aggregate: str) -> None:
    assert "project" in groups(bom(report(**changes)))[aggregate]


# -- models ------------------------------------------------------------------------------------------------------------


def test_the_project_needs_the_models_that_production_names(full_report: Report) -> None:
    found = bom(full_report)
    assert [(each["type"], each["name"]) for each in found["components"] if each["type"] != "library"] == [
        ("machine-learning-model", "allenai/OLMo-2-1124-7B"),
        ("data", "deep/answers"),
        ("machine-learning-model", "deep/llama-42"),
    ]
    assert [each["name"] for each in found["services"]] == ["gpt-4o"]
    models = {f"pkg:huggingface/deep/llama-42@{'a' * 40}", "data:deep/answers", "service:gpt-4o"}
    assert models <= {*graph(full_report)["project"]}
    others = "pkg:huggingface/allenai/OLMo-2-1124-7B"
    assert others not in graph(full_report)["project"]
    assert {others, *models} <= {*groups(found)["unknown"]}


@pytest.mark.parametrize(
    ("scope", "aggregate"), [(Scope.PRODUCTION, "incomplete"), (Scope.TEST, "complete"), (Scope.DOCS, "complete")]
)
def test_a_model_that_the_run_alone_knows_may_be_needed(scope: Scope, aggregate: str) -> None:
    given = report(dynamic_models=(DynamicSite("transformers.pipeline", Location("a.py", 1), scope),))
    assert "project" in groups(bom(given))[aggregate]


# -- identity ----------------------------------------------------------------------------------------------------------


def test_the_serial_number_is_that_of_the_content(full_report: Report) -> None:
    serials = [
        cyclonedx.render(given, version=version)[:300].split(b"urn:uuid:")[1][:36]
        for given in (
            full_report,
            replace(full_report, hidden=99),
            replace(full_report, scanned_at="2026-11-24T10:00:00Z"),
        )
        for version in cyclonedx.VERSIONS
    ]
    assert serials[0:2] == serials[2:4]  # what is not in it does not count
    assert len({*serials}) == 4


def test_nothing_at_all(empty_report: Report) -> None:
    found = bom(empty_report)
    assert "components" not in found
    assert found["dependencies"] == [{"ref": "project"}]
    assert found["compositions"] == [{"aggregate": "complete", "dependencies": ["project"]}]


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-11-23"])
def test_an_odd_moment_is_left_out(moment: str) -> None:
    assert "timestamp" not in bom(report(scanned_at=moment))["metadata"]


@pytest.mark.parametrize("version", cyclonedx.VERSIONS)
@pytest.mark.parametrize("name", ["full_report", "crowd_report"])
def test_the_library_reads_it(name: str, version: str, request: pytest.FixtureRequest) -> None:
    given: Report = request.getfixturevalue(name)
    found = bom(given, version)
    assert found["specVersion"] == version
    read = Bom.from_json(found)  # type: ignore[attr-defined]
    assert read.validate()
    assert {(each.name, each.version or "", str(each.purl or "")) for each in read.components} == {
        (each["name"], each.get("version", ""), each.get("purl", "")) for each in found.get("components", [])
    }
    assert {each.name for each in read.services} == {each["name"] for each in found.get("services", [])}
    below = {each.ref.value: sorted(str(item.ref.value) for item in each.dependencies) for each in read.dependencies}
    assert {ref: targets for ref, targets in below.items() if targets} == {
        each["ref"]: each["dependsOn"] for each in found["dependencies"] if "dependsOn" in each
    }


# -- hostile names -----------------------------------------------------------------------------------------------------


def with_facts(given: Report, text: str) -> Report:
    package = replace(
        given.packages[0],
        licence=Licence(text, evidence=LicenceEvidence.TEXT, source=text),
        steward=Steward(text, parent=text),
        publishers=(text, text),
        organisation=text,
        status=Status(text, text),
    )
    facts = tuple(
        Fact(text, FactKind.REPOSITORY, url, text, text) for url in (text, f"https://{text}", f"https://x/{text}")
    )
    return replace(given, packages=(package, *given.packages[1:]), facts=facts)


def check_harmless(given: Report) -> None:
    for version in cyclonedx.VERSIONS:
        found = bom(given, version)
        for component in found["components"]:
            if "purl" in component:
                kind = "pypi" if component["type"] == "library" else "huggingface"
                assert PackageURL.from_string(component["purl"]).type == kind
            for reference in component.get("externalReferences", []):
                assert reference["url"].startswith(("https://", "http://"))
                assert not {*reference["url"]} & {*" <>\"'`()[]{}\\|"}
        for flaw in found.get("vulnerabilities", []):
            for advisory in flaw.get("advisories", []):
                assert advisory["url"].startswith(("https://", "http://"))
                assert not {*advisory["url"]} & {*" <>\"'`()[]{}\\|"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text: str, hostile_report: Callable[[str], Report]) -> None:
    check_harmless(with_facts(hostile_report(text), text))


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from("[](){}\\01ax:/.%#@?+ \n\x1b\u202e\udc80"), max_size=30) | st.text(max_size=60))
def test_any_name_stays_text(text: str, hostile_report: Callable[[str], Report]) -> None:
    check_harmless(with_facts(hostile_report(text), text))
