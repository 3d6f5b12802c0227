"""What HELM measured of each instance, and which of it is the grade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import orjson

from reasonscape.errors import UsageError
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm_documents import Elements
from reasonscape.ingest.readers.log_words import listed
from reasonscape.ingest.rows import RowError, shown

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
FINISH: Final = ("length", "stop", "endoftext", "unknown")
_FACTS: Final = frozenset(
    (
        *("num_prompt_tokens", "num_output_tokens", "num_completion_tokens"),
        *("predicted_index", "prompt_truncated"),
        *(f"finish_reason_{word}" for word in FINISH),
    )
)
# Stats that measure the run, not the answer.
_NO_GRADE: Final = ("num_", "finish_reason_", "inference_", "training_", "prompt_truncated")
_NO_GRADES: Final = frozenset(("batch_size", "max_prob", "predicted_index", "logprob"))

Key = tuple[str, bytes, int]


@dataclass(slots=True)
class InstanceStats:
    """The means of what was measured, by instance.

    Attributes
    ----------
    names
        Every stat that the file has, in its order.
    by_key
        Instance, perturbation and train trial -> stat -> mean; only stats that are of use.
    """

    names: dict[str, None] = field(default_factory=dict)
    by_key: dict[Key, dict[str, float]] = field(default_factory=dict)


def instance_key(identifier: object, perturbation: object, trial: object) -> Key:
    """Make the key that a request and its stats have in common.

    Raises
    ------
    RowError
        A part has the wrong type.

    Examples
    --------
    >>> instance_key("id3", {"name": "typos"}, 0)
    ('id3', b'{"name":"typos"}', 0)
    """
    if not isinstance(identifier, str) or not identifier:
        raise RowError("wrong_type", f"expected text, found {shown(identifier)}", "instance.id")
    if perturbation is not None and not isinstance(perturbation, dict):
        raise RowError(
            "wrong_type", f"expected an object, found {shown(perturbation)}", "perturbation"
        )
    if type(trial) is not int or not 0 <= trial < 10**6:
        raise RowError("wrong_type", f"expected a count, found {shown(trial)}", "train_trial_index")
    try:
        change = orjson.dumps(perturbation, option=orjson.OPT_SORT_KEYS) if perturbation else b""
    except (TypeError, ValueError) as error:
        raise RowError("bad_value", "it cannot be written as JSON", "perturbation") from error
    return identifier, change, trial


def read_stats(path: Path, options: ReadOptions) -> InstanceStats:
    """Read ``per_instance_stats.json``; an entry that cannot be read costs its grade, and a notice.

    Raises
    ------
    UsageError
        The file as a whole cannot be read.
    """
    stats, wanted = InstanceStats(), options.metric
    for entry in Elements(path, options):
        try:
            if isinstance(entry, RowError):
                raise entry
            key = instance_key(
                entry.get("instance_id"), entry.get("perturbation"), entry.get("train_trial_index")
            )
            means = stats.by_key.setdefault(key, {})
            for name, mean in _means(entry.get("stats")):
                stats.names[name] = None
                if name in _FACTS or name == wanted or (wanted is None and is_grade(name)):
                    means.setdefault(name, mean)
        except RowError as error:
            options.notices.add(f"per-instance stats that cannot be read: {error.reason}")
    return stats


def _means(stats: object) -> Iterable[tuple[str, float]]:
    if not isinstance(stats, list):
        raise RowError("wrong_type", f"expected a list, found {shown(stats)}", "stats")
    for stat in stats:
        name = stat.get("name") if isinstance(stat, dict) else None
        word = name.get("name") if isinstance(name, dict) else None
        if not isinstance(word, str):
            raise RowError("wrong_type", f"a stat without a name: {shown(stat)}", "stats")
        mean = stat.get("mean")
        # HELM leaves NaN out, and has stats of nothing: neither is a value.
        if isinstance(mean, int | float) and stat.get("count"):
            yield word, mean
        elif mean is not None and not isinstance(mean, int | float):
            raise RowError("wrong_type", f"expected a number, found {shown(mean)}", "stats.mean")


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


def chosen_metric(stats: InstanceStats, options: ReadOptions) -> str | None:
    """Choose the stat that is the grade: ``--metric``, else the first binary, else a fraction.

    The order is that of the file, which is that of the run's ``metric_specs``. A metric over the
    best of several answers (``@k``) is chosen only by name.

    Raises
    ------
    UsageError
        ``--metric`` names no stat of the file.
    """
    names, wanted = stats.names, options.metric
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
                len(stats.by_key),
            )
        return None
    others = [name for name in grades if name != first[0]]
    if others:
        options.notices.add(
            f"graded by {first[0]!r}; --metric takes another: {listed(others)}",
            len(stats.by_key),
        )
    return first[0]
