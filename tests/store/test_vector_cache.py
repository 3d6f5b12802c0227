"""The cache of vectors gives back what it was given, or nothing; it stays small and is listed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store import vector_cache
from reasonscape.store.deleting import delete_import
from reasonscape.store.maintenance import compact, info, verify
from reasonscape.store.sample import Sample
from reasonscape.store.selection.trace_texts import text_keys
from reasonscape.store.tables import Store
from reasonscape.store.vector_cache import VectorCache
from reasonscape.store.writing import ImportResult

MakeSample = Callable[..., Sample]
Fill = Callable[..., ImportResult]
Keys = np.ndarray[Any, np.dtype[np.uint64]]
SAID = {"name": "e", "dimensions": 3}
SPAWN = multiprocessing.get_context("spawn")


def keys(*numbers: int) -> Keys:
    return np.array(numbers, np.uint64)


def vectors(wanted: Keys) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A vector that a test can compute itself."""
    return np.stack([wanted % 7, wanted % 11, wanted % 13], axis=1).astype(np.float32)


def held(store: Store, wanted: Keys, mark: str = "e-1", pool: Keys | None = None) -> list[bool]:
    found, matrix = VectorCache(store, mark, pool).read(wanted)
    if found.any():
        assert (matrix[found] == vectors(wanted)[found]).all() and not matrix[~found].any()
    return [bool(each) for each in found]


def keep(store: Store, wanted: Keys, mark: str = "e-1", pool: Keys | None = None) -> bool:
    return VectorCache(store, mark, pool).add(wanted, vectors(wanted), SAID)


def files(store: Store) -> list[Path]:
    return sorted((store.path / "cache" / "vectors").rglob("*.parquet"))


def test_what_is_added_is_read_in_the_order_asked(store: Store) -> None:
    assert held(store, keys(1, 2)) == [False, False]
    assert VectorCache(store, "e-1").read(keys())[1].shape == (0, 0)
    largest = 2**64 - 1
    assert keep(store, keys(5, 1, largest)) and keep(store, keys(9, 9, 0))
    assert held(store, keys(9, 1, 4, largest, 0, 1)) == [True, True, False, True, False, True]
    assert keep(store, keys()) and len(files(store)) == 2
    with pytest.raises(ValueError, match="2 keys"):
        VectorCache(store, "e-1").add(keys(1, 2), vectors(keys(1)), SAID)
    with pytest.raises(ValueError, match="no fingerprint"):
        VectorCache(store, "../e")


def test_others_are_apart_and_a_pool_is_found_whole(store: Store) -> None:
    pool = keys(3, 1, 2)
    keep(store, pool, pool=pool)
    assert held(store, pool[::-1], pool=pool[::-1]) == [True] * 3
    assert held(store, pool) == [False] * 3 == held(store, pool, "e-2", pool)
    assert held(store, pool[:2], pool=pool[:2]) == [False] * 2
    assert held(store, keys(3, 1, 2, 2), pool=keys(3, 1, 2, 2)) == [False] * 4


@given(
    st.lists(st.sets(st.integers(1, 40), max_size=9), max_size=4),
    st.lists(st.integers(1, 40), max_size=30),
)
def test_any_batches_are_read_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, batches: list[set[int]], asked: list[int]
) -> None:
    store = Store(tmp_path_factory.mktemp("s"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_cache, "_GROUP_ROWS", 4)
        for batch in batches:
            keep(store, keys(*batch))
    known = set().union(*batches)
    assert held(store, keys(*asked)) == [number in known for number in asked]


def _damage(path: Path, how: str) -> None:
    whole = path.read_bytes()
    if how == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "flipped":
        at = len(whole) // 4
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
    elif how == "no metadata":
        pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
    elif how == "not finite":
        table = pq.read_table(path)
        width = table.schema.field("vector").type
        bad = np.full(3, np.nan, "<f4").tobytes()
        column = table.column("vector").to_pylist()
        import pyarrow as pa

        table = table.set_column(1, "vector", pa.array([bad] * len(column), width))
        pq.write_table(table, path)
    else:
        path.unlink()
        path.mkdir()


@pytest.mark.parametrize(
    "how", ["cut", "empty", "flipped", "no metadata", "not finite", "a folder"]
)
def test_damaged_files_are_passed_by_and_removed_once_old(store: Store, how: str) -> None:
    wanted = keys(*range(1, 400))
    keep(store, wanted)
    (path,) = files(store)
    _damage(path, how)
    assert not any(held(store, wanted))
    assert keep(store, wanted[:5]) and held(store, wanted[:6]) == [True] * 5 + [False]
    (cache,) = info(store).vector_caches
    assert cache.files == 2 and verify(store).is_sound
    if how in ("cut", "empty", "no metadata"):
        assert (cache.vectors, cache.unusable_files) == (5, 1)
        compact(store, retention=0.0)
        assert not path.exists()


def test_another_width_is_passed_by(store: Store) -> None:
    keep(store, keys(1))
    VectorCache(store, "e-1").add(keys(1, 2), np.ones((2, 5), np.float32), SAID)
    found, matrix = VectorCache(store, "e-1").read(keys(1, 2))
    assert found.any() and matrix.shape[1] in (3, 5)


def test_a_store_that_cannot_be_written_keeps_nothing(store: Store) -> None:
    (store.path / "cache").write_text("in the way")
    assert not keep(store, keys(1)) and held(store, keys(1)) == [False]
    assert info(store).vector_caches == ()
    assert compact(store).vectors_dropped == 0


def _others(path: Path, start: int) -> None:
    store = Store.open(path)
    for number in range(start, start + 20):
        keep(store, keys(number, 1000))


def test_two_processes_lose_nothing(store: Store) -> None:
    other = SPAWN.Process(target=_others, args=(store.path, 101))
    other.start()
    _others(store.path, 1)
    other.join()
    assert other.exitcode == 0
    assert all(held(store, keys(*range(1, 21), *range(101, 121), 1000)))
    assert not list((store.path / "cache").rglob("*.part"))


def test_the_oldest_go_beyond_the_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, keys(1))
    keep(store, keys(2), "e-2")
    for age, path in enumerate(files(store)):
        os.utime(path, (1e9 - age, 1e9 - age))
    size = files(store)[0].stat().st_size
    monkeypatch.setattr(vector_cache, "MOST_BYTES", 2 * size + 50)
    keep(store, keys(3))
    assert held(store, keys(1, 3)) == [True, True] and held(store, keys(2), "e-2") == [False]
    monkeypatch.setattr(vector_cache, "MOST_BYTES", 1)
    keep(store, keys(4))
    assert held(store, keys(1, 3, 4)) == [False, False, True]


def test_compact_drops_what_is_gone_and_merges(
    store: Store, make_sample: MakeSample, fill: Fill
) -> None:
    fill(store, [make_sample(i) for i in range(4)])
    gone = fill(store, [make_sample(i) for i in range(4, 6)]).import_id
    store.refresh()
    uids = [uid for (uid,) in store.rows(f"SELECT sample_uid FROM {store.scan()} ORDER BY item_id")]
    all_ = text_keys(store, {"arithmetic": uids})
    for part in (all_[:3], all_[2:]):
        keep(store, part)
    for pool in (all_, all_[:4], all_[:4]):
        keep(store, pool, pool=pool)
    keep(store, keys(7), "e-2")
    first, second = info(store).vector_caches
    assert (first.described, first.vectors, first.pools, first.files) == (SAID, 6, 2, 5)
    assert (second.fingerprint, second.vectors, second.pools) == ("e-2", 1, 0)
    report = compact(store)
    # Kept twice: one row and one pool of four. Of nobody: 7.
    assert report.vectors_dropped == 1 + 4 + 1
    assert (report.vector_files_before, report.vector_files_after) == (6, 3)
    assert held(store, all_) == [True] * 6 == held(store, all_, pool=all_)
    delete_import(store, gone)
    assert compact(store).vectors_dropped == 2 + 6
    assert held(store, all_) == [True] * 4 + [False] * 2
    assert held(store, all_[:4], pool=all_[:4]) == [True] * 4
    assert compact(store).vectors_dropped == 0 and verify(store).is_sound
    assert len(info(store).vector_caches) == 1
