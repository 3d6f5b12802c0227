"""tokenization_artifact: within cells, failure goes with how the tokenizer breaks the prompt."""

from __future__ import annotations

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import ARTIFACT_ODDS
from reasonscape.findings.wording import bounded, times
from reasonscape.lenses.fft.artifacts import Artifacts, Way
from reasonscape.lenses.fft.counts import LENS, caveats, counts, evidence, fixed, without_verdict
from reasonscape.lenses.fft.result import EvalFft
from reasonscape.lenses.fft.samples import few_outcomes
from reasonscape.lenses.fft.units import period, unit

PATTERN = "tokenization_artifact"

_GOES_WITH = {
    "numbers": "numbers in more tokens than others of as many digits",
    "words": "words in more tokens than others of as many letters",
    "peak": "a stronger period that only this tokenizer makes",
}


def tokenization_artifact(one: EvalFft) -> Claim:
    """Judge the way in which failure goes most clearly with the tokens; every way is paid for."""
    known = without_verdict(one, PATTERN)
    if known is not None:
        return known
    if not one.known:
        said = (
            "no tokenizer is known for this eval; name it in the config or with --tokenizer to see "
            "whether failures go with its tokens"
        )
        return fixed(one, PATTERN, said, reason="no_tokenizer")
    if one.artifacts is None:
        return fixed(one, PATTERN, "no prompt has tokens", reason="no_tokens")
    ways = one.artifacts.ways
    if not ways:
        said = (
            f"in these prompts {one.own.reading.name} breaks numbers and words of one length into "
            f"as many tokens each time{_beside(one)}, so failures cannot go with it"
        )
        return fixed(one, PATTERN, said)
    able = [way for way in ways if _enough(way)]
    if not able:
        said = "too few prompts of equal difficulty are answered both right and wrong"
        return fixed(one, PATTERN, said, reason="few_samples")
    shown = min(able, key=lambda way: (not _beyond(way), _p(way)))
    odds = shown.found.odds
    said = (
        f"the odds of failing are {times(odds.ratio, odds.low, odds.high)} as high for one "
        f"standard deviation of {_goes_with(one, shown)}, at equal difficulty"
        if bounded(odds.low, odds.high)
        else f"whether failure goes with {_goes_with(one, shown)} cannot be said"
    )
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=Effect(
            "odds_of_failing_per_deviation", odds.ratio, "ratio", odds.low, odds.high, odds.level
        ),
        beyond=_beyond(shown),
        inside=len(able) == len(ways) and all(way.found.odds.high < ARTIFACT_ODDS for way in ways),
        p=min(1.0, len(able) * _p(shown)),
        n=counts(one),
        evidence={**evidence(one), "way": shown.name, **_numbers(one, one.artifacts)},
        caveats=(*caveats(one), *_content(shown)),
        sentences={
            "present": said,
            "absent": f"{said}: failures do not go with the tokens",
            "insufficient_evidence": f"{said}; not enough to say more",
        },
    )


def _content(shown: Way) -> tuple[str, ...]:
    if shown.name != "words":
        return ()
    said = "prompts with words in more tokens differ in what they say as well"
    return (f"{said}: one word or name may stand behind it, so read some with --show-text",)


def _enough(way: Way) -> bool:
    return way.found.odds.strata > 0 and not few_outcomes(way.found.odds)


def _beyond(way: Way) -> bool:
    # The score test decides; an interval that holds 1 beside it would be read as a contradiction.
    return way.found.odds.ratio >= ARTIFACT_ODDS and way.found.odds.low > 1.0


def _p(way: Way) -> float:
    """Two-sided p that counts only where more fragmentation goes with more failures."""
    return way.found.score.p if way.found.score.z > 0.0 else 1.0


def _goes_with(one: EvalFft, way: Way) -> str:
    if way.name != "peak" or one.artifacts is None or one.artifacts.peaks is None:
        return _GOES_WITH[way.name]
    at = float(one.own.frequency[one.artifacts.peaks.bins[0]])
    said = f"a stronger period of {period(at, unit(one))} that"
    return f"{said} {one.against or 'another tokenizer'} does not make of the same text"


def _beside(one: EvalFft) -> str:
    """Say that the second tokenizer was looked at, where there is one."""
    return f", and makes no period that {one.against} does not" if one.against else ""


def _numbers(one: EvalFft, found: Artifacts) -> dict[str, object]:
    odds = {way.name: way.found.odds for way in found.ways}
    peaks = [] if found.peaks is None else one.own.frequency[found.peaks.bins].tolist()
    return {
        "odds": {name: o.ratio for name, o in odds.items()},
        "odds_intervals": {name: [o.low, o.high] for name, o in odds.items()},
        "p": {way.name: way.found.score.p for way in found.ways},
        "own_peaks_cycles_per_token": peaks,
    }
