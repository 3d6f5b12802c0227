"""Graders: tables of hard cases with the answers that a person would give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import UsageError
from reasonscape.ingest.formats import format_named
from reasonscape.ingest.grading import Grader
from reasonscape.ingest.grading_choices import choices_of_prompt
from reasonscape.ingest.grading_texts import normalized
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.store.sample import Sample


def grade(
    grader: str, target: str | None, response: str | None = None, **fields: Any
) -> tuple[bool | None, str | None, bool | None]:
    """Grade one sample: correct, answer, answered."""
    pattern = fields.pop("pattern", None)
    sample = Sample("m", "t", response=response, target=target, **fields)
    Grader(grader, pattern).grade(sample, Notices())
    assert (sample.correct is None) == (sample.grade_source is None)
    assert sample.grade_source in (None, grader)
    return sample.correct, sample.answer, sample.answered


EXACT: tuple[tuple[str, str, bool], ...] = (
    ("Paris", "Paris", True),
    ("Paris", "paris.", True),
    ("Paris", "The answer is **Paris**.", True),
    ("Paris", "The final answer is: Paris. I hope this helps!", True),
    ("Paris", "It might be Rome.\n\n**Answer:** Paris", True),
    ("Paris", "**Final Answer**\n\nParis", True),
    ("Paris", "Let me think.\n#### Paris", True),
    ("Paris", "#### Step 1\nParis", True),
    ("Paris", "<answer> Paris </answer> as I said", True),
    ("Paris", "So \\boxed{\\text{Paris}}.", True),
    ("Paris", "$\\boxed{Paris}$ and \\boxed{Rome}", False),
    ("Paris", "The answer is not Paris but\nRome", False),
    ("Paris", "Paris, or Rome", False),
    ("Paris", "The answer is Rome.\nThe answer is Paris.", True),
    ("Paris", "The answer to the question of the capital is Paris", True),
    ("Paris", "The correct option is Paris", True),
    ("New York", "new \u00a0 YORK", True),
    ("New York", "“New York”", True),
    ("caf\u00e9", "cafe\u0301", True),
    ("ﬁne", "fine", True),
    ("straße", "STRASSE", True),
    ("yes", "Yes", True),
    ("3.5 m", "The answer is 3.5 m. Good.", True),
    ("-5", "-5", True),
    ("-5", "5", False),
    (".5", ".5", True),
    ("50%", "50", False),
    ("f(x)", "f(x)", True),
    ("(1, 2)", "1, 2", True),
    ("a*b", "a*b", True),
    ("?", "?", True),
    ("?", "!", False),
    ("x_1", "x_1", True),
    ("On day 1 2 trains go 160 miles.\n#### 230", "It is\n#### 230", True),
    ("\\frac{1}{2}", "$$\\boxed{\\frac{1}{2}}$$", True),
)

NUMERIC: tuple[tuple[str, str, bool], ...] = (
    ("42", "42", True),
    ("42", "The answer is 42.", True),
    ("42", "6 * 7 = 42", True),
    ("42", "\\boxed{6 \\cdot 7 = 42}", True),
    ("42", "The answer is 42 because 6 * 7 = 42, not 41.", True),
    ("42", "I count 42 of them", True),
    ("42", "Forty-two", False),
    ("42", "42.0", True),
    ("42", "4.2e1", True),
    ("42", "42.0000001", True),
    ("42", "42.1", False),
    ("42", "-42", False),
    ("-42", "\u221242", True),
    ("-42", "The answer is -42", True),
    ("7", "10-7", True),
    ("1234", "1,234", True),
    ("1234", "1\u202f234", True),
    ("1234", "1\\,234", True),
    ("1234", "1{,}234", True),
    ("1234", "\\boxed{1 234}", True),
    ("1234", "$1,234.00", True),
    ("1234567", "1234568", False),
    ("1,234,567", "1234567 km", True),
    ("0.5", "1/2", True),
    ("1/2", "0.5", True),
    ("1/2", "\\frac{1}{2}", True),
    ("1/2", "\\dfrac12", True),
    ("-1/2", "-\\frac{1}{2}", True),
    ("1.5", "1 1/2", True),
    ("1.5", "1\\frac{1}{2}", True),
    ("1.5", "1½", True),
    ("0.3333333", "1/3", True),
    ("1/3", "0.333", False),
    ("0.25", "25%", True),
    ("25", "25%", True),
    ("25%", "0.25", True),
    ("25%", "25 percent", True),
    ("25%", "2.5%", False),
    ("30000", "3 × 10^4", True),
    ("30000", "3 \\times 10^{4}", True),
    ("30000", "3×10⁴", True),
    ("30000", "3e4", True),
    ("1000", "10^3", True),
    ("3000000", "3 million", True),
    ("12 km", "12", True),
    ("12", "12 \\text{ km}", True),
    ("12", "12 m^2", True),
    ("12", "12 m²", True),
    ("217", "217.0°", True),
    ("5", "x = 5", True),
    ("x = 5", "5", True),
    ("0x1f", "31", True),
    ("31", "0x1F", True),
    ("0x23c8b81", "0x23C3C11", False),
    ("0", "0.0000000001", True),
    ("0", "0.001", False),
    ("1172.1182", "1,172.1182", True),
    ("31245678.901", "31245678.902", False),
    ("31245678.901", "31245678.9010", True),
    ("3", "[1, 2, 3]", True),
    ("3", "1,2,3", False),
    ("1.5", "1,5", False),
    ("30", "12:30", False),
    ("4", "3/4/2024", False),
    ("5", "<answer>3 or 5</answer>", False),
    ("6.62607015e-34", "6.62607015 × 10^{-34}", True),
    ("6.62607015e-34", "0", False),
    ("2 + 3 is 5, so\n#### 5", "#### 5", True),
    (str(10**50), str(10**50), True),
    (str(10**50), str(10**50 + 1), False),
)

CHOICE: tuple[tuple[str, str, bool], ...] = (
    ("B", "B", True),
    ("B", "b", True),
    ("B", "(B)", True),
    ("(B)", "B", True),
    ("B", "**B**", True),
    ("B", "B.", True),
    ("B", "B. Paris", True),
    ("B", "b) Paris", True),
    ("B", "The answer is (B).", True),
    ("B", "The answer is B because A is wrong", True),
    ("B", "$\\boxed{\\text{B}}$", True),
    ("B", "Option B", True),
    ("B", "The correct option is B: Paris", True),
    ("B", "B. Paris\n\nIt is the capital since 987.", True),
    ("B", "A. Rome\nB. Paris\nI think (B)", True),
    ("B", "I choose **C**", False),
    ("B", "A triangle", False),
    ("A", "A triangle", False),
    ("B", "Both A and B", False),
    ("A", "Both A and B", False),
    ("A", "It must be A", True),
    ("B", "I do not know", False),
    ("I", "I think so", False),
    ("B. Paris", "B", True),
    ("Z", "The answer is Z.", True),
)
LISTED = (
    "Capital of Poland?\nA. x\nB. y\nAnswer: A\n\n"
    "Capital of France?\nA. Rome\nB. Paris\nC. 2\nD. Bern"
)
WITH_CHOICES: tuple[tuple[str, str, bool], ...] = (
    ("Paris", "B", True),
    ("Paris", "paris", True),
    ("Paris", "The answer is Paris.", True),
    ("B", "Paris", True),
    ("1", "B", True),
    ("2", "C", True),  # the text of a choice goes before a place
    ("0", "A. Rome", True),
    ("Rome", "B. Paris", False),
    ("B", "The answer is E.", False),
    ("B", "Paris and Rome", False),
)


def run(grader: str, target: str, said: str, expected: bool, prompt: str | None = None) -> None:
    found = grade(grader, target, said, prompt=prompt)
    assert found[0] is expected, found
    assert found[2] is (found[1] is not None)


@pytest.mark.parametrize(("target", "said", "expected"), EXACT)
def test_exact(target: str, said: str, expected: bool) -> None:
    run("exact", target, said, expected)


@pytest.mark.parametrize(("target", "said", "expected"), NUMERIC)
def test_numeric(target: str, said: str, expected: bool) -> None:
    run("numeric", target, said, expected)


@pytest.mark.parametrize(("target", "said", "expected"), CHOICE)
def test_choice(target: str, said: str, expected: bool) -> None:
    run("choice", target, said, expected)


@pytest.mark.parametrize(("target", "said", "expected"), WITH_CHOICES)
def test_choice_where_the_prompt_lists_them(target: str, said: str, expected: bool) -> None:
    assert choices_of_prompt(LISTED) == ("Rome", "Paris", "2", "Bern")
    run("choice", target, said, expected, LISTED)


@pytest.mark.parametrize(
    ("pattern", "said", "found"),
    [
        (r"Result: (\w+)", "Result: one\nResult: Paris", (True, "Paris", True)),
        (r"Result: (\w+)", "Result: Rome", (False, "Rome", True)),
        (r"Result: (\w+)", "none", (False, None, False)),
        (r"(?i)result:\s*(?:is )?(\w+)", "RESULT: is paris", (True, "paris", True)),
        (r"(?m)^(\w+)$", "Rome\nParis", (True, "Paris", True)),
        (r"x(y?)", "x", (False, None, False)),
    ],
)
def test_regex(pattern: str, said: str, found: tuple[Any, ...]) -> None:
    assert grade("regex", "Paris", said, pattern=pattern) == found


@pytest.mark.parametrize(
    ("name", "pattern", "words"),
    [
        ("exakt", None, "no grader 'exakt'; did you mean exact"),
        ("regex", None, "needs a pattern"),
        ("exact", "(a)", "takes no pattern"),
        ("regex", "a", "cannot be used"),
        ("regex", "(a", "cannot be used"),
        ("regex", "(a)(b)", "several groups"),
        ("regex", r"(a)\1", "cannot be used"),
        ("regex", r"(?=a)(b)", "cannot be used"),
        ("regex", "(" + "a" * 1000 + ")", "too long"),
        ("regex", "(a)\0", "NUL"),
        ("regex", "a)|(b", "cannot be used"),
        ("regex", "'; DROP TABLE x --", "cannot be used"),
    ],
)
def test_graders_that_cannot_be_used(name: str, pattern: str | None, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        Grader(name, pattern)
    assert words in str(caught.value)


def test_what_is_left_alone() -> None:
    assert grade("exact", None, "4") == (None, None, None)
    assert grade("exact", "4", None) == (None, None, None)
    assert grade("exact", "4", "4", stop="error") == (None, None, None)
    assert grade("numeric", "red", "4") == (None, None, None)
    assert grade("numeric", "flag{4_you}", "4") == (None, None, None)
    assert grade("numeric", "3 and 4", "4") == (None, None, None)
    assert grade("choice", "red", "A") == (None, None, None)
    assert grade("choice", "5", "A", prompt=LISTED) == (None, None, None)
    for graded in ({"correct": False}, {"score": 0.0}):
        sample = Sample("m", "t", response="4", target="4", grade_source="native", **graded)
        Grader("exact").grade(sample, Notices())
        assert (sample.grade_source, sample.answer) == ("native", None)


def test_a_given_answer_is_what_counts() -> None:
    assert grade("exact", "4", "5", answer="4") == (True, "4", True)
    assert grade("numeric", "4", "4", answer="I do not know") == (False, "I do not know", False)
    assert grade("numeric", "4", "5", answer="x = 4") == (True, "x = 4", True)
    assert grade("choice", "B", "A", answer="(b)") == (True, "(b)", True)
    assert grade("exact", "4", "4", answer="") == (False, "", False)
    whole = "First 2, then 2.\n\nANSWER: 4"
    for grader in ("exact", "numeric"):
        assert grade(grader, "4", None, answer=whole) == (True, whole, True)


def test_a_refusal_is_no_answer() -> None:
    assert grade("exact", "no", "No", answered=False) == (False, None, False)


def test_nothing_said_is_unanswered() -> None:
    for grader in ("exact", "numeric"):
        assert grade(grader, "4", "") == (False, None, False)
        assert grade(grader, "4", " \n ") == (False, None, False)


@given(st.text(max_size=60))
def test_making_alike_is_idempotent_and_folds_case(text: str) -> None:
    once = normalized(text)
    assert " ".join(once.split()) == once
    if any(map(str.isalnum, once)):
        assert normalized(f" **{once}** ") == normalized(once)


@given(st.text(max_size=80), st.text(max_size=20), st.sampled_from(["exact", "numeric", "choice"]))
def test_any_text_is_graded_or_left_alone(said: str, target: str, grader: str) -> None:
    correct, answer, answered = grade(grader, target, said)
    assert (correct is None) == (answered is None)
    assert answered is None or answered is (answer is not None)


@given(st.integers(), st.sampled_from(["{}", "\\boxed{{{}}}", "The answer is {}.", "#### {}"]))
def test_any_integer_is_read_back(number: int, frame: str) -> None:
    assert grade("numeric", str(number), frame.format(number))[0] is True
    assert grade("numeric", str(number), frame.format(f"{number:,}"))[0] is True
    assert grade("numeric", str(number), frame.format(number + 1))[0] is False


Read = Callable[..., list[Any]]


def test_sample_records_may_lack_a_grade_if_one_is_made(read: Read) -> None:
    rows = [{"model": "m", "base_task": "t", "target": "4", "response": "It is 4", "item_id": n}
            for n in range(3)]  # fmt: skip
    rows[1]["correct"] = False
    del rows[2]["target"]
    assert [one.reason for one in read(rows) if hasattr(one, "reason")] == ["missing_field"] * 2
    options = ReadOptions(grade=Grader("numeric"))
    found = [(one.correct, one.grade_source, one.answer) for one in read(rows, options)]
    assert found == [(True, "numeric", "4"), (False, "native", None), (None, None, None)]
    assert options.notices.counts == {
        "graded by numeric (--grade), not by the log": 1,
        "no target, so that --grade numeric does not grade it": 1,
    }


def test_a_source_of_the_log_itself_is_kept(read: Read) -> None:
    row = {"model": "m", "base_task": "t", "correct": True, "grade_source": "regex"}
    (sample,) = read([row])
    assert sample.grade_source == "regex"
    (refused,) = read([{**row, "grade_source": "me"}])
    assert (refused.reason, refused.field) == ("bad_value", "grade_source")


def test_every_format_takes_a_grader(read: Read) -> None:
    assert format_named("openai").name == "openai"
    row = {"messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}]}
    (sample,) = read([{**row, "target": "4"}], ReadOptions(grade=Grader("exact")), "openai")
    assert (sample.correct, sample.grade_source, sample.answered) == (True, "exact", True)


def test_a_mapping_with_a_target_needs_no_grade(read: Read) -> None:
    from reasonscape.ingest.mapping import parse_mapping

    columns = b'{"columns": {"model": "m", "base_task": "t", "response": "r", "target": "a"}}'
    options = ReadOptions(mapping=parse_mapping(columns, "map.json"), grade=Grader("numeric"))
    (sample,) = read([{"m": "m", "t": "t", "r": "It is 4", "a": 4}], options, "mapped")
    assert (sample.correct, sample.grade_source, sample.target) == (True, "numeric", "4")


def test_a_table_with_a_target_needs_no_grade(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    path = tmp_path / "rows.parquet"
    rows = {"model": ["m"], "base_task": ["t"], "response": ["It is 4"], "target": ["4"]}
    pl.DataFrame(rows).write_parquet(path)
    options = ReadOptions(grade=Grader("numeric"))
    (sample,) = list(format_named("table").read(path, options))
    assert isinstance(sample, Sample)
    assert (sample.correct, sample.grade_source) == (True, "numeric")
