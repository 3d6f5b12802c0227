"""``--fail-on`` as a pipeline uses it: exit code, one sentence, one object on stdout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.runs.listing import list_evals
from tests.cli.typed import Type, log, row, small


def gates(out: str) -> list[dict[str, Any]]:
    """Of the single object on stdout."""
    (line,) = out.splitlines()
    answer: list[dict[str, Any]] = json.loads(line)["gates"]
    return answer


def test_a_share_is_the_one_that_evals_lists(typed: Type, plant: Callable[..., Path]) -> None:
    from reasonscape.datasets.config import Dataset

    path = plant("cliff")
    done = typed(
        "surface", path, "--format", "json",
        "--fail-on", "accuracy<0.8", "--fail-on", "accuracy<0.01", "--fail-on", "items<5",
    )  # fmt: skip
    assert done.code == 5
    first, second, third = gates(done.out)
    listing = list_evals(Dataset.open(path))
    worst = dict(zip(listing.columns, listing.rows[-1], strict=True))
    assert [first[key] for key in ("value", "low", "high")] == pytest.approx(
        [worst[key] for key in ("accuracy", "low", "high")]
    )
    assert (first["state"], second["state"], third["state"]) == ("holds", "passed", "passed")
    assert first["n"] == worst["samples"]
    assert "error: --fail-on 'accuracy<0.8' holds: accuracy of cliff " in done.err
    assert f"over {worst['samples']:,} samples" in done.err
    assert done.err.count("error: ") == 1


def test_the_upper_bound_asks_for_certainty(typed: Type, plant: Callable[..., Path]) -> None:
    path, where = plant("uniform"), ("--filters", '{"model":"uniform"}')
    sure = typed("surface", path, *where, "--format", "json", "--fail-on", "accuracy.high<0.8")
    assert sure.code == 5
    (gate,) = gates(sure.out)
    between = (gate["value"] + gate["high"]) / 2
    unsure = typed(
        "surface", path, *where, "--format", "json",
        "--fail-on", f"accuracy<{between}", "--fail-on", f"accuracy.high<{between}",
    )  # fmt: skip
    assert [one["state"] for one in gates(unsure.out)] == ["holds", "passed"]
    assert "the interval reaches across" in unsure.err


def test_without_a_failing_condition_all_is_as_ever(typed: Type) -> None:
    path = small(typed)
    plainly = typed("surface", path)
    gated = typed("surface", path, "--fail-on", "samples<60")
    assert (gated.code, gated.out) == (0, plainly.out)
    assert (
        gated.err
        == "--fail-on 'samples<60' passed: samples of m ["
        + gated.err[len("--fail-on 'samples<60' passed: samples of m [") :]
    )


def test_what_cannot_be_evaluated_does_not_pass(typed: Type) -> None:
    rows = [row(item_id=str(i), correct=None, params={"length": i % 4}) for i in range(40)]
    assert typed("import", log("u.jsonl", rows), "--dataset", "u.json").code == 0
    done = typed("surface", "u.json", "--fail-on", "accuracy<0.8")
    assert done.code == 5
    assert "'accuracy<0.8' cannot be evaluated: accuracy of m [" in done.err
    assert typed("surface", "u.json", "--fail-on", "ungraded_share>0.5").code == 5
    traceless = small(typed, "d.json")
    done = typed("compression", traceless, "--fail-on", "pattern:broken_loops")
    assert done.code == 5
    assert "cannot be evaluated: not looked for in m [" in done.err
    done = typed("surface", traceless, "--fail-on", "loop_share>=0.05")
    assert done.code == 5
    assert "loop_share of m [" in done.err


def test_a_share_of_loops(typed: Type, plant: Callable[..., Path]) -> None:
    done = typed(
        "surface", plant("loops"), "--format", "json",
        "--fail-on", "loop_share>=0.05", "--fail-on", "loop_share.low>=0.3",
    )  # fmt: skip
    held, passed = gates(done.out)
    assert (held["state"], passed["state"]) == ("holds", "passed")
    # Planted: .16 of all samples.
    assert held["low"] < 0.16 < held["high"]


def test_a_bad_condition_is_refused_at_once(typed: Type, plant: Callable[..., Path]) -> None:
    for command in ("surface", "fft", "compression", "hazard", "diagnose"):
        done = typed(command, plant("cliff"), "--fail-on", "acuracy<0.8")
        assert done.code == 2
        assert done.out == ""
        assert "did you mean accuracy?" in done.err


def test_causes_and_differences(typed: Type, plant: Callable[..., Path]) -> None:
    path = plant("truncation")
    where = ("--filters", '{"model":"truncation"}', "--format", "json")
    done = typed("diagnose", path, *where, "--fail-on", "cause:context_truncation>=0.5")
    assert done.code == 5
    (gate,) = gates(done.out)
    assert gate["next"].startswith("python analyze.py diagnose ")
    done = typed("compare", path, "healthy", "truncation", "--fail-on", "difference.low>0")
    assert done.code == 5
    done = typed("compare", path, "healthy", "truncation", "--fail-on", "verdict:b_better")
    assert done.code == 0
