"""A labelled set for loop finders: real passages that fall into a loop, and texts that do not."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.planted.looping import Rng, exact_unit, noisy, repeated, templated
from reasonscape.planted.unlooped import WRITERS

LOOPS: Final = (
    "exact_short",
    "exact_long",
    "noisy",
    "templated_numbers",
    "templated_names",
    "late_exact",
    "late_templated",
)
UNLOOPED: Final = ("finished", "cut", "recovered", *WRITERS)


@dataclass(frozen=True, slots=True)
class LabelledTrace:
    """A trace and what is true of it.

    Attributes
    ----------
    text
        The trace.
    kind
        One of `LOOPS` or `UNLOOPED`.
    onset
        Character where the first copy begins; None where there is no terminal loop.
    period
        Characters from copy to copy (of a templated loop: of the first copy), or None.
    loop_kind
        ``exact`` (copies may have a few characters changed), ``templated``, or None.
    """

    text: str
    kind: str
    onset: int | None = None
    period: int | None = None
    loop_kind: str | None = None


def labelled_traces(bank: Sequence[str], rng: Rng, *, each: int) -> list[LabelledTrace]:
    """Make a labelled set.

    Parameters
    ----------
    bank
        Real texts that do not loop, 20 or more; they are the hosts, and loops are cut from them.
    rng
        All choices; the same generator and bank give the same set.
    each
        Traces of each kind in `LOOPS` and `UNLOOPED`.

    Returns
    -------
    list of LabelledTrace
        Kind by kind. A loop covers at least five copies and 600 characters (templated: six and
        800) and ends anywhere within a copy, as a trace does that runs into its cap.

    Raises
    ------
    UsageError
        The bank is too small.

    Examples
    --------
    >>> import numpy as np
    >>> bank = [f"Passage {i} says that {i} and {i + 1} make {2 * i + 1}. " * 9 for i in range(30)]
    >>> made = labelled_traces(bank, np.random.default_rng(1), each=2)
    >>> len(made), made[0].kind, made[0].loop_kind
    (30, 'exact_short', 'exact')
    >>> made[-1].onset is None
    True
    """
    texts = [text for text in bank if len(text) >= 60]
    if len(texts) < 20:
        raise UsageError(
            f"the text bank has {len(texts)} texts of 60 characters or more",
            remedy="give 20 or more that do not loop",
        )
    made = [_looped(kind, texts, rng) for kind in LOOPS for _ in range(each)]
    return made + [_unlooped(kind, texts, rng) for kind in UNLOOPED for _ in range(each)]


def _looped(kind: str, bank: Sequence[str], rng: Rng) -> LabelledTrace:
    late = kind.startswith("late")
    style = kind
    if kind == "late_exact":
        style = "exact_long" if rng.integers(2) else "exact_short"
    elif kind == "late_templated":
        style = "templated_names" if rng.integers(2) else "templated_numbers"
    if style.startswith("templated"):
        wanted = _log_uniform(rng, 30, 400)
        copies = templated(bank, rng, wanted, names=style == "templated_names")
        period, fewest = len(copies(0)), max(800, 6 * wanted)
        least = max(fewest, 6 * max(len(copies(i)) for i in range(6)))
    else:
        shortest, longest = {"exact_short": (1, 50), "exact_long": (50, 2000)}.get(
            style, (20, 1500)
        )
        unit = exact_unit(bank, rng, _log_uniform(rng, shortest, longest))
        copies, period = repeated(unit)
        least = max(600, 5 * period)
    covered = _log_uniform(rng, least, max(30_000, 2 * least))
    if late:
        covered = min(covered, 8 * least)
        before = _host(bank, rng, int(covered / rng.uniform(0.1, 0.3)) - covered)
    else:
        before = _host(bank, rng, _log_uniform(rng, 100, 20_000))
    before += str(rng.choice(["\n", " ", "\n\n"]))
    parts, size, i = list[str](), 0, 0
    while size < covered:
        parts.append(copies(i))
        size += len(parts[-1])
        i += 1
    loop = "".join(parts)[:covered]
    if style == "noisy":
        loop = noisy(loop, rng, rng.uniform(0.01, 0.05))
    loop_kind = "templated" if style.startswith("templated") else "exact"
    return LabelledTrace(before + loop, kind, len(before), period, loop_kind)


def _unlooped(kind: str, bank: Sequence[str], rng: Rng) -> LabelledTrace:
    if kind == "finished":
        return LabelledTrace(_pick(bank, rng), kind)
    if kind == "cut":
        return LabelledTrace(_host(bank, rng, _log_uniform(rng, 300, 30_000)), kind)
    if kind == "recovered":
        looped = _looped(str(rng.choice(["exact_long", "noisy", "templated_numbers"])), bank, rng)
        # What follows is a tenth of the trace, and 300 characters at least.
        after = _host(bank, rng, max(300, len(looped.text) // 9))
        return LabelledTrace(f"{looped.text}\n\n{after}", kind)
    written = WRITERS[kind](rng, _log_uniform(rng, 400, 20_000))
    if rng.integers(2):
        written = _host(bank, rng, _log_uniform(rng, 100, 3000)) + "\n\n" + written
    return LabelledTrace(written, kind)


def _pick(bank: Sequence[str], rng: Rng) -> str:
    return bank[int(rng.integers(len(bank)))]


def _host(bank: Sequence[str], rng: Rng, chars: int) -> str:
    """Real texts one after the other, ended at a word near the wanted length."""
    parts, size = list[str](), 0
    while size < chars:
        parts.append(_pick(bank, rng))
        size += len(parts[-1]) + 2
    text = "\n\n".join(parts)
    end = re.compile(r"\s").search(text, min(chars, len(text)))
    return text[: end.start() if end else len(text)]


def _log_uniform(rng: Rng, low: float, high: float) -> int:
    return round(math.exp(rng.uniform(math.log(low), math.log(high))))
