"""
What files beside the code say of models: configuration that names them, and weights that lie in the tree.

Nothing is loaded. A configuration file is parsed under limits and its values are judged by key and by shape; of a file
of weights a bounded number of bytes is read (`Part`), never its body.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.artefacts import configuration, documents, keys, plain, weights
from depscan.artefacts.configuration import Named
from depscan.artefacts.hubcache import cached, caches, is_ref
from depscan.artefacts.weights import is_weights
from depscan.artefacts.window import Part
from depscan.model import Gap, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Named", "Part", "cached", "caches", "claims", "is_ref", "is_weights", "references", "weights"]

VERSION = "2"
"""Part of every cache key: raised when the same bytes give another answer than before."""

LIMIT = 2_000_000
"""Bytes of a configuration file; what is larger is data."""

_DOCUMENTS = re.compile(r".*(\.ya?ml|\.json|\.toml)", re.IGNORECASE)
_LINES: tuple[tuple[re.Pattern[str], Callable[[str], Iterator[Named]]], ...] = (
    (re.compile(r"(?:.*\.)?modelfile(?:[.-].*)?", re.IGNORECASE), plain.modelfile),
    (re.compile(r"\.env(?:\..+)?|.+\.env(?:\.\w+)?"), plain.environment),
    (re.compile(r".*\.(?:ba)?sh|(?:.*\.)?(?:docker|container)file(?:[.-].*)?", re.IGNORECASE), plain.script),
)
_NOT_READ = re.compile(
    r"package(-lock)?\.json|.*\.lock|.*lock\.(?:json|ya?ml|toml)|tsconfig.*\.json|.*\.schema\.json|tokenizer\.json|"
    r"vocab\.json|.*\.index\.json|special_tokens_map\.json|added_tokens\.json|merges\.json|.*\.ipynb|pyproject\.toml|"
    r"config\.json|adapter_config\.json|model_index\.json|tokenizer_config\.json|codecov\.ya?ml|mkdocs\.ya?ml",
    re.IGNORECASE,
)
"""Names of files that hold no choice of a model, or say of the weights beside them what `weights` reads."""
_RECORDED = frozenset({"cassettes", "cassette", "__snapshots__", "fixtures"})
"""Folders of recorded answers."""


def claims(path: str) -> bool:
    """Whether `references` reads the file at `path`."""
    *folders, name = path.split("/")
    return _format(name) is not None and not _NOT_READ.fullmatch(name) and _RECORDED.isdisjoint(folders)


def references(path: str, data: bytes) -> tuple[tuple[Named, ...], tuple[Gap, ...]]:
    """The models and datasets that the configuration file at `path` names, and what of it could not be read."""
    name = path.rpartition("/")[2]
    if not keys.hinted(data) and "modelfile" not in name.lower():
        return (), ()
    if len(data) > LIMIT:
        return (), (_gap(path, f"{len(data):,} bytes: too large for configuration; not looked through for models"),)
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for pattern, read in _LINES:
        if pattern.fullmatch(name):
            return tuple(dict.fromkeys(read(text))), ()
    found = _DOCUMENTS.fullmatch(name)
    try:
        trees = documents.read(text, found[1].lower() if found else ".json")
        return tuple(configuration.read(trees)), ()
    except ValueError as error:
        return (), (_gap(path, f"models named here were not read: {error}"),)


def _format(name: str) -> object:
    if _DOCUMENTS.fullmatch(name) or name.startswith("OAI_CONFIG_LIST"):
        return _DOCUMENTS
    return next((pattern for pattern, _ in _LINES if pattern.fullmatch(name)), None)


def _gap(path: str, reason: str) -> Gap:
    return Gap("artefacts", Location(path), reason)
