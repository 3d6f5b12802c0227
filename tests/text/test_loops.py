"""The loop finder: planted loops at their onset, and nothing where nothing loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.planted.unlooped import WRITERS
from reasonscape.text import repeats
from reasonscape.text.endings import goes_on
from reasonscape.text.loops import Loop, find_loop
from reasonscape.text.repeats import change_point, previous_distance
from reasonscape.text.symbols import characters
from reasonscape.text.tokens import split_tokens

HOST = (
    "Let me read the question first. A train leaves the station at noon, and another one follows "
    "it an hour later; the second is faster by a third. Where do they meet? I write down both "
    "distances and set them equal, then solve for the time."
)


def found(text: str) -> Loop | None:
    return find_loop(np.frombuffer(text.encode(), dtype=np.uint8))


@pytest.mark.parametrize(
    "copy",
    [" a", "left ", "Wait, let me check that again. ", "もう一度、考えてみる。", HOST + "\n"],
)
def test_exact_loop_at_its_onset(copy: str) -> None:
    text = HOST + "\n" + copy * (1500 // len(copy) + 5)
    loop = found(text[: len(text) - len(copy) // 3])
    assert loop is not None
    assert (loop.period, loop.kind) == (len(copy), "exact")
    assert abs(loop.onset - len(HOST) - 1) <= max(3, len(copy) * (copy.strip() == HOST))


def test_changed_characters_do_not_end_a_loop() -> None:
    rng = np.random.default_rng(5)
    loop = list("But no, the second train is faster, so I start over. " * 40)
    for at in np.flatnonzero(rng.random(len(loop)) < 0.03):
        loop[at] = "#"
    seen = found(HOST + "\n" + "".join(loop))
    assert seen is not None
    assert (seen.period, seen.kind) == (53, "exact")
    assert abs(seen.onset - len(HOST) - 1) <= 6


@pytest.mark.parametrize("first", [1, 95, 9990])
def test_counting_loop_is_a_template(first: int) -> None:
    copies = (f"Hmm, step {i} gives {7 * i + 3}, so I try the next one.\n" for i in range(40))
    seen = found(HOST + "\n" + "".join(copies).replace("step ", f"step {first}"))
    assert seen is not None
    assert seen.kind == "templated"
    assert abs(seen.onset - len(HOST) - 1) <= 10


def test_names_that_change_make_a_template() -> None:
    names = np.random.default_rng(6).choice(["Ada", "Benjamin", "Cleo", "Dmitri", "Eva"], 60)
    text = "".join(
        f"If {name} is a knave then the others told the truth, again. " for name in names
    )
    seen = found(HOST + "\n" + text)
    assert seen is not None
    assert seen.kind == "templated"
    assert abs(seen.onset - len(HOST) - 1) <= 60


def test_a_loop_that_a_trace_got_out_of_is_none() -> None:
    assert found("Once more: " * 200 + "\n" + HOST + " They meet at three o'clock.") is None


@pytest.mark.parametrize("end", ["</answer>", "\nSo the answer is 42.", "]]"])
def test_rows_that_end_in_an_answer_are_no_loop(end: str) -> None:
    assert found("<answer>" + "0 0 1 0 0\n" * 80 + end) is None


def test_moves_that_end_in_an_answer_are_no_loop() -> None:
    pegs = np.random.default_rng(7).integers(1, 4, (60, 3))
    moves = "".join(f"Move disk {a} from peg {b} to peg {c}\n" for a, b, c in pegs)
    assert found(HOST + "\n" + moves + "</answer>") is None


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("seed", range(4))
def test_repetitive_texts_are_no_loops(kind: str, seed: int) -> None:
    assert found(WRITERS[kind](np.random.default_rng(seed), 4000)) is None


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text: str) -> None:
    loop = found(text * 3)
    assert loop is None or 0 <= loop.onset < len(text * 3)


@given(st.text(alphabet="ab ", min_size=1, max_size=9), st.integers(0, 3))
def test_a_long_repetition_is_always_found(copy: str, cut: int) -> None:
    text = HOST + copy * (2000 // len(copy))
    loop = found(text[: len(text) - cut])
    assert loop is not None
    assert loop.onset <= len(HOST)
    assert len(copy) % loop.period == 0


@given(st.lists(st.integers(0, 5), max_size=50))
def test_previous_distance_is_that_of_plain_python(values: list[int]) -> None:
    expected = [
        next((d for d in range(1, i + 1) if values[i - d] == value), 0)
        for i, value in enumerate(values)
    ]
    assert previous_distance(np.array(values, dtype=np.uint64)).tolist() == expected


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 4), st.integers(1, 4))
@pytest.mark.parametrize("part", [1, 7, 8192])
def test_change_point_is_the_best_suffix(
    part: int, flags: list[bool], gain: int, loss: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "_PART", part)
        begin, most = change_point(np.array(flags, dtype=np.bool_), float(gain), -float(loss))
    gains = [gain if flag else -loss for flag in flags]
    sums = [sum(gains[i:]) for i in range(len(gains) + 1)]
    assert most == max(sums)
    # Of equal gains the longest stretch, or none where nothing is gained.
    assert begin == (sums.index(max(sums)) if most > 0 else len(flags))


def test_one_byte_a_character() -> None:
    text = "aé猫👍"
    assert len(characters(text.encode())) == 4
    assert (characters(text.encode())[1:] >= 128).all()


@pytest.mark.parametrize(
    ("end", "expected"), [("", True), ("Check part 3 aga", True), ("the answer", False)]
)
def test_the_last_word_may_be_cut_but_must_be_the_loops(end: str, expected: bool) -> None:
    data = np.frombuffer(("Check part 7 again. " * 9 + end).encode(), dtype=np.uint8)
    assert goes_on(data, split_tokens(data)) is expected


def test_sentences_of_few_kinds_in_no_order_are_no_loop() -> None:
    generator = np.random.default_rng(11)
    kinds = (
        "Looking again at part {}, nothing changes.",
        "That leaves {}; I note it beside the other and go on.",
        "To be safe I count the parts, {} of them, and compare.",
        "Does part {} still hold? It does, with one to go.",
        "If it were {} instead, the first part would be wrong.",
        "Is {} the same as before? Yes, so it stands.",
        "Written out for {}: one, then another.",
        "Next I take {} from the left and keep the rest.",
    )
    texts = [
        " ".join(
            kinds[k].format(a)
            for k, a in zip(
                generator.integers(0, 8, 40), generator.integers(0, 99, 40), strict=True
            )
        )
        for _ in range(200)
    ]
    assert sum(found(text) is not None for text in texts) <= 5
    in_order = " ".join(kinds[i % 8].format(i) for i in range(10, 70))
    assert found(in_order) is not None
