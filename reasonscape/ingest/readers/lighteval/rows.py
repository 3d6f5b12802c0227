"""A row of lighteval's details -> samples: one a text, or one a question with weighed choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lighteval.details import Detail
from reasonscape.ingest.readers.lighteval.doc import (
    choices_of,
    gold_places,
    golds_of,
    integer_of,
    prompt_of,
    specific_of,
    text_of,
    texts_of,
)
from reasonscape.ingest.readers.lighteval.metrics import is_binary
from reasonscape.ingest.readers.lighteval.places import split_task
from reasonscape.ingest.readers.lighteval.run import Run
from reasonscape.ingest.reasoning import THINK
from reasonscape.ingest.rows import RowError, shown

TOGETHER: Final = (
    "ungraded: lighteval measures several texts of a question together; --grade judges each"
)
OTHER_WAY: Final = "rows of another way of asking, which the chosen metric does not measure"
PROMPT_CUT: Final = "prompt cut to fit the model's window"


class DetailRows:
    """Makes samples of the rows of one file.

    Parameters
    ----------
    run
        What holds for all rows.
    metric
        The metric that is the grade.
    """

    def __init__(self, run: Run, metric: str | None, options: ReadOptions) -> None:
        self._run = run
        self._metric = metric
        self._notices = options.notices
        self._markers = options.markers

    def rows(self, detail: Detail) -> Iterator[NativeRow | RowError | None]:
        """Give the samples of one row."""
        measured = [value for value in detail.metric.values() if value is not None]
        if self._metric is not None and measured and detail.metric.get(self._metric) is None:
            self._notices.add(OTHER_WAY)
            yield None
            return
        try:
            if (integer_of(detail.response, "truncated_tokens_count") or 0) > 0:
                self._notices.add(PROMPT_CUT)
            shared, coordinates = self._shared(detail)
            metadata = {"specific": specific_of(detail.doc)}
            texts = texts_of(detail.response, "text")
            if texts:
                samples = [self._generated(detail, texts, place) for place in range(len(texts))]
            else:
                samples = [self._weighed(detail)]
            if len(texts) > 1:
                self._notices.add(TOGETHER, len(texts))
        except RowError as error:
            yield error
            return
        for place, values in enumerate(samples):
            yield NativeRow({**shared, "repeat": place, **values}, metadata, coordinates)

    def _shared(self, detail: Detail) -> tuple[dict[str, Any], dict[str, Any]]:
        doc, run = detail.doc, self._run
        task, base_task, shots = split_task(text_of(doc, "task_name") or run.task)
        subset = task.rpartition("|")[2].partition(":")[2]
        golds = golds_of(doc)
        target = golds[0] if len(golds) == 1 else orjson.dumps(golds).decode() if golds else None
        values = {
            "model": run.model,
            "template": run.system,
            "sampler": run.sampler,
            "base_task": base_task,
            "task": task if shots is None else f"{task}/{shots}-shot",
            "item_id": text_of(doc, "id") or None,
            "prompt": prompt_of(detail),
            "target": target,
            "prompt_tokens": detail.input_tokens,
        }
        return values, {"subset": subset} if subset else {}

    def _grade(self, detail: Detail) -> dict[str, Any]:
        value = detail.metric.get(self._metric) if self._metric is not None else None
        if value is None:
            return {}
        if not isinstance(value, bool | int | float):
            raise RowError("wrong_type", f"expected a number, found {shown(value)}", "metric")
        binary = is_binary(self._metric or "") and value in (0, 1)
        return {"score": float(value), "correct": value == 1 if binary else None}

    def _generated(self, detail: Detail, texts: list[str | None], place: int) -> dict[str, Any]:
        response, cap = detail.response, self._run.max_new_tokens
        if cap is None:
            cap = integer_of(detail.doc, "generation_size")
        counts = detail.output_tokens
        text = texts[place]
        values: dict[str, Any] = {
            "response": text,
            "max_tokens": cap if cap is not None and cap > 0 else None,
            "completion_tokens": counts[place] if len(counts) == len(texts) else None,
        }
        reasoning = _at(texts_of(response, "reasonings"), place)
        left = _at(texts_of(response, "text_post_processed"), place)
        if reasoning:
            values["reasoning"] = reasoning
        elif text and left and self._is_cut(text, left):
            values |= {"reasoning": text[: -len(left)].strip(), "response": left}
        return {**values, **(self._grade(detail) if len(texts) == 1 else {})}

    def _is_cut(self, text: str, left: str) -> bool:
        """Whether lighteval took reasoning off by markers that are not the usual ones."""
        usual = self._markers is not None or THINK.open in text or THINK.close in text
        return not usual and len(left) < len(text) and text.endswith(left)

    def _weighed(self, detail: Detail) -> dict[str, Any]:
        """Values of a question whose choices were weighed by their logprobs.

        The answer is the choice of the largest logprob, unless the grade says that the metric
        took another: some weigh by length first.
        """
        graded = self._grade(detail)
        choices, logprobs = choices_of(detail.doc), detail.response.get("logprobs")
        if not isinstance(logprobs, list) or len(logprobs) != len(choices) or len(choices) < 2:
            return graded
        if not all(isinstance(one, int | float) for one in logprobs):
            raise RowError("wrong_type", "a logprob that is no number", "logprobs")
        golds = set(gold_places(detail.doc, len(choices)))
        values = {**graded, "choices": choices}
        if golds and len(golds) < len(choices):
            values["chance"] = len(golds) / len(choices)
        best = max(range(len(choices)), key=lambda place: logprobs[place])
        if graded.get("correct") in (None, best in golds):
            values |= {"answer": choices[best], "response": choices[best], "answered": True}
        return values


def _at(texts: list[str | None], place: int) -> str | None:
    return texts[place] if place < len(texts) else None
