"""Foreign text in Markdown: it stays text."""

from __future__ import annotations

import json
import re


def escaped(text: object) -> str:
    r"""Text without markup, HTML, line breaks or table breaks.

    Examples
    --------
    >>> print(escaped("a|b\n<c>"))
    a\|b \<c\>
    """
    flat = " ".join(str(text).split())
    return re.sub(r"([\\`*_{}\[\]<>|#!&~])", r"\\\1", flat)


def one_line(text: str) -> str:
    """A command on one line."""
    return " ".join(text.splitlines())


def code(text: str) -> str:
    """What stands between backticks."""
    return one_line(text).replace("`", "'")


def compact(value: object) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
