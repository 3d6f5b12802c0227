from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonscape.errors import UsageError
from reasonscape.planted.question import Item
from reasonscape.planted.traces import Fate, Passages, Written, write_trace

ITEM = Item("What is 1 + 2 ?", "3", ("4", "2"), ("1 plus 2 makes 3.",))
DIGITS = [987654321, 12345, 42, 77777]


def written(
    chars: int = 900,
    *,
    right: bool = True,
    truncated: bool = False,
    answered: bool = True,
    looped: bool = False,
    passages: Passages | None = None,
) -> Written:
    return write_trace(
        ITEM,
        Fate(right, truncated, answered, looped),
        chars=chars,
        digits=DIGITS,
        passages=passages,
    )


def test_right_answers_are_the_target_and_wrong_ones_are_not() -> None:
    assert written().answer == "3"
    assert written(right=False).answer in ITEM.wrong
    assert written(right=False).response == f"Answer: {written(right=False).answer}"


def test_nothing_is_answered_after_a_cut_or_without_a_decision() -> None:
    cut = written(truncated=True, answered=False)
    assert (cut.answer, cut.response, len(cut.reasoning)) == (None, None, 900)
    undecided = written(right=False, answered=False)
    assert undecided.answer is None
    assert undecided.response


@given(chars=st.integers(0, 6000), looped=st.booleans(), borrowed=st.booleans())
@settings(deadline=None)
def test_length_is_met_within_a_sentence(chars: int, looped: bool, borrowed: bool) -> None:
    bank = Passages(("Some passage of a file.", "Another one, a bit longer than the first."))
    passages = bank if borrowed else None
    done = written(chars, looped=looped, right=not looped, passages=passages)
    assert abs(len(done.reasoning) - max(chars, 40)) < 130
    cut = written(chars, truncated=True, answered=False, looped=looped, passages=passages)
    assert len(cut.reasoning) == chars


def test_a_looped_trace_ends_in_its_loop() -> None:
    text = written(2000, right=False, looped=True).reasoning
    tail = text[-400:]
    assert len(set(tail.split())) < 40
    assert not text.endswith("4.")


def test_long_traces_do_not_come_round_again() -> None:
    sentences = written(8000).reasoning.split(". ")
    assert len(set(sentences)) > 0.9 * len(sentences)


def test_passages_come_from_the_file(tmp_path: Path) -> None:
    bank = tmp_path / "bank.txt"
    bank.write_bytes(b"One line\x00 here.\r\n\r\n" + b"word " * 200 + b"\xff\r\n")
    passages = Passages.read(bank)
    assert passages.texts[0] == "One line here."
    assert max(map(len, passages.texts)) <= 600
    assert "word word" in written(passages=passages).reasoning
    assert passages.fingerprint == Passages.read(bank).fingerprint


def test_an_empty_or_missing_bank_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n\n ")
    with pytest.raises(UsageError, match="holds no text"):
        Passages.read(tmp_path / "empty.txt")
    with pytest.raises(UsageError, match="cannot be read"):
        Passages.read(tmp_path / "none.txt")
    with pytest.raises(UsageError, match="cannot be read"):
        Passages.read(tmp_path)
