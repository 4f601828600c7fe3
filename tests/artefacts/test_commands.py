"""Shell texts: which models their commands fetch or serve."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import artefacts
from depscan.artefacts import commands
from depscan.model.models import HUB, DynamicModel, ModelRef, ResolvedBy


def named(text: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.id, str(each.kind)) for each in commands.read(text) if isinstance(each, ModelRef)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vllm serve acme/m-7b --port 1", [(1, "acme/m-7b", "model")]),
        ("/usr/bin/vllm serve acme/m", [(1, "acme/m", "model")]),
        ("ollama pull llama3", [(1, "llama3", "model")]),
        ("docker exec o ollama run phi3:mini", [(1, "phi3:mini", "model")]),
        ("ollama pull --insecure phi3", [(1, "phi3", "model")]),
        ("huggingface-cli download acme/m-7b a.gguf --local-dir x", [(1, "acme/m-7b", "model")]),
        ("hf download --repo-type dataset acme/d", [(1, "acme/d", "dataset")]),
        ("hf download acme/d --repo-type=dataset", [(1, "acme/d", "dataset")]),
        ("litgpt finetune_lora google/gemma-2b", [(1, "google/gemma-2b", "model")]),
        ("python -m spacy download en_core_web_sm", [(1, "en_core_web_sm", "model")]),
        ("python t.py --model_name_or_path gpt2 --dataset_name imdb", [(1, "gpt2", "model"), (1, "imdb", "dataset")]),
        ("accelerate launch t.py \\\n  --x 1 \\\n  --model_name_or_path=acme/m", [(3, "acme/m", "model")]),
        (
            "lm_eval --model hf --model_args pretrained=acme/m,peft=acme/l",
            [(1, "acme/m", "model"), (1, "acme/l", "adapter")],
        ),
        ("llama-server -hf acme/m-GGUF:Q4", []),
        ("llama-server -hf acme/m-7b-GGUF", [(1, "acme/m-7b-GGUF", "model")]),
        (f"git clone https://{HUB}/acme/m-7b", [(1, "acme/m-7b", "model")]),
        (f"wget 'https://{HUB}/datasets/a/d/resolve/main/x.json'", [(1, "a/d", "dataset")]),
        ("# vllm serve acme/m-7b\ntrue # ollama pull llama3", []),
        ("echo vllm serve acme/m-7b", []),
        ("pip install model-x --model a/b-1", []),
        ("python t.py --model resnet50 --model_type llama --model-dir a/b-1", []),
        ("python t.py --hub_model_id a/b-1 --output_dir a/c-1", []),
        (f"curl https://{HUB}/settings/tokens --model x", []),
        ("vllm serve", []),
        ("M=acme/m-7b\nvllm serve $M; vllm serve ${M}", [(2, "acme/m-7b", "model")] * 2),
        (
            "export MODEL_ID='acme/m-7b'\nrun --model-id=$MODEL_ID",
            [(1, "acme/m-7b", "model"), (2, "acme/m-7b", "model")],
        ),
        (
            'ENV MODEL_ID acme/m-7b\nCMD ["vllm", "serve", "acme/n"]',
            [(1, "acme/m-7b", "model"), (2, "acme/n", "model")],
        ),
        ("python t.py --model 'unclosed acme/m-7b", []),
    ],
)
def test_commands(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert named(text) == expected


def test_what_a_variable_hides_is_dynamic() -> None:
    found = [*commands.read("vllm serve $MODEL\npython t.py --model_name_or_path ./out --model $M")]
    assert [(type(each), each.line) for each in found] == [(DynamicModel, 1), (DynamicModel, 2), (DynamicModel, 2)]


def test_a_default_is_one() -> None:
    (found,) = commands.read("vllm serve ${MODEL:-acme/m-7b}")
    assert isinstance(found, ModelRef) and (found.id, found.resolved_by) == ("acme/m-7b", ResolvedBy.DEFAULT)


def test_revision_and_trust() -> None:
    (found,) = commands.read("vllm serve a/b --revision abc --trust-remote-code")
    assert isinstance(found, ModelRef) and (found.revision, found.trust_remote_code) == ("abc", True)
    (found,) = commands.read("vllm serve a/b --revision $X")
    assert isinstance(found, ModelRef) and found.revision == ""


def test_the_steps_of_a_workflow() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n    - run: |\n        true\n        ollama pull llama3\n    - run: vllm serve a/b\n"
    )
    refs, _ = artefacts.references(".github/workflows/a.yml", text.encode())
    assert [(each.line, each.id) for each in refs if isinstance(each, ModelRef)] == [(6, "llama3"), (7, "a/b")]


@pytest.mark.parametrize(
    "text",
    [
        'model "' * 4_000,
        "--model '" * 3_000,
        "\\\n" * 50_000 + "model",
        "A=" + " " * 16_000 + "model",
        "model=" + "$A" * 5_000,
        "A=$A$A\n" * 200 + "model $A",
        "model" + '\\"' * 8_000 + "\\",
        "x" * 200_000 + " --model",
    ],
)
def test_hostile_lines_end(text: str) -> None:
    assert all(len(each.id) <= 200 for each in commands.read(text) if isinstance(each, ModelRef))


@given(st.text(alphabet="amodel-/7 $\"'\\\n;={}", max_size=80))
def test_no_text_raises(text: str) -> None:
    assert all(each.line >= 1 for each in commands.read("--model " + text))
