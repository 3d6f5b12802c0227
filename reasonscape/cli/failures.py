"""From an error to one sentence and an exit code; no traceback reaches a user."""

from __future__ import annotations

import os
import re
import sys
import traceback
from contextlib import suppress

from reasonscape.errors import ReasonScapeError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells use it."""


def report(error: BaseException, *, as_json: bool) -> int:
    """Say what went wrong on stderr (and as JSON on stdout where asked); return the exit code."""
    if isinstance(error, ReasonScapeError):
        code, message, remedy = error.code, error.message, error.remedy
        near, exit_code = list(error.did_you_mean), error.exit_code
        sentence = _one_line(str(error))
    elif isinstance(error, KeyboardInterrupt):
        code, message, remedy, near = "interrupted", "interrupted", "run the command again", []
        exit_code, sentence = INTERRUPTED, "interrupted; nothing half-done was kept"
    else:
        code, near, exit_code = "internal", [], ReasonScapeError.exit_code
        message = f"internal error: {type(error).__name__}: {_first_line(error)}"
        remedy = "set REASONSCAPE_TRACEBACK=1 to see where, and report it"
        sentence = f"{message}; {remedy}"
        if os.environ.get("REASONSCAPE_TRACEBACK"):
            traceback.print_exception(error, file=sys.stderr)
    say(f"error: {sentence}")
    if as_json and not getattr(error, "after_result", False):
        from reasonscape.runs.strict_json import dumps

        body = {"code": code, "message": message, "remedy": remedy, "did_you_mean": near}
        with suppress(OSError):  # a stdout that takes nothing is not a second error
            put(dumps({"ok": False, "error": body}))
    return exit_code


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
