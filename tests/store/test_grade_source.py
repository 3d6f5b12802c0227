"""Who graded: the column ``grade_source``, and stores that were written before it was there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.store import commits, rows
from reasonscape.store.checking import refusal
from reasonscape.store.filters import compile_filters, parse_filters
from reasonscape.store.maintenance import compact, verify
from reasonscape.store.refreshing import refresh_features
from reasonscape.store.sample import Sample
from reasonscape.store.schema import GRADE_SOURCES, SAMPLE_COLUMNS
from reasonscape.store.tables import Store
from tests.store.traces import Measure

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]

BEFORE = tuple(column for column in SAMPLE_COLUMNS if column.name != "grade_source")


@pytest.fixture
def old(
    tmp_path: Path, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> Store:
    """A store of 30 rows as it was written before the column was there."""
    with monkeypatch.context() as patch:
        patch.setattr(rows, "SAMPLE_COLUMNS", BEFORE)
        patch.setattr(commits, "SAMPLE_COLUMNS", BEFORE)
        store = Store.create(tmp_path / "old")
        fill(store, [make_sample(n, base_task=f"t{n % 2}") for n in range(30)])
    store.refresh()
    assert "grade_source" not in store.samples.columns
    return store


def sources(store: Store) -> dict[str | None, int]:
    store.refresh()
    scan = store.scan(("grade_source",))
    return dict(store.rows(f"SELECT grade_source, count(*) FROM {scan} GROUP BY ALL"))


def graded(make_sample: MakeSample, numbers: range, source: str | None) -> list[Sample]:
    return [make_sample(n, base_task=f"t{n % 2}", grade_source=source) for n in numbers]


def test_each_source_is_stored(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    fill(store, [make_sample(n, grade_source=s) for n, s in enumerate((*GRADE_SOURCES, None))])
    assert sources(store) == dict.fromkeys((*GRADE_SOURCES, None), 1)
    assert verify(store).is_sound


def test_an_unknown_source_is_refused(make_sample: MakeSample) -> None:
    for wrong in ("me", "", 1, ["native"]):
        found = refusal(make_sample(grade_source=wrong))
        assert found is not None and found.field == "grade_source", wrong
    assert refusal(make_sample(grade_source="regex")) is None


def test_native_grades_leave_the_hash_as_it_was_and_others_change_it(
    make_sample: MakeSample,
) -> None:
    assert rows._content(make_sample()) == rows._content(make_sample(grade_source="native"))
    hashes = {rows._content(make_sample(grade_source=source)) for source in GRADE_SOURCES}
    assert len(hashes) == len(GRADE_SOURCES)
    # The hash that the code before this column gave to the same row.
    assert rows._content(make_sample(3)) == BEFORE_HASH


BEFORE_HASH = "f70a47a6b35a7a3b"


def test_an_old_store_reads_as_null(old: Store) -> None:
    assert sources(old) == {None: 30}
    assert old.columns()["grade_source"] == "VARCHAR"
    where = compile_filters(parse_filters({"grade_source": None}), old.columns())
    scan = old.scan(("grade_source",))
    assert old.rows(f"SELECT count(*) FROM {scan} WHERE {where.sql}", where.params) == [(30,)]
    assert verify(old).is_sound


def test_the_rows_of_an_old_store_are_unchanged_when_imported_again(
    old: Store, fill: Fill, make_sample: MakeSample
) -> None:
    result = fill(old, graded(make_sample, range(40), "native"))
    assert (result.unchanged, result.added) == (30, 10)
    assert sources(old) == {None: 30, "native": 10}
    assert verify(old).is_sound


def test_another_grader_is_other_content(old: Store, fill: Fill, make_sample: MakeSample) -> None:
    result = fill(old, graded(make_sample, range(20), "numeric"), on_conflict="replace")
    assert (result.replaced, result.unchanged) == (20, 0)
    assert sources(old) == {None: 10, "numeric": 20}
    assert verify(old).is_sound
    result = fill(old, graded(make_sample, range(20), "numeric"))
    assert result.unchanged == 20


@pytest.mark.parametrize("grown", [False, True])
def test_an_old_store_is_compacted_and_refreshed(
    old: Store, fill: Fill, make_sample: MakeSample, grown: bool
) -> None:
    if grown:
        fill(old, graded(make_sample, range(30, 40), "exact"))
    expected = {None: 30, "exact": 10} if grown else {None: 30}
    refresh_features(old, Measure(), 1)
    assert sources(old) == expected
    compact(old)
    assert sources(old) == expected
    refresh_features(old, Measure(2), 2)
    assert sources(old) == expected
    assert verify(old).is_sound
