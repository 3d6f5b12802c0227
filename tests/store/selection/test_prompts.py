"""One text for each prompt hash, whatever lies in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import StoreError
from reasonscape.store.identity import item_hash
from reasonscape.store.maintenance import compact, delete_import
from reasonscape.store.sample import Sample
from reasonscape.store.selection import prompts as module
from reasonscape.store.selection.prompts import prompts
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter

TASK = "some task"


def filled(store: Store, samples: Sequence[Sample], **options: Any) -> None:
    with ImportWriter(store, **options) as writer:
        writer.add(samples)
        writer.commit()


def asked(number: int, model: str = "m", **changes: Any) -> Sample:
    fields: dict[str, Any] = {
        "item_id": str(number),
        "prompt": f"What is {number}?",
        "response": "x" * 50,
        "source": model,
        "source_row": number + 1,
    }
    return Sample(model, TASK, **{**fields, **changes})


def read(store: Store, hashes: Sequence[str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for names, texts in prompts(store, TASK, hashes):
        assert len(names) == len(texts) > 0
        for name, text in zip(names.tolist(), texts.to_pylist(), strict=True):
            assert name not in found
            found[name] = text
    return found


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def test_each_hash_comes_once_over_evals_repeats_and_files(store: Store) -> None:
    for model in ("a", "b"):
        filled(store, [asked(n, model, repeat=r) for n in range(30) for r in range(2)])
    filled(store, [Sample("m", "other", item_id="1", prompt="What is 1?")])
    wanted = [item_hash(f"What is {n}?") for n in (3, 1, 29, 1)]
    found = read(store, [*wanted, None, "0" * 16, "not a hash"])
    assert found == {item_hash(f"What is {n}?"): f"What is {n}?" for n in (1, 3, 29)}
    before = read(store, [item_hash(f"What is {n}?") for n in range(30)])
    compact(store, retention=0)
    assert read(store, list(before)) == before and len(before) == 30


def test_batches_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_ROWS", 7)
    filled(store, [asked(n) for n in range(40)])
    hashes = [item_hash(f"What is {n}?") for n in range(40)]
    sizes = [len(names) for names, _ in prompts(store, TASK, hashes)]
    assert sum(sizes) == 40 and max(sizes) <= 7


def test_replaced_and_deleted_texts_do_not_appear(store: Store) -> None:
    filled(store, [asked(1), asked(2, response="old")])
    filled(store, [asked(2, response="new")], on_conflict="replace")
    with ImportWriter(store) as writer:
        writer.add([asked(3)])
        gone = writer.commit().import_id
    delete_import(store, gone)
    # Their files are still there.
    assert sum(1 for _ in (store.path / "texts").rglob("*.parquet")) > len(store.texts.files)
    hashes = [item_hash(f"What is {n}?") for n in (1, 2, 3)]
    assert sorted(read(store, hashes).values()) == ["What is 1?", "What is 2?"]


def test_one_prompt_of_fifty_megabytes_among_small_ones(store: Store) -> None:
    huge = "long " * 10_000_000
    filled(store, [asked(0, prompt=huge), *(asked(n) for n in range(1, 20))])
    found = read(store, [item_hash(huge), item_hash("What is 7?")])
    assert found[item_hash(huge)] == huge and len(found) == 2


@pytest.mark.parametrize("prompt", ["", "a\x00b", "\ud800", "😀\n" * 3])
def test_odd_prompts(store: Store, prompt: str) -> None:
    filled(store, [asked(0, prompt=prompt), asked(1, prompt=None)])
    stored = store.rows(f"SELECT item_hash FROM {store.scan(('item_hash',))} ORDER BY 1 NULLS LAST")
    assert len(read(store, [stored[0][0], stored[1][0]])) == 1


def test_nothing_asked_nothing_there(store: Store) -> None:
    assert read(store, ["0" * 16]) == {}
    filled(store, [asked(0)])
    assert read(store, []) == {} and read(store, [None]) == {}


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_a_damaged_file_is_said_in_a_sentence(store: Store, damage: Callable[..., Any]) -> None:
    filled(store, [asked(0)])
    damage(store.texts.folder / store.texts.files[0].path)
    with pytest.raises(StoreError, match="store verify"):
        read(store, [item_hash("What is 0?")])
