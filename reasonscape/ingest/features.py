"""The columns ``f.*``: traces chosen and measured, at import and later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reasonscape.ingest.trace_kinds import trace_kinds
from reasonscape.store.refreshing import RefreshReport, refresh_features
from reasonscape.text.features import FEATURES_VERSION, measure_traces

if TYPE_CHECKING:
    import pyarrow as pa

    from reasonscape.store.tables import Store


def trace_features(samples: pa.Table, texts: pa.Table) -> pa.Table:
    """Choose and measure the traces of some samples.

    Parameters
    ----------
    samples
        Columns ``completion_tokens``, ``reasoning_tokens`` and ``tokens_source``.
    texts
        Columns ``reasoning``, ``reasoning_kind`` and ``response`` of the same rows.

    Returns
    -------
    pyarrow.Table
        The columns ``f.*`` of the same rows.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = trace_kinds(samples, texts)
    reasoning, response = texts.column("reasoning"), texts.column("response")
    is_reasoning, is_response = pc.equal(kind, "reasoning"), pc.equal(kind, "response")
    is_both = pc.equal(kind, "both")
    # Where all traces stand in one column they are read where they lie; else copied once.
    if pc.all(is_reasoning).as_py():
        traces = reasoning
    elif pc.all(is_response).as_py():
        traces = response
    else:
        nothing = pa.scalar(None, pa.string())
        traces = pc.if_else(is_reasoning, reasoning, pc.if_else(is_response, response, nothing))
        if pc.any(is_both).as_py():
            # Other rows join nothing to nothing.
            parts = (pc.if_else(is_both, part, nothing) for part in (reasoning, response))
            traces = pc.coalesce(traces, pc.binary_join_element_wise(*parts, "\n\n"))
    measured = measure_traces(traces)
    version = pa.repeat(pa.scalar(FEATURES_VERSION, pa.int32()), samples.num_rows)
    measured = measured.drop_columns("f.version").append_column("f.version", version)
    measured = measured.append_column("f.trace", kind)
    onset = _onset_tokens(samples, texts, measured, is_reasoning)
    return measured.append_column("f.loop_onset_tokens", onset)


def refresh_store(store: Store, *, force: bool = False) -> RefreshReport:
    """Measure traces of which the store has no features, or those of an older version.

    Parameters
    ----------
    store
        The store; one commit replaces the files that had such rows.
    force
        Measure all.

    Raises
    ------
    StoreError
        The store cannot be read or written.
    """
    return refresh_features(store, trace_features, FEATURES_VERSION, force=force)


def _onset_tokens(
    samples: pa.Table, texts: pa.Table, measured: pa.Table, is_reasoning: pa.Array
) -> pa.Array:
    """Estimate after how many tokens a loop begins: as much of the trace's tokens as of its text.

    A trace of reasoning has the log's count of reasoning tokens, else its share, by characters,
    of the whole completion.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    chars = pc.cast(measured.column("f.chars"), pa.float64())
    response = pc.fill_null(pc.utf8_length(texts.column("response")), 0)
    whole = pc.cast(samples.column("completion_tokens"), pa.float64())
    share = pc.divide(chars, pc.add(chars, pc.cast(response, pa.float64())))
    stated = pc.cast(samples.column("reasoning_tokens"), pa.float64())
    stated = pc.if_else(pc.greater(stated, 0.0), stated, None)
    tokens = pc.if_else(is_reasoning, pc.coalesce(stated, pc.multiply(whole, share)), whole)
    onset = pc.divide(pc.cast(measured.column("f.loop_onset"), pa.float64()), chars)
    return pc.cast(pc.round(pc.multiply(onset, tokens)), pa.int32())
