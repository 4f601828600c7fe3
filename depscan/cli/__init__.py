"""The command line: parse, call one function, write, exit. Report on stdout; progress and diagnostics on stderr."""

from __future__ import annotations

import os
import sys

import click

from depscan import __version__
from depscan.cli import gates, lookup, people, scanning
from depscan.cli.running import say
from depscan.errors import DepscanError, NothingToScan


class _Commands(click.Group):
    """`depscan PATH` is `depscan scan PATH`: anything that is not a command is a path or an option of scan."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in {"--help", "-h", "--version"}):
            args.insert(0, "scan")
        return super().parse_args(ctx, args)


@click.group(
    cls=_Commands,
    epilog=scanning.EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="depscan %(version)s")
def cli() -> None:
    """
    What does a repository rest on, how hard, and what breaks when it goes.

    `depscan PATH` scans a folder and reports; it reads code and manifests, never runs them, and works offline.
    """


for _command in (
    scanning.scan,
    scanning.report,
    scanning.why,
    scanning.what_if,
    gates.diff_,
    gates.staged,
    gates.init,
    people.maintainers,
    people.knowledge,
    lookup.explain,
    lookup.rules_,
    lookup.schema,
    lookup.cache,
):
    cli.add_command(_command)


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
        say(str(error))
        sys.exit(3 if isinstance(error, NothingToScan) else 2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except Exception as error:  # the command's boundary: a bug is one line and status 2; DEPSCAN_TRACEBACK shows all
        if os.environ.get("DEPSCAN_TRACEBACK"):
            raise
        say(f"internal error: {type(error).__name__}: {error}")
        say("this is a bug; run again with DEPSCAN_TRACEBACK=1 and report what it prints")
        sys.exit(2)
