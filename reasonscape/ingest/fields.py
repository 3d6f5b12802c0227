"""Typed fields of one row: what every reader has in common between a dict and a Sample."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.params import NAN_MISSING, ParamReader
from reasonscape.ingest.reasoning import THINK, Markers, split_reasoning
from reasonscape.ingest.rows import RowError, shown
from reasonscape.ingest.stops import STOP_SOURCES, infer_stop, read_stop
from reasonscape.store.sample import Sample
from reasonscape.store.schema import GRADE_SOURCES

if TYPE_CHECKING:
    from reasonscape.ingest.grades import Grades
    from reasonscape.ingest.grading import Grader

FIELDS: Final = (
    *("model", "template", "sampler", "base_task", "task", "item_id", "repeat"),
    *("prompt", "reasoning", "reasoning_kind", "response", "answer", "target"),
    *("correct", "score", "chance", "chance_source", "answered", "stop", "stop_source"),
    *("max_tokens", "prompt_tokens", "completion_tokens", "reasoning_tokens", "tokens_source"),
)
MAX_INTEGER: Final = 2**31 - 1
_KINDS: Final = ("full", "summary", "hidden", "none")
_TEXTS: Final = (
    *("template", "sampler", "task", "tokens_source"),
    *("prompt", "reasoning", "response"),
)
_COUNTS: Final = (
    *("repeat", "max_tokens"),
    *("prompt_tokens", "completion_tokens", "reasoning_tokens"),
)
_NONE: Final = frozenset((type(None),))
_TEXT: Final = frozenset((type(None), str))


class InexactError(Exception):
    """A number is wanted as text: the row must be read with its digits kept."""


class SampleBuilder:
    """Builds Samples from dicts of field values, with the defaults of the native format.

    Parameters
    ----------
    source
        Name of the log, stored with each sample.
    correct_at
        Score from which a row without ``correct`` counts as correct; None where the format knows
        no such score, so that the row stays ungraded.
    task_correct_at
        The same for single base tasks; it goes first.
    markers
        What opens and closes reasoning inside a response.
    grades, grader
        What a side file says of the samples; what grades those that have a target and no grade.
    spellings
        Parameter names that the store has.
    base_task
        Task family of samples that name none.
    """

    def __init__(
        self,
        source: str,
        notices: Notices,
        *,
        correct_at: float | None = 1.0,
        task_correct_at: Mapping[str, float] | None = None,
        markers: Markers = THINK,
        grades: Grades | None = None,
        grader: Grader | None = None,
        spellings: tuple[str, ...] = (),
        base_task: str | None = None,
    ) -> None:
        self.source = source
        self.notices = notices
        self.correct_at = correct_at
        self.task_correct_at = task_correct_at or {}
        self.markers = markers
        self.grades = grades
        self.grader = grader
        self.base_task = base_task
        self._params = ParamReader(notices, spellings=spellings)

    @classmethod
    def of_log(
        cls,
        path: Path,
        options: ReadOptions,
        *,
        correct_at: float | None = 1.0,
        markers: Markers = THINK,
    ) -> SampleBuilder:
        """Make the builder for one log; what the user chose goes before the format's own."""
        return cls(
            options.source_of(path),
            options.notices,
            correct_at=correct_at,
            task_correct_at=options.correct_at,
            markers=options.markers or markers,
            grades=options.grades,
            grader=options.grade,
            spellings=options.spellings,
            base_task=options.base_task,
        )

    def build(
        self,
        values: Mapping[str, Any],
        params: dict[str, float],
        labels: dict[str, str],
        row: int,
        *,
        exact: bool = False,
    ) -> Sample:
        """Build one Sample.

        Parameters
        ----------
        values
            Field name -> value as JSON has it; missing and None are the same.
        exact
            The values come from `read_row_exactly`, so numbers may become text.

        Raises
        ------
        RowError
            A required field is missing, or a value has the wrong type or range.
        InexactError
            A float is wanted as text and ``exact`` is false.
        """
        if self.grades is not None and (said := self.grades.fields_of(values, row, self.notices)):
            self.grades.read_params(said, self._params, params, labels)
            values = {**values, **said}
        get = values.get
        model, base_task = get("model"), get("base_task")
        if base_task is None:
            base_task = self.base_task
        if type(model) is not str or type(base_task) is not str or not model or not base_task:
            raise _lacking(values)
        texts = [get(field) for field in _TEXTS]
        # One look at all types is several times cheaper than one at each, and nearly all are right.
        if not _TEXT.issuperset(map(type, texts)):
            _check_texts(values)
        counts = [get(field) for field in _COUNTS]
        if not _NONE.issuperset(map(type, counts)):
            counts = [
                self._integer(value, field) for value, field in zip(counts, _COUNTS, strict=True)
            ]
        template, sampler, task, tokens_source, prompt, reasoning, response = texts
        repeat, max_tokens, prompt_tokens, completion_tokens, reasoning_tokens = counts
        sample = Sample(
            model=model,
            base_task=base_task,
            template=template or "",
            sampler=sampler or "",
            task=task or base_task,
            item_id=_scalar_text(get("item_id"), "item_id", exact),
            repeat=repeat,
            params=params,
            labels=labels,
            max_tokens=max_tokens,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            reasoning_tokens=reasoning_tokens,
            tokens_source=tokens_source,
            answered=_boolean(get("answered"), "answered"),
            source=self.source,
            source_row=row,
            prompt=prompt,
            reasoning=reasoning,
            response=response,
            answer=_scalar_text(get("answer"), "answer", exact),
            target=_scalar_text(get("target"), "target", exact),
        )
        self._grade(sample, values)
        self._end(sample, values)
        self._grade_otherwise(sample, values)
        return sample

    def _grade(self, sample: Sample, values: Mapping[str, Any]) -> None:
        score, correct = values.get("score"), values.get("correct")
        if score is not None:
            sample.score = self._number(score, "score")
        if correct is not None and not _is_nan(correct):
            sample.correct = _boolean(correct, "correct")
        elif sample.score is not None:
            least = self.task_correct_at.get(sample.base_task, self.correct_at)
            if least is not None:
                sample.correct = sample.score >= least
        if sample.correct is not None or sample.score is not None:
            source = values.get("grade_source")
            if source is not None and source not in GRADE_SOURCES:
                choices = ", ".join(GRADE_SOURCES)
                raise RowError(
                    "bad_value", f"expected one of {choices}, found {shown(source)}", "grade_source"
                )
            sample.grade_source = source or "native"
        chance = values.get("chance")
        if chance is not None and (number := self._number(chance, "chance")) is not None:
            if not 0 <= number < 1:
                raise RowError("out_of_range", f"expected 0 to below 1, found {number}", "chance")
            sample.chance = number
            source = values.get("chance_source")
            if source is not None and type(source) is not str:
                raise RowError(
                    "wrong_type", f"expected text, found {shown(source)}", "chance_source"
                )
            sample.chance_source = source or "row"

    def _grade_otherwise(self, sample: Sample, values: Mapping[str, Any]) -> None:
        """Grade what the log does not, if that was asked for, and say what stays ungraded."""
        if self.grader is not None:
            choices = values.get("choices")
            known = isinstance(choices, list) and all(type(one) is str for one in choices)
            self.grader.grade(sample, self.notices, choices if known and choices else ())
        if self.grades is not None and sample.grade_source is None and sample.stop != "error":
            self.notices.add("ungraded: the file of --grades says nothing of the row")

    def _end(self, sample: Sample, values: Mapping[str, Any]) -> None:
        unclosed, text, markers = False, sample.response, self.markers
        if text and sample.reasoning is None and (markers.close in text or markers.open in text):
            split = split_reasoning(text, markers)
            sample.reasoning, sample.response = split.reasoning, split.response
            unclosed = split.unclosed
        kind = values.get("reasoning_kind")
        if kind is not None and kind not in _KINDS:
            choices = ", ".join(_KINDS)
            raise RowError(
                "bad_value", f"expected one of {choices}, found {shown(kind)}", "reasoning_kind"
            )
        sample.reasoning_kind = kind or ("full" if sample.reasoning else "none")
        if sample.tokens_source is None and (
            sample.completion_tokens is not None
            or sample.prompt_tokens is not None
            or sample.reasoning_tokens is not None
        ):
            sample.tokens_source = "native"
        source = values.get("stop_source")
        if source is not None and source not in STOP_SOURCES:
            choices = ", ".join(STOP_SOURCES)
            raise RowError(
                "bad_value", f"expected one of {choices}, found {shown(source)}", "stop_source"
            )
        stop = read_stop(values.get("stop"))
        if stop is not None:
            sample.stop, sample.stop_source = stop, source or "native"
        else:
            sample.stop, sample.stop_source = infer_stop(
                sample.completion_tokens, sample.max_tokens, unclosed, sample.answered
            )

    def _number(self, value: object, field: str) -> float | None:
        if not isinstance(value, int | float):
            raise RowError("wrong_type", f"expected a number, found {shown(value)}", field)
        try:
            number = float(value)
        except OverflowError as error:
            raise RowError("out_of_range", "the integer is too large", field) from error
        if math.isfinite(number):
            return number
        if math.isnan(number):
            self.notices.add(NAN_MISSING)
            return None
        raise RowError("not_finite", f"expected a finite number, found {number}", field)

    def _integer(self, value: object, field: str) -> int | None:
        if value is None:
            return None
        if type(value) is float:
            if value != value:
                self.notices.add(NAN_MISSING)
                return None
            if abs(value) > MAX_INTEGER:
                raise RowError("out_of_range", f"expected at most {MAX_INTEGER:,}", field)
            if value != int(value):
                raise RowError("wrong_type", f"expected an integer, found {value!r}", field)
            value = int(value)
        if type(value) is not int:
            raise RowError("wrong_type", f"expected an integer, found {shown(value)}", field)
        if not 0 <= value <= MAX_INTEGER:
            raise RowError("out_of_range", f"expected 0 to {MAX_INTEGER:,}", field)
        return value


def _is_nan(value: object) -> bool:
    return type(value) is float and value != value


def _lacking(values: Mapping[str, Any]) -> RowError:
    """Say which required field is missing or is no text."""
    field = next(name for name in ("model", "base_task") if not _is_name(values.get(name)))
    value = values.get(field)
    if value is None or value == "":
        return RowError("missing_field", f"{field!r} is required", field)
    return RowError("wrong_type", f"expected text, found {shown(value)}", field)


def _is_name(value: object) -> bool:
    return type(value) is str and value != ""


def _check_texts(values: Mapping[str, Any]) -> None:
    for field in _TEXTS:
        value = values.get(field)
        if value is not None and type(value) is not str:
            raise RowError("wrong_type", f"expected text, found {shown(value)}", field)


def _scalar_text(value: object, field: str, exact: bool) -> str | None:
    """Text, or a number or truth value as JSON writes it."""
    if value is None or type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if type(value) is float:
        if not exact:
            raise InexactError
        return repr(value)
    raise RowError("wrong_type", f"expected text, found {shown(value)}", field)


def _boolean(value: object, field: str) -> bool | None:
    if value is None or type(value) is bool:
        return value
    if (type(value) is int or type(value) is float) and value in (0, 1):
        return bool(value)
    if _is_nan(value):
        return None
    raise RowError("wrong_type", f"expected true or false, found {shown(value)}", field)
