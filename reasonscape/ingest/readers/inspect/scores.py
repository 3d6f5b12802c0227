"""Scores of Inspect: every form of value -> numbers under names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.rows import RowError, shown

_LETTERS: Final = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_WORDS: Final = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
NO_ANSWER: Final = "N"


@dataclass(frozen=True, slots=True)
class Graded:
    """One value of one scorer, and the answer that the scorer read."""

    value: object
    answer: str | float | None


def score_number(value: object) -> float | None:
    """Number of a score, by the rules of Inspect's own metrics; None where it has none.

    Letters are C = 1, P = 0.5, I = N = 0; yes, no, true and false are 1 and 0; text that is a
    number counts as that. NaN marks a sample that was not scored. Inspect takes other text as 0
    with a warning; here it is no grade.

    Examples
    --------
    >>> [score_number(value) for value in ("C", "P", "N", True, 0.25, "0.5", "Yes", "good")]
    [1.0, 0.5, 0.0, 1.0, 0.25, 0.5, 1.0, None]
    """
    if isinstance(value, str):
        found = _LETTERS.get(value, _WORDS.get(value.lower()))
        if found is None:
            try:
                found = float(value)
            except ValueError:
                return None
            if not math.isfinite(found):
                return None
        return found
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError as error:
            raise RowError("out_of_range", "the integer is too large", "score") from error
        if math.isinf(number):
            raise RowError("not_finite", f"expected a finite number, found {number}", "score")
        return None if math.isnan(number) else number
    return None


def flat_scores(scores: object) -> Iterator[tuple[str, Graded]]:
    """Give each value under its name: ``scorer``, or ``scorer.key`` where the value has members.

    Raises
    ------
    RowError
        The scores are no object of objects.

    Examples
    --------
    >>> both = {"match": {"value": "C", "answer": "4"}, "rubric": {"value": {"style": 3}}}
    >>> dict(flat_scores(both))
    {'match': Graded(value='C', answer='4'), 'rubric.style': Graded(value=3, answer=None)}
    """
    if scores is None:
        return
    if not isinstance(scores, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(scores)}", "scores")
    for scorer, score in scores.items():
        if not isinstance(score, dict):
            raise RowError("wrong_type", f"{scorer[:60]!r} is {shown(score)}", "scores")
        value, answer = score.get("value"), score.get("answer")
        if answer is not None and not isinstance(answer, str | int | float):
            raise RowError("wrong_type", f"expected text, found {shown(answer)}", "answer")
        if isinstance(value, dict):
            for key, one in value.items():
                yield f"{scorer}.{key}", Graded(one, answer)
        elif isinstance(value, list):
            for index, one in enumerate(value):
                yield f"{scorer}.{index}", Graded(one, answer)
        else:
            yield scorer, Graded(value, answer)


def grade(graded: Graded | None, notices: Notices) -> dict[str, Any]:
    """Fields of a sample that its score gives.

    Examples
    --------
    >>> grade(Graded("C", "4"), Notices())
    {'score': 1.0, 'answer': '4', 'answered': True}
    >>> grade(Graded("N", None), Notices())
    {'score': 0.0, 'answer': None, 'answered': False}
    """
    if graded is None:
        return {}
    number = score_number(graded.value)
    if number is None and graded.value is not None and not isinstance(graded.value, float):
        notices.add("a score that is other text than Inspect counts: not graded")
    elif number is not None and number > 1:
        notices.add("a score above 1 counts as correct; correct_at in the dataset says from where")
    answered: bool | None = None
    if graded.value == NO_ANSWER:
        answered = False
    elif graded.answer is not None:
        answered = graded.answer != ""
    return {"score": number, "answer": graded.answer, "answered": answered}
