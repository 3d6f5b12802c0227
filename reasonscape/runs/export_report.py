"""What an export wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.selection import Selected


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote.

    Attributes
    ----------
    format
        ``eee``, ``parquet`` or ``csv``.
    path
        The file, or the folder.
    files
        Each file of rows: ``path``, ``rows``, ``bytes``, ``sha256``.
    rows
        Rows written.
    left_out
        Rows that matched and were not written, by reason.
    columns
        Columns of a table; empty for Every Eval Ever.
    texts
        Whether texts were written.
    counts
        Rows that matched, by outcome.
    notes
        What should be known of it.
    """

    dataset: str
    filters: Mapping[str, Any]
    format: str
    path: Path
    files: tuple[Mapping[str, Any], ...]
    rows: int
    left_out: Mapping[str, int]
    columns: tuple[str, ...]
    texts: bool
    counts: Mapping[str, Any]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The envelope that ``export --format json`` prints."""
        return {
            "schema_version": 1,
            "command": "export",
            "ok": True,
            "dataset": self.dataset,
            "filters": dict(self.filters),
            "format": self.format,
            "path": self.path.as_posix(),
            "counts": dict(self.counts),
            "rows": self.rows,
            "left_out": dict(self.left_out),
            "texts": self.texts,
            "columns": list(self.columns),
            "files": [dict(file) for file in self.files],
            "warnings": list(self.notes),
        }


def new_report(
    dataset: Dataset,
    chosen: Selected,
    kind: str,
    path: Path,
    columns: tuple[str, ...],
    texts: bool,
) -> ExportReport:
    """Begin a report: what was asked and matched; nothing is written yet."""
    return ExportReport(
        dataset=str(dataset.path),
        filters=chosen.written,
        format=kind,
        path=path,
        files=(),
        rows=0,
        left_out={},
        columns=columns,
        texts=texts,
        counts=chosen.counts,
        notes=chosen.notes,
    )
