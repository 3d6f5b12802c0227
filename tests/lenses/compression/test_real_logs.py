"""Real traces: models that loop are found, and hidden reasoning is said to be hidden."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

import reasonscape as rs

pytestmark = pytest.mark.slow


def rows_of(path: Path, wanted: Callable[[dict[str, Any]], bool]) -> Iterator[str]:
    with path.open("rb") as packed:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), "utf-8"):
            if wanted(json.loads(line)):
                yield line


def imported(
    folder: Path, log: Path, mapping: str, wanted: Callable[[dict[str, Any]], bool]
) -> rs.LensRun:
    part = folder / f"{mapping}.jsonl"
    part.write_text("".join(rows_of(log, wanted)), encoding="utf-8")
    config = folder / f"{mapping}.json"
    rs.import_logs(part, config, mapping=mapping)
    return rs.compression(config)


def test_a_model_that_loops_up_to_the_cap(shared_data: Path, tmp_path: Path) -> None:
    log = shared_data / "samples" / "rg_vllm.jsonl.zst"
    run = imported(tmp_path, log, "rg_vllm", lambda row: row["task"] == "shortest_path")
    loops = {f.model: f for f in run.findings if f.pattern == "broken_loops"}
    assert loops["../models/inter_logic_qwen_3b_400"].verdict == "present"
    assert loops["../models/inter_games_qwen_3b_500"].verdict == "absent"
    # Read by hand: "right right right down down down ..." up to 2,048 tokens.
    assert 0.14 <= getattr(loops["../models/inter_logic_qwen_3b_400"].effect, "value", 0) <= 0.25


def test_hidden_reasoning_is_no_trace(shared_data: Path, tmp_path: Path) -> None:
    log = shared_data / "samples" / "planbench.jsonl.zst"
    run = imported(
        tmp_path,
        log,
        "planbench",
        lambda row: row["model"].startswith("o1-mini") and row["task"] == "blocksworld_3",
    )
    assert {f.reason for f in run.findings} == {"no_trace"}
    assert any("hidden" in note for note in run.warnings)
