"""The verdict rule: claims of one (eval, task) in, findings with q and a verdict out.

A *failure pattern* is present if its estimate is beyond the threshold and q < 0.05, absent if its
interval lies inside the threshold, and otherwise the evidence is insufficient. A *reassurance
pattern* is present when its own rule holds and no failure pattern of its lens is present.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from reasonscape.findings.claim import Claim
from reasonscape.findings.false_discovery import benjamini_hochberg
from reasonscape.findings.finding import Finding, Verdict
from reasonscape.findings.naming import finding_id
from reasonscape.findings.thresholds import N_TESTS, Q_PRESENT


@dataclass(frozen=True, slots=True)
class Subject:
    """Who and what the claims are about.

    An empty ``eval_id`` or ``base_task`` stands for all that were selected; ``model`` then says
    how many evals these are.
    """

    eval_id: str
    model: str
    base_task: str

    @property
    def scope(self) -> dict[str, Any]:
        """The filters that select it."""
        evals = {"eval_id": [self.eval_id]} if self.eval_id else {}
        return {**evals, **({"base_task": self.base_task} if self.base_task else {})}


def judge(subject: Subject, claims: Sequence[Claim], tests: int = N_TESTS) -> list[Finding]:
    """Turn the claims about one (eval, task) into findings, in the order given.

    Parameters
    ----------
    subject
        The (eval, task) all claims are about.
    claims
        One claim a pattern; the failure patterns among them share one family.
    tests
        Size of that family: by default ``thresholds.N_TESTS``, that of the four lenses.

    Examples
    --------
    >>> claim = Claim(
    ...     "surface",
    ...     "accuracy_cliff",
    ...     {"present": "a cliff", "absent": "none", "insufficient_evidence": "unclear"},
    ...     beyond=True,
    ...     p=1e-6,
    ... )
    >>> judge(Subject("e1", "m", "t"), [claim])[0].verdict
    'present'
    """
    tested = [i for i, claim in enumerate(claims) if not claim.reassurance and claim.p is not None]
    p_values = [p for i in tested if (p := claims[i].p) is not None]
    q_values = dict(zip(tested, benjamini_hochberg(p_values, tests), strict=True))
    findings = [
        _finding(subject, claim, q_values.get(i), _decide(claim, q_values.get(i)))
        for i, claim in enumerate(claims)
    ]
    return [
        _reconcile(finding, claim, findings)
        for finding, claim in zip(findings, claims, strict=True)
    ]


def rank_over_run(findings: Sequence[Finding]) -> list[Finding]:
    """Add ``q_run``: Benjamini-Hochberg over every tested failure pattern of the whole run."""
    tested = [i for i, finding in enumerate(findings) if finding.q is not None]
    p_values = [p for i in tested if (p := findings[i].p) is not None]
    q_run = dict(zip(tested, benjamini_hochberg(p_values, len(p_values)), strict=True))
    return [replace(finding, q_run=q_run.get(i)) for i, finding in enumerate(findings)]


def _decide(claim: Claim, q: float | None) -> tuple[Verdict, str | None]:
    if claim.reason is not None:
        return "insufficient_evidence", claim.reason
    if claim.beyond and (claim.reassurance or (q is not None and q < Q_PRESENT)):
        return "present", None
    if claim.inside:
        return "absent", claim.absent_reason
    return "insufficient_evidence", "few_samples"


def _reconcile(finding: Finding, claim: Claim, findings: Sequence[Finding]) -> Finding:
    """A reassurance cannot stand beside a failure pattern of its own lens."""
    if not claim.reassurance:
        return finding
    against = [
        other.pattern
        for other in findings
        if other.lens == finding.lens and other.verdict == "present" and other.q is not None
    ]
    if not against:
        return finding
    evidence = {**finding.evidence, "against": against}
    sentence = f"{claim.sentences['absent']} Against it: {', '.join(against)}."
    return replace(finding, verdict="absent", reason=None, evidence=evidence, statement=sentence)


def _finding(
    subject: Subject, claim: Claim, q: float | None, decision: tuple[Verdict, str | None]
) -> Finding:
    verdict, reason = decision
    evidence = dict(claim.evidence)
    if verdict == "insufficient_evidence" and claim.samples_needed is not None:
        evidence["samples_needed"] = claim.samples_needed
    scope = {**subject.scope, **claim.scope}
    return Finding(
        id=finding_id(subject.eval_id, subject.base_task, claim.lens, claim.pattern),
        lens=claim.lens,
        pattern=claim.pattern,
        verdict=verdict,
        reason=reason,
        eval_id=subject.eval_id,
        model=subject.model,
        base_task=subject.base_task,
        scope=scope,
        statement=claim.sentences[verdict],
        effect=claim.effect,
        n=claim.n,
        p=None if claim.reassurance else claim.p,
        q=None if claim.reassurance or q is None or math.isnan(q) else float(q),
        evidence=evidence,
        caveats=claim.caveats,
    )
