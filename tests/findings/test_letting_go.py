from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.findings.later import Later
from reasonscape.findings.letting_go import let_go


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    mean: Later[float]


@dataclass(frozen=True, slots=True)
class Whole:
    parts: tuple[Part, ...]
    first: Later[Part]
    by_name: dict[str, Later[int]]
    missing: Later[int] | None = None


class Samples:
    """Counts how many of it are held, and how often they were read."""

    held = 0
    read = 0

    def __init__(self, values: list[float]) -> None:
        self.values = values
        Samples.held += 1
        Samples.read += 1

    def __del__(self) -> None:
        Samples.held -= 1


def measured(values: list[float]) -> Whole:
    samples = Samples(values)
    parts = tuple(
        Part(str(place), Later(lambda place=place: samples.values[place]))  # type: ignore[misc]
        for place in range(len(values))
    )
    return Whole(
        parts,
        Later(lambda: Part("first", Later(lambda: samples.values[0]))),
        {"n": Later(lambda: len(samples.values))},
    )


def said(whole: Whole) -> tuple[object, ...]:
    means = [part.mean.get() for part in whole.parts]
    return means, whole.first.get().mean.get(), whole.by_name["n"].get(), whole.missing


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=4), st.booleans())
def test_what_is_asked_for_later_is_the_same(values: list[float], asked_before: bool) -> None:
    whole = measured(values)
    if asked_before:
        whole.first.get()
        whole.parts[-1].mean.get()
    kept = let_go(whole, lambda: measured(values))
    assert said(kept) == said(measured(values))
    assert [part.name for part in kept.parts] == [part.name for part in whole.parts]


def test_samples_are_let_go_and_read_again_only_when_asked() -> None:
    before = Samples.held, Samples.read
    kept = let_go(measured([1.0, 2.0]), lambda: measured([1.0, 2.0]))
    assert (Samples.held, Samples.read) == (before[0], before[1] + 1)
    assert kept.parts[1].mean.get() == 2.0
    assert kept.parts[1].mean.get() == 2.0
    assert (Samples.held, Samples.read) == (before[0], before[1] + 2)


def test_what_was_made_is_not_measured_again() -> None:
    whole = measured([3.0])
    assert whole.parts[0].mean.get() == 3.0
    assert let_go(whole, lambda: 1 / 0).parts[0].mean.get() == 3.0


def test_a_result_with_nothing_to_let_go_is_itself() -> None:
    result = (1, "two", np.zeros(3), {"four": 4})
    assert let_go(result, lambda: 1 / 0) is result


def test_samples_that_are_there_are_let_go_as_well() -> None:
    before = Samples.held
    kept = let_go((Later.of(Samples([1.0]), samples=True),), lambda: (Later.of(Samples([2.0])),))
    assert Samples.held == before
    assert kept[0].get().values == [2.0]
