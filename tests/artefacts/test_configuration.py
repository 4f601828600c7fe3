"""Configuration files: what they name, where, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import artefacts
from depscan.artefacts import configuration, documents, keys
from depscan.model.models import HUB, HUB_SHORT, DynamicModel, ModelKind, ModelRef, ResolvedBy, Route


def named(text: str, path: str = "config.yaml") -> list[tuple[int, str, str]]:
    """Line, id and kind of each reference; nothing may be lost."""
    refs, gaps = artefacts.references(path, text.encode())
    assert not gaps
    return [(each.line, each.id, str(each.kind)) for each in refs if isinstance(each, ModelRef)]


def ref(text: str, path: str = "config.yaml") -> ModelRef:
    (found,), gaps = artefacts.references(path, text.encode())
    assert not gaps and isinstance(found, ModelRef)
    return found


FOUND: tuple[tuple[str, str, list[tuple[int, str, str]]], ...] = (
    (
        "alignment",
        "model_name_or_path: mistralai/Mistral-7B-v0.1\ndataset_mixer:\n  acme/ultra: 1.0\n  acme/more: 0.5\n",
        [(1, "mistralai/Mistral-7B-v0.1", "model"), (3, "acme/ultra", "dataset"), (4, "acme/more", "dataset")],
    ),
    ("bare", "model_name_or_path: gpt2\n", [(1, "gpt2", "model")]),
    ("tokenizer", "tokenizer_name_or_path: gpt2\n", [(1, "gpt2", "model-part")]),
    (
        "mixture",
        "dataset_mixture:\n  datasets:\n    - id: acme/chat-1\n      config: all\n",
        [(3, "acme/chat-1", "dataset")],
    ),
    (
        "datasets",
        "datasets:\n  - path: mhenrichsen/alpaca_2k_test\n    type: alpaca\n",
        [(2, "mhenrichsen/alpaca_2k_test", "dataset")],
    ),
    (
        "dataset names",
        "datasets:\n- acme/one\n- id: acme/two\n- json\n",
        [(2, "acme/one", "dataset"), (3, "acme/two", "dataset")],
    ),
    (
        "axolotl",
        "base_model: NousResearch/Llama-2-7b-hf\nadapter: lora\nlora_model_dir: acme/lora-1\n",
        [(1, "NousResearch/Llama-2-7b-hf", "model"), (3, "acme/lora-1", "adapter")],
    ),
    (
        "lm-eval",
        "task: arc\ndataset_path: allenai/ai2_arc\ndataset_name: ARC-Easy\n",
        [(2, "allenai/ai2_arc", "dataset")],
    ),
    ("lm-eval bare", "dataset_path: hellaswag\n", [(1, "hellaswag", "dataset")]),
    ("lm-eval included", "include: _base\ndataset_name: acme/arc-1\n", []),
    (
        "lm-eval run",
        "model: hf\nmodel_args: pretrained=EleutherAI/pythia-1b,dtype=float16,peft=acme/lora-2\n",
        [(2, "EleutherAI/pythia-1b", "model"), (2, "acme/lora-2", "adapter")],
    ),
    ("trl", "model_name_or_path: gpt2\ndataset_name: imdb\n", [(1, "gpt2", "model"), (2, "imdb", "dataset")]),
    ("no hub beside it", "dataset_name: my_table\n", []),
    ("litgpt", "checkpoint_dir: checkpoints/tiiuae/falcon-7b\n", [(1, "tiiuae/falcon-7b", "model")]),
    (
        "hydra",
        "model:\n  name: google/gemma-2-2b\n  optimizer:\n    name: acme/adam-1\n",
        [(2, "google/gemma-2-2b", "model")],
    ),
    (
        "litellm",
        "model_list:\n  - model_name: fast\n    litellm_params:\n      model: groq/llama-3.1-8b-instant\n",
        [(4, "groq/llama-3.1-8b-instant", "model")],
    ),
    ("crewai", "researcher:\n  role: x\n  llm: openai/gpt-4o\n", [(3, "openai/gpt-4o", "model")]),
    (
        "mergekit",
        "models:\n  - model: acme/a-7b\n  - model: acme/b-7b\nmerge_method: slerp\nbase_model: acme/a-7b\n",
        [(2, "acme/a-7b", "model"), (3, "acme/b-7b", "model"), (5, "acme/a-7b", "model")],
    ),
    (
        "promptfoo",
        "providers:\n  - openai:gpt-4o\n  - id: anthropic:messages:claude-3-haiku\n",
        [(2, "openai:gpt-4o", "model"), (3, "anthropic:messages:claude-3-haiku", "model")],
    ),
    ("o-series", "model: o1\nprefixes: [o1, o3]\nname: o3\n", [(1, "o1", "model")]),
    ("alias", "a: &m\n  model: gpt-4o\nb: *m\nc:\n  <<: *m\n", [(2, "gpt-4o", "model")]),
    ("two documents", "model: gpt-4o\n---\nmodel: gpt-4\n", [(1, "gpt-4o", "model"), (3, "gpt-4", "model")]),
    (
        "kubernetes",
        "env:\n  - name: MODEL_ID\n    value: acme/m-7b\n  - name: PATH\n    value: acme/x-7b\n",
        [(3, "acme/m-7b", "model")],
    ),
    (
        "compose",
        "a:\n  image: acme/l-7b\n  environment:\n    - MODEL_ID=acme/m-7b\n    - X=1\n  command: --model-id a/n-7b\n",
        [(4, "acme/m-7b", "model"), (6, "a/n-7b", "model")],
    ),
    (
        "arguments",
        "command:\n  - vllm\n  - serve\n  - acme/m-7b\nargs: [--model, acme/n-7b]\n",
        [(2, "acme/m-7b", "model"), (5, "acme/n-7b", "model")],
    ),
    ("reference", "base: acme/m-7b\nmodel_name_or_path: ${base}\n", [(2, "acme/m-7b", "model")]),
    ("weights", "model: yolov8n.pt\n", [(1, "yolov8n.pt", "model")]),
)


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_yaml(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert named(text) == expected


NOT_FOUND = (
    "hub_model_id: acme/out-7b\npush_to_hub: true\npush_to_hub_model_id: acme/x-1\n",
    "output_dir: acme/out-7b\nwandb:\n  model: acme/log-7b\n",
    "image: acme/llm-7b\nservices: [acme/db-1]\n",
    "steps:\n  - uses: actions/checkout@v4\n  - uses: acme/model-7b@v1\n    with: {path: acme/x-1}\n",
    "content_type: text/plain\nmodel: application/json\n",
    "model: src/models/llama-7b\npath: data/train-1\n",
    "model: resnet50\nmodel_name: MyModel\n",
    "model_type: llama\nmodel_class: acme/cls-1\n",
    "response_model: gpt-4o\n",
    "optimizer:\n  name: acme/adam-1\n",
    "model: [1, 2.5, null, true]\nmodels: {}\n",
    "tokenizer: gpt-4o\n",
    "dataset: json\ndatasets:\n  - path: csv\n",
    "model: ''\nmodel_name_or_path:\n",
    "url: https://example.com/model/acme-1\n",
    f"model: https://{HUB}/settings/tokens\n",
)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_look_alikes(text: str) -> None:
    assert artefacts.references("a.yaml", text.encode()) == ((), ())


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ('{\n  "a": "gpt-4o",\n  "llm": {\n    "model": "gpt-4o"\n  }\n}', "a.json", 4),
        ('{"model": "gpt-4o"}', "a.json", 1),
        ('// a comment\n{\n  "model": "gpt-4o",\n}', "a.json", 3),
        ('[{"model": "x"},\n{"model": "gpt-4o"}]', "OAI_CONFIG_LIST", 2),
        ('[llm]\ntitle = "gpt-4o"\nmodel = "gpt-4o"\n', "a.toml", 3),
        ('{"lc": 1, "id": ["langchain"],\n "kwargs": {"model_name": "gpt-4o"}}', "chain.json", 2),
        ("modelName: gpt-4o", "a.yml", 1),
        ("\ufeffmodel: gpt-4o\r\n", "a.yml", 1),
    ],
)
def test_lines(text: str, path: str, line: int) -> None:
    assert named(text, path) == [(line, "gpt-4o", "model")]


@pytest.mark.parametrize(
    ("text", "route", "provider"),
    [
        ("model: gpt-4o\n", Route.DEVELOPER, "openai"),
        ("model: gpt-4o\nbase_url: http://localhost:1\n", Route.UNRESOLVED, "openai"),
        ("model: gpt-4o\napi_type: azure\n", Route.THIRD_PARTY, "azure"),
        (
            "provider: pkg.AzureChat\nconfig:\n  model: gpt-4o\n  azure_endpoint: https://x\n",
            Route.THIRD_PARTY,
            "azure",
        ),
        ("model: acme/m-7b\n", Route.UNRESOLVED, ""),
        ("model: weights/m.pt\n", Route.LOCAL, ""),
        ("ckpt_path: acme/m-7b\n", Route.LOCAL, ""),
        (f"model: https://{HUB}/acme/m/resolve/v1/m.bin\n", Route.LOCAL, ""),
        ("model: acme/m-7b\nbase_url: http://localhost:1\n", Route.UNRESOLVED, ""),
        ("model: acme/m-7b\nprovider: together\n", Route.THIRD_PARTY, "together"),
        ("model: phi3\nprovider: ollama\n", Route.LOCAL, "ollama"),
        ("model_name_or_path: acme/m\nbase_url: http://x\n", Route.LOCAL, ""),
    ],
)
def test_routes(text: str, route: Route, provider: str) -> None:
    found = ref(text)
    assert (found.route, found.provider) == (route, provider)


def test_revision_and_trust_are_those_beside_the_id() -> None:
    found = ref("model_name_or_path: a/b\nmodel_revision: abc123\ntrust_remote_code: true\n")
    assert (found.revision, found.trust_remote_code, found.resolved_by) == ("abc123", True, ResolvedBy.CONFIGURATION)
    assert ref("model_name_or_path: a/b\nrevision: ${REV}\n").revision == ""


def test_the_revision_of_a_model_is_not_that_of_its_dataset() -> None:
    text = "model_name_or_path: a/b\nmodel_revision: m1\ntrust_remote_code: true\ndataset_name: a/d\n"
    for extra, revision in (("", ""), ("dataset_revision: d1\n", "d1")):
        refs, _ = artefacts.references("a.yaml", (text + extra).encode())
        told = [(each.revision, each.trust_remote_code) for each in refs if isinstance(each, ModelRef)]
        assert told == [("m1", True), (revision, False)]
    assert ref("dataset_path: a/d\nrevision: d2\n").revision == "d2"


@pytest.mark.parametrize(
    "value",
    ["${MODEL:-acme/m-7b}", "${oc.env:MODEL,acme/m-7b}", "${MODEL:acme/m-7b}", "{{ model | default('acme/m-7b') }}"],
)
def test_a_default_is_said_to_be_one(value: str) -> None:
    found = ref(f'model_id: "{value}"\n')
    assert (found.id, found.resolved_by) == ("acme/m-7b", ResolvedBy.DEFAULT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("model_name_or_path: ${MODEL}\n", "run time"),
        ("model_id: '{{ values.model }}'\n", "run time"),
        ("llm_model: <your model>\n", "run time"),
        ("base_model: ./out/llama\n", "folder"),
        ("env:\n  MODEL_ID: ${{ secrets.MODEL }}\n", "run time"),
    ],
)
def test_what_is_filled_in_later_is_dynamic(text: str, reason: str) -> None:
    (found,), _ = artefacts.references("a.yaml", text.encode())
    assert isinstance(found, DynamicModel) and reason in found.reason and found.line


def test_a_reference_that_leads_to_itself_ends() -> None:
    (found,), _ = artefacts.references("a.yaml", b"model_id: ${model_id}\n")
    assert isinstance(found, DynamicModel)


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("a/config.yaml", True),
        ("a/b.json", True),
        ("a/b.toml", True),
        (".env", True),
        (".env.example", True),
        ("prod.env", True),
        ("Modelfile", True),
        ("a/Modelfile.chat", True),
        ("Dockerfile", True),
        ("a/gpu.Dockerfile", True),
        ("run.sh", True),
        ("OAI_CONFIG_LIST.json", True),
        (".github/workflows/a.yml", True),
        ("a.py", False),
        ("a.ipynb", False),
        ("package-lock.json", False),
        ("uv.lock", False),
        ("pyproject.toml", False),
        ("m/tokenizer.json", False),
        ("m/config.json", False),
        ("m/model.safetensors.index.json", False),
        ("tests/cassettes/a.yaml", False),
        ("README.md", False),
        ("conda-lock.yml", False),
    ],
)
def test_claims(path: str, claimed: bool) -> None:
    assert artefacts.claims(path) is claimed


def test_env_files() -> None:
    text = "# MODEL=o1\nexport LLM_MODEL='gpt-4o' # x\nOPENAI_API_KEY=acme/secret-1\nEMBED_MODEL=acme/e-1\nMODEL=${X}\n"
    assert named(text, ".env.example") == [(2, "gpt-4o", "model"), (4, "acme/e-1", "model")]


def test_modelfiles() -> None:
    text = "# FROM x\nFROM llama3.1\nADAPTER ./lora.safetensors\nPARAMETER temperature 1\n"
    assert named(text, "Modelfile") == [(2, "llama3.1", "model"), (3, "./lora.safetensors", "adapter")]
    assert ref(f"FROM {HUB_SHORT}/a/b-GGUF:Q4\n", "Modelfile").id == "a/b-GGUF"
    assert ref("FROM ./m.gguf\n", "chat.Modelfile").route is Route.LOCAL


BROKEN = (
    ("a.yaml", b"model: [gpt-4o\n"),
    ("a.yaml", b"model: " + b"[" * 500),
    ("a.yaml", b"model: &a [*a]\n"),
    ("a.yaml", b"model: \x01\n"),
    ("a.json", b'{"model": '),
    ("a.json", b'{"model": ' + b"[" * 100_000),
    ("a.json", b'{"model": ' + b"[" * 300 + b"]" * 300 + b"}"),
    ("a.json", b'{"model": [' + b"1," * 250_000 + b"1]}"),
    ("a.toml", b"model = \n"),
    ("a.toml", b"model = " + b"[" * 20_000),
    ("a.yaml", b"model: x\n" * 300_000),
)


@pytest.mark.parametrize(("path", "data"), BROKEN)
def test_what_cannot_be_read_is_a_gap(path: str, data: bytes) -> None:
    refs, (gap,) = artefacts.references(path, data)
    assert (
        refs == () and gap.stage == "artefacts" and gap.location.path == path and "read" in gap.reason
    ) or "looked" in gap.reason


def test_a_broken_file_without_a_key_is_nobodys_business() -> None:
    assert artefacts.references("a.yaml", b"a: [b\n") == ((), ())


def test_references_are_bounded() -> None:
    text = "models:\n" + "".join(f"  - acme/m-{number}\n" for number in range(configuration.MOST + 10))
    refs, _ = artefacts.references("a.yaml", text.encode())
    assert len(refs) == configuration.MOST


def test_numbers_beyond_the_limits_of_integers_are_text() -> None:
    assert named('{"n": ' + "9" * 10_000 + ', "model": "gpt-4o"}', "a.json") == [(1, "gpt-4o", "model")]


def test_spelling_of_keys() -> None:
    assert {keys.spelled(key) for key in ("modelName", "model-name", "MODEL_NAME", "model.name", "_model_name")} == {
        "model_name"
    }
    assert keys.key("x" * 100) is None and keys.key("hub_model_id") is None
    assert keys.key("MY_CHAT_MODEL") == keys.Key() and keys.key("remodel") is None


def test_no_key_is_without_a_hint() -> None:
    named = [key for key in (*keys._KEYS, "my_chat_model", "judge_llm") if not key.endswith("dataset_name")]
    assert [key for key in named if not keys.hinted(f'"{key}": x'.encode())] == []
    assert keys.hinted(b"dataset_name: a/b") and not keys.hinted(b"task: x\ndataset_name: arc\n")


def test_values_keep_their_shape() -> None:
    (root,) = documents.read('{"a": [null, true, 1.5, "x"]}', ".json")
    assert [(node.text, node.quoted) for node in root.items[0].items] == [
        ("", False),
        ("true", False),
        ("1.5", False),
        ("x", True),
    ]


@given(
    st.sampled_from(["a.yaml", "a.json", "a.toml", ".env", "Modelfile", "a.sh", "Dockerfile"]), st.binary(max_size=300)
)
def test_no_bytes_raise(path: str, data: bytes) -> None:
    refs, gaps = artefacts.references(path, b"model: " + data)
    assert len(gaps) <= 1 and all(isinstance(each, ModelRef | DynamicModel) for each in refs)


@given(
    st.recursive(
        st.text(max_size=8),
        lambda inner: (
            st.dictionaries(
                st.sampled_from(
                    [
                        "model",
                        "name",
                        "id",
                        "datasets",
                        "dataset_mixer",
                        "env",
                        "command",
                        "model_args",
                        "path",
                        "value",
                    ]
                ),
                inner,
            )
            | st.lists(inner)
        ),
        max_leaves=12,
    )
)
def test_no_document_raises(value: object) -> None:
    import json

    refs, _ = artefacts.references("a.json", json.dumps({"model": value}).encode())
    assert all(each.line >= 0 for each in refs)
    assert all(each.kind in ModelKind for each in refs if isinstance(each, ModelRef))
