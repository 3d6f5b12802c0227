"""Which rows of Every Eval Ever become samples, where several score the same completion."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.every_eval_ever.aggregate import Aggregates, Result
from reasonscape.ingest.readers.every_eval_ever.own import read_own
from reasonscape.ingest.readers.every_eval_ever.row import row_metadata, row_values
from reasonscape.ingest.rows import RowError, shown

ALL: Final = "all"
_SHOWN: Final = 8


@dataclass(slots=True)
class _Evaluation:
    """The rows of one evaluation: which metric counts, and what was seen of others.

    Attributes
    ----------
    taken
        Hashes of the inputs that became samples, and under which result each did, once the rows
        have more than one result; before that the hashes only, in ``single``.
    left
        Hashes of inputs of rows that were scored by other metrics.
    other_variants
        Rows of other variants that were passed.
    also
        Hashes of inputs that became samples of other variants than the first.
    """

    metric: str
    variant: str
    first: str | None
    metrics: dict[str, None] = field(default_factory=dict)
    variants: dict[str, None] = field(default_factory=dict)
    single: array[int] = field(default_factory=lambda: array("q"))
    taken: dict[int, str | None] | None = None
    left: array[int] = field(default_factory=lambda: array("q"))
    other_variants: int = 0
    also: array[int] = field(default_factory=lambda: array("q"))

    def take(self, key: int, variant: str, result_id: str | None) -> bool:
        """Whether a row is the sample of its input: no row of another result was it before."""
        if variant != self.variant:
            self.also.append(key)
            key = hash((key, variant))
        if self.taken is None:
            if result_id == self.first:
                self.single.append(key)
                return True
            self.taken = dict.fromkeys(self.single, self.first)
            self.single = array("q")
        return self.taken.setdefault(key, result_id) == result_id

    def lost(self) -> int:
        """How many inputs were scored by other metrics only."""
        if not self.left:
            return 0
        taken = self.single if self.taken is None else self.taken
        return len(set(self.left).difference(taken, self.also))


class Choice:
    """Decides which rows become samples."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options
        self._aggregates = Aggregates(path, options)
        self._evaluations: dict[tuple[str, str], _Evaluation] = {}
        self._found = False

    def native(self, row: dict[str, Any]) -> NativeRow | None:
        """Make the sample of a row, or None where another row of the same completion is it."""
        if "evaluation_results" in row and "sample_id" not in row:
            raise UsageError(
                f"{self._path} is an aggregate of Every Eval Ever and has no rows of its own",
                remedy="give the _samples.jsonl file beside it; a leaderboard has none",
            )
        evaluation_id = _named(row, "evaluation_id")
        name = _named(row, "evaluation_name")
        result_id = row.get("evaluation_result_id")
        if result_id is not None and not isinstance(result_id, str):
            raise RowError("wrong_type", f"found {shown(result_id)}", "evaluation_result_id")
        result = self._aggregates.result(evaluation_id, result_id, name)
        base, variant = _split(name, row.get("metadata"))
        metric = (result_id or "").partition(":")[0]
        one = self._evaluations.get((evaluation_id, base))
        if one is None:
            one = self._evaluations[evaluation_id, base] = _Evaluation(metric, variant, result_id)
        one.metrics.setdefault(metric)
        one.variants.setdefault(variant)
        if not self._is_variant(one, variant):
            one.other_variants += 1
            return None
        key = _key(row)
        if not self._is_metric(one, metric, result_id, result):
            one.left.append(key)
            return None
        self._found = True
        if not one.take(key, variant, result_id):
            return None
        return self._sample(row, result, base, name)

    def _is_variant(self, one: _Evaluation, variant: str) -> bool:
        wanted = self._options.variant
        return wanted == ALL or variant == (one.variant if wanted is None else wanted)

    def _is_metric(
        self, one: _Evaluation, metric: str, result_id: str | None, result: Result
    ) -> bool:
        wanted = self._options.metric
        if wanted is None:
            return metric == one.metric
        for name in result.names:
            one.metrics.setdefault(name)
        return wanted in (metric, result_id, *result.names)

    def _sample(self, row: dict[str, Any], result: Result, base: str, name: str) -> NativeRow:
        options = self._options
        values = row_values(row, result, options.notices)
        values["base_task"] = base
        values["task"] = f"{name}/{result.shots}-shot" if result.shots else name
        metadata = row.get("metadata")
        own = read_own(metadata) if isinstance(metadata, dict) else None
        if own is not None:
            said, coordinates = own
            counted = row.get("token_usage") is not None
            kept = {key: said[key] for key in said if not (counted and key in _COUNTED)}
            kept.setdefault("prompt", row["input"].get("raw"))
            return NativeRow(values | kept, {}, coordinates)
        named = options.axes.named is not None
        return NativeRow(values, {"metadata": row_metadata(row, all_of_it=named)})

    def ended(self) -> Iterator[RowError]:
        """Say what was left out, once all rows were seen."""
        options = self._options
        for wanted, kind in ((options.metric, "metric"), (options.variant, "variant")):
            names = dict.fromkeys(
                name for one in self._evaluations.values() for name in getattr(one, f"{kind}s")
            )
            if wanted is not None and not self._found and wanted not in (ALL, *names):
                raise UsageError(
                    f"no row of {self._path} has the {kind} {wanted!r}",
                    remedy=f"it has {_listed(names)}",
                )
        for (_, base), one in self._evaluations.items():
            if len(one.metrics) > 1 and options.metric is None:
                options.notices.add(
                    f"{base[:60]} is read by its metric {one.metric!r}; it also has "
                    f"{_listed(name for name in one.metrics if name != one.metric)} (--metric)",
                    len(one.left),
                )
            if len(one.variants) > 1 and options.variant is None:
                options.notices.add(
                    f"{base[:60]} is read by its variant {one.variant!r}; it also has "
                    f"{_listed(name for name in one.variants if name != one.variant)} (--variant)",
                    one.other_variants,
                )
            for _ in range(one.lost()):
                yield RowError(
                    "missing_field", f"no row of this sample of {base!r} has the metric", "score"
                )


_COUNTED: Final = ("prompt_tokens", "completion_tokens", "reasoning_tokens")


def _named(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if isinstance(value, str) and value:
        return value
    if value is None or value == "":
        raise RowError("missing_field", f"{key!r} is required", key)
    raise RowError("wrong_type", f"expected text, found {shown(value)}", key)


def _split(name: str, metadata: object) -> tuple[str, str]:
    """Task family and variant: lm-eval's filter is the end of the name, and in the metadata."""
    filter_ = metadata.get("filter") if isinstance(metadata, dict) else None
    if isinstance(filter_, str) and filter_ and name.endswith(f"/{filter_}"):
        return name[: -len(filter_) - 1] or name, filter_
    return name, ""


def _key(row: Mapping[str, Any]) -> int:
    """One number for what a row scores: the model, the question, its text and the epoch."""
    given, metadata = row.get("input"), row.get("metadata")
    raw = given.get("raw") if isinstance(given, dict) else None
    epoch = metadata.get("epoch") if isinstance(metadata, dict) else None
    parts = (row.get("model_id"), row.get("sample_id"), raw, epoch)
    return hash(tuple(part if isinstance(part, str) else str(type(part)) for part in parts))


def _listed(names: Any) -> str:
    found = [repr(name[:60]) for name in names]
    more = len(found) - _SHOWN
    return ", ".join(found[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
