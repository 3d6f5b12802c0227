"""Rows of a ``.json`` log, which is one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import document_bytes
from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.eval import no_samples, note_missing
from reasonscape.ingest.readers.inspect.header import read_header
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.readers.inspect.sample import read_sample
from reasonscape.ingest.rows import RowError, check_values

_HEADER: Final = ("eval", "plan", "results", "status", "error", "invalidated")
_TOO_LARGE: Final = "convert it, which is read sample by sample: inspect log convert --to eval"


def document_rows(path: Path, options: ReadOptions) -> Iterator[NativeRow | RowError]:
    """Read the samples of a document.

    Raises
    ------
    UsageError
        It is no log, or no intact one, has no samples, or is larger than 128 MiB.
    """
    try:
        raw = document_bytes(path, options, too_large=_TOO_LARGE)
        check_values(raw)
        document = Parts(raw, options.notices)
        head: dict[str, Any] = {key: document.get(key) for key in _HEADER}
        if not isinstance(head["eval"], dict):
            raise RowError("missing_field", "it has no object 'eval'")
        header = read_header(head, options.metric, options.notices)
        samples = document.items("samples")
    except RowError as error:
        raise UsageError(
            f"{path} is no intact Inspect log: {error.detail}", remedy="get an intact copy"
        ) from error
    if not samples:
        raise no_samples(path, head)
    for value in samples:
        try:
            yield read_sample(Parts.of(value, options.notices), header, options.notices)
        except RowError as error:
            yield error
    note_missing(len(samples), header, options)
