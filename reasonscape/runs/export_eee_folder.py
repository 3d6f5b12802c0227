"""An export to Every Eval Ever: the folder with its files, and the summary that lists them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import NoRowsError
from reasonscape.runs.export_eee import EeeWriter
from reasonscape.runs.export_eee_paths import check_folder
from reasonscape.runs.export_report import ExportReport, new_report
from reasonscape.runs.folder import OutputFolder
from reasonscape.runs.selection import compiled
from reasonscape.store.maintenance import imports
from reasonscape.store.schema import LABEL, PARAM
from reasonscape.store.selection.whole_rows import WORDS, whole_rows

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset

_NEEDED: Final = (
    *("eval_id", "model", "template", "sampler", "base_task", "task", "item_id", "repeat"),
    *("correct", "score", "grade_source", "chance", "chance_source", "answered"),
    *("stop", "stop_source", "max_tokens"),
    *("prompt_tokens", "completion_tokens", "reasoning_tokens", "tokens_source"),
)


def write_eee(
    dataset: Dataset,
    filters: Any,
    path: Path,
    *,
    texts: bool,
) -> ExportReport:
    """Write the graded rows that match into a folder; parameters as for `export`.

    Raises
    ------
    FilterError, NoRowsError
        The filters are wrong, or match no graded row.
    OutputError
        The folder is in use for something else, or cannot be written.
    """
    store = dataset.store()
    check_folder(path, store)
    chosen = compiled(dataset, filters)
    axes = [name for name in store.columns() if name.startswith((LABEL, PARAM))]
    names = (*_NEEDED, *axes, *(WORDS if texts else ()))
    with (
        OutputFolder(path) as folder,
        tempfile.TemporaryDirectory(prefix=".reasonscape-", dir=path) as staging,
    ):
        writer = EeeWriter(dataset, folder, Path(staging))
        for batch in whole_rows(store, chosen.where, names):
            writer.add(batch)
        if not writer.rows:
            raise NoRowsError(
                f"none of the {writer.left_out:,} rows of {dataset.name} that match is graded, and "
                "a row of Every Eval Ever must be",
                remedy="name a .parquet or .csv file, which holds ungraded rows too",
            )
        rows = dict(writer.finish(imports(store)[-1].time))
        report = new_report(dataset, chosen, "eee", path, (), texts)
        report = replace(
            report,
            rows=writer.rows,
            files=tuple({"path": name, "rows": count} for name, count in rows.items()),
            left_out={"ungraded": writer.left_out} if writer.left_out else {},
            notes=(*report.notes, *_left_out(writer.left_out)),
        )
        summary = folder.finish(report.as_json())
    found = {one["path"]: one for one in summary["artifacts"]}
    return replace(
        report, files=tuple({**found[name], "rows": count} for name, count in rows.items())
    )


def _left_out(rows: int) -> tuple[str, ...]:
    if not rows:
        return ()
    said = (
        f"{rows:,} ungraded rows were left out: a row of Every Eval Ever must say right or wrong; "
        "Parquet and CSV hold them"
    )
    return (said,)
