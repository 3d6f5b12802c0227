"""lighteval's details in other places, of other versions, broken or hostile."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.formats import sniff
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lighteval import columns as lighteval_columns
from reasonscape.ingest.readers.lighteval.reader import LIGHTEVAL, read_lighteval
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

TIME = "2026-01-02T03-04-05.678901"
FILE = f"details_lighteval|quiz:hard|3_{TIME}.parquet"
PLACE = Path("details", "org", "m", TIME, FILE)
Make = Callable[..., Path]


def row(**changes: Any) -> dict[str, Any]:
    """One row of details; ``changes`` are of the document, the response or the metric."""
    doc = {
        "query": "2+2?",
        "choices": ["4", "5"],
        "gold_index": 0,
        "specific": {"level": 2},
        "id": "7",
        "task_name": "lighteval|quiz:hard|3",
        "generation_size": 10,
    }
    response = {
        "input": "Say: 2+2?",
        "input_tokens": [1, 2, 3],
        "text": ["4"],
        "output_tokens": [[5, 6]],
        "text_post_processed": ["4"],
        "reasonings": [None],
        "logprobs": [],
        "truncated_tokens_count": 0,
    }
    made: dict[str, Any] = {"doc": doc, "model_response": response, "metric": {"em": 1.0}}
    for name, value in changes.items():
        place = next((part for part in made.values() if name in part), made["metric"])
        place[name] = value
    return made


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a details file, and results beside it."""

    def write(
        rows: list[dict[str, Any]],
        place: Path = PLACE,
        results: Any = None,
        schema: pa.Schema | None = None,
        **options: Any,
    ) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, **options)
        if results is not None:
            beside = tmp_path / "results" / "org" / "m" / f"results_{TIME}.json"
            beside.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(results if isinstance(results, bytes) else orjson.dumps(results))
        return path

    return write


def records(path: Path, options: ReadOptions | None = None) -> list[Sample | Refusal]:
    return list(read_lighteval(path, options or ReadOptions()))


def one(path: Path, options: ReadOptions | None = None) -> Sample:
    (found,) = records(path, options)
    assert isinstance(found, Sample), found
    return found


def test_without_results_the_path_names_the_model(make: Make) -> None:
    options = ReadOptions()
    found = one(make([row()]), options)
    assert (found.model, found.template, found.sampler) == ("org/m", "", "")
    assert (found.base_task, found.task, found.labels) == (
        "quiz",
        "lighteval|quiz:hard/3-shot",
        {"subset": "hard"},
    )
    assert found.prompt == "Say: 2+2?"
    assert (found.prompt_tokens, found.completion_tokens, found.max_tokens) == (3, 2, 10)
    assert options.notices.lines() == (
        "no results beside the details: sampler and template are unknown (1 row)",
    )


def test_the_file_names_the_task_where_the_row_does_not(make: Make) -> None:
    found = one(make([row(task_name=None)]))
    assert (found.base_task, found.task) == ("quiz", "lighteval|quiz:hard/3-shot")


def test_the_model_caps_before_the_task_does(make: Make) -> None:
    settings = {"max_new_tokens": 3, "temperature": 0.6, "stop_tokens": ["x"]}
    config = {"model_name": "org/other", "generation_parameters": settings}
    general = {"lighteval_sha": "?", "model_config": config}
    found = one(make([row()], results={"config_general": general}))
    assert (found.model, found.sampler) == ("org/other", "temperature=0.6,max_new_tokens=3")
    assert (found.max_tokens, found.stop) == (3, "length")  # 2 tokens: within one of the cap


@pytest.mark.parametrize("results", [b"{", b"[]", {"config_general": 3, "config_tasks": [1]}])
def test_broken_results_are_passed_over(make: Make, results: Any) -> None:
    found = one(make([row()], results=results))
    assert (found.model, found.correct) == ("org/m", True)


def test_a_repository_of_details_names_the_model(make: Make) -> None:
    place = Path("details_org__m_private", TIME, FILE)
    assert one(make([row()], place)).model == "org/m"


def test_a_file_out_of_its_place_has_no_model(make: Make) -> None:
    path = make([row()], Path(FILE))
    with pytest.raises(UsageError, match="nothing says which model"):
        records(path)


def test_column_names_between_underscores_are_the_same(make: Make) -> None:
    first = row()
    renamed = {f"__{name}__": part for name, part in first.items()}
    path = make([renamed])
    assert sniff(path) is LIGHTEVAL
    assert one(path) == one(make([first]))


def test_details_of_an_old_version_are_refused_with_a_hint(make: Make) -> None:
    old = {"example": "q", "predictions": ["4"], "gold": "4", "metrics": {"em": 1.0}}
    path = make([old])
    assert sniff(path) is LIGHTEVAL
    with pytest.raises(UsageError, match="details of an old lighteval, with flat columns"):
        records(path)


def test_another_parquet_file_is_refused_by_its_columns(make: Make) -> None:
    path = make([{"a": 1, "b\x1b[2J": 2}])
    with pytest.raises(UsageError, match=r"its columns are a, b\\x1b\[2J"):
        records(path)
    with pytest.raises(UsageError, match="is a Parquet file, but neither details of lighteval"):
        sniff(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"doc": "text"}, "'doc' is no struct"),
        ({"doc": {"query": "q"}}, "'doc' lacks choices, gold_index"),
        ({"model_response": {"input": "q"}}, "'model_response' lacks text"),
    ],
)
def test_columns_of_another_shape_are_refused(
    make: Make, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        records(make([{**row(), **change}]))


def test_a_column_that_is_there_twice_is_refused(make: Make, tmp_path: Path) -> None:
    table = pa.Table.from_pylist([row()])
    path = make([row()])
    pq.write_table(table.append_column("doc", table.column("doc")), path)
    with pytest.raises(UsageError, match="the column 'doc' is there twice"):
        records(path)


def test_messages_are_the_prompt(make: Make) -> None:
    chat = [{"role": "system", "content": "Hi."}, {"role": "user", "content": "2+2?"}]
    assert one(make([row(input=chat)])).prompt == "system: Hi.\n\nuser: 2+2?"
    assert one(make([row(input=None)])).prompt == "2+2?"


def test_reasoning_behind_unusual_markers_is_what_lighteval_took_off(make: Make) -> None:
    found = one(make([row(text=["[T]two and two[/T]4"])]))
    assert (found.reasoning, found.response) == ("[T]two and two[/T]", "4")
    assert found.reasoning_kind == "full"


def test_a_metric_over_normalized_logprobs_has_no_answer_that_contradicts_it(make: Make) -> None:
    weighed = row(text=[], output_tokens=[], logprobs=[-1.0, -2.0], em=None, acc=0.0)
    found = one(make([weighed]))
    assert (found.correct, found.answer, found.answered) == (False, None, None)
    assert found.chance == 0.5


def test_a_perplexity_is_one_ungraded_sample(make: Make) -> None:
    options = ReadOptions()
    ranked = row(text=[], output_tokens=[], logprobs=[-1.0], choices=["4"], em={"a": 1}, ppl=None)
    found = one(make([ranked]), options)
    assert (found.response, found.answer, found.chance, found.score) == (None, None, None, None)
    assert "not graded: there are no metrics that are numbers (1 row)" in options.notices.lines()


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("extractive_match", 1, (1.0, True)),
        ("acc:logprob_normalization=LogProbCharNorm", 0, (0.0, False)),
        ("pass@k:k=1&n=1", 1.0, (1.0, True)),
        ("avg@64", 0.5, (0.5, False)),
        ("em", 0.5, (0.5, False)),
        ("home_made", 1.0, (None, None)),
    ],
)
def test_what_a_metric_says(
    make: Make, metric: str, value: Any, expected: tuple[float | None, bool | None]
) -> None:
    made = row()
    made["metric"] = {metric: value}
    found = one(make([made]))
    assert (found.score, found.correct) == expected


def test_a_metric_of_which_more_is_better_gives_a_score_and_no_grade(make: Make) -> None:
    made = row()
    made["metric"] = {"home_made": 7.0}
    metrics = [{"metric_name": "home_made", "higher_is_better": True}]
    found = one(make([made], results={"config_tasks": {"x": {"metrics": metrics}}}))
    assert (found.score, found.correct) == (7.0, None)


def test_golds_that_are_not_there_give_no_target(make: Make) -> None:
    assert one(make([row(gold_index=9)])).target is None
    assert one(make([row(gold_index=-1)])).target == "5"
    assert one(make([row(choices=[], gold_index=0)])).target is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"query": 3, "input": None}, "query"),
        ({"id": 3}, "id"),
        ({"task_name": 3}, "task_name"),
        ({"choices": [1]}, "choices"),
        ({"choices": "4"}, "choices"),
        ({"gold_index": "0"}, "gold_index"),
        ({"gold_index": 0.5}, "gold_index"),
        ({"generation_size": "10"}, "generation_size"),
        ({"generation_size": 2**40}, "max_tokens"),
        ({"text": [1]}, "text"),
        ({"text": "4"}, "text"),
        ({"text": [], "logprobs": ["a", "b"]}, "logprobs"),
        ({"reasonings": 3}, "reasonings"),
        ({"truncated_tokens_count": 0.5}, "truncated_tokens_count"),
        ({"input": [3]}, "input"),
        ({"em": float("inf")}, "score"),
    ],
)
def test_a_wrong_type_anywhere_is_a_refusal(
    make: Make, changes: dict[str, Any], field: str
) -> None:
    (found,) = records(make([row(**changes)]))
    assert isinstance(found, Refusal), found
    assert found.field == field


def test_text_that_is_no_utf8_costs_its_row(make: Make) -> None:
    table = pa.Table.from_pylist([row(), row(id="8")])
    good, bad = table.column("doc").combine_chunks(), b"\xff\xfe"
    query = pa.Array.from_buffers(pa.string(), 2, pa.array([b"q", bad], pa.binary()).buffers())
    fields = [*good.type]
    arrays = [query if part.name == "query" else good.field(part.name) for part in fields]
    doc = pa.StructArray.from_arrays(arrays, fields=fields)
    path = make([row()])
    pq.write_table(table.set_column(table.column_names.index("doc"), "doc", doc), path)
    first, second = records(path)
    assert isinstance(first, Sample)
    assert isinstance(second, Refusal)
    assert second.reason == "not_utf8"


def test_tokens_of_a_slice_belong_to_their_rows(make: Make) -> None:
    """Lengths are taken from Arrow, where offsets count: rows over several batches and nulls."""
    rows = [
        row(id=str(n), output_tokens=[[0] * (n % 7)] if n % 5 else None) for n in range(1, 1000)
    ]
    found = records(make(rows, row_group_size=300))
    assert [s.completion_tokens for s in found if isinstance(s, Sample)] == [
        n % 7 if n % 5 else None for n in range(1, 1000)
    ]


def test_a_damaged_page_costs_its_row_group(make: Make) -> None:
    rows = [row(id=str(n), query=f"{n} + {n}?", input=f"Say {n}") for n in range(900)]
    path = make(rows, row_group_size=300, compression="zstd")
    data = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[start : start + 400] = b"\x00" * 400
    path.write_bytes(bytes(data))
    found = records(path)
    assert [s.item_id for s in found if isinstance(s, Sample)] == [
        *map(str, range(300)),
        *map(str, range(600, 900)),
    ]
    assert [(r.reason, r.row) for r in found if isinstance(r, Refusal)] == [
        ("broken_compression", 301)
    ]


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"x" * 50 + b"PAR1", b""])
def test_what_is_no_parquet(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / PLACE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is no intact Parquet file"):
        records(path)


def test_a_huge_value_that_every_row_refers_to_is_held_a_batch_at_a_time(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a dictionary, a small file holds a long text in each of its rows."""
    monkeypatch.setattr(lighteval_columns, "_BATCH_BYTES", 4 << 20)
    path = make([row()])
    table = pa.Table.from_pylist([row(input="x" * (1 << 18))])
    whole = pa.concat_tables([table] * 200).combine_chunks()
    pq.write_table(whole, path, compression="zstd")
    del table, whole
    assert path.stat().st_size < 1 << 18
    before, peak = pa.total_allocated_bytes(), 0
    for record in read_lighteval(path, ReadOptions()):
        assert isinstance(record, Sample)
        peak = max(peak, pa.total_allocated_bytes() - before)
    assert peak < 10 << 20  # 50 MiB as a whole


def test_rows_that_a_file_cannot_hold_are_refused(make: Make) -> None:
    path = make([row()])
    kinds = pq.read_schema(path)
    pq.write_table(pa.table({part.name: pa.nulls(10**6, part.type) for part in kinds}), path)
    with pytest.raises(UsageError, match="declares 1,000,000 rows, more than it has bytes"):
        records(path)


def test_a_copied_tree_is_read_the_same(make: Make, tmp_path: Path) -> None:
    general = {"config_general": {"model_config": {"system_prompt": "Hi."}}}
    first = one(make([row()], results=general))
    shutil.copytree(tmp_path / "details", tmp_path / "copy" / "details")
    shutil.copytree(tmp_path / "results", tmp_path / "copy" / "results")
    second = one(tmp_path / "copy" / PLACE)
    assert second.template == first.template == "system-17f4444f"
