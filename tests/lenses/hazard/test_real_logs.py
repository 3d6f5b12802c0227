"""Real logs end to end: what the lens says agrees with a plain count over the log's own lines."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reasonscape

TASK = "largest_island"
MODEL = "inter_games_qwen_3b_500"


def _lines(path: Path) -> Iterator[str]:
    import zstandard

    with path.open("rb") as raw:
        stream = zstandard.ZstdDecompressor().stream_reader(raw)
        yield from io.TextIOWrapper(stream, encoding="utf-8")


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, Any]]:
    """The lines of one task, of a model before and two after reinforcement learning."""
    path = shared_data / "samples" / "rg_vllm.jsonl.zst"
    if not path.is_file():
        pytest.skip(f"real logs are not here: no file {path}")
    return [json.loads(line) for line in _lines(path) if f'"task": "{TASK}"' in line]


def test_a_threshold_in_real_traces(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    config = tmp_path / "data.json"
    reasonscape.import_logs(log, config, mapping="rg_vllm")
    run = reasonscape.hazard(config)
    (one,) = (e for e in run.results[0].evals if MODEL in e.subject.model)
    mine = [row for row in rows if MODEL in row["model"]]
    tokens = np.array([row["completion_tokens"] for row in mine])
    right = np.array([bool(row["correct"]) for row in mine])
    assert one.counts["samples"] == len(mine)
    assert one.counts["right"] == right.sum()
    budget = one.budget
    share = [(right & (tokens <= b)).mean() for b in budget.budget]
    assert budget.accuracy == pytest.approx(share)
    (finding,) = (
        f for f in run.findings
        if f.eval_id == one.subject.eval_id and f.pattern == "hazard_threshold"
    )  # fmt: skip
    assert finding.verdict == "present"
    # By the plain count: most ends before the place are right, next to none after it.
    place = finding.evidence["place"]
    assert right[(tokens > 50) & (tokens < place)].mean() > 0.5
    assert right[tokens > place].mean() < 0.05
    assert any("recomputed offline" in caveat for caveat in finding.caveats)
