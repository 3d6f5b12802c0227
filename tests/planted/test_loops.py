"""The labelled set: what it says of a trace is true of it."""

from __future__ import annotations

import numpy as np
import pytest

from reasonscape.errors import UsageError
from reasonscape.planted.loops import LOOPS, UNLOOPED, LabelledTrace, labelled_traces

BANK = [
    f"Passage {i} is about {i + 3} apples and {2 * i} pears in basket {i % 7}. "
    f"Nobody eats more than {i % 5} of them, so {i} remain; that is what row {i} of the list says. "
    f"Number {i * i} is its square, and the shop sells it for {i + 99} coins."
    for i in range(40)
]


@pytest.fixture(scope="module")
def made() -> list[LabelledTrace]:
    return labelled_traces(BANK, np.random.default_rng(11), each=12)


def test_each_kind_is_there(made: list[LabelledTrace]) -> None:
    assert [trace.kind for trace in made[::12]] == [*LOOPS, *UNLOOPED]
    assert len(made) == 12 * len(LOOPS + UNLOOPED)


def test_same_seed_same_set(made: list[LabelledTrace]) -> None:
    assert labelled_traces(BANK, np.random.default_rng(11), each=12) == made
    assert labelled_traces(BANK, np.random.default_rng(12), each=12) != made


def test_exact_loops_repeat_from_onset_to_end(made: list[LabelledTrace]) -> None:
    for trace in made:
        if trace.loop_kind == "exact" and trace.kind != "noisy":
            assert trace.onset is not None and trace.period is not None
            loop = trace.text[trace.onset :]
            assert loop[trace.period :] == loop[: -trace.period]
            assert len(loop) >= max(600, 5 * trace.period)


def test_noisy_loops_differ_in_a_few_characters(made: list[LabelledTrace]) -> None:
    for trace in made:
        if trace.kind == "noisy":
            assert trace.onset is not None and trace.period is not None
            loop = trace.text[trace.onset :]
            pairs = zip(loop, loop[trace.period :], strict=False)
            same = np.mean([a == b for a, b in pairs])
            assert 0.85 < same < 1.0


def test_templated_loops_change_and_have_six_copies(made: list[LabelledTrace]) -> None:
    for trace in made:
        if trace.loop_kind == "templated":
            assert trace.onset is not None
            lines = trace.text[trace.onset :].split("\n")
            assert len(lines) > 6
            assert len(set(lines)) > 2


def test_late_loops_are_late(made: list[LabelledTrace]) -> None:
    for trace in made:
        if trace.kind.startswith("late"):
            assert trace.onset is not None
            assert 0.05 < 1 - trace.onset / len(trace.text) < 0.35


def test_what_does_not_loop_has_no_onset(made: list[LabelledTrace]) -> None:
    for trace in made:
        if trace.kind in UNLOOPED:
            assert (trace.onset, trace.period, trace.loop_kind) == (None, None, None)
            assert trace.text


def test_a_small_bank_is_refused() -> None:
    with pytest.raises(UsageError, match="the text bank has 3 texts"):
        labelled_traces(BANK[:3], np.random.default_rng(0), each=1)
