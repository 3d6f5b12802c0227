"""A planted tokenizer that keeps some four-digit numbers whole and breaks others in four.

Byte-level BPE as a Hugging Face ``tokenizer.json``, written as plain JSON. Two digits of which
one is odd and one even are a token, and two such pairs are one token where the inner digits are
both odd or both even. So 2112 is one token and 2468 is four, and both are equally long.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

from reasonscape.planted.question import below

if TYPE_CHECKING:
    import numpy as np

# Asks for this tokenizer in a planned eval; the config then names the file that is written.
PAIRS: Final = "pairs"
SENTENCE: Final = "Work out the exact value of {} and give it as one whole number."
_PATTERN: Final = r" ?[A-Za-z]+|[0-9]+|[^A-Za-z0-9]"


def draw_number(fragmented: bool, rng: np.random.Generator) -> int:
    """Draw a four-digit number that the tokenizer breaks in four pieces, or keeps whole."""
    first = 1 + below(rng, 9)
    odd = first % 2
    kinds = (odd, odd, odd) if fragmented else (1 - odd, 1 - odd, odd)
    digits = [first, *(2 * below(rng, 5) + kind for kind in kinds)]
    return int("".join(map(str, digits)))


def tokenizer_document() -> dict[str, Any]:
    """Return the content of the ``tokenizer.json``; the same every time.

    Examples
    --------
    >>> document = tokenizer_document()
    >>> document["model"]["type"], "2112" in document["model"]["vocab"]
    ('BPE', True)
    >>> "2468" in document["model"]["vocab"]
    False
    """
    merges = [*_digit_merges(), *_word_merges()]
    tokens = [*_byte_letters(), *dict.fromkeys(a + b for a, b in merges)]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    split = {
        "type": "Split",
        "pattern": {"Regex": _PATTERN},
        "behavior": "Isolated",
        "invert": False,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [split, {**level, "use_regex": False}],
        },
        "post_processor": None,
        "decoder": {**level, "use_regex": False},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(tokens)},
            "merges": [f"{a} {b}" for a, b in merges],
        },
    }


def _digit_merges() -> list[tuple[str, str]]:
    digits = range(10)
    pairs = [(a, b) for a, b in product(digits, digits) if a % 2 != b % 2]
    whole = [(f"{a}{b}", f"{c}{d}") for a, b in pairs for c, d in pairs if b % 2 == c % 2]
    return [*((str(a), str(b)) for a, b in pairs), *whole]


def _word_merges() -> list[tuple[str, str]]:
    """Build each word of the sentence letter by letter; a leading space belongs to its word."""
    space = _byte_letters()[ord(" ")]
    merges: dict[tuple[str, str], None] = {}
    for number, word in enumerate(SENTENCE.replace("{}", "").rstrip(".").split()):
        letters = word if number == 0 else space + word
        for end in range(1, len(letters)):
            merges[letters[:end], letters[end]] = None
    return list(merges)


def _byte_letters() -> list[str]:
    """Return the printable letter that stands for each byte in byte-level vocabularies.

    Printable Latin-1 letters stand for themselves, the others follow from U+0100 on.
    """
    plain = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) if byte in plain else chr(0x100 + others.index(byte)) for byte in range(256)]
