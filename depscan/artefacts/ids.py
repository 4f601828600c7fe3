"""
What the id of a model or a dataset looks like: on a hub, with a host, or as a file of weights.

A key of a configuration file says little of its value, so the value must speak for itself, unless the key is one that
holds nothing else (`sure`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from depscan.artefacts import hosts
from depscan.model.models import Route

LONGEST = 200
"""Characters of an id; a hub allows 96 for each half."""


class Id(NamedTuple):
    """A model or dataset as a value names it."""

    id: str
    route: Route = Route.LOCAL
    provider: str = ""
    revision: str = ""
    dataset: bool = False
    """Whether the value itself says that it is a dataset."""


def read(text: str, *, sure: bool = False, tags: bool = False, dataset: bool = False) -> Id | None:
    """
    What `text` names, if it is the id of a model.

    `sure`: the key takes nothing else, so a bare name (`gpt2`) is one. `tags`: Ollama reads it (`llama3`).
    `dataset`: a dataset is looked for, which no host and no file of weights is.
    """
    text = text.strip()
    if not 1 < len(text) <= LONGEST or not text.isascii() or " " in text or not text.isprintable():
        return None
    if found := _address(text):
        return found
    if dataset:
        return _hub(text, plain=sure, known=True)
    return (
        _tag(text, plain=tags)
        or _served(text)
        or _file(text)
        or _hub(text, plain=sure, known=sure)
        or (Id(text, Route.UNRESOLVED) if _SIZED.fullmatch(text) else None)
    )


def is_path(text: str) -> bool:
    """Whether it reads as a file or folder of the machine at hand."""
    head = text.split("/", maxsplit=1)[0]
    return text.startswith(("/", ".", "~", "file:")) or "\\" in text or head.lower() in _FOLDERS or text.count("/") > 1


def is_weights(text: str) -> bool:
    """Whether it is named as a file of weights."""
    return _WEIGHTS.search(text) is not None


_HUB = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,94}[\w])?/[A-Za-z0-9_](?:[\w.-]{0,94}[\w])?")
_BARE = re.compile(r"[A-Za-z][\w.-]{2,95}")
_TELLING = re.compile(r"[\d-]")
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(datasets/)?([\w.-]+/[\w.-]+)"
    r"(?:/(?:resolve|blob|tree|raw)/([\w.-]+))?(?:[/?:].*)?"
)
_NO_OWNERS = frozenset({
    "api", "blog", "chat", "collections", "course", "datasets", "docs", "inference-api", "join", "learn", "models",
    "new", "organizations", "papers", "pricing", "settings", "spaces", "tasks", "welcome",
})  # fmt: skip
"""First parts of the hub's addresses that are no one's name."""
_FOLDERS = frozenset({
    ".", "..", "app", "artifacts", "assets", "base", "bin", "build", "cache", "checkpoint", "checkpoints", "ckpt",
    "ckpts", "conf", "config", "configs", "core", "data", "dataset", "datasets", "dist", "docs", "download",
    "downloads", "examples", "exp", "experiments", "files", "home", "input", "inputs", "lib", "local", "log", "logs",
    "mnt", "model", "models", "modules", "opt", "out", "output", "outputs", "path", "pretrained", "pretrained_models",
    "resources", "results", "root", "run", "runs", "save", "saved", "saved_models", "saves", "scripts", "src", "temp",
    "test", "tests", "tmp", "train", "training", "usr", "utils", "var", "weights", "work_dirs", "workspace",
})  # fmt: skip
"""First parts of paths; nobody's models are looked for there."""
_MEDIA = frozenset({"application", "audio", "chemical", "example", "font", "image", "message", "multipart", "text",
                    "video"})  # fmt: skip
"""First parts of media types (`text/plain`)."""
_PLACEHOLDERS = frozenset({
    "auto", "automatic", "base", "best", "custom", "default", "disabled", "dummy", "false", "inherit", "last",
    "latest", "local", "main", "model", "name", "none", "null", "off", "org", "path", "pretrained", "random", "same",
    "scratch", "string", "tbd", "todo", "true", "unknown", "unset", "yes", "hf", "huggingface", "vllm", "your",
})  # fmt: skip
_PLACEHOLDER = re.compile(
    r"(?:your|my|some|path|the)[-_]?(?:org|name|user(?:name)?|model|hf|repo|account|company|to)?\b.*|x{3,}.*|"
    r"(?:org|user(?:name)?|owner|namespace|foo)/.*",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"\.(?:ya?ml|json[lc5]?|toml|py|txt|md|sh|csv|tsv|parquet|ini|cfg|conf|log|html?|xml|png|jpe?g|svg|zip|tar|gz|git|"
    r"js|ts|tsx|lock|sql|db|so|whl|proto|tf|ipynb|jinja2?|wav|mp[34]|pdf)$",
    re.IGNORECASE,
)
_WEIGHTS = re.compile(
    r"\.(?:safetensors|gguf|ggml|onnx|pth?|ckpt|pkl|joblib|h5|keras|tflite|nemo|mlmodel|engine|pt2)$", re.IGNORECASE
)
_FILE = re.compile(r"[\w./~@:+-]*\w" + _WEIGHTS.pattern, re.IGNORECASE)

_TAGGED = re.compile(
    r"(?:llama[23](?:\.\d)?|llama4|codellama|mistral|mixtral|mistral-nemo|gemma\d?n?|phi\d?(?:\.\d)?|qwen[\d.]*|qwq|"
    r"deepseek-(?:r1|coder|v\d[\w.]*)|gpt-oss|granite[\w.-]*|smollm\d?|nomic-embed-text|mxbai-embed-large|bge-m3|"
    r"starcoder2?|codegemma|command-r(?:-plus)?|tinyllama|orca-mini|vicuna|llava|solar|falcon\d?|yi|nemotron[\w-]*|"
    r"snowflake-arctic-embed|all-minilm|devstral|magistral|olmo2)(?::[\w.-]{1,60})"
)
_SIZED = re.compile(
    r"(?:meta-)?(?:codellama|llama|vicuna|qwen|mixtral|mistral|falcon|gemma|phi|yi|olmo|pythia|deepseek|opt|bloomz?|"
    r"granite|gpt-(?:neo|oss|j|neox)|starcoder)-?[\w.-]*?\d+(?:\.\d+)?[bm](?:-[\w.-]+)?",
    re.IGNORECASE,
)
"""`llama-3.1-8b-instruct`: the name of an open model with its size; who serves it, the value does not say."""
_TAG = re.compile(r"[A-Za-z0-9][\w.-]{0,80}(?:/[A-Za-z0-9][\w.-]{0,80})?(?::[\w.-]{1,60})?")


def _address(text: str) -> Id | None:
    found = _ADDRESS.fullmatch(text)
    if found is None or found[2].partition("/")[0] in _NO_OWNERS:
        return None
    return Id(found[2].removesuffix(".git"), Route.LOCAL, "", found[3] or "", dataset=bool(found[1]))


def _tag(text: str, *, plain: bool) -> Id | None:
    if plain:
        known = _TAG.fullmatch(text) and not is_path(text) and text.lower() not in _PLACEHOLDERS
        return Id(text, Route.LOCAL, "ollama") if known else None
    return Id(text, Route.LOCAL, "ollama") if _TAGGED.fullmatch(text) else None


def _served(text: str) -> Id | None:
    """An id of someone who serves models, with or without their name in front."""
    if text.startswith("huggingface/") and (found := _hub(text.removeprefix("huggingface/"), plain=False, known=True)):
        return Id(found.id, Route.UNRESOLVED, "huggingface")
    host = None if _NO_MODEL.search(text) else hosts.prefixed(text) or hosts.hosted(text)
    return Id(text, host.route, host.provider) if host else None


def _file(text: str) -> Id | None:
    return Id(text, Route.LOCAL) if _FILE.fullmatch(text) and "://" not in text else None


def _hub(text: str, *, plain: bool, known: bool) -> Id | None:
    """`owner/name`; where the key does not decide (`known`), the name must not be a mere word."""
    if _NO_MODEL.search(text) or _PLACEHOLDER.fullmatch(text) or text.lower() in _PLACEHOLDERS:
        return None
    if "/" not in text:
        return Id(text) if plain and _BARE.fullmatch(text) else None
    owner, _, name = text.partition("/")
    if not _HUB.fullmatch(text) or ".." in text or "--" in text or owner.lower() in _FOLDERS | _MEDIA:
        return None
    return Id(text) if known or (_TELLING.search(name) and not owner.isdecimal()) else None
