"""From a result to what figures draw."""

from __future__ import annotations

import math

import numpy as np

from reasonscape.figures.cluster_content import ClusterCard, ClusterCards
from reasonscape.figures.map_content import (
    LengthsByOutcome,
    OutcomeLengths,
    PhraseOdds,
    PhraseRow,
    TraceMap,
)
from reasonscape.findings.wording import percent, times
from reasonscape.lenses.traces.result import Risk, TracesResult
from reasonscape.pooling.pictures import card_of, map_content, outside_of, who
from reasonscape.stats.maps import Map


def _who(result: TracesResult) -> str:
    evals, tasks = who(result.pool)
    return f"{len(result.pool):,} traces of {evals} on {tasks}"


def phrases_of(result: TracesResult) -> PhraseOdds:
    """Phrases that mark a wrong or a right end."""
    found = result.phrases
    assert found is not None
    rows = [
        PhraseRow(
            phrase=one.text,
            odds=one.found.odds,
            low=one.found.low,
            high=one.found.high,
            q=one.found.q,
            wrong=one.found.wrong,
            right=one.found.right,
            by_length=one.explained,
        )
        for one in found.marking
    ]
    return PhraseOdds(
        title="phrases that mark how a trace ends, at equal difficulty",
        subtitle=_who(result),
        rows=tuple(rows),
        tested=found.tested,
        wrong=found.wrong,
        right=found.right,
    )


def map_of(result: TracesResult, dims: int) -> TraceMap:
    """The traces laid out in two or three dimensions."""
    found: Map = result.maps[dims].get()
    names = tuple(str(one.card.number) if one.card.number else "none" for one in result.risks)
    return map_content(
        result.pool,
        found,
        title="traces by what they say",
        subtitle=_who(result),
        cluster=None if result.cluster is None else (result.cluster, names),
        first="outcome",
        texts=None if result.excerpts is None else result.excerpts.get(),
    )


def cards_of(result: TracesResult) -> ClusterCards:
    """A bar a cluster, split by outcome, with its phrases and its odds of a wrong end."""
    cards = [one for one in result.risks if one.card.number]
    return ClusterCards(
        title="clusters of traces and how they ended",
        subtitle=f"{_who(result)}; odds of a wrong end against the others at equal difficulty",
        cards=tuple(_card(one) for one in cards),
        total=len(result.pool),
        outside=outside_of([one.card for one in result.risks]),
    )


def _card(one: Risk) -> ClusterCard:
    found = one.found
    note = f"{percent(one.wrong)} wrong, odds {times(found.odds, found.low, found.high)}"
    return card_of(one.card, note)


def lengths_of(result: TracesResult) -> LengthsByOutcome:
    """How long traces of each outcome are."""
    return LengthsByOutcome(
        title="how long traces of each outcome are",
        subtitle=_who(result),
        outcomes=tuple(
            OutcomeLengths(
                name=one.name,  # type: ignore[arg-type]  # one of the four
                lengths=np.asarray(one.lengths),
                median=one.median.value,
                low=_finite(one.median.low),
                high=_finite(one.median.high),
                standardised=one.standardised,
                standardised_median=one.typical.value,
                standardised_low=_finite(one.typical.low),
                standardised_high=_finite(one.typical.high),
            )
            for one in result.lengths
        ),
        unit=result.pool.unit,
    )


def _finite(bound: float) -> float:
    """A bound that the data do not give is not drawn."""
    return bound if math.isfinite(bound) else math.nan
