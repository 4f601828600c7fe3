"""The table: every row is well formed, and every callable of it is found when it is called."""

from __future__ import annotations

import ast
import re
from itertools import product

import pytest

from depscan.code import Statements, extract
from depscan.code.models import concerns, find, patterns
from depscan.code.models.patterns import Pattern


def concerned(path: str, source: bytes) -> bool:
    return concerns(path, source, extract(path, source, Statements(), uses=False)[0].imports)


KINDS = {
    "model", "model-part", "adapter", "dataset", "model-or-dataset", "model-or-object", "model-or-object-optional",
    "model-optional", "model-of-repo", "model-by-weights", "model-by-option", "model-attribute", "model-args",
    "model-env", "model-list", "model-named", "model-file",
}  # fmt: skip


def test_rows_are_well_formed() -> None:
    rows = patterns.table()
    assert len({row.callable for row in rows}) == len(rows) > 500
    for row in rows:
        assert row.kind in KINDS, row
        assert row.route in {"local", "hosted", "either", "unresolved"}, row
        assert bool(row.provider) or row.route != "hosted", row
        assert row.position >= 0 or row.keywords or row.kind in {"model-attribute", "model-by-option"}, row
        assert re.fullmatch(r"[\w.*?{},()\[\]]+", row.callable), row


SPECIAL = {
    "model-of-repo": "'a/b', 'm'",
    "model-by-option": "args",
    "model-args": "model_args='pretrained=a/b'",
    "model-env": "env={'HF_MODEL_ID': 'a/b'}",
    "model-list": "[{'litellm_params': {'model': 'a/b'}}]",
    "model-file": "'a-1.pth'",
}


def calls(row: Pattern) -> list[str]:
    """Sources that call it; none where the row leaves a name open."""
    if "*" in row.callable or row.kind == "model-attribute":
        return []
    given = SPECIAL.get(row.kind)
    if given is None:
        given = f"{row.keywords[0]}='a/b'" if row.keywords else "'a/b'"
    given += ", pretrained=True" if row.callable == "timm.create_model" else ""
    spelled = [
        re.fullmatch(r"(.*)\{(.*)\}(.*)", part) or part for part in row.callable.replace("[]", "['x']").split(".")
    ]
    choices = [[p] if isinstance(p, str) else [p[1] + name + p[3] for name in p[2].split(",")] for p in spelled]
    found = []
    for names in product(*choices):
        root, *rest = names
        path = ".".join(rest)
        if root == "?":
            found.append(f"def f(given): given.{path}({given})")
        else:
            found.append(f"import {root}\n{root}.{path}({given})")
            head, _, _ = path.partition(".")
            if re.fullmatch(r"\w+(\(\))?", head) and row.kind != "model-file":
                name = head.removesuffix("()")
                found.append(f"from {root}.any import {name}\n{path}({given})")
    return found


@pytest.mark.parametrize("row", patterns.table(), ids=lambda row: row.callable)
def test_every_callable_is_found(row: Pattern) -> None:
    for source in calls(row):
        assert concerned("x.py", source.encode()), source
        refs, dynamic = find("x.py", ast.parse(source), source.encode())
        told = [ref.id for ref in refs]
        if row.kind == "model-by-option":
            assert dynamic, source
        else:
            assert told, source
            assert told[0] in {"a/b", "a/b/m", "a-1.pth"}, source


def test_defaults_are_taken_where_nothing_is_named() -> None:
    for row in patterns.table():
        if row.default and row.default != "task" and not set("*{") & set(row.callable):
            root, _, path = row.callable.partition(".")
            source = f"import {root}\n{root}.{path}()"
            assert row.default in [ref.id for ref in find("x.py", ast.parse(source), source.encode())[0]], source


UNCONCERNED = {
    "nothing": b"import os\nprint('hello')\n",
    "a word": b'# from_pretrained\n"""AutoModel.from_pretrained(\'gpt2\')"""\n' * 2,
    "the library, another use": b"import torch\nx = torch.nn.Linear(1, 2)\n",
    "another library": b"from sklearn.pipeline import pipeline\n",
}


def test_files_that_name_no_pattern_are_passed_over() -> None:
    text = UNCONCERNED["a word"].replace(b"# from_pretrained\n", b"")
    for source in (UNCONCERNED["nothing"], text, UNCONCERNED["the library, another use"]):
        assert not concerned("x.py", source), source


CONCERNED = {
    "several imports": b"import os, timm\ntimm.create_model('x', True)",
    "after a colon": b"try: import timm\nexcept E: pass\ntimm.create_model('x', True)",
    "quotes that lie": b"x = '\"\"\"'\nAutoModel.from_pretrained('gpt2')\ny = '\"\"\"'",
    "quotes in a comment": b'# """\nAutoModel.from_pretrained("gpt2")\n# """',
    "client that is given": b"def f(c): c.chat.completions.create(model='x')",
}


@pytest.mark.parametrize("source", CONCERNED.values(), ids=CONCERNED)
def test_files_that_may_name_one_are_read(source: bytes) -> None:
    assert concerned("x.py", source)


def test_in_its_own_package_a_library_is_not_imported_by_name() -> None:
    source = b"from . import load_model\nload_model('x')"
    assert concerned("whisper/run.py", source)
    assert not concerned("other/run.py", source)


MATCHES = {
    "transformers.pipeline": "transformers.pipeline",
    "transformers.pipelines.pipeline": "transformers.pipeline",
    "transformers.AutoModel.from_pretrained": "*.from_pretrained",
    "transformers.AutoTokenizer.from_pretrained": "*.*Tokenizer*.from_pretrained",
    "peft.peft_model.PeftModel.from_pretrained": "peft.Peft*Model*.from_pretrained",
    "langchain.chat_models.ChatOpenAI": "langchain*.ChatOpenAI",
    "langchain_openai.ChatOpenAI": "langchain*.ChatOpenAI",
    "openai.AsyncOpenAI().chat.completions.create": "openai.{OpenAI,AsyncOpenAI}().chat.completions.create",
    "?.chat.completions.create": "?.chat.completions.create",
    "torchvision.models.resnet50": "torchvision.models.*",
    "sklearn.pipeline.Pipeline": None,
    "sklearn.pipeline": None,
    "redis.Redis().pipeline": None,
    "builtins.open": None,
    "pipeline": None,
    "openai.OpenAI().unknown().chat.completions.create": None,
}


@pytest.mark.parametrize(("name", "expected"), MATCHES.items())
def test_match(name: str, expected: str | None) -> None:
    found = patterns.match(name)
    assert (found.callable if found else None) == expected
