"""Triage: a screen of everything that is selected, one scan a task, no fit and no picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from reasonscape.errors import NoRowsError, UsageError
from reasonscape.findings.false_discovery import benjamini_hochberg
from reasonscape.findings.hypothesis import Cause
from reasonscape.findings.naming import hypothesis_id
from reasonscape.findings.thresholds import FEW_FAILURES, MIN_ITEMS_CLAIMED, Q_PRESENT
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.provenance import provenance
from reasonscape.runs.selection import DROPPED
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import THRESHOLDS, WIDE
from reasonscape.stats.proportions import Proportion

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.triage_rows import PairRows, ScreenedTask

Judgement = Literal["suspect", "no_suspicion", "too_little_data"]

JUDGEMENTS: Final[tuple[Judgement, ...]] = ("suspect", "no_suspicion", "too_little_data")


@dataclass(frozen=True, slots=True)
class Screened:
    """What the screen says of one (eval, task).

    Attributes
    ----------
    id
        Stable over runs.
    suspected
        A hint at the cause; None unless this is a suspect.
    check
        What to look at before any cause, where answers could not be read.
    strength
        Share of the samples that the strongest signal bears upon; 0 unless this is a suspect.
    accuracy
        Share of right answers, truncated ones counted as wrong, items as clusters.
    signals
        All that was tested, those that stand out first.
    by_outcome
        All samples by outcome.
    untraced, unmeasured
        Shares of the used samples without a visible trace, and without a length.
    """

    id: str
    eval_id: str
    model: str
    base_task: str
    verdict: Judgement
    suspected: Cause | None
    check: str | None
    strength: float
    accuracy: Proportion
    n: Mapping[str, int]
    signals: tuple[Signal, ...]
    by_outcome: Mapping[str, int]
    untraced: float
    unmeasured: float

    @property
    def shown(self) -> tuple[Signal, ...]:
        """The signals that stand out: first those that tell one cause from another."""
        return tuple(one for one in self.signals if stands_out(one))


@dataclass(frozen=True, repr=False)
class TriageRun:
    """A whole screen: suspects first, the strongest ahead."""

    dataset: Dataset
    filters: Mapping[str, Any]
    counts: Mapping[str, Any]
    screened: tuple[Screened, ...]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]

    command = "triage"

    @property
    def suspects(self) -> tuple[Screened, ...]:
        """Those that are to be diagnosed, the strongest first."""
        return tuple(one for one in self.screened if one.verdict == "suspect")

    def save(self, path: Path | str) -> dict[str, Any]:
        """Write summary, report and tables to a folder; return the summary.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds a file in the way that is not a run's.
        """
        from reasonscape.runs.triage_saving import save

        if not str(path):
            raise UsageError("the folder to save to is ''", remedy="name it; '.' is this one")
        return save(self, Path(path))

    def __repr__(self) -> str:
        verdicts = Counter(one.verdict for one in self.screened)
        said = ", ".join(f"{verdicts[name]} {name}" for name in JUDGEMENTS)
        return f"<triage of {self.dataset.name}: {self.counts['used']:,} samples, {said}>"


ORDER: Final = (
    "truncated", "loops", "unanswered", "short_wrong", "long_wrong", "scatter", "factor", "fall",
    "early_wrong", "late_wrong", "low_accuracy", "below_others",
)  # fmt: skip
"""Signals as they are listed: those that tell causes apart, then what every failure shows."""


def stands_out(signal: Signal) -> bool:
    """Whether a signal makes a suspect: beyond its threshold, and not by chance.

    Where most of a store fails, q over the run lets through what one healthy pair has by chance;
    where most is healthy, q over the pair lets through what some pair always has.
    """
    return signal.beyond and max(signal.q, signal.q_run) < Q_PRESENT


def triage(dataset: Dataset, filters: Any = None) -> TriageRun:
    """Screen every (eval, task) that the filters select.

    Parameters
    ----------
    dataset
        What to screen.
    filters
        JSON text, ``@file``, or a mapping.

    Raises
    ------
    NoRowsError
        If the filters match no sample.
    FilterError
        If a filter is malformed or names an unknown key.
    """
    from reasonscape.runs.triage_rows import screened_tasks
    from reasonscape.store.filters import parse_filters, read_filters
    from reasonscape.store.selection.names import eval_names

    written = read_filters(filters)
    where = dataset.where(parse_filters(written))
    names = eval_names(dataset.store())
    found = [one for task in screened_tasks(dataset, where) for one in screen_of_task(task, names)]
    if not found:
        raise NoRowsError(
            "; ".join((f"no row of {dataset.name} matches the filters", *where.notes)),
            remedy=f"see what there is: {command_line('tasks', dataset.path)}",
        )
    screened = judged(found)
    return TriageRun(
        dataset=dataset,
        filters=written,
        counts=_counts(screened),
        screened=screened,
        warnings=(*where.notes, *_limits(screened)),
        provenance=provenance(dataset.store(), 0),
    )


def screen_of_task(task: ScreenedTask, names: Mapping[str, tuple[str, str, str]]) -> list[Screened]:
    """Every test of every eval of one base task, not yet judged."""
    import numpy as np

    from reasonscape.runs.triage_losses import below_others, counted
    from reasonscape.stats.item_share import item_share

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
    from reasonscape.runs import triage_losses as losses
    from reasonscape.runs import triage_traces as traces

    found = [
        losses.low_accuracy(pair, accuracy),
        losses.falls(pair, task.axes),
        losses.factors(pair, task.axes),
        losses.scatter(pair, task.axes, accuracy),
        traces.truncated(pair),
        traces.loops(pair),
        traces.unanswered(pair),
        *(traces.lengths(pair) if 1.0 - accuracy.low >= FEW_FAILURES else []),
    ]
    return [one for one in found if one is not None]


def judged(found: Sequence[Screened]) -> tuple[Screened, ...]:
    """Correct over each (eval, task) and the run, then give every pair its verdict and rank.

    Tests that could not be run count as p = 1, so that what a log lacks changes no q.
    """
    from reasonscape.runs.triage_hints import first_check, suspected

    p_values = [signal.p for one in found for signal in one.signals]
    corrected = iter(benjamini_hochberg(p_values, len(found) * len(THRESHOLDS)))
    done = []
    for one in found:
        own = benjamini_hochberg([signal.p for signal in one.signals], len(THRESHOLDS))
        signals = [
            replace(signal, q=q, q_run=next(corrected))
            for signal, q in zip(one.signals, own, strict=True)
        ]
        signals.sort(key=lambda signal: (not stands_out(signal), ORDER.index(signal.name)))
        shown = {signal.name: signal for signal in signals if stands_out(signal)}
        few = one.n["items"] < MIN_ITEMS_CLAIMED
        # Few items that all fail alike look surer than they are.
        suspect = bool(shown) and not few
        wide = one.accuracy.high - one.accuracy.low > 2.0 * WIDE
        rest: Judgement = "too_little_data" if few or wide else "no_suspicion"
        done.append(
            replace(
                one,
                signals=tuple(signals),
                verdict="suspect" if suspect else rest,
                suspected=suspected(shown) if suspect else None,
                check=first_check(shown, one.accuracy.value) if suspect else None,
                strength=max(s.stake for s in shown.values()) if suspect else 0.0,
            )
        )
    return tuple(sorted(done, key=_order))


def _order(one: Screened) -> tuple[Any, ...]:
    """The strongest suspects first; of equal ones that which others do better on."""
    gap = next((s.effect.value for s in one.signals if s.name == "below_others"), 0.0)
    place = ("suspect", "too_little_data", "no_suspicion").index(one.verdict)
    at_stake = (-one.strength, -gap) if one.verdict == "suspect" else (0.0, 0.0)
    return (place, *at_stake, one.model, one.eval_id, one.base_task)


def _counts(screened: Iterable[Screened]) -> dict[str, Any]:
    by_outcome: Counter[str] = Counter()
    for one in screened:
        by_outcome.update(one.by_outcome)
    matched = sum(by_outcome.values())
    dropped = {name: by_outcome[name] for name in DROPPED if by_outcome[name]}
    return {
        "matched": matched,
        "used": matched - sum(dropped.values()),
        "dropped": dropped,
        "by_outcome": dict(by_outcome),
    }


def _limits(screened: Sequence[Screened]) -> list[str]:
    """What the data lack, so that a signal could not have shown."""
    said = []
    total = len(screened)
    for what, missing, lost in (
        ("no visible trace", [s for s in screened if s.untraced > 0.5], "loops"),
        ("no length", [s for s in screened if s.unmeasured > 0.5], "lengths and early ends"),
        (
            "no grade",
            [s for s in screened if s.by_outcome["ungraded"] > sum(s.by_outcome.values()) / 2],
            "accuracy",
        ),
    ):
        if missing:
            most = f"most samples of {len(missing)} of {total} (eval, task) pairs have {what}"
            said.append(f"{most}: {lost} could not be screened there")
    return said
