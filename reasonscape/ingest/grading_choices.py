"""The letter of a choice: in an answer, in a target, and the choices that a prompt lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reasonscape.ingest.grading_texts import bare, final_answer, normalized

_PROMPT_TAIL: Final = 50_000
_LONGEST: Final = 2000
_LISTED: Final = re.compile(
    r"^[ \t*]{0,8}(?:\(([A-Z])\)|([A-Z])[).:])[ \t*]{1,4}(\S.*)$", re.MULTILINE
)
_LEADING: Final = re.compile(
    r"(?:(?:option|choice|answer)\s+)?(?:[(\[]\s*([a-z])\s*[)\]]|([a-z])\s*(?:[).:\]]|$|\s-|\n))",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(r"\b(?:option|choice)\s+\(?([A-Z])\b")
_ENCLOSED: Final = re.compile(r"[(\[*]\s*([A-Z])\s*[)\]*]")
# "A" may be an article and "I" a pronoun; neither is taken for a letter in a sentence.
_ALONE: Final = re.compile(
    r"(?<![\w'’-])([B-HJ-Z]|A(?=\s+(?:and|or|nor)\b|\s*[^\w\s]|\s*$))(?![\w'’-])"
)


def choices_of_prompt(prompt: str | None) -> tuple[str, ...]:
    r"""Read the choices that a prompt lists, a line each; those of the last question count.

    Examples
    --------
    >>> choices_of_prompt("Capital of France?\nA. Rome\nB. Paris\nAnswer:")
    ('Rome', 'Paris')
    """
    found: list[str] = []
    for listed in _LISTED.finditer(prompt[-_PROMPT_TAIL:] if prompt else ""):
        letter = listed[1] or listed[2]
        if letter == "A":
            found = []
        elif not found or letter != chr(ord("A") + len(found)):
            continue
        found.append(listed[3].strip())
    return tuple(found) if len(found) > 1 else ()


def letter_of_target(target: str, choices: Sequence[str]) -> str | None:
    """Read the right choice: its letter, its text, or its place counted from 0.

    A letter comes first, then a text, so that the choice ``2`` among numbers is that text.

    Examples
    --------
    >>> choices = ("Rome", "Paris")
    >>> [letter_of_target(target, choices) for target in ("(B)", "paris", "1", "Oslo")]
    ['B', 'B', 'B', None]
    """
    letter = _letter(target, choices) or _by_text(target, choices)
    place = bare(target)
    if letter is None and place.isascii() and place.isdigit() and int(place[:4]) < len(choices):
        return chr(ord("A") + int(place[:4]))
    return letter


def letter_of_answer(text: str, choices: Sequence[str]) -> str | None:
    """Read the choice that a short text names; None where it names none, or several.

    Examples
    --------
    >>> letter_of_answer("**b) Paris**", ()), letter_of_answer("A triangle", ())
    ('B', None)
    """
    letter = _letter(text, choices) or _by_text(text, choices)
    if letter is not None:
        return letter
    for pattern in (_NAMED, _ENCLOSED, _ALONE):
        named = {found for found in pattern.findall(text[:_LONGEST]) if _is_known(found, choices)}
        if len(named) == 1:
            return str(named.pop())
        if named:
            return None
    return None


def letter_of_response(response: str, choices: Sequence[str]) -> str | None:
    r"""Read the choice that a response answers with.

    In what is marked as its answer, or in its last line; where nothing is marked and the last
    line names none, in its first line: "B. Paris" and then why.

    Examples
    --------
    >>> letter_of_response("B. Paris\n\nIt is the capital since 987.", ())
    'B'
    """
    answer = final_answer(response)
    if answer is None:
        return None
    letter = letter_of_answer(answer.text, choices)
    if letter is None and answer.mark == "last_line":
        first = response.strip().split("\n", 1)[0]
        letter = _letter(first, choices) or _by_text(first, choices)
    return letter


def _letter(text: str, choices: Sequence[str]) -> str | None:
    """The letter that a text is, or begins with as a label: ``B``, ``(b)``, ``B. Paris``."""
    text = bare(text[:_LONGEST])
    found = _LEADING.match(text)
    if found is None:
        return None
    letter: str = (found[1] or found[2]).upper()
    return letter if _is_known(letter, choices) else None


def _is_known(letter: str, choices: Sequence[str]) -> bool:
    return not choices or ord(letter) - ord("A") < len(choices)


def _by_text(text: str, choices: Sequence[str]) -> str | None:
    wanted = normalized(text[:_LONGEST])
    places = [place for place, choice in enumerate(choices) if normalized(choice) == wanted]
    return chr(ord("A") + places[0]) if len(places) == 1 else None
