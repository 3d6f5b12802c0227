"""From a result to what figures draw."""

from __future__ import annotations

import math

import numpy as np

from reasonscape.figures.cluster_content import (
    Alignment,
    AlignmentRow,
    ClusterCards,
    ClusterShares,
    Stability,
)
from reasonscape.figures.content import LevelAxis
from reasonscape.figures.map_content import TraceMap
from reasonscape.lenses.failures.alignments import KIND, MODEL
from reasonscape.lenses.failures.result import Aligned, FailuresResult
from reasonscape.lenses.failures.wording import REFUSED, groups
from reasonscape.pooling.pictures import card_of, cluster_name, map_content, outside_of, who

MOST_LEVELS = 30


def alignment_of(result: FailuresResult) -> Alignment:
    """What the clusters follow: a row a label, the answer above."""
    return Alignment(
        title=_answer(result),
        subtitle=f"{groups(result)}; {_who(result)}",
        rows=tuple(_row(result, one) for one in result.aligned),
    )


def _answer(result: FailuresResult) -> str:
    found = result.differences.get((KIND, MODEL))
    kind = result.pool.kind
    if found is None:
        return "what the clusters of failures follow"
    numbers = f"difference {found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"
    if found.low > 0.0:
        return f"clusters follow the {kind} more than the model: {numbers}"
    if found.high < 0.0:
        return f"clusters follow the model more than the {kind}: {numbers}"
    return f"whether clusters follow the {kind} or the model more is open: {numbers}"


def _who(result: FailuresResult) -> str:
    return ", ".join(who(result.pool))


def label_name(result: FailuresResult, name: str) -> str:
    """A label in words; the kind says what it is."""
    own = result.pool.kind
    return name if name != KIND or own == KIND else f"{KIND}: {own}"


def _row(result: FailuresResult, one: Aligned) -> AlignmentRow:
    name, found = label_name(result, one.name), one.found
    if found is None:
        return AlignmentRow(name, levels=one.levels, refused=REFUSED.get(one.reason, "one level"))
    left = found.entropy - found.null_mean
    return AlignmentRow(
        name,
        share=found.excess,
        low=found.excess_low,
        high=found.excess_high,
        null_low=(found.null_low - found.null_mean) / left if left > 0 else math.nan,
        null_high=(found.null_high - found.null_mean) / left if left > 0 else math.nan,
        adjusted=found.ami,
        p=found.p,
        levels=one.levels,
        n=found.n,
        items=found.items,
    )


def shares_of(result: FailuresResult, name: str) -> ClusterShares:
    """Into which clusters the failures of each level of a label fall; the largest levels."""
    label = result.pool.labels[name]
    known = label.code >= 0
    sizes = np.bincount(label.code[known], minlength=len(label.names))
    largest = np.argsort(-sizes, kind="stable")[:MOST_LEVELS]
    shown = np.sort(largest[sizes[largest] > 0])
    counts = np.zeros((len(result.cards), len(label.names)), dtype=np.int64)
    np.add.at(counts, (result.cluster[known], label.code[known]), 1)
    some, totals = counts[:, shown], sizes[shown]
    left = int((sizes > 0).sum()) - len(shown)
    more = f"; {left} smaller ones are in the table" if left else ""
    return ClusterShares(
        title=f"into which clusters failures fall, by {label_name(result, name)}",
        subtitle=f"{groups(result)}{more}",
        clusters=tuple(cluster_name(card) for card in result.cards),
        axis=LevelAxis(label_name(result, name), tuple(label.names[i] for i in shown.tolist())),
        shares=some / np.maximum(totals, 1),
        counts=some,
        totals=totals,
    )


def cards_of(result: FailuresResult) -> ClusterCards:
    """A bar a cluster, split by outcome, with its phrases."""
    return ClusterCards(
        title="clusters of failures and what sets their words apart",
        subtitle=f"{groups(result)}; {_who(result)}",
        cards=tuple(card_of(one) for one in result.cards if one.number),
        total=len(result.pool),
        outside=outside_of(result.cards),
    )


def stability_of(result: FailuresResult) -> Stability | None:
    """How well clusterings of subsamples agree, by their number; None where it was not asked."""
    found = result.stability
    if found is None:
        return None
    return Stability(
        title="how many clusters are stable",
        subtitle=f"{len(result.pool):,} failures",
        k=np.asarray(found.ks),
        agreement=np.asarray(found.mean),
        low=np.asarray(found.low),
        high=np.asarray(found.high),
        null_low=np.asarray(found.reference_low),
        null_high=np.asarray(found.reference_high),
        chosen=found.chosen or found.best,
    )


def map_of(result: FailuresResult) -> TraceMap:
    """The failures laid out in a plane, coloured by what they are."""
    names = tuple(str(card.number) if card.number else "none" for card in result.cards)
    return map_content(
        result.pool,
        result.place.get(),
        title="failures by what they say",
        subtitle=f"{groups(result)}; {_who(result)}",
        cluster=(result.cluster, names),
        first="cluster",
    )
