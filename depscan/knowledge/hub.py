"""
What the model hub says today of named models and datasets: licence, base models, gating, revision, weights.

    lookup(models, datasets, today=)   by id; what fails is a gap

Only the ids that are asked for leave the machine, and no token or password with them. The fields are those of
huggingface_hub's `ModelInfo`; the hub's address is that of `HF_ENDPOINT`, or the one huggingface_hub is set up with.
Answers are bounded and kept as those of the package index are.
"""

from __future__ import annotations

import importlib
import os
import re
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec

from depscan.knowledge import endpoints, http
from depscan.knowledge.model_terms import licence
from depscan.knowledge.models import Known
from depscan.model import Gap, Location
from depscan.model.models import Model, ModelKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

DATASETS = "datasets/"
"""Before the id of a dataset, where it could be taken for a model's."""

_ID = re.compile(r"(?:[A-Za-z0-9][\w.-]{0,95}/)?[A-Za-z0-9][\w.-]{0,95}")
_WEIGHTS = (".safetensors", ".bin", ".gguf", ".onnx", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".pkl")
_LIMITS = http.Limits(answer=15.0, size=4 << 20, tries=2)
_PLACE = Location("model hub")
_SHOWN = 12
"""Ids that a gap names before it counts."""
_YES = frozenset({"1", "ON", "TRUE", "YES"})
_NO_ADDRESS = "no model hub to ask is known: install depscan-ml[hub], or name one with HF_ENDPOINT"


class _File(msgspec.Struct):
    rfilename: str = ""


class _Card(msgspec.Struct):
    license: str | list[str] | None = None
    license_name: str | None = None
    license_link: str | None = None
    base_model: str | list[str] | None = None


class _Info(msgspec.Struct, rename="camel"):
    sha: str | None = None
    gated: bool | str | None = None
    card_data: _Card | None = None
    siblings: list[_File] | None = None


class _Told(NamedTuple):
    """What was learnt of one id, or why nothing was."""

    known: Known | None
    lost: str = ""


def is_id(name: str) -> bool:
    """Whether a hub could have a model of that name."""
    return _ID.fullmatch(name) is not None and ".." not in name and "--" not in name


def lookup(
    models: Iterable[str],
    datasets: Iterable[str] = (),
    *,
    today: str,
    folder: Path | None = None,
    workers: int = 4,
    deadline: float = 60.0,
    limits: http.Limits = _LIMITS,
) -> tuple[Mapping[str, Known], tuple[Gap, ...]]:
    """
    Ask for each id; names that cannot be a hub's are not asked for. The ids of datasets come back after `DATASETS`.

    Answers are kept in the cache in `folder`; `deadline` is in seconds and for everything. `today` is the ISO date.
    """
    wanted = sorted({*filter(is_id, models), *(DATASETS + name for name in datasets if is_id(name))})
    if not wanted:
        return {}, ()
    if os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in _YES:
        return {}, (Gap("knowledge", _PLACE, f"HF_HUB_OFFLINE is set; {_listed(wanted)} were not looked up"),)
    base = endpoint()
    if not endpoints.shown(base).startswith(("http://", "https://")):
        return {}, (Gap("knowledge", _PLACE, f"{_NO_ADDRESS}; {_listed(wanted)} were not looked up"),)
    host = http.Host(base, {}, time.monotonic() + deadline, limits, _asked_keyring=True)
    slices = [part for at in range(workers) if (part := wanted[at::workers])]
    with ThreadPoolExecutor(len(slices)) as pool:
        told = dict(pair for part in pool.map(lambda names: _ask(host, folder, names, today), slices) for pair in part)
    lost: defaultdict[str, list[str]] = defaultdict(list)
    for name in wanted:
        if reason := told[name].lost:
            lost[reason].append(name)
    gaps = (Gap("knowledge", _PLACE, f"{_listed(names)}: {reason}") for reason, names in lost.items())
    found = {name: known for name in wanted if (known := told[name].known)}
    return found, tuple(sorted(gaps))


def endpoint() -> str:
    """Return the address of the hub, as huggingface_hub is set up; empty when neither it nor the environment says."""
    if chosen := os.environ.get("HF_ENDPOINT", "").strip():
        return chosen.rstrip("/")
    try:
        constants: Any = importlib.import_module("huggingface_hub.constants")
    except ImportError:
        return ""
    return str(getattr(constants, "ENDPOINT", "")).rstrip("/")


def _ask(host: http.Host, folder: Path | None, names: Sequence[str], today: str) -> list[tuple[str, _Told]]:
    with http.Client(host, folder) as client:
        return [(name, _one(client, host.url, name, today)) for name in names]


def _one(client: http.Client, base: str, name: str, today: str) -> _Told:
    kind = "" if name.startswith(DATASETS) else "models/"
    answer = client.get(f"{base}/api/{kind}{quote(name)}")
    if isinstance(answer, http.Failure):
        if answer.status in {401, 403, 404}:
            return _Told(None, "the hub has none of that name that everybody may see")
        return _Told(None, f"the hub {answer.reason}; try again later")
    try:
        info = msgspec.json.decode(answer.body, type=_Info)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Told(None, "the hub's answer could not be understood")
    stale = f"the hub {answer.stale}; what it said on {answer.day} is used" if answer.stale else ""
    return _Told(_known(name, info, answer.day if answer.stale else today), stale)


def _known(name: str, info: _Info, day: str) -> Known:
    card = info.card_data or _Card()
    terms = licence(" AND ".join(_many(card.license)), card.license_name or "", card.license_link or "")
    model = Model(
        id=name.removeprefix(DATASETS),
        kind=ModelKind.DATASET if name.startswith(DATASETS) else ModelKind.MODEL,
        licence=terms.expression,
        base_models=tuple(dict.fromkeys(base for base in _many(card.base_model) if is_id(base))),
        gated=None if info.gated is None else info.gated is not False,
        certainty="exact",
        source=f"model hub, revision {info.sha}" if info.sha else "model hub",
        retrieved=day,
    )
    lie = any(file.rfilename.lower().endswith(_WEIGHTS) for file in info.siblings or ())
    return Known(model, weights=True if lie else None)


def _many(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
