"""Grading answers against their targets where a log has no grades: only if it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

import orjson

from reasonscape.errors import UsageError
from reasonscape.ingest.grading_choices import (
    choices_of_prompt,
    letter_of_answer,
    letter_of_response,
    letter_of_target,
)
from reasonscape.ingest.grading_numbers import (
    number_of_response,
    number_of_target,
    same_number,
    the_number,
)
from reasonscape.ingest.grading_patterns import AnswerPattern
from reasonscape.ingest.grading_texts import final_answer, first_sentence, normalized
from reasonscape.ingest.notices import Notices
from reasonscape.store.sample import Sample
from reasonscape.store.schema import GRADERS


class Judgement(NamedTuple):
    """What was read as the answer, None if nothing was, and whether it is right."""

    answer: str | None
    correct: bool


NO_ANSWER: Final = Judgement(None, False)
Judge = Callable[[Sample, str, Sequence[str]], Judgement | None]


class Grader:
    """Grades samples that have a target and no grade.

    Parameters
    ----------
    name
        ``exact``, ``numeric``, ``choice`` or ``regex``.
    pattern
        For ``regex``: its one group is the answer.

    Raises
    ------
    UsageError
        There is no such grader, or the pattern is missing, not wanted or not sound.

    Examples
    --------
    >>> sample = Sample("m", "t", response="6 * 7 is 42, so the answer is 42.", target="42")
    >>> Grader("numeric").grade(sample, Notices())
    >>> sample.correct, sample.answer, sample.answered, sample.grade_source
    (True, '42', True, 'numeric')
    """

    def __init__(self, name: str, pattern: str | None = None) -> None:
        if name not in GRADERS:
            raise UsageError(
                f"no grader {name!r}",
                remedy=f"use one of {', '.join(GRADERS)}",
                did_you_mean=get_close_matches(name, GRADERS, n=1),
            )
        if pattern is not None and name != "regex":
            raise UsageError(
                f"the grader {name} finds the answer by itself and takes no pattern",
                remedy="leave --grade-pattern away, or write --grade regex",
            )
        if pattern is None and name == "regex":
            raise UsageError(
                "the grader regex needs a pattern whose one group is the answer",
                remedy=r"add --grade-pattern 'Answer: (\w+)'",
            )
        self.name = name
        self._judge: Judge = _PatternJudge(pattern) if pattern is not None else _JUDGES[name]

    def grade(self, sample: Sample, notices: Notices, choices: Sequence[str] = ()) -> None:
        """Grade one sample in place, or leave it as it is.

        It is left alone if it has a grade or no target, if the harness failed, or if the log
        holds neither an answer nor a response; ungraded with a notice, if its target is none that
        the grader understands. Of a target that is a JSON list of texts, any is right.

        Parameters
        ----------
        choices
            Texts of the choices; with none, those that the prompt lists.
        """
        if sample.correct is not None or sample.score is not None or sample.stop == "error":
            return
        if sample.target is None:
            notices.add(f"no target, so that --grade {self.name} does not grade it")
            return
        if sample.answer is None and sample.response is None:
            return
        judged = None
        for target in _targets(sample.target):
            judged = self._judge(sample, target, choices) or judged
            if judged is not None and judged.correct:
                break
        if judged is None:
            notices.add(f"a target that --grade {self.name} cannot read, so it is not graded")
            return
        if sample.answered is False:
            judged = NO_ANSWER  # the log says so: what it holds instead is no answer
        sample.correct, sample.grade_source = judged.correct, self.name
        sample.answered = judged.answer is not None
        if sample.answer is None:
            sample.answer = judged.answer
        notices.add(f"graded by {self.name} (--grade), not by the log")


def _targets(target: str) -> list[str]:
    """Give what counts as right: the target, and each part of one that is a JSON list of texts."""
    if not (target.startswith('["') and target.endswith("]")):
        return [target]
    try:
        parts = orjson.loads(target)
    except orjson.JSONDecodeError:
        return [target]
    return [target, *parts] if all(type(part) is str for part in parts) else [target]


def _exact(sample: Sample, target: str, choices: Sequence[str]) -> Judgement | None:
    wanted = _wanted(target)
    given = sample.answer
    if given is not None and ((judged := _judged(given, wanted)).correct or not _is_long(given)):
        return judged
    found = final_answer(given or sample.response or "")
    if found is None:
        return NO_ANSWER
    whole = _judged(found.text, wanted)
    sentence = _judged(first_sentence(found.text), wanted)
    return sentence if sentence.correct else whole


def _wanted(target: str) -> str:
    """The target made alike; of one with its working only what is marked as the answer."""
    marked = final_answer(target) if "\n" in target.strip() else None
    return normalized(marked.text if marked and marked.mark == "hashes" else target)


def _is_long(answer: str) -> bool:
    """Whether an answer has several lines: some harnesses take the whole response for it."""
    return "\n" in answer.strip()


def _judged(answer: str, wanted: str) -> Judgement:
    return Judgement(answer, normalized(answer) == wanted) if answer.strip() else NO_ANSWER


def _numeric(sample: Sample, target: str, choices: Sequence[str]) -> Judgement | None:
    wanted = number_of_target(target)
    if wanted is None:
        return None
    if sample.answer is not None and not _is_long(sample.answer):
        found = the_number(sample.answer)
    else:
        found = number_of_response(sample.answer or sample.response or "")
    return NO_ANSWER if found is None else Judgement(found.text, same_number(found, wanted))


def _choice(sample: Sample, target: str, choices: Sequence[str]) -> Judgement | None:
    choices = choices or choices_of_prompt(sample.prompt)
    wanted = letter_of_target(target, choices)
    if wanted is None:
        return None
    if sample.answer is not None and not _is_long(sample.answer):
        found = letter_of_answer(sample.answer, choices)
    else:
        found = letter_of_response(sample.answer or sample.response or "", choices)
    return NO_ANSWER if found is None else Judgement(found, found == wanted)


class _PatternJudge:
    """What the pattern finds, compared as by ``exact``; in the response, else in the answer."""

    def __init__(self, pattern: str) -> None:
        self._pattern = AnswerPattern(pattern)

    def __call__(self, sample: Sample, target: str, choices: Sequence[str]) -> Judgement | None:
        found = self._pattern.find(sample.response or sample.answer or "")
        return NO_ANSWER if found is None else _judged(found, _wanted(target))


_JUDGES: Final[dict[str, Judge]] = {"exact": _exact, "numeric": _numeric, "choice": _choice}
