"""Rows into one Parquet or CSV file, written beside its place and renamed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import OutputError

if TYPE_CHECKING:
    import pyarrow as pa

    from reasonscape.store.tables import Store

Batches = Iterator["pa.RecordBatch"]

MARK: Final = b"reasonscape.export"
"""Key of the metadata by which an earlier Parquet export is known."""

_GROUP_BYTES: Final = 16 << 20
_GROUP_ROWS: Final = 100_000
_FORMULA: Final = r"^[=+\-@\t\r]"


def check_place(path: Path, store: Store, *, force: bool) -> None:
    """Refuse to write over what is not an earlier export.

    Raises
    ------
    OutputError
        Something else is there, or the place is inside the store.
    """
    if path.resolve().is_relative_to(store.path.resolve()):
        raise OutputError(f"{path} is inside the store", remedy="choose a place beside it")
    for folder in path.parents:
        if folder.exists() and not folder.is_dir():
            raise OutputError(
                f"{folder} is a file, so that {path.name} cannot lie in it",
                remedy="name a file in a folder",
            )
    if not (path.exists() or path.is_symlink()) or (force and path.is_file()):
        return
    if path.is_file() and path.suffix == ".parquet" and _is_earlier(path):
        return
    what = "a CSV file does not say where it is from" if path.suffix == ".csv" else "not ours"
    if path.is_dir():
        raise OutputError(f"{path} is a folder", remedy="name a file in it")
    raise OutputError(f"{path} is in the way: {what}", remedy="choose another name, or add --force")


def _is_earlier(path: Path) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with suppress(OSError, pa.ArrowException):
        return MARK in (pq.read_schema(str(path)).metadata or {})
    return False


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Give a path to write to; what was written there is then put in place, whole or not at all.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    staged = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield staged
        with staged.open("rb") as file:
            os.fsync(file.fileno())
        staged.replace(path)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}",
            remedy="give a place that can be written, with room left",
        ) from error
    finally:
        with suppress(OSError):
            staged.unlink(missing_ok=True)


def write_parquet(path: Path, schema: pa.Schema, batches: Batches, marks: dict[str, str]) -> int:
    """Write a Parquet file with row groups of bounded size.

    Returns
    -------
    int
        Rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = {key.encode(): value.encode() for key, value in marks.items()}
    schema = schema.with_metadata({MARK: b"1", **written})
    rows, held, size, count = 0, list[pa.RecordBatch](), 0, 0
    with placed(path) as staged, pq.ParquetWriter(str(staged), schema, compression="zstd") as file:

        def flush() -> None:
            file.write_table(pa.Table.from_batches(held).cast(schema))

        for batch in batches:
            held.append(batch)
            size, count, rows = size + batch.nbytes, count + len(batch), rows + len(batch)
            if size >= _GROUP_BYTES or count >= _GROUP_ROWS:
                flush()
                held, size, count = [], 0, 0
        if held:
            flush()
    return rows


def write_csv(path: Path, schema: pa.Schema, batches: Batches, *, escape: bool) -> tuple[int, int]:
    """Write a CSV file (RFC 4180, UTF-8): NULL is empty, an empty text is ``""``.

    Parameters
    ----------
    escape
        Put an apostrophe before a text that a spreadsheet would run as a formula.

    Returns
    -------
    rows, formulas
        Rows, and cells that begin like a formula.
    """
    import pyarrow as pa
    import pyarrow.csv as pc

    rows, formulas = 0, 0
    schema = pa.schema([(field.name, _csv_type(field.type)) for field in schema])
    with placed(path) as staged, pc.CSVWriter(str(staged), schema) as file:
        for batch in batches:
            columns = []
            for array in batch.columns:
                flat, count = _flat(array, escape=escape)
                columns.append(flat)
                formulas += count
            file.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            rows += len(batch)
    return rows, formulas


def _csv_type(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return pa.string() if pa.types.is_list(kind) else kind


def _flat(array: Any, *, escape: bool) -> tuple[Any, int]:
    """A column as CSV holds it, and how many of its texts begin like a formula."""
    import pyarrow as pa
    import pyarrow.compute as compute

    if pa.types.is_list(array.type):
        # Numbers only: no text begins like one.
        lists = array.to_pylist()
        words = [None if one is None else f"[{', '.join(map(_short, one))}]" for one in lists]
        return pa.array(words, pa.string()), 0
    if not pa.types.is_string(array.type):
        return array, 0
    found = compute.match_substring_regex(array, _FORMULA)
    count = compute.sum(found).as_py() or 0
    if escape and count:
        array = compute.if_else(
            compute.fill_null(found, False),
            compute.binary_join_element_wise("'", array, ""),
            array,
        )
    return array, count


def _short(number: float | None) -> str:
    """A number of single precision with the digits that it has."""
    return "null" if number is None else f"{number:.9g}"


def described(path: Path) -> dict[str, Any]:
    """Size and hash of a finished file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}
