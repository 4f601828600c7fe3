"""
The files of weights in the scanned tree: what each is, and what its header, or the card beside it, says.

A pickle is named as one and never loaded. A file whose name promises a format that its first bytes do not keep is a
gap, or, where the suffix has other uses (`.pth`, `.bin`), nothing at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from depscan.artefacts import cards, gguf, onnx, safetensors
from depscan.artefacts.window import BOUND, Header, Part, Window
from depscan.model import Gap, Location
from depscan.model.models import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST = 5_000
"""Files that are looked into."""

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\r?\n(?:[a-z0-9.-]+ [^\n]{0,200}\r?\n){0,20}?"
    rb"oid (sha256:[0-9a-f]{64})\r?\n(?:[a-z0-9.-]+ [^\n]{0,200}\r?\n){0,20}?size (\d{1,18})\r?\n?"
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]*")
_LEARNT = re.compile(r"weight|model|ckpt|checkpoint|param|net", re.IGNORECASE)


class _Format(NamedTuple):
    name: str
    read: Callable[[Window], Header] | None = None
    starts: Callable[[bytes], bool] | None = None
    """Whether the first bytes are those of the format."""
    only: bool = True
    """The suffix means nothing else: other first bytes are worth a gap."""


def _is_pickle(head: bytes) -> bool:
    return head.startswith(_ZIP) or _PICKLE.match(head) is not None


def _is_binary(head: bytes) -> bool:
    return bool(head) and (_is_pickle(head) or _TEXT.fullmatch(head) is None or b"\x00" in head)


_TORCH = _Format("pickle", None, _is_binary, only=False)
_FORMATS = {
    ".safetensors": _Format("safetensors", safetensors.read),
    ".gguf": _Format("gguf", gguf.read),
    ".onnx": _Format("onnx", onnx.read),
    **dict.fromkeys((".pt", ".pth", ".ckpt"), _TORCH),
    ".bin": _Format("pickle", None, _is_pickle, only=False),
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), _Format("pickle", None, bool, only=False)),
    **dict.fromkeys((".h5", ".hdf5"), _Format("hdf5", None, lambda head: head.startswith(_HDF5))),
    ".keras": _Format("keras", None, lambda head: head.startswith(_ZIP)),
    ".tflite": _Format("tflite", None, lambda head: head[4:8] == b"TFL3"),
    ".pb": _Format("tensorflow", None, _is_binary, only=False),
    ".npz": _Format("numpy", None, lambda head: head.startswith(_ZIP), only=False),
}
_CARD = "README.md"


def is_weights(path: str) -> bool:
    """Whether `read` wants the file at `path`: weights by suffix, and the cards beside them."""
    name = path.rpartition("/")[2]
    return _suffix(name) in _FORMATS or name in cards.CONFIGS or name == _CARD


def read(paths: Iterable[str], part: Part) -> Iterator[Weights | Gap]:
    """What the files of weights among `paths` are; `part` gives a few bytes of one of them (`window.Part`)."""
    wanted = sorted(path for path in paths if is_weights(path))
    present = frozenset(wanted)
    looked = 0
    said: dict[str, Header] = {}
    for path in wanted:
        folder, _, name = path.rpartition("/")
        if name == _CARD:
            continue
        looked += 1
        if looked > MOST:
            yield _gap(path, f"more than {MOST} files of weights: this one and others were not looked into")
            return
        found, problem = _config(path, part) if name in cards.CONFIGS else _file(path, part)
        if problem:
            yield _gap(path, problem)
        if found is None:
            continue
        if folder not in said:
            said[folder], problem = _card(f"{folder}/{_CARD}".lstrip("/"), present, part)
            if problem:
                yield _gap(f"{folder}/{_CARD}".lstrip("/"), problem)
        yield _with_card(found, said[folder])


def _file(path: str, part: Part) -> tuple[Weights | None, str]:
    form = _FORMATS[_suffix(path)]
    try:
        file = Window(path, part)
        head = file.head(1024)
        if pointer := _POINTER.match(head):
            return Weights(Location(path), "lfs-pointer", revision=pointer[1].decode(), size=int(pointer[2])), ""
        if not head:
            return None, "an empty file: no weights" if form.only else ""
        if form.starts is not None:
            if not form.starts(head) or (form.name == "numpy" and not _LEARNT.search(path.rpartition("/")[2])):
                return None, f"its first bytes are not those of {form.name}; what it holds is not known" * form.only
            return Weights(Location(path), form.name, size=file.size), ""
        header = form.read(file) if form.read else Header()
    except (OSError, ValueError) as error:
        return None, f"weights not looked into: {error}"
    found = Weights(
        location=Location(path),
        format=form.name,
        id=header.id,
        licence=header.licence,
        base_models=header.base_models,
        architecture=header.architecture,
        size=file.size,
    )
    return found, f"its header was read in part: {header.problem}" if header.problem else ""


def _config(path: str, part: Part) -> tuple[Weights | None, str]:
    try:
        file = Window(path, part)
        header = cards.config(file.head(BOUND >> 2)) if file.size <= BOUND >> 2 else None
    except (OSError, ValueError) as error:
        return None, f"model configuration not read: {error}"
    if header is None:
        return None, ""
    found = Weights(Location(path), "config", header.id, header.licence, header.base_models, header.architecture)
    return found, ""


def _card(path: str, present: frozenset[str], part: Part) -> tuple[Header, str]:
    """What the README of a folder says of the model in it, and what was wrong."""
    if path not in present:
        return Header(), ""
    try:
        return cards.front_matter(Window(path, part).head(64 << 10).decode("utf-8", "replace")) or Header(), ""
    except (OSError, ValueError) as error:
        return Header(), f"model card not read: {error}"


def _with_card(found: Weights, card: Header) -> Weights:
    """What the file itself does not say, the card of its folder does."""
    return Weights(
        location=found.location,
        format=found.format,
        id=found.id or card.id,
        licence=found.licence or card.licence,
        base_models=found.base_models or card.base_models,
        architecture=found.architecture,
        revision=found.revision,
        size=found.size,
    )


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    return f".{name.rpartition('.')[2]}".lower() if "." in name else ""


def _gap(path: str, reason: str) -> Gap:
    return Gap("artefacts", Location(path), reason)
