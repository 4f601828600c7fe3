"""Whatever the text: no exception, no silence, the same answer again, and facts that a cache gives back unchanged."""

from __future__ import annotations

import ast
import textwrap

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan.code.models import Facts, concerns, find, link, read

LOAD = "AutoModel.from_pretrained"
ATOMS = st.sampled_from(
    ["'gpt2'", "'a/b'", "N", "M", "unknown", "None", "7", "args.n", "self.n", "C.n", "f(N)", "os.environ['X']"]
)


def expressions() -> st.SearchStrategy[str]:
    return st.recursive(
        ATOMS,
        lambda inner: st.one_of(
            st.builds("({} or {})".format, inner, inner),
            st.builds("({} if x else {})".format, inner, inner),
            st.builds("{{'k': {}, 'l': {}}}['k']".format, inner, inner),
            st.builds("[{}, {}][0]".format, inner, inner),
            st.builds("({} + {})".format, inner, inner),
            st.builds("f'{{{}}}-x'".format, st.sampled_from(["N", "M", "args.n"])),
            st.builds("g({})".format, inner),
            st.builds("(lambda: {})()".format, inner),
            st.builds("os.path.join({}, {})".format, inner, inner),
        ),
        max_leaves=8,
    )


STATEMENTS = st.one_of(
    st.builds("{} = {}".format, st.sampled_from("NMn"), expressions()),
    st.builds((LOAD + "({})").format, expressions()),
    st.builds(("if x:\n  " + LOAD + "({})\nelse:\n  N = {}").format, expressions(), expressions()),
    st.builds(("for n in [{}, {}]:\n  " + LOAD + "(n)").format, expressions(), expressions()),
    st.builds(("def f(n={}):\n  " + LOAD + "(n)\n  return {}").format, expressions(), expressions()),
    st.builds("f({})".format, expressions()),
    st.builds(("class C:\n  n = {}\n  def g(self): " + LOAD + "(self.n)").format, expressions()),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STATEMENTS, min_size=1, max_size=8))
def test_every_site_is_answered(statements: list[str]) -> None:
    source = "from transformers import AutoModel\nimport os\n" + "\n".join(statements) + "\n"
    tree = ast.parse(source)
    refs, dynamic = find("x.py", tree, source.encode())
    sites = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == LOAD}
    assert sites <= {ref.line for ref in refs} | {item.line for item in dynamic}
    assert (refs, dynamic) == find("x.py", ast.parse(source), source.encode())


@settings(max_examples=150, deadline=None)
@given(st.lists(STATEMENTS, max_size=6))
def test_facts_survive_a_cache(statements: list[str]) -> None:
    source = "from transformers import AutoModel\n" + "\n".join(statements) + "\n"
    facts = read("x.py", source.encode(), frozenset({"f", "C", "N"}))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Facts) == facts


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["x.py", "n.ipynb"]))
def test_any_bytes(data: bytes, path: str) -> None:
    concerns(path, data, ())
    assert link({path: read(path, data)}, {path: ()}, lambda _: {}) == {}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab=()[]{}:,.'\"\n #*from_pretrainedimport transformers", max_size=200))
def test_any_text(text: str) -> None:
    data = b"from transformers import AutoModel\n" + text.encode()
    link({"x.py": read("x.py", data)}, {"x.py": ()}, lambda _: {})


N = "\n"
HOSTILE = {
    "doubling": "n = 'a'\n" + "n = n + n\n" * 200 + LOAD + "(n)",
    "doubling in functions": N.join(f"def f{i}(): return f{i + 1}() + f{i + 1}()" for i in range(60))
    + f"\n{LOAD}(f0())",
    "many names": N.join(f"n{i} = n{i + 1} or n{i + 1}" for i in range(500)) + f"\n{LOAD}(n0)",
    "deep sum": LOAD + "(" + " + ".join(["'a'"] * 900) + ")",
    "deep calls": LOAD + "(" + "f(" * 60 + "'a'" + ")" * 60 + ")",
    "deep attributes": LOAD + "(a" + ".b" * 900 + ")",
    "long table": "T = {" + ",".join(f"'k{i}': 'm/{i}'" for i in range(20_000)) + "}\n" + LOAD + "(T[x])",
    "many branches": N.join(f"if a{i}: n = 'm/{i}'" for i in range(3_000)) + f"\n{LOAD}(n)",
    "many callers": f"def f(n): {LOAD}(n)\n" + N.join(f"f('m/{i}')" for i in range(5_000)),
    "callers of callers": f"def f0(n): {LOAD}(n)\n" + N.join(f"def f{i + 1}(n): f{i}(n); f{i}(n)" for i in range(200)),
    "many sites": N.join(f"{LOAD}('m/{i}')" for i in range(3_000)),
    "product": "A = " + repr([str(i) for i in range(300)]) + f"\n{LOAD}(" + " + ".join(["A[x]"] * 20) + ")",
    "long text": LOAD + "('" + "a" * 100_000 + "')",
    "classes in a circle": "class A(B): pass\nclass B(A): pass\n" + LOAD + "(A().n)",
    "functions in a circle": "def f(): return g()\ndef g(): return f()\n" + LOAD + "(f())",
    "many classes": N.join(f"class C{i + 1}(C{i}): pass" for i in range(300)) + f"\n{LOAD}(C300().n)",
    "digits": "import torch\ntorch.load('" + "1" * 250 + "x.pth')",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_sources_are_answered(source: str) -> None:
    text = textwrap.dedent("from transformers import AutoModel\n" + source)
    refs, dynamic = find("x.py", ast.parse(text), text.encode())
    assert refs or dynamic
