"""Runs of the lenses on odd selections and odd options: said plainly, and nothing left out."""

from __future__ import annotations

import json
import math
import shlex

import pytest

from tests.cli.typed import Type, log, refused, row, small

LENSES = ("surface", "compression", "hazard", "fft")
ONE_AXIS = ("compression", "hazard", "fft")


def made(typed: Type, *words: str, **changes: object) -> str:
    """A dataset of 60 samples that have texts and token counts."""
    rows = [
        row(item_id=str(i), correct=i % 3 > 0, params={"n": i % 4}, response=f"so {i} it is " * 20,
            completion_tokens=40 + i, **changes)
        for i in range(60)
    ]  # fmt: skip
    done = typed("import", log("log.jsonl", rows), "--dataset", "d.json", *words)
    assert done.code == 0, done.err
    return "d.json"


@pytest.mark.parametrize("lens", LENSES)
def test_params_that_never_occur_together_cost_no_sample(typed: Type, lens: str) -> None:
    rows = [
        row(
            item_id=str(i),
            correct=i % 2 == 0,
            params={"abc"[i % 3]: i % 5},
            response=f"so {i} it is " * 40,
            completion_tokens=50 + i,
        )
        for i in range(1, 181)
    ]
    assert typed("import", log("log.jsonl", rows), "--dataset", "d.json").code == 0
    done = typed(lens, "d.json", "--format", "json", "--detail")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert len(found["findings"]) >= 4
    assert not any("left out" in note or "no sample" in note for note in found["warnings"])


@pytest.mark.parametrize("lens", LENSES)
def test_where_nobody_graded_that_is_said_and_nothing_else(typed: Type, lens: str) -> None:
    rows = [row(item_id=str(i), correct=None, score=None, stop="error") for i in range(20)]
    rows = [one.replace('"correct": null, ', '"correct": true, ') for one in rows]
    assert typed("import", log("log.jsonl", rows), "--dataset", "d.json").code == 0
    done = typed(lens, "d.json")
    assert done.code == 0
    assert "note: no sample that matched is graded, so nothing can be claimed" in done.out
    assert "no token counts" not in done.out


@pytest.mark.parametrize("lens", LENSES)
def test_a_negative_seed_is_refused(typed: Type, lens: str) -> None:
    refused(typed(lens, small(typed), "--seed", -1))


@pytest.mark.parametrize("lens", ONE_AXIS)
def test_a_second_axis_is_refused_and_not_dropped(typed: Type, lens: str) -> None:
    done = typed(lens, small(typed), "--axis", "length", "--axis", "depth")
    refused(done)
    assert "give one axis" in done.err


@pytest.mark.parametrize(
    "words", [("compression",), ("hazard", "--time", "trace_bytes")], ids=" ".join
)
def test_unmeasured_traces_come_with_the_command_that_measures_them(
    typed: Type, words: tuple[str, ...]
) -> None:
    dataset = made(typed, "--no-features")
    done = typed(words[0], dataset, *words[1:])
    line = "python analyze.py store refresh d.json"
    assert f"60 samples have no features of traces; run: {line}" in done.out
    assert f"next: {line}" in done.out
    assert typed(*shlex.split(line)[2:]).code == 0
    assert "store refresh" not in typed(words[0], dataset, *words[1:]).out


def test_a_log_whose_every_row_holds_nan_is_recognised(typed: Type) -> None:
    rows = [row(item_id=str(i), score=math.nan) for i in range(3)]
    done = typed("import", log("log.jsonl", rows), "--dataset", "d.json")
    assert done.code == 0, done.err
    assert "NaN read as missing (3 rows)" in done.err


@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
@pytest.mark.parametrize("lens", LENSES)
def test_a_models_name_reaches_no_terminal_as_control_and_forges_no_line(
    typed: Type, lens: str, form: str
) -> None:
    dataset = made(typed, model="m\x1b]0;x\x07\n\nnote: all is well\u202e")
    done = typed(lens, dataset, "--format", form)
    assert done.code == 0
    assert all(c.isprintable() or c == "\n" for c in done.out + done.err)
    assert "\nnote: all is well" not in done.out or form == "csv"


def test_shown_texts_are_as_bounded_in_lines_as_in_characters(typed: Type) -> None:
    rows = [row(item_id=str(i), correct=i % 2 > 0, response="a\n" + "\n" * 9000) for i in range(40)]
    assert typed("import", log("log.jsonl", rows), "--dataset", "d.json").code == 0
    done = typed("compression", "d.json", "--show-text", 1)
    assert "  | … the same line 1,998 more times\n" in done.out
    assert done.out.count("\n") < 40
    asked = typed("compression", "d.json", "--show-text", 1, "--format", "json")
    assert "--format table" in asked.err
    shown = typed("compression", "d.json", "--show-text", 1, "--format", "markdown")
    assert "what the model wrote, line by line" in shown.out


def test_ctrl_c_that_the_database_took_is_an_interruption(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = small(typed)

    def interrupted(*_: object, **__: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr("reasonscape.store.tables.Store.arrays", interrupted)
    done = typed("hazard", dataset)
    refused(done, 130)
    assert "interrupted" in done.err


def test_a_feature_that_is_not_there_is_answered_with_those_that_are(typed: Type) -> None:
    done = typed("evals", made(typed), "--filters", '{"f.covered": 1}')
    refused(done)
    assert "f.loop_covered" in done.err
