"""Reasoning and answer told apart; why a generation ended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.ingest.reasoning import Markers, Split, split_reasoning
from reasonscape.ingest.rows import RowError
from reasonscape.ingest.stops import STOPS, infer_stop, read_stop


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("", Split(None, "", False)),
        ("42", Split(None, "42", False)),
        ("<think>a</think>42", Split("a", "42", False)),
        ("hm <think>a</think> 42", Split("a", "hm  42", False)),
        ("<think>a</think>b<think>c</think>d", Split("a\n\nc", "bd", False)),
        ("<think>a", Split("a", "", True)),
        ("<think>a</think>b<think>c", Split("a\n\nc", "b", True)),
        ("a</think>42", Split("a", "42", False)),
        ("a</think>42<think>b", Split("a\n\nb", "42", True)),
        ("<think></think>42", Split("", "42", False)),
        ("a</think>b</think>c", Split("a", "b</think>c", False)),
        ("<think>a<think>b</think>c", Split("a<think>b", "c", False)),
    ],
)
def test_split(text: str, split: Split) -> None:
    assert split_reasoning(text) == split


def test_other_markers() -> None:
    markers = Markers("[THINK]", "[/THINK]")
    assert split_reasoning("[THINK]a[/THINK]b", markers) == Split("a", "b", False)


@given(st.lists(st.sampled_from(["<think>", "</think>", "a", "b ", "\n"])).map("".join))
def test_no_character_but_markers_is_lost(text: str) -> None:
    split = split_reasoning(text)

    def letters(part: str) -> list[str]:
        return sorted(part.replace("<think>", "").replace("</think>", "").replace("\n", ""))

    assert letters((split.reasoning or "") + split.response) == letters(text)
    assert (split.reasoning is None) == ("<think>" not in text and "</think>" not in text)


@pytest.mark.parametrize(
    ("known", "stop"),
    [
        ((8192, 8192, False, None), ("length", "inferred_cap")),
        ((8191, 8192, False, True), ("length", "inferred_cap")),
        ((8190, 8192, True, None), ("stop", "inferred_cap")),
        ((None, 8192, True, None), ("length", "inferred_unclosed_think")),
        ((9, None, True, False), ("length", "inferred_unclosed_think")),
        ((None, None, True, True), ("unknown", "unknown")),
        ((None, 8192, False, None), ("unknown", "unknown")),
    ],
)
def test_inferred_stop(
    known: tuple[int | None, int | None, bool, bool | None], stop: tuple[str, str]
) -> None:
    assert infer_stop(*known) == stop


def test_stop_words() -> None:
    assert {word: read_stop(word) for word in STOPS} == {
        "stop": "stop",
        "length": "length",
        "filter": "filter",
        "error": "error",
        "unknown": None,
    }
    assert read_stop("content_filter") == "filter"
    for wrong in ("because", 3, True, ["stop"]):
        with pytest.raises(RowError):
            read_stop(wrong)
