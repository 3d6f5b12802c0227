"""From an error to one sentence and an exit code; no traceback reaches a user."""

from __future__ import annotations

import os
import re
import sys
import traceback
from contextlib import suppress
from typing import Any

from reasonscape.errors import OutputError, ReasonScapeError, StoreError, UsageError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells use it."""

ENGINES = ("duckdb", "_duckdb", "deltalake", "pyarrow")
"""Whose errors speak of the store where no room below could say it better."""


def report(error: BaseException, *, as_json: bool) -> int:
    """Say what went wrong on stderr (and as JSON on stdout where asked); return the exit code."""
    body = error_body(error)
    if isinstance(error, ReasonScapeError):
        exit_code, sentence = error.exit_code, _one_line(str(error))
    elif isinstance(error, KeyboardInterrupt):
        exit_code = INTERRUPTED
        sentence = "interrupted; what was committed before stands, nothing half-done counts"
    else:
        exit_code = ReasonScapeError.exit_code
        sentence = "; ".join((body["error"]["message"], body["error"]["remedy"]))
        if os.environ.get("REASONSCAPE_TRACEBACK"):
            traceback.print_exception(error, file=sys.stderr)
    say(f"error: {sentence}")
    if as_json and not getattr(error, "after_result", False):
        from reasonscape.runs.strict_json import dumps

        with suppress(OSError):  # a stdout that takes nothing is not a second error
            put(dumps(body))
    return exit_code


def error_body(error: BaseException) -> dict[str, Any]:
    """An error as programs read it."""
    near: list[str] = []
    if isinstance(error, ReasonScapeError):
        code, message, remedy = error.code, error.message, error.remedy
        near = list(error.did_you_mean)
    elif isinstance(error, KeyboardInterrupt):
        code, message, remedy = "interrupted", "interrupted", "run the command again"
    else:
        code, remedy = "internal", "set REASONSCAPE_TRACEBACK=1 to see where, and report it"
        message = f"internal error: {type(error).__name__}: {_first_line(error)}"
    said = {"code": code, "message": message, "remedy": remedy, "did_you_mean": near}
    return {"ok": False, "error": said}


def spoken(error: BaseException) -> BaseException:
    """An error of an engine or of the machine, in words of ours; any other as it is."""
    first = " ".join(str(error).splitlines()[:1])[:300]
    if isinstance(error, RuntimeError) and first == "Query interrupted":
        # DuckDB takes Ctrl-C for itself and hands it on in words.
        return KeyboardInterrupt()
    if type(error).__module__.partition(".")[0] in ENGINES:
        return StoreError(
            f"the store could not be read or written ({first})",
            remedy="check it with: analyze.py store verify DATASET",
        )
    if isinstance(error, OSError):
        return OutputError(
            f"a file could not be read or written ({first})",
            remedy="check its path, its permissions, and the room on its disk",
        )
    if isinstance(error, MemoryError):
        return UsageError("the memory did not suffice", remedy="select less with --filters")
    return error


def _one_line(text: str) -> str:
    r"""Cut colours and line breaks out of what an engine below said.

    Examples
    --------
    >>> _one_line("disk\n   \x1b[31mfull\x1b[0m")
    'disk full'
    """
    return re.sub(r"\s*\n\s*", " ", re.sub(r"\x1b\[[0-9;]*m", "", text)).strip()


def say(text: str) -> None:
    """Talk goes to stderr; control characters of foreign text do not reach a terminal."""
    if sys.stdout is not None:
        with suppress(OSError, ValueError):  # data first, then talk, where both go to one place
            sys.stdout.flush()
    if sys.stderr is not None:
        sys.stderr.write(printable(text) + "\n")


def put(text: str) -> None:
    """Data goes to stdout, as UTF-8 whatever the locale."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (``| head``): what was done is done, and no error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    r"""Make control characters (escape sequences of a hostile log among them) visible.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def flat(text: str) -> str:
    r"""Put foreign text on one line, so that its line breaks do not pass for lines of ours.

    Examples
    --------
    >>> flat("a model\nnote: all is well")
    'a model note: all is well'
    """
    return printable(" ".join(text.split()))


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else ""
