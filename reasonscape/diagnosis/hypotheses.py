"""From findings to ranked hypotheses: the table of rules applied to each (eval, task)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reasonscape.diagnosis.actions import ACTIONS, red_flags
from reasonscape.diagnosis.confidence import confidences
from reasonscape.diagnosis.evidence import Evidence, by_subject
from reasonscape.diagnosis.rules import RULES, Rule
from reasonscape.diagnosis.sentences import statement
from reasonscape.diagnosis.signs import SIGNS
from reasonscape.findings.finding import Finding
from reasonscape.findings.hypothesis import Hypothesis
from reasonscape.findings.naming import hypothesis_id
from reasonscape.findings.thresholds import FAILURE_PATTERNS

LEAST: Final = 0.05
"""Confidence below which an alternative is not worth naming."""

MOST: Final = 4
"""Hypotheses of one (eval, task)."""

ENOUGH: Final = 0.25
"""Degree from which a sign is there."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A cause with its score and the signs that made it."""

    rule: Rule
    score: float
    support: tuple[str, ...]
    against: tuple[str, ...]


def hypotheses(findings: Iterable[Finding]) -> list[Hypothesis]:
    """Rank the causes of every (eval, task), the leading one first.

    Parameters
    ----------
    findings
        Findings of all lenses, judged together.

    Returns
    -------
    list of Hypothesis
        At least one for each (eval, task); pairs stand in the order of their findings.
    """
    return [one for evidence in by_subject(findings) for one in ranked(evidence)]


def ranked(evidence: Evidence) -> list[Hypothesis]:
    """Rank the causes of one (eval, task)."""
    degrees = {name: sign.degree(evidence) for name, sign in SIGNS.items()}
    weighed = [one for rule in RULES if (one := weigh(rule, degrees)) is not None]
    considered = sorted(weighed, key=lambda one: -one.score)
    unmeasured = tuple(name for name in FAILURE_PATTERNS if not evidence.measured(name))
    sure = confidences([(one.rule.cause, one.score) for one in considered], unmeasured, evidence)
    order = list(zip(considered, sure, strict=True))
    kept = [pair for i, pair in enumerate(order[:MOST]) if i == 0 or pair[1] >= LEAST]
    return [
        _hypothesis(evidence, one, confidence, rank, unmeasured)
        for rank, (one, confidence) in enumerate(kept, start=1)
    ]


def weigh(rule: Rule, degrees: Mapping[str, float]) -> Weighed | None:
    """Score one cause; None where something it needs is missing.

    Examples
    --------
    >>> from reasonscape.diagnosis.rules import RULES
    >>> weigh(RULES[0], dict.fromkeys(SIGNS, 0.0)) is None
    True
    """
    if any(max(degrees[name] for name in group) < ENOUGH for group in rule.needs):
        return None
    score = rule.base
    score += math.fsum(weight * degrees[name] for name, weight in rule.supports.items())
    score -= math.fsum(weight * degrees[name] for name, weight in rule.against.items())
    needed = [name for group in rule.needs for name in group]
    return Weighed(
        rule,
        score,
        _there(dict.fromkeys([*needed, *rule.supports]), degrees),
        _there(rule.against, degrees),
    )


def _there(names: Iterable[str], degrees: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(name for name in names if degrees[name] >= ENOUGH)


def _hypothesis(
    evidence: Evidence,
    one: Weighed,
    confidence: float,
    rank: int,
    unmeasured: tuple[str, ...],
) -> Hypothesis:
    support = _findings(evidence, one.support)
    cause = one.rule.cause
    # A quiet lens excludes other causes; it does not show this one.
    showing = [f for f in support if f.q is not None or f.pattern == "healthy_surface"]
    lenses = tuple(dict.fromkeys(finding.lens for finding in showing))
    flags = red_flags(evidence)
    return Hypothesis(
        id=hypothesis_id(evidence.eval_id, evidence.base_task, cause),
        rank=rank,
        eval_id=evidence.eval_id,
        model=evidence.model,
        base_task=evidence.base_task,
        cause=cause,
        confidence=round(confidence, 2),
        support=tuple(finding.id for finding in support),
        against=tuple(finding.id for finding in _findings(evidence, one.against)),
        lenses=lenses,
        not_measured=tuple(name for name in one.rule.lenses if name in unmeasured),
        statement=statement(cause, evidence, support, lenses, unmeasured),
        actions=ACTIONS[cause],
        red_flag=bool(flags) and rank == 1,
        red_flags=flags if rank == 1 else (),
        caveats=tuple(dict.fromkeys(caveat for f in showing for caveat in f.caveats)),
        scope={"eval_id": [evidence.eval_id], "base_task": evidence.base_task},
    )


def _findings(evidence: Evidence, signs: Sequence[str]) -> list[Finding]:
    """The findings behind signs, each once.

    That the surface is not healthy says nothing where the pattern that makes it so is there too.
    """
    names = dict.fromkeys(p for sign in signs for p in SIGNS[sign].shown_by(evidence))
    found = [evidence.findings[name] for name in names]
    if any(f.lens == "surface" and f.verdict == "present" and f.q is not None for f in found):
        found = [f for f in found if f.pattern != "healthy_surface" or f.verdict == "present"]
    return found
