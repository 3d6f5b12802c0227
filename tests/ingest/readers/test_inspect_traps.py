"""What goes wrong with logs of Inspect: crashes, attachments, limits, odd and hostile values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reasonscape.ingest.axes import parse_axes
from reasonscape.ingest.formats import CompanionError, sniff
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal
from tests.ingest.readers.inspect_logs import (
    USAGE,
    answer,
    archive,
    document,
    header,
    member,
    members,
    read,
    refusals_of,
    sample,
    samples_of,
)


def one(tmp_path: Path, head: dict[str, Any] | None = None, **changes: Any) -> Sample:
    (found,) = samples_of(document(tmp_path / "log.json", sample(**changes), head=head))
    return found


SUMMARY: dict[str, Any] = {
    "id": "b",
    "epoch": 2,
    "input": "2+2?",
    "target": "4",
    "metadata": {"level": 3, "long": "Key removed from summary (> 1k)"},
    "scores": {"match": {"value": "I", "answer": "5"}},
    "model_usage": {"org/m": USAGE},
    "limit": "message",
    "completed": True,
}


def test_a_run_that_was_cut_off_is_read_from_its_journal(tmp_path: Path) -> None:
    found = [each for each in members(sample(id="a")) if each.name != "header.json"]
    cut = SUMMARY | {"id": "c", "input": "x" * 90 + "...\n(content truncated)", "error": "Boom"}
    later = SUMMARY | {"scores": {"match": {"value": "C"}}}
    unfinished = SUMMARY | {"id": "d", "completed": False}
    found += [
        member("_journal/summaries/10.json", [later, unfinished]),
        member("_journal/summaries/2.json", [SUMMARY | {"id": "a", "epoch": 1}, SUMMARY, cut]),
    ]
    options = ReadOptions()
    path = archive(tmp_path / "log.eval", found)
    first, second, third = samples_of(path, options)
    assert (first.item_id, first.response) == ("a", "2")
    assert (second.item_id, second.repeat, second.prompt, second.response) == ("b", 1, "2+2?", None)
    assert (second.score, second.stop, second.completion_tokens) == (1.0, "length", 5)
    assert second.params == {"level": 3.0}
    assert second.labels == {}
    assert (third.item_id, third.prompt, third.stop) == ("c", None, "error")
    assert options.notices.lines() == (
        "samples of which only the summary is there: without their texts (2 rows)",
        "samples that were not finished: left out (1 row)",
        "the log has no header, as its run did not end: samples as far as it came (1 row)",
    )


def test_summaries_of_a_run_that_ended(tmp_path: Path) -> None:
    head = header(results={"total_samples": 2, "scores": []})
    found = [*members(sample(), head=head), member("summaries.json", [SUMMARY])]
    assert len(samples_of(archive(tmp_path / "a.eval", found))) == 2
    head["results"]["logged_samples"] = 1
    found = [*members(sample(), head=head), member("summaries.json", [SUMMARY])]
    assert len(samples_of(archive(tmp_path / "b.eval", found))) == 1
    found = [*members(), member("summaries.json", b"{}"), member("header.json", header())]
    (refused,) = read(archive(tmp_path / "c.eval", found))
    assert isinstance(refused, Refusal)
    found = [member("header.json", header()), member("summaries.json", [1, {"id": 1}])]
    assert refusals_of(archive(tmp_path / "d.eval", found)) == [("wrong_type", "id")] * 2


def test_attachments_are_followed_where_their_text_is_kept(tmp_path: Path) -> None:
    content = [
        {"type": "reasoning", "reasoning": "attachment://r"},
        {"type": "text", "text": "attachment://t"},
        {"type": "text", "text": "attachment://nowhere"},
    ]
    found = one(
        tmp_path,
        input=[{"role": "user", "content": "tc://q"}],
        target="attachment://t",
        output=answer(content),
        scores={"match": {"value": "C", "answer": "attachment://t"}},
        attachments={"r": "I think.", "t": "42", "q": "The question?"},
    )
    assert found.prompt == "The question?"
    assert (found.reasoning, found.target, found.answer) == ("I think.", "42", "42")
    assert found.response == "42\nattachment://nowhere"


@pytest.mark.parametrize(
    ("limit", "stop"),
    [
        *[(kind, "length") for kind in ("context", "token", "message", "turn", "time", "working")],
        *[("cost", "length"), ("custom", "length"), ("operator", "error")],
    ],
)
def test_limits(tmp_path: Path, limit: str, stop: str) -> None:
    found = one(tmp_path, limit={"type": limit, "limit": 3.0})
    assert (found.stop, found.stop_source) == (stop, "native")


def test_an_error_goes_before_a_limit_and_a_limit_before_the_last_stop(tmp_path: Path) -> None:
    limit = {"type": "token", "limit": 1}
    assert one(tmp_path, error={"message": "Boom"}, limit=limit).stop == "error"
    assert one(tmp_path, limit=limit, output=answer("2", "tool_calls")).stop == "length"
    assert one(tmp_path, invalidation={"author": "me"}).stop == "error"


@pytest.mark.parametrize(
    ("word", "stop"),
    [
        *[("stop", "stop"), ("max_tokens", "length"), ("model_length", "length")],
        *[("tool_calls", "stop"), ("content_filter", "filter"), ("length", "length")],
    ],
)
def test_stop_reasons(tmp_path: Path, word: str, stop: str) -> None:
    found = one(tmp_path, output=answer("2", word))
    assert (found.stop, found.stop_source) == (stop, "native")


def test_an_unknown_stop_is_inferred_from_the_cap(tmp_path: Path) -> None:
    head = header(model_generate_config={"max_tokens": 5})
    found = one(tmp_path, head, output=answer("2", "unknown"))
    assert (found.stop, found.stop_source, found.max_tokens) == ("length", "inferred_cap", 5)
    two = [{"role": "assistant", "content": "x", "source": "generate"}] * 2
    found = one(tmp_path, head, output=answer("2", "unknown"), messages=two)
    assert (found.stop, found.max_tokens) == ("unknown", None)  # five tokens of two turns
    assert one(tmp_path, output={"choices": [], "error": "refused"}).stop == "error"
    assert one(tmp_path, output={"choices": []}).stop == "unknown"


def test_tokens_of_one_generation_and_of_several(tmp_path: Path) -> None:
    usage = {"org/m": USAGE | {"output_tokens": 900}, "org/grader": USAGE}
    assert one(tmp_path, model_usage=usage).completion_tokens == 5
    turns = [
        {"role": "assistant", "content": "few-shot", "source": "input"},
        {"role": "assistant", "content": "2", "source": "generate"},
    ]
    assert one(tmp_path, model_usage=usage, messages=turns).completion_tokens == 5
    turns[0]["source"] = "generate"
    assert one(tmp_path, model_usage=usage, messages=turns).completion_tokens == 900
    other = {"org/other": USAGE}
    assert one(tmp_path, model_usage=other, messages=turns).completion_tokens is None
    two = answer("2")
    two["choices"] *= 2
    assert one(tmp_path, output=two).completion_tokens is None  # of both choices together


def test_cached_tokens_of_the_input(tmp_path: Path) -> None:
    new = USAGE | {"input_tokens_cache_read": 100, "input_tokens_cache_write": 7}
    new["total_tokens"] = 122
    assert one(tmp_path, output=answer("2", usage=new)).prompt_tokens == 117
    old = {"input_tokens": 110, "output_tokens": 5, "total_tokens": 115}
    old["input_tokens_cache_read"] = 100
    assert one(tmp_path, output=answer("2", usage=old)).prompt_tokens == 110


def test_content_of_every_kind(tmp_path: Path) -> None:
    kinds = ("image", "audio", "video", "document", "data")
    content = [{"type": kind, kind: "data:..."} for kind in kinds]
    content.append({"type": "tool_use", "name": "search", "arguments": "{}"})
    found = one(tmp_path, input=[{"role": "user", "content": content}])
    assert found.prompt == ("[image]\n[audio]\n[video]\n[document]\n[data]\n[tool call: search {}]")
    calls = [{"function": "submit", "arguments": {"answer": "2"}}]
    silent = answer("", "tool_calls")
    silent["choices"][0]["message"]["tool_calls"] = calls
    assert one(tmp_path, output=silent).response == '[tool call: submit {"answer":"2"}]'
    several = [
        {"role": "system", "content": "Be brief."},
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "user", "content": "1+1?"},
    ]
    assert one(tmp_path, input=several).prompt == (
        'system: Be brief.\n\nassistant: [tool call: submit {"answer":"2"}]\n\nuser: 1+1?'
    )


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([{"reasoning": "a"}, {"reasoning": "b"}], ("full", "a\n\nb")),
        ([{"reasoning": "a"}, {"reasoning": "XX", "redacted": True}], ("full", "a")),
        ([{"reasoning": "a"}, {"summary": "s", "reasoning": "X", "redacted": True}], None),
        ([{"reasoning": "", "summary": "s"}], ("summary", "s")),
        ([{"reasoning": "XX", "redacted": True}], ("hidden", None)),
        ([{"reasoning": ""}], ("none", None)),
    ],
)
def test_reasoning_blocks(
    tmp_path: Path, blocks: list[dict[str, Any]], expected: tuple[str, str | None] | None
) -> None:
    content = [{"type": "reasoning"} | block for block in blocks]
    found = one(tmp_path, output=answer([*content, {"type": "text", "text": "2"}]))
    # Part of it in full and part as a summary, or sealed, is no full trace.
    if expected == ("full", "a"):
        expected = ("summary", "a")
    assert (found.reasoning_kind, found.reasoning) == (expected or ("summary", "a\n\ns"))
    assert found.response == "2"


@pytest.mark.parametrize(
    ("target", "params", "chance"),
    [
        ("A", {}, 0.25),
        (["A"], {}, 0.25),
        (["A", "B"], {}, None),
        ("AB", {}, None),
        ([], {}, None),
        ("A", {"multiple_correct": True}, None),
    ],
)
def test_chance_where_one_choice_is_right(
    tmp_path: Path, target: Any, params: dict[str, Any], chance: float | None
) -> None:
    head = header(plan={"steps": [{"solver": "multiple_choice", "params": params}]})
    assert one(tmp_path, head, target=target, choices=["w", "x", "y", "z"]).chance == chance
    assert one(tmp_path, head, target=target, choices=["w"]).chance is None


def test_old_forms(tmp_path: Path) -> None:
    old = answer("2")
    old["choices"][0]["message"]["reasoning"] = "One and one."
    found = one(tmp_path, output=old)
    assert (found.reasoning, found.reasoning_kind, found.response) == ("One and one.", "full", "2")
    found = one(tmp_path, scores=None, score={"value": "C", "answer": "2"})
    assert (found.score, found.answer) == (1.0, "2")


def test_settings_name_the_eval_and_the_task(tmp_path: Path) -> None:
    steps = [
        {"solver": "pkg/think", "params": {"at": "<function f at 0x7f00>", "n": 1}},
        {"solver": "generate", "params": {"max_tokens": 77}, "params_passed": {}},
    ]
    head = header(
        plan={"steps": steps, "config": {"temperature": 0.2, "top_p": None}},
        model_generate_config={"temperature": 0.9, "reasoning_effort": "low", "top_p": 0.5},
        task_args={"level": 2, "shots": 5, "deep": {"x": 1}},
        task_args_passed={"level": 2, "cot": True, "deep": {"x": 1}, "none": None},
    )
    found = one(tmp_path, head)
    assert found.sampler == "temperature=0.2,top_p=0.5,max_tokens=77,reasoning_effort=low"
    assert found.max_tokens == 77
    assert found.base_task == "pkg/sums"
    assert found.task.startswith("pkg/sums/cot=true,deep=#5041bf1f,level=2/think+generate-")
    assert found.template == ""  # the task's own way to ask is the task
    head["eval"]["solver"] = "think"
    found = one(tmp_path, head)
    assert found.task == "pkg/sums/cot=true,deep=#5041bf1f,level=2"
    assert found.template.startswith("think+generate-")
    steps[0]["params"] = {"at": "<function f at 0x8f11>", "n": 1}
    assert one(tmp_path, head).template == found.template  # where it stood is no setting
    steps[0]["params"] = {"n": 2}
    assert one(tmp_path, head).template != found.template
    assert found.params == {"level": 2.0, "shots": 5.0, "deep.x": 1.0}


def test_axes_start_from_metadata_and_task_args(tmp_path: Path) -> None:
    head = header(task_args={"level": 2})
    path = document(tmp_path / "log.json", sample(metadata={"meta": {"depth": 4}}), head=head)
    axes = parse_axes(["metadata.meta.depth", "hard=task_args.level * 10"][:1])
    (found,) = samples_of(path, ReadOptions(axes=axes))
    assert found.params == {"depth": 4.0}


def test_nan_and_numbers_without_end(tmp_path: Path) -> None:
    """Python writes NaN and Infinity into JSON, which no strict reader takes."""
    odd = sample(
        id=123456789012345678901234567890,
        scores={"match": {"value": float("nan")}},
        metadata={"level": float("inf"), "depth": 3},
        store={"x": float("-inf")},
    )
    for path in (
        document(tmp_path / "log.json", odd),
        archive(tmp_path / "log.eval", members(odd)),
    ):
        (found,) = samples_of(path)
        assert found.item_id == "123456789012345678901234567890"
        assert (found.score, found.correct) == (None, None)
        assert found.params == {"depth": 3.0}


@pytest.mark.parametrize(
    ("value", "score"),
    [("c", None), ("good", None), ("nan", None), ([1], None), ({}, None), (None, None), (7, 7.0)],
)
def test_scores_that_are_no_grade(tmp_path: Path, value: object, score: float | None) -> None:
    options = ReadOptions()
    path = document(tmp_path / "log.json", sample(scores={"match": {"value": value}}))
    (found,) = samples_of(path, options)
    assert found.score == (1.0 if value == [1] else score)
    if value == "good":
        assert "not graded" in "\n".join(options.notices.lines())
    if value == 7:
        assert "a score above 1" in "\n".join(options.notices.lines())


def test_samples_without_the_score_that_counts(tmp_path: Path) -> None:
    other = sample(id=2, scores={"f1": {"value": 0.5}})
    path = document(tmp_path / "log.json", sample(), other, sample(id=3, scores={}))
    options = ReadOptions()
    assert [found.score for found in samples_of(path, options)] == [1.0, None, None]
    assert "no score 'match' beside others" in "\n".join(options.notices.lines())
    assert [found.score for found in samples_of(path, ReadOptions(metric="match"))][1] is None


def test_the_state_of_the_run_is_told(tmp_path: Path) -> None:
    head = header(status="error", error={"message": "Boom\nat line 5"}, invalidated=True)
    options = ReadOptions()
    samples_of(document(tmp_path / "log.json", sample(), head=head), options)
    assert options.notices.lines() == (
        "the log is marked as invalidated by its owner (1 row)",
        "the run has the status 'error': Boom (1 row)",
    )


def test_fewer_samples_than_the_run_had_are_told(tmp_path: Path) -> None:
    head = header(results={"total_samples": 1790})
    for path in (
        document(tmp_path / "log.json", sample(), head=head),
        archive(tmp_path / "log.eval", members(sample(), head=head)),
    ):
        options = ReadOptions()
        samples_of(path, options)
        assert options.notices.lines() == (
            "the run had 1,790 samples, of which the log holds 1 (1 row)",
        )


def test_the_headline_of_a_run_is_its_score(tmp_path: Path) -> None:
    scores = {"match": {"value": "C"}, "rubric": {"value": {"style": 0.5, "wit": 0.25}}}
    for name in ("results", "headline_metric"):
        headline: dict[str, Any] = {"scorer": "pkg/rubric", "score": "wit", "metric": "mean"}
        value = {"total_samples": 1, "headline": headline} if name == "results" else headline
        assert one(tmp_path, header(**{name: value}), scores=scores).score == 0.25


def test_a_folder_passes_by_the_lists_that_inspect_keeps(tmp_path: Path) -> None:
    document(tmp_path / "log.json", sample())
    archive(tmp_path / "log.eval", members(sample()))
    (tmp_path / "logs.json").write_text(json.dumps({"log.eval": header()}))
    (tmp_path / "eval-set.json").write_text("{}")
    found = find_logs([tmp_path])
    assert [log.path.name for log in found.logs] == ["log.eval", "log.json"]
    assert found.passed == ()
    with pytest.raises(CompanionError):
        sniff(tmp_path / "logs.json")


def test_ids_with_slashes_and_samples_in_chunks(tmp_path: Path) -> None:
    shell = sample(id="c", messages=None, turn_count=1, input="attachment://1")
    del shell["metadata"]
    found = [
        *members(sample(id="math/algebra/1")),
        member("samples/c_epoch_1/sample.json", shell),
        member("samples/c_epoch_1/metadata.json", {"level": 3}),
        member("samples/c_epoch_1/attachments/0.json", ["zero"]),
        member("samples/c_epoch_1/attachments/1.json", ["one", "two"]),
        member("samples/c_epoch_1/events/0.json", b"not read"),
    ]
    first, second = samples_of(archive(tmp_path / "log.eval", found))
    assert (first.item_id, first.prompt) == ("math/algebra/1", "1+1?")
    assert (second.item_id, second.prompt, second.params) == ("c", "one", {"level": 3.0})
    found[-2] = member("samples/c_epoch_1/attachments/1.json", {"a": 1})
    assert refusals_of(archive(tmp_path / "log.eval", found)) == [("wrong_type", "attachments")]
