"""What a user may ask of the hazard lens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from reasonscape.errors import UsageError
from reasonscape.lenses.lens import check_bins, check_one_axis

Truncation = Literal["censor", "event"]
Time = Literal["auto", "tokens", "trace_bytes"]


@dataclass(frozen=True, slots=True)
class HazardOptions:
    """Options of the lens; the summary lists them as they are here.

    Raises
    ------
    UsageError
        A value is not one of those there are, or there is more than one axis.

    Attributes
    ----------
    axes
        At most one axis: curves get a panel for each of its levels.
    bins
        Bins of an axis that has too many levels to keep each.
    truncation
        ``censor``: a cut-off hides the end; ``event``: it is a third end.
    time
        Unit of time: ``tokens``, ``trace_bytes``, or what the logs have (``auto``).
    seed
        Seed of the resampled bands.
    """

    axes: tuple[str, ...] = field(default=(), metadata={"flag": "--axis"})
    bins: int | None = field(default=None, metadata={"flag": "--bins"})
    truncation: Truncation = field(default="censor", metadata={"flag": "--truncation"})
    time: Time = field(default="auto", metadata={"flag": "--time"})
    seed: int = field(default=0, metadata={"flag": "--seed"})

    def __post_init__(self) -> None:
        check_one_axis(self.axes)
        check_bins(self.bins)
        seed: object = self.seed
        if not isinstance(seed, int) or seed < 0:
            raise UsageError(f"seed is {seed!r:.40}", remedy="give a whole number from 0 on")
        for name, given, known in (
            ("truncation", self.truncation, get_args(Truncation)),
            ("time", self.time, get_args(Time)),
        ):
            if given not in known:
                raise UsageError(f"{name} is {given!r:.40}", remedy=f"use {', '.join(known)}")
