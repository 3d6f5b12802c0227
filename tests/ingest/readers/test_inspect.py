"""Inspect's own logs, written by scripts/native_logs/inspect.py, read field by field.

The values are those that the script gave to the model, and what Inspect's own reader says of them.
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.formats import sniff
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.reader import INSPECT
from reasonscape.store.sample import Sample
from tests.ingest.readers.inspect_logs import samples_of

GOLDEN = Path(__file__).parents[1] / "golden" / "inspect"


def of(log: str, **options: Any) -> dict[tuple[str | None, int | None], Sample]:
    """Samples of a golden log by id and repeat."""
    found = samples_of(GOLDEN / log, ReadOptions(**options))
    return {(one.item_id, one.repeat): one for one in found}


def test_every_log_is_recognised() -> None:
    logs = sorted(GOLDEN.iterdir())
    assert [sniff(path).name for path in logs] == ["inspect"] * 8


def test_every_field_by_value() -> None:
    path = GOLDEN / "sums.eval"
    found = of("sums.eval")
    assert found["3", 1] == Sample(
        model="mockllm/table",
        base_task="sums",
        template="system_message+generate-843c985a",
        sampler="temperature=0.5,max_tokens=64",
        task="sums",
        item_id="3",
        repeat=1,
        params={"digits": 2.0, "carry": 0.0},
        labels={"origin.book": "primer", "level": "easy"},
        correct=False,
        score=0.0,
        grade_source=found["3", 1].grade_source,
        answered=True,
        stop="length",
        stop_source="native",
        max_tokens=64,
        prompt_tokens=20,
        completion_tokens=64,
        reasoning_tokens=None,
        tokens_source="native",
        source=path.as_posix(),
        source_row=found["3", 1].source_row,
        prompt="What is 12 + 30?",
        reasoning=None,
        reasoning_kind="none",
        response="I add 12 and 30 and then",
        answer="30",
        target="42",
    )
    assert sorted(one.source_row for one in found.values()) == list(range(1, 13))


def test_ends_of_a_generation_and_tokens() -> None:
    found = of("sums.eval")
    table = {
        item: (one.stop, one.correct, one.completion_tokens, one.prompt_tokens, one.answered)
        for (item, repeat), one in found.items()
        if repeat == 0
    }
    assert table == {
        "1": ("stop", True, 9, 20, True),
        "2": ("stop", False, 9, 20, True),
        "3": ("length", False, 64, 20, True),
        "4": ("filter", False, 1, 20, False),
        "5": ("stop", True, 11, 320, True),  # 300 of them from the cache
        "6": ("error", None, None, None, None),  # the model raised, and nothing was scored
    }
    assert found["6", 0].score is None
    assert found["6", 0].response is None


def test_the_metrics_of_the_log_are_the_means_of_the_scores() -> None:
    headers = {
        ("sums.eval", None): 0.4,
        ("sums.eval", "rubric.length"): 12.4,
        ("sums.eval", "rubric.polite"): 0.4,
        ("thoughts.eval", None): 0.5625,
        ("letters.eval", None): 2 / 3,
        ("letters.json", None): 2 / 3,
        ("picks.eval", None): 0.5,
        ("edited.eval", None): 1.0,
        ("errands.eval", "model_graded_qa"): 1.0,
    }
    for (log, metric), expected in headers.items():
        scores = [one.score for one in of(log, metric=metric).values() if one.score is not None]
        assert mean(scores) == pytest.approx(expected, abs=1e-9), (log, metric)


def test_a_score_with_members_is_named_by_its_scorer_and_key() -> None:
    options = ReadOptions()
    samples_of(GOLDEN / "sums.eval", options)
    assert options.notices.lines() == (
        "the score is 'match'; also there, for --metric: rubric.length, rubric.polite (1 row)",
    )
    named = of("sums.eval", metric="rubric.polite")
    assert (named["1", 0].score, named["1", 0].correct, named["1", 0].answer) == (0.5, False, None)
    assert (named["4", 0].score, named["4", 0].answered) == (0.0, None)
    with pytest.raises(UsageError) as caught:
        of("sums.eval", metric="rubric")
    assert "no score 'rubric'" in str(caught.value)
    assert "match, rubric.length, rubric.polite" in str(caught.value.remedy)


def test_every_form_of_a_score() -> None:
    found = {item: one for (item, _), one in of("thoughts.eval").items()}
    scores = {
        "full": (1.0, True, True),
        "summary": (0.5, False, True),
        "sealed": (0.0, False, True),
        "marked": (0.0, False, False),  # N: no answer
        "unscored": (None, None, True),  # NaN
        "number": (0.75, False, True),
        "truth": (1.0, True, True),
        "word": (1.0, True, True),
        "figure": (0.25, False, True),
    }
    assert {i: (one.score, one.correct, one.answered) for i, one in found.items()} == scores
    assert {one.score for one in of("thoughts.eval", metric="listed.1").values()} == {0.5}


def test_reasoning_that_is_sealed_is_never_a_trace() -> None:
    found = {item: one for (item, _), one in of("thoughts.eval").items()}
    table = {
        name: (found[name].reasoning_kind, found[name].reasoning, found[name].response)
        for name in ("full", "summary", "sealed", "marked", "number", "unscored")
    }
    assert table == {
        "full": ("full", "I see one dot.", "A dot"),
        "summary": ("summary", "Looked.", "A dot"),
        "sealed": ("hidden", None, "Dot"),
        "marked": ("full", "Is it a dot?", "A dot"),
        "number": ("none", None, "0.75 of a dot"),
        "unscored": ("none", None, "A\ndot"),
    }
    assert found["full"].reasoning_tokens == 22
    assert found["full"].completion_tokens == 30
    for one in found.values():
        for text in (one.reasoning, one.response, one.answer, one.prompt):
            assert "gAAAA" not in (text or "")


def test_an_input_of_messages_with_a_picture() -> None:
    prompts = {one.prompt for one in of("thoughts.eval").values()}
    assert "What is in the picture?\n[image]\nPicture full." in prompts
    assert len(prompts) == 9


@pytest.mark.parametrize("log", ["letters.eval", "letters.json"])
def test_choices(log: str) -> None:
    found = of(log)
    table = {
        item: (one.correct, one.answer, one.target, one.chance, one.chance_source)
        for (item, _), one in found.items()
    }
    assert table == {
        # Any number of choices may be picked, so that a guess is not right one time in four.
        "capital-fr": (True, "A", "A", None, "unknown"),
        "capital-no": (False, "D", "C", None, "unknown"),
        "prime": (True, "A, B", '["A","B"]', None, "unknown"),
    }
    assert found["prime", 0].prompt == "Which are primes?"


def test_a_guess_where_one_choice_is_picked() -> None:
    found = of("picks.eval")
    assert {
        item: (one.correct, one.answer, one.chance, one.chance_source)
        for (item, _), one in found.items()
    } == {
        "capital-fr": (True, "A", 0.25, "row"),
        "capital-no": (False, "D", 0.25, "row"),
    }


def test_samples_that_were_edited_or_declared_invalid() -> None:
    options = ReadOptions()
    found = {one.item_id: one for one in samples_of(GOLDEN / "edited.eval", options)}
    assert (found["capital-no"].score, found["capital-no"].stop) == (1.0, "stop")
    assert (found["capital-fr"].score, found["capital-fr"].stop) == (1.0, "error")
    assert any("marked as invalid" in line for line in options.notices.lines())


@pytest.mark.parametrize("log", ["errands.eval", "chunked.eval"])
def test_several_turns(log: str) -> None:
    """The grader was the same model, and each of its grades took 700 tokens."""
    found = {item: one for (item, _), one in of(log).items()}
    assert found["drawer"].response == "It is in the drawer"
    assert found["drawer"].completion_tokens == 12 + 8 + 700
    assert found["drawer"].prompt_tokens == 60
    assert found["endless"].completion_tokens == 5 * 3 + 700
    assert {item: one.stop for item, one in found.items()} == {
        "drawer": "stop",
        "endless": "length",  # message limit
        "costly": "length",  # token limit
    }
    assert found["drawer"].max_tokens is None  # the cap is one of each turn
    assert found["costly"].max_tokens == 500
    assert found["costly"].completion_tokens == 2400  # it spoke once: its own usage


def test_samples_in_chunks_are_those_in_one_member() -> None:
    whole, chunked = of("errands.eval"), of("chunked.eval")
    for key, one in whole.items():
        one.source = chunked[key].source
        one.source_row = chunked[key].source_row
    assert whole == chunked


def test_every_field_is_declared() -> None:
    declared = {*INSPECT.declares.native, *INSPECT.declares.inferred}
    assert declared == set(FIELDS)
