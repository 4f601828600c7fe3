"""The command line: parse, call one function, write, exit. Report on stdout; progress and diagnostics on stderr."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from depscan import __version__
from depscan.errors import DepscanError, NothingToScan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.config import Config
    from depscan.model import Report
    from depscan.pipeline import Observer

FORMATS = ("terminal", "json", "dot", "graphml")  # names in report.RENDERERS, here so that --help need not load them
SEVERITIES = ("low", "medium", "high", "critical")

EXAMPLES = """\b
Examples:
  depscan                          scan the current folder
  depscan path/to/repo -v          the same elsewhere, nothing cut short
  depscan . -f json -o report.json machine-readable, into a file
  depscan . --fail-on high         exit 1 only for findings of severity high
  depscan why torch                who asks for torch, who imports it, where
  depscan explain DS101            what a finding means and what to do

\b
Exit status:
  0  no finding at or above --fail-on      3  nothing to scan
  1  findings at or above --fail-on        4  --strict, and something could not be seen
  2  wrong usage, configuration or an internal error
"""


class _Commands(click.Group):
    """`depscan PATH` is `depscan scan PATH`: anything that is not a command is a path or an option of scan."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in {"--help", "-h", "--version"}):
            args.insert(0, "scan")
        return super().parse_args(ctx, args)


@click.group(
    cls=_Commands, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="depscan %(version)s")
def cli() -> None:
    """
    What does a repository rest on, how hard, and what breaks when it goes.

    `depscan PATH` scans a folder and reports; it reads code and manifests, never runs them, and works offline.
    """


def _scan_options(command: Any) -> Any:
    options = (
        click.option(
            "--config", "config_file", type=click.Path(path_type=Path), help="Settings from FILE, not the folder's own."
        ),
        click.option("--isolated", is_flag=True, help="Ignore the configuration that the folder carries."),
        click.option(
            "--exclude", multiple=True, metavar="PATTERN", help="Leave out files, as in .gitignore; repeatable."
        ),
        click.option("--no-uses", is_flag=True, help="Do not count references to imported names (faster)."),
        click.option("--no-cache", is_flag=True, help="Neither read nor write the cache."),
        click.option("-q", "--quiet", is_flag=True, help="No progress bar; with -o, nothing on stdout."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colour in the terminal report.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@cli.command(epilog=EXAMPLES)
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("-f", "--format", "format_", type=click.Choice(FORMATS), help="Format on stdout (default: terminal).")
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FILE",
    help="Also write to FILE, format by suffix; repeatable; - is stdout.",
)
@click.option(
    "--fail-on", type=click.Choice(("none", *SEVERITIES)), help="Exit 1 from this severity on (default: medium)."
)
@click.option("--select", multiple=True, metavar="CODE", help="Only these rules (DS101, or a prefix: DS1); repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Not these rules; repeatable.")
@click.option("--strict", is_flag=True, help="Exit 4 when anything could not be seen.")
@click.option("--full", is_flag=True, help="JSON: list every import.")
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@_scan_options
def scan(
    path: Path,
    format_: str | None,
    output: Sequence[str],
    fail_on: str | None,
    select: Sequence[str],
    ignore: Sequence[str],
    strict: bool,
    full: bool,
    verbose: int,
    quiet: bool,
    color: str,
    **settings: Any,
) -> None:
    """Scan the folder PATH (default: the current one) and report what its code rests on."""
    outputs = [(_format_of(name), name) for name in output]
    if format_ or not outputs or not quiet:
        outputs.append((format_ or "terminal", "-"))
    config = _settings(path, select=select, ignore=ignore, fail_on=fail_on, **settings)
    report = _run(path, config, no_cache=settings["no_cache"], quiet=quiet)
    for kind, name in outputs:
        _write(name, _rendered(report, kind, full=full, verbose=verbose, color=color, stdout=name == "-"))
    sys.exit(_status(report, config, never=fail_on == "none", strict=strict))


@cli.command()
@click.argument("report_file", metavar="REPORT.json", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-f", "--format", "format_", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option("-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of stdout.")
@click.option("--full", is_flag=True, help="JSON: list every import.")
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def report(report_file: Path, format_: str, output: str, full: bool, verbose: int, color: str) -> None:
    """Render a saved report again, without a scan."""
    from depscan.report import json

    try:
        saved = json.load(report_file.read_bytes())
    except DepscanError as error:
        raise DepscanError(f"{report_file}: {error}") from error
    _write(output, _rendered(saved, format_, full=full, verbose=verbose, color=color, stdout=output == "-"))


@cli.command()
@click.argument("package")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("-v", "--verbose", count=True, help="Cut nothing short.")
@_scan_options
def why(package: str, path: Path, verbose: int, quiet: bool, color: str, **settings: Any) -> None:
    """Why is PACKAGE here: who declares it, which chains bring it in, where the code imports it."""
    from depscan.graph import DependencyGraph
    from depscan.report import why as page

    report = _run(path, _settings(path, **settings), no_cache=settings["no_cache"], quiet=quiet)
    found = page.find(report, package)
    chains = DependencyGraph.of_report(report).why(found.name) if found else ()
    text = page.render(
        report, package, chains, width=_width(), color=_colored(color), unicode=_speaks_unicode(), verbose=verbose
    )
    if not found:
        click.echo(text, err=True, nl=False)
        sys.exit(2)
    _write("-", text.encode())


@cli.command()
@click.argument("code")
def explain(code: str) -> None:
    """The manual page of a rule: what CODE means, why it matters, what to do."""
    from depscan import rules

    click.echo(rules.manual(code))


@cli.command(name="rules")
def rules_() -> None:
    """All rules, one line each."""
    from depscan import rules

    for rule in rules.RULES:
        click.echo(f"{rule.code}  {rule.severity:<8}  {rule.title}")


@cli.command()
def schema() -> None:
    """The JSON Schema of the report."""
    from depscan.report import json

    _write("-", json.schema())


@cli.group()
def cache() -> None:
    """Look at the cache, or empty it."""


@cache.command()
def info() -> None:
    """Where the cache is, how many entries it has, how big it is."""
    from depscan import cache as store

    folder = store.folder()
    if not store.file(folder).exists():
        click.echo(f"{folder}: empty")
        return
    with store.Cache(folder) as opened:
        click.echo(opened.trouble or f"{store.file(folder)}: {opened.count()} entries, {opened.size() / 2**20:.1f} MiB")


@cache.command()
def clear() -> None:
    """Remove everything in the cache."""
    from depscan import cache as store

    freed = store.clear(store.folder())
    click.echo(f"{store.folder()}: {freed / 2**20:.1f} MiB removed")


# -- how --------------------------------------------------------------------------------------------------------------


def _settings(
    path: Path,
    *,
    config_file: Path | None,
    isolated: bool,
    exclude: Sequence[str],
    no_uses: bool,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fail_on: str | None = None,
    **_: Any,
) -> Config:
    """The configuration file's settings, overridden by those of the command line."""
    import msgspec

    from depscan import config
    from depscan.tree import Tree

    if config_file is not None:
        base = config.read(config_file)
    else:
        base = config.Config() if isolated else config.load(Tree(path).read)
    given: dict[str, Any] = {"exclude": (*base.exclude, *exclude)}
    if select:
        given["select"] = tuple(select)
    if ignore:
        given["ignore"] = (*base.ignore, *ignore)
    if fail_on in SEVERITIES:
        given["fail_on"] = fail_on
    if no_uses:
        given["uses"] = False
    return msgspec.structs.replace(base, **given)


def _run(path: Path, config: Config, *, no_cache: bool, quiet: bool) -> Report:
    from depscan import cache as store
    from depscan import pipeline

    observer = None if quiet or not sys.stderr.isatty() else _bar()
    with store.Cache(None if no_cache else store.folder()) as opened:
        report = pipeline.scan(path, config=config, cache=opened, observer=observer)
        if opened.trouble:
            _say(opened.trouble)
    return report


def _bar() -> Observer:
    """A progress bar on stderr that leaves nothing behind."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from depscan.pipeline import Observer

    progress = Progress(
        TextColumn("reading"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True
    )

    class Bar(Observer):
        def started(self, total: int) -> None:
            progress.start()
            progress.add_task("read", total=total)

        def advanced(self, count: int) -> None:
            progress.advance(progress.task_ids[0], count)

        def finished(self) -> None:
            progress.stop()

    return Bar()


def _rendered(report: Report, kind: str, *, full: bool, verbose: int, color: str, stdout: bool) -> bytes:
    from depscan import rules
    from depscan.report import RENDERERS, Look

    renderer = next(renderer for renderer in RENDERERS if renderer.name == kind)
    look = Look(
        width=_width() if stdout else 100,
        color=stdout and _colored(color),
        unicode=not stdout or _speaks_unicode(),
        verbose=verbose,
        full=full,
        titles={rule.code: rule.title for rule in rules.RULES},
    )
    return renderer.render(report, look)


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _write(name: str, data: bytes) -> None:
    """To stdout, or to a file that is complete or not there at all."""
    if name == "-":
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains as it exits
            sys.exit(141)  # as a shell shows it; click would make it 1, which means findings
        return
    import tempfile

    target = Path(name)
    partial = None
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            partial = Path(file.name)
            file.write(data)
        partial.chmod(0o644)
        partial.replace(target)
    except OSError as error:
        if partial is not None:
            partial.unlink(missing_ok=True)
        raise DepscanError(f"{name} cannot be written: {error.strerror}") from error


def _format_of(name: str) -> str:
    from depscan.report import RENDERERS

    if name == "-":
        return "terminal"
    suffix = Path(name).suffix.lower()
    for renderer in RENDERERS:
        if suffix in renderer.suffixes:
            return renderer.name
    known = ", ".join(suffix for renderer in RENDERERS for suffix in renderer.suffixes)
    raise DepscanError(f"{name}: no format for the suffix {suffix!r}; known: {known}")


def _status(report: Report, config: Config, *, never: bool, strict: bool) -> int:
    """Exit status; findings of low confidence are shown and never fail a run."""
    from depscan.model import Confidence, Severity

    order = tuple(Severity)
    floor = order.index(config.fail_on or Severity.MEDIUM)
    failing = not never and any(
        order.index(finding.severity) >= floor and finding.confidence is not Confidence.LOW
        for finding in report.findings
    )
    if failing:
        return 1
    return 4 if strict and report.gaps else 0


def _width() -> int:
    import shutil

    return max(60, min(shutil.get_terminal_size((80, 24)).columns, 160))


def _colored(choice: str) -> bool:
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"


def main() -> None:
    """Run the command; every way to fail ends in one line on stderr and a documented exit status."""
    try:
        cli.main(standalone_mode=False, auto_envvar_prefix="DEPSCAN", prog_name="depscan")
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except DepscanError as error:
        _say(str(error))
        sys.exit(3 if isinstance(error, NothingToScan) else 2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except Exception as error:  # the command's boundary: a bug is one line and status 2; DEPSCAN_TRACEBACK shows all
        if os.environ.get("DEPSCAN_TRACEBACK"):
            raise
        _say(f"internal error: {type(error).__name__}: {error}")
        _say("this is a bug; run again with DEPSCAN_TRACEBACK=1 and report what it prints")
        sys.exit(2)


def _say(message: str) -> None:
    """One line on stderr; it may quote the scanned repository, so nothing in it can steer the terminal."""
    from depscan.report import show

    click.echo(f"depscan: {show(message, 600)}", err=True)
