"""The table of commands, and the one place where errors become exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from reasonscape.cli import (
    compare_command,
    compression_command,
    diagnose_command,
    evals_command,
    export_command,
    failures_command,
    fft_command,
    hazard_command,
    import_command,
    mcp_command,
    plant_command,
    schema_command,
    store_command,
    surface_command,
    tasks_command,
    traces_command,
    triage_command,
)
from reasonscape.cli.failures import INTERRUPTED, report, say, spoken
from reasonscape.errors import UsageError

HELP = "Why, where, how and when does a reasoning model fail?"
EPILOG = (
    "Exit codes: 0 done; 1 internal error; 2 usage, bad filter, bad config; 3 no row matched; "
    "4 rows refused or picture not made; 5 a --fail-on condition holds."
)

app = typer.Typer(
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("import")(import_command.import_)
app.command("evals")(evals_command.evals)
app.command("tasks")(tasks_command.tasks)
app.command("surface")(surface_command.surface)
app.command("fft")(fft_command.fft)
app.command("compression")(compression_command.compression)
app.command("hazard")(hazard_command.hazard)
app.command("failures")(failures_command.failures)
app.command("traces")(traces_command.traces)
app.command("diagnose")(diagnose_command.diagnose)
app.command("triage")(triage_command.triage)
app.command("compare")(compare_command.compare)
app.command("export")(export_command.export)
app.command("schema")(schema_command.schema)
app.command("mcp")(mcp_command.mcp)
app.command("plant")(plant_command.plant)
app.add_typer(store_command.app, name="store")


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Why, where, how and when does a reasoning model fail?"""
    if version:
        from reasonscape import __version__

        sys.stdout.write(f"reasonscape {__version__}\n")
        raise typer.Exit


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse, call, print; return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result: Any = app(words, prog_name=_program(), standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        if result == INTERRUPTED:
            # The parser below turns Ctrl-C into this code without a word.
            return report(KeyboardInterrupt(), as_json=_asks_for_json(words))
        return result if isinstance(result, int) else 0
    except BrokenPipeError:
        _close_stdout()
        return 0
    except (Exception, KeyboardInterrupt) as error:
        code = report(_translated(error), as_json=_asks_for_json(words))
        _give_up_unwritable_stdout()
        return code


def _translated(error: BaseException) -> BaseException:
    """A parse error of the command line is one of ours: one sentence, exit 2."""
    if error.__class__.__name__ == "Abort":
        return KeyboardInterrupt()
    if hasattr(error, "format_message"):
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else _program()
        message = error.format_message().rstrip(".").replace("\n", " ")
        if error.__class__.__name__ == "NoArgsIsHelpError":
            say(error.format_message())
            message = "no command was given"
        return UsageError(message, remedy=f"see: {path} --help")
    return spoken(error)


def _asks_for_json(words: Sequence[str]) -> bool:
    pairs = zip(words, [*words[1:], ""], strict=True)
    return any(w == "--format=json" or (w == "--format" and n == "json") for w, n in pairs)


def _program() -> str:
    return "python analyze.py" if sys.argv[0].endswith("analyze.py") else "reasonscape"


def _give_up_unwritable_stdout() -> None:
    """What stdout did not take (a full disk) is not tried again while Python shuts down."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        _close_stdout()


def _close_stdout() -> None:
    """The reader went away (``| head``): not an error, and nothing more can be flushed."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
