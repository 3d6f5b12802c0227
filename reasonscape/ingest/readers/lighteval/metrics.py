"""Which of lighteval's metrics is the grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.log_words import listed

# Right or wrong, by the definition of the metric; parameters follow a colon.
_BINARY: Final = frozenset(
    (
        *("acc", "acc_norm", "em", "qem", "pem", "pqem", "exact_match", "quasi_exact_match"),
        *("prefix_exact_match", "prefix_quasi_exact_match", "extractive_match"),
        *("expr_gold_metric", "truthfulqa_mc1"),
    )
)
# From 0 to 1, the more the better.
_FRACTIONS: Final = frozenset(
    (
        *("f1", "bleu_1", "bleu_4", "rouge1", "rouge2", "rougeL", "rougeLsum", "mrr", "recall"),
        "truthfulqa_mc2",
    )
)
# The same over several texts of a question, under names such as pass@k:k=1&n=16 and avg@64.
_SHARES: Final = ("pass@", "avg@", "maj@")


def _family(metric: str) -> str:
    return metric.partition(":")[0]


def is_binary(metric: str) -> bool:
    """Whether a metric says right or wrong.

    Examples
    --------
    >>> is_binary("acc:logprob_normalization=char"), is_binary("f1")
    (True, False)
    """
    return _family(metric) in _BINARY


def correct_at(metric: str | None) -> float | None:
    """From which score an answer is right by a metric; None where its range is not known."""
    known = metric is not None and (is_binary(metric) or _is_fraction(metric))
    return 1.0 if known else None


def _is_fraction(metric: str) -> bool:
    return _family(metric) in _FRACTIONS or any(share in metric for share in _SHARES)


def chosen_metric(
    names: Sequence[str], better: Mapping[str, bool], rows: int, options: ReadOptions
) -> str | None:
    """Choose the metric that is the grade: ``--metric``, else the first binary one.

    Without a binary one it is the first that is a fraction, else the first of which the results
    say that more is better: it gives a score and no grade. The order is that of the results'
    configuration of the task, else that of the file.

    Raises
    ------
    UsageError
        ``--metric`` names none of the file.
    """
    if options.metric is not None:
        if options.metric not in names:
            raise UsageError(
                f"no row has the metric {options.metric!r}",
                remedy=f"name one of {listed(names)}" if names else "leave --metric away",
                did_you_mean=get_close_matches(options.metric, list(names), n=1),
            )
        return options.metric
    # A task asked in two ways has its metrics in an order that differs from run to run.
    names = [*(name for name in better if name in names), *(n for n in names if n not in better)]
    ways = (
        [name for name in names if is_binary(name)],
        [name for name in names if _is_fraction(name)],
        [name for name in names if better.get(name)],
    )
    chosen = next((found[0] for found in ways if found), None)
    others = [name for name in names if name != chosen]
    if chosen is None:
        why = "no metric says right or wrong" if names else "there are no metrics that are numbers"
        takes = f"; --metric takes one of {listed(names)}" if names else ""
        options.notices.add(f"not graded: {why}{takes}", rows)
    elif others:
        options.notices.add(f"graded by {chosen!r}; --metric takes another: {listed(others)}", rows)
    return chosen
