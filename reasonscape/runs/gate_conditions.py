"""What ``--fail-on`` may say: a small language, read before any work is done."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.findings.hypothesis import CAUSES
from reasonscape.findings.thresholds import FAILURE_PATTERNS, POOL_PATTERNS

SHARES: Final = (
    "accuracy", "incorrect_share", "truncated_share", "unanswered_share", "loop_share",
)  # fmt: skip
"""Shares of the used samples of an eval, each with an interval."""

COUNTED: Final = ("ungraded_share", "failed_share", "samples", "items")
"""What the log says of itself; there is nothing to be unsure of."""

VERDICTS: Final = ("a_better", "b_better", "no_difference", "not_decided")
LEADING: Final = ("difference",)
BOUNDS: Final = ("low", "high")

COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_PATTERNS: Final = {**FAILURE_PATTERNS, **POOL_PATTERNS}
_FORM: Final = re.compile(r"\s*([\w.:]+)\s*(?:(<=|>=|<|>)\s*(\S+?))?\s*")
_EXAMPLES: Final = {
    "compare": "'difference.high<0' or verdict:b_better",
    "triage": "'accuracy<0.8' or suspect:context_truncation",
    "diagnose": "'accuracy<0.8' or 'cause:context_truncation>=0.6'",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as it was written, taken apart.

    Attributes
    ----------
    text
        As written.
    kind
        ``share``, ``count``, ``difference``, ``pattern``, ``cause``, ``suspect``, ``verdict`` or
        ``red_flag``.
    name
        What is looked at: a share, a pattern, a cause, a verdict; empty for any.
    bound
        ``low`` or ``high`` of the interval; empty for the estimate.
    sign, limit
        The comparison; an empty sign where there is none.
    """

    text: str
    kind: str
    name: str
    bound: str = ""
    sign: str = ""
    limit: float = math.nan

    def passes_limit(self, value: float) -> bool:
        """Whether a value stands in the relation that the condition asks for."""
        return not self.sign or COMPARE[self.sign](value, self.limit)


def parse_gates(texts: Sequence[str] | None, command: str) -> tuple[Condition, ...]:
    """Read the conditions of a command.

    Parameters
    ----------
    texts
        As they stand behind ``--fail-on``.
    command
        Which command they are for: each knows other names.

    Raises
    ------
    UsageError
        A condition is malformed, or the command has nothing of that name.

    Examples
    --------
    >>> parse_gates(["accuracy.high<0.8"], "surface")[0].bound
    'high'
    >>> parse_gates(["cause:context_truncation>=0.6"], "diagnose")[0].limit
    0.6
    """
    return tuple(_parsed(text, command) for text in texts or ())


def names_of(command: str) -> dict[str, tuple[str, ...]]:
    """Kind of condition -> the names that a command knows."""
    if command == "compare":
        return {"difference": LEADING, "verdict": VERDICTS}
    known: dict[str, tuple[str, ...]] = {"share": SHARES, "count": COUNTED}
    if command == "triage":
        return {**known, "suspect": ("", *_causes("suspect"))}
    if command == "diagnose":
        patterns = tuple(name for names in _PATTERNS.values() for name in names)
        return {**known, "pattern": patterns, "cause": _causes("cause"), "red_flag": ("",)}
    return {**known, "pattern": _PATTERNS[command]}


def _causes(kind: str) -> tuple[str, ...]:
    nothing = ("healthy", "insufficient_evidence", "finetune_regression")
    return tuple(one for one in CAUSES if kind == "cause" or one not in nothing)


def _parsed(text: str, command: str) -> Condition:
    found = _FORM.fullmatch(text)
    if not found:
        raise _malformed(text, command, "it is no NAME, NAME<NUMBER or KIND:NAME")
    written, sign, number = found[1], found[2] or "", found[3]
    plain, _, bound = written.partition(".")
    known = names_of(command)
    for kind, names in known.items():
        if plain in _written(kind, names):
            name = plain.partition(":")[2] if kind not in _BARE else plain
            limit = math.nan if number is None else _number(text, number, command)
            condition = Condition(text.strip(), kind, name, bound, sign, limit)
            _check(condition, command)
            return condition
    listed = [one for kind, names in known.items() for one in _written(kind, names)]
    raise UsageError(
        f"--fail-on {text!r:.80}: {command} has no {plain!r:.60}{_elsewhere(plain)}",
        remedy=f"write for example {_example(command)}",
        did_you_mean=get_close_matches(plain, listed, n=2, cutoff=0.7),
    )


_BARE: Final = ("share", "count", "difference")
_NUMBERED: Final = _BARE


def _written(kind: str, names: Sequence[str]) -> list[str]:
    """Names as they are written in a condition."""
    if kind in _BARE:
        return list(names)
    return [f"{kind}:{name}" if name else kind for name in names]


def _check(one: Condition, command: str) -> None:
    if one.bound and one.bound not in BOUNDS:
        raise _malformed(one.text, command, f"there is no {one.bound!r} of an interval")
    if one.bound and one.kind not in ("share", "difference"):
        raise _malformed(one.text, command, "it has no interval")
    if one.kind in _NUMBERED and not one.sign:
        raise _malformed(one.text, command, "a number is compared with <, <=, > or >=")
    if one.sign and one.kind not in (*_NUMBERED, "cause"):
        raise _malformed(one.text, command, "it is there or not, and compared with no number")
    shares = one.kind in ("share", "cause") or one.name in ("ungraded_share", "failed_share")
    if one.sign and shares and not 0 <= one.limit <= 1:
        raise _malformed(one.text, command, f"{one.limit:g} is no share: 80% is 0.8")
    if one.kind == "difference" and not -1 <= one.limit <= 1:
        raise _malformed(one.text, command, f"{one.limit:g} is no difference: 2 points are 0.02")


def _number(text: str, number: str, command: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _malformed(text, command, f"{number!r:.40} is no number")
    return value


def _malformed(text: str, command: str, why: str) -> UsageError:
    return UsageError(
        f"--fail-on {text!r:.80}: {why}", remedy=f"write for example {_example(command)}"
    )


def _example(command: str) -> str:
    if command in _EXAMPLES:
        return _EXAMPLES[command]
    return f"'accuracy<0.8', 'accuracy.high<0.8' or pattern:{_PATTERNS[command][0]}"


def _elsewhere(plain: str) -> str:
    """Which commands know a name that this one does not."""
    there = [
        command
        for command in (*_PATTERNS, "diagnose", "triage", "compare")
        if any(plain in _written(kind, names) for kind, names in names_of(command).items())
    ]
    return f" ({' and '.join(there[:3])} have it)" if there else ""
