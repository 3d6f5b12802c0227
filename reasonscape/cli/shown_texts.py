"""Texts of samples on stdout, marked line by line as what a model wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from reasonscape.cli.failures import flat, printable, put

MOST_EQUAL = 3
"""Equal lines in a row that are all shown."""


def show_texts(headed: Iterable[tuple[str, str]]) -> None:
    """Print texts under their headings."""
    for head, text in headed:
        if text:
            put(f"\n{flat(head)}\nwhat the model wrote, line by line:")
            put("\n".join(f"  | {line}" for line in text_lines(text)))


def text_lines(text: str) -> Sequence[str]:
    r"""Lines of a text; many equal ones in a row are counted and not repeated.

    Examples
    --------
    >>> text_lines("so:" + "\nwait" * 9)
    ['so:', 'wait', '… the same line 8 more times']
    """
    shown = []
    for line, same in groupby(text.splitlines()):
        again = len(list(same))
        many = again > MOST_EQUAL
        shown += [printable(line)] * (1 if many else again)
        if many:
            shown.append(f"… the same line {again - 1:,} more times")
    return shown
