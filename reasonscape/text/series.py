"""Prompts as series of numbers along their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from reasonscape.text.vocabulary import DIGITS, SPACES, Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tokens import Tokens

Signal = Literal["symbolic", "token_length", "digit", "space", "surprisal", "token_id"]
SIGNALS: Final[tuple[Signal, ...]] = get_args(Signal)

MEANINGS: Final[dict[Signal, str]] = {
    "symbolic": "where the same tokens return, whatever they are",
    "token_length": "bytes of each token",
    "digit": "1 where a token holds a digit",
    "space": "1 where a token holds white space",
    "surprisal": "bits of each token by its share among all tokens of the task's prompts",
    "token_id": "the tokens' ids, whose order says nothing: exploratory",
}


def series(signal: Signal, tokens: Tokens, vocabulary: Vocabulary) -> NDArray[np.float32]:
    """Numbers along the tokens of all prompts, one after another.

    Parameters
    ----------
    signal
        Any but ``symbolic``, which is no series: its spectrum is made from the tokens themselves.
    tokens
        Tokens of n prompts.
    vocabulary
        What they stand for.

    Returns
    -------
    ndarray
        ``float32``, shape (total tokens,): bytes, 0 or 1, bits, or places among the ids that occur.

    Raises
    ------
    ValueError
        For ``symbolic``, or a name that is no signal.

    Examples
    --------
    >>> from reasonscape.store.tokens import Tokens
    >>> tokens = Tokens(np.array([5, 2, 5, 9], dtype=np.int32), np.array([0, 3, 4]))
    >>> vocabulary = Vocabulary.of({5: b"17", 2: b" ", 9: b"cat"})
    >>> series("token_length", tokens, vocabulary).tolist()
    [2.0, 1.0, 2.0, 3.0]
    >>> series("surprisal", tokens, vocabulary).tolist()
    [1.0, 2.0, 1.0, 2.0]
    """
    place = vocabulary.places(tokens.ids)
    match signal:
        case "token_length":
            value = vocabulary.sizes.astype(np.float32)
        case "digit":
            value = vocabulary.with_any(DIGITS).astype(np.float32)
        case "space":
            value = vocabulary.with_any(SPACES).astype(np.float32)
        case "surprisal":
            counts = np.bincount(place, minlength=len(vocabulary))
            with np.errstate(divide="ignore"):
                value = -np.log2(counts / max(len(place), 1)).astype(np.float32)
        case "token_id":
            # Places, not ids: hashed ids would leave float32 nothing of their differences.
            value = np.arange(len(vocabulary), dtype=np.float32)
        case _:
            raise ValueError(f"{signal!r} is no series of numbers")
    return np.asarray(value[place])
