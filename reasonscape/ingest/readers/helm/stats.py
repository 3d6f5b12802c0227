"""What HELM measured of each instance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm.documents import Elements
from reasonscape.ingest.readers.helm.metrics import is_grade
from reasonscape.ingest.rows import RowError, shown

FINISH: Final = ("length", "stop", "endoftext", "unknown")
_FACTS: Final = frozenset(
    (
        *("num_prompt_tokens", "num_output_tokens", "num_completion_tokens"),
        *("predicted_index", "prompt_truncated"),
        *(f"finish_reason_{word}" for word in FINISH),
    )
)
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
