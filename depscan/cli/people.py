"""The commands on who stands behind code: `maintainers` of a repository, `knowledge` of libraries."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from depscan.cli import running
from depscan.errors import DepscanError

MAINTAINERS = """\b
Examples:
  depscan maintainers .                       who wrote this repository, who still works on it
  depscan maintainers clone.git --as-of 2024-12-31 -f json
"""

REFRESH = """\b
Examples:
  depscan knowledge refresh torch numpy       ask the package index about two libraries
  depscan knowledge refresh --from report.json         ... about all packages of a saved report
  depscan knowledge refresh --history numpy torch      ... and read the history of their repositories
"""


@click.command(epilog=MAINTAINERS)
@click.argument("path", default=".", type=click.Path(path_type=Path, exists=True))
@click.option("-f", "--format", "format_", type=click.Choice(("terminal", "json")), default="terminal")
@click.option("-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of stdout.")
@click.option("--as-of", default="", metavar="DATE", help="As it was on that day (2024-12-31), not at the last fetch.")
@click.option("--aliases", type=click.Path(path_type=Path), help="A file like .mailmap: who is whom.")
@click.option("--timeout", default=300.0, show_default=True, metavar="SECONDS", help="Give up after so long.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def maintainers(
    path: Path, format_: str, output: str, as_of: str, aliases: Path | None, timeout: float, color: str
) -> None:
    """
    Who wrote a git repository and who still works on it: truck factor, orphaned files, absence factors.

    PATH is a work tree, a bare repository or a git directory. Only git objects are read; nothing of it is run.
    """
    from depscan.knowledge import history
    from depscan.report import maintainers as page

    found = history.measure(path, as_of=as_of, aliases=aliases, today=_today(), timeout=timeout)
    if format_ == "json" or output.endswith(".json"):
        running.write(output, page.encode(found))
    else:
        text = page.render(
            found,
            path.resolve().name,
            width=running.width(),
            color=output == "-" and running.colored(color),
            unicode=output != "-" or running.speaks_unicode(),
        )
        running.write(output, text.encode())
    if found.commits is None:
        sys.exit(3)


@click.group()
def knowledge() -> None:
    """What depscan knows of libraries: show it with its sources, or bring it up to date."""


@knowledge.command()
@click.argument("package", default="")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def show(package: str, color: str) -> None:
    """Every fact on PACKAGE with its source and age; without PACKAGE a table of all."""
    from depscan.knowledge import gather, snapshot
    from depscan.report import knowledge as page

    facts, gaps = snapshot.overlay(gather.folder(), snapshot.every_name(gather.folder()))
    for gap in gaps:
        running.say(f"{gap.location}: {gap.reason}")
    text = page.render(
        facts,
        snapshot.stewards(),
        package,
        today=_today(),
        width=running.width(),
        color=running.colored(color),
        unicode=running.speaks_unicode(),
    )
    if package and not page.is_known(facts, package):
        click.echo(text, err=True, nl=False)
        sys.exit(2)
    running.write("-", text.encode())


@knowledge.command(epilog=REFRESH)
@click.argument("packages", nargs=-1)
@click.option(
    "--from",
    "report_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="REPORT.json",
    help="All packages of a saved report.",
)
@click.option("--history", is_flag=True, help="Clone their source repositories into the cache and read who wrote them.")
@click.option("--index-url", default="", metavar="URL", help="Ask this index, not your own setting.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def refresh(packages: tuple[str, ...], report_file: Path | None, *, history: bool, index_url: str, quiet: bool) -> None:
    """Ask the package index about PACKAGES now, and keep the answers in your own data folder."""
    from depscan import cache as store
    from depscan.knowledge import gather, refreshing

    names = {*packages, *(_packages(report_file) if report_file else ())}
    if not names:
        raise DepscanError("nothing to refresh: name packages, or a saved report with --from REPORT.json")
    done = refreshing.refresh(
        names,
        data=gather.folder(),
        cache=store.folder(),
        today=_today(),
        index_url=index_url,
        history=history,
        observer=None if quiet or not sys.stderr.isatty() else running.bar("asking"),
    )
    for gap in done.gaps:
        running.say(gap.reason)
    click.echo(f"{done.facts} facts on {done.packages} packages written to {done.path}")
    if not done.facts:
        sys.exit(2)


@knowledge.command(name="import-advisories")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
def import_advisories(path: Path) -> None:
    """
    Import known vulnerabilities from PATH, for audits without a network.

    PATH is the all.zip that OSV publishes for PyPI, a folder as osv-scanner keeps it, or a folder of OSV records in
    JSON or YAML. What was imported before is replaced in one step.
    """
    from depscan.knowledge import gather
    from depscan.knowledge.advisories import import_records

    done = import_records(path, gather.folder(), today=_today())
    for gap in done.gaps:
        running.say(f"{gap.location}: {gap.reason}")
    about = done.about
    click.echo(
        f"{about.records} records on {about.packages} packages, the newest of {about.newest or 'an unknown day'}, "
        f"written to {done.path}"
    )


def _packages(report_file: Path) -> tuple[str, ...]:
    from depscan.report import json

    return tuple(package.name for package in json.load(report_file.read_bytes()).packages)


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())
