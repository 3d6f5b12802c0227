"""Token ids of many texts, one after another: what tokenizers make and the cache keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of n texts.

    Attributes
    ----------
    ids
        Ids of all texts in order, ``int32``, shape (total,). They are names: their order says
        nothing.
    offsets
        Where each text begins in ``ids``, and where the last ends, ``int64``, shape (n + 1,).
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text, shape (n,)."""
        import numpy as np

        return np.diff(self.offsets)

    def taken(self, rows: NDArray[np.integer]) -> Tokens:
        """Texts by their places, in the order of ``rows``; one may be taken twice.

        Examples
        --------
        >>> import numpy as np
        >>> tokens = Tokens(np.array([7, 8, 9], dtype=np.int32), np.array([0, 2, 2, 3]))
        >>> tokens.taken(np.array([2, 0])).ids.tolist()
        [9, 7, 8]
        """
        import numpy as np

        lengths = self.lengths[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(self.offsets[:-1][rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Tokens(self.ids[places], offsets)
