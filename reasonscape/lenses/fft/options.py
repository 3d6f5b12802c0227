"""What a user may ask of the fft lens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.lenses.lens import check_bins, check_one_axis
from reasonscape.text.series import SIGNALS, Signal

MAX_TEXTS: Final = 12
MAX_PROMPTS: Final = 10_000_000
SEGMENTS: Final = (16, 32, 64, 128, 256)


@dataclass(frozen=True, slots=True)
class FftOptions:
    """Options of the lens; the summary lists them as they are here.

    Raises
    ------
    UsageError
        A value is not one of those there are, or there is more than one axis.

    Attributes
    ----------
    axes
        At most one axis: the waterfall has a row for each of its levels. Without it, the axis
        along which the spectrum changes most.
    bins
        Bins of an axis that has too many levels to keep each.
    signal
        What is transformed: one of ``reasonscape.text.series.SIGNALS``.
    tokenizer
        Reads all evals, whatever the config says; empty is the config's, else ``bytes``.
    against
        A second tokenizer, which every spectrum is set against.
    no_template
        Leave the config's chat templates out.
    segment
        Tokens of a segment; None lets the prompts decide.
    prompts
        Different prompts of each eval and task that are read; of more, those with the smallest
        hashes, which is a fair draw.
    show_text
        Prompts of each eval and task to show with their tokens, as somebody wrote them; 0 shows
        none.
    seed
        Seed of the resampled bands.
    """

    axes: tuple[str, ...] = field(default=(), metadata={"flag": "--axis"})
    bins: int | None = field(default=None, metadata={"flag": "--bins"})
    signal: Signal = field(default="symbolic", metadata={"flag": "--signal"})
    tokenizer: str = field(default="", metadata={"flag": "--tokenizer"})
    against: str = field(default="bytes", metadata={"flag": "--against"})
    no_template: bool = field(default=False, metadata={"flag": "--no-template"})
    segment: int | None = field(default=None, metadata={"flag": "--segment"})
    prompts: int = field(default=10_000, metadata={"flag": "--prompts"})
    show_text: int = field(default=0, metadata={"flag": "--show-text"})
    seed: int = field(default=0, metadata={"flag": "--seed"})

    def __post_init__(self) -> None:
        check_one_axis(self.axes)
        check_bins(self.bins)
        if self.signal not in SIGNALS:
            raise UsageError(f"signal is {self.signal!r:.40}", remedy=f"use {', '.join(SIGNALS)}")
        if self.segment is not None and self.segment not in SEGMENTS:
            listed = ", ".join(map(str, SEGMENTS))
            raise UsageError(f"segment is {self.segment!r:.40}", remedy=f"use one of {listed}")
        for name, given, least, most in (
            ("show_text", self.show_text, 0, MAX_TEXTS),
            ("prompts", self.prompts, 1, MAX_PROMPTS),
            ("seed", self.seed, 0, 2**63),
        ):
            number: object = given
            if not isinstance(number, int) or not least <= number <= most:
                raise UsageError(
                    f"{name} is {number!r:.40}",
                    remedy=f"give a whole number from {least} to {most}",
                )
