"""The commands for gates and their beginnings: `staged`, `diff`, `init`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from depscan.cli import running

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@click.command(short_help="Only what is found in FILES: for a commit hook.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--root", default=".", type=click.Path(path_type=Path), metavar="FOLDER", help="The repository (default: here)."
)
@click.option("--baseline", type=click.Path(path_type=Path), metavar="REPORT.json", help="Only what it does not have.")
@click.option("--fail-on", type=click.Choice(("none", *running.SEVERITIES)), help="Exit 1 from this severity on.")
@click.option("--select", multiple=True, metavar="CODE", help="Only these rules; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Not these rules; repeatable.")
@running.scan_options
def staged(
    files: Sequence[Path],
    root: Path,
    baseline: Path | None,
    fail_on: str | None,
    select: Sequence[str],
    ignore: Sequence[str],
    quiet: bool,
    color: str,  # noqa: ARG001  (one of the options of every scan)
    **settings: Any,
) -> None:
    """
    Scan the whole repository, and report only what is found in FILES, one line each.

    A file can only be judged with all others in sight; so everything is read (mostly from the cache), and findings that
    name no place in FILES are left to `depscan`. Exit status as for `depscan scan`.
    """
    from depscan import diff, rules
    from depscan.report import Look, lines

    config = running.settings(root, select=select, ignore=ignore, fail_on=fail_on, **settings)
    old = None if baseline is None else running.saved(baseline)
    report = running.run(root, config, quiet=quiet, baseline=old, **settings)
    findings = report.findings if old is None else diff.fresh(report, old)
    report = replace(report, findings=rules.located(findings, _inside(root, files)))
    running.write("-", lines.render(report, Look(unicode=running.speaks_unicode())))
    sys.exit(running.status(report, config, never=fail_on == "none", strict=False))


def _inside(root: Path, files: Iterable[Path]) -> Iterator[str]:
    """The files as places name them: relative to the root, with slashes; those outside are left out."""
    folder = Path(os.path.realpath(root))
    for file in files:
        path = Path(os.path.realpath(file.parent), file.name)
        if path.is_relative_to(folder):
            yield path.relative_to(folder).as_posix()


@click.command("diff")
@click.argument("old", metavar="OLD.json", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW.json", type=click.Path(path_type=Path))
@click.option("-f", "--format", "format_", type=click.Choice(("terminal", "json", "markdown")), default="terminal")
@click.option("-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of stdout.")
@click.option(
    "--fail-on",
    type=click.Choice(("none", *running.SEVERITIES)),
    default="medium",
    show_default=True,
    help="Exit 1 for a new finding of this severity.",
)
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def diff_(old: Path, new: Path, format_: str, output: str, fail_on: str, verbose: int, color: str) -> None:
    """What changed between two reports; exit 1 when a finding is new, sure enough and not accepted."""
    from depscan import diff
    from depscan.model import Severity
    from depscan.report import changes as page

    changes = diff.compare(running.saved(old), running.saved(new))
    stdout = output == "-"
    if format_ == "json":
        data = page.encode(changes)
    elif format_ == "markdown":
        data = page.markdown(changes, verbose=verbose)
    else:
        data = page.render(
            changes,
            width=running.width() if stdout else 100,
            color=stdout and running.colored(color),
            unicode=not stdout or running.speaks_unicode(),
            verbose=verbose,
        ).encode()
    running.write(output, data)
    sys.exit(int(fail_on != "none" and diff.regression(changes, Severity(fail_on))))


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False))
def init(path: Path) -> None:
    """Add all settings, explained and commented out, to PATH/pyproject.toml; or write PATH/depscan.toml."""
    from depscan import starter

    running.say(f"wrote {starter.write(path)}")
