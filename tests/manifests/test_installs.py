"""The install commands of notebooks."""

from __future__ import annotations

import pytest

from depscan import manifests
from depscan.model import Command, Declaration, Gap, Location, Need


def installs(text: str) -> tuple[list[str], list[str]]:
    facts = list(manifests.installs("nb/a.ipynb", [Command(text, 2, 3)]))
    declared = [fact for fact in facts if isinstance(fact, Declaration)]
    assert {(fact.location, fact.scope, fact.group) for fact in declared} <= {
        (Location("nb/a.ipynb", 2, 3), Need.RUNTIME, "notebook")
    }
    return [_brief(fact) for fact in declared], [fact.reason for fact in facts if isinstance(fact, Gap)]


def _brief(fact: Declaration) -> str:
    extras = f"[{','.join(fact.extras)}]" if fact.extras else ""
    return f"{fact.name}{extras}{fact.specifier}" + (f" @ {fact.url}" if fact.url else "")


COMMANDS = [
    ("!pip install torch", ["torch"]),
    ("%pip install torch numpy>=1.20", ["torch", "numpy>=1.20"]),
    ("! pip3 install -q -U 'torch>=2' \"numpy<2\"", ["torch>=2", "numpy<2"]),
    ("pip install --upgrade --quiet --no-cache-dir torch", ["torch"]),
    (
        "!pip install -i https://u:p@x.org/simple --extra-index-url=https://x.org torch -f https://x.org/l.html",
        ["torch"],
    ),
    ("!pip -q install torch --index-url https://x.org", ["torch"]),
    ("!python -m pip install torch", ["torch"]),
    ("!{sys.executable} -m pip install torch", ["torch"]),
    ("!sudo -H pip3.11 install torch", ["torch"]),
    ("!uv pip install --system torch", ["torch"]),
    ("!CUDA=1 FORCE=1 pip install flash-attn --no-build-isolation", ["flash-attn"]),
    ("!cd x && pip install a; pip install b || pip install c | tail -1", ["a", "b", "c"]),
    ("!pip install a && rm -rf b", ["a"]),
    ("!pip install a > /dev/null 2>&1", ["a"]),
    ("!pip install a >log.txt", ["a"]),
    ("!pip install 'x[a,b]>=1' # comment b", ["x[a,b]>=1"]),
    ("!pip install git+https://u:p@x.org/o/a.git#egg=a", ["a @ git+https://x.org/o/a.git#egg=a"]),
    ("!pip install 'a @ git+https://x.org/o/a.git'", ["a @ git+https://x.org/o/a.git"]),
    ("!pip install . -e ./sub -e .[dev]", []),
    ("!pip install -r requirements.txt -r ../requirements/dev.txt -c constraints.txt", []),
    ("%pip install -qr requirements.txt -Urrequirements.txt a", ["a"]),
    ("!pip install -qU a -fhttps://x.org/l.html -Ve .", ["a"]),
    ("!pip install a \\\n  b", ["a", "b"]),
    ("!pip install a\n!pip install b", ["a", "b"]),
    ("%conda install -y -c conda-forge numpy=1.20 scipy", ["numpy==1.20.*", "scipy"]),
    ("!mamba install --channel x -n env pytorch", ["pytorch"]),
    ("!conda create -n x numpy", []),
    ("!conda install --file requirements.txt", []),
    ("!pip uninstall -y torch", []),
    ("!pip freeze", []),
    ("!pip", []),
    ("!apt-get install ffmpeg", []),
    ("!echo pip", []),
    ("!git clone https://x.org/pip install", []),
    ("!pip install torch=={v} 'scipy[x]>=$X' \"numpy @ {url}\"", ["torch", "scipy[x]", "numpy"]),
    ("!conda install numpy=$V", ["numpy"]),
    ("!pip install -e $HERE $HERE/lib ${HERE}/dist/*.whl .[$EXTRAS]", []),
    ("!pip install -r $HERE/requirements.txt", []),
    ("!PIP=/opt/pip pip install a", ["a"]),
    ("!conda run -n x pip install a", ["a"]),
    ("!(pip install a)", ["a"]),
    ("!if pip install a; then pip install b; fi", ["a", "b"]),
    ("!bash -lc 'cd x && pip install \"a>1\"'", ["a>1"]),
    ("!uv add --dev --group x a 'b<2'", ["a", "b<2"]),
    ("!uv --quiet add a", ["a"]),
    ("!uv run pip install a", ["a"]),
    ("!uv sync --group add", []),
    ("!pip install --upgrade pip wheel", ["wheel"]),
    ("!echo run pip install a", []),
    ("!conda env create -f environment.yml", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "asked"), COMMANDS)
def test_commands(text: str, asked: list[str]) -> None:
    assert installs(text) == (asked, [])


@pytest.mark.parametrize(
    ("text", "asked", "gap"),
    [
        ("!pip install {package} torch", ["torch"], "'{package}' is computed"),
        ("!pip install $PACKAGES torch", ["torch"], "'$PACKAGES' is computed"),
        ("!conda install $X numpy", ["numpy"], "is computed"),
        ("!pip install -r {path}", [], "is computed"),
        ("!pip install 'torch", [], "do not close"),
        ("!pip install -r list.txt torch", ["torch"], "'list.txt' is installed from here"),
        ("!pip install -r ../../requirements.txt", [], "is installed from here"),
        ("!pip install -r https://x.org/requirements.txt", [], "is installed from here"),
        ("!pip install git+https://x.org/o/lib", ["lib @ git+https://x.org/o/lib"], "was guessed"),
        ("!conda env update -f list.yml", [], "was not read"),
        ('!bash -c "pip install \'a"', [], "do not close"),
        ("!pip install a=1", ["a"], "not a legal requirement"),
        ("!pip install " + "a " * 10_000, [], "was not read"),
    ],
)
def test_what_is_computed_or_wrong_is_a_gap(text: str, asked: list[str], gap: str) -> None:
    found, gaps = installs(text)
    assert found == asked
    assert len(gaps) == 1
    assert gap in gaps[0]
    assert "u:p" not in repr(gaps)
