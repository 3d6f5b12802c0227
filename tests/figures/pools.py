"""Small contents of figures of clusters and maps, filled by hand."""

from __future__ import annotations

import numpy as np

from reasonscape.figures.cluster_content import (
    Alignment,
    AlignmentRow,
    ClusterCard,
    ClusterCards,
    ClusterName,
    ClusterShares,
    Stability,
)
from reasonscape.figures.content import LevelAxis
from reasonscape.figures.map_content import (
    LengthsByOutcome,
    MapLabel,
    MapNumber,
    OutcomeLengths,
    PhraseOdds,
    PhraseRow,
    TraceMap,
)

ANSWER = "clusters follow the kind of reasoning more than the model: difference 0.31 [0.22, 0.40]"


def alignment(text: str = "") -> Alignment:
    return Alignment(
        text or ANSWER,
        text or "1,204 failures of 11 evals, 8 clusters",
        (
            AlignmentRow(
                text or "kind of reasoning", 0.42, 0.35, 0.5, -0.02, 0.03, 0.39, 0.0004, 4, 1204,
                310,
            ),
            AlignmentRow(
                text or "loops", -0.001, -0.02, 0.01, -0.02, 0.02, -0.003, 0.62, 2, 1204, 310
            ),
            AlignmentRow(text or "model", levels=1, refused=text or "one model only"),
        ),
    )  # fmt: skip


def names(text: str = "", count: int = 3) -> tuple[ClusterName, ...]:
    found = (True, False, None)
    return tuple(
        ClusterName((text or f"phrase {i}", text or "so we have"), 50 - i, found[i % 3])
        for i in range(count)
    )


def shares(text: str = "", levels: int = 2) -> ClusterShares:
    counts = np.arange(1, 3 * levels + 1).reshape(3, levels)
    totals = counts.sum(axis=0)
    part = counts / totals
    part[:, -1] = np.nan
    return ClusterShares(
        text or "where failures fall",
        text or "share of each column's failures",
        names(text),
        LevelAxis(text or "model", tuple(text or f"level {i}" for i in range(levels))),
        part,
        counts,
        totals,
    )


def cards(text: str = "") -> ClusterCards:
    first, second, third = names(text)
    return ClusterCards(
        text or "clusters of failures",
        text or "1,204 failures",
        (
            ClusterCard(first, incorrect=30, truncated=20, note=text or "3 evals"),
            ClusterCard(second, correct=9, incorrect=40),
            ClusterCard(ClusterName((), third.size), unanswered=48),
        ),
        160,
        13,
    )


def stability(text: str = "") -> Stability:
    agreement = np.array([0.9, 0.95, 0.6])
    return Stability(
        text or "three clusters are stable",
        text or "1,204 failures",
        np.array([2, 3, 4]),
        agreement,
        agreement - 0.1,
        np.minimum(agreement + 0.1, 1),
        np.full(3, 0.1),
        np.full(3, 0.2),
        3,
        text or "10th to 90th percentile of 30 pairs",
    )


def trace_map(text: str = "", count: int = 12, dims: int = 2, levels: int = 3) -> TraceMap:
    at = np.arange(count)
    places = np.stack([np.cos(at), np.sin(at), at / 10], axis=1)[:, :dims]
    lengths = np.where(at == 5, np.nan, 100.0 * (at + 1))
    outcomes = ("correct", "incorrect", "truncated", "unanswered")
    return TraceMap(
        text or "traces by what they say",
        text or "40 traces of 2 evals",
        places,
        tuple(text or f"sample {i}" for i in at),
        (
            MapLabel("outcome", outcomes, at % 3, "outcome"),
            MapLabel("cluster", tuple(text or f"{i + 1}" for i in range(3)), at % 4 - 1, "cluster"),
            MapLabel(
                text or "task", tuple(text or f"task {i}" for i in range(levels)), at % levels
            ),
            MapLabel("loop", ("no", "yes"), (at % 5 == 0).astype(np.int64), "flag"),
            MapLabel("eval", (text or "model-a",), np.zeros_like(at), offered=False),
        ),
        (MapNumber(text + " length" if text else "length", lengths, text or "tokens"),),
        settings=text or "perplexity 30",
        shown_of=(count, 81_000),
    )


def phrases(text: str = "", wrong: int = 3, right: int = 2) -> PhraseOdds:
    odds = [2.0 + i for i in range(wrong)] + [0.5 / (i + 1) for i in range(right)]
    rows = (
        PhraseRow(text or f"phrase {i}", each, each / 2, each * 2, 0.0002 if i else 0.03, 120, 30,
                  by_length=i == 1)
        for i, each in enumerate(odds)
    )  # fmt: skip
    return PhraseOdds(
        text or "phrases that mark how a trace ends", text, tuple(rows), 4210, 2310, 5120
    )


def lengths(text: str = "", count: int = 40, *, standardised: bool = True) -> LengthsByOutcome:
    along = np.linspace(-1.5, 1.5, count)
    return LengthsByOutcome(
        text or "wrong traces are longer",
        text or "80 traces",
        (
            OutcomeLengths("incorrect", 1500 * np.exp(along), 1500, 1400, 1600,
                           along if standardised else None, 0.1, -0.2, 0.4, total=900),
            OutcomeLengths("correct", 300 * np.exp(along), 300, 250, 350,
                           along if standardised else None, -0.1, -0.2, 0.0),
        ),
        text or "tokens",
    )  # fmt: skip
