"""finetune_regression: an eval solves fewer of the items that its baseline solves."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from reasonscape.diagnosis.actions import ACTIONS
from reasonscape.diagnosis.confidence import MOST
from reasonscape.diagnosis.evidence import Evidence, by_subject
from reasonscape.findings.finding import Effect, Finding, Verdict
from reasonscape.findings.hypothesis import Hypothesis
from reasonscape.findings.naming import finding_id, hypothesis_id
from reasonscape.findings.thresholds import FAILURE_PATTERNS, Q_PRESENT
from reasonscape.findings.verdict import Subject
from reasonscape.findings.wording import percent, points

LENS: Final = "compare"
PATTERN: Final = "below_baseline"

LOST: Final = 0.03
"""Accuracy that must be lost on the same items; an interval inside it is no regression."""

_MECHANISMS: Final = ("compression", "hazard", "fft", "surface")
"""Where a new pattern is looked for: what explains before what only shows."""


def below(subject: Subject, effect: Effect, *, p: float, q: float, items: int) -> Finding:
    """The finding that an eval is below its baseline, from the paired difference.

    Parameters
    ----------
    subject
        The eval that may have lost.
    effect
        Accuracy of the baseline minus that of the eval on the items that both answered.
    p, q
        Of no difference; q over all (eval, task) of the run.
    items
        Items that both answered.
    """
    decision: tuple[Verdict, str | None] = ("insufficient_evidence", "few_samples")
    if not items:
        decision = "insufficient_evidence", "no_shared_items"
    elif effect.value >= LOST and effect.low > 0.0 and q < Q_PRESENT:
        decision = "present", None
    elif effect.high < LOST:
        decision = "absent", None
    return Finding(
        id=finding_id(subject.eval_id, subject.base_task, LENS, PATTERN),
        lens=LENS,
        pattern=PATTERN,
        verdict=decision[0],
        reason=decision[1],
        eval_id=subject.eval_id,
        model=subject.model,
        base_task=subject.base_task,
        scope={"eval_id": [subject.eval_id], "base_task": subject.base_task},
        statement=_said(effect, items),
        effect=effect,
        n={"items": items},
        p=p,
        q=q,
        q_run=q,
    )


def _said(effect: Effect, items: int) -> str:
    if not items:
        return "no item was answered by both: nothing can be compared with the baseline"
    low, high = 100 * effect.low, 100 * effect.high
    if effect.value >= 0.0:
        return (
            f"{points(effect.value)} (95% interval {low:.0f} to {high:.0f}) below the baseline on "
            f"the {items:,} items that both answered"
        )
    return (
        f"{points(-effect.value)} (95% interval {-high:.0f} to {-low:.0f}) above the baseline on "
        f"the {items:,} items that both answered"
    )


def with_regressions(
    ranked: Sequence[Hypothesis],
    findings: Sequence[Finding],
    lost: Sequence[Finding],
    baseline: str,
) -> list[Hypothesis]:
    """Put ``finetune_regression`` first where accuracy was lost; the mechanism stands second.

    Parameters
    ----------
    ranked
        Hypotheses of every (eval, task) by themselves.
    findings
        Findings of all lenses, the baseline's among them.
    lost
        One finding of `below` for each (eval, task) but the baseline's.
    baseline
        Its eval id.
    """
    evidence = {(one.eval_id, one.base_task): one for one in by_subject(findings)}
    regressed = {(f.eval_id, f.base_task): f for f in lost if f.verdict == "present"}
    grouped: defaultdict[tuple[str, str], list[Hypothesis]] = defaultdict(list)
    for one in ranked:
        grouped[one.eval_id, one.base_task].append(one)
    made = []
    for key, own in grouped.items():
        finding = regressed.get(key)
        there = evidence.get((baseline, key[1]))
        if finding is None or there is None:
            made += own
            continue
        made.append(_regression(finding, evidence[key], there, own[0]))
        made += [replace(one, rank=one.rank + 1) for one in own]
    return made


def _regression(
    finding: Finding, here: Evidence, there: Evidence, leading: Hypothesis
) -> Hypothesis:
    """What was lost, how the capability zone changed, and which pattern is new."""
    new = [
        here.findings[pattern]
        for lens in _MECHANISMS
        for pattern in FAILURE_PATTERNS[lens]
        if here.present(pattern) and not there.present(pattern)
    ]
    zone = [one.number("healthy_surface", "capable_share") for one in (here, there)]
    told = [finding.statement]
    if all(math.isfinite(share) for share in zone) and zone[0] < zone[1]:
        told.append(
            f"capable in {percent(zone[0])} of the cells, the baseline in {percent(zone[1])}"
        )
    changed = [f"new: {f.pattern} ({f.statement})" for f in new[:2]]
    told += changed or ["no lens shows a pattern that the baseline has not"]
    said = "; ".join(told)
    # Two things must hold: that it is lower, and, to name a cause, that a lens changed with it.
    sure = MOST if (finding.q or 0.0) < 0.001 else 0.9
    return Hypothesis(
        id=hypothesis_id(here.eval_id, here.base_task, "finetune_regression"),
        rank=1,
        eval_id=here.eval_id,
        model=here.model,
        base_task=here.base_task,
        cause="finetune_regression",
        confidence=sure,
        support=(finding.id, *(f.id for f in new)),
        against=(),
        lenses=tuple(dict.fromkeys((LENS, *(f.lens for f in new)))),
        not_measured=leading.not_measured,
        statement=f"a regression against the baseline: {said}",
        actions=ACTIONS["finetune_regression"],
        red_flag=leading.red_flag,
        red_flags=leading.red_flags,
        scope=leading.scope,
    )
