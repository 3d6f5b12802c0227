"""Foreign text in Markdown: it stays text."""

from __future__ import annotations

import json
import re


def escaped(text: object) -> str:
    r"""Text without markup, HTML, line breaks or table breaks.

    Control characters are made visible, so that ``cat report.md`` steers no terminal.

    Examples
    --------
    >>> print(escaped("a|b\n<c>"))
    a\|b \<c\>
    """
    flat = visible(" ".join(str(text).split()))
    return re.sub(r"([\\`*_{}\[\]<>|#!&~])", r"\\\1", flat)


def visible(text: str) -> str:
    """Control characters as they are written in code; everything else as it is."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def one_line(text: str) -> str:
    """A command on one line."""
    return visible(" ".join(text.splitlines()))


def code(text: str) -> str:
    """What stands between backticks."""
    return one_line(text).replace("`", "'")


def compact(value: object) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
