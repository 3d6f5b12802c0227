"""Texts of single rows: the right ones, the latest, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.store import staging
from reasonscape.store.maintenance import compact
from reasonscape.store.sample import Sample
from reasonscape.store.selection.texts import texts_of
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter


def sample(number: int, **changes: Any) -> Sample:
    fields = {"prompt": f"p{number}", "response": f"r{number}", **changes}
    return Sample("m", "t", item_id=str(number), correct=True, **fields)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two imports into two base tasks; the second replaces row 3."""
    store = Store.create(tmp_path / "a[1]" / "store")
    for samples in ([sample(n) for n in range(20)], [sample(3, response="new"), sample(50)]):
        with ImportWriter(store, on_conflict="replace") as writer:
            writer.add(samples)
            writer.add([Sample("m", "u", item_id="x", correct=True, response="other")])
            writer.commit()
    return store


def uids(store: Store, base_task: str = "t") -> dict[str, str]:
    scan = store.scan(("item_id", "sample_uid"), (base_task,))
    return dict(store.rows(f"SELECT item_id, sample_uid FROM {scan}"))


def test_texts_of_rows_in_the_order_asked_for(store: Store) -> None:
    of = uids(store)
    asked = [of[name] for name in ("50", "3", "7", "3")]
    found = texts_of(store, "t", asked, ("response", "answer", "reasoning_kind"))
    assert list(found) == asked[:3]
    assert [each["response"] for each in found.values()] == ["r50", "new", "r7"]
    assert found[of["7"]] == {"response": "r7", "answer": None, "reasoning_kind": "none"}
    compact(store, retention=0)
    assert texts_of(store, "t", asked, ("response", "answer", "reasoning_kind")) == found


def test_rows_of_many_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "TEXT_GROUP_BYTES", 50)
    monkeypatch.setattr(staging, "_CHUNK_ROWS", 4)
    store = Store.create(tmp_path / "store")
    with ImportWriter(store) as writer:
        writer.add([sample(n) for n in range(40)])
        writer.commit()
    of = uids(store)
    for name in ("0", "13", "39"):
        assert texts_of(store, "t", [of[name]], ("prompt",)) == {of[name]: {"prompt": f"p{name}"}}


def test_what_is_not_there_is_left_out(store: Store) -> None:
    other = uids(store, "u")["x"]
    assert texts_of(store, "t", ["0" * 32, other, "it's"], ("response",)) == {}
    assert texts_of(store, "t", [], ("response",)) == {}
    assert texts_of(store, "nothing", [other], ("response",)) == {}
    assert texts_of(store, "u", [other], ()) == {other: {}}
    with pytest.raises(ValueError, match="no column 'import_id'"):
        texts_of(store, "u", [other], ("import_id",))


def test_rows_without_texts_are_left_out(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    read: Callable[[], Any] = lambda: texts_of(store, "t", uids(store).values(), ("prompt",))  # noqa: E731
    assert read() == {}
    with ImportWriter(store) as writer:
        writer.add([Sample("m", "t", item_id="1", correct=True)])
        writer.commit()
    assert read() == {}
