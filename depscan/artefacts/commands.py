"""The models that a shell text fetches or serves: `vllm serve ID`, `ollama pull ID`, `--model_name_or_path ID`."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from depscan import regex
from depscan.artefacts import ids, keys
from depscan.model.models import HUB, HUB_SHORT, DynamicModel, ModelKind, ModelRef, ResolvedBy, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST = 16_384
"""Characters of a command."""

_HINT = regex.compile(r"(?i)model|ollama|vllm|hugg|\bhf\b|litgpt|pretrained|dataset|tokenizer|checkpoint|spacy|weights")
_WORD = regex.compile(
    r"\"((?:[^\"\\]|\\.|\\$)*+)(?:\"|$)|'([^']*+)(?:'|$)|([^\s\"';|&()]+(?:\"[^\"]*\"|'[^']*')?)|([;|&()]+)", re.DOTALL
)
"""A quote that is never closed holds the rest: a line is gone through once."""
_SET = regex.compile(r"\s*(?:(?:export|set|local|readonly)\s+)?([A-Za-z_]\w{0,60})=(\S.*)", re.DOTALL)
_SET_IN_IMAGE = regex.compile(r"\s*(?:ENV|ARG)\s+([A-Za-z_]\w{0,60})[= ]\s*(\S.*)", re.DOTALL)
_VARIABLE = regex.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^{}$]*))?\})")
_VERBS: Mapping[tuple[str, str], tuple[str, bool]] = {
    ("vllm", "serve"): ("vllm serve", False),
    ("ollama", "pull"): ("ollama pull", True),
    ("ollama", "run"): ("ollama run", True),
    ("ollama", "show"): ("ollama show", True),
    ("huggingface-cli", "download"): ("huggingface-cli download", False),
    ("hf", "download"): ("hf download", False),
    ("litgpt", "download"): ("litgpt download", False),
    ("litgpt", "finetune"): ("litgpt finetune", False),
    ("litgpt", "finetune_lora"): ("litgpt finetune_lora", False),
    ("litgpt", "finetune_full"): ("litgpt finetune_full", False),
    ("litgpt", "chat"): ("litgpt chat", False),
    ("litgpt", "generate"): ("litgpt generate", False),
    ("litgpt", "serve"): ("litgpt serve", False),
    ("litgpt", "pretrain"): ("litgpt pretrain", False),
    ("litgpt", "evaluate"): ("litgpt evaluate", False),
    ("transformers-cli", "download"): ("transformers-cli download", False),
}
"""Commands whose first plain argument is an id, and whether Ollama reads it."""
_VALUED = frozenset({"--repo-type", "--revision", "--local-dir", "--cache-dir", "--token", "--include", "--exclude"})
"""Options of those that are followed by a value."""
_SPACY = regex.compile(r"[a-z]{2,3}_[a-z]+_[a-z]+_(?:sm|md|lg|trf)(?:-\d[\w.]*)?")
_OPTIONS: Mapping[str, keys.Key] = {
    "hf_repo": keys.Key(sure=True), "hf": keys.Key(), "hfr": keys.Key(), "model_tag": keys.Key(),
}  # fmt: skip
_NOT_MODELS = frozenset({"model_type", "model_dir", "datasets_dir", "model_config", "engine", "weights", "deployment"})
_ARGS = regex.compile(r"(?:^|,)(pretrained|peft|tokenizer)=([^,]+)")
_TALK = frozenset({"echo", "printf", "#", "pip", "cd", "mkdir", "rm", "cp", "mv", "tar"})


def read(text: str, line: int = 1) -> Iterator[ModelRef | DynamicModel]:
    """What the commands of a text name; its first line is the `line`th of the file. Nothing is expanded or run."""
    if not _HINT.search(text):
        return
    known: dict[str, str] = {}
    for offset, command in _lines(text):
        at = line + offset
        if assigned := _SET.match(command) or _SET_IN_IMAGE.match(command):
            name, value = assigned[1], _unquoted(assigned[2])
            known[name] = value if value and " " not in value else ""
            yield from _assigned(name, _fill(value, known)[0], at)
        if _HINT.search(command):
            yield from _command(_words(command, at), known)


def arguments(words: Sequence[tuple[str, int]]) -> Iterator[ModelRef | DynamicModel]:
    """What a list of arguments names, each with its line; where its items are whole commands, as those."""
    plain = [(word, line) for word, line in words if len(word) <= LONGEST and "\n" not in word and " " not in word]
    if len(plain) > 1 and any(word.startswith("-") or word in {"serve", "pull"} for word, _ in plain):
        yield from _command(plain, {})


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first one; comments are left out."""
    start, held = 0, ""
    for number, line in enumerate(text.split("\n")):
        if not held:
            start = number
            if line.lstrip().startswith("#"):
                continue
        stripped = line.rstrip()
        if stripped.endswith("\\") and len(held) < LONGEST:
            held += stripped[:-1] + "\n"  # kept, to tell the line of a word
            continue
        if (whole := (held + stripped).rstrip()) and len(whole) <= LONGEST:
            yield start, whole
        held = ""
    if held and len(held) <= LONGEST:
        yield start, held


def _words(command: str, line: int) -> list[tuple[str, int]]:
    """The words of a command, each with its line; `;` stands for whatever ends one."""
    words: list[tuple[str, int]] = []
    if re.match(r"\s*(?:RUN|CMD|ENTRYPOINT)\s+\[", command):
        command = re.sub(r"[\[\],]", " ", command)
    position = 0
    for match in _WORD.finditer(command):
        line += command.count("\n", position, match.start())
        position = match.start()
        if match[4]:
            words.append((";", line))
        elif match[3] is not None:
            if match[3].startswith("#"):
                break
            words.append((match[3].replace('"', "").replace("'", ""), line))
        else:
            words.append((match[1] if match[1] is not None else match[2], line))
    return words


def _command(words: Sequence[tuple[str, int]], known: Mapping[str, str]) -> Iterator[ModelRef | DynamicModel]:
    said = _said(words, known)
    talks = words[0][0] in _TALK if words else False
    for at, (word, line) in enumerate(words):
        following = [text for text, _ in words[at + 1 : at + 12]]
        if word.startswith((f"https://{HUB}/", f"https://{HUB_SHORT}/")):
            if found := ids.read(_fill(word, known)[0]):
                yield _ref(found, said.kind, words[0][0][:40] or "URL", line)
        elif talks:
            continue
        elif following and (verb := _VERBS.get((word.rpartition("/")[2], following[0]))):
            name, tags = verb
            target = next(
                (each for before, each in pairwise(following) if each[:1] != "-" and before not in _VALUED), ""
            )
            yield from _named(_Place(name, line, said, sure=True, tags=tags), target, said.kind, known)
        elif word == "download" and following and words[at - 1][0] == "spacy" and _SPACY.fullmatch(following[0]):
            yield _ref(ids.Id(following[0]), ModelKind.MODEL, "spacy download", line)
        elif word.startswith("--") or word in {"-hf", "-hfr"}:
            option, equals, value = word.lstrip("-").partition("=")
            value = value if equals or not following else following[0]
            if value and not value.startswith("-") and value != ";":
                yield from _option(_Place(option, line, said), value, known)


class _Said(NamedTuple):
    """What a command says beside the id."""

    revision: str = ""
    trusts: bool = False
    kind: ModelKind = ModelKind.MODEL


class _Place(NamedTuple):
    """Where an id is expected, and what is known of it there."""

    pattern: str
    line: int
    said: _Said
    sure: bool = False
    tags: bool = False
    told: bool = True


def _said(words: Sequence[tuple[str, int]], known: Mapping[str, str]) -> _Said:
    texts = [word for word, _ in words]
    after = {word.replace("_", "-"): texts[at + 1] for at, word in enumerate(texts[:-1]) if word.startswith("--")}
    revision = _fill(after.get("--revision", ""), known)[0]
    is_dataset = after.get("--repo-type") == "dataset" or "--repo-type=dataset" in texts
    return _Said(
        "" if "$" in revision else revision,
        any(word.replace("_", "-") == "--trust-remote-code" for word in texts),
        ModelKind.DATASET if is_dataset else ModelKind.MODEL,
    )


def _option(place: _Place, value: str, known: Mapping[str, str]) -> Iterator[ModelRef | DynamicModel]:
    plain = keys.spelled(place.pattern)
    if plain == "model_args":
        for part, inner in _ARGS.findall(value):
            kind = {"peft": ModelKind.ADAPTER, "tokenizer": ModelKind.PART}.get(part, ModelKind.MODEL)
            yield from _named(place._replace(pattern=f"--model_args {part}", sure=True), inner, kind, known)
        return
    key = _OPTIONS.get(plain) or keys.key(place.pattern)
    if key is not None and plain not in _NOT_MODELS:
        sure = plain == "dataset_name" or (key.sure and key.kind is not ModelKind.DATASET)
        told = key.told or (plain in {"model", "model_path"} and _VARIABLE.search(value) is not None)
        place = place._replace(pattern=f"--{place.pattern}", sure=sure, told=told)
        yield from _named(place, value, key.kind, known)


def _named(place: _Place, value: str, kind: ModelKind, known: Mapping[str, str]) -> Iterator[ModelRef | DynamicModel]:
    if not place.pattern or not value or value == ";":
        return
    text, how = _fill(value, known)
    found = ids.read(text, sure=place.sure, tags=place.tags, dataset=kind is ModelKind.DATASET)
    local = place.sure and ids.is_path(text) and "://" not in text and (found is None or not found.provider)
    if found is not None and not local:
        yield _ref(found, kind, place.pattern, place.line, how=how, said=place.said)
    elif place.told and (local or "$" in text):
        what = "the value is a variable" if "$" in text else "a folder of the machine at hand"
        yield DynamicModel(place.pattern, f"{what}; which model it is is known at run time only", place.line)


def _assigned(name: str, value: str, line: int) -> Iterator[ModelRef | DynamicModel]:
    """A variable of the environment that takes a model; lower case is the script's own business."""
    key = keys.key(name) if name.isupper() else None
    if key is not None and (found := ids.read(value, sure=key.sure, dataset=key.kind is ModelKind.DATASET)):
        yield _ref(found, key.kind, name, line)


def _fill(value: str, known: Mapping[str, str]) -> tuple[str, ResolvedBy]:
    """The value with the variables that the script itself sets, and how it was found."""
    how = ResolvedBy.CONFIGURATION

    def one(match: re.Match[str]) -> str:
        nonlocal how
        if held := known.get(match[1] or match[2]):
            return held
        if match[3]:
            how = ResolvedBy.DEFAULT
            return match[3]
        return match[0]

    for _ in range(3):
        filled = _VARIABLE.sub(one, value)[: ids.LONGEST + 1]
        if filled == value:
            break
        value = filled
    return value, how


def _unquoted(value: str) -> str:
    value = re.split(r"\s+#", value, maxsplit=1)[0].strip().rstrip(";")
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _ref(
    found: ids.Id,
    kind: ModelKind,
    pattern: str,
    line: int,
    *,
    how: ResolvedBy = ResolvedBy.CONFIGURATION,
    said: _Said | None = None,
) -> ModelRef:
    said = said or _Said()
    kind = ModelKind.DATASET if found.dataset else kind
    route = Route.LOCAL if pattern.startswith(("vllm", "litgpt", "hugg", "hf")) else found.route
    return ModelRef(
        found.id, kind, route, pattern, how, line, 0, found.revision or said.revision, said.trusts,
        found.provider if route is not Route.LOCAL or found.provider == "ollama" else "",
    )  # fmt: skip
