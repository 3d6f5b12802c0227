"""Damage that knows nothing of what it damages."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import zstandard


def _flip(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def _place(data: bytearray, rng: random.Random) -> int:
    """A place to strike at: anywhere, or near an end, where lengths and tables stand."""
    near = min(len(data), 64)
    return rng.choice(
        (rng.randrange(len(data)), rng.randrange(near), len(data) - 1 - rng.randrange(near))
    )


def _cut(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[: _place(data, rng)])


def _behead(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[_place(data, rng) :])


def _drop(data: bytearray, rng: random.Random) -> bytes:
    start = _place(data, rng)
    del data[start : start + rng.choice((1, 4, 100, 5000))]
    return bytes(data)


def _repeat(data: bytearray, rng: random.Random) -> bytes:
    start = _place(data, rng)
    span = data[start : start + rng.choice((1, 4, 100, 5000))]
    return bytes(data[:start] + span * rng.choice((1, 2, 50)) + data[start:])


def _insert(data: bytearray, rng: random.Random) -> bytes:
    start = _place(data, rng)
    noise = rng.choice(
        (rng.randbytes(rng.choice((1, 8, 500))), b"\x00" * 8, b"\n", b'"', b"{", b"]")
    )
    return bytes(data[:start] + noise + data[start:])


def _overwrite(data: bytearray, rng: random.Random) -> bytes:
    start = _place(data, rng)
    count = min(rng.choice((1, 2, 4, 8, 200)), len(data) - start)
    fill = rng.choice((b"\x00", b"\xff", b"\x7f", b" ", b"9"))
    data[start : start + count] = fill * count
    return bytes(data)


def _around(data: bytearray, rng: random.Random) -> bytes:
    before = rng.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\n", b"\x00", b"#!/bin/sh\n"))
    after = rng.choice((b"", b"\n", b"\x00" * 1000, b"{}", b"PK\x05\x06", b"PAR1", bytes(data)))
    return before + bytes(data) + after


def _recoded(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data).decode("latin-1").encode(rng.choice(("utf-16", "utf-8", "utf-32")))


def _emptied(data: bytearray, rng: random.Random) -> bytes:
    return rng.choice((b"", b"\n", b" ", b"{}", b"[]", b"null", b"\x00" * len(data), b"PK\x03\x04"))


_WAYS: Final[tuple[Callable[[bytearray, random.Random], bytes], ...]] = (
    *(_flip, _flip, _cut, _cut, _behead, _drop, _repeat, _insert, _overwrite, _around),
    *(_recoded, _emptied),
)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Damage bytes in one way."""
    return rng.choice(_WAYS)(bytearray(data), rng) if data else rng.randbytes(20)


@lru_cache(maxsize=4)
def bomb(size: int, kind: str, filling: bytes = b"\x00") -> bytes:
    """A small file that inflates to a large one of one repeated filling."""
    data = filling * (size // len(filling))
    if kind == "gzip":
        return gzip.compress(data, 6, mtime=0)
    if kind == "zstd":
        return zstandard.ZstdCompressor().compress(data)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def packed(data: bytes, rng: random.Random) -> bytes:
    """Compress, and now and then damage what came out."""
    if rng.random() < 0.5:
        small = gzip.compress(data, 1, mtime=0)
    else:
        small = zstandard.ZstdCompressor(write_content_size=rng.random() < 0.5).compress(data)
    return damaged(small, rng) if rng.random() < 0.5 else small
