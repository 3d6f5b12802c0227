"""Texts of many samples: the right one of each, of this version, in bounded batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from reasonscape.ingest.features import trace_features
from reasonscape.store.sample import Sample
from reasonscape.store.selection.trace_texts import Part, text_keys, trace_texts
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportResult

MakeSample = Callable[..., Sample]
Fill = Callable[..., ImportResult]

HOSTILE = "nul \x00, bell \x07, \U0001f600, \u202e" + "x" * 200_000


def uids(store: Store) -> dict[str, str]:
    """Item -> key."""
    return dict(store.rows(f"SELECT item_id, sample_uid FROM {store.scan()} ORDER BY item_id"))


def read(store: Store, part: Part = "trace", at_once: int = 2**24) -> dict[str, str]:
    """Item -> text."""
    items = {uid: item for item, uid in uids(store).items()}
    found: dict[str, str] = {}
    for names, texts in trace_texts(store, "arithmetic", list(items), part=part, at_once=at_once):
        assert len(names) == len(texts) > 0 and not found.keys() & set(names)
        found.update(zip((items[name] for name in names), texts, strict=True))
    return found


def kinds(make_sample: MakeSample) -> list[Sample]:
    """One sample of each kind of trace, by item."""
    rows: dict[str, dict[str, Any]] = {
        "reasoning": {"reasoning": "long thought", "response": "short"},
        "both": {"reasoning": "thought", "response": "a longer response"},
        "response": {"reasoning": None, "reasoning_kind": "none", "response": "only this"},
        "summary": {"reasoning": "a summary", "reasoning_kind": "summary", "response": "so"},
        "hidden": {"reasoning": None, "reasoning_kind": "hidden", "response": "so"},
        "none": {"reasoning": None, "reasoning_kind": "none", "response": None},
        "hostile": {"reasoning": HOSTILE, "response": "so"},
        "surrogate": {"reasoning": "half \ud800 of one", "response": "so"},
    }
    counts = {"completion_tokens": None, "reasoning_tokens": None, "tokens_source": None}
    return [make_sample(0, item_id=item, **counts, **texts) for item, texts in rows.items()]


@pytest.mark.parametrize("measured", [True, False])
def test_the_trace_is_what_was_measured_else_what_stands_there(
    store: Store, make_sample: MakeSample, fill: Fill, measured: bool
) -> None:
    fill(store, kinds(make_sample), **({"make_features": trace_features} if measured else {}))
    found = read(store)
    assert found.pop("hostile") == HOSTILE and found.pop("surrogate") == "half \ufffd of one"
    assert found == {
        "reasoning": "long thought",
        "both": "thought\n\na longer response" if measured else "thought",
        "response": "only this",
        "summary": "",
        "hidden": "",
        "none": "",
    }
    response = read(store, "response")
    assert (response["hidden"], response["none"]) == ("so", "")
    prompt = read(store, "prompt+trace")
    assert prompt["response"] == "What is 0 + 1?\n\nonly this"
    assert prompt["hidden"] == "What is 0 + 1?"


def test_batches_are_bounded_and_lose_nothing(
    store: Store, make_sample: MakeSample, fill: Fill
) -> None:
    rows = [make_sample(i, reasoning=f"{i} " * (i % 50)) for i in range(120)]
    fill(store, rows)
    fill(store, [make_sample(i) for i in range(200, 210)])
    whole = read(store)
    assert len(whole) == 130 and read(store, at_once=1) == whole == read(store, at_once=300)
    names = list(uids(store).values())
    sizes = [
        sum(map(len, texts)) for _, texts in trace_texts(store, "arithmetic", names, at_once=300)
    ]
    assert len(sizes) > 5 and max(sizes) < 500


def test_only_what_was_asked_for_and_nothing_of_what_is_not_there(
    store: Store, make_sample: MakeSample, fill: Fill
) -> None:
    fill(store, [make_sample(i) for i in range(5)])
    fill(
        store,
        [make_sample(9, prompt=None, reasoning=None, response=None, answer=None, target=None)],
    )
    known = uids(store)
    asked = [known["item-3"], "0" * 32, known["item-9"], known["item-3"]]
    ((names, texts), rest) = trace_texts(store, "arithmetic", asked)
    assert (names, texts) == ([known["item-3"]], ["first this, then that"])
    assert rest == (["0" * 32, known["item-9"]], ["", ""])
    assert list(trace_texts(store, "arithmetic", [])) == []
    assert list(trace_texts(store, "no such", ["a"])) == [(["a"], [""])]
    with pytest.raises(ValueError, match="no part"):
        next(trace_texts(store, "arithmetic", asked, part="answer"))  # type: ignore[arg-type]


def test_rows_replaced_later_do_not_appear_and_a_version_stays(
    store: Store, make_sample: MakeSample, fill: Fill
) -> None:
    fill(store, [make_sample(i) for i in range(3)])
    store.refresh()
    early = Store.open(store.path)
    assert early.version == store.version
    before = text_keys(early, {"arithmetic": list(uids(early).values())})
    fill(store, [make_sample(1, reasoning="later")], on_conflict="replace")
    store.refresh()
    assert read(store) == {**read(early), "item-1": "later"}
    assert read(early)["item-1"] == "first this, then that"
    after = text_keys(store, {"arithmetic": list(uids(store).values())})
    assert (before == after).tolist() == [True, False, True]


def test_keys_follow_the_texts_and_the_kind_of_trace(
    store: Store, make_sample: MakeSample, fill: Fill
) -> None:
    same = {"labels": {}, "params": {}, "completion_tokens": 9, "correct": False, "prompt": "p"}
    same |= {"answer": "1", "target": "2"}
    fill(store, [make_sample(i, **same) for i in range(2)] + [make_sample(7, base_task="b")])
    first, second = uids(store)["item-0"], uids(store)["item-1"]
    keys = text_keys(store, {"b": ["0" * 32], "arithmetic": [second, "1" * 32, first, second]})
    assert keys.dtype == np.uint64 and keys[[0, 2]].tolist() == [0, 0]
    assert len(set(keys[[1, 3, 4]].tolist())) == 1 and keys[1] != 0
    assert text_keys(store, {}).shape == (0,)
