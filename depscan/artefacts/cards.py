"""What lies beside weights and speaks of them: `config.json` and its like, and the front matter of a model's README."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from depscan import yamltree
from depscan.artefacts import ids
from depscan.artefacts.window import Header, shorten

if TYPE_CHECKING:
    from depscan.yamltree import Node

CONFIGS = frozenset({"config.json", "adapter_config.json", "model_index.json"})
MOST_BASES = 20

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_UNDECIDED = frozenset({"other", "unknown"})


def config(data: bytes) -> Header | None:
    """What a configuration of the transformers, diffusers or peft libraries says; nothing if it is none of theirs."""
    try:
        told = json.loads(data, parse_int=float, parse_constant=float)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ValueError("it is not valid JSON") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(told, dict):
        return None
    first = told.get("architectures")
    architecture = next((_text(each) for each in first if _text(each)), "") if isinstance(first, list) else ""
    architecture = architecture or _text(told.get("_class_name")) or _text(told.get("model_type"))
    base = _text(told.get("base_model_name_or_path")) if "peft_type" in told else ""
    known = "architectures" in told or "_diffusers_version" in told or "transformers_version" in told or base
    if not known and not ("model_type" in told and ("hidden_size" in told or "d_model" in told)):
        return None
    name = _text(told.get("_name_or_path"))
    return Header(
        id=name if ids.read(name, sure=True) and not ids.is_path(name) else "",
        base_models=(base,) if base else (),
        architecture=architecture or _text(told.get("peft_type")),
    )


def front_matter(text: str) -> Header | None:
    """What the README of a model says in its first lines; nothing if it has no such lines. ValueError if they break."""
    found = _FRONT.match(text)
    if found is None:
        return None
    root = yamltree.parse(found[1])
    if root is None or root.kind != "mapping":
        return None
    licence = " AND ".join(dict.fromkeys(_scalars(root.get("license"))))
    name, link = (" ".join(_scalars(root.get(key))) for key in ("license_name", "license_link"))
    if not licence or licence.lower() in _UNDECIDED:
        licence = name or link or licence
    return Header(
        id=next(iter(_scalars(root.get("model_id"))), ""),
        licence=shorten(licence),
        base_models=tuple(dict.fromkeys(_scalars(root.get("base_model"))))[:MOST_BASES],
        architecture="",
    )


def _scalars(node: Node | None) -> list[str]:
    if node is None:
        return []
    nodes = [node] if node.kind == "scalar" else node.items if node.kind == "sequence" else []
    return [shorten(each.text) for each in nodes if each.kind == "scalar" and each.text.strip()]


def _text(value: Any) -> str:
    return shorten(value) if isinstance(value, str) else ""
