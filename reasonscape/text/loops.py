"""The terminal loop of a trace: from where on does it repeat itself to the end?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Loop:
    """A terminal loop, in bytes of the trace.

    Attributes
    ----------
    onset
        Where the first copy begins.
    period
        From one copy to the next.
    kind
        ``exact`` (a few characters may differ) or ``templated``.
    """

    onset: int
    period: int
    kind: str


def find_loop(data: NDArray[np.uint8]) -> Loop | None:
    """Find the terminal loop of one trace."""
    return None
