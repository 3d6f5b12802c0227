"""Vectors as files: those that the user made elsewhere, and ours for use elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.errors import OutputError, UsageError
from reasonscape.store.cached_files import PART

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_ONCE: Final = 1 << 14
_HOW: Final = (
    "write it with numpy.save as numbers of shape (texts, dimensions), and beside it "
    "STEM.ids.txt with the sample_uid of each row on a line"
)


def ids_path(path: Path) -> Path:
    """File of the ids beside a file of vectors."""
    return path.with_name(f"{path.stem}.ids.txt")


def read_vectors(path: Path, uids: Sequence[str]) -> NDArray[np.float32]:
    """Read the vectors of samples from a file of the user.

    Parameters
    ----------
    path
        A ``.npy`` of floats or integers, shape (rows, d), without pickled objects. Beside it
        ``<stem>.ids.txt`` has the ``sample_uid`` of each row, one a line: rows may then be more
        than needed and in any order. Without it, rows must be those of ``uids``, in their order,
        which is that of the ids we export.
    uids
        The samples.

    Returns
    -------
    ndarray of float32, shape (n, d)
        Rows in the order of ``uids``, as they are in the file: not brought to unit length. Only
        rows that are needed are read.

    Raises
    ------
    UsageError
        The file is not there or not readable, is no array of numbers, has no column, other rows
        than needed, or numbers that are not finite; an id is missing or there twice.
    """
    held = _opened(path)
    rows = _rows(path, len(held), uids)
    matrix = np.empty((len(uids), held.shape[1]), np.float32)
    for start in range(0, len(uids), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        with np.errstate(over="ignore"):
            matrix[part] = held[part] if rows is None else held[rows[part]]
        bad = np.flatnonzero(~np.isfinite(matrix[part]).all(axis=1))
        if len(bad):
            row = start + int(bad[0]) if rows is None else int(rows[start + bad[0]])
            raise UsageError(
                f"row {row} of the vectors {path}, counted from 0, has a number that is not "
                "finite (NaN or infinite, or too large for 32 bits)",
                remedy="leave such texts out, or give them a vector of zeros",
            )
    return matrix


def _opened(path: Path) -> NDArray[Any]:
    """The array of a file, of which nothing is in memory yet."""
    if path.suffix != ".npy":
        raise UsageError(f"the vectors {path} are no .npy file", remedy=_HOW)
    try:
        held: Any = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise UsageError(f"there is no file of vectors {path}", remedy="check the path") from None
    except OSError as error:
        raise UsageError(
            f"the vectors {path} cannot be read ({error.strerror or type(error).__name__})",
            remedy="check the path",
        ) from None
    except Exception:  # a header is an expression of Python, and fails like one
        raise UsageError(
            f"the vectors {path} are no array of numbers that numpy.load reads without pickle",
            remedy=_HOW,
        ) from None
    if not isinstance(held, np.ndarray):
        held.close()
        raise UsageError(f"the vectors {path} are several arrays in one file", remedy=_HOW)
    if held.dtype.kind not in "fiu":
        raise UsageError(f"the vectors {path} are not numbers ({held.dtype})", remedy=_HOW)
    if held.ndim != 2 or held.shape[1] == 0:
        raise UsageError(
            f"the vectors {path} have the shape {held.shape}, where rows and at least one column "
            "are needed",
            remedy=_HOW,
        )
    return held


def _rows(path: Path, count: int, uids: Sequence[str]) -> NDArray[np.int64] | None:
    """Row of each sample, None where rows are in the samples' order."""
    beside = ids_path(path)
    try:
        text = beside.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if count == len(uids):
            return None
        raise UsageError(
            f"the vectors {path} have {count:,} rows for {len(uids):,} samples, and {beside.name} "
            "is not there to say which is whose",
            remedy=f"write {beside.name} with the sample_uid of each row on a line",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the ids {beside} cannot be read ({type(error).__name__})",
            remedy="write a sample_uid on each line, as UTF-8",
        ) from None
    ids = [line.strip() for line in text.split("\n")]
    while ids and not ids[-1]:
        ids.pop()
    if len(ids) != count:
        raise UsageError(
            f"{beside} has {len(ids):,} ids for the {count:,} rows of {path.name}",
            remedy="write one sample_uid a line for each row",
        )
    places = {uid: place for place, uid in enumerate(ids)}
    if len(places) < len(ids):
        twice = next(uid for place, uid in enumerate(ids) if places[uid] != place)
        raise UsageError(
            f"{beside} has the id {twice!r} more than once", remedy="keep one row for each sample"
        )
    missing = [uid for uid in uids if uid not in places]
    if missing:
        raise UsageError(
            f"{beside} lacks {len(missing):,} of {len(uids):,} samples, {missing[0]} for example",
            remedy="embed all samples that are selected, or select fewer",
        )
    return np.fromiter((places[uid] for uid in uids), np.int64, len(uids))


def write_vectors(
    path: Path, uids: Sequence[str], matrix: NDArray[np.float32]
) -> tuple[Path, Path]:
    """Write vectors and, beside them, whose they are.

    Each file has its name once it is whole. The ids come first: who finds the vectors finds their
    ids.

    Parameters
    ----------
    path
        A name that ends in ``.npy``.
    uids, matrix
        Samples and their vectors, shape (n, d).

    Returns
    -------
    tuple of Path
        The two files.

    Raises
    ------
    OutputError
        A file cannot be written, or the name has another ending.
    ValueError
        There are not as many samples as vectors.
    """
    if len(uids) != len(matrix):
        raise ValueError(f"{len(uids)} ids do not fit {len(matrix)} vectors")
    if path.suffix != ".npy":
        raise OutputError(
            f"vectors cannot be written to {path}", remedy="name a file that ends in .npy"
        )
    lines = "".join(f"{uid}\n" for uid in uids).encode()
    beside = ids_path(path)
    _write(beside, lambda part: part.write_bytes(lines))
    _write(path, lambda part: _save(part, matrix))
    return path, beside


def _save(path: Path, matrix: NDArray[np.float32]) -> None:
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(matrix, np.float32), allow_pickle=False)


def _write(path: Path, fill: Callable[[Path], object]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(part)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise OutputError(
            f"vectors cannot be written to {path} ({error.strerror or type(error).__name__})",
            remedy="choose a folder that may be written and has room",
        ) from error
