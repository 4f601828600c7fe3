"""CycloneDX: models, datasets and services, held against the official schemas."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packageurl import PackageURL
from referencing import Registry, Resource

from depscan.model import LicenceFamily, Location, Scope
from depscan.model.models import Access, Model, ModelKind, Openness, Reference, ResolvedBy, Route, Verdict
from depscan.report import cyclonedx, cyclonedx_models

OFFICIAL = files("cyclonedx") / "schema" / "_res"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OFFICIAL / f"{name}.SNAPSHOT.schema.json").read_text(encoding="utf-8"))
    return found


REGISTRY: Registry[Any] = Registry().with_resources(
    (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", Resource.from_contents(schema(name)))
    for name in ("spdx", "jsf-0.82", "cryptography-defs")
)
VALIDATORS = {
    version: jsonschema.Draft7Validator(schema(f"bom-{version}"), registry=REGISTRY) for version in cyclonedx.VERSIONS
}


def parts(*models: Model) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Components and services, valid in every version of the format."""
    found = cyclonedx_models.components(models), cyclonedx_models.services(models)
    for version, validator in VALIDATORS.items():
        head = {"bomFormat": "CycloneDX", "specVersion": version, "version": 1}
        validator.validate({**head, "components": found[0], "services": found[1]})
    refs = [each["bom-ref"] for each in (*found[0], *found[1])]
    assert sorted(refs) == sorted(cyclonedx_models.references(models)) and len(refs) == len(set(refs))
    return found


def component(model: Model) -> dict[str, Any]:
    (found,), others = parts(model)
    assert others == []
    return found


def properties(node: dict[str, Any]) -> dict[str, str]:
    return {each["name"].removeprefix("depscan:"): each["value"] for each in node.get("properties", [])}


def place(revision: str = "", scope: Scope = Scope.PRODUCTION, line: int = 3, cell: int = 0) -> Reference:
    return Reference(Location("a.py", line, cell), scope, ResolvedBy.LITERAL, "transformers.pipeline", revision)


TUNED = Model(
    "acme/Llama-3.1-8B-x", ModelKind.MODEL, Access.RESTRICTED_WEIGHTS, Route.LOCAL, family="Llama 3.1",
    developer="Meta", jurisdiction="USA", licence="LicenseRef-scancode-llama-3.1-license-2024",
    obligations=("mau_threshold", "flow_down"), base_models=("meta-llama/Llama-3.1-8B", "local thing"),
    openness=Openness(Verdict.FAILS, ("code",), "none", ("data card",), "MOT", "2026-05-11"), revision_pinned=True,
    gated=True, references=(place(COMMIT),),
)  # fmt: skip
HOSTED = Model(
    "gpt-4o", ModelKind.MODEL, Access.CLOSED_API, Route.DEVELOPER, developer="OpenAI",
    licence="LicenseRef-proprietary-API", licence_family=LicenceFamily.PROPRIETARY, references=(place(),),
)  # fmt: skip


def test_a_model_is_a_component_with_a_card() -> None:
    found = component(TUNED)
    assert (found["type"], found["name"], found["version"]) == ("machine-learning-model", TUNED.id, COMMIT)
    assert found["purl"] == found["bom-ref"] == f"pkg:huggingface/acme/Llama-3.1-8B-x@{COMMIT}"
    assert PackageURL.from_string(found["purl"]).to_string() == found["purl"]
    assert found["supplier"] == {"name": "Meta"} and found["scope"] == "required"
    assert found["pedigree"]["ancestors"] == [
        {
            "type": "machine-learning-model",
            "name": "meta-llama/Llama-3.1-8B",
            "purl": "pkg:huggingface/meta-llama/Llama-3.1-8B",
        },
        {"type": "machine-learning-model", "name": "local thing"},
    ]  # fmt: skip
    assert found["evidence"]["occurrences"] == [
        {"location": "a.py", "line": 3, "additionalContext": "named: transformers.pipeline"}
    ]
    told = properties(found)
    assert (told["access"], told["route"], told["obligation"]) == ("restricted-weights", "local", "flow_down")
    card = properties(found["modelCard"])
    assert (card["openness:osaid"], card["openness:osaid:missing"]) == ("does not meet", "code")


def test_a_closed_model_is_a_service() -> None:
    others, (found,) = parts(HOSTED)
    assert others == [] and found["provider"] == {"name": "OpenAI"} and found["x-trust-boundary"] is True
    assert found["bom-ref"] == "service:gpt-4o" and "purl" not in found
    assert properties(found)["occurrence:1"] == "a.py:3"


def test_what_is_undecided_and_asked_at_a_host_is_a_service() -> None:
    model = replace(HOSTED, id="groq/some-model", access=Access.UNDECIDED, route=Route.THIRD_PARTY)
    assert [len(each) for each in parts(model)] == [0, 1]
    open_one = replace(model, access=Access.OPEN_WEIGHTS)
    assert "purl" not in component(open_one)


def test_a_data_set_is_data() -> None:
    model = Model("acme/chat", ModelKind.DATASET, licence="CC-BY-NC-4.0", base_models=("a/b",), references=(place(),))
    found = component(model)
    assert (found["type"], found["bom-ref"]) == ("data", "data:acme/chat")
    assert found["data"] == [{"type": "dataset", "name": "acme/chat"}]
    assert "purl" not in found and "modelCard" not in found
    assert found["pedigree"]["ancestors"] == [{"type": "data", "name": "a/b"}]


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("Apache-2.0", {"license": {"id": "Apache-2.0", "acknowledgement": "concluded"}}),
        ("MIT AND Apache-2.0", {"expression": "MIT AND Apache-2.0", "acknowledgement": "concluded"}),
        ("LicenseRef-scancode-gemma-tou-2025-03-24",
         {"expression": "LicenseRef-scancode-gemma-tou-2025-03-24", "acknowledgement": "concluded"}),
        ("llama3.2", {"license": {"name": "llama3.2", "acknowledgement": "concluded"}}),
        ("other", {"license": {"name": "other", "acknowledgement": "concluded"}}),
    ],
)  # fmt: skip
def test_only_valid_licences_are_identifiers(licence: str, expected: dict[str, Any]) -> None:
    assert component(replace(TUNED, licence=licence))["licenses"] == [expected]
    assert "licenses" not in component(replace(TUNED, licence=""))


@pytest.mark.parametrize(
    ("model_id", "purl"),
    [
        ("gpt2", "pkg:huggingface/gpt2"),
        ("a/b", "pkg:huggingface/a/b"),
        ("weights/model.pt", ""), ("llama3:8b", ""), ("a/b/c", ""), ("../x", ""), ("", ""), ("a b", ""),
    ],
)  # fmt: skip
def test_only_what_lies_on_the_hub_has_a_package_url(model_id: str, purl: str) -> None:
    assert component(Model(model_id, ModelKind.MODEL, references=(place("main"),))).get("purl", "") == purl


def test_a_bare_name_of_another_library_has_none() -> None:
    named = replace(place(), pattern="timm.create_model")
    assert "purl" not in component(Model("resnet50", ModelKind.MODEL, references=(named,)))


def test_the_revision_is_a_commit_that_all_places_agree_on() -> None:
    for places in ((place(COMMIT), place()), (place("main"),), (place(COMMIT), place("f" * 40)), ()):
        assert "version" not in component(replace(TUNED, references=places))


def test_places_in_notebooks_and_many_of_them() -> None:
    many = tuple(place(line=number, cell=2) for number in range(1, 31))
    found = component(replace(TUNED, references=many))
    assert len(found["evidence"]["occurrences"]) == 20 and properties(found)["occurrences-left-out"] == "10"
    assert found["evidence"]["occurrences"][0]["additionalContext"].endswith("in cell 2, line 1")


def test_scope_and_what_the_project_needs() -> None:
    example = replace(TUNED, id="a/c", references=(place(scope=Scope.EXAMPLE),))
    assert component(example)["scope"] == "excluded"
    assert cyclonedx_models.needed((TUNED, example, HOSTED)) == [
        f"pkg:huggingface/{TUNED.id}@{COMMIT}",
        "service:gpt-4o",
    ]


def test_equal_ids_get_refs_of_their_own() -> None:
    parts(TUNED, TUNED, replace(TUNED, kind=ModelKind.ADAPTER), HOSTED, HOSTED)


@settings(max_examples=60)
@given(
    st.text(max_size=30),
    st.text(max_size=30),
    st.sampled_from(Access),
    st.sampled_from(ModelKind),
    st.sampled_from(Route),
)
def test_any_strings_are_valid(one: str, other: str, access: Access, kind: ModelKind, route: Route) -> None:
    reference = replace(place(other), location=Location(one, 1), pattern=other)
    model = Model(
        one, kind, access, route, family=other, developer=other, licence=other, obligations=(one,), note=other,
        base_models=(one, other), references=(reference,), openness=Openness(Verdict.FAILS, (one,), other, (one,)),
    )  # fmt: skip
    parts(model, replace(model, id=other))
