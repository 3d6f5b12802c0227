"""Logs that people wrote with Inspect, of several versions (not part of the project)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.formats import sniff
from reasonscape.ingest.options import ReadOptions
from tests.ingest.readers.inspect_logs import samples_of

ROWS = {
    "docent/log.eval": 15,
    "every_eval_ever/data_arc_qwen.json": 3,
    "every_eval_ever/data_arc_sonnet.json": 5,
    "every_eval_ever/data_cvebench_empty_choices.json": 1,
    "every_eval_ever/data_cyse2_vuln_exploit_challenges.json": 1,
    "every_eval_ever/data_intercode_ctf_local_path.json": 1,
    "every_eval_ever/data_pubmedqa_gpt4o_mini.json": 2,
    "scout/2025-09-23T08-09-58-04-00_popularity_DN2wbX2ZvACsBpjwptzBRo.eval": 100,
    "scout/2025-09-23T08-09-58-04-00_security-guide_LuxZJVwvymC3S3SyoJczxB.eval": 16,
    "scout/2025-09-23T08-09-58-04-00_theory-of-mind_bbB4eRCx2rFJLyPH42Cj9r.eval": 100,
    "test_eval_log/log_formats.eval": 1,
    "test_eval_log/log_formats.json": 1,
    "test_eval_log/log_images.json": 1,
    "test_eval_log/log_images_tc.json": 1,
    "test_eval_log/log_message_deduplication.eval": 1,
    "test_eval_log/log_read_sample.eval": 1,
    "test_eval_log/log_read_sample.json": 1,
    "test_eval_log/log_streaming.eval": 4,
    "test_eval_log/log_tool_call_error.json": 1,
    "test_logs/2025-05-12T20-27-36-04-00_browser.json": 1,
    "test_logs/2025-05-12T20-28-13-04-00_popularity.json": 3,
    "test_logs/2025-05-12T20-28-26-04-00_security-guide.json": 3,
    "test_logs_choices/mmlu-no-summary-choices.eval": 1,
    "test_logs_choices/mmlu-summary-choices.eval": 1,
}
EMPTY = {
    "every_eval_ever/data_with_llm_scoring.json": "'success'",
    "test_logs/2025-05-12T20-28-13-04-00_no-samples.json": "'cancelled'",
}
MEANS = {
    "scout/2025-09-23T08-09-58-04-00_popularity_DN2wbX2ZvACsBpjwptzBRo.eval": 0.63,
    "scout/2025-09-23T08-09-58-04-00_security-guide_LuxZJVwvymC3S3SyoJczxB.eval": 0.6875,
    "scout/2025-09-23T08-09-58-04-00_theory-of-mind_bbB4eRCx2rFJLyPH42Cj9r.eval": 0.83,
}


@pytest.fixture
def logs(shared_data: Path) -> Path:
    return shared_data / "native" / "inspect"


def test_every_log_is_read_whole_or_refused_for_a_reason(logs: Path) -> None:
    for name, rows in ROWS.items():
        assert sniff(logs / name).name == "inspect", name
        assert len(samples_of(logs / name)) == rows, name
    for name, status in EMPTY.items():
        with pytest.raises(UsageError, match="has no samples") as caught:
            samples_of(logs / name)
        assert status in str(caught.value)
    found = {path.relative_to(logs).as_posix() for path in logs.rglob("*") if path.is_file()}
    assert found == ROWS.keys() | EMPTY.keys()


def test_accuracies_of_the_headers_are_the_means_of_the_scores(logs: Path) -> None:
    for name, expected in MEANS.items():
        scores = [one.score for one in samples_of(logs / name)]
        assert mean(score for score in scores if score is not None) == pytest.approx(
            expected, abs=1e-9
        )


def test_agents_of_an_old_version(logs: Path) -> None:
    """Fifteen of 790 samples: tokens of all turns, the last completion, what ended them."""
    found = {one.item_id: one for one in samples_of(logs / "docent/log.eval")}
    one = found["15"]
    assert (one.model, one.base_task) == ("openai/gpt-4o", "inspect_evals/luce_intercode_ctf")
    assert (one.completion_tokens, one.prompt_tokens) == (2080, 16291)
    assert one.response == "picoCTF{1|\\/|_4_p34|\\|ut_f3bc410e}"
    assert (one.correct, one.stop) == (False, "stop")
    assert Counter(one.stop for one in found.values()) == {"stop": 12, "length": 3}


def test_epochs(logs: Path) -> None:
    found = samples_of(logs / "test_eval_log/log_streaming.eval")
    assert sorted((one.item_id, one.repeat) for one in found) == [
        ("1", 0),
        ("1", 1),
        ("2", 0),
        ("2", 1),
    ]


def test_the_same_sample_in_both_forms(logs: Path) -> None:
    for name in ("log_formats", "log_read_sample"):
        (one,), (two,) = (
            samples_of(logs / f"test_eval_log/{name}.{form}") for form in ("eval", "json")
        )
        for field in ("item_id", "prompt", "response", "score", "stop", "completion_tokens"):
            assert getattr(one, field) == getattr(two, field)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("log_images.json", {"prompt": "What is this a picture of?\n[image]", "stop": "stop"}),
        ("log_message_deduplication.eval", {"response": "done", "score": 0.0, "max_tokens": None}),
        ("log_tool_call_error.json", {"item_id": "1", "repeat": 3, "correct": None}),
    ],
)
def test_odd_logs(logs: Path, name: str, values: dict[str, Any]) -> None:
    (one,) = samples_of(logs / "test_eval_log" / name)
    assert {field: getattr(one, field) for field in values} == values


def test_choices_and_difficulty(logs: Path) -> None:
    options = ReadOptions()
    (one,) = samples_of(logs / "test_logs_choices/mmlu-summary-choices.eval", options)
    assert (one.chance, one.chance_source) == (0.25, "row")
    assert one.labels == {"subject": "college_physics", "language": "EN_US"}
    assert (one.max_tokens, one.sampler) == (5, "temperature=0.0,max_tokens=5")
    assert options.notices.lines() == ()
