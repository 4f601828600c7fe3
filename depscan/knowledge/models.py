"""
What is known of models by the ids that code names them with: releases of model families, each row with its source.

    lookup(ids)                the release each id belongs to, and those it was made from
    retirement(id)             the announced shutdowns of a hosted id, by source
    licence(id, name=, link=)  what the licence of a card, a header or a table amounts to

A brand is never judged, a release is: of the patterns that fit, the one with the most letters of its own wins. What a
row says holds for its developer's own uploads; another's upload is only inferred to be of the family.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from depscan.knowledge.model_terms import DATA, Terms, licence
from depscan.model.models import Access, Model, ModelKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["CERTAINTIES", "Known", "Terms", "licence", "lookup", "retirement"]

Shutdowns = Mapping[str, tuple[tuple[str, str], ...]]
"""By lower-case id, days and who says so."""
NONE: Shutdowns = MappingProxyType({})

CERTAINTIES = ("exact", "pattern", "inferred")
"""How surely an id is of a release: it is listed, a pattern fits, or it is another's upload whose name fits."""

COMPONENTS = (
    "inference_code",
    "training_code",
    "data_preparation_code",
    "training_data",
    "data_documentation",
    "technical_report",
    "evaluation_code",
)
"""What a row says of beside the weights: y, n, partly, or nothing when it was not seen."""

_HOSTS = re.compile(
    r"""accounts|anthropic|anyscale|azure|azure_ai|azure_openai|bedrock|bedrock_converse|cerebras|cloudflare|cohere
    |cohere_chat|converse|databricks|deepinfra|deepseek|fireworks|fireworks_ai|gemini|github|google|google-gla
    |google_genai|google_vertexai|google-vertex|groq|hosted_vllm|huggingface|jina_ai|litellm_proxy|lm_studio|mistral
    |mistralai|models|moonshot|nvidia_nim|ollama|ollama_chat|openai|openrouter|perplexity|replicate|sagemaker
    |sambanova|together|together_ai|vertex_ai|vllm|voyage|xai""",
    re.VERBOSE,
)
"""Words that routers put before an id to say whom to ask."""
_DEVELOPERS = ("anthropic/", "cohere/", "mistral/", "openai/")
"""What is put before an id to say that its developer is asked."""
_REGION = re.compile(r"(?:us|eu|apac|au|jp|ca|us-gov|global)\.(?=[a-z0-9]+\.)")
_HUB_ID = re.compile(r"[\w-][\w.-]{0,95}/[\w.-]{1,96}")
_COPY = re.compile(
    r"(?:[-_.](?:gguf|ggml|gptq|awq|exl2|mlx|onnx|ov|hf|fp8|fp16|bf16|int[48]|w[48]a(?:8|16)|q\d\w*|[234568](?:\.\d)?bit"
    r"|bnb|nf4|dynamic|imatrix|i1|unsloth|quantized))+$"
)
"""How uploads of converted weights end."""
_LEAST = 7
"""Letters a pattern must have of its own to infer from the name alone: `YOLO*` would take in yolos, `llama-*` much."""
_WILD = re.compile(r"\*|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Known:
    """What a source says of the model an id names."""

    model: Model
    """Family, developer, declared licence, models it was made from ...; not its access, openness and references."""
    weights: bool | None = None
    """Whether the weights can be downloaded."""
    components: tuple[tuple[str, str], ...] = ()
    """Of `COMPONENTS`, those of which something was seen."""
    framework: tuple[tuple[str, str], ...] = ()
    """Components as the Model Openness Framework names them, each with its licence; empty: not assessed."""
    framework_source: str = ""


@dataclass(frozen=True, slots=True)
class _Pattern:
    text: str
    literal: int
    """Letters of its own."""
    certainty: str
    row: Mapping[str, str]
    plain: bool = False
    """Of a hub, but without an organisation: `google/t5-x` is not `t5-x` asked for at Google's."""

    def fits(self, name: str) -> bool:
        return name.startswith(_beginning(self.text)) and _regex(self.text).fullmatch(name) is not None


def lookup(ids: Iterable[str], shutdowns: Shutdowns = NONE) -> Mapping[str, Known]:
    """
    What the embedded table says of each id, and of the models that these were made from; others are left out.

    `shutdowns` are announced ones that the embedded table of them may lack (`retirements.installed`).
    """
    found: dict[str, Known] = {}
    waiting = sorted(set(ids), reverse=True)
    while waiting:
        name = waiting.pop()
        if name not in found and (known := _retiring(name, _best(name), shutdowns)):
            found[name] = known
            waiting.extend(known.model.base_models)
    return MappingProxyType({name: found[name] for name in sorted(found)})


def retirement(id: str, shutdowns: Shutdowns = NONE) -> tuple[tuple[str, str], ...]:  # noqa: A002
    """The days on which a hosted model is shut down, and who says so; they may differ."""
    name = id.strip().lower()
    bare = name.partition("/")[2] if name.startswith(_DEVELOPERS) else ""
    told = {day for table in (_retirements(), shutdowns) for day in table.get(name) or table.get(bare, ())}
    return tuple(sorted(told))


# -- matching ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _best(id: str) -> _Pattern | None:  # noqa: A002
    """The pattern that fits best: on the id as written, else on what is left without its wrapping, else by name."""
    name = id.strip().lower()
    owned = name.partition("/")[0] in _organisations()
    for reading in _readings(name):
        likely = (pattern for pattern in _patterns() if reading == name or not (owned and pattern.plain))
        if found := _longest(pattern for pattern in likely if pattern.fits(reading)):
            sure = reading == name or found.certainty != CERTAINTIES[0]
            return found if sure else replace(found, certainty=CERTAINTIES[1])
    return _inferred(name)


def _readings(name: str) -> Iterator[str]:
    """The id as written, then without what routers, regions, tags and fine-tuning put around it."""
    yield name
    bare = name.split(":")[1] if name.startswith("ft:") else name
    while (parts := re.split("[/:]", bare, maxsplit=1))[1:] and _HOSTS.fullmatch(parts[0]):
        bare = parts[1]
        yield bare
    bare = _REGION.sub("", bare, count=1)
    yield bare
    for mark in (":", "@"):
        if (before := bare.partition(mark)[0]) not in {bare, ""}:
            yield before


def _inferred(name: str) -> _Pattern | None:
    """The family of somebody else's upload, by its name alone."""
    org, _, last = name.partition("/")
    if not _HUB_ID.fullmatch(name) or _HOSTS.fullmatch(org) or org in _organisations():
        return None
    names = (name, last, _COPY.sub("", last))
    likely = (pattern for pattern in _by_name() if pattern.literal >= _LEAST)
    return _longest(pattern for pattern in likely if any(map(pattern.fits, names)))


def _longest(patterns: Iterable[_Pattern]) -> _Pattern | None:
    return max(patterns, key=lambda pattern: (pattern.literal, pattern.text), default=None)


@cache
def _beginning(pattern: str) -> str:
    """What every id that fits begins with."""
    return _WILD.split(pattern, maxsplit=1)[0]


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """A glob whose `*` stays within one part of an id."""
    pieces = re.split(f"({_WILD.pattern})", pattern)
    return re.compile("".join(_piece(piece) for piece in pieces))


def _piece(text: str) -> str:
    return "[^/]*" if text == "*" else text if text.startswith("[") else re.escape(text)


# -- tables -----------------------------------------------------------------------------------------------------------


@cache
def _table(name: str) -> tuple[Mapping[str, str], ...]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        replace(_pattern(text, row, inferred=False), plain=column == "hub_ids" and "/" not in text)
        for row in _table("models")
        for column in ("hub_ids", "other_ids")
        for text in _split(row[column])
    )


def _pattern(text: str, row: Mapping[str, str], *, inferred: bool) -> _Pattern:
    literal = _WILD.sub("", text)
    certainty = CERTAINTIES[2] if inferred else CERTAINTIES[literal != text]
    return _Pattern(text.lower(), len(literal), certainty, row)


@cache
def _by_name() -> tuple[_Pattern, ...]:
    """What uploads by others are called: known ones, and the developers' own names without their organisation."""
    return tuple(
        _pattern(text, row, inferred=True)
        for row in _table("models")
        for text in (*_split(row["other_uploads"]), *map(_name, _split(row["hub_ids"])))
    )


def _name(id: str) -> str:  # noqa: A002
    return id.rpartition("/")[2]


@cache
def _organisations() -> frozenset[str]:
    texts = (text for row in _table("models") for text in _split(row["hub_ids"]))
    return frozenset(text.partition("/")[0].lower() for text in texts if "/" in text)


@cache
def _retirements() -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in _table("retirements"):
        found[row["id"].lower()].append((row["date"], row["source"]))
    return {name: tuple(sorted(told)) for name, told in found.items()}


@cache
def _framework() -> Mapping[str, tuple[Mapping[str, str], ...]]:
    found: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in _table("model_components"):
        found[row["family"]].append(row)
    return {family: tuple(rows) for family, rows in found.items()}


def _split(text: str) -> list[str]:
    return [part for part in map(str.strip, text.split(";")) if part]


def _retiring(name: str, pattern: _Pattern | None, shutdowns: Shutdowns) -> Known | None:
    """What is known, with the first announced shutdown; where sources differ the note tells them all."""
    known = _known(name, pattern) if pattern else None
    if not (days := retirement(name, shutdowns)):
        return known
    known = known or Known(Model(id=name, kind=ModelKind.MODEL, certainty=CERTAINTIES[0], source=days[0][1]))
    differ = len({day for day, _ in days}) > 1
    told = "announced shutdowns differ: " + ", ".join(f"{day} ({who})" for day, who in days) if differ else ""
    note = "; ".join(filter(None, (known.model.note, told)))
    return replace(known, model=replace(known.model, retires=days[0][0], note=note))


def _known(name: str, pattern: _Pattern) -> Known:
    row = pattern.row
    framework = _framework().get(row["family"], ())
    model = Model(
        id=name,
        kind=ModelKind.MODEL,
        access=Access.UNDECIDED,
        family=row["family"],
        developer=row["developer"],
        jurisdiction=row["jurisdiction"],
        licence=row["licence"],
        code_licence=row["code_licence"],
        base_models=tuple(_split(row["base_models"])),
        gated={"y": True, "n": False}.get(row["gated"]),
        certainty=pattern.certainty,
        note=row["note"],
        source=row["source"],
        retrieved=row["retrieved"],
    )
    return Known(
        model,
        {"y": True, "n": False}.get(row["weights"]),
        tuple((component, row[component]) for component in COMPONENTS if row[component]),
        tuple((each["component"], each["licence"]) for each in framework),
        framework[0]["source"] if framework else "",
    )
