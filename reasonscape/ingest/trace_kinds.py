"""Which trace of a sample there is to measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

TURN_TOKENS: Final = 8
"""Tokens that a completion may count beyond its text: those that open and end a turn."""


def trace_kinds(samples: pa.Table, texts: pa.Table) -> pa.Array:
    """Say of each sample what its trace is: the column ``f.trace``.

    It is the reasoning if the log has it in full, else the response; both, where the response is
    the longer one: then most of what the model wrote stands there, and a loop may too. There is
    none where the log
    has a summary of the reasoning, or where the model reasoned and the log does not hold it
    (``hidden``): a response is then no record of how the answer was found. That is so if the log
    or its mapping says so, if it counts tokens of reasoning and has no reasoning, or if the
    model's own count of the completion exceeds the bytes of what is visible (no token is shorter
    than a byte).

    Parameters
    ----------
    samples
        Columns ``completion_tokens``, ``reasoning_tokens`` and ``tokens_source``.
    texts
        Columns ``reasoning``, ``reasoning_kind`` and ``response`` of the same rows.

    Returns
    -------
    pyarrow.Array
        ``reasoning``, ``response``, ``both``, ``summary``, ``hidden`` or ``none``.
    """
    import pyarrow.compute as pc

    reasoning, response = texts.column("reasoning"), texts.column("response")
    kind = pc.fill_null(texts.column("reasoning_kind"), "none")
    visible = pc.fill_null(pc.binary_length(response), 0)
    thought = pc.fill_null(pc.binary_length(reasoning), 0)
    has_reasoning = pc.greater(thought, 0)
    native = pc.fill_null(pc.equal(samples.column("tokens_source"), "native"), False)
    counted = pc.fill_null(samples.column("completion_tokens"), 0)
    unseen = pc.and_(
        pc.and_(native, pc.is_valid(response)),
        pc.greater(counted, pc.add(visible, TURN_TOKENS)),
    )
    reasoned = pc.greater(pc.fill_null(samples.column("reasoning_tokens"), 0), 0)
    conditions = pc.make_struct(
        pc.equal(kind, "hidden"),
        pc.equal(kind, "summary"),
        pc.and_(has_reasoning, pc.greater(visible, thought)),
        has_reasoning,
        pc.or_(reasoned, unseen),
        pc.greater(visible, 0),
    )
    kinds = ("hidden", "summary", "both", "reasoning", "hidden", "response", "none")
    return pc.case_when(conditions, *kinds)
