"""
Which models and datasets depscan names, against lists made by reading.

`python benchmarks/models.py GOLD_DIR REPO_DIR...`

A list is GOLD_DIR/NAME.csv for the repository in a folder NAME: path, line, id (or `dynamic`), kind, scope, note. What
the report of a scan says is compared with it, file by file:

- a row is found when the report names its id in that file; lines are for the reader;
- a reference is right when the list has its id in that file. What a function of the repository loads because its
  callers say so counts where the callers stand: at the function itself it is neither right nor wrong, as long as the
  list knows the id;
- a row `dynamic` must be answered near that line, by whatever: else it is silent;
- rows whose note begins with `unsure` are neither asked for nor wrong;
- scopes that a list leaves out altogether are not measured, nor files of a kind that it has none of.
"""

from __future__ import annotations

import csv
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from depscan import pipeline
from depscan.config import Config
from depscan.model import Report, ResolvedBy

NEAR = 4
"""Lines that a call may be away from what the list says."""
CODE = (".py", ".ipynb")

Row = dict[str, str]


@dataclass(frozen=True)
class Score:
    """Figures of one repository and scope."""

    found: int
    wanted: int
    right: int
    wrong: int
    silent: int
    sites: int

    def __str__(self) -> str:
        recall = self.found / self.wanted if self.wanted else 1.0
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0
        return (
            f"recall {self.found:3}/{self.wanted:<3} {recall:.2f}   "
            f"precision {self.right:3}/{self.right + self.wrong:<3} {precision:.2f}   silent {self.silent}/{self.sites}"
        )


def same(name: str) -> str:
    """An id as the comparison sees it."""
    return (name.rpartition("/")[2] if "://" in name else name).lower().removesuffix(".pt")


def measure(gold: list[Row], report: Report, scope: str) -> Score:
    """Figures for `scope`: production, or all that the list covers; what is not right is printed."""
    sure = [row for row in gold if not row["note"].startswith("unsure")]
    counted = [row for row in sure if scope in {"all", row["scope"]}]
    wanted = {(row["path"], same(row["id"])) for row in counted if row["id"] != "dynamic"}
    doubtful = {(row["path"], same(row["id"])) for row in gold}
    listed = {same(row["id"]) for row in gold}
    covered = {row["scope"] for row in gold}
    configured = any(not row["path"].endswith(CODE) for row in gold)
    given: dict[tuple[str, str], bool] = {}
    named: set[tuple[str, str]] = set()
    lines: dict[str, list[int]] = {}
    for model in report.models:
        for ref in model.references:
            path, key = ref.location.path, (ref.location.path, same(model.id))
            lines.setdefault(path, []).append(ref.location.line)
            named.add(key)
            judged = ref.resolved_by is not ResolvedBy.FILE and (configured or path.endswith(CODE))
            if judged and ref.scope in covered and scope in {"all", ref.scope}:
                followed = ref.resolved_by is ResolvedBy.CALLER and same(model.id) in listed
                given[key] = given.get(key, True) and followed
    for site in report.dynamic_models:
        lines.setdefault(site.location.path, []).append(site.location.line)
    right = {key for key in given if key in doubtful}
    wrong = {key for key, followed in given.items() if not followed} - doubtful
    sites = [row for row in counted if row["id"] == "dynamic"]
    silent = [row for row in sites if not answered(row, lines)]
    for path, text in sorted(wanted - named):
        print(f"  missed ({scope}): {path} {text}")
    for path, text in sorted(wrong):
        print(f"  not in the list ({scope}): {path} {text}")
    for row in silent:
        print(f"  silent ({scope}): {row['path']}:{row['line']}")
    return Score(len(wanted & named), len(wanted), len(right), len(wrong), len(silent), len(sites))


def answered(row: Row, lines: dict[str, list[int]]) -> bool:
    """Whether anything is said about a site of the list; in a notebook lines are those of cells."""
    told = lines.get(row["path"], [])
    return any(row["path"].endswith(".ipynb") or abs(line - int(row["line"])) <= NEAR for line in told)


def main(folder: str, roots: list[str]) -> None:
    """Print the figures of each repository."""
    table = []
    for root in roots:
        name = Path(root).name
        gold = list(csv.DictReader((Path(folder) / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
        start = time.perf_counter()
        report = pipeline.scan(root, config=Config(models=True))
        print(f"{name}: {report.code.files} files, {time.perf_counter() - start:.2f} s")
        table += [f"{name:24} {scope:10} {measure(gold, report, scope)}" for scope in ("production", "all")]
    print("\n".join(table))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
