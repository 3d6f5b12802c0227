"""Which of the stats of a HELM run is the grade."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.log_words import listed

# Right or wrong, by the definition of the metric.
BINARY: Final = frozenset(
    (
        *("exact_match", "quasi_exact_match", "quasi_leave_articles_exact_match"),
        *("prefix_exact_match", "quasi_prefix_exact_match", "exact_match_indicator"),
        *("final_number_exact_match", "exact_set_match", "cleva_math_result_match"),
        *("math_equiv", "math_equiv_chain_of_thought", "code_eval_acc"),
        "chain_of_thought_correctness",
    )
)
# From 0 to 1, the more the better: right from 1, or from the dataset's own `correct_at`.
FRACTIONS: Final = frozenset(
    (
        *("f1_score", "rouge_1", "rouge_2", "rouge_l", "bleu_1", "bleu_4", "pass"),
        *("iou_set_match", "f1_set_match", "ifeval_strict_accuracy", "omni_math_accuracy"),
        *("chinese_bleu_1", "chinese_rouge_1", "chinese_rouge_2"),
    )
)
# Stats that measure the run, not the answer.
_NO_GRADE: Final = ("num_", "finish_reason_", "inference_", "training_", "prompt_truncated")
_NO_GRADES: Final = frozenset(("batch_size", "max_prob", "predicted_index", "logprob"))


def is_grade(name: str) -> bool:
    """Whether a stat measures the answer, not the run.

    Examples
    --------
    >>> is_grade("rouge_l"), is_grade("num_prompt_tokens")
    (True, False)
    """
    return not name.startswith(_NO_GRADE) and name not in _NO_GRADES


def is_binary(metric: str) -> bool:
    """Whether a metric says right or wrong; that of the best of k answers is named ``metric@k``."""
    return metric.partition("@")[0] in BINARY


def correct_at(metric: str | None) -> float | None:
    """From which score an answer is right by a metric; None where its range is not known."""
    known = metric is not None and (is_binary(metric) or metric.partition("@")[0] in FRACTIONS)
    return 1.0 if known else None


def chosen_metric(names: Mapping[str, None], instances: int, options: ReadOptions) -> str | None:
    """Choose the stat that is the grade: ``--metric``, else the first binary, else a fraction.

    The order is that of the file, which is that of the run's ``metric_specs``. A metric over the
    best of several answers (``@k``) is chosen only by name.

    Raises
    ------
    UsageError
        ``--metric`` names no stat of the file.
    """
    wanted = options.metric
    grades = [name for name in names if is_grade(name)]
    if wanted is not None:
        if names and wanted not in names:
            raise UsageError(
                f"no instance has the metric {wanted!r}",
                remedy=f"name one of {listed(grades or list(names))}",
                did_you_mean=get_close_matches(wanted, list(names), n=1),
            )
        return wanted
    first = [name for name in grades if name in BINARY] or [n for n in grades if n in FRACTIONS]
    if not first:
        if grades:
            options.notices.add(
                "not graded: no metric of the run says right or wrong; --metric takes one of "
                + listed(grades),
                instances,
            )
        return None
    others = [name for name in grades if name != first[0]]
    if others:
        options.notices.add(
            f"graded by {first[0]!r}; --metric takes another: {listed(others)}",
            instances,
        )
    return first[0]
