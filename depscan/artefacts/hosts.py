"""
Who serves models, by the ids they use and by the prefixes that say so (`azure/`, `openai:`).

The patterns come from the vendors' own lists, as their libraries state them. A plain word that is an id (`command`,
`ada`) is left out, and `o1` counts as a whole value only.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from depscan.model.models import Route


class Host(NamedTuple):
    """Who is asked, and whether it is the developer."""

    provider: str
    route: Route


def hosted(text: str) -> Host | None:
    """Who serves the model with this id; nothing if the id is none that a pattern knows."""
    for provider, pattern in _HOSTED:
        if pattern.fullmatch(text.lower()):
            return Host(provider, _THIRD if provider in {"bedrock", "groq"} else Route.DEVELOPER)
    return None


def prefixed(text: str) -> Host | None:
    """Who serves it, where the value itself says so in front of the id."""
    prefix, slash, rest = text.partition("/")
    if slash and _REST.fullmatch(rest):
        if given := _PROVIDERS.get(prefix):
            provider, route = given
            own = provider.startswith("vertex_ai") and rest.startswith(("gemini", "text-", "imagen", "veo"))
            return Host(provider, Route.DEVELOPER if own else route)
        if prefix in _NAMED and hosted(rest):
            return Host(_NAMED[prefix], Route.DEVELOPER)
    if found := _MARKED.fullmatch(text):
        provider = found[1]
        if provider == "ollama":
            return Host(provider, Route.LOCAL)
        return Host(provider, _THIRD if provider in _MARKED_THIRD else Route.DEVELOPER)
    return None


_THIRD = Route.THIRD_PARTY
_REST = re.compile(r"[\w.:/@-]+")
_PROVIDERS: dict[str, tuple[str, Route]] = {
    **{name: (name, _THIRD) for name in (
        "anyscale", "azure_ai", "baseten", "bedrock", "bedrock_converse", "cerebras", "deepinfra", "fireworks_ai",
        "github_copilot", "groq", "nebius", "nscale", "nvidia_nim", "openrouter", "perplexity", "sagemaker",
        "sambanova", "scaleway", "together_ai", "vertex_ai", "vertex_ai_beta", "watsonx",
    )},
    "azure": ("azure", _THIRD),
    **{name: (name, Route.DEVELOPER) for name in (
        "ai21", "codestral", "cohere_chat", "dashscope", "deepseek", "gemini", "jina_ai", "mistral", "moonshot",
        "text-completion-openai", "voyage", "xai",
    )},
    **{name: (name, Route.LOCAL) for name in ("ollama", "ollama_chat", "hosted_vllm", "lm_studio")},
    "litellm_proxy": ("litellm_proxy", Route.UNRESOLVED),
}  # fmt: skip
"""Prefixes that LiteLLM and those who follow it put before an id; none of them is the name of someone on the hub."""
_NAMED = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google": "google",
    "cohere": "cohere",
    "google_genai": "google",
}
"""Prefixes that are also names on the hub: what follows must be a hosted id."""
_MARKED = re.compile(r"(openai|anthropic|google_genai|google_vertexai|groq|mistralai|cohere|bedrock|azure_openai|"
                     r"ollama|xai|deepseek|together|fireworks|google-gla|google-vertex|azure)"
                     r":(?:chat:|completion:|messages:|embedding:)?([\w./:-]+)")  # fmt: skip
"""`openai:gpt-4o`."""
_MARKED_THIRD = frozenset({
    "groq", "bedrock", "azure_openai", "azure", "together", "fireworks", "google_vertexai", "google-vertex",
})  # fmt: skip

_HOSTED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (provider, re.compile(pattern))
    for provider, pattern in (
        (
            "openai",
            (
                r"(?:ft:)?gpt-(?:3\.5|35|[4-9])(?:[.-][\w.:-]+|o[\w.:-]*|v)?|chatgpt-[\w.-]+|o[134](?:-(?:mini|pro|preview|"
                r"deep-research)[\w.-]*|-20[\d-]+)?|text-embedding-(?:3-small|3-large|ada-002)|(?:text|code)-(?:davinci|curie|"
                r"babbage|ada|cushman)-[\w-]+|davinci(?:-002)?|babbage-002|curie|dall-e-[23]|gpt-image-[\w.-]+|gpt-(?:realtime|"
                r"audio|transcribe)[\w.-]*|whisper-1|tts-1[\w-]*|(?:omni|text)-moderation-[\w-]+|codex-mini[\w-]*|"
                r"computer-use-preview[\w-]*|sora-\d[\w-]*"
            ),
        ),
        ("anthropic", r"claude-(?:v?\d|instant|sonnet|opus|haiku|fable|mythos)[\w.@-]*"),
        (
            "google",
            (
                r"(?:models/)?(?:gemini-[\w.-]+|(?:text|chat|code|codechat)-bison[\w@.-]*|text-embedding-00\d|embedding-001|"
                r"text-multilingual-embedding-\d+|textembedding-gecko[\w@.-]*|imagen-\d[\w.@-]*|imagegeneration@\d+|veo-\d[\w.-]*)"
            ),
        ),
        (
            "mistral",
            (
                r"mistral-(?:tiny|small|medium|large|embed|saba|ocr)(?:-[\w.]+)?|open-mi[sx]tral-[\w.-]+|"
                r"(?:codestral|ministral|pixtral|magistral|devstral|voxtral)-[\w.-]*(?:latest|2[4-9]\d\d)[\w.-]*|codestral-embed"
            ),
        ),
        (
            "cohere",
            (
                r"command-(?:r|a|light|nightly|xlarge)[\w.-]*|embed-(?:english|multilingual)-[\w.-]+|embed-v\d[\w.]*|"
                r"rerank-(?:english-|multilingual-)?v\d[\w.]*"
            ),
        ),
        ("deepseek", r"deepseek-(?:chat|reasoner)"),
        ("xai", r"grok-(?:beta|\d|code|vision)[\w.-]*"),
        ("voyage", r"voyage-(?:\d|code|law|finance|large|lite|multilingual|multimodal|context)[\w.-]*"),
        ("ai21", r"j2-(?:ultra|mid|light)[\w.-]*|jamba-(?:\d|large|mini|instruct)[\w.-]*"),
        (
            "bedrock",
            (
                r"(?:(?:us|eu|apac|au|jp|global|us-gov|ca)\.)?(?:amazon|anthropic|meta|mistral|cohere|ai21|writer|deepseek|qwen|"
                r"openai|google|nvidia|moonshotai?|minimax|zai|twelvelabs|stability|luma)\.[a-z][\w.-]*\d[\w.-]*(?::\d+[\w:]*)?"
            ),
        ),
        ("qwen", r"qwen-(?:max|plus|turbo|flash|long|vl-max|vl-plus)[\w.-]*|qwen3-max[\w-]*|text-embedding-v\d"),
        ("moonshot", r"moonshot-v1-[\w-]+|kimi-(?:k\d|latest)[\w.-]*"),
        ("zhipu", r"glm-\d[\w.-]*"),
        ("minimax", r"minimax-m\d[\w.-]*|abab\d[\w.-]*"),
        (
            "groq",
            r"llama-3[\d.]*-\d+b-(?:instant|versatile|specdec|preview)|llama3-\d+b-8192|mixtral-8x7b-32768|gemma2?-\d+b-it",
        ),
        ("writer", r"palmyra-x[\w.-]*"),
        ("black-forest-labs", r"flux-(?:pro|kontext-pro|kontext-max)[\w.-]*|flux\.?-?1\.1-pro[\w-]*"),
    )
)
