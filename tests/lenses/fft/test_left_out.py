"""Samples without a spectrum are counted by reason; stores that hold little end in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import UsageError
from tests.cli.typed import Type
from tests.lenses.fft.logs import PATTERNS, Row, by_pattern, dataset, rows, run, verdicts, without

INSUFFICIENT = dict.fromkeys(PATTERNS, "insufficient_evidence")


def _spoilt() -> list[Row]:
    """60 sound samples, and of every kind that has no spectrum a number of its own."""
    log = rows()
    extra = rows(21)
    spoilt: list[Row] = []
    for i, one in enumerate(extra):
        one = one | {"item_id": f"x{i}"}
        if i < 6:
            one = without(one, "prompt")
        elif i < 10:
            one |= {"prompt": f"short {i}"}
        elif i < 15:
            one |= {"prompt": "a" * (20 + i)}
        elif i < 18:
            one |= {"correct": None}
        else:
            one |= {"correct": None, "stop": "error"}
        spoilt.append(one)
    return log + spoilt


def test_what_has_no_spectrum_is_counted_by_reason(tmp_path: Path) -> None:
    done = run(tmp_path, _spoilt())
    left = {"no prompt": 6, "fewer than 16 tokens": 4, "one token over and over": 5}
    for finding in done.findings:
        assert finding.n["samples"] == finding.n["items"] == 60
        assert finding.n["left_out"] == 15
        assert finding.evidence["left_out"] == left
        assert any("15 of 75 samples have no spectrum" in caveat for caveat in finding.caveats)
    assert any("15 of 75 samples have no spectrum" in note for note in done.warnings)
    sound = by_pattern(run(_folder(tmp_path), rows()))
    assert verdicts(by_pattern(done)) == verdicts(sound)


def _folder(path: Path) -> Path:
    folder = path / "more"
    folder.mkdir()
    return folder


def test_more_prompts_than_are_read_are_counted(tmp_path: Path) -> None:
    done = run(tmp_path, rows(), prompts=40)
    assert done.findings[0].n["prompts"] == 40
    assert done.findings[0].evidence["left_out"] == {"more prompts than --prompts": 20}


def test_repeats_of_a_question_are_one_prompt(tmp_path: Path) -> None:
    twice = [one | {"repeat": k, "correct": k == 0} for one in rows(30) for k in range(2)]
    counted = run(tmp_path, twice).findings[0].n
    assert (counted["samples"], counted["items"], counted["prompts"]) == (60, 30, 30)


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        (None, "no prompt"),
        ("", "fewer than 16 tokens"),
        ("too short", "fewer than 16 tokens"),
        ("a" * 300, "one token over and over"),
    ],
)
def test_a_store_without_prompts_ends_in_words(
    typed: Type, tmp_path: Path, prompt: str | None, why: str
) -> None:
    log = [without(one, "prompt") | ({} if prompt is None else {"prompt": prompt})
           for one in rows()]  # fmt: skip
    dataset(tmp_path, log)
    done = typed("fft", "data.json", "--output-dir", "out", "--figures", "3")
    assert done.code == 0
    assert f"t of m: no spectrum ({why})" in done.out
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert {f["pattern"]: f["verdict"] for f in summary["findings"]} == INSUFFICIENT
    assert {f["reason"] for f in summary["findings"]} == {"no_tokens"}
    assert {f["n"]["left_out"] for f in summary["findings"]} == {60}


def test_one_prompt_only(tmp_path: Path) -> None:
    log = [one | {"prompt": rows(1)[0]["prompt"], "repeat": i, "item_id": "i0"}
           for i, one in enumerate(rows())]  # fmt: skip
    done = run(tmp_path, log)
    found = by_pattern(done)
    assert "present" not in set(verdicts(found).values())
    assert found["peak_collapse"].reason == "few_samples"
    assert found["peak_collapse"].n["prompts"] == 1
    for drawing in done.drawings:
        assert done.figure(drawing).data


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_all_wrong_or_all_right(tmp_path: Path, right: float) -> None:
    done = run(tmp_path, rows(200, right=right), tokenizer="words")
    found = verdicts(by_pattern(done))
    failures = {found[pattern] for pattern in PATTERNS[:3]}
    assert "present" not in failures
    if right:
        assert failures == {"absent"}
        assert found["clean_spectrum"] == "present"
    else:
        # Nothing to compare with: failure may go with anything.
        assert found["clean_spectrum"] != "present"
    for drawing in done.drawings:
        assert done.figure(drawing).data
    assert done.lens.tables(done.results)


def test_samples_that_lack_an_axis_value_stay(tmp_path: Path) -> None:
    log = [one if i % 5 else without(one, "params") for i, one in enumerate(rows(100))]
    done = run(tmp_path, log)
    assert {f.n["samples"] for f in done.findings} == {100}
    (axis,) = done.results[0].evals[0].axes
    assert sum(level.prompts for level in axis.levels) == 80


def test_no_axis_at_all(tmp_path: Path) -> None:
    done = run(tmp_path, [without(one, "params") for one in rows(100)])
    found = by_pattern(done)["peak_collapse"]
    assert (found.verdict, found.reason) == ("insufficient_evidence", "few_levels")


@pytest.mark.parametrize(
    "wrong",
    [{"segment": 20}, {"prompts": 0}, {"show_text": 13}, {"signal": "nonsense"}, {"seed": -1},
     {"axis": "nonsense"}, {"bins": 1}],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        run(tmp_path, rows(4), **wrong)


@pytest.mark.parametrize(
    "signal", ["symbolic", "token_length", "digit", "space", "surprisal", "token_id"]
)
def test_every_signal_has_a_spectrum(tmp_path: Path, signal: str) -> None:
    done = run(tmp_path, rows(40), tokenizer="words", signal=signal)
    assert {f.n["samples"] for f in done.findings} == {40}
    assert len(done.table) == 1
    assert any("exploratory" in note for note in done.warnings) == (signal == "token_id")


def test_a_note_says_that_right_and_wrong_seldom_share_a_cell(tmp_path: Path) -> None:
    """Also where fifths of predicted difficulty, which hold one cell each, would bring nothing."""
    log = [
        one | {"params": {"level": i % 4}, "correct": i % 4 == 0 or i % 8 == 1}
        for i, one in enumerate(rows(120))
    ]
    done = run(tmp_path, log)
    strata = {finding.evidence.get("strata") for finding in done.findings}
    assert any("seldom share a cell" in note for note in done.warnings), strata
    assert not any("seldom" in note for note in run(_folder(tmp_path), rows(120)).warnings)
