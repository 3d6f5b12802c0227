"""What `store info` and `store compact` say about kept token ids."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reasonscape.store.tables import Store
from reasonscape.store.token_cache import TokenCache
from reasonscape.store.tokens import Tokens
from tests.cli.typed import Type, small


@pytest.fixture
def dataset(typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A dataset of one prompt; two tokenizers keep its ids, one of them in a broken file."""
    monkeypatch.chdir(tmp_path)
    name = small(typed)
    store = Store.open(tmp_path / "d")
    (known,) = store.rows(f"SELECT DISTINCT item_hash FROM {store.scan(('item_hash',))}")[0]
    tokens = Tokens(np.array([4, 5, 6], np.int32), np.array([0, 2, 3]))
    for mark, described in (("a" * 16, {"tokenizer": "w", "template": "x"}), ("b" * 16, {})):
        cache = TokenCache(store, mark, "t")
        assert cache.add([known, "0" * 16], tokens, {4: b"", 5: b"a", 6: b"b"}, described)
    next((store.path / "cache" / "tokens" / ("b" * 16)).rglob("ids-*")).write_bytes(b"broken")
    return name


def test_info_lists_tokenizers(typed: Type, dataset: str) -> None:
    first, second = json.loads(typed("store", "info", dataset, "--format", "json").out)[
        "token_caches"
    ]
    assert first["described"] == {"tokenizer": "w", "template": "x"}
    assert (first["prompts"], first["tokens"], first["files"]) == (2, 3, 2)
    assert (second["fingerprint"], second["prompts"], second["unusable_files"]) == ("b" * 16, 0, 1)
    lines = typed("store", "info", dataset).out.splitlines()
    assert any(line.startswith("tokens, w, x") and "2 prompts" in line for line in lines)
    assert any("b" * 16 in line and "unusable files 1" in line for line in lines)


def test_compact_drops_and_says_so_and_verify_does_not_mind(typed: Type, dataset: str) -> None:
    report = json.loads(typed("store", "compact", dataset, "--format", "json").out)
    assert (report["token_prompts_dropped"], report["token_files_before"]) == (1, 4)
    assert report["token_bytes_after"] < report["token_bytes_before"]
    assert json.loads(typed("store", "verify", dataset, "--format", "json").out)["ok"] is True
    held = json.loads(typed("store", "info", dataset, "--format", "json").out)["token_caches"]
    assert [one["prompts"] for one in held] == [1, 0]
