"""Vectors of a pool: computed once, found again without a text, the same whatever the batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reasonscape.store.deleting import delete_import
from reasonscape.store.sample import Sample
from reasonscape.store.selection import trace_texts
from reasonscape.store.tables import Store
from reasonscape.store.vector_cache import vectors_folder
from reasonscape.store.writing import ImportWriter
from reasonscape.text.embeddings import pool as pool_module
from reasonscape.text.embeddings import tfidf
from reasonscape.text.embeddings.pool import pool_vectors
from reasonscape.text.embeddings.tfidf import Tfidf

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Lengths:
    """Embeds a text by its length and its number of e's; counts what it is given."""

    name = "lengths"
    corpus_bound = False
    described: Mapping[str, Any] = {"name": "lengths", "dimensions": 2}

    def __init__(self) -> None:
        self.seen: list[str] = []

    def fingerprint(self) -> str:
        return "lengths-1"

    def vectors(self, batches: Iterable[Sequence[str]]) -> Matrix:
        texts = [text for batch in batches for text in batch]
        self.seen += texts
        raw = np.array([[len(t), t.count("e")] for t in texts], np.float32).reshape(-1, 2)
        return np.asarray(raw / np.maximum(np.hypot(*raw.T), 1e-9)[:, None], np.float32)


def filled(path: Path, count: int = 12) -> Store:
    store = Store.create(path)
    words = ["apple tree", "peel the apple", "steel bridge", "bridge over steel", "", "the the"]
    with ImportWriter(store) as writer:
        for task in ("a", "b"):
            writer.add(
                [
                    Sample(
                        model="m",
                        base_task=task,
                        task=task,
                        item_id=f"{task}{i}",
                        source="log",
                        source_row=i + 1,
                        prompt=f"question {i}",
                        response=words[i % 6] + " " * (i // 6),
                        reasoning_kind="none",
                    )
                    for i in range(count)
                ]
            )
        writer.commit()
    store.refresh()
    return store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path / "s")


def uids(store: Store) -> dict[str, list[str]]:
    return {
        task: [
            uid
            for (uid,) in store.rows(
                f"SELECT sample_uid FROM {store.scan(('sample_uid', 'item_id'), [task])} "
                "ORDER BY item_id"
            )
        ]
        for task in store.base_tasks()
    }


def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let reading a text be a failure."""

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a text was read")

    monkeypatch.setattr(pool_module, "trace_texts", refuse)


@pytest.mark.parametrize("make", [Tfidf, Lengths])
def test_a_second_run_reads_no_text(
    store: Store, make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pool_vectors(store, uids(store), make())
    assert first.cached == 0 and first.uids == tuple(uids(store)["a"] + uids(store)["b"])
    assert first.described["part"] == "trace" and first.described["name"] == make().name
    untouched(monkeypatch)
    again = pool_vectors(store, uids(store), make())
    assert again.cached == 24 and again.matrix.tobytes() == first.matrix.tobytes()
    assert (again.empty == first.empty).all() and again.empty.sum() >= 2


def test_order_and_batches_change_nothing_but_the_order(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pool_vectors(store, uids(store), Tfidf())
    turned = {task: each[::-1] for task, each in reversed(uids(store).items())}
    other = filled(tmp_path / "other")
    small = trace_texts.trace_texts
    monkeypatch.setattr(
        pool_module,
        "trace_texts",
        lambda *args, **options: small(*args, **{**options, "at_once": 9}),
    )
    second = pool_vectors(other, turned, Tfidf())
    assert second.uids == first.uids[::-1] and second.cached == 0
    assert second.matrix[::-1].tobytes() == first.matrix.tobytes()


def test_a_text_has_its_vector_whatever_is_asked_for_with_it(store: Store) -> None:
    known = uids(store)
    told: list[tuple[int, int]] = []
    embedder = Lengths()
    pool_vectors(store, {"a": known["a"][:6]}, embedder, progress=lambda *n: told.append(n))
    assert len(embedder.seen) == 6 and told == [(6, 6)]
    whole = pool_vectors(store, known, embedder)
    # Rows of both tasks have the same content, and so share what is kept.
    assert whole.cached == 12 and len(embedder.seen) == 12
    fresh = Lengths()
    assert pool_vectors(store, known, fresh).cached == 24 and fresh.seen == []
    assert (pool_vectors(store, known, fresh, part="response").matrix == whole.matrix).all()
    assert (pool_vectors(store, known, fresh, part="prompt+trace").matrix != whole.matrix).any()


def test_vectors_of_a_corpus_are_of_that_corpus_only(store: Store) -> None:
    known = uids(store)
    pool_vectors(store, known, Tfidf())
    part = pool_vectors(store, {"a": known["a"]}, Tfidf())
    assert part.cached == 0 and pool_vectors(store, {"a": known["a"]}, Tfidf()).cached == 12
    assert pool_vectors(store, {"a": known["a"]}, Tfidf(seed=1)).cached == 0


@pytest.mark.parametrize("make", [Tfidf, Lengths])
def test_nothing_and_what_is_not_there(store: Store, make: Callable[[], Any]) -> None:
    none = pool_vectors(store, {}, make())
    assert (none.uids, len(none.matrix), len(none.empty), none.cached) == ((), 0, 0, 0)
    known = uids(store)["a"][:2]
    for _ in range(2):
        found = pool_vectors(store, {"a": [*known, "0" * 32, "1" * 32], "none": ["x"]}, make())
        assert found.empty.tolist() == [False, False, True, True, True]


@pytest.mark.parametrize("make", [Tfidf, Lengths])
def test_a_damaged_cache_and_one_that_cannot_be_written(
    store: Store, make: Callable[[], Any], tmp_path: Path
) -> None:
    first = pool_vectors(store, uids(store), make())
    for path in vectors_folder(store.path).rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-200])
    again = pool_vectors(store, uids(store), make())
    assert again.cached == 0 and again.matrix.tobytes() == first.matrix.tobytes()
    shut = filled(tmp_path / "shut")
    (shut.path / "cache").write_text("in the way")
    for _ in range(2):
        assert pool_vectors(shut, uids(shut), make()).cached == 0


def test_texts_that_are_gone_are_not_asked_for(store: Store) -> None:
    known = uids(store)
    pool_vectors(store, known, Lengths())
    ((import_id,),) = store.rows(f"SELECT DISTINCT import_id FROM {store.scan(('import_id',))}")
    delete_import(store, import_id)
    store.refresh()
    assert pool_vectors(store, known, Lengths()).empty.all()


def test_who_loses_patience_keeps_what_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, of: int) -> None:
        if done > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(pool_module, "_AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        pool_vectors(store, uids(store), Lengths(), progress=stop)
    rest = Lengths()
    assert pool_vectors(store, uids(store), rest).cached >= 8 and len(rest.seen) <= 8
    assert not list(vectors_folder(store.path).rglob("*.part"))


def test_a_plane_laid_by_some_texts_takes_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{'add carry' if i % 2 else 'kin uncle'} {'abc'[i % 3]}" for i in range(60)]
    whole = Tfidf(dimensions=2).vectors([texts])
    monkeypatch.setattr(tfidf, "MOST_TEXTS", 30)
    part = Tfidf(dimensions=2).vectors([texts])
    turned = Tfidf(dimensions=2).vectors([texts[::-1]])
    assert turned[::-1].tobytes() == part.tobytes()
    np.testing.assert_allclose(part @ part.T, whole @ whole.T, atol=0.1)
