"""Rows with their texts come whole and in order, however much text there is."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest

from reasonscape.store.filters.where import ALL, Where
from reasonscape.store.sample import Sample
from reasonscape.store.selection import buckets
from reasonscape.store.selection.whole_rows import whole_rows
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter

COLUMNS = ("response", "item_id", "outcome", "prompt", "eval_id", "param.n")


def sample(number: int, rng: random.Random) -> Sample:
    """Every third row has no text; some have long ones."""
    text = None if number % 3 == 0 else f"text {number} " * rng.choice((1, 1, 200))
    return Sample(
        model=f"m{number % 2}",
        base_task=("a", "b")[number % 5 == 0],
        item_id=f"{number:04d}",
        params={"n": float(number)},
        correct=number % 2 == 0,
        response=text,
        prompt=None if number % 4 else f"prompt {number}",
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Rows that came in no order, in two imports."""
    path = tmp_path_factory.mktemp("store")
    rng = random.Random(1)
    numbers = list(range(600))
    rng.shuffle(numbers)
    for part in (numbers[:400], numbers[400:]):
        with ImportWriter(Store.create(path)) as writer:
            writer.add([sample(number, random.Random(number)) for number in part])
            writer.commit()
    return Store.open(path)


def rows(store: Store, where: Where = ALL, columns: tuple[str, ...] = COLUMNS) -> pa.Table:
    return pa.Table.from_batches(list(whole_rows(store, where, columns)))


@pytest.mark.parametrize("size", [buckets.BUCKET_BYTES, 20_000, 1])
def test_texts_stand_beside_their_rows_in_order(
    store: Store, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "BUCKET_BYTES", size)
    found = rows(store)
    assert found.column_names == list(COLUMNS)
    table = found.to_pylist()
    assert len(table) == 600
    for row in table:
        expected = sample(int(row["param.n"]), random.Random(int(row["param.n"])))
        assert (row["response"], row["prompt"]) == (expected.response, expected.prompt)
        assert row["outcome"] == ("correct" if expected.correct else "incorrect")
    places = [(int(row["param.n"]) % 5 == 0, row["eval_id"], row["item_id"]) for row in table]
    assert places == sorted(places)
    assert rows(store, columns=COLUMNS[1:3]).to_pylist() == found.select(COLUMNS[1:3]).to_pylist()


def test_a_filter_and_columns_of_texts_alone(store: Store) -> None:
    where = Where('"correct" AND "base_task" = ?', ("b",), frozenset({"correct", "base_task"}),
                  frozenset({"b"}))  # fmt: skip
    found = rows(store, where, ("target", "response"))
    assert found.num_rows == 60
    assert found.column("target").null_count == 60
    assert found.column("response").null_count == 20
    assert not list(whole_rows(store, Where("FALSE"), ("response",)))


def test_a_reader_that_stops_early_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(buckets, "BUCKET_BYTES", 1000)
    batches = whole_rows(store, ALL, ("response",))
    next(batches)
    assert list(tmp_path.iterdir())
    batches.close()  # type: ignore[attr-defined]
    assert not list(tmp_path.iterdir())
