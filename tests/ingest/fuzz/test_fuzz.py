"""Damaged logs: every one is read, or refused in words; the store takes no harm.

A share of the 2,000 a format is read here; all with ``REASONSCAPE_FUZZ=2000``, or with
``python -m tests.ingest.fuzz``, which prints what the readers did.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from reasonscape.ingest.formats import format_named
from tests.ingest.fuzz import trials
from tests.ingest.fuzz.cases import case, laid_out
from tests.ingest.fuzz.imports import Imports
from tests.ingest.golden_logs import NAMES, golden

FILES = int(os.environ.get("REASONSCAPE_FUZZ", "80"))
IMPORTS = max(4, FILES * 3 // 100)


@pytest.mark.parametrize("name", NAMES)
def test_readers_read_or_refuse(tmp_path: Path, name: str) -> None:
    logs = golden(format_named(name))
    folder = tmp_path / "a" / "b"
    logs.written(folder)
    findings = list[str]()
    for number in range(FILES):
        with laid_out(logs, case(logs, number), folder) as log:
            outcome = trials.read(logs.format, log, partial(logs.options, folder))
        if outcome.finding:
            findings.append(f"case {number} ({log.name}): {outcome.finding}")
    assert findings == []


@pytest.mark.parametrize("name", NAMES)
def test_imports_leave_a_sound_store(tmp_path: Path, name: str) -> None:
    imports = Imports(golden(format_named(name)), tmp_path)
    findings = [(number, imports.run(number)) for number in range(IMPORTS)]
    assert [found for found in findings if found[1]] == []


def test_a_case_is_the_same_each_time() -> None:
    for name in NAMES:
        logs = golden(format_named(name))
        for number in range(30):
            assert case(logs, number) == case(logs, number)


def test_the_guard_ends_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "MAX_CPU_SECONDS", 0.2)

    def for_ever(outcome: trials.Outcome) -> None:
        while True:
            pass

    assert trials.judged(for_ever).finding == "took more than 0.2 s"


def test_what_a_finding_is() -> None:
    def fail(outcome: trials.Outcome) -> None:
        raise KeyError("resps")

    assert trials.judged(fail).finding.startswith("KeyError: \"'resps'\" at test_fuzz.py:")

    def grow(outcome: trials.Outcome) -> None:
        assert len(b"x" * (400 << 20))

    assert trials.reset_peak() == 0 or "MiB of memory" in trials.judged(grow).finding
