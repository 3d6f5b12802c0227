"""Pools of failures and traces without a store, for the rules of the lenses that read them.

`drawn` makes clusters and labels as numbers, with what real pools have: items whose failures are
alike, completions of one item by one model that are nearly the same, models that fail some kinds
more often. `planted` writes the texts of the planted mechanisms and lets the lenses do the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.failures.selection import FailureRows
from reasonscape.lenses.traces.selection import TraceRows
from reasonscape.planted.design import mechanism_plan
from reasonscape.planted.failure_words import KINDS
from reasonscape.planted.samples import planted_samples
from reasonscape.pooling.labels import Label
from reasonscape.pooling.pool import USED, Pool
from reasonscape.pooling.selection import LeftOut, Vectors
from reasonscape.pooling.texts import Texts
from reasonscape.stats.codes import dense_codes, paired_codes
from reasonscape.text.embeddings.chosen import embedder

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """How failures are drawn.

    Attributes
    ----------
    items, repeats, models, kinds, k
        Sizes; about half of all completions fail.
    follow, strength
        What clusters follow (`nothing`, `kind`, `model`, or `both` alike), and the share of the
        failures in which they do.
    cohesion
        Share of the other failures that lie in a cluster of their item.
    pair
        Share of the rest that lie in a cluster of their item and model: near-equal repeats.
    uneven
        How differently models fail the kinds, on the log odds.
    skewed
        Whether kinds and clusters are of unequal size.
    """

    items: int = 80
    repeats: int = 2
    models: int = 2
    kinds: int = 3
    k: int = 3
    follow: str = "nothing"
    strength: float = 0.7
    cohesion: float = 0.4
    pair: float = 0.0
    uneven: float = 0.0
    skewed: bool = False


def drawn(world: World, seed: int) -> tuple[Pool, IntArray]:
    """Draw failures and the cluster of each."""
    rng = np.random.default_rng([seed, 7])
    kind_of = _sizes(rng, world.items, world.kinds, world.skewed)
    chance = rng.normal(0.0, 1.0, (world.items, 1)) + rng.normal(0.0, 0.4, (1, world.models))
    chance = chance + world.uneven * rng.normal(0.0, 1.0, (world.kinds, world.models))[kind_of]
    shape = (world.items, world.models, world.repeats)
    fails = rng.random(shape) < 0.5 * (1.0 + np.tanh(chance / 2.0))[..., None]
    item, model, _ = np.nonzero(fails)
    kind = kind_of[item]
    n = len(item)
    cluster = _sizes(rng, n, world.k, world.skewed)
    by_pair = _sizes(rng, world.items * world.models, world.k, world.skewed)
    by_item = _sizes(rng, world.items, world.k, world.skewed)
    cluster = np.where(rng.random(n) < world.pair, by_pair[item * world.models + model], cluster)
    cluster = np.where(rng.random(n) < world.cohesion, by_item[item], cluster)
    if world.follow != "nothing":
        led = {"kind": kind, "model": model}.get(world.follow)
        led = np.where(rng.random(n) < 0.5, kind, model) if led is None else led
        cluster = np.where(rng.random(n) < world.strength, led % world.k, cluster)
    return pool_of(item, kind, model), cluster.astype(np.int64)


def _sizes(rng: np.random.Generator, n: int, levels: int, skewed: bool) -> IntArray:
    weights = np.arange(levels, 0, -1.0) ** 2 if skewed else np.ones(levels)
    return rng.choice(levels, size=n, p=weights / weights.sum())


def pool_of(
    item: IntArray,
    kind: IntArray,
    model: IntArray,
    *,
    outcome: IntArray | None = None,
    level: IntArray | None = None,
    length: NDArray[np.float64] | None = None,
) -> Pool:
    """A pool of one task with the labels `kind` and `model`; all incorrect where not said."""
    n = len(item)
    none = np.zeros(n, dtype=np.int64)
    models = tuple(f"model-{i}" for i in range(int(model.max(initial=0)) + 1))
    kinds = tuple(f"kind-{i}" for i in range(int(kind.max(initial=0)) + 1))
    return Pool(
        uid=np.array([f"{i:06d}" for i in range(n)], dtype=object),
        task=none,
        eval=model.astype(np.int64),
        item=item.astype(np.int64),
        outcome=np.ones(n, dtype=np.int64) if outcome is None else outcome,
        stratum=paired_codes(none if level is None else level, model.astype(np.int64))[0],
        length=np.full(n, 1000.0) if length is None else length,
        looped=np.zeros(n, dtype=bool),
        visible=np.ones(n, dtype=bool),
        measured=np.ones(n, dtype=bool),
        base_tasks=("arithmetic",),
        evals=models,
        eval_labels=models,
        models=models,
        unit="tokens",
        kind="kind",
        labels={
            "kind": Label(kind.astype(np.int64), kinds, True, none),
            "model": Label(model.astype(np.int64), models, False, none),
        },
    )


@dataclass(frozen=True)
class Written:
    """All completions of a planted plan: their pool and their texts."""

    pool: Pool
    texts: tuple[str, ...]

    def failures(self) -> FailureRows:
        """What the lens of failures would select."""
        wrong = self.pool.wrong
        part = self.pool.only(wrong)
        texts = [text for text, bad in zip(self.texts, wrong.tolist(), strict=True) if bad]
        return FailureRows(
            pool=part,
            vectors=vectors_of(texts),
            texts=stream(texts),
            left_out=LeftOut(),
            samples=np.bincount(self.pool.eval, minlength=len(part.evals))[None],
            failures=np.bincount(part.eval, minlength=len(part.evals))[None],
        )

    def traces(self) -> TraceRows:
        """What the lens of traces would select."""
        vectors = vectors_of(self.texts)
        return TraceRows(self.pool, vectors, stream(self.texts), LeftOut(), len(self.pool))


def planted(mechanism: str, seed: int, **sizes: Any) -> Written:
    """Write a planted plan's completions, as the store would hold them."""
    samples = list(planted_samples(mechanism_plan(mechanism, seed=seed, **sizes)))
    names = sorted({sample.model for sample in samples})
    item = dense_codes(np.unique([s.item_id for s in samples], return_inverse=True)[1])[0]
    ends = ("correct", "incorrect", "truncated", "unanswered")
    assert ends == USED
    outcome = [0 if s.correct else 2 if s.stop == "length" else 1 if s.answered else 3
               for s in samples]  # fmt: skip
    pool = pool_of(
        item,
        np.array([KINDS.index(s.labels["kind"]) for s in samples]),
        np.array([names.index(s.model) for s in samples]),
        outcome=np.array(outcome, dtype=np.int64),
        level=np.array([int(s.params["length"]) for s in samples]),
        length=np.array([float(s.completion_tokens or 1) for s in samples]),
    )
    return Written(pool, tuple(s.reasoning or "" for s in samples))


def dealt(pool: Pool, seed: int) -> Pool:
    """The same samples, with the outcomes of whole items dealt again among those of a level.

    Every item has as many samples as any other.
    """
    rng = np.random.default_rng([seed, 11])
    order = np.lexsort((np.arange(len(pool)), pool.eval, pool.item))
    rows = order.reshape(len(np.unique(pool.item)), -1)
    level = pool.stratum[rows[:, 0]]
    outcome = pool.outcome.copy()
    for one in np.unique(level):
        mine = np.flatnonzero(level == one)
        outcome[rows[mine].ravel()] = pool.outcome[rows[rng.permutation(mine)].ravel()]
    return replace(pool, outcome=outcome)


def vectors_of(texts: Sequence[str]) -> Vectors:
    """Vectors by the default embedder."""
    return Vectors(embedder("tfidf").vectors([texts]), {"name": "tfidf"})


def stream(texts: Sequence[str]) -> Texts:
    """Texts as the lenses read them."""

    def batches() -> Iterator[tuple[IntArray, Sequence[str]]]:
        yield np.arange(len(texts)), list(texts)

    return batches
