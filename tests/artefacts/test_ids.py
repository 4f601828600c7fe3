"""What is the id of a model, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.artefacts import hosts, ids
from depscan.model.models import HUB, HUB_SHORT, Route

ON_THE_HUB = (
    "meta-llama/Llama-3.1-8B-Instruct",
    "openai/gpt-oss-20b",
    "stabilityai/sdxl-turbo",
    "google/gemma-2-9b",
    "BAAI/bge-m3",
    "runwayml/stable-diffusion-v1-5",
    "microsoft/phi-2",
    "openai/clip-vit-large-patch14",
)
HOSTED = (
    ("gpt-4o", "openai", Route.DEVELOPER),
    ("gpt-4o-2024-08-06", "openai", Route.DEVELOPER),
    ("gpt-3.5-turbo", "openai", Route.DEVELOPER),
    ("ft:gpt-4o-mini-2024-07-18:acme::x1", "openai", Route.DEVELOPER),
    ("o1", "openai", Route.DEVELOPER),
    ("o3-mini", "openai", Route.DEVELOPER),
    ("text-embedding-3-small", "openai", Route.DEVELOPER),
    ("claude-3-5-sonnet-20241022", "anthropic", Route.DEVELOPER),
    ("gemini-1.5-pro", "google", Route.DEVELOPER),
    ("models/gemini-2.0-flash", "google", Route.DEVELOPER),
    ("mistral-large-latest", "mistral", Route.DEVELOPER),
    ("command-r-plus", "cohere", Route.DEVELOPER),
    ("grok-3-mini", "xai", Route.DEVELOPER),
    ("openai/gpt-4o-mini", "openai", Route.DEVELOPER),
    ("openai:gpt-4o", "openai", Route.DEVELOPER),
    ("anthropic/claude-3-haiku", "anthropic", Route.DEVELOPER),
    ("deepseek/deepseek-chat", "deepseek", Route.DEVELOPER),
    ("vertex_ai/gemini-1.5-pro", "vertex_ai", Route.DEVELOPER),
    ("vertex_ai/claude-3-5-sonnet@20240620", "vertex_ai", Route.THIRD_PARTY),
    ("azure/my-deployment", "azure", Route.THIRD_PARTY),
    ("groq/llama-3.1-8b-instant", "groq", Route.THIRD_PARTY),
    ("together_ai/meta-llama/Llama-3-8b-chat-hf", "together_ai", Route.THIRD_PARTY),
    ("openrouter/anthropic/claude-3-opus", "openrouter", Route.THIRD_PARTY),
    ("bedrock/anthropic.claude-v2:1", "bedrock", Route.THIRD_PARTY),
    ("anthropic.claude-3-5-sonnet-20240620-v1:0", "bedrock", Route.THIRD_PARTY),
    ("us.meta.llama3-2-3b-instruct-v1:0", "bedrock", Route.THIRD_PARTY),
    ("ollama/llama3", "ollama", Route.LOCAL),
    ("llama3.1:8b", "ollama", Route.LOCAL),
)
NOTHING = (
    "",
    " ",
    "x",
    "text/plain",
    "application/json",
    "image/png",
    "audio/mpeg",
    "model",
    "auto",
    "none",
    "true",
    "o1-x y",
    "o11",
    "o1_prefix",
    "src/model-2",
    "models/v1",
    "data/train-1",
    "configs/model-7b",
    "./x/y-1",
    "/a/b-2",
    "~/m/llama-7",
    "../llama-7b",
    "C:\\models\\x-1",
    "https://example.com/a/b-1",
    "api/v1/chat",
    "v1/chat/completions",
    "org/model-1",
    "your-org/your-model-1",
    "user/name-1",
    "<org>/<name-2>",
    "${A}/b-1",
    "a b/c-1",
    "owner/config-1.yaml",
    "a/b-1.json",
    "a/b-1.py",
    "python/test-1.py",
    "command",
    "ada",
    "12/31",
    "1/2-3",
    "a//b-1",
    "a--b/c-1",
    "a/..-1",
    "héllo/wörld-1",
    f"{HUB}/settings/tokens",
    f"https://{HUB}/docs/transformers",
    "x" * 201,
    "a/" + "b-1" * 90,
)


@pytest.mark.parametrize("text", ON_THE_HUB)
def test_hub_ids_are_found_whatever_the_key(text: str) -> None:
    assert ids.read(text) == ids.Id(text, Route.LOCAL)


@pytest.mark.parametrize(("text", "provider", "route"), HOSTED)
def test_hosted_ids(text: str, provider: str, route: Route) -> None:
    assert ids.read(text) == ids.Id(text, route, provider)


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_id(text: str) -> None:
    assert ids.read(text) is None


def test_a_bare_name_needs_a_key_that_takes_nothing_else() -> None:
    assert ids.read("gpt2") is ids.read("bert-base-uncased") is ids.read("acme/thing") is None
    assert [ids.read(text, sure=True) for text in ("gpt2", "acme/thing")] == [ids.Id("gpt2"), ids.Id("acme/thing")]
    assert ids.read("auto", sure=True) is ids.read("outputs/llama", sure=True) is None


def test_a_data_set_is_no_hosted_id() -> None:
    assert ids.read("gpt-4o", dataset=True) is None
    assert ids.read("tatsu-lab/alpaca", dataset=True) == ids.Id("tatsu-lab/alpaca")
    assert ids.read("imdb", dataset=True) is None
    assert ids.read("imdb", dataset=True, sure=True) == ids.Id("imdb")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"https://{HUB}/CompVis/sd-v1/resolve/main/a.ckpt", ids.Id("CompVis/sd-v1", Route.LOCAL, "", "main")),
        (f"https://{HUB}/datasets/a/b-1", ids.Id("a/b-1", dataset=True)),
        (f"{HUB_SHORT}/bartowski/Llama-3.2-1B-GGUF:Q4_K_M", ids.Id("bartowski/Llama-3.2-1B-GGUF")),
        (f"https://{HUB}/a/b-1.git", ids.Id("a/b-1")),
        ("huggingface/meta-llama/Llama-2-7b", ids.Id("meta-llama/Llama-2-7b", Route.UNRESOLVED, "huggingface")),
        ("llama-3.1-405b-instruct", ids.Id("llama-3.1-405b-instruct", Route.UNRESOLVED)),
        ("yolov8n.pt", ids.Id("yolov8n.pt")),
        ("weights/sam_vit_h.pth", ids.Id("weights/sam_vit_h.pth")),
    ],
)
def test_addresses_files_and_sizes(text: str, expected: ids.Id) -> None:
    assert ids.read(text) == expected


def test_ollama_takes_bare_tags() -> None:
    assert ids.read("phi3") is None
    assert ids.read("phi3", tags=True) == ids.Id("phi3", Route.LOCAL, "ollama")
    assert ids.read("acme/own:latest", tags=True) == ids.Id("acme/own:latest", Route.LOCAL, "ollama")
    assert ids.read("./model.gguf", tags=True) == ids.Id("./model.gguf")


@given(st.text(max_size=60), st.booleans(), st.booleans(), st.booleans())
def test_no_text_raises_and_every_id_is_part_of_it(text: str, sure: bool, tags: bool, dataset: bool) -> None:
    found = ids.read(text, sure=sure, tags=tags, dataset=dataset)
    assert found is None or found.id in text
    assert hosts.prefixed(text) is None or "/" in text or ":" in text
