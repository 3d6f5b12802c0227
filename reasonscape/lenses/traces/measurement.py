"""From traces and their vectors to phrases, clusters, lengths and maps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.later import Later
from reasonscape.lenses.traces.lengths import lengths_of
from reasonscape.lenses.traces.options import TraceOptions
from reasonscape.lenses.traces.phrases import phrases_of
from reasonscape.lenses.traces.result import Risk, TracesResult
from reasonscape.lenses.traces.risks import risks_of
from reasonscape.lenses.traces.selection import TraceRows
from reasonscape.pooling.cards import cards_of
from reasonscape.pooling.clusters import Clusters, clusters_of
from reasonscape.pooling.progress import told
from reasonscape.pooling.selection import pool_notes
from reasonscape.pooling.texts import excerpts_of
from reasonscape.stats.maps import Map, fit_map

MOST_IN_3D = 2_000
"""Points of the map in three dimensions, where t-SNE takes far longer for each."""


def measure(rows: TraceRows, options: TraceOptions) -> TracesResult:
    """Do what was asked of the traces."""
    pool = rows.pool
    found = _clusters(rows, options)
    risks: tuple[Risk, ...] = ()
    cluster = None
    if found is not None and rows.vectors is not None:
        cards = cards_of(pool, rows.vectors.matrix, rows.texts, found, show_text=options.show_text)
        cluster = np.where(found.label < 0, found.k, found.label)
        risks = risks_of(pool, cluster, cards)
    return TracesResult(
        pool=pool,
        vectors=rows.vectors,
        phrases=phrases_of(rows, options) if options.asks("phrases") else None,
        risks=risks,
        cluster=cluster,
        k=0 if found is None else found.k,
        fixed=found is not None and found.fixed,
        agreement=math.nan if found is None else found.agreement,
        lengths=lengths_of(pool) if options.asks("length") else (),
        maps=_maps(rows, options),
        excerpts=Later(partial(excerpts_of, rows.texts, len(pool))) if options.show_text else None,
        left_out=rows.left_out,
        samples=rows.samples,
        notes=(*_notes(rows, options), *pool.notes),
    )


def _clusters(rows: TraceRows, options: TraceOptions) -> Clusters | None:
    if rows.vectors is None or not options.asks("clusters"):
        return None
    return clusters_of(rows.vectors.matrix, rows.pool.item, k=options.k, seed=options.seed)


def _maps(rows: TraceRows, options: TraceOptions) -> Mapping[int, Later[Map]]:
    """A map in two dimensions, and one in three, where they were asked for and can be made."""
    if rows.vectors is None or len(rows.pool) < 2:
        return {}
    matrix: NDArray[np.float32] = rows.vectors.matrix
    made = {}
    for dims, name, most in ((2, "tsne", options.most), (3, "interactive", MOST_IN_3D)):
        if options.asks(name):
            fit = partial(
                fit_map,
                matrix,
                options.layout,
                dims,
                options.seed,
                most=most,
                progress=told(f"map in {dims} dimensions"),
            )
            made[dims] = Later(fit)
    return made


def _notes(rows: TraceRows, options: TraceOptions) -> list[str]:
    notes = pool_notes(rows.left_out, "sample")
    if options.start is not None or options.end is not None:
        shown = f"from {options.start!r} " if options.start is not None else ""
        shown += f"up to {options.end!r}" if options.end is not None else ""
        notes.append(f"traces are read {shown.strip()}, whole where a marker is missing")
    return notes
