"""What the traces mean: which phrases, and which group of traces, mark a wrong end."""

from __future__ import annotations

import math
from typing import Final

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import PHRASE_ODDS, RISKY_ODDS
from reasonscape.findings.wording import percent, times
from reasonscape.lenses.lens import Judged
from reasonscape.lenses.traces.result import HeldOutPhrase, Phrases, Risk, TracesResult
from reasonscape.pooling.selection import whole_subject

LENS: Final = "traces"
CAVEATS: Final = ("a phrase or a group goes with the end; that it leads to it is not shown",)


def claims(result: TracesResult) -> list[Judged]:
    """One claim about phrases and one about groups, over all that was selected."""
    made = []
    if result.phrases is not None:
        made.append(telling_phrases(result, result.phrases))
    if result.cluster is not None:
        made.append(risky_cluster(result))
    return [Judged(whole_subject(result.pool), tuple(made))] if made else []


def telling_phrases(result: TracesResult, phrases: Phrases) -> Claim:
    """Phrases that one half of the items chose mark the end of traces on the other half."""
    pattern = "telling_phrases"
    reason = _few(result, phrases)
    if reason:
        return _undecided(result, pattern, reason)
    sure = sorted(phrases.held_out, key=lambda one: (one.found.q, one.text))
    best = next((one for one in sure if _beyond(one)), sure[0] if sure else None)
    tested = f"{phrases.tested:,} phrases in {phrases.wrong:,} wrong and {phrases.right:,} right"
    if best is None:
        whole = len(phrases.marking)
        more = f"; on all items together {whole:,} do, before any is held out" if whole else ""
        said = (
            "no phrase that half of the items choose marks the end of a trace: "
            f"{tested} traces of equal difficulty{more}"
        )
        return _claim(result, pattern, said, effect=None, p=1.0)
    found = best.found
    telling = [one for one in sure if _beyond(one) and one.found.q < 0.05]
    shown = "; ".join(_told(one) for one in (telling or [best])[:3])
    said = (
        f"{len(telling)} of {len(sure)} phrases, chosen on half of the items, mark the end on the "
        f"other half: {shown} (# is any number; {tested} traces of equal difficulty)"
    )
    return _claim(
        result,
        pattern,
        said,
        effect=Effect("odds_of_a_wrong_end", found.odds, "ratio", found.low, found.high),
        beyond=_beyond(best),
        p=found.q,
        evidence={
            "held_out": [_row(one.text, one) for one in sure],
            "marking": [one.text for one in phrases.marking if not one.explained][:20],
            "explained_by_length": [one.text for one in phrases.marking if one.explained][:20],
        },
    )


def risky_cluster(result: TracesResult) -> Claim:
    """Traces of one group end wrong more often than others of equal difficulty."""
    pattern = "risky_cluster"
    known = [one for one in result.risks if not math.isnan(one.found.odds) and one.card.number]
    if not len(result.pool):
        return _undecided(result, pattern, "no_trace")
    if result.k < 2 or not known:
        return _undecided(result, pattern, "no_clusters" if result.k < 2 else "few_failures")
    worst = max(known, key=lambda one: (one.found.low, one.found.odds))
    found = worst.found
    said = (
        f"traces of {worst.card.name} end wrong {percent(worst.wrong)} of the time, all traces "
        f"{percent(float(result.pool.wrong.mean()))}; within cells of difficulty their odds of it "
        f"are {times(found.odds, found.low, found.high)} those of the others ({result.k} clusters "
        f"of {len(result.pool):,} traces)"
    )
    return _claim(
        result,
        pattern,
        said,
        effect=Effect("odds_of_a_wrong_end", found.odds, "ratio", found.low, found.high),
        beyond=found.odds >= RISKY_ODDS and worst.card.confirmed is not False,
        inside=all(one.found.high < RISKY_ODDS for one in known),
        # The worst of k is looked at: its p pays for all of them.
        p=min(1.0, found.p * len(known)),
        evidence={
            "cluster": worst.card.number,
            "phrases": [one.text for one in worst.card.phrases],
            "typical": list(worst.card.medoids),
            "clusters": [_risk(one) for one in result.risks],
        },
    )


def _few(result: TracesResult, phrases: Phrases) -> str:
    if not len(result.pool):
        return "no_trace"
    if not phrases.wrong:
        return "few_failures"
    if not phrases.right:
        return "few_samples"
    return "" if phrases.tested else "no_phrases"


def _beyond(one: HeldOutPhrase) -> bool:
    odds = one.found.odds
    return odds >= PHRASE_ODDS or odds <= 1.0 / PHRASE_ODDS


def _told(one: HeldOutPhrase) -> str:
    found = one.found
    end = "a wrong" if found.odds >= 1.0 else "a right"
    odds, low, high = found.odds, found.low, found.high
    if odds < 1.0:
        odds, low, high = _inverse(odds), _inverse(high), _inverse(low)
    return f"“{one.text}” makes {end} end {times(odds, low, high)} as likely (odds)"


def _inverse(value: float) -> float:
    return math.inf if value == 0.0 else 1.0 / value


def _row(text: str, one: HeldOutPhrase) -> dict[str, object]:
    found = one.found
    return {
        "phrase": text,
        "odds": found.odds,
        "low": found.low,
        "high": found.high,
        "q": found.q,
        "wrong": found.wrong,
        "right": found.right,
    }


def _risk(one: Risk) -> dict[str, object]:
    return {
        "cluster": one.card.number,
        "traces": one.card.size,
        "wrong": one.wrong,
        "odds": one.found.odds,
        "low": one.found.low,
        "high": one.found.high,
        "q": one.found.q,
    }


_WHY = {
    "no_trace": "the log does not show what the model wrote",
    "few_failures": "no cell of difficulty has both a wrong and a right end",
    "few_samples": "no cell of difficulty has both a wrong and a right end",
    "no_phrases": "no phrase is in enough of the traces and missing in as many",
    "no_clusters": "the traces fall into no groups that stand out",
}


def _undecided(result: TracesResult, pattern: str, reason: str) -> Claim:
    return _claim(result, pattern, f"not decided: {_WHY[reason]}", effect=None, reason=reason)


def _claim(
    result: TracesResult,
    pattern: str,
    said: str,
    *,
    effect: Effect | None,
    beyond: bool = False,
    inside: bool = False,
    p: float | None = None,
    reason: str | None = None,
    evidence: dict[str, object] | None = None,
) -> Claim:
    return Claim(
        lens=LENS,
        pattern=pattern,
        sentences={"present": said, "absent": said, "insufficient_evidence": said},
        effect=effect,
        beyond=beyond,
        inside=inside,
        p=p,
        reason=reason,
        n=result.counts,
        evidence=evidence or {},
        caveats=CAVEATS,
    )
