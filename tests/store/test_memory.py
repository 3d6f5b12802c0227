"""Remembered answers: right after every commit, and never needed."""

from __future__ import annotations

import json
from pathlib import Path

from reasonscape.store.filters import ALL
from reasonscape.store.memory import FOLDER, remembered
from reasonscape.store.sample import Sample
from reasonscape.store.selection.evals import eval_rows
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter


def add(store: Store, *items: str) -> Store:
    with ImportWriter(store) as writer:
        writer.add([Sample("m", "t", item_id=item, correct=True) for item in items])
        writer.commit()
    return Store.open(store.path)


def test_it_is_asked_once_and_again_after_a_commit(tmp_path: Path) -> None:
    store = add(Store.create(tmp_path / "s"), "a")
    asked = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    assert [remembered(store, "x", ask), remembered(store, "x", ask)] == [1, 1]
    store = add(store, "b")
    assert [remembered(store, "x", ask), remembered(store, "x", ask)] == [2, 2]
    assert [p.name for p in (store.path / FOLDER).iterdir()] == ["x.json"]


def test_eval_rows_are_the_same_from_memory(tmp_path: Path) -> None:
    store = add(Store.create(tmp_path / "s"), "a", "b")
    first = eval_rows(store, ALL)
    assert eval_rows(Store.open(store.path), ALL) == first
    assert (store.path / FOLDER / "evals.json").exists()
    assert eval_rows(add(store, "c"), ALL)[0].samples == 3


def test_what_is_damaged_or_of_another_form_is_not_believed(tmp_path: Path) -> None:
    store = add(Store.create(tmp_path / "s"), "a")
    path = store.path / FOLDER / "x.json"
    for text in ("", "[]", "{", '{"key": 1}', json.dumps({"key": [0, ""], "answer": 9})):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        assert remembered(store, "x", lambda: 7) == 7


def test_a_store_that_cannot_be_written_is_asked_each_time(tmp_path: Path) -> None:
    store = add(Store.create(tmp_path / "s"), "a")
    (store.path / FOLDER).write_text("a file in the way")
    answers = iter([1, 2])
    assert [remembered(store, "x", lambda: next(answers)) for _ in range(2)] == [1, 2]
