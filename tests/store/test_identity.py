from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store.identity import eval_id, item_hash, sample_uid
from reasonscape.store.rows import _uid

TEXT = st.text(max_size=30)


@given(TEXT, TEXT, TEXT)
def test_eval_id_is_what_the_page_says(model: str, template: str, sampler: str) -> None:
    array = json.dumps([model, template, sampler], ensure_ascii=False, separators=(",", ":"))
    assert eval_id(model, template, sampler) == (
        "e" + hashlib.sha256(array.encode()).hexdigest()[:12]
    )


@given(TEXT, TEXT, TEXT, TEXT, st.none() | TEXT, st.integers(0, 2**31 - 1))
def test_the_fast_uid_of_the_import_is_the_uid(
    evaluated: str, base_task: str, task: str, item: str, hashed: str | None, repeat: int
) -> None:
    key = (evaluated, base_task, task, item, hashed, repeat)
    assert _uid(*key) == sample_uid(*key)


def test_values_never_change() -> None:
    # sha256sum of the UTF-8 JSON array, computed with coreutils.
    assert eval_id("llama-3-8b", "cot", "greedy") == "ee20f55b9f38c"
    assert eval_id("ü", "", "") == "e" + hashlib.sha256('["ü","",""]'.encode()).hexdigest()[:12]
    assert item_hash("What is 2 + 2?") == "38d46ad3618826cf"


def test_fields_do_not_run_into_each_other() -> None:
    assert eval_id("a", "b", "") != eval_id("a", "", "b")
    assert eval_id('a","b', "", "") != eval_id("a", "b", "")
    assert sample_uid("e", "a", "b", "1", None, 0) != sample_uid("e", "a", "b", "1", "", 0)


def test_half_characters_have_a_hash() -> None:
    assert item_hash("\ud83d") != item_hash("?")
    assert eval_id("\ud83d", "", "") != eval_id("\udc00", "", "")
