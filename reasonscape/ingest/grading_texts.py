r"""The final answer in a response, and texts made alike before they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

TAIL: Final = 20_000
"""Characters at the end of a response in which its final answer is looked for."""

_LAYERS: Final = 20
_PAIRS: Final = (
    *((mark, mark) for mark in ('"', "'", "`", "*", "_", "~", "$")),
    *(("“", "”"), ("‘", "’"), ("«", "»"), ("\\(", "\\)"), ("\\[", "\\]")),
)
_LEADING: Final = "*`#>~:;,!? \t\r\n"
_TRAILING: Final = "*`~.:;,!? \t\r\n"
_COMMAND: Final = re.compile(r"\\(?:boxed|fbox|text\w{0,2}|math\w{0,6}|operatorname)\s*\{")
_BOXED: Final = re.compile(r"\\(?:boxed|fbox)\s*\{")
_TAG: Final = re.compile(r"<answer>", re.IGNORECASE)
_TAG_END: Final = re.compile(r"</answer>", re.IGNORECASE)
_PHRASE: Final = re.compile(
    r"(?:\banswers?\b(?:\s+to\s[^.\n]{1,100}?\s(?=is\b|are\b))?"
    r"|\bcorrect\s+(?:option|choice)\b)"
    r"[*_`\s]{0,6}(?:is\b|are\b|:|=)(?!\s+not\b)[*_:`\s]{0,8}"
    r"|\bfinal\s+answer\b[*_`]{0,4}\s*\n\s{0,8}",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Found:
    """What may be the final answer of a response.

    Attributes
    ----------
    text
        As it stands there, white space around it left out.
    mark
        How it was found: ``tag``, ``boxed``, ``hashes``, ``phrase`` or ``last_line``.
    """

    text: str
    mark: str


def final_answer(response: str) -> Found | None:
    r"""Find the final answer of a response; None where there is no text.

    The first that is there, the last of its kind: what ``<answer>`` encloses; ``\boxed{}``; what
    follows ``####`` in the last line; what follows "answer is", "answer:", "correct option is"
    and the like, to the end of the line; else the last line. Looked for in the last 20,000
    characters.

    Examples
    --------
    >>> final_answer("So 6 * 7 = 42.\n**Answer:** 42")
    Found(text='42', mark='phrase')
    >>> final_answer("It is \\boxed{\\frac{1}{2}}, I think.").text
    '\\frac{1}{2}'
    """
    tail = response[-TAIL:].strip()
    if not tail:
        return None
    last_line = tail[tail.rfind("\n") + 1 :].strip()
    if (tagged := _last(_TAG, tail)) is not None:
        end = _TAG_END.search(tail, tagged.end())
        found = Found(tail[tagged.end() : end.start() if end else None].strip(), "tag")
    elif (boxed := _last(_BOXED, tail)) is not None and (
        inside := _braced(tail, boxed.end())
    ) is not None:
        found = Found(inside.strip(), "boxed")
    elif last_line.startswith("####") and last_line.strip("# "):
        found = Found(last_line.lstrip("#").strip(), "hashes")
    elif (said := _last(_PHRASE, tail)) is not None and said.end() < len(tail):
        found = Found(tail[said.end() :].lstrip().split("\n", 1)[0].strip(), "phrase")
    else:
        found = Found(last_line, "last_line")
    return found if found.text else None


def first_sentence(text: str) -> str:
    """Cut a line after its first sentence, whose end is a mark before white space.

    Examples
    --------
    >>> first_sentence("3.5 m. I hope it helps."), first_sentence("yes")
    ('3.5 m', 'yes')
    """
    end = _SENTENCE_END.search(text)
    return text[: end.start()] if end and end.start() else text


def bare(text: str) -> str:
    r"""Take off what surrounds a text: white space, quotes, Markdown, LaTeX, punctuation.

    A text of more than 20,000 characters is no answer in a wrapping, and stays as it is.

    Examples
    --------
    >>> bare('  **"Paris".** '), bare("$\\boxed{\\text{(B)}}$"), bare("-.5")
    ('Paris', 'B', '-.5')
    """
    for _ in range(_LAYERS if len(text) <= TAIL else 0):
        inner = _without_layer(text.lstrip(_LEADING).rstrip(_TRAILING))
        if inner == text:
            break
        text = inner
    return text


def normalized(text: str) -> str:
    r"""Make texts alike that say the same: Unicode NFKC, bare, case and white space folded.

    A text that is nothing but punctuation keeps it.

    Examples
    --------
    >>> normalized("\\boxed{New  York}.") == normalized("**new york**")
    True
    >>> normalized("?")
    '?'
    """
    composed = unicodedata.normalize("NFKC", text)
    return " ".join((bare(composed) or composed).casefold().split())


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _braced(text: str, start: int) -> str | None:
    """Text from ``start`` to the brace that closes the one before it; None if none does."""
    depth = 1
    for place in range(start, len(text)):
        if text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if not depth:
                return text[start:place]
    return None


def _without_layer(text: str) -> str:
    for opening, closing in _PAIRS:
        if (
            len(text) > len(opening) + len(closing)
            and text.startswith(opening)
            and text.endswith(closing)
        ):
            return text[len(opening) : -len(closing)]
    command = _COMMAND.match(text)
    if command and text.endswith("}"):
        inside = _braced(text, command.end())
        return (
            inside if inside is not None and command.end() + len(inside) + 1 == len(text) else text
        )
    if text.startswith("(") and text.endswith(")") and _is_one_group(text):
        return text[1:-1]
    return text


def _is_one_group(text: str) -> bool:
    """Whether the first parenthesis is closed by the last character."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place == len(text) - 1
    return False
