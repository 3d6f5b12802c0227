"""Samples one by one and their ends counted, against plain loops over the samples."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reasonscape.store.filters.where import ALL, Where
from reasonscape.store.identity import eval_id, item_hash
from reasonscape.store.outcome import outcome
from reasonscape.store.sample import Sample
from reasonscape.store.schema import CURVE_POINTS, OUTCOMES
from reasonscape.store.selection.event_counts import CUT_OFF, RIGHT, WRONG, event_counts
from reasonscape.store.selection.trace_rows import trace_rows
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter

LONG = Where('"param.length" >= ?', (3.0,), frozenset({"param.length"}))
AXES = ("param.length", "label.format")
CAUSES = {"correct": RIGHT, "truncated": CUT_OFF, "incorrect": WRONG, "unanswered": WRONG}


def random_samples(seed: int, count: int = 500) -> list[Sample]:
    """Rows of all outcomes, some without coordinates, counts or caps."""
    rng = np.random.default_rng(seed)

    def one_of(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    samples = []
    for number in range(count):
        item = int(rng.integers(20))
        samples.append(
            Sample(
                model=one_of("a", "b", "c'"),
                base_task=one_of("t", "t", "u"),
                task=one_of("easy", "hard"),
                item_id=f"i{item}",
                repeat=number,
                prompt=None if item % 4 == 0 else f"p{item}",
                params={} if item == 5 else {"length": float(item % 8)},
                labels={} if item == 7 else {"format": one_of("x", "y")},
                correct=one_of(True, True, False, False, None),
                answered=one_of(True, False, None),
                stop=one_of("stop", "stop", "length", "filter", "error", "unknown"),
                max_tokens=one_of(None, 64, 128),
                completion_tokens=one_of(None, 3, 5, 8, 13),
                tokens_source=one_of(None, "native"),
                score=one_of(None, 0.25),
                source="log",
                source_row=number + 1,
            )
        )
    return samples


@pytest.fixture(scope="module", params=[0, 1])
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    samples = random_samples(request.param)
    store = Store.create(tmp_path_factory.mktemp("rows") / "store")
    for part in (samples[:200], samples[200:]):
        with ImportWriter(store) as writer:
            writer.add([replace(sample) for sample in part])
            writer.commit()
    return store, samples


def of(samples: list[Sample], where: Where, base_task: str = "t") -> list[Sample]:
    found = [sample for sample in samples if sample.base_task == base_task]
    if where is ALL:
        return found
    return [s for s in found if s.params.get("length", -1.0) >= 3.0]


def ended(sample: Sample) -> str:
    return outcome(sample.stop, sample.correct, sample.answered)


def system(sample: Sample) -> str:
    return eval_id(sample.model, sample.template, sample.sampler)


def number(value: float | None) -> float | None:
    """NaN is equal to nothing; ``None`` is equal to itself."""
    return None if value is None or value != value else float(value)


WHERES = pytest.mark.parametrize("where", [ALL, LONG])


@WHERES
def test_trace_rows(data: tuple[Store, list[Sample]], where: Where) -> None:
    store, samples = data
    columns = ("completion_tokens", "max_tokens", "score", "correct", "tokens_source", "item_id")
    rows = trace_rows(store, where, "t", AXES, columns)
    found = list(
        zip(
            rows.eval_id.tolist(),
            rows.repeat.tolist(),
            [OUTCOMES[code] for code in rows.outcome],
            map(number, rows.axes["param.length"].tolist()),
            rows.axes["label.format"].tolist(),
            *(map(number, rows.numbers[name].tolist()) for name in columns[:4]),
            *(rows.words[name].tolist() for name in columns[4:]),
            strict=True,
        )
    )
    expected = [
        (
            system(s),
            s.repeat,
            ended(s),
            s.params.get("length"),
            s.labels.get("format"),
            s.completion_tokens,
            s.max_tokens,
            s.score,
            None if s.correct is None else float(s.correct),
            s.tokens_source,
            s.item_id,
        )
        for s in of(samples, where)
    ]
    assert len(rows) == len(expected) > 0
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    keys = list(zip(rows.eval.tolist(), rows.item.tolist(), rows.repeat.tolist(), strict=True))
    assert keys == sorted(keys)
    assert list(rows.evals) == sorted({system(s) for s in of(samples, where)})


def test_items_are_numbered_alike_in_all_evals(data: tuple[Store, list[Sample]]) -> None:
    store, samples = data
    rows = trace_rows(store, ALL, "t", (), ())
    by_repeat = dict(zip(rows.repeat.tolist(), rows.item.tolist(), strict=True))
    numbers: dict[Any, set[int]] = {}
    for sample in of(samples, ALL):
        hashed = None if sample.prompt is None else item_hash(sample.prompt)
        assert sample.repeat is not None
        key = (sample.task, sample.item_id, hashed)
        numbers.setdefault(key, set()).add(by_repeat[sample.repeat])
    assert all(len(found) == 1 for found in numbers.values())
    assert sorted(n for found in numbers.values() for n in found) == list(range(len(numbers)))


def test_columns_that_a_store_lacks_are_null(data: tuple[Store, list[Sample]]) -> None:
    store, _ = data
    names = ("f.loop_covered", "f.loop_kind", "f.novelty_head", "param.none")
    rows = trace_rows(store, ALL, "t", ("label.none",), names)
    assert np.isnan(rows.numbers["f.loop_covered"]).all()
    assert np.isnan(rows.numbers["param.none"]).all()
    assert rows.words["f.loop_kind"].tolist() == [None] * len(rows)
    assert rows.curves["f.novelty_head"].shape == (len(rows), CURVE_POINTS)
    assert rows.curves["f.novelty_head"].dtype == np.float32
    assert np.isnan(rows.curves["f.novelty_head"]).all()
    assert rows.axes["label.none"].tolist() == [None] * len(rows)
    with pytest.raises(ValueError, match="no column 'nothing'"):
        trace_rows(store, ALL, "t", (), ("nothing",))


def test_rows_of_nothing(data: tuple[Store, list[Sample]]) -> None:
    store, _ = data
    rows = trace_rows(store, ALL, "nothing", AXES, ("score", "f.novelty_shape"))
    assert len(rows) == 0 and rows.evals == ()
    assert rows.curves["f.novelty_shape"].shape == (0, CURVE_POINTS)
    counts = event_counts(store, ALL, "nothing", AXES)
    assert counts.count.tolist() == [] and counts.dropped == {}


@WHERES
@pytest.mark.parametrize("axes", [(), ("param.length",), AXES])
def test_event_counts(
    data: tuple[Store, list[Sample]], where: Where, axes: tuple[str, ...]
) -> None:
    store, samples = data
    expected: Counter[Any] = Counter()
    dropped: Counter[Any] = Counter()
    for s in of(samples, where):
        if (end := ended(s)) in ("failed", "ungraded"):
            dropped[system(s), end] += 1
        elif s.completion_tokens is None:
            dropped[system(s), "no_time"] += 1
        else:
            values = (s.params.get("length"), s.labels.get("format"))[: len(axes)]
            ends = (s.max_tokens, s.completion_tokens, CAUSES[end], s.stop != "unknown")
            expected[(system(s), *values, *ends)] += 1
    counts = event_counts(store, where, "t", axes)
    keys = zip(
        counts.eval_id.tolist(),
        *([number(v) if isinstance(v, float) else v for v in counts.axes[a]] for a in axes),
        map(number, counts.max_tokens.tolist()),
        counts.time.tolist(),
        counts.cause.tolist(),
        counts.stop_known.tolist(),
        strict=True,
    )
    assert dict(zip(keys, counts.count.tolist(), strict=True)) == expected
    for name in counts.evals:
        for reason, count in counts.dropped[name].items():
            assert count == dropped[name, reason], reason
    assert {reason for _, reason in dropped} == {"failed", "ungraded", "no_time"}


def test_event_counts_take_any_number_as_time(data: tuple[Store, list[Sample]]) -> None:
    store, samples = data
    counts = event_counts(store, ALL, "t", (), "f.bytes")
    assert len(counts.count) == 0
    used = sum(ended(s) in CAUSES for s in of(samples, ALL))
    assert sum(each["no_time"] for each in counts.dropped.values()) == used
    for axes, time in ((("param.length",), "label.format"), (("nothing",), "score")):
        with pytest.raises(ValueError, match="no such axis or time"):
            event_counts(store, ALL, "t", axes, time)


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    samples = random_samples(3, 200)
    found = []
    for turn, order in enumerate((samples, samples[::-1])):
        store = Store.create(tmp_path / str(turn))
        with ImportWriter(store) as writer:
            writer.add([replace(sample) for sample in order])
            writer.commit()
        rows = trace_rows(store, ALL, "t", AXES, ("completion_tokens", "sample_uid"))
        found.append(repr((rows, rows.words["sample_uid"].tolist(), event_counts(store, ALL, "t"))))
    assert found[0] == found[1]
