"""Tokens of a prompt set as lines of a fixed width, every character made visible."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

#: A token shows at most this many characters; the rest is counted.
LONGEST_TOKEN = 64
#: At most this many marks are stacked on one character.
_MOST_STACKED = 2
_SIGNS = {" ": "·", "\n": "⏎", "\r": "␍", "\t": "⇥"}
_HIDDEN_SIGN, _EMPTY_SIGN, _CARRIER = "□", "∅", "◌"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
_STACKED = {"Mn", "Me"}


@dataclass(frozen=True)
class Run:
    """A piece of one token on one line: where it stands, in cells, and what it says."""

    token: int
    line: int
    start: int
    width: int
    text: str


@dataclass(frozen=True)
class TokenLines:
    """The runs of a prompt, the lines that they fill, and how many tokens had no room."""

    runs: tuple[Run, ...]
    lines: int
    rest: int


def visible_text(text: str, limit: int = LONGEST_TOKEN) -> str:
    r"""A token's text with a sign for each character that cannot be seen.

    A space is ``·``, a line break ``⏎``; control and format characters, also those that turn the
    direction of writing, and rare spaces are ``□``. No token without any text is ``∅``. What is
    longer than `limit` is cut, and the characters left out are counted.

    Examples
    --------
    >>> visible_text(" two\n"), visible_text(""), visible_text("\u202e"), visible_text("abcd", 2)
    ('·two⏎', '∅', '□', 'ab…+2')
    """
    if not text:
        return _EMPTY_SIGN
    shown: list[str] = []
    stacked = _MOST_STACKED
    for char in text[:limit]:
        category = unicodedata.category(char)
        if category in _STACKED:
            if not shown:
                shown.append(_CARRIER)
                stacked = 0
            stacked += 1
            if stacked <= _MOST_STACKED:
                shown.append(char)
            continue
        stacked = 0
        shown.append(_SIGNS.get(char) or (_HIDDEN_SIGN if category in _HIDDEN else char))
    rest = len(text) - limit
    return "".join(shown) + (f"…+{rest:,}" if rest > 0 else "")


def cells_of(char: str) -> int:
    """Cells that a character fills: 0 stacked on another, 2 for wide ones, otherwise 1.

    Examples
    --------
    >>> [cells_of(char) for char in ("a", "漢", "\u0301")]
    [1, 2, 0]
    """
    if unicodedata.category(char) in _STACKED:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def token_lines(texts: Sequence[str], width: int, most: int) -> TokenLines:
    r"""Set tokens one after the other on lines of `width` cells, at most `most` lines.

    A line ends after a line break, and where the next character has no room.

    Examples
    --------
    >>> set_lines = token_lines(["ab", "cd\n", "e"], width=3, most=9)
    >>> [(run.token, run.line, run.text) for run in set_lines.runs]
    [(0, 0, 'ab'), (1, 0, 'c'), (1, 1, 'd⏎'), (2, 2, 'e')]
    >>> token_lines(["ab", "cd"], width=2, most=1).rest
    1
    """
    runs: list[Run] = []
    line = column = 0
    for number, text in enumerate(texts):
        piece, start = "", column
        for char in visible_text(text):
            cells = cells_of(char)
            if column + cells > width:
                if piece:
                    runs.append(Run(number, line, start, column - start, piece))
                piece, line, column, start = "", line + 1, 0, 0
            if line >= most:
                return TokenLines(tuple(runs), most, len(texts) - number)
            piece += char
            column += cells
            if char == _SIGNS["\n"]:
                runs.append(Run(number, line, start, column - start, piece))
                piece, line, column, start = "", line + 1, 0, 0
        if piece:
            runs.append(Run(number, line, start, column - start, piece))
    return TokenLines(tuple(runs), line + (column > 0), 0)
