"""
The table of callables that take a model or a dataset (patterns.csv), compiled.

`transformers.pipeline` is any `pipeline` below `transformers`: libraries move and re-export their names. `X()` is an
instance of `X`, `X[]` an item of it, `{A,B}` either, a `*` any text within one name; as the first name it stands for
any library, and `?` for an object nothing is known of.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from depscan.model.models import HUB

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_WORDS = """
from_pretrained from_single_file load_lora_weights load_textual_inversion load_ip_adapter load_adapter load_dataset
hf_hub_download snapshot_download invoke_model converse chat.completions messages.create messages.stream
embeddings.create responses.create responses.parse completions.create generate_content embed_content
images.generate chat_completion
audio.transcriptions audio.speech chat.complete ChatCompletion load_attn_procs litellm
invoke_endpoint
"""
_LONE_HINT = b"model"
_LONE = re.compile(rb"\.a?(?:completion|embedding)\([^()]*(?:\bmodel[ \t]*=|\*\*)")
"""Methods of anything, told by what they are given."""
_UNSURE = re.compile(rb"#[^\n\"]*\"\"\"|'\"\"\"|\\\"\"\"|\"\"\"\"")
"""What makes it hard to tell long texts from code by their quotes alone."""
_BESIDE_NAMES = """
revision trust_remote_code repo_type task pretrained weights_backbone source github repo_or_dir model_provider
custom_llm_provider provider base_url api_base openai_api_base endpoint server_url api_endpoint anthropic_api_url args
subfolder filename weight_name
"""
_BESIDE = frozenset(_BESIDE_NAMES.split())
_EXACT = {
    "torch.load": (b"torch.load(",),
    "requests.get": (b"requests.get(", b".pt"),
    "urllib.request.urlopen": (b"urlopen(", b".pt"),
    "urllib.request.urlretrieve": (b"urlretrieve(", b".pt"),
}
"""Of callables that many files call for other ends."""
_ANYWHERE = (f"{HUB}/".encode(), *(word.encode() for word in _WORDS.split()))
"""What may be a site whatever is imported."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row of the table."""

    callable: str
    position: int
    """Of the argument that names it; -1 when it is given by keyword only."""
    keywords: tuple[str, ...]
    kind: str
    """
    model, model-part, adapter, dataset, or how it is told: model-or-dataset (repo_type=), model-or-object (a name or
    an object), model-optional (or none at all), model-of-repo, model-by-weights, model-by-option, model-attribute,
    model-args, model-env, model-list, model-named (only where the keyword is given), model-file (only files of
    weights).
    """
    route: str
    """local, hosted, either (a prefix of the id tells) or unresolved."""
    provider: str
    default: str
    """What is taken when nothing is named."""


@cache
def table() -> tuple[Pattern, ...]:
    """All rows."""
    text = Path(__file__).with_name("patterns.csv").read_text(encoding="utf-8")
    return tuple(
        Pattern(
            callable=row["callable"],
            position=int(row["position"] or -1),
            keywords=tuple(filter(None, row["keyword"].split("|"))),
            kind=row["kind"],
            route=row["route"],
            provider=row["provider"],
            default=row["default"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def keywords() -> frozenset[str]:
    """The keywords that matter at a site."""
    return _BESIDE.union(*(pattern.keywords for pattern in table()))


@cache
def tails() -> frozenset[str]:
    """The last names of all callables, as far as they are fixed."""
    return frozenset(tail for tail in _index()[0] if tail)


@cache
def _words() -> dict[bytes, tuple[tuple[bytes, ...], ...]]:
    """For the first name of each library, the words that a source must hold to reach one of its callables."""
    found: dict[bytes, set[tuple[bytes, ...]]] = {}
    for pattern, segments in (*(pair for pairs in _index()[0].values() for pair in pairs), *_index()[1]):
        root = segments[0].encode()
        if root not in {b"*", b"?"}:
            parts = (part for segment in segments[1:] for part in re.split(r"[*()\[\]]+", segment))
            found.setdefault(root, set()).add(_EXACT.get(pattern.callable) or tuple(p.encode() for p in parts if p))
    return {root: tuple(sorted(words)) for root, words in sorted(found.items())}


@cache
def _rows() -> tuple[tuple[bytes, frozenset[bytes], str, bytes], ...]:
    """First name, other names and last name of each callable; of a method of anything, what is written at least."""
    found = set()
    for tail, pairs in _index()[0].items():
        for _, segments in pairs:
            parts = (part for segment in segments[1:] for part in re.split(r"[*()\[\]]+", segment))
            words = frozenset(part.encode() for part in parts if part)
            root = segments[0].encode() if segments[0].isidentifier() else b""
            chain = ".".join(("", *segments[1:])).encode() if segments[0] == "?" else b""
            found.add((root, _whole(segments, words), tail, chain))
    return tuple(sorted(found, key=lambda row: (row[0], row[2], sorted(row[1]))))


def _whole(segments: Segments, names: frozenset[bytes]) -> frozenset[bytes]:
    """Less parts of names that a `*` leaves open."""
    return frozenset(n for n in names if any(s.rstrip("()[]") == n.decode() for s in segments))


def reached(text: bytes, names: frozenset[bytes]) -> frozenset[str]:
    """The last names of the callables whose every fixed name is among `names`, those of the text."""
    return frozenset(
        tail
        for root, words, tail, chain in _rows()
        if (not root or root in names) and words <= names and (not chain or chain in text)
    )


@cache
def methods() -> frozenset[str]:
    """Last names of callables of any library."""
    return frozenset(pattern.callable.rpartition(".")[2] for pattern in table() if pattern.callable.startswith("*."))


@cache
def libraries() -> frozenset[str]:
    """The libraries whose every `from_pretrained` is that of the table."""
    return frozenset({"diffusers", *(root.decode() for root in _words())})


def names_any(path: str, text: bytes, imported: AbstractSet[str]) -> bool:
    """Whether a text that imports these libraries may hold a site: a row's words are in it, and not in prose only."""
    known = _words()
    roots = {root.encode("utf-8", "replace") for root in imported} & known.keys()
    roots |= frozenset(path.encode("utf-8", "replace").split(b"/")[:-1]) & known.keys()
    if any(root.startswith("langchain") for root in imported):
        roots.add(b"langchain*")
    return _holds(text, roots) and (
        _UNSURE.search(text) is not None or _holds(b"\n".join(text.split(b'"""')[::2]), roots)
    )


def _holds(text: bytes, roots: set[bytes]) -> bool:
    if any(word in text for word in _ANYWHERE) or (_LONE_HINT in text and _LONE.search(text)):
        return True
    known = _words()
    return any(_reaches(text, known[root]) for root in roots)


def _reaches(text: bytes, rows: tuple[tuple[bytes, ...], ...]) -> bool:
    return any(all(map(text.__contains__, row)) for row in rows)


@cache
def match(path: str) -> Pattern | None:
    """The row that a qualified name belongs to, the most specific one."""
    segments = path.split(".")
    if len(segments) < 2:
        return None
    by_tail, wild = _index()
    found = [(p, s) for p, s in (*by_tail.get(segments[-1].rstrip("[]"), ()), *wild) if _fits(s, segments)]
    return max(found, key=lambda pair: _weight(pair[1]))[0] if found else None


Segments = tuple[str, ...]


@cache
def _index() -> tuple[dict[str, list[tuple[Pattern, Segments]]], list[tuple[Pattern, Segments]]]:
    by_tail: dict[str, list[tuple[Pattern, Segments]]] = {}
    wild = []
    for pattern in table():
        for segments in product(*map(_expanded, pattern.callable.split("."))):
            tail = segments[-1].rstrip("[]")
            if "*" in tail:
                wild.append((pattern, segments))
            else:
                by_tail.setdefault(tail, []).append((pattern, segments))
    return by_tail, wild


def _expanded(segment: str) -> list[str]:
    braces = re.fullmatch(r"(.*)\{(.*)\}(.*)", segment)
    return [braces[1] + name + braces[3] for name in braces[2].split(",")] if braces else [segment]


def _fits(pattern: Segments, path: list[str]) -> bool:
    """The first names fit, the last ones do, and what is between does not matter."""
    rest = pattern[1:]
    if len(path) <= len(rest) or not _same(pattern[0], path[0]):
        return False
    if pattern[0] == "*" and path[0] == "builtins":
        return False
    between = path[1 : len(path) - len(rest)]
    if pattern[0] not in {"*", "?"} and any("(" in name for name in between):
        return False
    return all(map(_same, rest, path[-len(rest) :]))


def _same(pattern: str, name: str) -> bool:
    if "*" not in pattern:
        return pattern == name
    if pattern == "*":
        return True
    return re.fullmatch(re.escape(pattern).replace(r"\*", r".*"), name) is not None


def _weight(segments: Segments) -> tuple[int, int]:
    return (segments[0] not in {"*", "?"}, sum(len(segment.replace("*", "")) for segment in segments))
