"""Names of log files, which may be compressed."""

from __future__ import annotations

from typing import Final

COMPRESSED: Final = (".gz", ".zst", ".zstd")
"""Endings of compressed files; whether one is, its first bytes say."""


def plain_name(name: str) -> str:
    """Return a file's name without what says that it is compressed.

    Examples
    --------
    >>> plain_name("samples.jsonl.zst"), plain_name("log.json")
    ('samples.jsonl', 'log.json')
    """
    for ending in COMPRESSED:
        name = name.removesuffix(ending)
    return name
