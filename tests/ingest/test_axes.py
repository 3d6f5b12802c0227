"""Which metadata become coordinates: the automatic rule, and what ``--axes`` names."""

from __future__ import annotations

from typing import Any

import pytest

from reasonscape.errors import ConfigError, UsageError
from reasonscape.ingest.axes import Axes, likely_coordinates, parse_axes
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.params import ParamReader
from reasonscape.ingest.rows import RowError

METADATA: dict[str, Any] = {
    "doc": {
        "question": "How many?",
        "answer": 4,
        "level": "Level 5",
        "subject": "algebra",
        "id": 17,
        "sha256": "ab",
        "steps": 3,
        "hard": True,
        "weights": [1, 2],
        "rate": float("nan"),
        "huge": 10**40,
        "nested": {"depth": 2, "text": "no"},
        "cot": "x" * 41,
        "poem": "a\nb",
        "blank": "",
    },
    "task_args": {"shots": 5, "steps": 9},
}


def read(axes: Axes, metadata: dict[str, Any] = METADATA) -> dict[str, Any]:
    params, labels = dict[str, float](), dict[str, str]()
    axes.read(metadata, ParamReader(Notices()), params, labels)
    return {**params, **labels}


def test_what_looks_like_a_coordinate_becomes_one() -> None:
    assert read(Axes()) == {
        "level": "Level 5",
        "subject": "algebra",
        "steps": 3.0,  # of the question; the task's of the same name comes later and does not count
        "hard": 1.0,
        "nested.depth": 2.0,
        "shots": 5.0,
    }


@pytest.mark.parametrize(
    "name",
    [
        "answer",
        "gold_answer",
        "id",
        "doc_id",
        "Question",
        "target",
        "url",
        "label",
        "choices",
        "seed",
    ],
)
def test_names_of_what_a_question_is_are_no_coordinates(name: str) -> None:
    assert list(likely_coordinates({"doc": {name: 1}})) == []


@pytest.mark.parametrize("name", ["difficulty", "n_steps", "validity", "kind", "grid", "length"])
def test_names_that_only_resemble_them_are(name: str) -> None:
    assert list(likely_coordinates({"doc": {name: 1}})) == [(name, 1)]


def test_named_axes_are_read_and_nothing_else() -> None:
    texts = ["doc.steps", "number=number(part(doc.level, ' ', -1))", "doc.nested", "doc['id']"]
    assert read(parse_axes(texts)) == {
        "steps": 3.0,
        "number": 5.0,
        "nested.depth": 2.0,
        "nested.text": "no",
        "id": 17.0,
    }


def test_none_takes_none_and_a_missing_path_is_no_coordinate() -> None:
    assert read(parse_axes(["none"])) == {}
    assert read(parse_axes(["doc.absent"])) == {}
    assert read(parse_axes(["auto"])) == read(Axes())


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["none", "doc.level"], "stands beside other axes"),
        (["doc.level", "auto"], "stands beside other axes"),
        (["doc.level", "level=doc.n"], "names 'level' twice"),
        (["number(doc.level)"], "is computed and has no name"),
        (["doc.a + doc.b"], "is computed and has no name"),
    ],
)
def test_what_cannot_be_meant_is_an_error(texts: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_axes(texts)


def test_an_expression_that_cannot_be_read_names_its_option() -> None:
    with pytest.raises(ConfigError, match="--axes"):
        parse_axes(["n=doc.(("])


def test_an_expression_that_does_not_fit_refuses_the_row() -> None:
    with pytest.raises(RowError) as caught:
        read(parse_axes(["n=doc.subject * 2"]))
    assert caught.value.field == "params.n"


def test_deep_metadata_end() -> None:
    deep: dict[str, Any] = {"n": 1}
    for _ in range(500):
        deep = {"a": deep}
    assert list(likely_coordinates({"doc": deep})) == []
