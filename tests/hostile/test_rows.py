"""Rows made to cost time."""

from __future__ import annotations

import json
import time
from pathlib import Path

from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.samples import MORE_UNKNOWN, UNKNOWN, read_samples
from reasonscape.store.sample import Sample
from tests.cli.typed import GOOD


def test_a_row_of_many_unknown_keys_is_read_in_little_time(tmp_path: Path) -> None:
    log, options = tmp_path / "l.jsonl", ReadOptions()
    log.write_text(json.dumps({**GOOD, **{f"respons{i}": 0 for i in range(100_000)}}))
    start = time.process_time()
    found = list(read_samples(log, options))
    assert len(found) == 1 and isinstance(found[0], Sample)
    assert time.process_time() - start < 5
    lines = options.notices.lines()
    assert any(MORE_UNKNOWN in line for line in lines)
    assert len(lines) == UNKNOWN + 1
