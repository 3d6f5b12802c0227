"""Foreign text made safe to draw and short enough to fit."""

from __future__ import annotations

import re
import unicodedata

from reasonscape.figures.content import LevelAxis

_BREAKING = re.compile(r"\s+")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
# The entities that plotly decodes; it shows quotes as they are.
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})


def plain_text(text: str, limit: int = 60) -> str:
    r"""Return foreign text as one printable line of at most `limit` characters.

    Runs of white space become one space; control, format (also those that turn the direction of
    writing), surrogate and private characters are dropped; what is too long loses its middle,
    because names that belong together differ at their ends.

    Examples
    --------
    >>> plain_text("two\nlines")
    'two lines'
    >>> plain_text("a-very-long-name-of-a-model", limit=11)
    'a-ver…model'
    """
    line = _BREAKING.sub(" ", text)
    # What is printable holds nothing to hide; a map has twenty thousand texts.
    if not line.isprintable():
        line = "".join(char for char in line if unicodedata.category(char) not in _HIDDEN)
    line = " ".join(line.split())
    if len(line) <= limit:
        return line
    head = (limit - 1) // 2
    tail = limit - 1 - head
    return line[:head] + "…" + (line[-tail:] if tail else "")


def escape_text(text: str, limit: int = 60) -> str:
    """Return foreign text so that plotly shows it as written.

    Plotly reads tags, entities and, beside MathJax, dollar signs in titles, labels and hover
    boxes; nothing that came from a log may be read as any of these.

    Examples
    --------
    >>> escape_text("<b>x</b> & $y$")
    '&lt;b&gt;x&lt;/b&gt; &amp; &#36;y&#36;'
    """
    return plain_text(text, limit).translate(_ENTITIES)


def scene_text(escaped: str) -> str:
    """Escaped text for the axes of a 3-D scene, which know tags but decode no entities.

    Examples
    --------
    >>> scene_text(escape_text("<b> & $y"))
    '‹b› & $y'
    """
    for entity, char in (("&lt;", "‹"), ("&gt;", "›"), ("&#36;", "$"), ("&amp;", "&")):
        escaped = escaped.replace(entity, char)
    return escaped


def axis_title(axis: LevelAxis, limit: int = 40) -> str:
    """Label and unit of an axis, escaped.

    Examples
    --------
    >>> axis_title(LevelAxis("prompt length", ("1",), unit="tokens"))
    'prompt length (tokens)'
    """
    label = escape_text(axis.label, limit)
    return f"{label} ({escape_text(axis.unit, 16)})" if axis.unit else label


def level_texts(axis: LevelAxis, limit: int = 20) -> list[str]:
    """Escaped tick texts of an axis, one a level, told apart even where shortening made two equal.

    Examples
    --------
    >>> level_texts(LevelAxis("x", ("aaaaaaaa", "aaabaaaa", "c")), limit=3)
    ['a…a', 'a…a (2)', 'c']
    """
    texts: list[str] = []
    for level in axis.levels:
        text = escape_text(level, limit)
        twin = 1
        while text in texts:
            twin += 1
            text = f"{escape_text(level, limit)} ({twin})"
        texts.append(text)
    return texts
