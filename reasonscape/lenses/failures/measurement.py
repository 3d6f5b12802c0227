"""From the failures and their vectors to clusters, their cards, and what they follow."""

from __future__ import annotations

from functools import partial

import numpy as np

from reasonscape.findings.later import Later
from reasonscape.lenses.failures.alignments import following
from reasonscape.lenses.failures.options import FailureOptions
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.failures.selection import FailureRows
from reasonscape.pooling.cards import cards_of
from reasonscape.pooling.clusters import Clusters, clusters_of
from reasonscape.pooling.progress import told
from reasonscape.pooling.selection import pool_notes
from reasonscape.stats.maps import Map, fit_map

MOST_PLACED = 2_000
"""Failures on the map: more would hide each other."""


def measure(rows: FailureRows, options: FailureOptions) -> FailuresResult:
    """Cluster the failures, describe the clusters, and ask what they follow."""
    pool = rows.pool
    found = clusters_of(
        rows.vectors.matrix, pool.item, k=options.k, seed=options.seed, method=options.method
    )
    followed = following(
        pool, found.label, found.k, permutations=options.permutations, seed=options.seed
    )
    cards = cards_of(pool, rows.vectors.matrix, rows.texts, found, show_text=options.show_text)
    return FailuresResult(
        pool=pool,
        cluster=np.where(found.label < 0, found.k, found.label),
        vectors=rows.vectors,
        cards=cards,
        k=found.k,
        fixed=found.fixed,
        stable=found.stable,
        by_density=options.method == "hdbscan",
        stability=found.stability,
        agreement=found.agreement,
        aligned=followed.aligned,
        differences=followed.differences,
        shared=followed.shared,
        left_out=rows.left_out,
        samples=rows.samples,
        failures=rows.failures,
        place=Later(partial(_map, rows, options)),
        notes=(*_notes(rows, found), *pool.notes),
    )


def _map(rows: FailureRows, options: FailureOptions) -> Map:
    return fit_map(
        rows.vectors.matrix, seed=options.seed, most=MOST_PLACED, progress=told("map of failures")
    )


def _notes(rows: FailureRows, found: Clusters) -> list[str]:
    notes = pool_notes(rows.left_out, "failure")
    if found.k < 2 and len(rows.pool) > 1 and not found.fixed:
        notes.append("no number of clusters stands out; --k gives as many as you say")
    elif found.k > 1 and not found.stable and not found.fixed:
        notes.append(
            f"no number of clusters is stable: {found.k} stand out most from data without groups; "
            "with several tasks, look within one"
        )
    return notes
