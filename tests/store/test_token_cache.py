"""The token cache gives back what it was given, or nothing."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store import token_chunks
from reasonscape.store.identity import item_hash
from reasonscape.store.prompt_keys import prompt_keys
from reasonscape.store.tables import Store
from reasonscape.store.token_cache import TokenCache
from reasonscape.store.tokens import Tokens

MARK = "0123456789abcdef"
SAID = {"tokenizer": "words", "template": "none"}
SPAWN = multiprocessing.get_context("spawn")


def tokens_of(lists: Sequence[Sequence[int]]) -> Tokens:
    offsets = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    return Tokens(np.array([id_ for ids in lists for id_ in ids], np.int32), offsets)


def lists_of(tokens: Tokens) -> list[list[int]]:
    bounds = tokens.offsets.tolist()
    return [tokens.ids[a:b].tolist() for a, b in pairwise(bounds)]


def names(*numbers: int) -> list[str]:
    return [item_hash(str(number)) for number in numbers]


def keep(cache: TokenCache, prompts: dict[int, list[int]]) -> bool:
    pieces = {id_: str(id_).encode() for ids in prompts.values() for id_ in ids}
    return cache.add(names(*prompts), tokens_of(list(prompts.values())), pieces, SAID)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def folder(store: Store) -> Path:
    return store.path / "cache" / "tokens" / MARK / "base_task=t"


def test_what_is_added_is_read_in_the_order_asked(store: Store) -> None:
    cache = TokenCache(store, MARK, "t")
    assert not folder(store).exists() and cache.pieces() == {}
    assert cache.read(names(1, 2)).found.tolist() == [False, False]
    assert keep(cache, {1: [5, -6, 5], 2: [], 3: [2**31 - 1]})
    for reader in (cache, TokenCache(store, MARK, "t")):
        read = reader.read([*names(3, 9, 1, 2, 1), None])
        assert read.found.tolist() == [True, False, True, True, True, False]
        assert lists_of(read.tokens) == [[2**31 - 1], [5, -6, 5], [], [5, -6, 5]]
        assert reader.pieces() == {5: b"5", -6: b"-6", 2**31 - 1: b"2147483647"}
    assert [p for p in folder(store).iterdir() if p.suffix != ".parquet"] == []


def test_other_tokenizers_and_tasks_are_apart(store: Store) -> None:
    keep(TokenCache(store, MARK, "t"), {1: [1]})
    for mark, task in (("f" * 16, "t"), (MARK, "../t"), (MARK, "t ")):
        other = TokenCache(store, mark, task)
        assert not other.read(names(1)).found.any() and other.pieces() == {}
        assert keep(other, {1: [7]}) and lists_of(other.read(names(1)).tokens) == [[7]]
    assert {p.name for p in (store.path / "cache").iterdir()} == {"tokens"}
    with pytest.raises(ValueError, match="no fingerprint"):
        TokenCache(store, "../x", "t")


def test_what_is_kept_is_not_kept_twice(store: Store) -> None:
    first, second = TokenCache(store, MARK, "t"), TokenCache(store, MARK, "t")
    keep(first, {1: [1], 2: [2]})
    assert keep(second, {2: [2], 1: [1]}) and len(list(folder(store).iterdir())) == 2
    assert second.add(names(3, 3), tokens_of([[1], [1]]), {1: b"1"}, SAID)
    assert len(list(folder(store).glob("ids-*"))) == 2 and len(first.read(names(3)).tokens) == 1
    assert first.add(["no hash"], tokens_of([[9]]), {}, SAID)
    assert not first.read(["no hash"]).found.any()
    with pytest.raises(ValueError, match="2 hashes"):
        first.add(names(1, 2), tokens_of([[1]]), {}, SAID)


@given(
    st.lists(st.dictionaries(st.integers(0, 40), st.lists(st.integers(-9, 9)), max_size=9)),
    st.lists(st.integers(0, 40), max_size=60),
    st.integers(1, 20),
)
def test_any_batches_are_read_in_any_order(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[dict[int, list[int]]],
    asked: list[int],
    group: int,
) -> None:
    store = Store(tmp_path_factory.mktemp("s"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(token_chunks, "GROUP_IDS", group)
        patch.setattr(token_chunks, "GROUP_ROWS", 5)
        cache = TokenCache(store, MARK, "t")
        expected: dict[int, list[int]] = {}
        for batch in batches:
            assert keep(cache, batch)
            expected = {**batch, **expected}
    read = cache.read(names(*asked))
    assert read.found.tolist() == [number in expected for number in asked]
    assert lists_of(read.tokens) == [expected[n] for n in asked if n in expected]
    assert read.tokens.ids.dtype == np.int32 and read.tokens.offsets.dtype == np.int64
    assert {id_ for ids in expected.values() for id_ in ids} <= set(cache.pieces())


@given(st.lists(st.one_of(st.none(), st.text("0123456789abcdefG", max_size=17), st.text())))
def test_keys_are_the_numbers_that_hashes_spell(hashes: list[str | None]) -> None:
    keys, valid = prompt_keys(hashes)
    proper = [h is not None and len(h) == 16 and set(h) <= set("0123456789abcdef") for h in hashes]
    assert valid.tolist() == proper
    spelt = [int(h or "", 16) if ok else 0 for h, ok in zip(hashes, proper, strict=True)]
    assert keys.tolist() == spelt
    assert prompt_keys(np.array(hashes, dtype=object))[0].tolist() == spelt


def damaged_files(store: Store) -> list[Any]:
    other = pa.table({"hash": pa.array([1], pa.uint64())})
    return [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: path.write_bytes(b"PAR1" + b"\x00" * 300 + b"PAR1"),
        lambda path: pq.write_table(other, path),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: path.unlink(),
    ]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("seen", [False, True])
def test_a_damaged_file_is_as_if_it_were_not_there(store: Store, number: int, seen: bool) -> None:
    cache = TokenCache(store, MARK, "t")
    keep(cache, {1: [1, 2]})
    keep(cache, {2: [3]})
    first = min(folder(store).glob("ids-*"), key=lambda path: path.stat().st_mtime_ns)
    damaged_files(store)[number](first)
    reader = cache if seen else TokenCache(store, MARK, "t")
    read = reader.read(names(1, 2))
    assert read.found.tolist() == [False, True] and lists_of(read.tokens) == [[3]]
    assert keep(reader, {1: [1, 2]})
    assert lists_of(reader.read(names(1, 2)).tokens) == [[1, 2], [3]]


def test_ids_whose_pieces_were_lost_are_not_found(store: Store) -> None:
    cache = TokenCache(store, MARK, "t")
    keep(cache, {1: [1, -(2**31)], 2: []})
    first = next(folder(store).glob("pieces-*"))
    keep(cache, {3: [2**31 - 1], 4: [1, 2**31 - 1]})
    first.write_bytes(b"damaged")
    fresh = TokenCache(store, MARK, "t")
    read = fresh.read(names(4, 3, 2, 1))
    assert read.found.tolist() == [False, True, True, False]
    assert lists_of(read.tokens) == [[2**31 - 1], []]
    keep(fresh, {1: [1, -(2**31)]})
    assert fresh.read(names(1, 2, 3, 4)).found.all() and len(fresh.pieces()) == 3


def test_changed_bytes_are_noticed(store: Store) -> None:
    keep(TokenCache(store, MARK, "t"), {n: [n, n + 1] * 50 for n in range(40)})
    path = next(folder(store).glob("ids-*"))
    sound = path.read_bytes()
    rng = np.random.default_rng(4)
    for place in rng.choice(len(sound), 60, replace=False).tolist():
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        read = TokenCache(store, MARK, "t").read(names(*range(40)))
        for n, ids in zip(np.flatnonzero(read.found).tolist(), lists_of(read.tokens), strict=True):
            assert ids == [n, n + 1] * 50


def test_a_file_of_another_shelf_is_not_believed(store: Store) -> None:
    keep(TokenCache(store, "f" * 16, "t"), {1: [1]})
    folder(store).parent.mkdir()
    (store.path / "cache" / "tokens" / ("f" * 16) / "base_task=t").rename(folder(store))
    cache = TokenCache(store, MARK, "t")
    assert not cache.read(names(1)).found.any() and cache.pieces() == {}


@pytest.mark.parametrize("way", ["cache", "cache/tokens", f"cache/tokens/{MARK}"])
def test_where_nothing_can_be_written_nothing_is_kept(store: Store, way: str) -> None:
    blocked = store.path / way
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file in the way")
    cache = TokenCache(store, MARK, "t")
    assert not keep(cache, {1: [1]}) and cache.pieces() == {}
    assert not cache.read(names(1)).found.any() and blocked.is_file()


def test_a_failed_write_leaves_no_part(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError("no space left on device")

    cache = TokenCache(store, MARK, "t")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        assert not keep(cache, {1: [1]})
    assert list(folder(store).iterdir()) == []


def add_many(path: Path, start: int) -> None:
    cache = TokenCache(Store.open(path), MARK, "t")
    for first in range(start, start + 200, 20):
        assert keep(cache, {n: [n] * 3 for n in range(first, first + 20)})


def test_two_processes_at_once_lose_nothing(store: Store) -> None:
    starts = (0, 100)
    processes = [SPAWN.Process(target=add_many, args=(store.path, start)) for start in starts]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    cache = TokenCache(store, MARK, "t")
    assert lists_of(cache.read(names(*range(300))).tokens) == [[n] * 3 for n in range(300)]
    assert set(cache.pieces()) == set(range(300))
