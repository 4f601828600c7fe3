"""The places of a program that take a model, and what each of them takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from depscan.code.models import identity, members, patterns
from depscan.code.models.facts import Term
from depscan.code.models.kinds import (
    CALLER,
    HOW,
    OPTION,
    PARAMETER,
    Constant,
    Context,
    Foreign,
    Own,
    Table,
    Text,
    Unknown,
    Value,
    argument,
    is_none,
)
from depscan.code.models.tasks import DEFAULTS
from depscan.model.models import DynamicModel, ModelRef, ResolvedBy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.code.models.facts import Call
    from depscan.code.models.patterns import Pattern
    from depscan.code.models.values import Resolver

_PASSED = frozenset({"with_options()", "beta", "with_raw_response", "with_streaming_response", "copy()"})
"""Parts of a chain that change nothing about which endpoint is called."""
_IN_REPOSITORY = re.compile(r"[^/:]+/[^/:]+/[^/:]+").fullmatch
_ANCESTORS = 5
_MOVED = ("base_url", "api_base", "openai_api_base", "endpoint", "server_url", "api_endpoint", "anthropic_api_url")
ADDRESS = "huggingface_hub.address"
_NONE_NAMED = "none is named: whatever the library or service takes"


@dataclass(frozen=True, slots=True)
class Site:
    """A call that takes a model."""

    path: str
    call: Call
    pattern: Pattern
    name: str
    """The callable, as far as it is known."""
    client: tuple[Term, Context] | None = None
    """How the object was made whose method is called."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site takes."""

    refs: tuple[ModelRef, ...]
    dynamic: tuple[DynamicModel, ...]
    open_parameters: tuple[tuple[str, str, str], ...] = ()
    """What the id hangs on: callers may give more."""


def judge(path: str, call: Call, resolver: Resolver) -> tuple[Site | None, list[Own]]:
    """The site that a call is; if it is none, the functions of the repository that it may run."""
    written = _written(call.callee, path, resolver)
    pattern = patterns.match(written) if written else None
    if pattern is not None and (pattern.callable[0] not in "*?" or is_library(written)):
        return Site(path, call, pattern, written, None), []
    values = resolver.values(call.callee, Context(path))
    for value in values:
        site = _site(path, call, value, resolver)
        if site is not None:
            return site, []
    return None, [value for value in values if isinstance(value, Own)]


def is_library(name: str) -> bool:
    """Whether the name belongs to a library that the table knows."""
    return name.partition(".")[0] in patterns.libraries()


def _written(callee: Term, path: str, resolver: Resolver) -> str:
    """The qualified name as the imports alone tell it."""
    names: list[str] = []
    while callee.op == "attr":
        names.append(callee.text)
        callee = callee.args[0]
    if callee.op != "import":
        return ""
    text = callee.text
    if text.startswith("."):
        package = resolver.program.dotted(path).split(".")
        level = len(text) - len(text.lstrip(".")) - path.endswith("__init__.py")
        text = ".".join([*package[: len(package) - level], text.lstrip(".")])
        if not is_library(text):
            return ""
    return ".".join([text, *reversed(names)])


def _site(path: str, call: Call, value: Value, resolver: Resolver) -> Site | None:
    """A site, where the called value is one."""
    if isinstance(value, Own):
        return _of_library(path, call, value, resolver) or _subclassed(path, call, value, resolver)
    if not isinstance(value, Foreign):
        return None
    name = ".".join(part for part in value.name.split(".") if part not in _PASSED).replace("().__init__", "")
    pattern = patterns.match(name)
    if pattern is None and "()" in name:
        pattern = patterns.match("?." + name.rpartition("().")[2])
    if pattern is None or (pattern.callable.startswith("?") and not _may_name(call)):
        return None
    return Site(path, call, pattern, name, value.call)


def _may_name(call: Call) -> bool:
    """Whether a method of an unknown object is given a model: by that keyword, or in a dictionary of them."""
    return any(arg.op == "stars" or (arg.op == "kw" and arg.text == "model") for arg in call.args)


def _of_library(path: str, call: Call, value: Own, resolver: Resolver) -> Site | None:
    """In the repository of a library of the table, its own modules call it by relative names."""
    name = f"{resolver.program.dotted(value.path)}.{value.name}"
    pattern = patterns.match(name)
    if pattern is None or not (pattern.callable[0] not in "*?" or is_library(name)):
        return None
    return Site(path, call, pattern, name)


def _subclassed(path: str, call: Call, value: Own, resolver: Resolver, depth: int = 0) -> Site | None:
    """`class Mine(ChatOpenAI)` without a constructor of its own is called like the base."""
    own = resolver.klass(value.path, value.name)
    if own is None or "__init__" in own.methods or depth >= _ANCESTORS:
        return None
    for base in own.bases:
        for inherited in resolver.of(base, Context(value.path)):
            if isinstance(inherited, Own):
                site = _subclassed(path, call, inherited, resolver, depth + 1)
            else:
                site = _site(path, call, inherited, resolver)
            if site is not None:
                return site
    return None


# -- what a site takes -------------------------------------------------------------------------------------------------


def answer(site: Site, resolver: Resolver, context: Context) -> Answer | None:
    """The models that the site takes in that context; None where what is given is no name but an object."""
    resolver.start()
    named = argument(site.call.args, site.pattern.position, site.pattern.keywords)
    if site.pattern.kind in _SPECIAL:
        named = _SPECIAL[site.pattern.kind](site, resolver, context)
        if named is None:
            return None
    if not _counts(site, resolver, context):
        return None
    values = resolver.values(named, context) if named is not None else []
    hanging = tuple(resolver.open_parameters)
    given = _Given(site, resolver, context)
    refs = {ref for value in values for ref in given.references(value)}
    if site.pattern.kind == "model-file":
        files = (ref for ref in refs if identity.is_weights(ref.id) and not identity.is_own_checkpoint(ref.id))
        # a file in a folder that callers name belongs to what they name
        files = (ref for ref in files if ref.resolved_by is not ResolvedBy.CALLER or not _IN_REPOSITORY(ref.id))
        return Answer(tuple(sorted(files)), (), hanging)
    if refs:
        return Answer(tuple(sorted(refs)), (), hanging)
    reasons = [reason for value in values if (reason := _reason(site, value))]
    if reasons:
        return Answer((), (DynamicModel(display(site), reasons[0], site.call.line, site.call.cell),), hanging)
    if not all(map(is_none, values)):
        return None
    return _unnamed(given, hanging)


def _counts(site: Site, resolver: Resolver, context: Context) -> bool:
    """Whether weights are loaded at all: `timm.create_model` builds untrained ones unless told otherwise."""
    if site.pattern.callable == "timm.create_model":
        values = resolver.argument_values(Term("call", "", (Term("?"), *site.call.args)), context, 1, ("pretrained",))
        return bool(values) and not all(isinstance(v, Constant) and v.text != "True" for v in values)
    return True


def _reason(site: Site, value: Value) -> str:
    """Why a value names no model; empty where it is no name but an object, or nothing."""
    if isinstance(value, Text) and not value.number:
        return identity.local_reason(value.text, site.pattern)
    if isinstance(value, Unknown):
        return value.reason + (f": {value.partly}" if value.partly else "")
    if is_none(value) or (site.pattern.kind.startswith("model-or-object") and isinstance(value, Foreign)):
        return ""
    made = isinstance(value, Foreign) and not value.name.startswith("?")
    return "an object, made at run time" if made else "known at run time only"


class _Given:
    """What a call says beside the id."""

    def __init__(self, site: Site, resolver: Resolver, context: Context) -> None:
        self.site = site
        self.resolver = resolver
        self.context = context

    def references(self, value: Value) -> Iterator[ModelRef]:
        """The model that a value names, if it names one; of a file in a folder that is not known, that file."""
        if isinstance(value, Text) and not value.number and not identity.local_reason(value.text, self.site.pattern):
            yield self.reference(value.text, HOW[value.by])
        elif isinstance(value, Unknown):
            folder, _, name = value.partly.rpartition("/")
            theirs = value.by >= CALLER or value.reason.startswith((PARAMETER, OPTION))
            beside = folder == "*" and self.site.pattern.kind == "model-file" and theirs
            if identity.is_weights(name) and "*" not in name and not beside:
                yield self.reference(name, HOW[value.by])

    def reference(self, text: str, how: ResolvedBy) -> ModelRef:
        """A reference to the model of that id."""
        pattern, call = self.site.pattern, self.site.call
        name, revision = identity.hub_address(text), self._revision
        if pattern.kind == "model-of-repo" and ":" in name:
            repository, _, rest = name.partition(":")
            revision, slash, model = rest.partition("/")
            name = repository + slash + model
        route, provider = identity.route_of(pattern, name, self._provider, moved=self._moved)
        return ModelRef(
            id=name,
            kind=identity.kind_of(pattern, "dataset" if "/datasets/" in text else self._repo_type),
            route=route,
            pattern=display(self.site),
            resolved_by=how,
            line=call.line,
            cell=call.cell,
            revision=revision,
            trust_remote_code=self._trusted,
            provider=provider,
        )

    @cached_property
    def _revision(self) -> str:
        return self._text("revision")

    @cached_property
    def _provider(self) -> str:
        return self._text("model_provider", "custom_llm_provider", "provider")

    @cached_property
    def _repo_type(self) -> str:
        return self._text("repo_type")

    @cached_property
    def _trusted(self) -> bool:
        values = self.values("trust_remote_code")
        return any(isinstance(value, Constant) and value.text == "True" for value in values)

    @cached_property
    def _moved(self) -> bool:
        """Whether the call, or the client it is made on, is pointed to another host."""
        site = self.site
        if site.pattern.route == "local":
            return False
        facts = self.resolver.program.facts(site.path)
        if facts is not None and facts.client_moved and site.pattern.provider == "openai":
            return True
        places = [(site.call.args, self.context)]
        if site.client is not None:
            places.append((site.client[0].args[1:], site.client[1]))
        return any(
            arg.op == "kw" and arg.text in _MOVED and not all(map(is_none, self.resolver.of(arg.args[0], there)))
            for args, there in places
            for arg in args
        )

    def _text(self, *names: str) -> str:
        return next((value.text for value in self.values(*names) if isinstance(value, Text)), "")

    def values(self, *names: str) -> list[Value]:
        """What a keyword is given, or a dictionary of them holds."""
        for arg in self.site.call.args:
            if arg.op == "kw" and arg.text in names:
                return self.resolver.of(arg.args[0], self.context)
        key: list[Value] = [Text(names[0])]
        found = [value for table in self._tables for value in members.at(self.resolver, table, key)]
        return [value for value in found if isinstance(value, Text | Constant)]

    @cached_property
    def _tables(self) -> list[Table]:
        stars = [arg.args[0] for arg in self.site.call.args if arg.op == "stars"]
        values = [value for star in stars for value in self.resolver.of(star, self.context)]
        return [value for value in values if isinstance(value, Table)]


def display(site: Site) -> str:
    """The callable as a person would write it."""
    name = site.name.replace("()", "")
    return "*." + name.removeprefix("?.") if name.startswith("?") else name


def _unnamed(given: _Given, hanging: tuple[tuple[str, str, str], ...]) -> Answer | None:
    """Nothing is given: the default of the library, or whatever the service takes."""
    site, pattern = given.site, given.site.pattern
    names = [pattern.default] if pattern.default else []
    if pattern.default == "task":
        call = Term("call", "", (Term("?"), *site.call.args))
        tasks = given.resolver.argument_values(call, given.context, 0, ("task",))
        names = [DEFAULTS[task.text] for task in tasks if isinstance(task, Text) and task.text in DEFAULTS]
    if names:
        refs = (given.reference(name, ResolvedBy.IMPLICIT) for name in sorted(set(names)))
        return Answer(tuple(refs), (), hanging)
    if pattern.kind in {"model-or-object-optional", "model-named"}:
        return None
    return Answer((), (DynamicModel(display(site), _NONE_NAMED, site.call.line, site.call.cell),), hanging)


# -- callables that name a model in a way of their own ----------------------------------------------------------------


def _of_repository(site: Site, resolver: Resolver, context: Context) -> Term | None:
    """`torch.hub.load("owner/repository:branch", "model")`."""
    repository = argument(site.call.args, 0, ("repo_or_dir", "github"))
    model = argument(site.call.args, 1, ("model",))
    local = any(isinstance(v, Text) and v.text == "local" for v in _Given(site, resolver, context).values("source"))
    if repository is None:
        return Term("?", "no repository is given")
    if local:
        return Term("?", "a local path")
    known = model is not None and any(isinstance(v, Text) for v in resolver.of(model, context))
    return Term("path", "", (repository, model)) if known and model is not None else repository


def _by_weights(site: Site, resolver: Resolver, context: Context) -> Term | None:
    """`torchvision.models.resnet50(weights=...)`: the function is the model, if weights are asked for."""
    name = site.name.rpartition(".")[2]
    if name.endswith("[]"):
        return Term("?", "looked up by its name")
    if not name.islower() or name.startswith(("get_", "list_")) or not site.name.startswith("torchvision.models."):
        if name == "get_model":
            return argument(site.call.args, 0, ("name",))
        return None
    weights = argument(site.call.args, 0, ("weights", "pretrained", "weights_backbone"))
    if weights is None:
        return None
    values = resolver.of(weights, context)
    if all(isinstance(value, Constant) and value.text != "True" for value in values):
        return None
    return Term("str", name)


def _by_attribute(site: Site, _: Resolver, __: Context) -> Term | None:
    name = next((part for part in site.name.split(".")[2:] if part.replace("()", "").isupper()), "")
    return Term("str", name.replace("()", "")) if name else None


def _by_option(site: Site, _: Resolver, __: Context) -> Term | None:
    options = argument(site.call.args, 0, ("args",))
    return Term("attr", "model", (options,)) if options is not None else Term("?", "an option of the command line")


def _of_arguments(site: Site, resolver: Resolver, context: Context) -> Term | None:
    """`model_args="pretrained=gpt2,dtype=float"`, or the same as a dictionary."""
    given = argument(site.call.args, -1, ("model_args",))
    if given is None:
        return Term("?", "no arguments of a model are given")
    found = []
    for value in resolver.of(given, context):
        if isinstance(value, Text):
            pairs = dict(part.partition("=")[::2] for part in value.text.split(","))
            named = pairs.get("pretrained") or pairs.get("model")
            found += [Term("str", named)] if named else []
        elif isinstance(value, Table):
            found += [v for k, v, _ in value.pairs if k.op == "str" and k.text in {"pretrained", "model"}]
    return Term("any", "", tuple(found)) if found else Term("?", "arguments known at run time only")


def _of_environment(site: Site, _: Resolver, __: Context) -> Term | None:
    given = argument(site.call.args, -1, ("env",))
    if given is None:
        return Term("?", "no model is named in env")
    return Term("item", "", (given, Term("str", "HF_MODEL_ID")))


def _of_list(site: Site, _: Resolver, __: Context) -> Term | None:
    """`Router(model_list=[{"litellm_params": {"model": ...}}])`."""
    given = argument(site.call.args, 0, ("model_list",))
    if given is None:
        return Term("?", "no list of models is given")
    entry = Term("item", "", (Term("each", "", (given,)), Term("str", "litellm_params")))
    return Term("item", "", (entry, Term("str", "model")))


_SPECIAL = {
    "model-of-repo": _of_repository,
    "model-by-weights": _by_weights,
    "model-attribute": _by_attribute,
    "model-by-option": _by_option,
    "model-args": _of_arguments,
    "model-env": _of_environment,
    "model-list": _of_list,
}
