"""Beside the id: what it is, where it runs, who is asked, which revision, and whether foreign code is trusted."""

from __future__ import annotations

import ast
import textwrap

import pytest

from depscan.code.models import find
from depscan.model.models import HUB, ModelKind, ModelRef, Route

LOCAL, DEVELOPER, THIRD, OPEN = Route.LOCAL, Route.DEVELOPER, Route.THIRD_PARTY, Route.UNRESOLVED


def refs(source: str) -> tuple[ModelRef, ...]:
    text = textwrap.dedent(source)
    return find("app.py", ast.parse(text), text.encode())[0]


KINDS = {
    "from transformers import AutoModel\nAutoModel.from_pretrained('a/b')": ModelKind.MODEL,
    "from transformers import BertTokenizerFast\nBertTokenizerFast.from_pretrained('a/b')": ModelKind.PART,
    "from transformers import AutoConfig\nAutoConfig.from_pretrained('a/b')": ModelKind.PART,
    "from transformers import CLIPImageProcessor\nCLIPImageProcessor.from_pretrained('a/b')": ModelKind.PART,
    "from diffusers import DDIMScheduler\nDDIMScheduler.from_pretrained('a/b')": ModelKind.PART,
    "from peft import PeftModel\nPeftModel.from_pretrained(base, 'a/b')": ModelKind.ADAPTER,
    "from peft import AutoPeftModelForCausalLM as M\nM.from_pretrained('a/b')": ModelKind.ADAPTER,
    "from diffusers import FluxPipeline\nFluxPipeline().load_lora_weights('a/b')": ModelKind.ADAPTER,
    "from datasets import load_dataset\nload_dataset('a/b')": ModelKind.DATASET,
    "from huggingface_hub import snapshot_download\nsnapshot_download('a/b')": ModelKind.MODEL,
    "from huggingface_hub import snapshot_download\nsnapshot_download('a/b', repo_type='dataset')": ModelKind.DATASET,
    f"U = 'https://{HUB}/datasets/a/b/resolve/main/x.json'": ModelKind.DATASET,
}


@pytest.mark.parametrize(("source", "kind"), KINDS.items())
def test_kind(source: str, kind: ModelKind) -> None:
    assert [(ref.id, ref.kind) for ref in refs(source)] == [("a/b", kind)]


ROUTES = {
    "from transformers import AutoModel\nAutoModel.from_pretrained('a/b')": (LOCAL, ""),
    "from openai import OpenAI\nOpenAI().responses.create(model='m')": (DEVELOPER, "openai"),
    "from openai import OpenAI\nOpenAI(base_url=None).responses.create(model='m')": (DEVELOPER, "openai"),
    "from openai import OpenAI\nOpenAI(base_url='http://localhost').responses.create(model='m')": (OPEN, "openai"),
    ("from openai import OpenAI\nimport os\nc = OpenAI(base_url=os.environ['X'])\n"
"c.responses.create(model='m')"): (OPEN, "openai"),
    "from openai import OpenAI\nc = OpenAI(base_url=u)\ndef f(): c.responses.create(model='m')": (OPEN, "openai"),
    "from openai import AzureOpenAI\nAzureOpenAI().chat.completions.create(model='m')": (THIRD, "azure"),
    "import openai\nopenai.api_base = 'http://x'\nopenai.ChatCompletion.create(model='m')": (OPEN, "openai"),
    "def f(c): c.chat.completions.create(model='m')": (OPEN, ""),
    "from anthropic import Anthropic\nAnthropic().messages.create(model='m')": (DEVELOPER, "anthropic"),
    "from anthropic import AnthropicBedrock\nAnthropicBedrock().messages.create(model='m')": (THIRD, "bedrock"),
    "from groq import Groq\nGroq().chat.completions.create(model='m')": (THIRD, "groq"),
    "from together import Together\nTogether().chat.completions.create(model='m')": (THIRD, "together"),
    "import replicate\nreplicate.run('a/b')": (THIRD, "replicate"),
    "from huggingface_hub import InferenceClient\nInferenceClient('a/b')": (THIRD, "huggingface"),
    "import litellm\nlitellm.completion(model='groq/m')": (THIRD, "groq"),
    "import litellm\nlitellm.completion(model='ollama/m')": (LOCAL, "ollama"),
    "import litellm\nlitellm.completion(model='anthropic/m')": (DEVELOPER, "anthropic"),
    "import litellm\nlitellm.completion(model='m')": (OPEN, ""),
    "import litellm\nlitellm.completion(model='m', custom_llm_provider='groq')": (THIRD, "groq"),
    "from langchain.chat_models import init_chat_model\ninit_chat_model('openai:m')": (DEVELOPER, "openai"),
    ("from langchain.chat_models import init_chat_model\n"
"init_chat_model('m', model_provider='openai')"): (DEVELOPER, "openai"),
    "from langchain_openai import ChatOpenAI\nChatOpenAI(model='m')": (DEVELOPER, "openai"),
    "from langchain_openai import ChatOpenAI\nChatOpenAI(model='m', base_url='http://x')": (OPEN, "openai"),
    "from langchain_openai import ChatOpenAI\nChatOpenAI(model='m', openai_api_base='http://x')": (OPEN, "openai"),
    "from langchain_aws import ChatBedrock\nChatBedrock(model_id='m')": (THIRD, "bedrock"),
    "import ollama\nollama.chat(model='m')": (LOCAL, "ollama"),
    "from vertexai.language_models import TextGenerationModel as M\nM.from_pretrained('m')": (DEVELOPER, "vertex"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), ROUTES.items())
def test_route(source: str, expected: tuple[Route, str]) -> None:
    assert [(ref.route, ref.provider) for ref in refs(source)] == [expected]


LOAD = "from transformers import AutoModel\n{}AutoModel.from_pretrained('a/b', {})"
REVISIONS = {
    LOAD.format("", "revision='abc'"): ("abc", False),
    LOAD.format("R = 'abc'\n", "revision=R"): ("abc", False),
    LOAD.format("", "revision=r"): ("", False),
    LOAD.format("", "trust_remote_code=True"): ("", True),
    LOAD.format("", "trust_remote_code=False"): ("", False),
    LOAD.format("T = True\n", "revision='v1', trust_remote_code=T"): ("v1", True),
    LOAD.format("K = dict(trust_remote_code=True, revision='v1')\n", "**K"): ("v1", True),
    "import torch\ntorch.hub.load('a/b:v1', 'm')": ("v1", False),
}


@pytest.mark.parametrize(("source", "expected"), REVISIONS.items())
def test_revision_and_trust(source: str, expected: tuple[str, bool]) -> None:
    assert [(ref.revision, ref.trust_remote_code) for ref in refs(source)] == [expected]


def test_pattern_is_what_a_person_would_write() -> None:
    source = (
        "from openai import OpenAI\nc = OpenAI()\nc.chat.completions.create(model='m')\n"
        "def f(d): d.messages.create(model='n')"
    )
    assert {ref.id: ref.pattern for ref in refs(source)} == {
        "m": "openai.OpenAI.chat.completions.create",
        "n": "*.messages.create",
    }


def test_tells_the_line_of_the_call() -> None:
    assert [ref.line for ref in refs("from datasets import load_dataset\n\n\nx = load_dataset(\n  'squad'\n)")] == [4]
