"""What to do about a cause, and which findings are red flags whatever the cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reasonscape.diagnosis.evidence import Evidence
from reasonscape.findings.hypothesis import Cause

ACTIONS: Final[Mapping[Cause, tuple[str, ...]]] = {
    "healthy": ("nothing to mend here; ask harder levels to find the border",),
    "working_memory_limit": (
        "give intermediate results a place: ask for written steps, a scratchpad or a tool",
        "split the problem below the level where it breaks",
        "escalate as a limit of the model if the break stays where it is under a larger budget",
    ),
    "tokenization_problem": (
        "ask the same items in another format or with separated digits and compare",
        "try another tokenizer or chat template on the same items",
    ),
    "reasoning_inefficiency": (
        "stop traces that loop: an early-stopping rule or a repetition penalty",
        "raise the temperature a little; greedy decoding loops more",
        "fine-tune on short traces that are right",
    ),
    "underthinking": (
        "ask for more thinking: a larger budget, a prompt that asks for steps and a check",
        "fine-tune on traces that are as long as the right ones are",
    ),
    "context_truncation": (
        "raise max_tokens and run the cut-off items again before judging the model",
        "report the bounds: accuracy with the cut-off answers counted wrong and left out",
    ),
    "capability_gap": (
        "read failures: no lens that had something to read found what marks them",
        "train on the levels that fail; if nothing was cut off, a larger budget will not mend it",
    ),
    "unstable_surface": (
        "repeat the worst and the best cells: neighbours should not differ so",
        "look at prompts and grader of the cells that stand out",
    ),
    "finetune_regression": (
        "compare the traces of items that only the baseline solves",
        "add the lost levels to the training mix, or go back a checkpoint",
    ),
    "insufficient_evidence": ("collect more samples; the findings say about how many",),
}

RED_FLAGS: Final[Mapping[str, str]] = {
    "broken_loops": "broken loops",
    "truncation_dominant": "systemic truncation",
    "peak_collapse": "spectral collapse",
    "early_hazard": "early hazard",
}


def red_flags(evidence: Evidence) -> tuple[str, ...]:
    """Findings to escalate, in words.

    Examples
    --------
    >>> red_flags(Evidence("e", "m", "t", {}))
    ()
    """
    return tuple(words for pattern, words in RED_FLAGS.items() if evidence.present(pattern))
