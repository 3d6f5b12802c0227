"""Compacting the token cache: smaller, and nothing lost that the store still needs."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reasonscape.store import token_pruning
from reasonscape.store.identity import item_hash
from reasonscape.store.maintenance import CompactReport, compact, delete_import, info, verify
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store
from reasonscape.store.token_cache import TokenCache
from reasonscape.store.tokens import Tokens

Fill = Callable[..., Any]

MARK = "0123456789abcdef"
SPAWN = multiprocessing.get_context("spawn")


def asked(numbers: Iterable[int]) -> list[Sample]:
    return [
        Sample("m", "t", item_id=str(n), prompt=str(n), source="log", source_row=n + 1)
        for n in numbers
    ]


def names(numbers: Iterable[int]) -> list[str]:
    return [item_hash(str(number)) for number in numbers]


def keep(store: Store, numbers: Iterable[int], mark: str = MARK, task: str = "t") -> None:
    """Keep ids n, n + 1, n + 2 of prompt n."""
    numbers = list(numbers)
    ids = np.array([[n, n + 1, n + 2] for n in numbers], np.int32).ravel()
    tokens = Tokens(ids, np.arange(len(numbers) + 1, dtype=np.int64) * 3)
    pieces = {int(id_): b"%d" % id_ for id_ in ids}
    assert TokenCache(store, mark, task).add(names(numbers), tokens, pieces, {"tokenizer": mark})


def held(store: Store, numbers: Iterable[int], mark: str = MARK, task: str = "t") -> list[int]:
    """Which prompts are found, and that what is found is right."""
    numbers = list(numbers)
    cache = TokenCache(store, mark, task)
    read = cache.read(names(numbers))
    found = [n for n, there in zip(numbers, read.found.tolist(), strict=True) if there]
    assert read.tokens.ids.tolist() == [n + i for n in found for i in range(3)]
    assert all(cache.pieces()[n + i] == b"%d" % (n + i) for n in found for i in range(3))
    return found


def folder(store: Store, mark: str = MARK) -> Path:
    return store.path / "cache" / "tokens" / mark / "base_task=t"


def by_kind(store: Store) -> list[str]:
    return sorted(path.name.split("-")[0] for path in folder(store).iterdir())


def test_many_files_become_one_and_gone_prompts_go(
    store: Store, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_pruning, "_BLOCK_IDS", 7)
    fill(store, asked(range(10)))
    second = fill(store, asked(range(10, 20)))
    for start in range(0, 20, 5):
        keep(store, range(start, start + 5))
    keep(store, range(20, 25))  # of a version of the store that is gone
    before = info(store).token_caches[0]
    assert (before.prompts, before.tokens, before.files, before.unusable_files) == (25, 75, 10, 0)
    assert before.described == {"tokenizer": MARK} and before.fingerprint == MARK
    report = compact(store)
    assert (report.token_prompts_dropped, report.token_files_after) == (5, 2)
    assert report.token_bytes_before == before.bytes > report.token_bytes_after
    assert by_kind(store) == ["ids", "pieces"]
    assert held(store, range(25)) == list(range(20))
    assert info(store).token_caches[0].described == {"tokenizer": MARK}

    delete_import(store, second.import_id)
    assert held(store, range(20)) == list(range(20))  # deleting rows leaves the cache to compact
    assert compact(store).token_prompts_dropped == 10
    assert held(store, range(20)) == list(range(10))
    assert verify(store).is_sound and verify(store).leftover_files == 0


def test_what_is_in_order_is_left_as_it_is(store: Store, fill: Fill) -> None:
    fill(store, asked(range(4)))
    keep(store, range(4))
    before = {path.name: path.stat().st_mtime_ns for path in folder(store).iterdir()}
    report = compact(store, retention=0)
    assert report.token_prompts_dropped == 0 and report.token_files_before == 2
    assert {path.name: path.stat().st_mtime_ns for path in folder(store).iterdir()} == before


def test_what_two_processes_both_kept_is_kept_once(store: Store, fill: Fill) -> None:
    fill(store, asked(range(4)))
    keep(store, range(4))
    for path in list(folder(store).iterdir()):
        kind, rest = path.name.split("-", 1)
        path.with_name(f"{kind}-0{rest}").write_bytes(path.read_bytes())
    assert info(store).token_caches[0].prompts == 4 and len(by_kind(store)) == 4
    assert compact(store).token_prompts_dropped == 4
    assert held(store, range(5)) == [0, 1, 2, 3] and by_kind(store) == ["ids", "pieces"]


def test_broken_and_unfinished_files_go_once_they_are_old(store: Store, fill: Fill) -> None:
    fill(store, asked(range(4)))
    keep(store, range(4))
    broken = [folder(store) / name for name in ("ids-x.parquet", "pieces-x.parquet")]
    stray = [folder(store) / name for name in (".ids-y.parquet.part", "notes.txt")]
    for path in (*broken, *stray):
        path.write_bytes(b"no such thing")
    assert info(store).token_caches[0].unusable_files == 2
    compact(store)
    assert all(path.exists() for path in (*broken, *stray))
    for path in (*broken, *stray):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    report = compact(store)
    assert not any(path.exists() for path in (*broken, stray[0])) and stray[1].exists()
    assert report.token_files_before - report.token_files_after == 3
    assert held(store, range(4)) == [0, 1, 2, 3]
    assert info(store).token_caches[0].unusable_files == 0


def test_of_a_base_task_that_is_gone_nothing_stays(store: Store, fill: Fill) -> None:
    result = fill(store, asked(range(4)))
    keep(store, range(4))
    keep(store, range(4), mark="f" * 16)
    keep(store, range(4), task="never there")
    delete_import(store, result.import_id)
    report = compact(store, retention=0)
    assert (report.token_prompts_dropped, report.token_files_after) == (12, 0)
    assert list((store.path / "cache" / "tokens").iterdir()) == []
    assert info(store).token_caches == ()
    keep(store, range(2))
    assert held(store, range(4)) == [0, 1]


def test_young_pieces_wait_for_their_ids(store: Store, fill: Fill) -> None:
    """Another process may be about to name ids whose pieces it found there."""
    fill(store, asked(range(2)))
    keep(store, range(5, 8))
    compact(store)
    assert by_kind(store) == ["pieces"]
    compact(store, retention=0)
    assert not folder(store).exists()


def test_a_file_that_turns_out_damaged_is_left_out(store: Store, fill: Fill) -> None:
    """Its hashes can be read, its ids cannot."""
    fill(store, asked(range(600)))
    keep(store, range(300))
    damaged = next(folder(store).glob("ids-*"))
    keep(store, range(300, 600))
    content = damaged.read_bytes()
    for place in range(len(content) // 2, len(content)):
        damaged.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        if info(store).token_caches[0].prompts == 600 and len(held(store, range(600))) == 300:
            break
    else:
        pytest.fail("no byte of the ids was found")
    compact(store, retention=0)
    assert held(store, range(600)) == list(range(300, 600)) and by_kind(store) == ["ids", "pieces"]


def keep_many(path: Path) -> None:
    store = Store.open(path)
    for start in range(0, 300, 10):
        keep(store, range(start, start + 10))


def compact_often(path: Path) -> None:
    store = Store.open(path)
    for _ in range(12):
        compact(store)


def test_compacting_loses_nothing_that_is_being_kept(store: Store, fill: Fill) -> None:
    fill(store, asked(range(300)))
    targets = (keep_many, compact_often, compact_often)
    processes = [SPAWN.Process(target=target, args=(store.path,)) for target in targets]
    for process in processes:
        process.start()
    while processes[0].is_alive():
        held(store, range(300))
    for process in processes:
        process.join(100)
        assert process.exitcode == 0
    assert held(store, range(300)) == list(range(300))
    compact(store)
    assert held(store, range(300)) == list(range(300)) and by_kind(store) == ["ids", "pieces"]


def test_a_cache_that_cannot_be_listed_is_no_cache(store: Store, fill: Fill) -> None:
    fill(store, asked(range(3)))
    (store.path / "cache").write_text("a file in the way")
    report: CompactReport = compact(store)
    assert (report.token_files_before, report.token_prompts_dropped) == (0, 0)
    assert info(store).token_caches == () and verify(store).is_sound
