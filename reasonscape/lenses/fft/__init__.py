"""fft, the INPUT lens: how is the problem represented in tokens?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reasonscape.findings.wording import listed
from reasonscape.lenses.fft.claims import claims
from reasonscape.lenses.fft.drawing import drawings, key_figure
from reasonscape.lenses.fft.measurement import measure
from reasonscape.lenses.fft.options import FftOptions as Options
from reasonscape.lenses.fft.result import EvalFft, FftResult
from reasonscape.lenses.fft.selection import COLUMNS, select
from reasonscape.lenses.fft.tables import tables

__all__ = [
    "COLUMNS", "NAME", "QUESTION", "Options", "claims", "drawings", "key_figure", "measure",
    "select", "tables", "warnings",
]  # fmt: skip

NAME = "fft"
QUESTION = "how is the problem represented in tokens, and does failure go with it?"


def warnings(results: Sequence[FftResult]) -> list[str]:
    """What the user should know about how prompts are read, each sentence once."""
    evals = [one for result in results for one in result.evals]
    notes = _named(
        evals,
        lambda one: not one.known,
        "NO TOKENIZER IS KNOWN, so prompts are read as bytes, which is not what the model reads; "
        "name one in the config or with --tokenizer",
    )
    for reason in ("no prompt", "fewer than 16 tokens", "one token over and over"):
        without = [
            f"{result.base_task} of {one.label}"
            for result in results
            for one in result.evals
            if not len(one.samples) and reason in one.left_out.by_reason
        ]
        if without:
            notes.append(f"{listed(without)}: no spectrum ({reason})")
    # What may mislead comes first: stdout shows three.
    notes += [note for result in results for note in result.notes]
    return list(dict.fromkeys(notes))


def _named(evals: Sequence[EvalFft], holds: Callable[[EvalFft], bool], said: str) -> list[str]:
    """One sentence for all evals of which it holds."""
    names = list(dict.fromkeys(one.label for one in evals if holds(one)))
    if not names:
        return []
    return [f"{listed(names)}: {said}"]
