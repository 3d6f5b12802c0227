"""What was planted is found, with its size; where only half of it was planted, nothing is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest

import reasonscape
from reasonscape.findings.finding import Finding
from reasonscape.planted.design import mechanism_plan
from reasonscape.planted.patterned import ROW, TERM
from tests.lenses.fft.logs import PATTERNS, by_pattern, verdicts

Found = Callable[[str], Mapping[str, Finding]]
FAILURES = set(PATTERNS) - {"clean_spectrum"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Findings about the model that a mechanism was planted in."""

    @cache
    def planted(kind: str) -> Mapping[str, Finding]:
        config = tmp_path_factory.mktemp(kind) / "d.json"
        # The shift of .25 needs more than the twelve items a cell of other plans.
        reasonscape.plant(kind, config, items=20 if kind.startswith("collapse") else None)
        return by_pattern(reasonscape.fft(config, {"model": kind}))

    return planted


def test_a_period_that_vanishes_with_the_spaces_is_found(found: Found) -> None:
    one = found("collapse")["peak_collapse"]
    assert one.verdict == "present"
    assert one.evidence["axis"] == "prob_dewhitespace"
    # Rows of the table are 19 bytes wide: its harmonics.
    for frequency in one.evidence["peaks_cycles_per_token"]:
        assert frequency * ROW["bytes"] == pytest.approx(round(frequency * ROW["bytes"]), abs=0.1)
    low, high = one.evidence["accuracy_change_interval"]
    assert low <= -0.25 <= high
    assert one.evidence["accuracy_change"] == pytest.approx(-0.25, abs=0.07)
    assert one.effect is not None and one.effect.high < 0.2
    assert one.q is not None and one.q < 0.01
    assert "along prob_dewhitespace the periods of 6.4" in one.statement
    assert "byte by byte" in " ".join(one.caveats)


def test_a_band_that_gains_with_the_length_is_found(found: Found) -> None:
    one = found("bandgain")["band_limited_gain"]
    assert one.verdict == "present"
    assert one.effect is not None and one.effect.low > 1.0
    assert one.evidence["odds_of_failing_per_doubling"] > 3.0
    assert "periods of 2 to 4 bytes" in one.statement
    # Longer prompts have more of the period of the terms, not less.
    peaks = found("bandgain")["peak_collapse"]
    assert peaks.verdict == "absent"
    assert 1.0 / TERM["bytes"] == pytest.approx(
        min(peaks.evidence["peaks_cycles_per_token"]), abs=0.01
    )


def test_numbers_that_a_tokenizer_breaks_are_found_with_their_odds(found: Found) -> None:
    one = found("artifact")["tokenization_artifact"]
    assert one.verdict == "present"
    assert one.evidence["way"] == "numbers"
    # Half of each cell of n items is broken, at 4 times the odds; a deviation within the cell.
    items = mechanism_plan("artifact").tasks[0].items
    deviation = (0.25 * items / (items - 1)) ** 0.5
    assert one.effect is not None
    assert one.effect.low <= 4.0**deviation <= one.effect.high
    assert one.evidence["reading"] == "d.tokenizer.json"
    assert one.evidence["tokenizer_known"]


@pytest.mark.parametrize(
    "kind", ["collapse-harmless", "collapse-kept", "bandgain-even", "artifact-chance", "healthy"]
)
def test_where_half_of_it_is_planted_nothing_is_claimed(found: Found, kind: str) -> None:
    said = verdicts(found(kind))
    assert set(said) == set(PATTERNS)
    assert "present" not in {said[pattern] for pattern in FAILURES}


@pytest.mark.parametrize(
    ("kind", "pattern", "words"),
    [
        ("collapse-harmless", "peak_collapse", "lost, but accuracy does not fall with them"),
        ("collapse-kept", "peak_collapse", "they are not lost"),
        ("bandgain-even", "band_limited_gain", "no band gains 1 dB on another"),
        ("artifact-chance", "tokenization_artifact", "failures do not go with the tokens"),
        ("artifact", "peak_collapse", "they are not lost"),
    ],
)
def test_with_so_many_items_it_can_be_excluded(
    found: Found, kind: str, pattern: str, words: str
) -> None:
    one = found(kind)[pattern]
    assert one.verdict == "absent"
    assert words in one.statement


def test_nothing_in_the_tokens_goes_with_chance(found: Found) -> None:
    one = found("artifact-chance")["clean_spectrum"]
    assert one.verdict == "present"
    assert one.statement.startswith("nothing in how prompts are cut goes with failure")


def test_few_failures_are_no_pattern(found: Found) -> None:
    findings = found("healthy")
    assert {findings[pattern].verdict for pattern in FAILURES} == {"absent"}
    assert {findings[p].reason for p in FAILURES} == {"few_failures_possible"}


@pytest.mark.parametrize("kind", ["collapse", "bandgain", "collapse-kept"])
def test_without_a_tokenizer_nothing_is_said_of_one(found: Found, kind: str) -> None:
    one = found(kind)["tokenization_artifact"]
    assert (one.verdict, one.reason) == ("insufficient_evidence", "no_tokenizer")
    assert "--tokenizer" in one.statement
