from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.code import scope_of
from depscan.knowledge import models
from depscan.knowledge.models import Known
from depscan.metrics import openness
from depscan.model import LicenceFamily, Location, Scope
from depscan.model.models import Access, Model, ModelKind, ModelRef, ResolvedBy, Route, Verdict, Weights

SHA = "0123456789abcdef0123456789abcdef01234567"
SOURCE, OPEN, RESTRICTED, CLOSED, UNDECIDED = Access


def ref(name: str, **options: Any) -> ModelRef:
    values = {"kind": ModelKind.MODEL, "route": Route.LOCAL, "pattern": "transformers.pipeline", **options}
    return ModelRef(name, resolved_by=values.pop("resolved_by", ResolvedBy.LITERAL), line=3, **values)


def judged(*refs: ModelRef, weights: tuple[Weights, ...] = (), told: dict[str, Known] | None = None) -> list[Model]:
    ids = {each.id for each in refs} | {each.id for each in weights}
    ids |= {base for each in weights for base in each.base_models}
    ids |= {base for each in (told or {}).values() for base in each.model.base_models}
    named = [("a.py", Scope.PRODUCTION, each) for each in refs]
    return list(
        openness.assemble(
            named, known=models.lookup(ids), weights=weights, licence=models.licence, scope_of=scope_of, told=told or {}
        )
    )


def one(name: str, **options: Any) -> Model:
    (model,) = judged(ref(name), **options)
    return model


def card(name: str, licence: str = "", *bases: str, **options: Any) -> Known:
    kind = options.pop("kind", ModelKind.MODEL)
    model = Model(name, kind, licence=licence, base_models=bases, source="model hub", retrieved="2026-02-03", **options)
    return Known(model, weights=True)


def file(path: str, **options: Any) -> Weights:
    return Weights(Location(path), options.pop("format", "safetensors"), **options)


# -- every system of the founding article -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "access", "verdict"),
    [
        ("openai/gpt-oss-20b", OPEN, Verdict.FAILS),
        ("openai/gpt-oss-120b", OPEN, Verdict.FAILS),
        ("gpt2", OPEN, Verdict.NOT_ASSESSABLE),
        ("openai-community/gpt2-xl", OPEN, Verdict.NOT_ASSESSABLE),
        ("text-davinci-003", CLOSED, Verdict.FAILS),
        ("davinci", CLOSED, Verdict.FAILS),
        ("gpt-4", CLOSED, Verdict.FAILS),
        ("gpt-4o", CLOSED, Verdict.FAILS),
        ("gpt-5", CLOSED, Verdict.FAILS),
        ("o1", CLOSED, Verdict.FAILS),
        ("huggyllama/llama-7b", RESTRICTED, Verdict.FAILS),
        ("meta-llama/Llama-2-7b-hf", RESTRICTED, Verdict.FAILS),
        ("meta-llama/Meta-Llama-3-8B", RESTRICTED, Verdict.FAILS),
        ("meta-llama/Llama-3.1-8B", RESTRICTED, Verdict.FAILS),
        ("meta-llama/Llama-3.2-1B", RESTRICTED, Verdict.FAILS),
        ("meta-llama/Llama-3.3-70B-Instruct", RESTRICTED, Verdict.FAILS),
        ("meta-llama/Llama-4-Scout-17B-16E", RESTRICTED, Verdict.FAILS),
        ("google/gemma-7b", RESTRICTED, Verdict.FAILS),
        ("google/gemma-2-9b", RESTRICTED, Verdict.FAILS),
        ("google/gemma-3-4b-it", RESTRICTED, Verdict.FAILS),
        ("google/gemma-4-31b-it", OPEN, Verdict.NOT_ASSESSABLE),
        ("deepseek-ai/DeepSeek-V2", RESTRICTED, Verdict.FAILS),
        ("deepseek-ai/DeepSeek-V3", RESTRICTED, Verdict.FAILS),
        ("deepseek-ai/DeepSeek-R1", OPEN, Verdict.FAILS),
        ("allenai/OLMo-7B", SOURCE, Verdict.MEETS),
        ("EleutherAI/pythia-12b", SOURCE, Verdict.MEETS),
    ],
)
def test_the_founding_article(name: str, access: Access, verdict: Verdict) -> None:
    model = one(name)
    assert (model.access, model.openness.osaid) == (access, verdict)
    assert model.source and model.retrieved and model.openness.source
    assert (not model.openness.osaid_missing) is (verdict is not Verdict.FAILS)


@pytest.mark.parametrize(
    ("name", "reached", "missing"),
    [
        ("openai/gpt-oss-20b", "none", ("data card",)),
        ("deepseek-ai/DeepSeek-R1", "none", ("data card",)),
        ("allenai/OLMo-7B", "I", ()),
        ("EleutherAI/pythia-12b", "I", ()),
        ("EleutherAI/gpt-neox-20b", "III", ("evaluation data",)),
        ("ibm-granite/granite-4.0-h-small", "III", None),
        ("gpt-4", "none", ("model parameters (final)",)),
        ("bigscience/bloom", "none", None),
        ("google/gemma-4-31b-it", "", ()),
    ],
)
def test_classes_of_the_framework(name: str, reached: str, missing: tuple[str, ...] | None) -> None:
    found = one(name).openness
    assert found.mof_class == reached
    assert missing is None or found.missing == missing


# -- traps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "access", "licence"),
    [
        ("HuggingFaceH4/zephyr-7b-beta", OPEN, "MIT AND Apache-2.0"),
        ("HuggingFaceH4/zephyr-7b-gemma-v0.1", RESTRICTED, "LicenseRef-scancode-gemma-tou-2024-04-01"),
        ("BAAI/bge-large-en-v1.5", OPEN, "MIT"),
        (
            "BAAI/bge-multilingual-gemma2",
            RESTRICTED,
            "LicenseRef-gemma-terms AND LicenseRef-scancode-gemma-tou-2024-04-01",
        ),
        ("microsoft/phi-4", OPEN, "MIT"),
        ("google/gemma-4-31b-it", OPEN, "Apache-2.0"),
        ("moonshotai/Kimi-K2-Instruct", RESTRICTED, "LicenseRef-scancode-moonshot-ai-modified-mit-2025"),
        ("MiniMaxAI/MiniMax-M2", RESTRICTED, "LicenseRef-minimax-modified-mit"),
        ("MiniMaxAI/MiniMax-M2.7", RESTRICTED, "LicenseRef-minimax-m2.7-nc"),
        ("jinaai/jina-embeddings-v2-base-en", OPEN, "Apache-2.0"),
        ("jinaai/jina-embeddings-v3", RESTRICTED, "CC-BY-NC-4.0"),
        ("Qwen/Qwen2.5-7B-Instruct", OPEN, "Apache-2.0"),
        ("Qwen/Qwen2.5-72B-Instruct", RESTRICTED, "LicenseRef-scancode-qwen-2024"),
        ("Qwen/Qwen2.5-3B", UNDECIDED, ""),
        ("tiiuae/falcon-40b", OPEN, "Apache-2.0"),
        ("tiiuae/falcon-180B", RESTRICTED, "LicenseRef-falcon-180b-tii"),
        ("intfloat/e5-large", OPEN, "Apache-2.0"),
        ("intfloat/e5-large-v2", OPEN, "MIT"),
        (
            "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
            RESTRICTED,
            "MIT AND LicenseRef-scancode-llama-3.1-license-2024",
        ),
        ("Salesforce/blip2-opt-2.7b", RESTRICTED, "MIT AND LicenseRef-OPT-175B"),
        ("pyannote/speaker-diarization-community-1", OPEN, "CC-BY-4.0"),
        ("ultralytics/yolov5", OPEN, "AGPL-3.0-or-later"),
        ("o1-labs/o1", UNDECIDED, ""),
        ("timm/resnet50.a1_in1k", UNDECIDED, ""),
        ("never/heard-of", UNDECIDED, ""),
    ],
)
def test_a_release_is_judged_not_a_brand(name: str, access: Access, licence: str) -> None:
    model = one(name)
    assert (model.access, model.licence) == (access, licence)
    if access is UNDECIDED:
        assert "licence_unseen" in model.obligations
        assert model.openness.osaid is Verdict.NOT_ASSESSABLE


def test_gating_is_a_fact_only() -> None:
    model = one("pyannote/speaker-diarization-community-1")
    assert (model.gated, model.access, model.obligations) == (True, OPEN, ())


def test_code_and_weights_have_licences_apart() -> None:
    model = one("deepseek-ai/DeepSeek-V3")
    assert (model.code_licence, model.licence) == ("MIT", "LicenseRef-scancode-deepseek-la-1.0")
    assert model.licence_family is LicenceFamily.SOURCE_AVAILABLE
    assert "military_ban" in model.obligations


def test_another_s_upload_is_not_judged_by_its_family() -> None:
    model = one("TheBloke/Llama-2-7B-GGUF")
    assert (model.access, model.licence, model.certainty) == (UNDECIDED, "", "inferred")
    assert model.family == "Llama 2"
    assert "not verified" in model.note
    assert one("someone/OLMo-7B-gguf").access is UNDECIDED


# -- evidence of files and of the hub ---------------------------------------------------------------------------------


def test_a_header_of_another_s_upload_does_not_free_it_of_its_family() -> None:
    name = "someone/Llama-3.1-8B-GGUF"
    model = one(name, weights=(file("m.gguf", format="gguf", id=name, licence="mit"),))
    assert model.access is RESTRICTED
    assert model.licence == "MIT AND LicenseRef-scancode-llama-3.1-license-2024"
    assert model.base_models == ("Llama 3.1 (inferred)",)
    same = one("someone/Qwen3-8B-GGUF", told={"someone/Qwen3-8B-GGUF": card("x", "apache-2.0")})
    assert (same.access, same.licence) == (OPEN, "Apache-2.0")


@pytest.mark.parametrize(
    ("own", "bases", "access"),
    [
        ("mit", (), OPEN),
        ("mit", ("openai/gpt-oss-20b",), OPEN),
        ("mit", ("google/gemma-7b",), RESTRICTED),
        ("", ("google/gemma-7b",), RESTRICTED),
        ("cc-by-nc-4.0", ("openai/gpt-oss-20b",), RESTRICTED),
        ("mit", ("never/heard-of",), UNDECIDED),
        ("", ("openai/gpt-oss-20b",), UNDECIDED),
        ("", (), UNDECIDED),
        ("other", (), UNDECIDED),
        ("modified-mit", (), RESTRICTED),
        ("mit", ("allenai/OLMo-7B",), OPEN),
    ],
)
@pytest.mark.parametrize("by_file", [True, False])
def test_the_most_restrictive_of_the_chain_decides(
    own: str, bases: tuple[str, ...], access: Access, by_file: bool
) -> None:
    name = "my/tune"
    evidence: dict[str, Any] = (
        {"weights": (file("w/model.safetensors", id=name, licence=own, base_models=bases),)}
        if by_file
        else {"told": {name: card(name, own, *bases)}}
    )
    model = one(name, **evidence)
    assert model.access is access
    assert model.base_models == bases
    assert model.access is not Access.OPEN_SOURCE


def test_chains_are_followed_and_end() -> None:
    told = {
        "a/1": card("a/1", "mit", "a/2"),
        "a/2": card("a/2", "apache-2.0", "a/3", "a/1"),
        "a/3": card("a/3", "llama2", "a/1"),
    }
    model = one("a/1", told=told)
    assert model.base_models == ("a/2", "a/3")
    assert model.licence == "MIT AND Apache-2.0 AND LicenseRef-scancode-llama-2-license-2023"
    endless = {f"a/{at}": card(f"a/{at}", "mit", f"a/{at + 1}") for at in range(100)}
    assert one("a/0", told=endless).access is UNDECIDED
    assert one("a/70", told=endless).access is UNDECIDED
    ended = {**endless, "a/99": card("a/99", "mit")}
    assert one("a/70", told=ended).access is OPEN


def test_of_several_files_the_most_restrictive_tells_and_all_go_before_the_hub() -> None:
    files = tuple(file(f"w/{text or 'none'}.bin", id="a/b", licence=text) for text in ("other", "mit", "", "gemma"))
    assert one("a/b", weights=files[:3], told={"a/b": card("a/b", "llama2")}).licence == "MIT"
    assert one("a/b", weights=files).licence == "LicenseRef-gemma-terms"


def test_what_lies_here_is_judged_by_its_own_card() -> None:
    local = file("snap/README.md", format="snapshot", id="microsoft/phi-4", licence="msrla", revision=SHA)
    assert one("microsoft/phi-4", weights=(local,)).access is RESTRICTED
    silent = file("snap/README.md", format="snapshot", id="microsoft/phi-4", licence="other")
    assert one("microsoft/phi-4", weights=(silent,)).licence == "MIT"


def test_the_hub_goes_before_the_table_and_gates() -> None:
    told = {"microsoft/phi-4": card("microsoft/phi-4", "cc-by-nc-4.0", gated=False)}
    model = one("microsoft/phi-4", told=told)
    assert (model.access, model.licence, model.gated) == (RESTRICTED, "CC-BY-NC-4.0", False)
    assert "model hub" in model.source


def test_weights_that_nobody_named_are_models_too() -> None:
    shards = tuple(file(f"w/m-0000{at}-of-00002.safetensors", licence="mit") for at in (1, 2))
    other = file("x.pkl", format="pickle")
    config = file("w2/config.json", format="config", id="gpt2")
    found = judged(weights=(*shards, other, config))
    assert [(model.id, model.access, len(model.references)) for model in found] == [
        ("w/m.safetensors", OPEN, 2),
        ("x.pkl", UNDECIDED, 1),
    ]
    assert {model.route for model in found} == {Route.LOCAL}
    assert {place.resolved_by for model in found for place in model.references} == {ResolvedBy.FILE}


@pytest.mark.parametrize("name", ["./w/model.gguf", "w/model.gguf", "w", "w/", "My/Model"])
def test_files_are_found_by_path_folder_and_id(name: str) -> None:
    found = judged(ref(name), weights=(file("w/model.gguf", format="gguf", id="my/model", licence="mit"),))
    assert [(model.id, model.access) for model in found] == [(name, OPEN)]


def test_datasets_have_terms_but_no_access() -> None:
    told = {"datasets/org/data": card("org/data", "cc-by-nc-4.0", kind=ModelKind.DATASET)}
    known_model = ref("gpt2", kind=ModelKind.DATASET)
    cached = file("c/x", format="snapshot", id="datasets/org/cached", licence="cc-by-4.0")
    (lies,) = judged(ref("org/cached", kind=ModelKind.DATASET), weights=(cached,))
    assert lies.licence == "CC-BY-4.0"
    data, same_name = judged(ref("org/data", kind=ModelKind.DATASET), known_model, told=told)[::-1]
    assert (data.kind, data.access, data.licence) == (ModelKind.DATASET, UNDECIDED, "CC-BY-NC-4.0")
    assert data.obligations == ("non_commercial",)
    assert (same_name.family, same_name.licence) == ("", "")


# -- places -----------------------------------------------------------------------------------------------------------


def test_places_of_one_id_are_one_model() -> None:
    named = [
        ("b.py", Scope.TEST, ref("gpt-4o", route=Route.THIRD_PARTY)),
        ("a.py", Scope.PRODUCTION, ref("gpt-4o", route=Route.DEVELOPER, kind=ModelKind.PART)),
        ("a.py", Scope.PRODUCTION, ref("gpt-4o", route=Route.DEVELOPER, kind=ModelKind.PART)),
    ]
    (model,) = openness.assemble(named, known=models.lookup(["gpt-4o"]), licence=models.licence, scope_of=scope_of)
    assert [place.location.path for place in model.references] == ["a.py", "b.py"]
    assert (model.kind, model.route) == (ModelKind.MODEL, Route.DEVELOPER)


@pytest.mark.parametrize(
    ("name", "options", "pinned"),
    [
        ("org/name", {"revision": SHA}, True),
        ("org/name", {"revision": "main"}, False),
        ("org/name", {}, False),
        ("gpt2", {}, False),
        ("./weights.pt", {}, None),
        ("/abs/folder", {}, None),
        ("model.gguf", {}, None),
        ("resnet50", {"pattern": "torchvision.models.resnet50"}, None),
        ("gpt-4o", {"route": Route.DEVELOPER}, False),
        ("gpt-4o-2024-08-06", {"route": Route.DEVELOPER}, True),
        ("gpt-4-0613", {"route": Route.DEVELOPER}, True),
        ("gpt-4-32k", {"route": Route.DEVELOPER}, False),
        ("claude-3-5-sonnet-20240620", {"route": Route.DEVELOPER}, True),
        ("claude-3-5-sonnet@20240620", {"route": Route.THIRD_PARTY}, True),
        ("mistral-large-2411", {"route": Route.DEVELOPER}, True),
        ("mistral-large-latest", {"route": Route.DEVELOPER}, False),
        ("anthropic.claude-3-haiku-20240307-v1:0", {"route": Route.THIRD_PARTY}, True),
        ("gemini-1.5-pro-002", {"route": Route.DEVELOPER}, True),
        ("llama3:8b", {"route": Route.THIRD_PARTY}, False),
    ],
)
def test_pinned(name: str, options: dict[str, Any], pinned: bool | None) -> None:
    (model,) = judged(ref(name, **options))
    assert model.revision_pinned is pinned


def test_every_place_must_name_a_commit() -> None:
    (model,) = judged(ref("org/name", revision=SHA), ref("org/name", pattern="peft.load"))
    assert model.revision_pinned is False


def test_a_shutdown_is_told_of_what_is_hosted_only() -> None:
    assert one("gpt-4").retires == ""
    assert judged(ref("gpt-4", route=Route.DEVELOPER))[0].retires == "2026-10-23"


def test_weights_that_all_can_have_run_here_where_they_are_loaded_here_too() -> None:
    local, api = ref("gpt2"), ref("gpt2", route=Route.DEVELOPER)
    assert [model.route for model in judged(local, api)] == [Route.LOCAL]
    assert [model.route for model in judged(ref("gpt-4o"), ref("gpt-4o", route=Route.DEVELOPER))] == [Route.DEVELOPER]


def test_weights_in_a_folder_of_tests_are_those_of_tests() -> None:
    weights = [Weights(Location(f"{folder}/tiny.safetensors"), "safetensors") for folder in ("tests", "app")]
    found = openness.assemble([], known={}, weights=weights, licence=models.licence, scope_of=scope_of)
    assert [(model.id, model.references[0].scope) for model in found] == [
        ("app/tiny.safetensors", Scope.PRODUCTION),
        ("tests/tiny.safetensors", Scope.TEST),
    ]


# -- properties -------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["gpt2", "gpt-4", "google/gemma-7b", "a/b", "allenai/OLMo-7B", "", "x" * 300]) | st.text(
    max_size=9
)
REFS = st.builds(ref, NAMES, kind=st.sampled_from(ModelKind), route=st.sampled_from(Route))
FILES = st.builds(
    file,
    st.sampled_from(["a/b", "w.bin", "w/x.gguf"]),
    id=NAMES,
    licence=st.sampled_from(["mit", "other", "", "gemma", "?"]),
    base_models=st.lists(NAMES, max_size=3).map(tuple),
)


@given(st.lists(REFS, max_size=5), st.lists(FILES, max_size=3), st.randoms())
def test_the_order_of_what_is_seen_changes_nothing(refs: list[ModelRef], files: list[Weights], random: Any) -> None:
    first = judged(*refs, weights=tuple(files))
    random.shuffle(refs)
    random.shuffle(files)
    assert judged(*refs, weights=tuple(files)) == first
    assert {each.id for each in refs} <= {model.id for model in first}
    hash(tuple(first))


@given(st.lists(REFS, max_size=4), st.lists(FILES, max_size=3))
def test_what_is_not_known_is_never_open(refs: list[ModelRef], files: list[Weights]) -> None:
    for model in judged(*refs, weights=tuple(files)):
        if model.access in {OPEN, SOURCE}:
            assert models.licence(model.licence).open is True
            assert "licence_unseen" not in model.obligations
