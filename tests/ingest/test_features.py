"""Which trace is measured, and features through the whole import."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard

from reasonscape.errors import UsageError
from reasonscape.ingest import features
from reasonscape.ingest.features import refresh_store, trace_features
from reasonscape.ingest.importing import import_logs
from reasonscape.ingest.trace_kinds import trace_kinds
from reasonscape.store.maintenance import info, verify
from reasonscape.store.schema import FEATURE_COLUMNS
from reasonscape.store.tables import Store
from reasonscape.text.features import FEATURES_VERSION, measure_traces

Write = Callable[..., Path]
NAMES = tuple(column.name for column in FEATURE_COLUMNS)
ROW: dict[str, Any] = {"model": "m", "base_task": "t", "correct": True}


def tables(*rows: dict[str, Any]) -> tuple[pa.Table, pa.Table]:
    """Rows of ``samples`` and ``texts`` as the store hands them over."""
    whole, text = pa.int32(), pa.string()
    kinds = {
        "completion_tokens": whole,
        "reasoning_tokens": whole,
        "tokens_source": text,
        "reasoning": text,
        "reasoning_kind": text,
        "response": text,
    }
    arrays = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in kinds.items()}
    table = pa.table(arrays)
    return table.select(list(kinds)[:3]), table.select(list(kinds)[3:])


NATIVE = {"tokens_source": "native"}
KINDS: list[tuple[dict[str, Any], str]] = [
    ({"reasoning": "so", "reasoning_kind": "full", "response": "4"}, "reasoning"),
    ({"reasoning": "so", "reasoning_kind": "full", "reasoning_tokens": 3}, "reasoning"),
    ({"reasoning": "so", "reasoning_kind": "full", "response": "42"}, "reasoning"),
    ({"reasoning": "so", "reasoning_kind": "full", "response": "421"}, "both"),
    ({"reasoning": "so", "reasoning_kind": "summary", "response": "421"}, "summary"),
    ({"reasoning": "so", "reasoning_kind": "none", "response": "4"}, "reasoning"),
    ({"reasoning": "so", "reasoning_kind": "summary", "response": "4"}, "summary"),
    ({"reasoning_kind": "summary", "response": "4"}, "summary"),
    ({"reasoning": "so", "reasoning_kind": "hidden", "response": "4"}, "hidden"),
    ({"reasoning_kind": "hidden", "response": "4"}, "hidden"),
    ({"reasoning_kind": "none", "response": "4", "reasoning_tokens": 1}, "hidden"),
    ({"reasoning_kind": "none", "response": "4", "reasoning_tokens": 0}, "response"),
    ({"reasoning_kind": "none", "response": "four", "completion_tokens": 12, **NATIVE}, "response"),
    ({"reasoning_kind": "none", "response": "four", "completion_tokens": 13, **NATIVE}, "hidden"),
    ({"reasoning_kind": "none", "response": "四", "completion_tokens": 11, **NATIVE}, "response"),
    ({"reasoning_kind": "none", "response": "", "completion_tokens": 9, **NATIVE}, "hidden"),
    ({"reasoning_kind": "none", "completion_tokens": 900, **NATIVE}, "none"),
    (
        {"reasoning_kind": "none", "response": "four", "completion_tokens": 99}
        | {"tokens_source": "o200k_base"},
        "response",
    ),
    ({"reasoning_kind": "none", "response": "", "reasoning": ""}, "none"),
    ({"reasoning_kind": "none", "prompt": "p"}, "none"),
    ({}, "none"),
    ({"reasoning_tokens": 5}, "hidden"),
]


def test_which_trace_a_sample_has() -> None:
    samples, texts = tables(*(row for row, _ in KINDS))
    found = trace_kinds(samples, texts).to_pylist()
    assert list(zip(found, KINDS, strict=True)) == [(kind, (row, kind)) for row, kind in KINDS]


def test_only_the_trace_is_measured() -> None:
    samples, texts = tables(*(row for row, _ in KINDS))
    found = trace_features(samples, texts)
    assert set(found.column_names) == set(NAMES)
    want = {"reasoning": "reasoning", "response": "response"}
    for row, size, (given, kind) in zip(
        found.column("f.version").to_pylist(),
        found.column("f.bytes").to_pylist(),
        KINDS,
        strict=True,
    ):
        assert row == FEATURES_VERSION
        text = given[want[kind]] if kind in want else None
        if kind == "both":
            text = f"{given['reasoning']}\n\n{given['response']}"
        assert size == (None if text is None else len(text.encode()))


def test_a_loop_in_an_answer_that_outgrew_the_reasoning_is_seen() -> None:
    row = {"reasoning_kind": "full", "reasoning": "Short thought.", "response": LOOP}
    found = trace_features(*tables({**row, "completion_tokens": 1000}, {"response": "4"}))
    alone = trace_features(*tables(loop_row())).column("f.loop_onset").to_pylist()[0]
    onset = found.column("f.loop_onset").to_pylist()[0]
    assert onset == alone + len("Short thought.\n\n")
    chars = found.column("f.chars").to_pylist()[0]
    assert found.column("f.loop_onset_tokens").to_pylist()[0] == round(1000 * onset / chars)


@pytest.mark.parametrize("field", ["reasoning", "response"])
def test_traces_of_one_column_are_measured_like_mixed_ones(field: str) -> None:
    kind = "full" if field == "reasoning" else "none"
    one = {field: "Two and two.\nThat is four.", "reasoning_kind": kind}
    alone = trace_features(*tables(one)).slice(0, 1)
    mixed = trace_features(*tables(one, KINDS[0][0], KINDS[6][0], KINDS[8][0], {})).slice(0, 1)
    assert alone.to_pydict() == mixed.to_pydict()
    assert trace_features(*tables()).num_rows == 0


LOOP = "First I add the numbers, and I get seven. " + "Wait, that is wrong, again. " * 120


def loop_row(**more: Any) -> dict[str, Any]:
    return {"reasoning_kind": "none", "response": LOOP, **more}


def test_where_a_loop_begins_in_tokens() -> None:
    """As much of the trace's tokens as of its characters."""
    found = trace_features(
        *tables(
            loop_row(completion_tokens=1000),
            loop_row(),
            {"reasoning_kind": "full", "reasoning": LOOP, "reasoning_tokens": 500}
            | {"completion_tokens": 900, "response": "x" * 10},
            {"reasoning_kind": "full", "reasoning": LOOP, "response": "y" * len(LOOP)}
            | {"completion_tokens": 900},
            {"reasoning_kind": "none", "response": "no loop here", "completion_tokens": 5},
        )
    )
    onset = found.column("f.loop_onset").to_pylist()
    assert found.column("f.loop_kind").to_pylist() == ["exact"] * 4 + [None]
    assert onset[0] is not None and 0 < onset[0] < 120 and onset[:4] == [onset[0]] * 4
    share = onset[0] / len(LOOP)
    assert found.column("f.loop_onset_tokens").to_pylist() == [
        round(share * 1000),
        None,
        round(share * 500),
        round(share * 450),
        None,
    ]


GOLDEN = "Add 2 and 3.\nThat is 5.\n\nSo the answer — the sum — is 5."


def test_golden_values_through_the_import(write: Write, tmp_path: Path) -> None:
    """Each number computed by hand, or by the compressor itself."""
    log = write([{**ROW, "response": f"<think>{GOLDEN}</think>5", "completion_tokens": 30}])
    import_logs([log], tmp_path / "x.json")
    store = Store.open(tmp_path / "x")
    chosen = ", ".join(f'"{name}"' for name in NAMES)
    found = dict(
        zip(NAMES, store.rows(f"SELECT {chosen} FROM {store.scan(NAMES)}")[0], strict=True)
    )
    packed = len(zstandard.ZstdCompressor(level=3).compress(GOLDEN.encode()))
    assert found["f.trace"] == "reasoning" and found["f.version"] == FEATURES_VERSION
    assert found["f.chars"] == len(GOLDEN) == 56
    assert found["f.bytes"] == len(GOLDEN.encode()) == 60
    assert found["f.zstd_bytes"] == packed
    assert found["f.bits_per_char"] == pytest.approx(8 * packed / 56)
    assert len(found["f.novelty_head"]) == len(found["f.novelty_shape"]) == 1  # one block
    assert found["f.novelty_mean"] == pytest.approx(found["f.novelty_head"][0], rel=1e-6)
    assert found["f.novelty_tail"] == found["f.novelty_mean"]
    assert found["f.steps"] == 3
    assert found["f.loop_onset"] is None and found["f.loop_onset_tokens"] is None
    assert found["f.loop_covered"] == 0.0 and found["f.loop_kind"] is None
    assert found["f.distinct4"] == 1.0


def features_of(store: Store) -> list[tuple[Any, ...]]:
    store.refresh()
    names = ("sample_uid", *NAMES)
    chosen = ", ".join(f'"{name}"' for name in names)
    return store.rows(f"SELECT {chosen} FROM {store.scan(names)} ORDER BY 1")


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {**ROW, "base_task": f"t{n % 2}", "item_id": str(n), "response": f"{n} is {n}. " * n}
        for n in range(count)
    ]


def test_features_later_are_features_now(write: Write, tmp_path: Path) -> None:
    log = write(rows(30))
    import_logs([log], tmp_path / "now.json")
    import_logs([log], tmp_path / "later.json", features=False)
    now, later = Store.open(tmp_path / "now"), Store.open(tmp_path / "later")
    assert "f.version" not in later.columns() and info(later).features == {"none": 30}
    assert import_logs([log], tmp_path / "later.json").unchanged == 30
    assert refresh_store(later).rows == 30
    assert features_of(later) == features_of(now)
    assert refresh_store(later).rows == 0 and refresh_store(later, force=True).rows == 30
    assert features_of(later) == features_of(now) and verify(later).is_sound


def test_a_newer_version_is_computed_for_older_rows(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_logs([write(rows(6))], tmp_path / "x.json")
    store = Store.open(tmp_path / "x")
    monkeypatch.setattr(features, "FEATURES_VERSION", FEATURES_VERSION + 1)
    import_logs([write(rows(10))], tmp_path / "x.json")
    store.refresh()
    assert info(store).features == {
        f"version {FEATURES_VERSION}": 6,
        f"version {FEATURES_VERSION + 1}": 4,
    }
    assert refresh_store(store).rows == 6
    assert info(store).features == {f"version {FEATURES_VERSION + 1}": 10}
    assert refresh_store(store).rows == 0


def test_the_columns_of_samples_do_not_depend_on_features(write: Write, tmp_path: Path) -> None:
    log = write(rows(12))
    import_logs([log], tmp_path / "a.json")
    import_logs([log], tmp_path / "b.json", features=False)
    found = []
    for name in "ab":
        store = Store.open(tmp_path / name)
        columns = [n for n in store.columns() if not n.startswith("f.") and n != "import_id"]
        chosen = ", ".join(f'"{column}"' for column in columns)
        found.append(store.rows(f"SELECT {chosen} FROM {store.scan(columns)} ORDER BY sample_uid"))
    assert found[0] == found[1]


def test_markers_of_reasoning(write: Write, tmp_path: Path) -> None:
    log = write([{**ROW, "response": "[R]so[/R]4"}])
    import_logs([log], tmp_path / "x.json", think_open="[R]", think_close="[/R]")
    store = Store.open(tmp_path / "x")
    sql = f"SELECT reasoning, response, reasoning_kind FROM {store.scan_texts()}"
    assert store.rows(sql) == [("so", "4", "full")]
    other = write([{**ROW, "item_id": "2", "response": "so</done>4"}])
    import_logs([other], tmp_path / "y.json", think_close="</done>")
    store = Store.open(tmp_path / "y")
    assert store.rows(f"SELECT reasoning, response FROM {store.scan_texts()}") == [("so", "4")]
    for opening, closing in (("", "x"), ("x", "x"), (None, "<think>")):
        with pytest.raises(UsageError, match="reasoning cannot be opened by"):
            import_logs([log], tmp_path / "z.json", think_open=opening, think_close=closing)
    assert not (tmp_path / "z").exists()


def test_markers_given_win_over_those_of_the_mapping(write: Write, tmp_path: Path) -> None:
    log = write([{"m": "a", "t": "b", "s": 1, "text": "<a>so</a>4"}])
    mapping = write(
        b'{"columns": {"model": "m", "base_task": "t", "score": "s", "response": "text"},'
        b' "markers": {"open": "[R]", "close": "[/R]"}}',
        "map.json",
    )
    dataset = tmp_path / "x.json"
    import_logs([log], dataset, mapping=mapping, think_open="<a>", think_close="</a>")
    store = Store.open(tmp_path / "x")
    assert store.rows(f"SELECT reasoning FROM {store.scan_texts()}") == [("so",)]


def test_hidden_reasoning_of_a_log(write: Write, tmp_path: Path) -> None:
    log = write(
        [
            {**ROW, "item_id": "1", "response": "4", "reasoning_kind": "hidden"},
            {**ROW, "item_id": "2", "response": "4", "reasoning_tokens": 80},
            {**ROW, "item_id": "3", "response": "4", "completion_tokens": 80},
            {**ROW, "item_id": "4", "response": "4", "completion_tokens": 2},
            {**ROW, "item_id": "5", "reasoning": "s", "reasoning_kind": "summary"},
        ]
    )
    import_logs([log], tmp_path / "x.json")
    store = Store.open(tmp_path / "x")
    names = ("item_id", "f.trace", "f.bytes")
    sql = f'SELECT item_id, "f.trace", "f.bytes" FROM {store.scan(names)} ORDER BY 1'
    hidden = [(str(n), "hidden", None) for n in (1, 2, 3)]
    assert store.rows(sql) == [*hidden, ("4", "response", 1), ("5", "summary", None)]
    assert verify(store).is_sound


REASONERS = {
    "rg_eval_hard": {"openai_o3-mini", "deepseek_deepseek-r1", "qwen_qwq-32b"}
    | {"x-ai_grok-3-mini-beta"},
    "planbench": {"o1-preview_chat", "o1-mini_chat"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REASONERS)
def test_reasoning_that_the_real_logs_do_not_hold(
    shared_data: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which trace each row has; none of them is measured, for that takes long."""
    measure = measure_traces
    monkeypatch.setattr(
        features, "measure_traces", lambda traces: measure(pa.nulls(len(traces), pa.string()))
    )
    log = shared_data / "samples" / f"{name}.jsonl.zst"
    import_logs([log], tmp_path / "x.json", mapping=name.removesuffix("_hard"))
    store = Store.open(tmp_path / "x")
    scan = store.scan(("model", "f.trace"))
    found = store.rows(f'SELECT model, "f.trace", count(*) FROM {scan} GROUP BY ALL')
    kinds: dict[str, Counter[str]] = {}
    for model, kind, count in found:
        kinds.setdefault(model, Counter())[kind] = count
    assert {model for model, of in kinds.items() if of["hidden"]} == REASONERS[name]
    assert all(set(kinds[model]) == {"hidden"} for model in REASONERS[name])
    if name == "planbench":
        assert set(kinds["deepseek-r1-api"]) == {"reasoning"}


def test_memory_is_bounded_by_a_batch(write: Write, tmp_path: Path) -> None:
    """Long responses are handed over some megabytes at a time, whatever the size of the log."""
    sizes = []

    def spy(samples: pa.Table, texts: pa.Table) -> pa.Table:
        sizes.append(texts.nbytes)
        return trace_features(samples, texts)

    text = os.urandom(100_000).hex()
    log = write([{**ROW, "item_id": str(n), "response": text} for n in range(100)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reasonscape.ingest.importing.trace_features", spy)
        import_logs([log], tmp_path / "x.json")
    assert len(sizes) > 1 and max(sizes) < 12 * 2**20
