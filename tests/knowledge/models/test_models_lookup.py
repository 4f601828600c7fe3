from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.knowledge import models
from depscan.knowledge.model_terms import DATA


def family(name: str) -> str:
    known = models.lookup([name]).get(name)
    return known.model.family if known else ""


@pytest.mark.parametrize(
    ("name", "release", "certainty"),
    [
        ("openai/gpt-oss-20b", "gpt-oss", "exact"),
        ("OpenAI/GPT-OSS-120B", "gpt-oss", "exact"),
        ("gpt2", "GPT-2", "exact"),
        ("openai-community/gpt2-medium", "GPT-2", "pattern"),
        ("text-davinci-003", "GPT-3 / InstructGPT / davinci", "pattern"),
        ("gpt-4", "GPT-4", "exact"),
        ("gpt-4o-2024-08-06", "GPT-4o", "pattern"),
        ("gpt-5.1-mini", "GPT-5 family", "pattern"),
        ("huggyllama/llama-7b", "LLaMA 1", "pattern"),
        ("meta-llama/Llama-2-7b-chat-hf", "Llama 2", "pattern"),
        ("meta-llama/Meta-Llama-3-8B", "Llama 3", "pattern"),
        ("META-LLAMA/LLAMA-3-70B-CHAT-HF", "Llama 3", "pattern"),
        ("meta-llama/Meta-Llama-3.1-8B", "Llama 3.1", "pattern"),
        ("meta-llama/Llama-3.2-1B", "Llama 3.2", "pattern"),
        ("meta-llama/Llama-3.3-70B-Instruct", "Llama 3.3", "exact"),
        ("meta-llama/Llama-4-Scout-17B-16E", "Llama 4", "pattern"),
        ("google/gemma-2b-it", "Gemma 1", "pattern"),
        ("google/gemma-2-2b-it", "Gemma 2", "pattern"),
        ("google/gemma-3-4b-it", "Gemma 3", "pattern"),
        ("google/gemma-3n-E4B-it", "Gemma 3n", "exact"),
        ("google/gemma-4-31b-it", "Gemma 4", "pattern"),
        ("deepseek-ai/DeepSeek-V2-Lite", "DeepSeek-V2", "pattern"),
        ("deepseek-ai/DeepSeek-V3", "DeepSeek-V3 (Dec 2024)", "exact"),
        ("deepseek-ai/DeepSeek-V3.1", "DeepSeek-V3.1 / V3.2", "pattern"),
        ("deepseek-ai/DeepSeek-R1", "DeepSeek-R1", "exact"),
        ("allenai/OLMo-7B-hf", "OLMo (1/1.7)", "pattern"),
        ("EleutherAI/pythia-70m-deduped", "Pythia", "pattern"),
        ("HuggingFaceH4/zephyr-7b-beta", "Zephyr", "exact"),
        ("HuggingFaceH4/zephyr-7b-gemma-v0.1", "Zephyr Gemma", "pattern"),
        ("BAAI/bge-large-en-v1.5", "BGE", "pattern"),
        ("BAAI/bge-multilingual-gemma2", "BGE multilingual-gemma2", "exact"),
        ("intfloat/e5-large", "E5 base and large (first version)", "exact"),
        ("intfloat/e5-large-v2", "E5", "pattern"),
        ("intfloat/multilingual-e5-base", "E5", "pattern"),
        ("lmsys/vicuna-7b-v1.3", "Vicuna / Alpaca (LLaMA-1 derivatives)", "pattern"),
        ("lmsys/vicuna-7b-v1.5", "Vicuna 1.5", "pattern"),
        ("mosaicml/mpt-7b", "MPT", "pattern"),
        ("mosaicml/mpt-7b-chat", "MPT chat", "pattern"),
        ("yolov8n.pt", "YOLO (Ultralytics v5-v26)", "pattern"),
    ],
)
def test_an_id_is_of_a_release(name: str, release: str, certainty: str) -> None:
    model = models.lookup([name])[name].model
    assert (model.family, model.certainty) == (release, certainty)
    assert model.source and model.retrieved


@pytest.mark.parametrize(
    "name",
    [
        "o1js",
        "o1/",
        "o1-labs/o1",
        "x-o1",
        "gpt-4x",
        "deepseek-ai/DeepSeek-V3-0324",
        "Qwen/Qwen2.5-3B",
        "qwen2.5:72b",
        "hustvl/yolos-tiny",
        "text/plain",
        "/v1/models",
        "./models/llama-7b",
        "",
        " ",
        "/",
        ":",
        "bert-base-uncased/../x",
        "someone/else",
        "google/t5-v1_1-xxl",
        "Qwen/Qwen-Image",
        "THUDM/glm-4-9b-chat",
        "upstage/SOLAR-10.7B-Instruct-v1.0",
        "hf-internal-testing/llama-tokenizer",
    ],
)
def test_what_no_row_fits_is_left_out(name: str) -> None:
    assert models.lookup([name]) == {}


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("openai/o1", "o-series (o1,o3,o4-mini)"),
        ("openai:gpt-4o", "GPT-4o"),
        ("azure/gpt-4", "GPT-4"),
        ("ft:gpt-3.5-turbo-0613:someone::id", "GPT-3.5 Turbo"),
        ("us.anthropic.claude-3-5-sonnet-20240620-v1:0", "Claude"),
        ("bedrock/anthropic.claude-3-haiku", "Claude"),
        ("models/gemini-1.5-pro", "Gemini"),
        ("openrouter/meta-llama/llama-3.1-8b-instruct", "Llama 3.1"),
        ("together_ai/mistralai/Mixtral-8x7B-v0.1", "Mixtral 8x7B / 8x22B"),
        ("llama3:70b", "Llama 3"),
        ("ollama/gemma3:4b", "Gemma 3"),
        ("groq/openai/gpt-oss-20b", "gpt-oss"),
        ("huggingface/gpt2", "GPT-2"),
    ],
)
def test_what_routers_put_around_an_id_is_seen_through_but_never_exact(name: str, release: str) -> None:
    model = models.lookup([name])[name].model
    assert model.family == release
    assert model.certainty == "pattern"


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("TheBloke/Llama-2-7B-GGUF", "Llama 2"),
        ("TheBloke/zephyr-7B-beta-GPTQ", "Zephyr"),
        ("someone/zephyr-7b-gemma-v0.1-4bit", "Zephyr Gemma"),
        ("unsloth/Meta-Llama-3.1-8B-bnb-4bit", "Llama 3.1"),
        ("someone/Qwen2.5-72B-Instruct-AWQ", "Qwen2.5-72B"),
        ("dslim/bert-base-NER", "BERT"),
    ],
)
def test_another_s_upload_is_only_inferred(name: str, release: str) -> None:
    model = models.lookup([name])[name].model
    assert (model.family, model.certainty) == (release, "inferred")


def test_what_a_model_was_made_from_is_looked_up_too() -> None:
    found = models.lookup(["deepseek-ai/DeepSeek-R1-Distill-Llama-8B"])
    assert set(found) == {"deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "meta-llama/Llama-3.1-8B"}
    assert list(found) == sorted(found)


def test_a_shutdown_is_told_by_source_and_for_the_id_alone() -> None:
    told = models.retirement("GPT-4")
    assert told == (("2026-10-23", "litellm 1.109.1"), ("2026-10-23", "openai-sdk 3.54.0"))
    assert models.retirement("openai/gpt-4") == told
    assert models.retirement("gpt-4-nothing") == ()
    assert models.retirement("") == ()
    assert models.lookup(["gpt-4"])["gpt-4"].model.retires == "2026-10-23"


def test_an_id_of_no_known_family_may_be_known_to_retire() -> None:
    (name,) = {"azure/codex-mini"}
    model = models.lookup([name])[name].model
    assert (model.family, model.retires) == ("", "2026-11-15")


def test_shutdowns_that_differ_are_all_told() -> None:
    names = [name for name, told in models._retirements().items() if len({day for day, _ in told}) > 1]
    assert len(names) == 5
    for name in names:
        model = models.lookup([name])[name].model
        days = [day for day, _ in models.retirement(name)]
        assert model.retires == min(days)
        assert all(day in model.note for day in days)


@given(st.text(max_size=60))
def test_any_text_may_be_asked_for(name: str) -> None:
    assert set(models.lookup([name])) >= set(models.lookup([name]))
    assert all(known.model.id == found for found, known in models.lookup([name]).items())


def test_nothing_is_read_before_it_is_asked_for() -> None:
    code = (
        "import sys, io, builtins\n"
        f"sys.path.insert(0, {str(DATA.parents[2])!r})\n"
        "opened = []\n"
        "old = io.open\n"
        "def spy(file, *a, **k):\n    opened.append(str(file)); return old(file, *a, **k)\n"
        "io.open = builtins.open = spy\n"
        "from depscan.knowledge import models\n"
        "assert not [name for name in opened if name.endswith('.csv')], opened\n"
        "models.lookup(['gpt2'])\n"
        "assert not {'license_expression', 'requests', 'huggingface_hub'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
