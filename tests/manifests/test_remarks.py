"""Comments to depscan in manifests."""

from __future__ import annotations

import pytest

from depscan import manifests
from depscan.model import Declaration, Gap, Waiver


def read(path: str, text: str) -> list[object]:
    return list(manifests.read([path], lambda _: text.encode()))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements.txt", "torch  # depscan: ignore[DS103] loaded by name\n", [(1, 1)]),
        ("requirements.txt", "# depscan: ignore[DS103]\ntorch\n", [(1, 2)]),
        ("requirements.txt", "a\n# depscan: ignore[DS103]\n# note\ntorch\n", [(2, 4)]),
        ("requirements.txt", "torch==2.0 \\\n  --hash=sha256:00  # depscan: ignore[DS103]\n", [(2, 1)]),
        ("requirements.txt", "git+https://example.org/x#egg=depscan:ignore\n", []),
        (
            "pyproject.toml",
            '[project]\nname = "x"\ndependencies = [\n  "torch",  # depscan: ignore[DS103] loaded by name\n]\n',
            [(4, 4)],
        ),
        ("pyproject.toml", '[project]\nname = "x"\ndescription = "a # depscan: ignore[DS1] b"\n', []),
        ("environment.yml", "dependencies:\n  # depscan: ignore[DS103]\n  - pytorch\n", [(2, 3)]),
        ("setup.cfg", "[options]\ninstall_requires =\n  # depscan: ignore[DS103]\n  torch\n", [(3, 4)]),
        ("setup.py", "from setuptools import setup  # depscan: ignore[DS101]\n", []),
    ],
)
def test_where_comments_are_found(path: str, text: str, expected: list[tuple[int, int]]) -> None:
    found = [fact for fact in read(path, text) if isinstance(fact, Waiver)]
    assert [(waiver.location.line, waiver.line) for waiver in found] == expected


def test_the_comment_is_about_the_line_of_the_declaration() -> None:
    facts = read("requirements.txt", "numpy\n# depscan: ignore[DS103] why\ntorch>=2\n")
    (waiver,) = (fact for fact in facts if isinstance(fact, Waiver))
    torch = next(fact for fact in facts if isinstance(fact, Declaration) and fact.name == "torch")
    assert (waiver.line, waiver.codes, waiver.reason) == (torch.location.line, ("DS103",), "why")


def test_what_is_not_understood_is_a_gap() -> None:
    gaps = [fact for fact in read("requirements.txt", "a\nb  # depscan: ignore DS101\n") if isinstance(fact, Gap)]
    assert [gap.location.line for gap in gaps] == [2]
