"""What a log format is: how it is recognised and read, and what it says of a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reasonscape.ingest.options import ReadOptions
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Read = Callable[[Path, ReadOptions], Iterator[Sample | Refusal]]


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a log: its first row where it has rows, and its first bytes."""

    path: Path
    bytes: bytes
    row: dict[str, Any] | None


def never(head: Head) -> bool:
    """Recognise nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Declared:
    """Where each field of a sample stands in a log; what neither names is unknown.

    Attributes
    ----------
    native
        Field -> where it stands, in the words of the format.
    inferred
        Field -> what it is concluded from.
    metadata
        What paths of ``--axes`` start from -> what it is. Empty where the format has its own
        coordinates, and paths start from the row.
    """

    native: Mapping[str, str] = field(default_factory=dict)
    inferred: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """A log format.

    Attributes
    ----------
    name
        Its name under ``--as``.
    meaning
        What it is, for people.
    sniff
        Whether a file is such a log, by its content.
    read
        Its samples, and the rows that are refused.
    declares
        Where each field stands.
    companion
        Whether a file goes with such logs and is read by way of them: results, settings,
        summaries. In a folder it is passed by without a word.
    companions
        Shell patterns of the names of such files, for logs that are fetched from elsewhere.
    heeds
        Those of the options ``metric``, ``variant`` and ``requests`` that mean something here.
    """

    name: str
    meaning: str
    sniff: Callable[[Head], bool]
    read: Read
    declares: Declared = field(default_factory=Declared)
    companion: Callable[[Head], bool] = never
    companions: tuple[str, ...] = ()
    heeds: tuple[str, ...] = ()
