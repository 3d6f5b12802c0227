from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import ReasonScapeError, StoreError, UsageError
from reasonscape.store import staging
from reasonscape.store.identity import eval_id, item_hash, sample_uid
from reasonscape.store.maintenance import verify
from reasonscape.store.rows import COPIED
from reasonscape.store.sample import Sample
from reasonscape.store.schema import TEXT_FIELDS
from reasonscape.store.tables import Store
from reasonscape.store.writing import ConflictError, ImportWriter

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]


def column(store: Store, name: str) -> list[Any]:
    """One column in the order of the logs."""
    rows = store.rows(f"SELECT {name} FROM {store.scan()} ORDER BY source, source_row, repeat")
    return [row[0] for row in rows]


def everything(store: Store) -> list[tuple[Any, ...]]:
    """All rows with their texts, in an order of their own."""
    names = ", ".join(f"t.{name}" for name in (*TEXT_FIELDS, "reasoning_kind"))
    return store.rows(
        f"SELECT s.*, {names} FROM {store.scan()} s LEFT JOIN {store.scan_texts()} t "
        "USING (sample_uid, import_id) ORDER BY sample_uid"
    )


def leftovers(store: Store) -> list[Path]:
    """Staged files, whoever left them."""
    return [path for path in (store.path / "staging").rglob("*") if path.is_file()]


def test_every_field_comes_back(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    sample = make_sample(7)
    result = fill(store, [replace(sample)])
    names = (*COPIED, "task", "item_id", "item_hash", "repeat", "base_task", "import_id")
    row = store.rows(f"SELECT {', '.join(names)} FROM {store.scan()}")[0]
    found = dict(zip(names, row, strict=True))
    for name in (*COPIED, "task", "item_id", "repeat", "base_task"):
        assert found[name] == getattr(sample, name), name
    assert found["item_hash"] == item_hash(sample.prompt or "")
    assert found["import_id"] == result.import_id
    coordinates = '"param.length", "param.depth", "label.format"'
    assert store.rows(f"SELECT {coordinates} FROM {store.scan()}") == [(3.0, 2.5, "infix")]
    uid, evaluated = store.rows(f"SELECT sample_uid, eval_id FROM {store.scan()}")[0]
    assert evaluated == eval_id(sample.model, "cot", "greedy")
    assert uid == sample_uid(evaluated, "arithmetic", sample.task, "item-7", found["item_hash"], 0)
    texts = (*TEXT_FIELDS, "reasoning_kind")
    row = store.rows(f"SELECT {', '.join(texts)} FROM {store.scan_texts()}")[0]
    assert row == tuple(getattr(sample, name) for name in texts)


def test_what_is_unknown_stays_unknown(store: Store, fill: Fill) -> None:
    fill(store, [Sample(model="m", base_task="t", source="log", source_row=5)])
    nullable = ["correct", "score", "chance", "answered", "max_tokens", "prompt_tokens"]
    nullable += ["completion_tokens", "reasoning_tokens", "tokens_source", "item_hash"]
    row = store.rows(f"SELECT {', '.join(nullable)} FROM {store.scan()}")[0]
    assert row == (None,) * len(nullable)
    names = "template, sampler, task, item_id, repeat, stop, chance_source"
    row = store.rows(f"SELECT {names} FROM {store.scan()}")[0]
    assert row == ("", "", "t", "5", 0, "unknown", "unknown")
    assert store.rows(f"SELECT count(*) FROM {store.scan_texts()}") == [(0,)]
    assert verify(store).is_sound


def test_item_id_defaults_to_the_prompt(store: Store, fill: Fill) -> None:
    fill(store, [Sample(model="m", base_task="t", prompt="p"), Sample("m", "t", prompt="")])
    found = store.rows(f"SELECT item_id, item_hash FROM {store.scan()}")
    assert sorted(found) == sorted((item_hash(p), item_hash(p)) for p in ("p", ""))


def test_repeats_are_counted_within_a_log(store: Store, fill: Fill) -> None:
    rows = [
        Sample("m", "t", item_id=item, source=log, source_row=place)
        for log in ("a", "b")
        for place, item in enumerate(["x", "y", "x", "x"])
    ]
    result = fill(store, rows)
    # The second log says the same as the first: the same rows, not further repeats.
    assert (result.added, result.unchanged) == (4, 4)
    assert column(store, "repeat") == [0, 0, 1, 2]
    explicit = [Sample("n", "t", item_id="x", repeat=r, source="a") for r in (3, 1)]
    assert fill(store, explicit).added == 2


def test_importing_again_changes_nothing(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    samples = [make_sample(n) for n in range(20)]
    assert fill(store, [replace(s) for s in samples]).added == 20
    version, before = store.version, everything(store)
    moved = [replace(s, source="copy.jsonl", source_row=1) for s in samples]
    for again in (samples, moved):
        result = fill(store, [replace(s) for s in again])
        assert (result.added, result.unchanged, result.refused) == (0, 20, ())
    assert (store.version, everything(store)) == (version, before)
    more = fill(store, [make_sample(n) for n in range(15, 25)])
    assert (more.added, more.unchanged) == (5, 5)
    assert verify(store) == replace(verify(store), samples=25, texts=25, problems=())
    assert not leftovers(store)


def test_equal_numbers_are_equal_content(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    fill(store, [make_sample(0, params={"x": 1}, score=1, chance=0.5, chance_source="config")])
    same = make_sample(0, params={"x": 1.0}, score=1.0, chance=0.25, chance_source="config")
    assert fill(store, [same]).unchanged == 1
    fill(store, [make_sample(1, params={"x": 0.0})])
    assert fill(store, [make_sample(1, params={"x": -0.0})]).unchanged == 1


CHANGES: list[dict[str, Any]] = [
    {"correct": None},
    {"score": None},
    {"chance": 0.2},
    {"answered": None},
    {"stop": "length"},
    {"max_tokens": 1},
    {"completion_tokens": None},
    {"params": {"length": 0.0}},
    {"labels": {}},
    {"response": ""},
    {"answer": None},
    {"reasoning_kind": "summary"},
]


@pytest.mark.parametrize("changes", CHANGES)
def test_differing_content_is_a_conflict(
    store: Store, fill: Fill, make_sample: MakeSample, changes: dict[str, Any]
) -> None:
    fill(store, [make_sample(0), make_sample(1)])
    before, version = everything(store), store.version
    with pytest.raises(ConflictError) as caught:
        fill(store, [make_sample(5), make_sample(1, **changes)])
    assert caught.value.count == 1 and "row 2 of log.jsonl" in caught.value.example
    assert caught.value.exit_code == 4
    assert (everything(store), store.version) == (before, version)
    assert not leftovers(store) and verify(store).leftover_files == 0


def test_a_refused_import_leaves_no_columns(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, [make_sample(1)])
    before = store.version, store.columns()
    changed = replace(make_sample(1), score=0.5, params={"length": 3.0, "late": 1.0})
    with pytest.raises(ConflictError):
        fill(store, [changed])
    store.refresh()
    assert (store.version, store.columns()) == before


def test_replace_puts_the_new_row_in_place(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, [make_sample(n, base_task=f"t{n % 2}") for n in range(10)])
    changed = [make_sample(n, base_task="t0", answer="new", correct=True) for n in (0, 2)]
    result = fill(store, [*changed, make_sample(10)], on_conflict="replace")
    assert (result.added, result.replaced, result.unchanged) == (1, 2, 0)
    assert store.row_count() == 11 and len(everything(store)) == 11
    texts = store.rows(
        f"SELECT s.item_id, answer FROM {store.scan()} s JOIN {store.scan_texts()} t "
        "USING (sample_uid, import_id) WHERE answer = 'new' ORDER BY ALL"
    )
    assert texts == [("item-0", "new"), ("item-2", "new")]
    report = verify(store)
    assert report.is_sound and report.orphan_texts == 2


def test_repeat_keeps_both_and_is_not_done_twice(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, [make_sample(0), make_sample(0, repeat=1), make_sample(1)])
    other = [make_sample(0, answer="new", source="b"), make_sample(1, source="b")]
    result = fill(store, [replace(s) for s in other], on_conflict="repeat")
    assert (result.added, result.unchanged, result.repeated) == (0, 1, 1)
    rows = store.rows(
        f"SELECT repeat, answer FROM {store.scan()} JOIN {store.scan_texts()} "
        "USING (sample_uid, import_id) WHERE item_id = 'item-0' ORDER BY repeat"
    )
    assert rows == [(0, "1"), (1, "1"), (2, "new")]
    assert verify(store).is_sound
    result = fill(store, other, on_conflict="repeat")
    assert (result.unchanged, result.repeated, store.row_count()) == (2, 0, 4)


def test_the_same_key_twice_in_a_log(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    rows = [
        make_sample(0, source_row=1),
        make_sample(0, source_row=2),
        make_sample(0, source_row=3, answer="other"),
        make_sample(1, source_row=4),
    ]
    result = fill(store, rows)
    assert (result.added, result.unchanged) == (2, 1)
    assert [(r.row, r.reason) for r in result.refused] == [(3, "same_key_differs")]
    assert "row 1" in result.refused[0].detail and "item-0" in result.refused[0].detail
    assert verify(store).is_sound and store.row_count() == 2


def two_logs(make_sample: MakeSample) -> list[Sample]:
    return [
        make_sample(0, source="a", answer="1"),
        make_sample(0, source="b", answer="2"),
        make_sample(0, source="c", answer="2"),
    ]


def test_two_logs_of_one_import_are_settled_like_two_imports(
    tmp_path: Path, fill: Fill, make_sample: MakeSample
) -> None:
    stores = {mode: Store.create(tmp_path / mode) for mode in ("error", "replace", "repeat")}
    with pytest.raises(ConflictError):
        fill(stores["error"], two_logs(make_sample))
    result = fill(stores["replace"], two_logs(make_sample), on_conflict="replace")
    assert (result.added, result.replaced, result.unchanged) == (1, 1, 1)
    result = fill(stores["repeat"], two_logs(make_sample), on_conflict="repeat")
    assert (result.added, result.repeated, result.unchanged) == (1, 2, 0)
    answers = {
        mode: sorted(row[0] for row in store.rows(f"SELECT answer FROM {store.scan_texts()}"))
        for mode, store in stores.items()
    }
    assert answers == {"error": [], "replace": ["2"], "repeat": ["1", "2", "2"]}


def test_refused_rows_spare_the_others(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    rows = [
        make_sample(0),
        make_sample(1, score=float("nan")),
        make_sample(2, params={"LENGTH": 1}),
    ]
    result = fill(store, rows)
    assert result.added == 1
    assert [(r.row, r.reason) for r in result.refused] == [(2, "not_finite"), (3, "name_clash")]


def test_half_a_character_at_the_cut_is_kept(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    cut = make_sample(0, prompt="p \ud83d", response="cut \ud83d", stop="length")
    assert fill(store, [replace(cut)]).added == 1
    assert store.rows(f"SELECT response FROM {store.scan_texts()}") == [("cut \ufffd",)]
    assert fill(store, [cut]).unchanged == 1 and verify(store).is_sound


def test_nothing_is_seen_before_the_commit(store: Store, make_sample: MakeSample) -> None:
    with ImportWriter(store) as writer:
        writer.add([make_sample(n) for n in range(3)])
        assert Store.open(store.path).row_count() == 0
        writer.commit()
        with pytest.raises(UsageError):
            writer.add([make_sample(9)])
        with pytest.raises(UsageError):
            writer.commit()
    assert Store.open(store.path).row_count() == 3


def test_leaving_without_a_commit_leaves_nothing(store: Store, make_sample: MakeSample) -> None:
    with ImportWriter(store) as writer:
        writer.add([make_sample(0)])
    with pytest.raises(ZeroDivisionError), ImportWriter(store) as writer:
        writer.add([make_sample(0)])
        raise ZeroDivisionError
    assert store.row_count() == 0 and not leftovers(store)
    assert not list((store.path / "samples").rglob("*.parquet"))


def test_an_empty_import_is_no_version(store: Store, fill: Fill) -> None:
    assert fill(store, []).added == 0
    assert store.version == 0


def test_a_failure_of_the_thread_reaches_the_caller(
    store: Store, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging.Staging, "add", full)
    with pytest.raises(StoreError, match="No space left"), ImportWriter(store) as writer:
        writer.add([make_sample(0)])
        writer.commit()
    with pytest.raises(StoreError, match="No space left"), ImportWriter(store) as writer:
        for _ in range(50):
            writer.add([make_sample(0)])
    assert store.row_count() == 0 and not leftovers(store)


def test_an_unknown_way_to_settle_is_refused(store: Store) -> None:
    with pytest.raises(ReasonScapeError, match="on_conflict"):
        ImportWriter(store, on_conflict="ask")  # type: ignore[arg-type]


def interleaved(make_sample: MakeSample, tasks: int, rows: int) -> list[Sample]:
    return [
        make_sample(n, base_task=f"t{n % tasks}", params={f"p{n % 7}": 1.0}) for n in range(rows)
    ]


def test_many_interleaved_tasks_stay_within_the_budget(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "BUDGET_BYTES", 200_000)
    monkeypatch.setattr(staging, "OPEN_TASKS", 3)
    monkeypatch.setattr(staging, "_CHUNK_ROWS", 16)
    fill(store, interleaved(make_sample, 10, 600))
    assert store.row_count() == 600 and len(store.base_tasks()) == 10
    # 600 rows of 1.5 kB in 200 kB: about 5 relieves, each of them some tasks of ten.
    assert len(store.samples.files) < 60
    counts = store.rows(f'SELECT count("param.p0"), count("param.p6") FROM {store.scan()}')
    assert counts == [(86, 85)] and verify(store).is_sound


def test_columns_that_come_late_are_null_before(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "SAMPLE_GROUP_ROWS", 4)
    monkeypatch.setattr(staging, "_CHUNK_ROWS", 2)
    kinds: Sequence[dict[str, float]] = ({"a": 1.0}, {}, {"a": 1.0, "b": 2.0}, {"b": 3.0})
    fill(store, [make_sample(n, params=kinds[n // 4]) for n in range(16)])
    rows = store.rows(f'SELECT "param.a", "param.b", count(*) FROM {store.scan()} GROUP BY ALL')
    assert sorted(rows, key=str) == [
        (1.0, 2.0, 4),
        (1.0, None, 4),
        (None, 3.0, 4),
        (None, None, 4),
    ]
    assert verify(store).is_sound


def test_rows_and_texts_keep_together_when_rows_are_dropped(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only every third row has texts, and rows are dropped from the middle of several files."""
    monkeypatch.setattr(staging, "SAMPLE_GROUP_ROWS", 8)
    monkeypatch.setattr(staging, "TEXT_GROUP_BYTES", 400)
    monkeypatch.setattr(staging, "_CHUNK_ROWS", 8)
    monkeypatch.setattr(staging, "OPEN_TASKS", 1)
    bare = dict.fromkeys(TEXT_FIELDS)

    def rows(numbers: range, **changes: Any) -> list[Sample]:
        return [
            make_sample(n, base_task=f"t{n % 2}", **(changes if n % 3 == 0 else bare))
            for n in numbers
        ]

    fill(store, rows(range(20, 40)))
    result = fill(store, rows(range(60)))
    assert (result.added, result.unchanged) == (40, 20)
    result = fill(store, rows(range(30), answer="again"), on_conflict="repeat")
    assert (result.repeated, result.unchanged) == (10, 20)
    result = fill(store, rows(range(30, 60), answer="again"), on_conflict="replace")
    assert (result.replaced, result.unchanged) == (10, 20)
    assert verify(store).is_sound
    joined = store.rows(
        f"SELECT item_id, answer, repeat FROM {store.scan()} JOIN {store.scan_texts()} "
        "USING (sample_uid, import_id)"
    )
    numbered = [(int(item[5:]), answer, repeat) for item, answer, repeat in joined]
    assert sorted(numbered) == sorted(
        [(n, str(n + 1), 0) for n in range(0, 30, 3)]
        + [(n, "again", 1) for n in range(0, 30, 3)]
        + [(n, "again", 0) for n in range(30, 60, 3)]
    )
