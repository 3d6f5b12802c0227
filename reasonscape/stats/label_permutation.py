"""Labels dealt out again among the units they could have belonged to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
_Keys = NDArray[np.uint64]
_BITS = 64
_TOP = (1 << _BITS) - 1


@dataclass(frozen=True, slots=True)
class Shuffle:
    """Permutations of labels within groups of units.

    Attributes
    ----------
    label
        Label of each unit as observed, shape (units,).
    movable
        Units whose label can change, by group: their group has another label too. Shape (movable,).
    """

    label: IntArray
    movable: IntArray
    _heads: _Keys
    _group_bits: int
    _label_bits: int

    def draw(self, rng: np.random.Generator) -> IntArray:
        """New labels of the movable units, shape (movable,), in the order of `movable`.

        Random keys are sorted with the group in front and the label behind: where a key comes to
        lie says who gets its label, and one sort of numbers does it for all groups.
        """
        keys = rng.integers(0, _TOP, size=len(self.movable), dtype=np.uint64, endpoint=True)
        keys >>= np.uint64(self._group_bits + self._label_bits)
        keys <<= np.uint64(self._label_bits)
        keys |= self._heads
        keys.sort()
        keys &= np.uint64((1 << self._label_bits) - 1)
        return keys.view(np.int64)


def shuffle_within(label: ArrayLike, group: ArrayLike) -> Shuffle:
    """Prepare permutations of labels within groups.

    Parameters
    ----------
    label
        Label of each unit, integers from 0 on, shape (units,).
    group
        Group of each unit, any values that can be sorted, shape (units,).

    Returns
    -------
    Shuffle
        `draw` gives each arrangement of a group's labels with equal chance.

    Raises
    ------
    ValueError
        If the lengths differ or a label is negative.

    How it misleads
    ---------------
    Labels are dealt as if all units of a group had been alike to begin with. Units that are not
    exchangeable (samples of different items, items that different models failed) belong in
    different groups. A group whose units share one label says nothing, and is not `movable`.

    References
    ----------
    Good, Permutation, Parametric and Bootstrap Tests of Hypotheses (2005).

    Examples
    --------
    >>> dealt = shuffle_within([0, 1, 1, 0, 2], [7, 7, 8, 7, 8])
    >>> sorted(dealt.draw(np.random.default_rng(1))[:3].tolist())
    [0, 0, 1]
    """
    labels = np.asarray(label, dtype=np.int64)
    groups, count = dense_codes(group)
    if labels.shape != groups.shape:
        raise ValueError("labels and groups must agree in length")
    if labels.size and labels.min() < 0:
        raise ValueError("labels to be dealt are from 0 on")
    order = np.lexsort((labels, groups))
    movable = order[varies(labels, groups, count)[groups[order]]]
    heads, places = dense_codes(groups[movable])
    group_bits, label_bits = places.bit_length(), int(labels.max(initial=0)).bit_length()
    if group_bits + label_bits > _BITS - 24:
        raise ValueError("too many groups and labels to deal out")
    packed = heads.astype(np.uint64) << np.uint64(_BITS - group_bits) if places else heads
    packed = packed.astype(np.uint64) | labels[movable].astype(np.uint64)
    return Shuffle(labels, movable, packed, group_bits, label_bits)


def varies(values: IntArray, group: IntArray, groups: int) -> BoolArray:
    """Whether a group has more than one value.

    Parameters
    ----------
    values, group
        Of each unit, integers, groups from 0 on, shape (units,).
    groups
        How many groups there are.

    Returns
    -------
    ndarray of bool
        Shape (groups,); False for an empty group.

    How it misleads
    ---------------
    Two values once are as good as two values many times.

    Examples
    --------
    >>> varies(np.array([5, 5, 7, 5]), np.array([0, 0, 2, 2]), 3).tolist()
    [False, False, True]
    """
    least = np.full(groups, np.iinfo(np.int64).max)
    most = np.full(groups, np.iinfo(np.int64).min)
    np.minimum.at(least, group, values)
    np.maximum.at(most, group, values)
    return np.asarray(least < most)
