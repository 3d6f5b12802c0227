"""Odd failures and odd options through the command line: each has a clear answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.typed import Type, Typed, log, refused, row

SAID = ("the carried ten was dropped again", "the premise does not follow from it")


def fails(i: int, **changes: object) -> str:
    """A failed sample of an item whose text is of one of two sorts."""
    kind = i % 2
    text = f"so {SAID[kind]} and {SAID[kind]} at {i}"
    given: dict[str, Any] = {
        "item_id": str(i), "correct": False, "params": {"n": i % 3, "kind": f"k{kind}"},
        "prompt": f"what is {i}?", "response": text, "model": f"m{i % 2}", "repeat": 0,
    }  # fmt: skip
    return row(**{**given, **changes})


def store(typed: Type, rows: list[str], *words: str) -> str:
    done = typed("import", log("log.jsonl", rows), "--dataset", "d.json", *words)
    assert done.code == 0, done.err
    return "d.json"


def asked(typed: Type, dataset: str, *words: object) -> dict[str, Any]:
    """The lens's answer, whose pool claims all say why they are not decided, or decide."""
    done = typed(
        "failures",
        dataset,
        "--permutations",
        19,
        "--format",
        "json",
        "--detail",
        "--figures",
        0,
        *words,
    )
    assert done.code == 0, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer


def reasons(answer: dict[str, Any]) -> set[str | None]:
    return {one["reason"] for one in answer["findings"]}


def text_of(typed: Type, dataset: str, *words: object) -> Typed:
    done = typed("failures", dataset, "--permutations", 19, *words)
    assert done.code == 0, done.err
    return done


def test_no_failures(typed: Type) -> None:
    dataset = store(typed, [fails(i, correct=True) for i in range(30)])
    answer = asked(typed, dataset)
    assert reasons(answer) == {"no_failures"}
    assert "nothing failed" in text_of(typed, dataset).out
    assert text_of(typed, dataset, "--figures", 0, "--output-dir", "out").out
    assert json.loads(Path("out/summary.json").read_text())["findings"]
    done = typed("failures", dataset, "--output", "a.html")
    refused(done, done.code)
    assert "nothing to draw" in done.err


def test_one_failure(typed: Type) -> None:
    dataset = store(typed, [fails(i, correct=i > 0) for i in range(30)])
    answer = asked(typed, dataset, "--output-dir", "out")
    assert None not in reasons(answer)
    assert "no_failures" not in reasons(answer)
    members = Path("out/tables/members.csv")
    assert len(members.read_text().splitlines()) == 2


@pytest.mark.parametrize("text", ["the same for all of them", "the of and a", "x", "12 34"])
def test_failures_that_all_say_the_same(typed: Type, text: str) -> None:
    dataset = store(typed, [fails(i, response=text) for i in range(60)])
    answer = asked(typed, dataset)
    assert reasons(answer) <= {"no_clusters", "no_trace"}
    assert not any(one["verdict"] == "present" for one in answer["findings"])


def test_empty_traces(typed: Type) -> None:
    dataset = store(typed, [fails(i, response="" if i % 2 else "  \n ") for i in range(40)])
    answer = asked(typed, dataset)
    assert reasons(answer) == {"no_trace"}
    assert any("left out" in note for note in answer["warnings"])


def test_traces_without_a_word(typed: Type) -> None:
    dataset = store(typed, [fails(i, response="?! ...") for i in range(40)])
    answer = asked(typed, dataset)
    assert reasons(answer) == {"no_trace"}
    assert any("no word that tells in what was written" in note for note in answer["warnings"])


def test_a_hidden_reasoning_is_no_trace(typed: Type) -> None:
    dataset = store(typed, [fails(i, response=None) for i in range(40)])
    answer = asked(typed, dataset)
    assert reasons(answer) == {"no_trace"}
    assert any("does not show what was written" in note for note in answer["warnings"])


def test_features_that_were_not_computed_come_with_the_command(typed: Type) -> None:
    dataset = store(typed, [fails(i) for i in range(40)], "--no-features")
    answer = asked(typed, dataset)
    assert reasons(answer) == {"no_trace"}
    said = " ".join(answer["warnings"])
    assert "store refresh d.json" in said


def test_one_model_and_one_kind(typed: Type) -> None:
    rows = [fails(i, model="m", params={"n": i % 3}) for i in range(60)]
    dataset = store(typed, rows)
    answer = asked(typed, dataset, "--kind", "task", "--k", 2)
    found = {one["pattern"]: one["reason"] for one in answer["findings"]}
    assert found["clusters_follow_kind"] == "one_kind"
    assert found["clusters_follow_model"] == "one_eval"
    assert found["kind_over_model"] == "one_kind"
    assert "the failures are of one model only" in text_of(typed, dataset, "--k", 2).out


def test_fewer_than_twenty_items(typed: Type) -> None:
    rows = [fails(i, model=m, repeat=r) for i in range(19) for m in ("a", "b") for r in range(3)]
    answer = asked(typed, store(typed, rows), "--k", 2)
    found = {one["pattern"]: one["reason"] for one in answer["findings"]}
    assert found["clusters_follow_kind"] == found["clusters_follow_model"] == "few_items"


@pytest.fixture
def usual(typed: Type) -> str:
    return store(typed, [fails(i, model=m) for i in range(30) for m in ("a", "b")])


def test_more_clusters_than_failures(typed: Type) -> None:
    dataset = store(typed, [fails(i, correct=i > 4) for i in range(30)])
    done = typed("failures", dataset, "--k", 9)
    refused(done)
    assert "9 clusters were asked for and there are 5" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "banana"), "one of: task, tier, variant"),
        (("--embedding", "word3vec"), "tfidf"),
        (("--embedding", "nowhere.npy"), "no file of vectors"),
        (("--export-vectors", "v.txt"), ".npy"),
        (("--export-vectors", "d.json/v.npy"), "cannot be written"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    typed: Type, usual: str, words: tuple[str, ...], said: str
) -> None:
    done = typed("failures", usual, *words)
    assert done.code in {2, 6}, done.err
    refused(done, done.code)
    assert said in done.err


def test_files_of_vectors_that_cannot_be_used(typed: Type, usual: str) -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(size=(60, 4))
    bad = good.copy()
    bad[3, 2] = np.nan
    made: dict[str, Any] = {
        "shape": good[0], "rows": good[:9], "nan": bad, "pickled": np.array([{}] * 60),
        "words": np.array([["a"]] * 60), "wide": good[:, :0],
    }  # fmt: skip
    for name, array in made.items():
        np.save(f"{name}.npy", array, allow_pickle=True)
        refused(typed("failures", usual, "--embedding", f"{name}.npy"))
    Path("text.npy").write_text("no array")
    refused(typed("failures", usual, "--embedding", "text.npy"))
    refused(typed("failures", usual, "--embedding", "."))


def test_vectors_that_are_all_zero_or_very_large_have_an_answer(typed: Type, usual: str) -> None:
    np.save("zero.npy", np.zeros((60, 4)))
    assert reasons(asked(typed, usual, "--embedding", "zero.npy")) == {"no_clusters"}
    np.save("large.npy", np.random.default_rng(0).normal(size=(60, 4)) * 1e30)
    asked(typed, usual, "--embedding", "large.npy")


def test_exported_vectors_make_the_same_clusters(typed: Type, usual: str) -> None:
    one = asked(typed, usual, "--export-vectors", "v.npy", "--output-dir", "a")
    assert len(Path("v.ids.txt").read_text().split()) == 60
    other = asked(typed, usual, "--embedding", "v.npy", "--output-dir", "b")
    assert Path("a/tables/members.csv").read_bytes() == Path("b/tables/members.csv").read_bytes()
    assert [f["effect"] for f in one["findings"]] == [f["effect"] for f in other["findings"]]


def test_clusters_of_two_sorts_are_found_by_either_method(typed: Type, usual: str) -> None:
    for method in ("kmeans", "hdbscan"):
        answer = asked(typed, usual, "--method", method, "--output-dir", f"out-{method}")
        found = {one["pattern"]: one["verdict"] for one in answer["findings"]}
        assert found["clusters_follow_model"] == "absent"
        lines = Path(f"out-{method}/tables/clusters.csv").read_text().splitlines()
        assert len(lines) == 3


def test_the_same_seed_gives_the_same_summary_whatever_the_order_of_rows(typed: Type) -> None:
    rows = [fails(i, model=m, correct=i % 5 == 0) for i in range(40) for m in ("a", "b")]
    answers = []
    for given in (rows, rows, rows[::-1]):
        shutil.rmtree("d", ignore_errors=True)
        Path("d.json").unlink(missing_ok=True)
        dataset = store(typed, given)
        answer = asked(typed, dataset, "--k", 3, "--most", 50)
        answer.pop("provenance")
        answers.append(json.dumps(answer))
    assert answers[0] == answers[1] == answers[2]


def test_no_row_and_no_graded_row(typed: Type, usual: str) -> None:
    done = typed("failures", usual, "--filters", '{"model": "nobody"}')
    assert done.code == 3
    assert done.err.count("\n") == 1
