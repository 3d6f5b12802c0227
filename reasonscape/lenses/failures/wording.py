"""Words that several claims about failures share."""

from __future__ import annotations

from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.pooling.cards import Card

REFUSED = {
    "one_kind": "the failures are of one kind of item only",
    "one_eval": "the failures are of one model only",
    "few_items": "too few items were failed",
    "no_clusters": "the failures fall into no groups that stand out",
    "no_failures": "nothing failed",
    "no_trace": "the log does not show what the model wrote",
    "confounded": "too few items were failed by several models to tell kind and model apart",
}

CAVEATS = (
    "clusters are of words, so they may follow the subject of an item rather than how it failed",
)


def quoted(card: Card, most: int = 3) -> str:
    """The phrases of a cluster, as a model wrote them."""
    told = ", ".join(f"“{one.text}”" for one in card.phrases[:most])
    return f" ({told})" if told else ""


def share_interval(value: float, low: float, high: float) -> str:
    """A share explained, which may be below 0, with its interval."""
    return f"{_two(value)} [{_two(low)}, {_two(high)}]"


def _two(value: float) -> str:
    """Two decimals, without a sign before nothing."""
    return f"{round(value, 2) + 0.0:.2f}"


def groups(result: FailuresResult) -> str:
    """How many groups there are, and how this was decided."""
    n = len(result.pool)
    if result.k < 2:
        return f"{n:,} failures fall into no groups that stand out"
    if result.by_density:
        return f"{n:,} failures in {result.k} clusters (by density)"
    how = "stable" if result.stable else "as asked" if result.fixed else "not a stable number"
    return f"{n:,} failures in {result.k} clusters ({how})"
