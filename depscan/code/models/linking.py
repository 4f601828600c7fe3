"""All files of a repository together: which models each of them names, given what the others say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from depscan.code.models import patterns, sites
from depscan.code.models.kinds import Context, Object, Options, Own, argument
from depscan.code.models.program import Program
from depscan.code.models.values import Resolver
from depscan.code.scope import scope_of
from depscan.model import Scope
from depscan.model.models import DynamicModel, ModelKind, ModelRef, ResolvedBy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from depscan.code.models.facts import Call, Facts, Term
    from depscan.code.models.sites import Answer, Site
    from depscan.model import Import

_ROUNDS = 6
"""How often more files are asked for; each answer may point to others."""
_READ = 400
"""Files that are read because others point to them."""
_GENERATIONS = 3
_CHAIN = 4
"""Functions between a call and the site that it reaches."""
_CALLS_OF_SITE = 200
"""Calls that are followed into one site."""
_STEPS = 20_000
_STEPS_OF_FILE = 40
_MOST_STEPS = 60_000
"""Terms that are looked at to follow calls, all in all: a number, more for each file, and the most."""

_T = TypeVar("_T")
Filling = dict[tuple[str, str], tuple["Term", Context]]
Found = dict[str, tuple[tuple[ModelRef, ...], tuple[DynamicModel, ...]]]


def link(
    facts: Mapping[str, Facts],
    imports: Mapping[str, Iterable[Import]],
    load: Callable[[Mapping[str, frozenset[str]]], Mapping[str, Facts]],
) -> Found:
    """
    What each file names.

    `facts` are those of the files that concern models, `imports` those of every file. `load` reads files for the names
    that others look for in them; it may leave out what it cannot read.
    """
    known = dict(facts)
    asked: dict[str, frozenset[str]] = {}
    before: dict[str, _OfFile] = {}
    for number in range(_ROUNDS):
        run = _Run(Program(known, imports, asked), before)
        run.read()
        run.follow(answering=number == _ROUNDS - 1)
        more = run.asks(asked)
        if not more:
            # to answer is most of the work, so it is done when all is read, unless the answers ask for more
            run.follow(answering=True)
            more = run.asks(asked)
        if not more:
            break
        asked |= more
        known |= load(more)
        before = {path: kept for path, kept in run.kept.items() if kept.final and path not in more}
    return run.found()


@dataclass
class _OfFile:
    """What was found in one file before calls were followed."""

    refs: set[ModelRef] = field(default_factory=set)
    dynamic: dict[tuple[int, int, str], DynamicModel] = field(default_factory=dict)
    calls: list[tuple[Own, Call]] = field(default_factory=list)
    """Of functions of the repository."""
    waiting: list[tuple[Site, Answer]] = field(default_factory=list)
    """Sites that hang on parameters."""
    final: bool = True
    """Nothing that may still be read changes it."""


@dataclass
class _Run:
    """One pass over all files that are known."""

    program: Program
    before: Mapping[str, _OfFile]
    kept: dict[str, _OfFile] = field(default_factory=dict)
    resolver: Resolver = field(init=False)
    refs: dict[str, set[ModelRef]] = field(default_factory=dict)
    dynamic: dict[str, dict[tuple[int, int, str], DynamicModel]] = field(default_factory=dict)
    callers: dict[tuple[str, str], list[tuple[str, Call]]] = field(default_factory=dict)
    followed: set[tuple[str, str]] = field(default_factory=set)
    answering: bool = False
    most: int = 0
    _touched: bool = False

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.program)

    def read(self) -> None:
        """Answer every site as far as the files that are read tell."""
        for path, facts in sorted(self.program.known()):
            self.kept[path] = kept = self.before.get(path) or self._read(path, facts)
            for own, call in kept.calls:
                self.callers.setdefault(self._entered(own), []).append((path, call))

    def follow(self, *, answering: bool) -> None:
        """Follow what was left open to its callers; if `answering`, give the sites what they hand over."""
        self.answering = answering
        self.refs = {path: set(kept.refs) for path, kept in self.kept.items()}
        self.dynamic = {path: dict(kept.dynamic) for path, kept in self.kept.items()}
        steps = _STEPS + _STEPS_OF_FILE * self.program.size
        self.most = self.resolver.spent + min(steps, _MOST_STEPS)
        for _, kept in sorted(self.kept.items()):
            for site, answer in kept.waiting:
                seen: set[tuple[str, int, str, str]] = set()
                base = frozenset(ref.id for ref in answer.refs)
                for key in answer.open_parameters:
                    self._follow(site, key, {}, seen, base)

    def asks(self, asked: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """The files to read next, each with all names that it is to be read for."""
        more = {path: asked.get(path, frozenset()) | names for path, names in sorted(self._wanted().items())}
        more = {path: names for path, names in more.items() if names != asked.get(path)}
        return dict([*more.items()][: max(0, _READ - len(asked))])

    def _read(self, path: str, facts: Facts) -> _OfFile:
        kept = _OfFile()
        for call in facts.calls:
            site, owns = self._judge(path, call)
            kept.calls += [(own, call) for own in owns]
            answer = self._answer(site) if site is not None else None
            if site is None or answer is None:
                continue
            kept.refs.update(answer.refs)
            for item in answer.dynamic:
                kept.dynamic.setdefault((item.cell, item.line, item.pattern), item)
            if answer.open_parameters and not (site.pattern.kind == "model-file" and scope_of(path) is Scope.TEST):
                kept.waiting.append((site, answer))
        kept.final = not kept.waiting and not self._touched
        self._touched = False
        return kept

    def _judge(self, path: str, call: Call) -> tuple[Site | None, list[Own]]:
        if call.callee.text in patterns.methods():
            # whatever class it is: files that load models are read already
            return sites.judge(path, call, self.resolver)
        return self._recorded(lambda: sites.judge(path, call, self.resolver))

    def _answer(self, site: Site) -> Answer | None:
        return self._recorded(lambda: sites.answer(site, self.resolver, Context(site.path)))

    def _recorded(self, ask: Callable[[], _T]) -> _T:
        """The answer, with a note of what was looked for in vain."""
        self.program.recording = True
        before = sum(map(len, self.program.missing.values()))
        try:
            return ask()
        finally:
            self.program.recording = False
            self._touched = self._touched or sum(map(len, self.program.missing.values())) > before

    def _entered(self, value: Own) -> tuple[str, str]:
        """The function that a call runs: of a class, the constructor, wherever it is inherited from."""
        path, name = value.path, value.name
        for _ in range(8):
            own = self.resolver.klass(path, name)
            if own is None:
                return path, name
            if "__init__" in own.methods or own.declared:
                break
            bases = [v for base in own.bases for v in self.resolver.values(base, Context(path)) if isinstance(v, Own)]
            if not bases:
                break
            path, name = bases[0].path, bases[0].name
        return path, f"{name}.__init__"

    def _follow(
        self,
        site: Site,
        key: tuple[str, str, str],
        filled: Filling,
        seen: set[tuple[str, int, str, str]],
        base: frozenset[str],
    ) -> None:
        """
        Give the site what its callers hand to that parameter, and note it where each caller stands.

        `base` are the ids that it has without them.
        """
        path, function, parameter = key
        self.followed.add((path, function))
        for there, call in self.callers.get((path, function), ()):
            value = self._argument(key, call)
            place = (there, id(call), function, parameter)
            if value is None or self.resolver.spent > self.most or place in seen or len(seen) >= _CALLS_OF_SITE:
                continue
            seen.add(place)
            self.resolver.filled = {**filled, (path, f"{function}:{parameter}"): (value, Context(there))}
            texts = self.resolver.leaves(value, Context(there))
            onward = [
                key
                for key in self.resolver.open_parameters
                if (key[0], f"{key[1]}:{key[2]}") not in self.resolver.filled
            ]
            now = self.resolver.filled
            if self.answering and (texts or self._is_held(value, there)):
                self._take(site, there, call, texts, base)
            if len(now) < _CHAIN:
                for next_key in onward:
                    self._follow(site, next_key, now, seen, base)
            self.resolver.filled = {}

    def _is_held(self, value: Term, path: str) -> bool:
        """Whether what is handed over may hold an id: options, or an instance."""
        return any(isinstance(found, Options | Object) for found in self.resolver.values(value, Context(path)))

    def _take(self, site: Site, path: str, call: Call, texts: list[str], base: frozenset[str]) -> None:
        answer = self._answer(site)
        for ref in answer.refs if answer else ():
            if any(text in ref.id for text in texts) or (not texts and ref.id not in base):
                found = replace(ref, resolved_by=ResolvedBy.CALLER)
                self.refs.setdefault(path, set()).add(replace(found, line=call.line, cell=call.cell))
                if scope_of(path) in {Scope.PRODUCTION, Scope.TOOLING, scope_of(site.path)}:
                    self._add(site, found)

    def _add(self, site: Site, ref: ModelRef) -> None:
        """At the site itself, unless it is known there already; it is no longer dynamic then."""
        held = self.refs.setdefault(site.path, set())
        if not any((other.id, other.line, other.cell) == (ref.id, ref.line, ref.cell) for other in held):
            held.add(ref)
        self.dynamic.get(site.path, {}).pop((site.call.cell, site.call.line, sites.display(site)), None)

    def _argument(self, key: tuple[str, str, str], call: Call) -> Term | None:
        """What a call gives for a parameter of a function, or for a field of a dataclass."""
        path, name, parameter = key
        facts = self.program.facts(path)
        if facts is None:
            return None
        function = facts.functions.get(name)
        if function is not None and parameter in function.params:
            index = function.params.index(parameter) - (1 if function.method else 0)
            return argument(
                call.args, index if function.params.index(parameter) < function.positional else -1, (parameter,)
            )
        own = facts.classes.get(name.removesuffix(".__init__"))
        if own is not None and parameter in own.declared:
            return argument(call.args, own.declared.index(parameter), (parameter,))
        return None

    def _wanted(self) -> dict[str, set[str]]:
        """Names that values lead to, and files that may call what was left open."""
        found = {path: set(names) for path, names in self.program.missing.items()}
        for path, function in self.followed:
            top, _, method = function.removesuffix(".__init__").partition(".")
            called = method or top
            if not self._is_reachable(path, top, method):
                continue
            for file, name in self.program.importers(path, top, method=bool(method)):
                found.setdefault(file, set()).add(called if method else name)
        for path, name in self._derived():
            for file, called in self.program.importers(path, name):
                found.setdefault(file, set()).add(called)
        return found

    def _derived(self) -> Iterator[tuple[str, str]]:
        """Classes that are called like the callable of the table which they inherit from."""
        known = set(patterns.tails())
        for _ in range(_GENERATIONS):
            before = len(known)
            for path, facts in self.program.known():
                for name, own in facts.classes.items():
                    inherits = any(last in known for base in own.bases for last in _last(base))
                    if inherits and "__init__" not in own.methods and self._is_reachable(path, name, ""):
                        known.add(name)
                        yield path, name
            if len(known) == before:
                break

    def _is_reachable(self, path: str, top: str, method: str) -> bool:
        """Whether other files may call it: no nested function, no test, nothing inside of a library of the table."""
        facts = self.program.facts(path)
        is_class = facts is not None and top in facts.classes
        nested = "." in method or (method and not is_class)
        return not (nested or (method or top).startswith("test") or sites.is_library(self.program.dotted(path)))

    def found(self) -> Found:
        """The answers by file, sorted."""
        return {
            path: (_told_once(self.refs.get(path, set())), tuple(sorted(self.dynamic.get(path, {}).values())))
            for path in sorted({*self.refs, *self.dynamic})
            if self.refs.get(path) or self.dynamic.get(path)
        }


def _last(term: Term, depth: int = 3) -> Iterator[str]:
    """The last names that a class may be known by elsewhere."""
    if term.op in {"import", "attr"}:
        yield term.text.rpartition(".")[2]
    elif term.op in {"var", "any"} and depth:
        for inner in term.args:
            yield from _last(inner, depth - 1)


def _told_once(refs: set[ModelRef]) -> tuple[ModelRef, ...]:
    """
    Sorted, and of what a caller hands to several sites one reference to each id, to the model before its tokenizer.

    An address that a call is given is told by the call.
    """
    told = {(ref.line, ref.cell) for ref in refs if ref.pattern != sites.ADDRESS}
    kept: dict[tuple[int, int, str, str, str], ModelRef] = {}
    for ref in sorted(refs, key=lambda ref: (ref.kind is not ModelKind.MODEL, not ref.trust_remote_code, ref)):
        if ref.pattern == sites.ADDRESS and (ref.line, ref.cell) in told:
            continue
        caller = ref.resolved_by is ResolvedBy.CALLER
        kept.setdefault(
            (ref.line, ref.cell, ref.id, "" if caller else ref.pattern, "" if caller else ref.revision), ref
        )
    return tuple(sorted(kept.values()))
