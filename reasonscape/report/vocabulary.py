"""The words of the page: what causes, verdicts, reasons and lenses are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reasonscape.findings.thresholds import REASSURANCE_PATTERNS


@dataclass(frozen=True, slots=True)
class CauseName:
    """How a cause is written: a headline, a word or two, and two letters for a small cell."""

    headline: str
    short: str
    letters: str


CAUSES: Final = {
    "healthy": CauseName("healthy where it was asked", "healthy", "ok"),
    "working_memory_limit": CauseName("a limit of working memory", "working memory", "WM"),
    "tokenization_problem": CauseName("a problem of tokenization or format", "tokenization", "TK"),
    "reasoning_inefficiency": CauseName("inefficient reasoning", "inefficient reasoning", "RI"),
    "underthinking": CauseName("too little thinking", "underthinking", "UT"),
    "context_truncation": CauseName("answers cut off by the budget", "truncation", "CT"),
    "capability_gap": CauseName("a gap of capability", "capability gap", "CG"),
    "unstable_surface": CauseName("an unstable surface", "unstable surface", "US"),
    "finetune_regression": CauseName("a regression against the baseline", "regression", "FR"),
    "insufficient_evidence": CauseName("not decided", "not decided", "?"),
}

NO_FAILURE: Final = ("healthy", "insufficient_evidence")
"""Causes that say of no failure where it comes from."""

LENSES: Final = {
    "surface": ("Output", "where accuracy breaks down"),
    "fft": ("Input", "how the prompt is cut into tokens"),
    "compression": ("Reasoning", "how the trace is written"),
    "hazard": ("Temporal", "when traces end wrong"),
}

VERDICTS: Final = {
    "present": "present",
    "absent": "absent",
    "insufficient_evidence": "not decided",
}

REASSURANCES: Final = frozenset(REASSURANCE_PATTERNS.values())
"""Patterns that are good news where they are present."""

REASONS: Final = {
    "few_samples": "too few samples",
    "few_levels": "too few levels of an axis",
    "few_failures": "too few failures",
    "few_failures_possible": "too few failures for the pattern to occur",
    "no_trace": "the log has no traces",
    "no_tokens": "the log has no token counts",
    "no_stop": "the log does not say why a generation stopped",
    "no_tokenizer": "no tokenizer is known",
    "no_prompts": "the log has no prompts",
    "no_shared_items": "no items in common",
    "no_failures": "nothing failed",
    "no_clusters": "no stable groups",
    "one_kind": "one kind of item only",
    "one_eval": "one model only",
    "few_items": "too few items",
    "confounded": "kind and model cannot be told apart",
    "no_phrases": "no phrase is frequent enough",
}

NOTHING_TO_READ: Final = frozenset({"no_trace", "no_tokens", "no_tokenizer", "no_prompts"})
"""Reasons that say that the log lacks what a lens reads."""

_SURE: Final = ((0.9, "very likely"), (0.75, "likely"), (0.5, "more likely than not"))


def cause_name(cause: str) -> CauseName:
    """The name of a cause; one that is not known is written as it is.

    Examples
    --------
    >>> cause_name("capability_gap").letters
    'CG'
    """
    plain = cause.replace("_", " ")
    return CAUSES.get(cause, CauseName(plain, plain, plain[:2].upper()))


def side(lens: str) -> str:
    """What a lens looks at; the comparison with a baseline is none of the four.

    Examples
    --------
    >>> side("fft"), side("compare")
    ('Input', 'Baseline')
    """
    return LENSES[lens][0] if lens in LENSES else {"compare": "Baseline"}.get(lens, lens)


def told(hypothesis: Mapping[str, Any]) -> str:
    """A hypothesis' statement without its cause's name, for under a headline that says it.

    Examples
    --------
    >>> told({"cause": "capability_gap", "statement": "a gap of capability: accuracy is 50%"})
    'accuracy is 50%'
    """
    headline = cause_name(hypothesis["cause"]).headline
    statement: str = hypothesis["statement"]
    return statement.removeprefix(f"{headline}: ").removeprefix(f"{headline}, ")


def confidence_word(confidence: float) -> str:
    """A confidence as a plain word.

    Examples
    --------
    >>> confidence_word(0.97), confidence_word(0.3)
    ('very likely', 'one of several')
    """
    return next((word for least, word in _SURE if confidence >= least), "one of several")


def reason_words(reason: str | None) -> str:
    """Why something could not be decided, in words; empty for None."""
    return "" if reason is None else REASONS.get(reason, reason.replace("_", " "))
