"""Words that a log holds, as they may stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

MAX_LISTED: Final = 12
_LONGEST: Final = 60


def printable(text: str) -> str:
    r"""Write what does not print, such as what moves the cursor, as an escape.

    Examples
    --------
    >>> printable("em\n")
    'em\\n'
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def listed(names: Iterable[str]) -> str:
    """List the first of some names.

    Examples
    --------
    >>> listed(["acc", "em"])
    'acc, em'
    >>> listed(map(str, range(20)))
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...'
    """
    first = list(islice(names, MAX_LISTED + 1))
    shown = [printable(name[:_LONGEST]) for name in first[:MAX_LISTED]]
    return ", ".join(shown) + (", ..." if len(first) > MAX_LISTED else "")
