"""The hazard lens on stores: units of time, caps, counts, the command and its files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reasonscape
from reasonscape.errors import NoRowsError, UsageError
from reasonscape.lenses.hazard.options import HazardOptions
from reasonscape.lenses.hazard.selection import counted_ends, select
from reasonscape.runs.lens_run import LensRun
from reasonscape.store.filters.where import Where

ROWS = 240


def _records(model: str, seed: int, **extra: Any) -> list[dict[str, Any]]:
    """Rows of one eval: 40 items, three repeats, two levels; wrong ones are longer."""
    rng = np.random.default_rng(seed)
    rows = []
    for item in range(ROWS // 3):
        for repeat in range(3):
            right = bool(rng.random() < 0.6)
            tokens = int(rng.integers(50, 400) * (1.0 if right else 1.5))
            cut = tokens >= 500
            row = {
                "model": model, "base_task": "t", "item_id": f"i{item}", "repeat": repeat,
                "params": {"level": item % 2}, "prompt": f"question {item}",
                "response": "x " * (tokens if not cut else 500),
                "correct": right and not cut, "stop": "length" if cut else "stop",
                "max_tokens": 500, "completion_tokens": 500 if cut else tokens,
            }  # fmt: skip
            rows.append({key: value for key, value in {**row, **extra}.items() if value != "drop"})
    return rows


def _run(folder: Path, rows: list[dict[str, Any]], **options: Any) -> LensRun:
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    config = folder / "data.json"
    reasonscape.import_logs(log, config)
    return reasonscape.hazard(config, **options)


def _one(run: LensRun) -> Any:
    return run.results[0].evals[0]


def test_what_the_store_counts_is_what_its_rows_say(tmp_path: Path) -> None:
    _run(tmp_path, _records("m", 1))
    dataset = reasonscape.open(tmp_path / "data.json")
    (unit,) = select(dataset, Where("TRUE"), HazardOptions())
    one = unit.evals[0]
    again = counted_ends(one.ends)
    for values in (one.counted, again):
        assert values.count.sum() == ROWS
    stored = sorted(
        zip(one.counted.time, one.counted.cause, one.counted.cap, one.counted.count, strict=True)
    )
    seen: dict[tuple[float, int, float], int] = {}
    for key in zip(again.time, again.cause, again.cap, strict=True):
        seen[key] = seen.get(key, 0) + 1
    assert stored == sorted((*key, float(n)) for key, n in seen.items())


def test_tokens_are_the_time_where_they_are_counted(tmp_path: Path) -> None:
    run = _run(tmp_path, _records("m", 1))
    one = _one(run)
    assert one.unit == "tokens"
    assert one.caps.known == (500.0,)
    assert one.counts["truncated"] > 0
    assert run.options.seed == 0
    assert run.table.height == len(one.budget.budget)


def test_without_counts_time_is_bytes_of_the_trace(tmp_path: Path) -> None:
    run = _run(tmp_path, _records("m", 2, completion_tokens="drop"))
    one = _one(run)
    assert one.unit == "trace_bytes"
    assert one.caps.known == ()
    assert one.only_answers
    said = "\n".join(run.warnings)
    assert "no token counts" in said
    assert "visible answer" in said
    assert "in bytes there is no cap" in said
    assert any("visible answer" in caveat for f in run.findings for caveat in f.caveats)


def test_different_tokenizers_make_it_bytes_for_all(tmp_path: Path) -> None:
    rows = _records("a", 3, tokens_source="one") + _records("b", 4, tokens_source="two")
    run = _run(tmp_path, rows)
    assert {one.unit for one in run.results[0].evals} == {"trace_bytes"}
    assert any("different tokenizers (one, two)" in note for note in run.warnings)
    kinds = {drawing.name.split("-")[1] for drawing in run.drawings}
    assert kinds == {"budget", "relative", "time", "hazard", "standardised", "ratios"}
    for drawing in run.drawings:
        assert run.figure(drawing).data
    forced = reasonscape.hazard(tmp_path / "data.json", time="tokens")
    assert {one.unit for one in forced.results[0].evals} == {"tokens"}
    assert {one.recounted for one in forced.results[0].evals} == {"one", "two"}
    # Evals that were counted in different ways are not compared.
    assert forced.results[0].comparisons == ()


def test_counts_that_were_made_anew_are_a_caveat(tmp_path: Path) -> None:
    run = _run(tmp_path, _records("m", 5, tokens_source="some tokenizer"))
    assert any("some tokenizer" in note for note in run.warnings)
    assert all(any("some tokenizer" in c for c in f.caveats) for f in run.findings)


def test_neither_counts_nor_traces(tmp_path: Path) -> None:
    run = _run(tmp_path, _records("m", 6, completion_tokens="drop", response="drop"))
    assert {f.reason for f in run.findings} == {"no_tokens"}
    assert {f.verdict for f in run.findings} == {"insufficient_evidence"}
    assert any("no token counts and no traces" in note for note in run.warnings)
    with pytest.raises(NoRowsError, match="token count"):
        run.lens.key_figure(run.results)


def test_the_cap_is_not_recorded(tmp_path: Path) -> None:
    run = _run(tmp_path, _records("m", 7, max_tokens="drop"))
    assert any("max_tokens is not recorded" in note for note in run.warnings)
    assert _one(run).caps.until == 500.0


def test_axis_and_truncation_reach_the_lens(tmp_path: Path) -> None:
    run = _run(tmp_path, _records("m", 8), axis="level", truncation="event")
    one = _one(run)
    assert [curves.level for curves in one.levels] == ["0", "1"]
    assert one.curves.ended.incidence.shape[1] == 3
    names = [drawing.name for drawing in run.drawings]
    assert any("time-by-level" in name for name in names)
    for drawing in run.drawings:
        assert run.figure(drawing).data


def test_the_command_exits_with_0_and_files_repeat(
    plant: Callable[..., Path], checkout: Path, tmp_path: Path
) -> None:
    config = plant("threshold")
    written, summaries = [], []
    for name in ("one", "two"):
        done = subprocess.run(
            [sys.executable, "analyze.py", "hazard", str(config), "--format", "json", "--seed", "3",
             "--figures", "0", "--output-dir", str(tmp_path / name)],
            cwd=checkout, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        summaries.append(json.loads(done.stdout))
        written.append((tmp_path / name / "tables" / "curves.csv").read_bytes())
    assert written[0] == written[1]
    summary = summaries[0]
    present = {f["pattern"] for f in summary["findings"] if f["verdict"] == "present"}
    assert "hazard_threshold" in present
    assert summary["options"]["seed"] == 3
    assert "--seed 3" in summary["next"][0]["run"]


@pytest.mark.parametrize(("option", "value"), [("truncation", "none"), ("time", "seconds")])
def test_options_are_checked(option: str, value: str) -> None:
    with pytest.raises(UsageError, match=option):
        HazardOptions(**{option: value})  # type: ignore[arg-type]


def test_one_axis_at_most() -> None:
    with pytest.raises(UsageError, match="2 times"):
        HazardOptions(axes=("a", "b"))
