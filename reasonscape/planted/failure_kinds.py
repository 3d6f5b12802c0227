"""Failures with known shapes: each kind of reasoning goes wrong in words of its own, or each model.

What the words are stands in `failure_words`. A trace says what its item is about, and a wrong one
goes astray on the way and from there on speaks of what went wrong. Each model has a light style.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.planted.failure_items import kinds_item, plain_item
from reasonscape.planted.failure_traces import CROSSED, Voice, write_kind
from reasonscape.planted.failure_words import FAILINGS, KINDS, MARKS, STYLES, Bank
from reasonscape.planted.question import Size
from reasonscape.planted.traces import Fate

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLLOWS: Final = {"kinds": "kind", "kinds-by-model": "model", "kinds-none": "nothing"}
"""Mechanism -> what the groups of its failures follow."""


def item_kind(number: int) -> str:
    """Return the kind of an item by its number within the cell: they take turns.

    Examples
    --------
    >>> [item_kind(number) for number in range(4)]
    ['carrying', 'premises', 'units', 'carrying']
    """
    return KINDS[number % len(KINDS)]


def failing_texts(
    seed: int,
    n_items: int,
    *,
    mechanism: str = "kinds",
    models: int = 2,
    repeats: int = 1,
    chars: int = 2000,
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Write failures only, without a store: every model fails on every item.

    Parameters
    ----------
    seed
        Everything is drawn from it.
    n_items
        Items; their kinds take turns.
    mechanism
        A key of ``FOLLOWS``.
    models, repeats
        Failures an item: ``models * repeats``.
    chars
        Characters of a trace on average; from half to one and a half of that.

    Returns
    -------
    texts : list of str
        ``n_items * models * repeats`` traces, by item, model and repeat.
    kind, model, item : ndarray of int
        Of each text.

    Examples
    --------
    >>> texts, kind, model, item = failing_texts(1, 4)
    >>> len(texts), kind.tolist(), model.tolist()
    (8, [0, 0, 1, 1, 2, 2, 0, 0], [0, 1, 0, 1, 0, 1, 0, 1])
    """
    rng = np.random.default_rng([seed, n_items])
    follows = FOLLOWS[mechanism]
    n = n_items * models * repeats
    digits = rng.integers(2**40, size=(n, 4)).tolist()
    sizes = rng.integers(chars // 2, chars * 3 // 2 + 1, size=n).tolist()
    item = np.repeat(np.arange(n_items, dtype=np.int64), models * repeats)
    model = np.tile(np.repeat(np.arange(models, dtype=np.int64), repeats), n_items)
    kind = item % len(KINDS)
    make = kinds_item if follows == "kind" else plain_item
    asked = [make(Size(9, 0, turn=number), rng) for number in range(n_items)]
    fate = Fate(right=False)
    texts = [
        write_kind(
            asked[which],
            fate,
            Voice(follows, which, who),
            chars=size,
            digits=drawn,
            loop_from=1.0,
        ).reasoning
        for which, who, size, drawn in zip(
            item.tolist(), model.tolist(), sizes, digits, strict=True
        )
    ]
    return texts, kind, model, item


def failure_truth(mechanism: str) -> dict[str, Any]:
    """Return what a truth file says of the failures of a mechanism as plain JSON values.

    Returns
    -------
    dict
        Nothing for mechanisms that are not in ``FOLLOWS``. Else ``failures``: the ``label`` that
        holds the kind, what the groups ``follow``, how many ``groups`` there are, the words of
        each, the share that is ``crossed``, and phrases that go with the outcome (``marks``).

    Examples
    --------
    >>> failure_truth("kinds")["failures"]["groups"]
    3
    >>> failure_truth("cliff")
    {}
    """
    if mechanism not in FOLLOWS:
        return {}
    follows = FOLLOWS[mechanism]
    groups = {"kind": len(KINDS), "model": len(STYLES), "nothing": 1}[follows]
    said = {
        "label": "label.kind",
        "kinds": list(KINDS),
        "follow": follows,
        "groups": groups,
        "crossed": 0.0 if follows == "nothing" else CROSSED,
        "alignment": {label: label == follows for label in ("kind", "model")},
        "words": [_words(bank) for bank in FAILINGS[:groups]] if groups > 1 else [],
        "marks": [{"phrase": p, "wrong": wrong, "right": right} for p, wrong, right in MARKS],
    }
    return {"failures": said}


def _words(bank: Bank) -> list[str]:
    return [*bank.x, *bank.y, *bank.z]
