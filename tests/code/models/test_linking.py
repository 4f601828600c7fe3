"""Several files: constants, functions, classes and options that one has and another uses."""

from __future__ import annotations

import gc
import json

import pytest

from depscan.code import Statements, extract
from depscan.code.models import Facts, concerns, link, read

T = "from transformers import AutoModel\n"


def linked(files: dict[str, str]) -> tuple[str, ...]:
    """Every answer: path, line, and id with how it was found, or a question mark with the reason."""
    contents = {path: text.encode() for path, text in files.items()}
    statements = Statements()
    imports = {path: extract(path, data, statements, uses=False)[0].imports for path, data in contents.items()}
    facts = {path: read(path, data) for path, data in contents.items() if concerns(path, data, imports[path])}

    def load(wanted: dict[str, frozenset[str]]) -> dict[str, Facts]:
        return {path: read(path, contents[path], names) for path, names in wanted.items()}

    found = link(facts, imports, load)  # type: ignore[arg-type]
    told = []
    for path, (refs, dynamic) in found.items():
        told += [f"{path}:{ref.line} {ref.id} {ref.resolved_by}" for ref in refs]
        told += [f"{path}:{item.line} ? {item.reason}" for item in dynamic]
    return tuple(sorted(told))


CASES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "own definition before a star": (
        {
            "p/__init__.py": "",
            "p/names.py": "NAME = 'gpt2'",
            "p/loading.py": T + "from p import *\ndef load(name): AutoModel.from_pretrained(name)",
            "run.py": "from p.loading import load\nload('a/b')",
        },
        ("p/loading.py:3 a/b caller", "run.py:2 a/b caller"),
    ),
    "function brought by a star": (
        {"lib.py": T + "def load(name): AutoModel.from_pretrained(name)", "run.py": "from lib import *\nload('a/b')"},
        ("lib.py:2 a/b caller", "run.py:2 a/b caller"),
    ),
    "class of a library, derived elsewhere": (
        {
            "mine.py": "from langchain_openai import ChatOpenAI\nclass Mine(ChatOpenAI):\n    pass",
            "run.py": "from mine import Mine\nMine(model='gpt-4o')",
        },
        ("run.py:2 gpt-4o literal",),
    ),
    "class of a library, derived twice and renamed": (
        {
            "mine.py": "from langchain_openai import ChatOpenAI as Base\nclass Mine(Base):\n    pass",
            "more.py": "from mine import Mine\nclass More(Mine):\n    pass\nMore(model='gpt-4o')",
        },
        ("more.py:4 gpt-4o literal",),
    ),
    "file in a repository that callers name": (
        {
            "lib.py": "import os, torch\nfrom transformers import AutoModel\n"
            "def load(name):\n    AutoModel.from_pretrained(name)\n    torch.load(os.path.join(name, 'projector.bin'))",
            "run.py": "from lib import load\nload('a/b')",
        },
        ("lib.py:4 a/b caller", "run.py:2 a/b caller"),
    ),
    "constant beside": (
        {"a.py": T + "from names import NAME\nAutoModel.from_pretrained(NAME)", "names.py": "NAME = 'gpt2'"},
        ("a.py:3 gpt2 constant",),
    ),
    "constant of a module": (
        {"a.py": T + "import names\nAutoModel.from_pretrained(names.NAME)", "names.py": "NAME = 'gpt2'"},
        ("a.py:3 gpt2 constant",),
    ),
    "constant of a package, relative": (
        {
            "src/p/__init__.py": "",
            "src/p/a.py": T + "from .names import NAME\nAutoModel.from_pretrained(NAME)",
            "src/p/names.py": "NAME = 'gpt2'",
        },
        ("src/p/a.py:3 gpt2 constant",),
    ),
    "constant of a package, absolute": (
        {
            "src/p/__init__.py": "",
            "src/p/names.py": "NAME = 'gpt2'",
            "scripts/a.py": T + "from p.names import NAME\nAutoModel.from_pretrained(NAME)",
        },
        ("scripts/a.py:3 gpt2 constant",),
    ),
    "constant through the package": (
        {
            "p/__init__.py": "from .names import NAME",
            "p/names.py": "NAME = 'gpt2'",
            "a.py": T + "from p import NAME\nAutoModel.from_pretrained(NAME)",
        },
        ("a.py:3 gpt2 constant",),
    ),
    "dictionary elsewhere": (
        {"a.py": T + "from names import M\nAutoModel.from_pretrained(M['x'])", "names.py": "M = {'x': 'gpt2'}"},
        ("a.py:3 gpt2 constant",),
    ),
    "settings elsewhere": (
        {
            "a.py": T + "from conf import settings\nAutoModel.from_pretrained(settings.name)",
            "conf.py": ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n"
"  name: str = 'gpt2'\nsettings = S()"),
        },
        ("a.py:3 gpt2 default",),
    ),
    "dataclass elsewhere": (
        {
            "a.py": T + "from conf import C\ndef f(c: C): AutoModel.from_pretrained(c.name)",
            "conf.py": "from dataclasses import dataclass\n@dataclass\nclass C:\n  name: str = 'gpt2'",
        },
        ("a.py:3 gpt2 default",),
    ),
    "enum elsewhere": (
        {
            "a.py": T + "from conf import E\nAutoModel.from_pretrained(E.SMALL.value)",
            "conf.py": "from enum import Enum\nclass E(Enum):\n  SMALL = 'gpt2'",
        },
        ("a.py:3 gpt2 constant",),
    ),
    "function elsewhere": (
        {
            "a.py": T + "from names import name\nAutoModel.from_pretrained(name())",
            "names.py": "def name(): return 'gpt2'",
        },
        ("a.py:3 gpt2 constant",),
    ),
    "base class elsewhere": (
        {
            "a.py": T + "from base import B\nclass A(B):\n  def f(self): AutoModel.from_pretrained(self.name)",
            "base.py": "class B:\n  name = 'gpt2'",
        },
        ("a.py:4 gpt2 constant",),
    ),
    "client elsewhere": (
        {
            "a.py": "from clients import client\nclient.chat.completions.create(model='m')",
            "clients.py": "from openai import OpenAI\nclient = OpenAI(base_url='http://x')",
        },
        ("a.py:2 m literal",),
    ),
    "caller elsewhere": (
        {
            "lib.py": T + "def load(n): return AutoModel.from_pretrained(n)",
            "a.py": "from lib import load\nload('gpt2')",
        },
        ("a.py:2 gpt2 caller", "lib.py:2 gpt2 caller"),
    ),
    "caller by module": (
        {"lib.py": T + "def load(n): return AutoModel.from_pretrained(n)", "a.py": "import lib\nlib.load('gpt2')"},
        ("a.py:2 gpt2 caller", "lib.py:2 gpt2 caller"),
    ),
    "caller by another name": (
        {
            "lib.py": T + "def load(n): return AutoModel.from_pretrained(n)",
            "a.py": "from lib import load as get\nget(n='gpt2')",
        },
        ("a.py:2 gpt2 caller", "lib.py:2 gpt2 caller"),
    ),
    "caller through another file": (
        {
            "lib.py": T + "def load(n): return AutoModel.from_pretrained(n)",
            "mid.py": "from lib import load\ndef get(m): return load(m)",
            "a.py": "from mid import get\nget('gpt2')",
        },
        ("a.py:2 gpt2 caller", "lib.py:2 gpt2 caller"),
    ),
    "wrapper class": (
        {
            "lib.py": "class LLM:\n  def __init__(self, client, model):\n    self.client, self.model = client, model\n"
            "  def ask(self): self.client.chat.completions.create(model=self.model)",
            "a.py": "from lib import LLM\nLLM(c, model='gpt-4o')",
        },
        ("a.py:2 gpt-4o caller", "lib.py:4 gpt-4o caller"),
    ),
    "option of a caller": (
        {
            "lib.py": T + "def load(n): return AutoModel.from_pretrained(n)",
            "a.py": ("import argparse\nfrom lib import load\np = argparse.ArgumentParser()\n"
"p.add_argument('--n', default='gpt2')\nload(p.parse_args().n)"),
        },
        ("a.py:5 gpt2 caller", "lib.py:2 gpt2 caller"),
    ),
    "options declared elsewhere": (
        {
            "a.py": T + ("import argparse\nfrom opts import add_args\np = argparse.ArgumentParser()\n"
"add_args(p)\nAutoModel.from_pretrained(p.parse_args().n)"),
            "opts.py": "def add_args(p): p.add_argument('--n', default='gpt2')",
        },
        ("a.py:6 gpt2 default",),
    ),
    "a test's caller is no production": (
        {
            "lib.py": T + "def load(n): return AutoModel.from_pretrained(n)",
            "tests/test_lib.py": "from lib import load\ndef test_load(): load('tiny/gpt2')",
        },
        ("lib.py:2 ? a parameter of load", "tests/test_lib.py:2 tiny/gpt2 caller"),
    ),
    "a library of the same name": (
        {
            "a.py": "from datasets import load_dataset\nload_dataset('squad')",
            "tests/datasets.py": "def load_dataset(x): ...",
        },
        ("a.py:2 squad literal",),
    ),
    "own function of the same name": (
        {"a.py": "from lib import load_dataset\nload_dataset('squad')", "lib.py": "def load_dataset(x): ..."},
        (),
    ),
    "own class that loads": (
        {
            "model.py": "class GPT:\n  @classmethod\n  def from_pretrained(cls, n):\n"
            "    assert n in {'gpt2', 'gpt2-xl'}\n"
            "    from transformers import GPT2LMHeadModel\n    GPT2LMHeadModel.from_pretrained(n)",
            "train.py": "from model import GPT\ninit = 'scratch'\nGPT.from_pretrained(init)",
        },
        ("model.py:6 gpt2 branch", "model.py:6 gpt2-xl branch"),
    ),
    "the library itself": (
        {
            "src/diffusers/__init__.py": "from .models import VAE",
            "src/diffusers/models.py": "class VAE:\n  @classmethod\n  def from_pretrained(cls, n): ...",
            "src/diffusers/pipe.py": "from .models import VAE\ndef f(): VAE.from_pretrained('a/b')",
            "tests/test_a.py": "from diffusers import VAE\nVAE.from_pretrained('c/d')",
        },
        ("src/diffusers/pipe.py:2 a/b literal", "tests/test_a.py:2 c/d literal"),
    ),
    "the library itself, a function": (
        {
            "whisper/__init__.py": "def load_model(name): ...",
            "whisper/run.py": "def cli(name='turbo'):\n  from . import load_model\n  load_model(name)",
        },
        ("whisper/run.py:3 turbo default",),
    ),
    "modules that import each other": (
        {
            "a.py": T + "from b import X\nY = X\nAutoModel.from_pretrained(Y)",
            "b.py": "from a import Y\nX = Y",
        },
        ("a.py:4 ? defined by itself",),
    ),
    "function that calls itself": (
        {"a.py": T + "def f(n):\n  AutoModel.from_pretrained(n)\n  f(n)\n  g(n)\ndef g(n): f(n)\nf('gpt2')"},
        ("a.py:3 gpt2 caller", "a.py:7 gpt2 caller"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_linked(files: dict[str, str], expected: tuple[str, ...]) -> None:
    assert linked(files) == expected


def test_client_of_another_file_is_pointed_elsewhere() -> None:
    contents = {
        "a.py": b"from clients import client\nclient.chat.completions.create(model='m')",
        "clients.py": b"from openai import OpenAI\nclient = OpenAI(base_url='http://x')",
    }
    imports = {path: extract(path, data, Statements())[0].imports for path, data in contents.items()}

    def load(wanted: dict[str, frozenset[str]]) -> dict[str, Facts]:
        return {path: read(path, contents[path], names) for path, names in wanted.items()}

    found = link({"a.py": read("a.py", contents["a.py"])}, imports, load)  # type: ignore[arg-type]
    assert [(ref.route, ref.provider) for ref in found["a.py"][0]] == [("unresolved", "openai")]


def test_cells_of_a_notebook_are_one_program() -> None:
    cells = ["from datasets import load_dataset\nNAME = 'squad'", "!pip install x\nload_dataset(NAME)", "not python ("]
    source = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    data = json.dumps({"cells": source, "metadata": {}, "nbformat": 4}).encode()
    found = link({"n.ipynb": read("n.ipynb", data)}, {"n.ipynb": ()}, lambda _: {})
    assert [(ref.id, ref.line, ref.cell) for ref in found["n.ipynb"][0]] == [("squad", 2, 2)]


def test_what_cannot_be_loaded_stays_dynamic() -> None:
    a = T.encode() + b"from names import NAME\nAutoModel.from_pretrained(NAME)"
    imports = {"a.py": extract("a.py", a, Statements())[0].imports, "names.py": ()}
    refs, dynamic = link({"a.py": read("a.py", a)}, imports, lambda _: {})["a.py"]
    assert (refs, [item.reason for item in dynamic]) == ((), ["defined in a file that is not read"])


def test_reading_leaves_no_cyclic_garbage() -> None:
    """The collector is off while files are read: what points back at itself would stay until the end."""
    source = (
        T.encode() + b"class A:\n    def f(self, n): return [AutoModel.from_pretrained(x) for x in n]\nA().f(['a/b'])\n"
    )
    gc.collect()
    gc.disable()
    try:
        read("a.py", source)
        extract("a.py", source, Statements())
        assert gc.collect() == 0
    finally:
        gc.enable()
