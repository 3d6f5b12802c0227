"""Diagnosis: every lens over a selection, judged as one family, then causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.diagnosis.hypotheses import hypotheses
from reasonscape.diagnosis.regression import with_regressions
from reasonscape.errors import NoRowsError, UsageError
from reasonscape.findings.finding import Finding
from reasonscape.findings.hypothesis import Hypothesis
from reasonscape.lenses.lens import LENSES
from reasonscape.runs.baseline import (
    IDENTITY,
    Contrast,
    below_baseline,
    beside,
    contrasts,
    resolved_baseline,
    without_contrast,
)
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.four_lenses import (
    all_claims,
    claims_of,
    judged_together,
    measure_task,
)
from reasonscape.runs.lens_run import LensRun, Measured, Progress, lens_run, most_suspect_first
from reasonscape.runs.provenance import provenance
from reasonscape.runs.selection import Selected, compiled
from reasonscape.runs.shapes import Shapes, shapes

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset

NO_CAUSE: Final = ("insufficient_evidence", "healthy")
"""Leading causes that are no failure."""

LISTED_LAST: Final = ("capability_gap", *NO_CAUSE)
"""Causes that are listed after those that name a mechanism, in this order."""


@dataclass(frozen=True, repr=False)
class DiagnosisRun:
    """What the lenses found together, and the causes that explain it.

    Attributes
    ----------
    findings
        Every claim of every lens, the most suspect (eval, task) first.
    hypotheses
        Ranked causes of each (eval, task), the most suspect pair first; the one of rank 1 leads.
    notes
        Lens -> what the user should know about its rows.
    unmeasured
        Lens -> why it had nothing to read anywhere.
    contrasts
        With a baseline: each pattern here and there.
    shapes
        Groups and phrases of the failures, over all that was selected; None where not asked for,
        or there is nothing to read. They weigh in no cause.
    """

    dataset: Dataset
    filters: Mapping[str, Any]
    baseline: str | None
    counts: Mapping[str, Any]
    findings: tuple[Finding, ...]
    hypotheses: tuple[Hypothesis, ...]
    notes: Mapping[str, tuple[str, ...]]
    unmeasured: Mapping[str, str]
    contrasts: tuple[Contrast, ...]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]
    seed: int = 0
    shapes: Shapes | None = None
    _kept: Mapping[str, Measured] = field(default_factory=dict)
    _selected: Selected | None = None

    command = "diagnose"

    @property
    def leading(self) -> tuple[Hypothesis, ...]:
        """The first hypothesis of every (eval, task), the most suspect first."""
        return tuple(one for one in self.hypotheses if one.rank == 1)

    def lens_runs(self, eval_id: str, base_task: str) -> dict[str, LensRun]:
        """The run of every lens on one (eval, task), for its pictures and tables.

        A baseline is measured with it, so that pictures show both.
        """
        if self._kept and self._selected is not None:
            measured, selected = self._kept, self._selected
        else:
            evals = [eval_id, *([self.baseline] if self.baseline not in (None, eval_id) else [])]
            narrow = self.narrowed({"eval_id": evals, "base_task": base_task})
            selected = compiled(self.dataset, narrow)
            measured = measure_task(self.dataset, selected, base_task, self.seed)
        mine = [f for f in self.findings if f.base_task == base_task]
        return {
            name: lens_run(
                one, self.dataset, selected, [f for f in mine if f.lens == name], seed=self.seed
            )
            for name, one in measured.items()
            if one.results
        }

    def narrowed(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        """The run's filters on one (eval, task): what says whose rows is replaced by the scope."""
        return {**{k: v for k, v in self.filters.items() if k not in IDENTITY}, **scope}

    def save(self, path: Path | str, *, figures: int | None = None) -> dict[str, Any]:
        """Write page, report, pictures, tables and summary to a folder; return the summary.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds a file in the way that is not a run's.
        """
        from reasonscape.runs.diagnosis_saving import save

        if not str(path):
            raise UsageError("the folder to save to is ''", remedy="name it; '.' is this one")
        return save(self, Path(path), figures=figures)

    def __repr__(self) -> str:
        causes = Counter(one.cause for one in self.leading)
        said = ", ".join(f"{n} {cause}" for cause, n in causes.most_common())
        return f"<diagnose of {self.dataset.name}: {self.counts['used']:,} samples, {said}>"


def diagnose(
    dataset: Dataset,
    filters: Any,
    *,
    baseline: str | None = None,
    seed: int = 0,
    jobs: int | None = None,
    with_shapes: bool = True,
    progress: Progress | None = None,
) -> DiagnosisRun:
    """Run every lens and rank causes for each (eval, task) that the filters select.

    Parameters
    ----------
    dataset
        What to diagnose.
    filters
        JSON text, ``@file``, or a mapping.
    baseline
        An eval (id, any unique beginning of one, or a model's name) to contrast everything with:
        the only way to ``finetune_regression``.
    seed
        Of whatever is drawn at random.
    jobs
        Processes; by default as many as there are cores where several tasks are selected.
    with_shapes
        Whether to cluster the failures and look for phrases; this reads texts.
    progress
        Called with what was done, how much of it, and how much there is.

    Raises
    ------
    NoRowsError
        If the filters match no sample.
    FilterError
        If a filter is malformed or names an unknown key.
    UsageError
        If there is no such baseline.
    """
    against = None if baseline is None else resolved_baseline(dataset, baseline)
    asked = compiled(dataset, filters)
    selected = asked if against is None else compiled(dataset, beside(asked.written, against))
    tasks = _base_tasks(dataset, selected)
    kept: dict[str, Measured] = {}
    if len(tasks) == 1:
        kept = measure_task(dataset, selected, tasks[0], seed)
        found = [claims_of(tasks[0], kept)]
    else:
        found = all_claims(dataset, selected, tasks, seed=seed, jobs=jobs, progress=progress)
    findings = most_suspect_first(judged_together(found))
    if not findings:
        raise _nothing_to_measure(dataset, asked)
    ranked = hypotheses(findings)
    first: list[str] = []
    if against is not None:
        lost = below_baseline(dataset, selected, findings, against)
        ranked = with_regressions(ranked, findings, lost, against)
        first = without_contrast(lost)
        findings = (*lost, *findings)
        if selected.written != asked.written:
            # The baseline is there to compare with; nobody asked for its own diagnosis.
            ranked = [one for one in ranked if one.eval_id != against] or ranked
    notes = {
        name: tuple(dict.fromkeys(note for one in found for note in one.notes.get(name, ())))
        for name in LENSES
    }
    few = _evals(findings) <= 2
    return DiagnosisRun(
        dataset=dataset,
        filters=asked.written,
        baseline=against,
        counts=asked.counts,
        findings=findings,
        hypotheses=_most_suspect_first(ranked),
        notes=notes,
        unmeasured=_unmeasured(findings),
        contrasts=() if against is None else contrasts(findings, against),
        warnings=(
            *first,
            *_warnings(selected, notes, two=against is None and _evals(findings) == 2),
        ),
        provenance=provenance(dataset.store(), seed),
        seed=seed,
        shapes=shapes(dataset, asked, seed=seed, progress=progress) if with_shapes else None,
        _kept=kept if few else {},
        _selected=selected if kept and few else None,
    )


def _nothing_to_measure(dataset: Dataset, asked: Selected) -> NoRowsError:
    matched, ungraded = asked.counts["matched"], asked.counts["by_outcome"]["ungraded"]
    why = " (all of them are ungraded)" if ungraded == matched else ""
    return NoRowsError(
        f"diagnose found nothing to measure in the {matched:,} samples that matched{why}",
        remedy=f"see what there is: {command_line('tasks', dataset.path)}",
    )


def _base_tasks(dataset: Dataset, selected: Selected) -> list[str]:
    known = dataset.store().base_tasks()
    wanted = selected.where.base_tasks
    return [task for task in known if wanted is None or task in wanted]


def _evals(findings: Sequence[Finding]) -> int:
    return len({finding.eval_id for finding in findings})


def _unmeasured(findings: Sequence[Finding]) -> dict[str, str]:
    """Lenses that had nothing to read in any (eval, task), with the reason most often given."""
    from reasonscape.diagnosis.evidence import by_subject

    pairs = by_subject(findings)
    silent = {}
    for name in LENSES:
        if not any(pair.measured(name) for pair in pairs):
            reasons = Counter(f.reason for f in findings if f.lens == name and f.reason)
            silent[name] = reasons.most_common(1)[0][0] if reasons else "nothing to measure"
    return silent


def _warnings(
    selected: Selected, notes: Mapping[str, Sequence[str]], *, two: bool
) -> tuple[str, ...]:
    said = [*selected.notes, *(note for each in notes.values() for note in each)]
    if two:
        said.append("two evals are each diagnosed on their own; --baseline contrasts one with one")
    return tuple(dict.fromkeys(said))


def _most_suspect_first(found: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Mechanisms first, the surest first; hypotheses of one (eval, task) stay together."""
    leading = {(one.eval_id, one.base_task): one for one in found if one.rank == 1}

    def order(one: Hypothesis) -> tuple[Any, ...]:
        first = leading[(one.eval_id, one.base_task)]
        after = LISTED_LAST.index(first.cause) + 1 if first.cause in LISTED_LAST else 0
        return (after, -first.confidence, first.model, first.eval_id, first.base_task, one.rank)

    return tuple(sorted(found, key=order))
