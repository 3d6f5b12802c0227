"""Columns ``f.*`` through imports, other versions of the table, and its care."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from reasonscape.store.filters.where import ALL, Where
from reasonscape.store.maintenance import compact, info, verify
from reasonscape.store.sample import Sample
from reasonscape.store.schema import FEATURE_COLUMNS
from reasonscape.store.selection.event_counts import event_counts
from reasonscape.store.selection.trace_rows import trace_rows
from reasonscape.store.tables import Store
from reasonscape.store.traces import aligned_texts, with_features
from reasonscape.store.writing import ImportWriter
from tests.store.traces import Measure

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]

NAMES = tuple(column.name for column in FEATURE_COLUMNS)


def responses(make_sample: MakeSample, numbers: Sequence[int], **changes: Any) -> list[Sample]:
    """Samples whose response has a length of its own; every fifth has no text."""
    gone = {"prompt": None, "reasoning": None, "answer": None, "target": None}
    return [
        make_sample(n, response=None if n % 5 == 4 else "r" * n, **(gone if n % 5 == 4 else {}))
        if not changes
        else make_sample(n, response="r" * n, **changes)
        for n in numbers
    ]


def stored(store: Store) -> dict[str, tuple[Any, ...]]:
    """Item -> its columns ``f.*``."""
    store.refresh()
    chosen = ", ".join(f'"{name}"' for name in NAMES)
    rows = store.rows(f"SELECT item_id, {chosen} FROM {store.scan(('item_id', *NAMES))}")
    return {row[0]: row[1:] for row in rows}


def expected(number: int, version: int | None) -> tuple[Any, ...]:
    """What `Measure` makes of the sample of that number."""
    values: dict[str, Any] = dict.fromkeys(NAMES)
    if version is not None:
        without = number % 5 == 4
        values["f.version"], values["f.words"] = version, 2 * (512 + number)
        values["f.trace"] = "none" if without else "response"
        if not without:
            values["f.bytes"] = number
            values["f.novelty_head"] = [float(k) for k in range(number % 34)][:32]
    return tuple(values.values())


def test_an_import_carries_features(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    measure = Measure()
    fill(store, responses(make_sample, range(40)), make_features=measure)
    assert stored(store) == {f"item-{n}": expected(n, 1) for n in range(40)}
    assert sum(measure.rows) == 40
    assert {name: store.columns()[name] for name in NAMES} == {
        column.name: column.type for column in FEATURE_COLUMNS
    }
    assert verify(store).is_sound
    report = info(store)
    assert report.features == {"version 1": 40}


def test_features_are_no_content(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    """The same rows are unchanged with other features, or with none."""
    fill(store, responses(make_sample, range(6)))
    hashes = f"SELECT sample_uid, content_hash FROM {store.scan(('sample_uid', 'content_hash'))}"
    before = sorted(store.rows(hashes))
    result = fill(store, responses(make_sample, range(6)), make_features=Measure(2))
    assert (result.added, result.unchanged) == (0, 6)
    other = Store.create(store.path.with_name("other"))
    fill(other, responses(make_sample, range(6)), make_features=Measure(2))
    scan = other.scan(("sample_uid", "content_hash"))
    assert sorted(other.rows(f"SELECT sample_uid, content_hash FROM {scan}")) == before


def test_old_rows_and_new_rows_live_together(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, responses(make_sample, range(10)))
    assert "f.version" not in store.columns()
    assert stored(store) == {f"item-{n}": expected(n, None) for n in range(10)}
    assert info(store).features == {"none": 10}
    fill(store, responses(make_sample, range(10, 20)), make_features=Measure())
    fill(store, responses(make_sample, range(20, 25)))
    want = {f"item-{n}": expected(n, 1 if 10 <= n < 20 else None) for n in range(25)}
    assert stored(store) == want
    assert info(store).features == {"none": 15, "version 1": 10}
    compact(store)
    assert len(store.samples.files) == 1 and stored(store) == want
    assert verify(store).is_sound
    replaced = [make_sample(12, answer="other", response="r" * 12)]
    fill(store, replaced, on_conflict="replace", make_features=Measure(3))
    assert stored(store) == want | {"item-12": expected(12, 3)}


def test_selections_read_features(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    fill(store, responses(make_sample, range(40)), make_features=Measure())
    where = Where('"f.bytes" >= ?', (3,), frozenset({"f.bytes"}))
    rows = trace_rows(store, where, "arithmetic", (), ("f.bytes", "f.novelty_head", "f.trace"))
    chosen = [n for n in range(3, 40) if n % 5 != 4]
    assert sorted(rows.numbers["f.bytes"].tolist()) == chosen
    assert set(rows.words["f.trace"]) == {"response"}
    for size, curve in zip(rows.numbers["f.bytes"], rows.curves["f.novelty_head"], strict=True):
        kept = min(int(size) % 34, 32)
        assert curve[:kept].tolist() == list(range(kept)) and np.isnan(curve[kept:]).all()
    counts = event_counts(store, ALL, "arithmetic", (), "f.bytes")
    assert counts.count.sum() == 32 and sum(d["no_time"] for d in counts.dropped.values()) == 8


def test_files_of_one_import_may_differ(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parameter that appears late closes a file; features go on in the next."""
    from reasonscape.store import staging

    monkeypatch.setattr(staging, "SAMPLE_GROUP_ROWS", 10)
    monkeypatch.setattr(staging, "_CHUNK_ROWS", 10)
    samples = responses(make_sample, range(20))
    samples += responses(make_sample, range(20, 30), params={"late": 1.0})
    fill(store, samples, make_features=Measure())
    assert len(store.samples.files) == 2
    assert {row[0] for row in stored(store).values()} == {1}


@pytest.mark.parametrize("rows", [0, 3])
def test_what_does_not_fit_is_refused(rows: int, store: Store, make_sample: MakeSample) -> None:
    def wrong(samples: pa.Table, texts: pa.Table) -> pa.Table:
        return Measure()(samples, texts).slice(0, rows)

    with pytest.raises(ValueError, match=f"features of {rows} rows for 4 samples"):  # noqa: SIM117
        with ImportWriter(store, make_features=wrong) as writer:
            writer.add([make_sample(n) for n in range(4)])
            writer.commit()
    assert store.row_count() == 0 and not list(Path(store.path, "staging").iterdir())


def test_texts_are_put_beside_their_samples() -> None:
    texts = pa.table({"response": ["a", "b"]})
    assert aligned_texts(texts, [True, True]) is texts
    found = aligned_texts(texts, [False, True, False, True])
    assert found.column("response").to_pylist() == [None, "a", None, "b"]
    lacking = pa.table({"f.version": [1]})
    with pytest.raises(KeyError):
        with_features(pa.table({"x": [1]}), pa.table({"x": [1]}), lambda *_: lacking)


def test_other_readers_and_checkpoints_know_the_lists(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    from deltalake import DeltaTable

    fill(store, responses(make_sample, range(10)))
    fill(store, responses(make_sample, range(10, 20)), make_features=Measure())
    before = stored(store)
    table = DeltaTable(str(store.samples.folder))
    types = {field.name: field.type.to_json() for field in table.schema().fields}
    assert '"elementType":"float"' in types["f.novelty_head"].replace(" ", "")
    table.create_checkpoint()
    again = Store.open(store.path)
    assert again.columns()["f.novelty_head"] == "FLOAT[]" and stored(again) == before
    have = [
        file.columns is not None and "f.novelty_head" in file.columns
        for file in again.samples.files
    ]
    assert sorted(have) == [False, True]
    fill(again, responses(make_sample, range(20, 25)), make_features=Measure())
    assert info(again).features == {"none": 10, "version 1": 15}
