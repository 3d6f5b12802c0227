"""What a reader is told besides the path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reasonscape.ingest.lines import MAX_ROW_BYTES
from reasonscape.ingest.notices import Notices

if TYPE_CHECKING:
    from reasonscape.ingest.mapping import RowMapping
    from reasonscape.ingest.reasoning import Markers


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of a reader.

    Attributes
    ----------
    mapping
        How foreign rows become samples; native rows have none.
    correct_at
        Base task -> score from which a row without ``correct`` counts as correct, where the
        dataset says so; elsewhere the mapping's, else 1.
    markers
        What opens and closes reasoning inside a response; the mapping's, else ``<think>`` and
        ``</think>``, with None.
    max_row_bytes
        Longest row that is read, bytes.
    spellings
        Parameter names the store has, whose spelling wins over one that differs only in case.
    notices
        Collects what costs no row.
    progress
        Called with the bytes of the file read so far.
    """

    mapping: RowMapping | None = None
    correct_at: Mapping[str, float] = field(default_factory=dict)
    markers: Markers | None = None
    max_row_bytes: int = MAX_ROW_BYTES
    spellings: tuple[str, ...] = ()
    notices: Notices = field(default_factory=Notices)
    progress: Callable[[int], None] | None = None
