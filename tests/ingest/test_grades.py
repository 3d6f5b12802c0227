"""Grades from a side file: three forms, keys and repeats, what is noticed and what is an error."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.grades import Grades
from reasonscape.ingest.importing import import_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.store.sample import Sample

Read = Callable[..., list[Any]]
GOLDEN = Path(__file__).parent / "golden" / "openai"


def row(item: str | None = "q1", **fields: Any) -> dict[str, Any]:
    return {"model": "m", "base_task": "t", "item_id": item, **fields}


@pytest.fixture
def grades(tmp_path: Path) -> Callable[..., Grades]:
    """Write a file of grades and open it."""

    def opened(content: str | bytes, name: str = "grades.jsonl") -> Grades:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Grades(path)

    return opened


LINES = '{"custom_id": "q1", "correct": true}\n{"custom_id": "q2", "score": 0.5, "target": 4}\n'
TABLE = "custom_id,correct,score,target\nq1,TRUE,,\nq2,,0.5,4\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (LINES, "g.jsonl"),
        (gzip.compress(LINES.encode(), mtime=0), "g.jsonl.gz"),
        ("\ufeff" + LINES, "g.jsonl"),
        (LINES.replace("custom_id", "item_id"), "g.jsonl"),
        (LINES.replace("custom_id", "id"), "g.jsonl"),
        (TABLE, "g.csv"),
        ("\ufeff" + TABLE.replace("\n", "\r\n"), "g.csv"),
        (TABLE.replace(",", ";"), "g.csv"),
        (TABLE.replace(",", "\t"), "g.tsv"),
        ('custom_id,correct,score,target\n"q1",yes,,\n"q2",,0.5,"4"', "g.csv"),
        ('{"q1": true, "q2": {"score": 0.5, "target": "4"}}', "g.json"),
        ('{\n "q1": {"correct": 1},\n "q2": {"score": 0.5, "target": 4}\n}\n', "g.json"),
    ],
)
def test_forms_of_the_file(
    read: Read, grades: Callable[..., Grades], content: str | bytes, name: str
) -> None:
    options = ReadOptions(grades=grades(content, name))
    one, two, three = read([row("q1"), row("q2"), row("q3")], options)
    assert (one.correct, one.score, one.grade_source) == (True, None, "side_file")
    assert (two.correct, two.score, two.target) == (False, 0.5, "4")
    assert (three.correct, three.grade_source) == (None, None)
    assert options.notices.counts == {"ungraded: the file of --grades says nothing of the row": 1}


def test_a_key_of_the_object_may_be_any_name(read: Read, grades: Callable[..., Grades]) -> None:
    options = ReadOptions(grades=grades('{"id": true, "custom_id": false}'))
    one, two = read([row("id"), row("custom_id")], options)
    assert (one.correct, two.correct) == (True, False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LINES + LINES, "grades 'q1' twice, in rows 1 and 3"),
        (LINES + '{"custom_id": "q1", "correct": true}', "twice"),
        ("custom_id,correct\nq1,1\nq1,1\n", "twice, in rows 2 and 3"),
        ('{"q1": true, "q1": true}', "the key 'q1' is there twice"),
        ('{"custom_id": "q1", "repeat": 1, "correct": true}\n' * 2, "repeat 1, twice"),
        ("", "is empty"),
        ("custom_id,correct\n", "holds no grades"),
        ("{}", "holds no grades"),
        ("a,b\n1,2\n", "has no column custom_id"),
        ("[1]", "has no column custom_id"),
        ("custom_id,correct,correct\nq1,1,1\n", "a column twice"),
        ("custom_id,correct\nq1,maybe\n", "row 2 of the grades"),
        ("custom_id,score\nq1,high\n", "score cannot be 'high'"),
        ("custom_id,score\nq1,nan\n", "expected a number"),
        ("custom_id,correct\nq1\n", "1 cells under 2 names"),
        ('custom_id,correct\n"q1,1\n', "row 2 of the grades"),
        (LINES + '{"correct": true}', "row 3 of the grades"),
        (LINES + "{oops", "row 3 of the grades"),
        (LINES + "[]", "row 3 of the grades"),
        (LINES + '{"custom_id": [], "correct": true}', "custom_id: expected text"),
        ('{"custom_id": "q1", "correct": "yes"}', "correct: expected true or false"),
        ('{"custom_id": "q1", "score": "1"}', "score: expected a number"),
        ('{"custom_id": "q1", "score": Infinity}', "score: expected a number"),
        ('{"custom_id": "q1", "repeat": 1.5}', "repeat: expected a whole number"),
        ('{"custom_id": "q1", "params": [1]}', "params: expected an object"),
        ('{"q1": [1]}', "neither true, false, a number nor an object"),
        ('{"q1": null}', "neither true, false, a number nor an object"),
        (b"custom_id,correct\n\xff\xfe,1\n", "is not UTF-8"),
        (b"\x1f\x8b\x08broken", "damaged|empty|cannot be read"),
        ('{"a":' * 3000, "row 1|intact"),
    ],
)
def test_a_file_that_is_wrong_is_one_clear_error(
    grades: Callable[..., Grades], content: str | bytes, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        grades(content)


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file of grades"):
        Grades(tmp_path / "none.json")


def test_repeats(read: Read, grades: Callable[..., Grades]) -> None:
    lines = [
        '{"custom_id": "a", "repeat": 0, "correct": true}',
        '{"custom_id": "a", "repeat": 1, "correct": false}',
        '{"custom_id": "b", "correct": true}',
    ]
    options = ReadOptions(grades=grades("\n".join(lines)))
    rows = [row("a", repeat=n) for n in range(3)] + [row("a"), row("b"), row("b", repeat=0)]
    found = [one.correct for one in read([*rows, row("b", repeat=1)], options)]
    assert found == [True, False, None, True, True, True, None]


def test_a_grade_without_a_repeat_does_not_fit_one_of_several_choices(
    read: Read, grades: Callable[..., Grades]
) -> None:
    choices = [{"index": n, "message": {"content": "4"}, "finish_reason": "stop"} for n in (0, 1)]
    body = {"model": "m", "choices": choices}
    log = {"custom_id": "q1", "response": {"status_code": 200, "body": body}, "error": None}
    options = ReadOptions(grades=grades(LINES))
    assert [one.correct for one in read([log], options, "openai")] == [None, None]


def test_rows_without_ids_are_counted(read: Read, grades: Callable[..., Grades]) -> None:
    options = ReadOptions(grades=grades('{"1": true, "3": false}'))
    found = read([row(None), row(None), row(None)], options)
    assert [one.correct for one in found] == [True, None, False]


def test_what_else_a_grade_may_say(read: Read, grades: Callable[..., Grades]) -> None:
    line = (
        '{"custom_id": "q1", "correct": true, "answer": 4, "target": 4.50, "task": "t/easy", '
        '"item_id": "other", "chance": 0.25, "params": {"n": 3}, "params.depth": 2, '
        '"param.kind": "x", "reviewer": "me"}'
    )
    side = grades(line)
    options = ReadOptions(grades=side)
    (one,) = read([row("q1", params={"n": 1, "m": 1}, target="5")], options)
    assert (one.answer, one.target, one.task, one.item_id) == ("4", "4.5", "t/easy", "other")
    assert (one.chance, one.chance_source) == (0.25, "row")
    assert (one.params, one.labels) == ({"n": 3.0, "m": 1.0, "depth": 2.0}, {"kind": "x"})
    side.note_unused(options.notices)
    assert list(options.notices.counts) == [
        "'reviewer' in --grades is no field of a sample and was left out"
    ]


def test_the_log_s_own_grade_goes_first(read: Read, grades: Callable[..., Grades]) -> None:
    options = ReadOptions(grades=grades('{"custom_id": "q1", "correct": true, "target": "4"}'))
    (one,) = read([row("q1", correct=False)], options)
    assert (one.correct, one.grade_source, one.target) == (False, "native", "4")
    assert options.notices.counts == {
        "a grade of the log itself, which goes before the one in --grades": 1
    }


def test_bad_fields_of_a_grade_cost_their_row(read: Read, grades: Callable[..., Grades]) -> None:
    options = ReadOptions(grades=grades('{"custom_id": "q1", "chance": 7, "correct": true}'))
    bad, good = read([row("q1"), row("q2")], options)
    assert (bad.reason, bad.field) == ("out_of_range", "chance")
    assert isinstance(good, Sample)


def test_targets_from_the_file_and_a_grader(tmp_path: Path) -> None:
    targets = tmp_path / "targets.csv"
    targets.write_text("custom_id,target\nsums/1,3\nsums/3,8\nsums/4,4\nnone,1\n")
    report = import_logs(
        [GOLDEN / "chat_batch_output.jsonl"],
        tmp_path / "d.json",
        grades=targets,
        grade="numeric",
        features=False,
    )
    assert report.complete
    assert set(report.notices) == {
        "graded by numeric (--grade), not by the log (2 rows)",
        "grades in --grades that belong to no row of the logs (1 row)",
        "no target, so that --grade numeric does not grade it (6 rows)",
        "ungraded: the file of --grades says nothing of the row (6 rows)",
    }
    again = import_logs(
        [GOLDEN / "chat_batch_output.jsonl"],
        tmp_path / "d.json",
        grades=targets,
        grade="numeric",
        features=False,
    )
    assert (again.added, again.unchanged) == (0, report.added)


def test_unused_grades_are_those_of_no_log(tmp_path: Path, write: Callable[..., Path]) -> None:
    side = tmp_path / "g.json"
    side.write_text('{"a": true, "b": false, "c": true}')
    logs = [write([row(name)], f"{name}.jsonl") for name in "ab"]
    report = import_logs(logs, tmp_path / "d.json", grades=side, features=False)
    assert report.notices == ("grades in --grades that belong to no row of the logs (1 row)",)


def test_many_grades_need_little_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "g.csv"
    with path.open("w") as file:
        file.write("custom_id,correct,answer\n")
        file.writelines(f"item-{n},1,{'x' * 500}\n" for n in range(20_000))
    tracemalloc.start()
    side = Grades(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20  # the file has 10 MB
    found = side.fields_of({"item_id": "item-19999"}, 1, ReadOptions().notices)
    assert found["correct"] is True


def test_a_task_for_rows_that_name_none(read: Read) -> None:
    rows = [{"model": "m", "base_task": name, "correct": True} for name in (None, "own")]
    found = read(rows, ReadOptions(base_task="told"))
    assert [(one.base_task, one.task) for one in found] == [("told", "told"), ("own", "own")]
    (refused, _) = read(rows)
    assert (refused.reason, refused.field) == ("missing_field", "base_task")
