"""Names of evals as they are drawn: the config's labels, each a different one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset


def eval_labels(
    dataset: Dataset, names: Mapping[str, tuple[str, str, str]], eval_ids: Sequence[str]
) -> dict[str, str]:
    """Label of each eval; two that would be drawn under one name get their ids added.

    Parameters
    ----------
    dataset
        Whose config has the labels.
    names
        Eval id -> model, template and sampler.
    eval_ids
        Evals that are drawn together.
    """
    labels = {one: dataset.eval_label(one, *names[one]) for one in eval_ids}
    used = Counter(labels.values())
    return {
        one: f"{label} [{one[:7]}]" if used[label] > 1 else label for one, label in labels.items()
    }
