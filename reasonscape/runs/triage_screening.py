"""Every test of every eval of one base task."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reasonscape.findings.naming import hypothesis_id
from reasonscape.findings.thresholds import FEW_FAILURES
from reasonscape.runs.triage_factors import factors
from reasonscape.runs.triage_judging import Screened
from reasonscape.runs.triage_lengths import lengths
from reasonscape.runs.triage_levels import falls
from reasonscape.runs.triage_losses import below_others, counted, low_accuracy
from reasonscape.runs.triage_rows import PairRows, ScreenedTask
from reasonscape.runs.triage_scatter import scatter
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_traces import loops, truncated, unanswered
from reasonscape.stats.item_share import item_share
from reasonscape.stats.proportions import Proportion


def screen_of_task(task: ScreenedTask, names: Mapping[str, tuple[str, str, str]]) -> list[Screened]:
    """Every test of every eval of one base task, not yet judged."""
    accuracies = [item_share(pair.right, pair.items) for pair in task.pairs]
    gaps = below_others(task, accuracies)
    found = []
    for pair, accuracy, gap in zip(task.pairs, accuracies, gaps, strict=True):
        tested = _signals(pair, task, accuracy) if len(pair) else []
        found.append(
            Screened(
                id=hypothesis_id(pair.eval_id, task.base_task, "triage"),
                eval_id=pair.eval_id,
                model=names[pair.eval_id][0],
                base_task=task.base_task,
                verdict="no_suspicion",
                suspected=None,
                check=None,
                strength=0.0,
                accuracy=accuracy,
                n=counted(pair),
                signals=(*tested, *([gap] if gap is not None else [])),
                by_outcome=pair.by_outcome,
                untraced=1.0 - float(pair.visible.mean()) if len(pair) else 1.0,
                unmeasured=1.0 - float(np.mean(pair.length > 0.0)) if len(pair) else 1.0,
            )
        )
    return found


def _signals(pair: PairRows, task: ScreenedTask, accuracy: Proportion) -> list[Signal]:
    found = [
        low_accuracy(pair, accuracy),
        falls(pair, task.axes),
        factors(pair, task.axes),
        scatter(pair, task.axes, accuracy),
        truncated(pair),
        loops(pair),
        unanswered(pair),
        *(lengths(pair) if 1.0 - accuracy.low >= FEW_FAILURES else []),
    ]
    return [one for one in found if one is not None]
