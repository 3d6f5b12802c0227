"""Small logs with prompts, and what the lens says of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import reasonscape
from reasonscape.findings.finding import Finding
from reasonscape.runs.lens_run import LensRun

PATTERNS = ("peak_collapse", "band_limited_gain", "tokenization_artifact", "clean_spectrum")
Row = dict[str, Any]


def question(i: int, terms: int = 12) -> str:
    """One sum; no two numbers of questions give the same text."""
    values = np.random.default_rng([i, 7]).integers(10, 100_000, terms)
    return f"Question {i}, add these: " + " and then ".join(str(v) for v in values) + " now."


def rows(n: int = 60, *, model: str = "m", right: float = 0.6, seed: int = 0) -> list[Row]:
    """Questions of two levels, answered right by chance."""
    rng = np.random.default_rng([seed, 11])
    return [
        {
            "model": model, "base_task": "t", "item_id": f"i{i}", "params": {"level": i % 2},
            "prompt": question(i), "correct": bool(rng.random() < right),
        }
        for i in range(n)
    ]  # fmt: skip


def without(row: Row, *keys: str) -> Row:
    return {key: value for key, value in row.items() if key not in keys}


def dataset(folder: Path, log: Iterable[Row], **declared: Any) -> Path:
    """Import rows; what is declared is added to the config."""
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in log), encoding="utf-8")
    config = folder / "data.json"
    reasonscape.import_logs(path, config, features=False)
    if declared:
        declare(config, **declared)
    return config


def declare(config: Path, **declared: Any) -> None:
    content = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps(content | declared), encoding="utf-8")


def run(folder: Path, log: Iterable[Row], **options: Any) -> LensRun:
    return reasonscape.fft(dataset(folder, log), **options)


def by_pattern(run: LensRun, model: str | None = None) -> dict[str, Finding]:
    """Findings of one model by pattern."""
    return {f.pattern: f for f in run.findings if model in (None, f.model)}


def verdicts(findings: Mapping[str, Finding]) -> dict[str, str]:
    return {pattern: one.verdict for pattern, one in findings.items()}


def said(run: LensRun) -> list[dict[str, Any]]:
    """All findings with every number, by subject and pattern."""
    return sorted(
        (asdict(one) for one in run.findings),
        key=lambda one: (one["model"], one["base_task"], one["pattern"]),
    )
