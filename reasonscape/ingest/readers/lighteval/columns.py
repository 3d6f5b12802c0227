"""The columns of lighteval's details: where they stand in a Parquet file, and how large they are.

Their names are those of lighteval's writer (``doc``, ``metric``, ``model_response``), or the same
between double underscores, which other versions have.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.readers.log_words import listed

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

DOC, METRIC, RESPONSE = "doc", "metric", "model_response"
COLUMNS: Final = (DOC, METRIC, RESPONSE)
INPUT_TOKENS: Final = "input_tokens"
OUTPUT_TOKENS: Final = "output_tokens"
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    DOC: (
        *("query", "choices", "gold_index", "specific", "id", "task_name", "generation_size"),
        "sampling_methods",
    ),
    RESPONSE: (
        *("input", "text", "text_post_processed", "reasonings", "logprobs"),
        *("truncated_tokens_count", INPUT_TOKENS, OUTPUT_TOKENS),
    ),
}
_NEEDED: Final = {
    DOC: frozenset(("query", "choices", "gold_index")),
    RESPONSE: frozenset(("text",)),
}
_OLD: Final = frozenset(("predictions", "metrics"))
_MAX_GROUP_BYTES: Final = 2 << 30
_BATCH_BYTES: Final = 256 << 20
_BATCH_ROWS: Final = 256


def columns_of(path: Path) -> frozenset[str]:
    """Names of the columns of a Parquet file; none if it cannot be read as one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return frozenset(pq.read_schema(str(path)).names)
    except (pa.ArrowException, OSError, ValueError):
        return frozenset()


def is_details(columns: frozenset[str]) -> bool:
    """Whether columns are those of details, of whatever version.

    Examples
    --------
    >>> is_details(frozenset(("__doc__", "__metric__", "__model_response__")))
    True
    """
    return all(_there(name, columns) for name in COLUMNS) or columns >= _OLD


def _there(name: str, columns: frozenset[str]) -> str | None:
    return next((found for found in (name, f"__{name}__") if found in columns), None)


def find_columns(path: Path, schema: pa.Schema) -> dict[str, str]:
    """Find the columns of details in a file.

    Returns
    -------
    dict
        ``doc``, ``metric`` and ``model_response`` -> the name of the column.

    Raises
    ------
    UsageError
        They are not there, or have another shape; the error says so if they are of an old version.
    """
    import pyarrow as pa

    columns = frozenset(schema.names)
    found = {name: _there(name, columns) for name in COLUMNS}
    names = {name: column for name, column in found.items() if column is not None}
    if len(names) < len(COLUMNS):
        if columns >= _OLD:
            raise UsageError(
                f"{path} holds details of an old lighteval, with flat columns",
                remedy="evaluate again with a current lighteval, or convert the rows to sample "
                "records (docs/import.md)",
            )
        raise UsageError(
            f"{path} is a Parquet file but none of lighteval's details: its columns are "
            f"{listed(sorted(columns)) or 'none'}",
            remedy="give a file details_TASK_TIME.parquet",
        )
    for name, column in names.items():
        if schema.names.count(column) > 1:
            raise _none(path, f"the column {column!r} is there twice")
        kind = schema.field(column).type
        if not pa.types.is_struct(kind):
            raise _none(path, f"{column!r} is no struct")
        fields = [part.name for part in kind]
        if len(set(fields)) < len(fields):
            raise _none(path, f"a field of {column!r} is there twice")
        if needed := _NEEDED.get(name, frozenset()) - set(fields):
            raise _none(path, f"{column!r} lacks {', '.join(sorted(needed))}")
    return names


def _none(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{path} is none of lighteval's details: {why}",
        remedy="give a file details_TASK_TIME.parquet as lighteval wrote it",
    )


def wanted_fields(names: Mapping[str, str]) -> list[str]:
    """Give the paths of what is read, as Parquet names them."""
    paths = [names[METRIC]]
    for column, fields in _FIELDS.items():
        paths += [f"{names[column]}.{name}" for name in fields]
    return paths


def batch_rows(metadata: pq.FileMetaData, wanted: list[str], path: Path) -> int:
    """Give the rows of a batch that stays within bounds even if each refers to one huge value.

    Raises
    ------
    UsageError
        A row group declares more than 2 GiB of what is wanted.
    """
    largest = 1
    prefixes = tuple(f"{name}." for name in wanted)
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        total = 0
        for number in range(row_group.num_columns):
            column = row_group.column(number)
            if f"{column.path_in_schema}.".startswith(prefixes):
                total += max(0, column.total_uncompressed_size)
        if total > _MAX_GROUP_BYTES:
            raise UsageError(
                f"{path} declares a row group of {total >> 20:,} MiB, the bound is "
                f"{_MAX_GROUP_BYTES >> 20:,} MiB",
                remedy="write it anew with smaller row groups",
            )
        largest = max(largest, total)
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES // largest))
