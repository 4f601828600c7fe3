"""What well-known functions and methods give: texts, paths, dictionaries, defaults of fields, options and variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.code.models import members
from depscan.code.models.facts import Term
from depscan.code.models.kinds import (
    COMPOSED,
    CONSTANT,
    DEFAULT,
    UNKNOWN_VALUE,
    Constant,
    Context,
    Foreign,
    Items,
    Object,
    Options,
    Own,
    Table,
    Text,
    Unknown,
    Value,
    argument,
    is_none,
    weaker,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from depscan.code.models.values import Resolver

_PATHS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_SAME_NAMES = """
builtins.str builtins.list builtins.tuple builtins.set builtins.frozenset builtins.sorted builtins.iter
builtins.reversed builtins.vars os.path.expanduser os.path.abspath os.path.normpath os.fspath copy.copy copy.deepcopy
dataclasses.asdict omegaconf.OmegaConf.create omegaconf.OmegaConf.to_container
"""
_SAME = frozenset(_SAME_NAMES.split())
_FIELDS = frozenset({"dataclasses.field", "attr.ib", "attr.field", "attrs.field"})
_WITH_DEFAULT_NAMES = """
pydantic.Field pydantic.fields.Field pydantic_settings.Field typer.Option typer.Argument fastapi.Query fastapi.Body
fastapi.Form traitlets.Unicode pydantic.v1.Field sqlmodel.Field llama_index.core.bridge.pydantic.Field
langchain_core.pydantic_v1.Field gin.config gr.Textbox
"""
_WITH_DEFAULT = frozenset(_WITH_DEFAULT_NAMES.split())
_OF_CLASS_NAMES = """
tyro.cli draccus.parse omegaconf.OmegaConf.structured simple_parsing.parse pyrallis.parse jsonargparse.CLI
pydantic.parse_obj_as dacite.from_dict
"""
_OF_CLASS = frozenset(_OF_CLASS_NAMES.split())
_PARSED = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
_INTO_CLASSES_NAMES = """
parse_args_into_dataclasses parse_args_and_config parse_json_file parse_yaml_file parse_dict parse
"""
_INTO_CLASSES = frozenset(_INTO_CLASSES_NAMES.split())
_UNCHANGED = frozenset(
    {"strip", "copy", "expanduser", "resolve", "absolute", "as_posix", "lstrip", "rstrip", "replace"}
)


def function(resolver: Resolver, name: str, term: Term, context: Context) -> list[Value] | None:
    """What a call of a library's function gives; None when nothing is known of it."""

    def values(index: int, *names: str) -> list[Value]:
        return resolver.argument_values(term, context, index, names)

    if name in _PATHS:
        parts = [resolver.of(arg, context) for arg in term.args[1:] if arg.op not in {"kw", "stars"}]
        return resolver.texts(parts, "/") if parts else [UNKNOWN_VALUE]
    if name in _SAME:
        return values(0)
    if name in {"os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"}:
        return _or_default(values(1, "default"), "an environment variable")
    if name in _FIELDS:
        return _made(resolver, term, context) or values(-1, "default") or [UNKNOWN_VALUE]
    if name in _WITH_DEFAULT:
        return _made(resolver, term, context) or _or_default(values(0, "default"), "an option without a default")
    if name in _OF_CLASS:
        return [Object(v.path, v.name) if isinstance(v, Own) else v for v in values(0, "data_class")]
    if name == "typing.cast":
        return values(1, "val")
    tail = name.rpartition(".")[2]
    if tail in _PARSED:
        return [Options(context.path)]
    return _builtin(resolver, name, values, term, context)


def _builtin(
    resolver: Resolver, name: str, values: Callable[..., list[Value]], term: Term, context: Context
) -> list[Value] | None:
    match name:
        case (
            "builtins.dict"
            | "types.SimpleNamespace"
            | "argparse.Namespace"
            | "easydict.EasyDict"
            | "collections.OrderedDict"
        ):
            words = [arg for arg in term.args[1:] if arg.op == "kw"]
            table: list[Value] = [Table(tuple((Term("str", arg.text), arg.args[0], context) for arg in words))]
            return table if words else values(0) or table
        case "builtins.getattr":
            named = [v for v in values(1) if isinstance(v, Text)]
            found = [v for base in values(0) for key in named for v in members.member(resolver, base, key.text)]
            known = [v for v in found if not isinstance(v, Unknown | Foreign)]
            return [*(known or found), *(weaker(v, DEFAULT) for v in values(2) if not is_none(v))] or [UNKNOWN_VALUE]
        case "builtins.next" | "builtins.min" | "builtins.max" | "random.choice" | "builtins.filter":
            return resolver.of(Term("each", "", term.args[1:2]), context) if len(term.args) > 1 else None
        case "builtins.zip" | "itertools.product":
            return [Items(((Term("seq", "", tuple(Term("each", "", (arg,)) for arg in term.args[1:])), context),))]
        case "builtins.enumerate" if len(term.args) > 1:
            return [Items(((Term("seq", "", (Term("?", "a number"), Term("each", "", (term.args[1],)))), context),))]
        case (
            "environ.Env()"
            | "decouple.config"
            | "starlette.config.Config()"
            | "environs.Env().str"
            | "environ.Env().str"
        ):
            return _or_default(values(1, "default"), "an environment variable")
    return None


def _or_default(values: list[Value], reason: str) -> list[Value]:
    known = [weaker(value, DEFAULT) for value in values if not is_none(value) and not _is_ellipsis(value)]
    return known or [Unknown(reason)]


def _is_ellipsis(value: Value) -> bool:
    return isinstance(value, Unknown) and not value.partly


def _made(resolver: Resolver, term: Term, context: Context) -> list[Value]:
    """What `default_factory=` gives."""
    factory = argument(term.args[1:], -1, ("default_factory",))
    if factory is None or any(arg.op == "stars" for arg in term.args):
        return []
    if factory.op == "lambda":
        return resolver.of(factory, context)
    return resolver.called(resolver.of(factory, context), Term("call", "", (factory,)), context)


# -- methods ----------------------------------------------------------------------------------------------------------


def method(resolver: Resolver, base: Value, name: str, term: Term, context: Context) -> list[Value] | None:
    """What a call of a method of a known value gives; None when nothing is known of it."""
    match base:
        case Text():
            return _of_text(resolver, base, name, term, context)
        case Unknown() if base.partly and name in _UNCHANGED:
            return [base]
        case Table():
            return _of_table(resolver, base, name, term, context)
        case Items() if name in {"copy", "tolist"}:
            return [base]
        case Items() if name in {"pop", "index"}:
            return members.at(resolver, base, [])
        case Options() if name in {"get", "pop", "items"}:
            return members.at(resolver, base, resolver.argument_values(term, context, 0, ("key",)))
        case Foreign() if base.name.endswith("Parser()") and name in _INTO_CLASSES:
            return _instances(base)
    return None


def _instances(parser: Foreign) -> list[Value] | None:
    """`HfArgumentParser((A, B)).parse_args_into_dataclasses()`: an A and a B."""
    if parser.call is None or not parser.name.endswith(("HfArgumentParser()", "TrlParser()", "H4ArgumentParser()")):
        return None
    call, context = parser.call
    given = argument(call.args[1:], 0, ("dataclass_types",))
    if given is None:
        return None
    classes = given.args if given.op == "seq" else (given,)
    made = tuple((Term("made", "", (item,)), context) for item in classes)
    return [Items(made)]


def _of_text(resolver: Resolver, base: Text, name: str, term: Term, context: Context) -> list[Value] | None:
    args = [resolver.of(arg, context) for arg in term.args[1:] if arg.op not in {"kw", "stars"}]
    if name == "format":
        words = {arg.text: resolver.of(arg.args[0], context) for arg in term.args[1:] if arg.op == "kw"}
        return filled(resolver, base.text, "{}", args, words)
    if name == "join" and len(args) == 1:
        parts = [resolver.of(*item) for value in args[0] if isinstance(value, Items) for item in value.items]
        return resolver.texts(parts, base.text) if parts else [UNKNOWN_VALUE]
    if name in _UNCHANGED and not args and name != "strip":
        return [base]
    plain = [part[0].text if len(part) == 1 and isinstance(part[0], Text) else None for part in args]
    if any(text is None for text in plain):
        return [UNKNOWN_VALUE]
    texts = [text for text in plain if text is not None]
    made = _simple(base.text, name, texts)
    if made is None:
        return [UNKNOWN_VALUE]
    if isinstance(made, str):
        return [Text(made, max(base.by, COMPOSED))]
    return [Items(tuple((Term("str", part), context) for part in made), max(base.by, COMPOSED))]


def _simple(text: str, name: str, args: list[str]) -> str | list[str] | None:
    """Methods of `str` whose arguments are known."""
    match name, args:
        case "lower" | "upper" | "title" | "strip", []:
            return str(getattr(text, name)())
        case "replace", [old, new, *_] if old and len(new) <= 100:
            return text.replace(old, new)[:300]
        case "removeprefix" | "removesuffix" | "strip" | "lstrip" | "rstrip", [part]:
            return str(getattr(text, name)(part))
        case "split" | "rsplit", [part, *_] if part:
            return text.split(part)[:50]
        case "joinpath", [*parts]:
            return "/".join([text, *parts])
        case "with_suffix", [part]:
            folder, slash, name = text.rpartition("/")
            return folder + slash + name.rpartition(".")[0] + part if "." in name else text + part
    return None


def _of_table(resolver: Resolver, base: Table, name: str, term: Term, context: Context) -> list[Value] | None:
    keys = resolver.argument_values(term, context, 0, ("key",))
    default = resolver.argument_values(term, context, 1, ("default",))
    match name:
        case "get" | "pop" | "setdefault":
            found = [value for value in members.at(resolver, base, keys) if value is not UNKNOWN_VALUE]
            return [*found, *(weaker(v, DEFAULT) for v in default)] or [Constant("None")]
        case "values":
            return [Items(tuple((value, there) for key, value, there in base.pairs if key.op != "stars"))]
        case "keys":
            return [Items(tuple((key, there) for key, _, there in base.pairs if key.op != "stars"))]
        case "items":
            pairs = [(Term("seq", "", (key, value)), there) for key, value, there in base.pairs if key.op != "stars"]
            return [Items(tuple(pairs))]
        case "copy":
            return [weaker(base, CONSTANT)]
    return None


_FIELD = re.compile(r"\{(\w*)(?:![rs])?(?::[^{}]*)?\}")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[sd]")


def filled(
    resolver: Resolver, template: str, style: str, given: list[list[Value]], words: dict[str, list[Value]]
) -> list[Value]:
    """A template with what fills it: `"{}".format(...)` or `"%s" % ...`."""
    parts: list[list[Value]] = []
    last = index = 0
    for found in (_PERCENT if style == "%" else _FIELD).finditer(template):
        parts.append([Text(template[last : found.start()])])
        last = found.end()
        name = found[1] or ""
        if name.isdecimal():
            parts.append(given[int(name)] if int(name) < len(given) else [UNKNOWN_VALUE])
        elif name:
            parts.append(words.get(name, [UNKNOWN_VALUE]))
        else:
            parts.append(given[index] if index < len(given) else [UNKNOWN_VALUE])
            index += 1
    parts.append([Text(template[last:])])
    return resolver.texts(parts, "")
