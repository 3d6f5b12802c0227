"""No text makes a grader slow: each is made to be hard for one of its patterns."""

from __future__ import annotations

import time

import pytest

from reasonscape.ingest.grading import Grader
from reasonscape.ingest.notices import Notices
from reasonscape.store.sample import Sample

HARD = (
    *("1", "1,", "1,111", "1 ", ".", "1/", "1e", "a1", "10^", "×10^", "-", "$", "(", "{", "^", "_"),
    *(
        "\\frac{",
        "\\text{",
        "\\boxed{",
        "**",
        "#",
        " ",
        "\n",
        "\u00a0",
        "½",
        "²",
        "=",
        "1 thousand ",
    ),
    *(
        "answer",
        "answer to ",
        "answer is ",
        "final answer ",
        "<answer>",
        "(A) ",
        "A. x\n",
        "option ",
    ),
    *("A", "\u0130", "\U0001d7d9", "x" * 90 + " "),
)


@pytest.mark.parametrize("part", HARD, ids=[ascii(part) for part in HARD])
@pytest.mark.parametrize("grader", ["exact", "numeric", "choice"])
def test_hard_texts_take_no_time(grader: str, part: str) -> None:
    text = part * (60_000 // len(part))
    began = time.perf_counter()
    for response in (text, f"1{text}1", f"answer {text}/", f"answer is {text}"):
        sample = Sample("m", "t", prompt=text, response=response, target="B 7")
        Grader(grader).grade(sample, Notices())
        sample = Sample("m", "t", prompt=text, answer=response, target=text)
        Grader(grader).grade(sample, Notices())
    assert time.perf_counter() - began < 5  # measured: at most 0.7 s, on a busy machine


@pytest.mark.parametrize("pattern", [r"((?:a+)+)$", r"(a|aa)+$", r"(.*.*.*=.*)", r"(?:(x+x+)+y)"])
def test_patterns_that_explode_elsewhere_do_not_here(pattern: str) -> None:
    text = "a" * 50_000 + "x" * 50_000
    sample = Sample("m", "t", response=text, target="a")
    began = time.perf_counter()
    Grader("regex", pattern).grade(sample, Notices())
    assert time.perf_counter() - began < 5
    assert sample.grade_source == "regex"
