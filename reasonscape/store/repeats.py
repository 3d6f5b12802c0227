"""Counting earlier rows with the same key, in a few bytes for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from reasonscape.store.sample import Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    UIntArray = NDArray[np.uint64]


class KeyCounts:
    """A multiset of 64-bit keys that says how often each was seen before.

    Sorted runs of doubling length are merged as they grow (a log-structured tree), so the state
    is 8 bytes a row, and a look-up is one binary search in each of about log2(rows) runs.
    """

    def __init__(self) -> None:
        self._runs: list[UIntArray] = []

    def add(self, keys: UIntArray) -> NDArray[np.int64]:
        """Count earlier occurrences of each key, then remember all of them.

        Parameters
        ----------
        keys
            Shape (n,), in the order in which they came.

        Returns
        -------
        ndarray
            Shape (n,): occurrences before this call, and earlier in ``keys``.

        Examples
        --------
        >>> counts = KeyCounts()
        >>> counts.add(np.array([7, 9, 7], np.uint64)).tolist()
        [0, 0, 1]
        >>> counts.add(np.array([7, 8], np.uint64)).tolist()
        [2, 0]
        """
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.searchsorted(ordered, ordered, side="left")
        earlier = np.empty(len(keys), np.int64)
        earlier[order] = np.arange(len(keys)) - first
        for run in self._runs:
            earlier += np.searchsorted(run, keys, side="right")
            earlier -= np.searchsorted(run, keys, side="left")
        self._remember(ordered)
        return earlier

    def _remember(self, run: UIntArray) -> None:
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.concatenate([self._runs.pop(), run])
            run.sort(kind="stable")
        self._runs.append(run)


class RepeatCounts:
    """Default of ``repeat``: earlier rows of the same log with the same other key fields.

    Only rows whose log leaves ``repeat`` out are counted.
    """

    def __init__(self) -> None:
        self._logs: dict[str, KeyCounts] = {}

    def fill(
        self,
        samples: Sequence[Sample],
        rows: Sequence[tuple[Any, ...]],
        repeats: Sequence[int | None],
    ) -> list[int]:
        """Fill the missing repeats of samples of one base task.

        Parameters
        ----------
        samples
            In the order of their logs.
        rows
            The other key fields of each sample.
        repeats
            What the log says, ``None`` where it does not.
        """
        filled = [0 if value is None else value for value in repeats]
        missing: dict[str, list[int]] = {}
        for place, value in enumerate(repeats):
            if value is None:
                missing.setdefault(samples[place].source, []).append(place)
        for source, places in missing.items():
            counts = self._logs.setdefault(source, KeyCounts())
            # hash() differs between processes, which is harmless: the keys never leave this one.
            hashes = [hash((samples[place].base_task, rows[place])) for place in places]
            keys = np.array(hashes, np.int64).view(np.uint64)
            for place, earlier in zip(places, counts.add(keys).tolist(), strict=True):
                filled[place] = earlier
        return filled
