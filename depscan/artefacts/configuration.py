"""
The models and datasets that a configuration file names: by its keys, and by the shape of their values.

A key that may mean anything (`model`, `path`) counts only with a value that can be nothing but an id; a key that takes
nothing else (`model_name_or_path`) counts with a bare name, and is reported as dynamic when its value is computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from depscan.artefacts import commands, ids, keys
from depscan.model.models import DynamicModel, ModelKind, ModelRef, ResolvedBy, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depscan.artefacts.keys import Key
    from depscan.yamltree import Node

Named = ModelRef | DynamicModel

MOST = 5_000
"""References of one file."""
_LONGEST = 1_000
"""Characters of a value that is looked at."""

_SHELL = re.compile(r"(?!model_args)(?:[a-z_-]{1,40}[_-])?(?:run|scripts?|commands?|cmd|entrypoint|args|bash)")
_ENVIRONMENT = frozenset({"env", "environment", "variables", "envs", "env_vars"})
_HOLE = re.compile(r"\$\{\{.*\}\}|\{\{.*\}\}|\$\{[^{}]*\}|\$[A-Za-z_]\w*|\?\?\?|<[^<>]*>|\{[^{}]*\}|%\([^()]*\)s")
_DEFAULT = re.compile(r"\$\{(?:oc\.env:)?[\w.]+(?::-|:=|[:,-])\s*[\"']?([^\"'{}$]+)[\"']?\}|"
                      r"\{\{.*?\bdefault\(\s*[\"']([^\"']+)[\"']\s*\).*\}\}")  # fmt: skip
_INNER = re.compile(r"\$\{([A-Za-z_][\w.]*)\}")
_PRETRAINED = re.compile(r"(?:^|[,\s])(pretrained|peft|tokenizer|model)=([^,\s]+)")
_ELSEWHERE = ("base_url", "api_base", "endpoint", "azure_endpoint", "api_url", "openai_api_base", "server_url", "host")
_SAYING = (
    "provider", "api_type", "model_provider", "backend", "custom_llm_provider", "llm_provider", "service", "type",
    "vendor", "platform", "component_type",
)  # fmt: skip
_LOCAL_PREFIX = re.compile(r"(?:\./)?(?:[\w-]+/)?checkpoints?/([\w.-]+/[\w.-]+)/?")
_HF_ONLY = frozenset({"dataset_config_name", "dataset_config", "dataset_split", "model_name_or_path", "dataset_mixer",
                      "preprocessing_num_workers", "pretrained_model_name_or_path"})  # fmt: skip


def read(documents: Sequence[Node]) -> list[Named]:
    """All that the documents of a file name, in their order."""
    found: dict[Named, None] = {}
    for document in documents:
        walk = _Walk(document)
        for each in walk.run():
            found.setdefault(each)
            if len(found) >= MOST:
                return [*found]
    return [*found]


def environment(name: str, value: str, line: int) -> Named | None:
    """What a variable of the environment names, if it is one that takes a model."""
    return _judge(_Site(name, keys.key(name), line), value.strip().strip("\"'"))


@dataclass(frozen=True, slots=True)
class _Site:
    """A place that takes an id, and what the keys beside it say."""

    name: str
    key: Key | None
    line: int = 0
    revisions: tuple[str, str] = ("", "")
    """Of a model, and of a dataset."""
    trusts: bool = False
    provider: str = ""
    elsewhere: bool = False
    """Whether an address beside it sends the request to a host of the user's choice."""
    default: bool = False
    others: frozenset[str] = field(default_factory=frozenset)

    @property
    def beside_model(self) -> bool:
        """Whether the same mapping names a model: what is said without naming its object, is said of that."""
        return any(name in self.others for name in ("model_name_or_path", "base_model", "model", "model_revision"))

    def told(self, *, is_dataset: bool) -> str:
        """The revision that is given beside the id, unless it is filled in later."""
        revision = self.revisions[is_dataset]
        return "" if _HOLE.search(revision) else revision


class _Walk:
    """One pass over a document; what is aliased counts where it was written."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._seen: set[int] = set()

    def run(self) -> Iterator[Named]:
        stack: list[tuple[Node, _Site]] = [(self._root, _Site("", None))]
        while stack:
            node, site = stack.pop()
            if node.kind == "scalar":
                yield from self._scalar(node, site)
                continue
            if id(node) in self._seen:
                continue
            self._seen.add(id(node))
            if node.kind == "sequence" and _SHELL.fullmatch(keys.spelled(site.name)):
                yield from commands.arguments([(item.text, item.line) for item in node.items if item.kind == "scalar"])
            children = self._mapping(node, site) if node.kind == "mapping" else [(item, site) for item in node.items]
            stack.extend(reversed(children))

    def _scalar(self, node: Node, site: _Site) -> Iterator[Named]:
        plain = keys.spelled(site.name)
        if _SHELL.fullmatch(plain):
            yield from commands.read(node.text, max(node.line, 1) + (1 if "\n" in node.text.strip() else 0))
        elif site.name == "environment" and "=" in node.text:
            name, _, value = node.text.partition("=")
            if each := environment(name, value, node.line):
                yield each
        elif plain == "model_args":
            for key, value in _PRETRAINED.findall(node.text[:_LONGEST]):
                made = replace(site, name=f"model_args.{key}", key=keys.Key(_KINDS[key], sure=True), line=node.line)
                if each := _judge(made, value):
                    yield each
        elif site.key is not None and len(node.text) <= _LONGEST:
            text, is_default = self._filled(node.text)
            if each := _judge(replace(site, line=node.line, default=is_default), text):
                yield each

    def _filled(self, text: str) -> tuple[str, bool]:
        """The value, where it points into the same document, or has a default; and whether it is only a default."""
        for _ in range(5):
            if found := _DEFAULT.fullmatch(text.strip()):
                return (found[1] or found[2]).strip(), True
            inner = _INNER.fullmatch(text.strip())
            node: Node | None = self._root if inner else None
            for part in inner[1].split(".") if inner else ():
                node = node.get(part) if node is not None else None
            if node is None or node.kind != "scalar":
                break
            text = node.text
        return text, False

    def _mapping(self, node: Node, above: _Site) -> list[tuple[Node, _Site]]:
        pairs = list(zip(node.keys, node.items, strict=True))
        beside = {keys.spelled(name): item.text for name, item in pairs if item.kind == "scalar"}
        names = frozenset(keys.spelled(name) for name in node.keys)
        about = _Site(
            "",
            None,
            revisions=_revisions(beside),
            trusts=any(beside.get(name, "").lower() in {"true", "yes", "on"} for name in _TRUSTING),
            provider=" ".join(beside[name] for name in _SAYING if beside.get(name)).lower() or above.provider,
            elsewhere=above.elsewhere or any(beside.get(name) for name in _ELSEWHERE),
            others=names,
        )
        variable = beside.get("name", "")
        if names == {"name", "value"} and _VARIABLE.fullmatch(variable):
            return [(item, replace(about, name=variable, key=keys.key(variable))) for k, item in pairs if k == "value"]
        children: list[tuple[Node, _Site]] = []
        for name, item in pairs:
            plain = keys.spelled(name)
            if plain in keys.OUTPUTS:
                continue
            if above.key is not None and above.key.kind is ModelKind.DATASET and above.name == "dataset_mixer":
                children.append((_scalar(name, item.line), replace(about, name="dataset_mixer", key=_MIXED)))
            elif plain in _ENVIRONMENT and item.kind == "sequence":
                children.append((item, replace(about, name="environment")))
            else:
                inner = above.key is not None and plain in keys.WITHIN and above.name != "dataset_mixer"
                called = f"{above.name.rpartition('.')[2]}.{name}" if inner else name
                children.append((item, replace(about, name=called, key=self._key(plain, above, names))))
        return children

    @staticmethod
    def _key(plain: str, above: _Site, names: frozenset[str]) -> Key | None:
        """What a key takes here: some mean something only below, or beside, others."""
        found = keys.key(plain)
        if above.key is not None and plain in keys.WITHIN and not keys.WITHOUT_MODEL.fullmatch(above.name):
            if found is not None and found.sure:
                return found
            is_other = plain == "model" and above.key.kind is ModelKind.DATASET
            return None if is_other else above.key._replace(sure=False)
        if plain == "dataset_name":
            if "dataset_path" in names or "task" in names or "include" in names:
                return None  # the configuration of a dataset, not its id
            return keys.Key(ModelKind.DATASET, sure=bool(names & _HF_ONLY))
        return found


_KINDS = {"pretrained": ModelKind.MODEL, "model": ModelKind.MODEL, "peft": ModelKind.ADAPTER,
          "tokenizer": ModelKind.PART}  # fmt: skip
_TRUSTING = ("trust_remote_code", "trust_remote", "allow_remote_code")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_MIXED = keys.Key(ModelKind.DATASET)


def _revisions(beside: Mapping[str, str]) -> tuple[str, str]:
    """What a mapping gives as the revision of its model, and of its dataset."""
    plain, model, dataset = (beside.get(f"{name}revision", "") for name in ("", "model_", "dataset_"))
    alone = not model and not any(name in beside for name in ("model_name_or_path", "base_model", "model"))
    return model or plain or beside.get("hub_revision", ""), dataset or (plain if alone else "")


def _scalar(text: str, line: int) -> Node:
    from depscan.yamltree import Node

    return Node("scalar", line, text)


def _judge(site: _Site, text: str) -> Named | None:
    """A reference, a place whose model is not known, or nothing of interest."""
    if site.key is None:
        return None
    kind = site.key.kind
    local = _LOCAL_PREFIX.fullmatch(text) if kind is ModelKind.MODEL else None
    is_dataset = kind is ModelKind.DATASET
    if is_dataset and text in keys.BUILDERS:
        return None
    found = ids.read(
        local[1] if local else text,
        sure=site.key.sure,
        tags="ollama" in site.provider.split(),
        dataset=is_dataset,
    )
    if found is None or (kind is ModelKind.PART and found.provider):
        return _dynamic(site, text)
    return ModelRef(
        id=found.id,
        kind=ModelKind.DATASET if found.dataset else kind,
        route=_route(site, found),
        pattern=site.name,
        resolved_by=ResolvedBy.DEFAULT if site.default else ResolvedBy.CONFIGURATION,
        line=site.line,
        revision=found.revision or site.told(is_dataset=is_dataset),
        trust_remote_code=site.trusts and not (is_dataset and site.beside_model),
        provider=_provider(site, found),
    )


def _dynamic(site: _Site, text: str) -> DynamicModel | None:
    if site.key is None or not site.key.told:
        return None
    if _HOLE.search(text):
        return DynamicModel(site.name, "the value is filled in at run time", site.line)
    if site.key.sure and text and ids.is_path(text):
        return DynamicModel(site.name, "a folder of the machine at hand; which model lies there is not said", site.line)
    return None


def _route(site: _Site, found: ids.Id) -> Route:
    said = site.provider
    if found.route is Route.DEVELOPER:
        if any(host in said for host in _HOSTS) or "azure_endpoint" in site.others or "azure_deployment" in site.others:
            return Route.THIRD_PARTY
        return Route.UNRESOLVED if site.elsewhere else Route.DEVELOPER
    if found.route is Route.LOCAL and not found.provider and "/" in found.id and not _fetches(site, found):
        # `model: owner/name` is loaded by one program and asked for at a host by the next
        return Route.THIRD_PARTY if any(host in said for host in _HOSTS) else Route.UNRESOLVED
    return found.route


def _fetches(site: _Site, found: ids.Id) -> bool:
    """Whether what the key names is loaded: by the key itself, or because no host takes such a thing."""
    if site.key is None or site.key.sure or site.key.kind is not ModelKind.MODEL or found.revision:
        return True
    return _LOADED.search(keys.spelled(site.name)) is not None or ids.is_weights(found.id)


def _provider(site: _Site, found: ids.Id) -> str:
    host = next((host for host in _HOSTS if host in site.provider), "")
    return host if host and (found.route is Route.DEVELOPER or not found.provider) else found.provider


_LOADED = re.compile(
    r"checkpoint|ckpt|weights|tower|vae|unet|encoder|backbone|lora|adapter|path|repo|transformer|controlnet|pretrained|"
    r"whisper|hf_|base_model"
)
_HOSTS = ("azure", "bedrock", "groq", "together", "fireworks", "openrouter", "vertex", "replicate", "deepinfra")
