"""The page of the lens says the thresholds that the code has."""

from __future__ import annotations

from pathlib import Path

from reasonscape.findings import thresholds as t
from reasonscape.lenses.compression.examples import TEXT_CHARS


def test_the_page_quotes_the_thresholds(checkout: Path) -> None:
    page = " ".join((checkout / "docs/lenses/compression.md").read_text(encoding="utf-8").split())
    for said in (
        f"at most {t.UNDERTHINK_RATIO} times as long as right ones",
        f"at least {t.OVERTHINK_RATIO} times as long, also without loops",
        f"at least {t.CIRCLING:.0%} less novelty than their length explains",
        f"at least {t.LOOP_SHARE:.0%} of *all* samples fail in a loop",
        f"in a loop over at least {t.LOOP_COVERED:.0%} of the trace",
        f"the finder's own alarms ({t.LOOP_ALARMS:.0%})",
        f"fewer than {t.FEW_FAILURES:.0%} of the traces (upper bound)",
        f"fewer than {t.MIN_ITEMS_CLAIMED} right traces can be compared",
        f"{TEXT_CHARS:,} characters",
    ):
        assert said in page, said
