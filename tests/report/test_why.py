"""`depscan why`: declared where, brought in by whom, imported where, used how."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from depscan.model import Context, Declaration, Edge, ImportSite, Location, Need, Package, Report, Scope
from depscan.report import why

if TYPE_CHECKING:
    from collections.abc import Callable

TORCH = """\
torch 2.4.1: load-bearing, used (direct dependency).
58% of 85 production modules import it, >99% cannot be imported without it, 50%
of the entry points cannot start without it.
Strongest use: runtime.
3 other packages would leave the environment with it.

Declared (1)
  pyproject.toml:11  [opt-einsum] >=2.0; platform_system != 'Windows'
    (runtime)

Brought in by (2)
  the project >=2.0 (pyproject.toml:11, if platform_system != 'Windows')
    → torch[opt-einsum] 2.4.1
  the project → accelerate → timm → torch 2.4.1

Imported by 186 files, 187 import statements
  as torch, torchgen (known from: declaration)
  runtime (2 files)
    notes/try.ipynb#cell4:2  torch
    src/deep/attention.py:1,2  torch, torch.nn
  lazy (1 file)
    src/deep/blocks.py:30  torch

Used most (476 references to 4 names)
     310  torch.nn.Module
     120  torch.Tensor
      44  torch.device
       2  torch.load
"""

IDNA = """\
idna 3.7: not imported, indirect (transitive dependency).

Declared: nowhere

Brought in by: not known, no lock file says who requires whom

Imported: nowhere; 117 of 118 source files read
"""

CHAINS = (("torch",), ("accelerate", "timm", "torch"))


def test_a_package_with_everything(full_report: Report) -> None:
    assert why.render(full_report, "torch", CHAINS) == TORCH


def test_a_package_that_nothing_imports(full_report: Report) -> None:
    assert why.render(full_report, "idna") == IDNA


def test_without_unicode_arrows_are_plain(full_report: Report) -> None:
    text = why.render(full_report, "torch", CHAINS, unicode=False)
    assert "the project -> accelerate -> timm -> torch 2.4.1" in text
    assert text.isascii()


@pytest.mark.parametrize(
    ("asked", "found"), [("PyYAML", "pyyaml"), ("yaml", "pyyaml"), ("py_yaml", ""), ("torchgen", "torch")]
)
def test_any_spelling_and_import_names_find_it(asked: str, found: str, full_report: Report) -> None:
    package = why.find(full_report, asked)
    assert (package.name if package else "") == found


def test_an_unknown_name_gets_a_hint(full_report: Report) -> None:
    assert why.render(full_report, "torhc", width=100) == (
        "torhc is not declared, not imported and not required here; 117 of 118 source files read.\n"
        "Did you mean torch?\n"
    )
    assert "Did you mean" not in why.render(full_report, "zzzzzz")


def test_a_report_without_import_sites_says_so(full_report: Report) -> None:
    text = why.render(replace(full_report, imports=()), "torch", width=100)
    assert "  The report was saved without its import sites: scan again, or save it in full.\n" in text


def test_what_is_not_known_is_left_out(crowd_report: Report) -> None:
    text = why.render(crowd_report, "library-003")
    assert "Imported by 2 files, 3 import statements\n  The report was saved" in text
    assert "as " not in text.split("Imported")[1].split("The report")[0]


def test_every_declaration_is_listed(full_report: Report) -> None:
    text = why.render(full_report, "numpy")
    assert (
        "Declared (2)\n  constraints.txt:1  ==1.26.4  (constraint)\n  pyproject.toml:12  >=1.17,<3  (runtime)\n" in text
    )
    assert "Declared (1)\n  pyproject.toml:20  any version  (extra test)\n" in why.render(full_report, "pytest")


def chained(report: Report, *chain: str, verbose: int = 0) -> str:
    """The line, or lines, of one chain."""
    text = why.render(report, chain[-1], (chain,), width=100, verbose=verbose)
    return text.split("Brought in by (1)\n")[1].split("\n\n")[0]


def asks(specifier: str = "", need: Need = Need.RUNTIME, line: int = 12, **values: str) -> Declaration:
    return Declaration("accelerate", Location(MANIFEST, line), specifier, scope=need, **values)  # type: ignore[arg-type]


MANIFEST = "pyproject.toml"
LOCK = Location("uv.lock", 3)
LONG = " or ".join(f'sys_platform == "{name}"' for name in ("linux", "darwin", "win32"))


@pytest.mark.parametrize(
    ("declarations", "edges", "line"),
    [
        ((asks(">=2.0"),), (), "the project >=2.0 (pyproject.toml:12) → accelerate 1.2.0 → torch 2.4.1"),
        ((asks(),), (), "the project (pyproject.toml:12) → accelerate 1.2.0 → torch 2.4.1"),
        ((), (), "the project → accelerate 1.2.0 → torch 2.4.1"),
        ((asks("==1", Need.CONSTRAINT),), (), "the project → accelerate 1.2.0 → torch 2.4.1"),
        (
            (asks("<2", Need.EXTRA, 3, group="gpu"), asks(">=1", line=9)),
            (),
            "the project >=1 (pyproject.toml:9) → accelerate 1.2.0 → torch 2.4.1",
        ),
        (
            (asks("<2", Need.EXTRA, 3, group="gpu"),),
            (),
            "the project <2 (pyproject.toml:3, extra gpu) → accelerate 1.2.0 → torch 2.4.1",
        ),
        (
            (asks(url="git+https://host/o/accelerate"),),
            (),
            "the project URL (pyproject.toml:12) → accelerate 1.2.0 → torch 2.4.1",
        ),
        (
            (),
            (Edge("accelerate", "torch", LOCK, 'os_name == "nt"', "gpu", ("opt-einsum",)),),
            'the project → accelerate 1.2.0 → torch[opt-einsum] 2.4.1 (extra gpu of accelerate, if os_name == "nt")',
        ),
        (
            (),
            (Edge("accelerate", "torch", LOCK, "", "gpu"), Edge("accelerate", "torch", LOCK)),
            "the project → accelerate 1.2.0 → torch 2.4.1",
        ),
        (
            (),
            (Edge("accelerate", "torch", LOCK, LONG),),
            'the project → accelerate 1.2.0 → torch 2.4.1 (if sys_platform == "linux" or sys_platform ...)',
        ),
    ],
)
def test_each_step_of_a_chain_says_what_is_known(
    declarations: tuple[Declaration, ...], edges: tuple[Edge, ...], line: str, full_report: Report
) -> None:
    report = replace(
        full_report,
        declarations=declarations,
        edges=edges,
        packages=(*full_report.packages, Package("accelerate", "1.2.0")),
    )
    assert " ".join(chained(report, "accelerate", "torch").split()) == line


def test_a_long_marker_is_shown_in_full_when_asked_for(full_report: Report) -> None:
    report = replace(full_report, edges=(Edge("accelerate", "torch", LOCK, LONG),))
    assert LONG in " ".join(chained(report, "accelerate", "torch", verbose=1).split())


def test_long_lists_are_cut_and_say_so(full_report: Report) -> None:
    sites = tuple(
        ImportSite("torch", Location(f"src/{number:02}.py", line), "torch", Context.RUNTIME, Scope.PRODUCTION)
        for number in range(15)
        for line in range(1, 10)
    )
    chains = [(f"d{number}", "torch") for number in range(12)]
    report = replace(full_report, imports=sites)
    text = why.render(report, "torch", chains)
    assert "    src/09.py:1,2,3,4,5,6,...  torch\n    ... and 5 more files (-v shows all)\n" in text
    assert "  the project → d9 → torch 2.4.1\n  ... and 2 more ways (-v shows all)\n" in text
    everything = why.render(report, "torch", chains, verbose=1)
    assert "src/14.py" in everything
    assert "-v shows all" not in everything


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec=None, exclude_categories=())) | st.text(":#a"), width=st.integers(60, 160))
def test_hostile_names_do_nothing(text: str, width: int, hostile_report: Callable[[str], Report]) -> None:
    page = why.render(hostile_report(text), text, ((text, text),), width=width)
    assert "::" not in page
    assert "##" not in page
    for line in page.split("\n"):
        assert cell_len(line) <= width
        assert not [one for one in line if unicodedata.category(one)[0] == "C"]


def test_production_comes_before_tests_and_docs(full_report: Report) -> None:
    sites = tuple(
        ImportSite("torch", Location(path, 1), "torch", Context.RUNTIME, scope)
        for path, scope in (
            ("benchmarks/b.py", Scope.BENCHMARK),
            ("src/a.py", Scope.PRODUCTION),
            ("tests/t.py", Scope.TEST),
        )
    )
    text = why.render(replace(full_report, imports=sites), "torch")
    places = [text.index(part) for part in ("runtime (1 file)\n    src/a.py", "test (1 file)", "benchmark (1 file)")]
    assert places == sorted(places)
