from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonscape.planted.design import GRAMMARS
from reasonscape.planted.items import make_item
from reasonscape.planted.question import Item, Size

sizes = st.builds(
    Size,
    length=st.integers(0, 40),
    depth=st.integers(0, 6),
    dewhitespace=st.sampled_from([0.0, 0.5, 1.0]),
)


def make(grammar: str, size: Size, seed: int = 0) -> Item:
    return make_item(grammar, size, np.random.default_rng(seed))


@given(grammar=st.sampled_from(GRAMMARS), size=sizes, seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_every_question_has_a_target_wrong_answers_and_steps(
    grammar: str, size: Size, seed: int
) -> None:
    item = make(grammar, size, seed)
    assert item == make(grammar, size, seed)
    assert item.target
    assert item.steps
    assert item.wrong
    assert item.target not in item.wrong
    plain = re.compile(r"[A-Za-z0-9 .,:?()+-]+")
    for text in (item.prompt, item.target, *item.wrong, *item.steps):
        assert plain.fullmatch(text), text


@given(size=sizes, seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_arithmetic_is_right_and_as_long_as_asked(size: Size, seed: int) -> None:
    item = make("arithmetic", size, seed)
    asked = item.prompt.removeprefix("What is ").removesuffix(" ?")
    assert eval(asked) == int(item.target)
    assert len(re.findall(r"\d+", asked)) == max(size.length, 2)
    assert asked.count("(") <= size.depth


@given(size=sizes, seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_boolean_is_right_from_left_to_right(size: Size, seed: int) -> None:
    item = make("boolean", size, seed)
    words = item.prompt.split("? ", 1)[1].split()

    def value(position: int) -> tuple[bool, int]:
        result, word, turn = False, "or", False
        while position < len(words) and words[position] != ")":
            token = words[position]
            position += 1
            if token in ("and", "or"):
                word = token
                continue
            if token == "not":
                turn = True
                continue
            if token == "(":
                now, position = value(position)
                position += 1
            else:
                now = token == "True"
            now, turn = now != turn, False
            result = (result and now) if word == "and" else (result or now)
        return result, position

    assert str(value(0)[0]) == item.target


@given(size=sizes, seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_counting_sorting_and_tracking_are_right(size: Size, seed: int) -> None:
    item = make("counting", size, seed)
    letter, row = re.fullmatch(r"How often does (\w) occur in: ([a-h ]+) \?", item.prompt).groups()  # type: ignore[union-attr]
    assert str(row.split().count(letter)) == item.target

    item = make("sorting", size, seed)
    values = [int(v) for v in item.prompt.split(": ")[1].split()]
    assert " ".join(map(str, sorted(values))) == item.target

    item = make("tracking", size, seed)
    held = dict(re.findall(r"(\w+) has the (\w+)\.", item.prompt))
    for a, b in re.findall(r"(\w+) and (\w+) swap\.", item.prompt):
        held[a], held[b] = held[b], held[a]
    who = re.findall(r"What does (\w+) have now\?", item.prompt)[0]
    assert held[who] == item.target


@given(size=sizes, seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_ordering_is_right(size: Size, seed: int) -> None:
    item = make("ordering", size, seed)
    left = {b: a for a, b in re.findall(r"(\w+) stands directly left of (\w+)\.", item.prompt)}
    place, who = 1, item.target
    while who in left:
        who, place = left[who], place + 1
    assert f"place {place} from the left" in item.prompt


def test_a_longer_coordinate_makes_a_longer_prompt() -> None:
    for grammar in GRAMMARS:
        short, long = make(grammar, Size(4, 0)), make(grammar, Size(20, 0))
        assert len(long.prompt) > len(short.prompt)


def test_spaces_are_left_out_with_the_confounder() -> None:
    spaced, squeezed = make("arithmetic", Size(9, 2)), make("arithmetic", Size(9, 2, 1.0))
    assert squeezed.prompt.count(" ") == 3
    assert spaced.prompt.count(" ") > 12
    assert spaced.target == squeezed.target


def test_an_unknown_grammar_has_no_items() -> None:
    with pytest.raises(KeyError):
        make("poetry", Size(2, 2))
