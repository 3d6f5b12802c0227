"""lm-eval sample logs: golden ones of lm-eval 0.4.13 itself, traps of the format, real ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.formats import CompanionError, sniff
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lm_eval.reader import LM_EVAL, read_lm_eval
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

GOLDEN = Path(__file__).parents[1] / "golden" / "lm_eval"
DATE = "2026-11-26T00-00-00.000000"
RESULTS = GOLDEN / f"results_{DATE}.json"
IDENTITY = {
    "model": "golden/table",
    "template": "chat-f71670df+system-e6856247",
    "sampler": "temperature=0.0",
}


def golden(task: str) -> Path:
    return GOLDEN / f"samples_{task}_{DATE}.jsonl"


def samples(path: Path, **options: Any) -> list[Sample]:
    found = list(read_lm_eval(path, ReadOptions(**options)))
    assert all(isinstance(one, Sample) for one in found), found
    return [one for one in found if isinstance(one, Sample)]


def fields(sample: Sample, *names: str) -> tuple[Any, ...]:
    values = asdict(sample)
    return tuple(values[name] for name in names)


def test_every_field_of_a_generated_answer() -> None:
    first = samples(golden("golden_sums"))[0]
    assert asdict(first) == IDENTITY | {
        "base_task": "golden_sums",
        "task": "golden_sums/0-shot",
        "item_id": "0",
        "repeat": None,
        "params": {"terms": 2.0},
        "labels": {"group": "golden", "kind": "sum"},
        "correct": True,
        "grade_source": "native",
        "score": 1.0,
        "chance": None,
        "chance_source": "unknown",
        "answered": True,
        "stop": "unknown",
        "stop_source": "unknown",
        "max_tokens": 64,
        "prompt_tokens": None,
        "completion_tokens": None,
        "reasoning_tokens": None,
        "tokens_source": None,
        "source": golden("golden_sums").as_posix(),
        "source_row": 1,
        "prompt": "Answer briefly.\nAdd: 1 + 2",
        "reasoning": None,
        "reasoning_kind": "none",
        "response": "1 and 2 make 3. #### 3",
        "answer": "3",
        "target": "3",
    }


def test_every_field_of_a_choice_by_likelihood() -> None:
    names = ("task", "item_id", "answer", "target", "correct", "score", "chance", "chance_source")
    unread = ("response", "stop", "max_tokens", "completion_tokens", "reasoning")
    found = samples(golden("golden_choices"))
    assert [fields(one, *names) for one in found] == [
        ("golden_choices/0-shot", "0", "1", "1", True, 1.0, 1 / 3, "row"),
        ("golden_choices/0-shot", "1", "1", "0", False, 0.0, 1 / 3, "row"),
        ("golden_choices/0-shot", "2", "0", "2", False, 0.0, 1 / 3, "row"),
        ("golden_choices/0-shot", "3", "2", "2", True, 1.0, 1 / 3, "row"),
    ]
    assert {fields(one, *unread) for one in found} == {(None, "unknown", None, None, None)}
    assert found[0].prompt == "Answer briefly.\nQuestion: Which is even?"
    assert [one.labels["subject"] for one in found] == ["parity", "parity", "primes", "order"]


def test_the_first_filter_counts_and_the_others_are_named() -> None:
    options = ReadOptions()
    found = list(read_lm_eval(golden("golden_sums"), options))
    assert len(found) == 6, "twelve rows, two for each question"
    assert [one.answered for one in found if isinstance(one, Sample)] == [
        True, False, False, True, True, False
    ]  # fmt: skip
    (said,) = options.notices.lines()
    assert said.startswith("golden_sums is graded after the filter 'strict-match'")
    assert said.endswith("also there after flexible-extract (--variant NAME, or all) (6 rows)")


def test_another_filter_can_be_chosen() -> None:
    strict, flexible = (
        samples(golden("golden_sums")),
        samples(golden("golden_sums"), variant="flexible-extract"),
    )
    assert [one.answer for one in flexible] == ["3", "9", None, "5", "13", "18"]
    assert [one.correct for one in strict] == [True, False, False, False, True, False]
    assert [one.correct for one in flexible] == [True, True, False, False, True, False]
    assert [one.source_row for one in flexible] == [7, 8, 9, 10, 11, 12]


def test_all_filters_are_tasks_of_their_own() -> None:
    found = samples(golden("golden_sums"), variant="all")
    assert len(found) == 12
    assert {one.base_task for one in found} == {
        "golden_sums/strict-match",
        "golden_sums/flexible-extract",
    }


def test_a_filter_that_is_not_there_is_an_error_where_there_is_a_choice() -> None:
    with pytest.raises(UsageError, match="it has 'strict-match', 'flexible-extract'"):
        list(read_lm_eval(golden("golden_sums"), ReadOptions(variant="stict")))
    # A folder has tasks with one filter beside those with several.
    options = ReadOptions(variant="strict-match")
    assert len(list(read_lm_eval(golden("golden_choices"), options))) == 4
    said = [line for line in options.notices.lines() if "--variant" in line]
    assert len(said) == 1
    assert "has only the filter 'none', so that --variant 'strict-match' is not used" in said[0]


def test_another_metric_can_be_chosen() -> None:
    found = samples(golden("golden_choices"), metric="acc_norm")
    assert [one.correct for one in found] == [True, True, False, True]
    assert found[1].answer == "0", "the longest text is the likeliest for its length"
    with pytest.raises(UsageError, match="no metric 'f1'; it has 'acc', 'acc_norm'"):
        list(read_lm_eval(golden("golden_choices"), ReadOptions(metric="f1")))


@pytest.mark.parametrize(
    ("task", "metric", "filter"),
    [
        ("golden_sums", "exact_match", "strict-match"),
        ("golden_sums", "exact_match", "flexible-extract"),
        ("golden_choices", "acc", "none"),
        ("golden_choices", "acc_norm", "none"),
        ("golden_repeats", "exact_match", "none"),
    ],
)
def test_the_harness_own_means_come_out(task: str, metric: str, filter: str) -> None:
    stated = orjson.loads(RESULTS.read_bytes())["results"][task]
    scores = [one.score for one in samples(golden(task), metric=metric, variant=filter)]
    assert len(scores) == stated["sample_len"]
    assert all(score is not None for score in scores)
    mean = sum(score for score in scores if score is not None) / len(scores)
    assert mean == pytest.approx(stated[f"{metric},{filter}"], abs=1e-9)


def test_reasoning_in_the_response_is_split_and_an_open_one_was_cut() -> None:
    found = samples(golden("golden_sums"))
    assert fields(found[4], "reasoning", "response", "stop") == (
        "7 and 3 is 10, and 3 more",
        "It is 13. #### 13",
        "unknown",
    )
    assert fields(found[5], "reasoning", "response", "stop", "stop_source") == (
        "9 and 9 is 18, and then",
        "",
        "length",
        "inferred_unclosed_think",
    )


def test_several_answers_to_a_question_give_one_sample_and_a_notice() -> None:
    options = ReadOptions()
    assert len(list(read_lm_eval(golden("golden_repeats"), options))) == 3
    assert "answered several times" in options.notices.lines()[0]


def test_a_perplexity_is_no_grade() -> None:
    found = samples(golden("golden_texts"))
    names = ("correct", "score", "response", "answer", "chance", "prompt")
    assert [fields(one, *names) for one in found] == [
        (None, None, None, None, None, "one two three"),
        (None, None, None, None, None, "four five"),
    ]


def test_without_results_the_folder_is_the_model(tmp_path: Path) -> None:
    folder = tmp_path / "org__model"
    folder.mkdir()
    shutil.copy(golden("golden_sums"), folder)
    options = ReadOptions()
    found = list(read_lm_eval(folder / golden("golden_sums").name, options))
    first = found[0]
    assert isinstance(first, Sample)
    assert fields(first, "model", "template", "task") == ("org/model", "", "golden_sums")
    assert any("the model is 'org/model', their folder" in line for line in options.notices.lines())


def test_results_of_another_date_count_only_if_they_are_the_only_ones(tmp_path: Path) -> None:
    log = tmp_path / "samples_golden_sums_2027-01-01T00-00-00.jsonl"
    shutil.copy(golden("golden_sums"), log)
    shutil.copy(RESULTS, tmp_path)
    assert samples(log)[0].model == "golden/table"
    shutil.copy(RESULTS, tmp_path / "results_2027-02-02T00-00-00.json")
    assert samples(log)[0].model == tmp_path.name.replace("__", "/")


def test_results_are_passed_by_and_are_no_log() -> None:
    found = find_logs([GOLDEN])
    assert [log.format.name for log in found.logs] == ["lm_eval"] * 4
    assert found.passed == ()
    with pytest.raises(CompanionError, match="goes with logs of the format lm_eval"):
        sniff(RESULTS)


ROW: dict[str, Any] = {
    "doc_id": 3,
    "doc": {"level": 2},
    "target": "4",
    "arguments": {"gen_args_0": {"arg_0": "2+2", "arg_1": {"max_gen_toks": 9}}},
    "resps": [["4"]],
    "filtered_resps": ["4"],
    "filter": "none",
    "metrics": ["exact_match"],
    "exact_match": 1.0,
}
Write = Callable[..., Path]


def one(write: Write, **changes: Any) -> Sample | Refusal:
    row = {key: value for key, value in {**ROW, **changes}.items() if value is not ...}
    (found,) = read_lm_eval(write([row], "samples_t_2026-01-01T00-00-00.jsonl"), ReadOptions())
    return found


def test_arguments_of_older_logs_are_lists(write: Write) -> None:
    found = one(write, arguments=[["2+2", {"until": ["\n"], "max_gen_toks": 7}]])
    assert isinstance(found, Sample)
    assert fields(found, "prompt", "max_tokens", "response") == ("2+2", 7, "4")


def test_older_logs_have_numbers_where_newer_have_text(write: Write) -> None:
    found = one(
        write,
        arguments=[["Q", " x"], ["Q", " y"]],
        resps=[[[-2.5, False]], [[-0.5, True]]],
        filtered_resps=[[-2.5, False], [-0.5, True]],
        target=" y",
        metrics=...,
        exact_match=...,
        acc=1,
        acc_norm=0,
    )
    assert isinstance(found, Sample)
    assert fields(found, "answer", "chance", "correct", "score") == ("y", 0.5, True, 1.0)


def test_mutual_information_asks_each_choice_twice(write: Write) -> None:
    found = one(
        write,
        arguments={f"gen_args_{n}": {"arg_0": "Q" * (n < 2), "arg_1": "xyxy"[n]} for n in range(4)},
        resps=[[["-1", "False"]], [["-2", "False"]], [["-3", "False"]], [["-4", "False"]]],
        metrics=["acc", "acc_mutual_info"],
        target=1,
        acc=0.0,
        acc_mutual_info=1.0,
    )
    assert isinstance(found, Sample)
    assert fields(found, "chance", "answer", "target") == (0.5, "0", "1")


def test_one_continuation_is_no_choice(write: Write) -> None:
    found = one(
        write,
        arguments={"gen_args_0": {"arg_0": "The end of", "arg_1": " time"}},
        resps=[[["-1.5", "True"]]],
        metrics=["acc"],
        acc=1.0,
    )
    assert isinstance(found, Sample)
    assert fields(found, "chance", "answer", "response", "correct") == (None, None, None, True)


def test_chat_messages_become_one_prompt(write: Write) -> None:
    messages = [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]
    logged = {"gen_args_0": {"arg_0": [orjson.dumps(messages).decode()], "arg_1": {}}}
    found = one(write, arguments=logged)
    assert isinstance(found, Sample)
    assert found.prompt == "user: 1+1?\n\nassistant: 2"


def test_a_score_that_is_not_right_or_wrong_stays_a_score(write: Write) -> None:
    found = one(write, metrics=["bleu"], exact_match=..., bleu=1.0)
    assert isinstance(found, Sample)
    assert fields(found, "score", "correct") == (1.0, None)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"arguments": {}}, "missing_field", "arguments"),
        ({"arguments": 7}, "missing_field", "arguments"),
        ({"arguments": {"gen_args_0": []}}, "wrong_type", "arguments"),
        ({"arguments": {"gen_args_0": {"arg_0": 5}}}, "wrong_type", "arguments"),
        ({"arguments": [[[{"role": 1}], {}]]}, "wrong_type", "arguments"),
        ({"resps": "4"}, "wrong_type", "resps"),
        ({"resps": [[]]}, "wrong_type", "resps"),
        ({"resps": [[None]]}, "wrong_type", "resps"),
        ({"doc_id": [1]}, "wrong_type", "item_id"),
        ({"metrics": ["exact_match", "exact"]}, None, None),
        ({"exact_match": ...}, "missing_field", "exact_match"),
        ({"exact_match": "1"}, None, None),
        ({"filter": 3}, "wrong_type", "filter"),
        ({"arguments": [["2+2", {"max_gen_toks": "many"}]]}, "wrong_type", "max_tokens"),
    ],
)
def test_a_broken_row_costs_itself(
    write: Write, changes: dict[str, Any], reason: str | None, field: str | None
) -> None:
    found = one(write, **changes)
    if reason is None:
        assert isinstance(found, Sample)
    else:
        assert isinstance(found, Refusal)
        assert (found.reason, found.field) == (reason, field)


def test_rows_of_something_else_are_refused(write: Write) -> None:
    log = write([ROW, {"x": 1}, b"{", ROW | {"doc_id": 4}], "samples_t_2026-01-01T00-00-00.jsonl")
    found = list(read_lm_eval(log, ReadOptions()))
    assert [type(each).__name__ for each in found] == ["Sample", "Refusal", "Refusal", "Sample"]


def test_it_is_recognised_by_content(write: Write) -> None:
    assert sniff(write([ROW], "anything.txt")) is LM_EVAL


def test_real_logs(shared_data: Path) -> None:
    folder = shared_data / "native" / "lm_eval"
    found = find_logs([folder])
    assert [log.format.name for log in found.logs] == ["lm_eval"] * 9
    rows = [one for log in found.logs for one in read_lm_eval(log.path, ReadOptions())]
    assert len(rows) == 34
    assert all(isinstance(one, Sample) for one in rows)
    sums = next(one for one in rows if isinstance(one, Sample) and one.base_task == "gsm8k")
    names = ("model", "task", "item_id", "answer", "correct")
    assert fields(sums, *names) == ("gemma3:12b-u1", "gsm8k/5-shot", "16", "230", True)
    assert sums.prompt is not None
    assert sums.prompt.startswith("Question: A ship left a port")
