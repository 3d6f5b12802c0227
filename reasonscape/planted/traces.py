"""Texts of planted completions: steps of the item's own grammar, or passages from a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from reasonscape.errors import UsageError
from reasonscape.planted.looping import exact_unit, noisy, templated
from reasonscape.planted.question import NAMES, Item

# How many random integers one trace may use; they are drawn for a whole (eval, task) at once.
DIGITS_PER_TRACE = 24

_OPENINGS = (
    "Let me work through this.",
    "First I read what is asked.",
    "I take it one part at a time.",
    "Start from the left and keep track.",
    "The question wants one answer, so I go step by step.",
)
_LEADS = ("", "", "Next, ", "Then ", "So ", "Now ", "After that, ", "Going on, ")
_CHECKS = (
    "Does part {a} still hold? It does, with {b} to go.",
    "Looking again at part {a}, nothing changes.",
    "Suppose {n} had done it the other way: {a} against {b}, which does not fit.",
    "To be safe I count the parts, {a} of them, and compare with {b}.",
    "If it were {b} instead, part {a} would be wrong.",
    "That leaves {b}; I note it beside {a} and go on.",
    "Written out for {n}: {a}, then {b}.",
    "Is {a} the same as before? Yes, so part {b} stands.",
)
_LOOPS = (
    "Wait, let me check part {a} again. ",
    "Hmm, that gives {a}, so I try once more. ",
    "No, go back to step {a} and repeat. ",
)
_CLOSINGS = ("So the answer is {}.", "That makes it {}.", "I settle on {}.", "The result is {}.")
_WORDY = (
    "Let me read the question once more and go over every part of it, then compare what stands "
    "there with what has been said so far, and see whether anything was left out on the way. "
) * 6
_UNDECIDED = "I cannot settle on one answer."


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages of a file from which traces are put together; each is one paragraph or line."""

    texts: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """First 16 hex digits of the SHA-256 over the passages."""
        return sha256("\n".join(self.texts).encode()).hexdigest()[:16]

    @classmethod
    def read(cls, path: Path, longest: int = 600) -> Passages:
        """Read passages from any text file.

        Parameters
        ----------
        path
            The file; bytes that are no UTF-8 are replaced, control characters left out.
        longest
            Characters after which a passage is divided.

        Raises
        ------
        UsageError
            The file cannot be read or holds no text.
        """
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise UsageError(
                f"the text bank {path} cannot be read ({error.strerror or error})",
                remedy="give a text file that exists",
            ) from error
        text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(c for c in text if c in "\n\t" or c.isprintable())
        passages = []
        for paragraph in text.split("\n\n" if "\n\n" in text else "\n"):
            words = " ".join(paragraph.split())
            passages += [words[i : i + longest] for i in range(0, len(words), longest)]
        if not passages:
            raise UsageError(
                f"the text bank {path} holds no text", remedy="give a file with a few paragraphs"
            )
        return cls(tuple(passages))


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a completion; a truncated one ends in the middle and has no response."""

    right: bool = True
    truncated: bool = False
    answered: bool = True
    looped: bool = False
    circling: bool = False
    stumbling: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What one completion says; ``None`` where it was cut off or nothing can be read."""

    reasoning: str
    response: str | None
    answer: str | None


def write_trace(
    item: Item,
    fate: Fate,
    *,
    chars: int,
    digits: Sequence[int],
    passages: Passages | None = None,
    loop_from: float = 0.5,
    any_loop: bool = False,
) -> Written:
    """Write the trace, response and answer of one completion.

    Parameters
    ----------
    item
        The question that is answered.
    fate
        What becomes of the completion.
    chars
        Wanted characters of the trace; met within one sentence, exactly when truncated.
    digits
        Non-negative random integers, at least one; all choices are made from them.
    passages
        Take the body from these instead of the grammar.
    loop_from
        Share of a looping trace that is said before the loop.
    any_loop
        Take what loops from the trace itself: short or long, exact, noisy or with parts that
        change; one of a few fixed sentences otherwise.

    Returns
    -------
    Written
        A right completion answers the item's target, a wrong one another plausible answer.

    Examples
    --------
    >>> item = Item("What is 1 + 2 ?", "3", ("4",), ("1 plus 2 makes 3.",))
    >>> write_trace(item, Fate(right=True), chars=60, digits=[0]).reasoning
    'Let me work through this. 1 plus 2 makes 3. So the answer is 3.'
    """
    # A cut-off trace is written longer than wanted and then cut in the middle of a sentence.
    whole = chars + 90 if fate.truncated else chars
    body = int(whole * loop_from) if fate.looped else whole // 2 if fate.circling else whole
    pick = digits[0]
    answer = item.target if fate.right else item.wrong[pick % len(item.wrong)]
    if passages is None:
        parts = _own_words(item, body, digits, right=fate.right)
    else:
        parts = _borrowed(passages, body, pick)
    if fate.looped:
        repeat = varied_loop if any_loop else _loop
        parts.append(repeat(whole - body, digits, *([parts] if any_loop else [])))
    elif fate.stumbling:
        middle = len(parts) // 2
        parts.insert(middle, varied_loop(whole // 6, digits, parts))
    elif fate.circling:
        parts += _again(parts, whole - body, digits)
    text = " ".join(parts)
    if fate.truncated:
        return Written(text[:chars], None, None)
    closing = _CLOSINGS[pick % len(_CLOSINGS)].format(answer) if fate.answered else _UNDECIDED
    # A terminal loop lasts to the end of the trace.
    text = text if fate.looped else f"{text} {closing}"
    return Written(text, *((f"Answer: {answer}", answer) if fate.answered else (_UNDECIDED, None)))


def _own_words(item: Item, chars: int, digits: Sequence[int], *, right: bool) -> list[str]:
    n = len(digits)
    parts = [_OPENINGS[digits[0] % len(_OPENINGS)]]
    size = len(parts[0])
    steps = item.steps
    # A wrong trace goes astray after a random share of its steps: the rest is doubt.
    astray = len(steps) if right else 1 + digits[0] % len(steps)
    for i in range(astray):
        if size >= chars - 30:
            return parts
        step = _LEADS[digits[i % n] // 7 % len(_LEADS)] + steps[i]
        parts.append(step)
        size += len(step) + 1
    i = 0
    while size < chars - 30:
        # Two digits a check, mixed with the count so that a long trace does not come round again.
        d = digits[i % n] + 7919 * (i // n) * (1 + digits[(i + 1) % n])
        check = _CHECKS[d % len(_CHECKS)].format(
            a=d // 8 % 97, b=d // 776 % 997, n=NAMES[d // 64 % len(NAMES)]
        )
        parts.append(check)
        size += len(check) + 1
        i += 1
    return parts


def _borrowed(passages: Passages, chars: int, start: int) -> list[str]:
    texts = passages.texts
    parts: list[str] = []
    size, i = 0, start
    while size < chars:
        passage = texts[i % len(texts)][: max(chars - size, 1)]
        parts.append(passage)
        size += len(passage) + 1
        i += 1
    return parts


def _again(said: Sequence[str], chars: int, digits: Sequence[int]) -> list[str]:
    """What was said, again in another order under other leads: nothing new, and no period."""
    sentences = [words for part in said for words in part.split(". ") if words]
    parts: list[str] = []
    size = i = 0
    while size < chars:
        d = digits[i % len(digits)] // (1 + i // len(digits)) + 7919 * i * i
        sentence = sentences[d % len(sentences)].rstrip(".")
        parts.append(f"{_LEADS[d // 31 % len(_LEADS)]}{sentence}.")
        size += len(parts[-1]) + 1
        i += 1
    return parts


def varied_loop(chars: int, digits: Sequence[int], said: Sequence[str]) -> str:
    """A loop of any kind that a trace falls into: its unit is a part of what was said.

    Short or long, one in four with a few letters changed, one in two with numbers or words that
    change from copy to copy; at least three copies where the space allows, and cut anywhere.

    Examples
    --------
    >>> loop = varied_loop(300, [5], ["One says that two and three make five, and goes on."] * 9)
    >>> len(loop)
    300
    """
    rng = np.random.default_rng(list(digits))
    bank = [" ".join(said)] if sum(map(len, said)) >= 60 else [" ".join([*said, *_CHECKS])]
    style = int(rng.integers(4))
    longest = max(min(chars // 5, 400), 12)
    size = round(math.exp(rng.uniform(math.log(12), math.log(longest))))
    if style < 2:
        unit = exact_unit(bank, rng, size)
        text = unit * (chars // len(unit) + 1)
        return noisy(text[:chars], rng, 0.02) if style else text[:chars]
    # A unit is drawn until it has words enough: the second text has them wherever one looks.
    copies = templated([*bank, _WORDY], rng, max(size, 30), names=style == 3)
    parts: list[str] = []
    length = 0
    while length < chars:
        parts.append(copies(len(parts)))
        length += len(parts[-1])
    return "".join(parts)[:chars]


def _loop(chars: int, digits: Sequence[int]) -> str:
    """A sentence over and over: exactly, or (every other trace) with a number that counts up."""
    sentence = _LOOPS[digits[0] % len(_LOOPS)]
    first, templated = digits[0] % 90, digits[0] // 3 % 2
    parts: list[str] = []
    size = 0
    while size < chars:
        parts.append(sentence.format(a=first + templated * len(parts)))
        size += len(parts[-1])
    return "".join(parts).rstrip()
