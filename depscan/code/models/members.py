"""Attributes and items of values: of libraries and modules, of classes and their instances, of tables and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.code.models.kinds import (
    BRANCH,
    CONSTANT,
    DEFAULT,
    UNKNOWN_VALUE,
    Constant,
    Context,
    File,
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
    bound,
    is_none,
    weaker,
)

if TYPE_CHECKING:
    from depscan.code.models.facts import Class, Term
    from depscan.code.models.values import Resolver


def member(resolver: Resolver, base: Value, name: str) -> list[Value]:
    """`base.name`."""
    return [weaker(value, base.by) for value in _member(resolver, base, name)]


def _member(resolver: Resolver, base: Value, name: str) -> list[Value]:
    match base:
        case Foreign():
            if base.name.endswith("flags.FLAGS") and True:
                return _option(resolver, Options(resolver.program.declaring(name)), name)
            return [Foreign(f"{base.name}.{name}", base.call, base.by)]
        case File():
            inner = resolver.program.submodule(base.path, name)
            return [File(inner)] if inner else resolver.named_through(base.path, name)
        case Own():
            return _of_class(resolver, base.path, base.name, name, None) or [Foreign(f"?.{name}")]
        case Object():
            return _of_class(resolver, base.path, base.name, name, base) or [Foreign(f"?.{name}")]
        case Options():
            return _option(resolver, base, name)
        case Text() if name in {"value", "name"}:
            return [base]
        case Table():
            return at(resolver, base, [Text(name)])
    return [Foreign(f"?.{name}")]


def _option(resolver: Resolver, options: Options, name: str) -> list[Value]:
    if name == "__dict__":
        return [options]
    for path in resolver.program.declaring_near(options.path):
        facts = resolver.program.facts(path)
        if facts is not None and name in facts.options:
            values = [weaker(value, DEFAULT) for value in resolver.of(facts.options[name], Context(path))]
            return [value for value in values if not is_none(value)] or [Unknown("an option without a default")]
    return [Unknown("an option of the command line")]


def _of_class(resolver: Resolver, path: str, name: str, member: str, instance: Object | None) -> list[Value]:
    """A method or field of a class or of one of its bases; empty when it has none."""
    if (path, f"{name}()") in resolver.visiting:
        return []
    resolver.visiting.add((path, f"{name}()"))
    try:
        found = resolver.klass(path, name)
        if found is None:
            resolver.program.want(path, name)
            return []
        given = _given(resolver, found, member, instance)
        if given:
            return given
        if member in found.methods:
            return [Own(path, f"{name}.{member}", instance)]
        if member in found.fields:
            return _field(resolver, path, name, found, member, instance)
        if instance is not None and (path, f"{name}.__init__:{member}") in resolver.filled:
            return resolver.given(path, f"{name}.__init__:{member}")
        if instance is not None and member in found.declared:
            resolver.open_parameters[path, f"{name}.__init__", member] = None
            return [Unknown(f"a field of {name}")]
        for base in found.bases:
            for value in resolver.of(base, Context(path)):
                if isinstance(value, Own) and (
                    inherited := _of_class(
                        resolver,
                        value.path,
                        value.name,
                        member,
                        instance and Object(value.path, value.name, instance.call),
                    )
                ):
                    return inherited
                if isinstance(value, Foreign) and not value.name.startswith(("abc.", "typing.", "enum.", "?")):
                    mark = "()" if instance is not None else ""
                    return [Foreign(f"{value.name}{mark}.{member}")]
    finally:
        resolver.visiting.discard((path, f"{name}()"))
    resolver.program.want(path, name)
    return []


def _given(resolver: Resolver, found: Class, member: str, instance: Object | None) -> list[Value]:
    """A field of a dataclass that its constructor was given."""
    if instance is None or instance.call is None or member not in found.declared or "__init__" in found.methods:
        return []
    call, context = instance.call
    value = argument(call.args[1:], found.declared.index(member), (member,))
    return [weaker(v, CONSTANT) for v in resolver.of(value, context)] if value is not None else []


def _field(resolver: Resolver, path: str, name: str, found: Class, member: str, instance: Object | None) -> list[Value]:
    given: dict[str, tuple[tuple[Term, Context], ...]] = {}
    maker = resolver.function(path, f"{name}.__init__")
    if instance is not None and instance.call is not None and maker is not None:
        call, context = instance.call
        given = bound(maker, f"{name}.__init__", call.args[1:], context, Context(path))
    if instance is not None and instance.call is None and member in found.declared:
        if (path, f"{name}.__init__:{member}") in resolver.filled:
            return resolver.given(path, f"{name}.__init__:{member}")
        resolver.open_parameters[path, f"{name}.__init__", member] = None
    inner = Context(path, given)
    by = DEFAULT if member in found.declared else CONSTANT
    return [weaker(value, by) for value in resolver.of(found.fields[member], inner)]


def at(resolver: Resolver, base: Value, keys: list[Value]) -> list[Value]:
    """`base[key]`; of an unknown key, all there is."""
    return [weaker(value, base.by) for value in _at(resolver, base, keys)]


def _at(resolver: Resolver, base: Value, keys: list[Value]) -> list[Value]:
    texts = {key.text for key in keys if isinstance(key, Text)}
    surely = bool(texts) and all(isinstance(key, Text) for key in keys)
    match base:
        case Table():
            return _of_table(resolver, base, texts, surely=surely)
        case Items():
            chosen = base.items
            if surely and len(texts) == 1 and len(chosen) > 0:
                index = next(iter(texts))
                number = int(index) if index.lstrip("-").isdecimal() else len(chosen)
                known = not any(item.op == "star" for item, _ in chosen)
                chosen = (
                    chosen[number : number + 1 or None] if known and -len(chosen) <= number < len(chosen) else chosen
                )
                if not known or len(base.items) == len(chosen) > 1:
                    return each(resolver, base)
                return [weaker(value, CONSTANT) for item, there in chosen for value in resolver.of(item, there)]
            return each(resolver, base)
        case Options() if texts and next(iter(texts)).isdecimal():
            return [base]  # `args, rest = parser.parse_known_args()`
        case Options() if surely:
            return [value for text in sorted(texts) for value in _option(resolver, base, text)]
        case Own():
            return each(resolver, base)
        case Foreign():
            if base.name == "os.environ":
                return [Unknown("an environment variable")]
            return [Foreign(f"{base.name}[]", base.call)]
    return [UNKNOWN_VALUE]


def _of_table(resolver: Resolver, table: Table, texts: set[str], *, surely: bool) -> list[Value]:
    exact: list[Value] = []
    others: list[Value] = []
    for key, value, context in table.pairs:
        if key.op == "stars":
            for inner in resolver.of(value, context):
                if isinstance(inner, Table):
                    exact += _of_table(resolver, inner, texts, surely=True) if surely else []
                    others += _of_table(resolver, inner, set(), surely=False)
            continue
        keys = resolver.of(key, context)
        found = [weaker(v, CONSTANT) for v in resolver.of(value, context)]
        if surely and any(isinstance(k, Text) and k.text in texts for k in keys):
            exact += found
        elif not surely or not all(isinstance(k, Text | Constant) for k in keys):
            others += found
    if surely and exact:
        return exact
    return [weaker(value, BRANCH) for value in others]


def each(resolver: Resolver, base: Value) -> list[Value]:
    """What an iteration gives."""
    found: list[Value] = []
    match base:
        case Items():
            for item, context in base.items:
                if item.op == "star":
                    found += resolver.each_of(item, context)
                else:
                    found += resolver.of(item, context)
        case Table():
            found = [
                value for key, _, context in base.pairs if key.op != "stars" for value in resolver.of(key, context)
            ]
        case Own():
            inner = resolver.klass(base.path, base.name)
            fields = inner.fields.values() if inner else ()
            found = [value for term in fields for value in resolver.of(term, Context(base.path))]
        case Foreign():
            return [Foreign(f"{base.name}[]", base.call)]
    several = BRANCH if len(found) > 1 else CONSTANT
    return [weaker(value, several) for value in found] or [UNKNOWN_VALUE]
