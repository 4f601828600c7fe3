"""What an id says by itself: a name on a hub, a hosted model, a path, a placeholder; and who is asked for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan import regex
from depscan.model.models import ModelKind, Route

if TYPE_CHECKING:
    from depscan.code.models.patterns import Pattern

_WEIGHTS_NAMES = """
.pt .pth .bin .ckpt .pkl .safetensors .gguf .ggml .onnx .h5 .keras .tflite .engine .pb .msgpack .npz .mlmodel
.torchscript .params .pdparams .model
"""
_WEIGHTS = tuple(_WEIGHTS_NAMES.split())
_BUILDERS_NAMES = """
json csv parquet text arrow pandas xml imagefolder audiofolder videofolder webdataset generator sql pdffolder
"""
_BUILDERS = frozenset(_BUILDERS_NAMES.split())
"""Readers of local files that datasets.load_dataset knows by name."""
_PLACEHOLDER = regex.compile(
    r"<.*>|(?:/|\./)?path[/_]to[/_].*|your[-_ ].*|.*/your[-_].*|\.\.\.|model[-_]?(?:id|name)|xxx.*", re.IGNORECASE
)
_FOLDERS = "data|outputs?|out|ckpts?|checkpoints?|models?|weights|results?|runs|logs|saved?_?models?|tmp|exp|work_dirs?"
_LOCAL = regex.compile(rf"[./~\\].*|[A-Za-z]:[\\/].*|(?:{_FOLDERS})/.*|.*/|[\w.\-]*checkpoints?", re.DOTALL)
_FETCHED = regex.compile(r"(?:\./)?(?:models?|weights|pretrained[\w\-]*|model_zoo)/[^/]+/.+", re.IGNORECASE)
"""Below a folder that others' weights are put in."""
_RELEASED = regex.compile(r"(?:\./)?(?:checkpoints?|ckpts?)/[^/]*\d[^/]*", re.IGNORECASE)
"""A file beside one's own checkpoints: a number in its name is that of a release, unless it is called like those."""
_ID = regex.compile(r"[\w.:@+\-]+(?:/[\w.:@+\-]+)*")
_THIRD_NAMES = """
azure bedrock groq together together_ai fireworks fireworks_ai huggingface replicate sagemaker openrouter nvidia
nvidia_nim deepinfra anyscale cerebras sambanova portkey databricks watsonx modelscope baseten
github novita hyperbolic nebius vercel ollama_cloud oci cloudflare snowflake
"""
_THIRD = frozenset(_THIRD_NAMES.split())
_OWN = regex.compile(
    r"(?:.*[^a-z])?(?:ckpt|checkpoint|best|last|latest|final|epoch|step|optim|optimizer|scheduler|scaler|pytorch_model"
    r"|state|training_args|random|ema|cache)(?:[^a-z].*|s)?"
    r"|(?:model|weights?|adapter_model|lora|data|out|output|tmp|test|train|val|x|foo|params|embeddings?|generator"
    r"|discriminator|diffusion_pytorch_model|vae|unet|lit_model|consolidated|policy|file|\*?)(?:[-_.]?[\d*])*+"
)
"""What a training calls its own files."""
_LOCAL_HOSTS_NAMES = """
ollama ollama_chat vllm hosted_vllm lm_studio llamafile xinference local transformers llama_cpp
"""
_LOCAL_HOSTS = frozenset(_LOCAL_HOSTS_NAMES.split())
_DEVELOPERS_NAMES = """
openai text-completion-openai anthropic google gemini google_genai google_vertexai google-gla google-vertex vertex_ai
vertex_ai_beta vertex mistral mistralai cohere cohere_chat deepseek xai perplexity ai21 voyage jina_ai moonshot zai
zhipu dashscope minimax meta_llama meta nlp_cloud aleph_alpha writer stability elevenlabs
"""
_DEVELOPERS = frozenset(_DEVELOPERS_NAMES.split())
_NAMES = _THIRD | _LOCAL_HOSTS | _DEVELOPERS


def local_reason(text: str, pattern: Pattern) -> str:
    """Why a text names no model that anyone else has; empty when it does."""
    if pattern.kind == "dataset" and text in _BUILDERS:
        return "local files"
    if not text or "{" in text or _PLACEHOLDER.fullmatch(text):
        return "a placeholder"
    if text.lower() in _NAMES:
        return "the name of a provider"
    if pattern.route == "hosted":
        return "" if _ID.fullmatch(text) else "no id of a model"
    if _is_path(text) and not is_weights(text):
        return "a local path"
    return "" if _ID.fullmatch(text) or is_weights(text) or _is_url(text) else "no id of a model"


def is_weights(text: str) -> bool:
    """Whether it ends like a file of weights."""
    return text.lower().endswith(tuple(_WEIGHTS)) and "\n" not in text


def is_own_checkpoint(text: str) -> bool:
    """Whether a file of weights is called like what a training writes."""
    if _FETCHED.fullmatch(text):
        return False
    stem = text.rpartition("/")[2].rpartition(".")[0].lower()
    if _is_path(text) and not _RELEASED.fullmatch(text):
        return True
    return _OWN.fullmatch(stem) is not None


def _is_path(text: str) -> bool:
    return not _is_url(text) and (_LOCAL.fullmatch(text) is not None or text.count("/") > 2 or "\\" in text)


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://", "hf://", "s3://", "gs://"))


def kind_of(pattern: Pattern, repo_type: str) -> ModelKind:
    """What the call names."""
    if pattern.kind == "model-or-dataset":
        return ModelKind.DATASET if repo_type == "dataset" else ModelKind.MODEL
    return {
        "model-part": ModelKind.PART,
        "adapter": ModelKind.ADAPTER,
        "dataset": ModelKind.DATASET,
    }.get(pattern.kind, ModelKind.MODEL)


def route_of(pattern: Pattern, text: str, provider: str, *, moved: bool) -> tuple[Route, str]:
    """Where it runs, and who is asked; `moved` when the client is pointed elsewhere."""
    if pattern.route == "local":
        return Route.LOCAL, provider or pattern.provider
    provider = provider or pattern.provider
    if pattern.route == "either" and not provider:
        provider = prefix_of(text)
    if moved:
        return Route.UNRESOLVED, provider
    if provider in _LOCAL_HOSTS:
        return Route.LOCAL, provider
    if provider in _THIRD or provider.startswith(("bedrock", "azure")):
        return Route.THIRD_PARTY, provider
    if provider in _DEVELOPERS:
        return Route.DEVELOPER, provider
    return Route.UNRESOLVED, provider


def prefix_of(text: str) -> str:
    """`groq` of `groq/llama-3.1-8b` and of `groq:llama-3.1-8b`; empty when it is none that is known."""
    head = re.split(r"[/:]", text, maxsplit=1)[0].lower()
    return head if head in _THIRD | _LOCAL_HOSTS | _DEVELOPERS and head != text.lower() else ""


def hub_address(text: str) -> str:
    """`org/name` of an address on the Hugging Face hub; the text itself otherwise."""
    found = re.match(r"(?:https?://(?:huggingface|hf)\.co/|hf://)(?:datasets/)?([\w.\-]+/[\w.\-]+)", text)
    return found[1] if found else text
