"""What prompts say whatever was answered to them: made once for evals that read the same ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from reasonscape.lenses.fft.samples import Samples
from reasonscape.lenses.fft.spectra import ReadingSpectra

T = TypeVar("T")


class Once:
    """Measures of prompts by what they are made of.

    Equal prompts, items and levels give equal numbers, so an eval's result does not depend on
    whether another one was measured before it.
    """

    def __init__(self) -> None:
        # Spectra are kept with what was made of them, so that their place in memory stays theirs.
        self._made: dict[tuple[object, ...], tuple[ReadingSpectra, Any]] = {}

    def of(
        self,
        what: str,
        samples: Samples,
        own: ReadingSpectra,
        make: Callable[[], T],
        *parts: object,
    ) -> T:
        """The measure of these prompts; ``parts`` is what else it is made of."""
        prompts, items = samples.prompts.tobytes(), samples.prompt_item.tobytes()
        key = (what, id(own), prompts, items, *parts)
        if key not in self._made:
            self._made[key] = (own, make())
        return cast("T", self._made[key][1])
