"""Files of the token cache, by tokenizer and base task.

A prompt's ids are one value of four bytes each: read three times as fast as a list column, whose
levels are decoded id by id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import numpy as np

from reasonscape.store.cached_files import CachedFiles, Chunk
from reasonscape.store.checking import task_folder
from reasonscape.store.memory import FOLDER

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

FORM: Final = 1
"""Raised when files are written differently, so that older ones are not read wrongly."""

_ABOUT: Final = b"reasonscape.tokens"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the files of one tokenizer and base task are.

    Attributes
    ----------
    store
        The store's folder.
    fingerprint
        Of the tokenizer with its template.
    base_task
        Whose prompts they are.
    """

    store: Path
    fingerprint: str
    base_task: str

    @property
    def folder(self) -> Path:
        """The folder; it need not exist."""
        return tokens_folder(self.store) / self.fingerprint / task_folder(self.base_task)

    @property
    def _files(self) -> CachedFiles:
        return CachedFiles(self.folder, _ABOUT, [self.fingerprint, self.base_task], FORM)

    def files(self, kind: str) -> list[Path]:
        """Files of a kind by name, ``ids`` or ``pieces``, sound or not."""
        return self._files.named(kind)

    def sizes(self) -> list[tuple[Path, int]]:
        """All files that are there by name, unfinished ones too, and their bytes."""
        return self._files.sizes()

    def write(self, kind: str, chunks: Iterator[Chunk], described: dict[str, str]) -> Path:
        """Write a file under a name of its own; it has the name once it is whole.

        Raises
        ------
        OSError
            It cannot be written.
        """
        return self._files.write(kind, _schema(kind), chunks, described)

    def read(self, path: Path, kind: str, use: Callable[[pq.ParquetFile], Any]) -> Any:
        """Open a file of this shelf and hand it to ``use``.

        Raises
        ------
        UnusableFileError
            It is not there, is damaged, or is not a file of this shelf.
        """

        def checked(file: pq.ParquetFile, _: Mapping[str, Any]) -> Any:
            if not file.schema_arrow.equals(_schema(kind)):
                raise ValueError("other columns")
            return use(file)

        return self._files.read(path, checked)

    def described(self, path: Path, kind: str) -> dict[str, str]:
        """What the writer of a file said about the tokenizer.

        Raises
        ------
        UnusableFileError
            There is no such file, or not a sound one.
        """
        said: dict[str, str] = self.read(path, kind, described_in)
        return said


def shelves(store: Path) -> list[Shelf]:
    """Shelves of a store by tokenizer, then base task."""
    found = []
    with suppress(OSError):
        for folder in sorted(tokens_folder(store).glob("*/base_task=*")):
            base_task = unquote(folder.name.removeprefix("base_task="))
            shelf = Shelf(store, folder.parent.name, base_task)
            if shelf.folder == folder:
                found.append(shelf)
    return found


def tokens_folder(store: Path) -> Path:
    """Folder of all token caches of a store."""
    return store / FOLDER / "tokens"


def described_in(file: pq.ParquetFile) -> dict[str, str]:
    """What the writer of a file said about its tokenizer."""
    return {str(key): str(value) for key, value in _about(file)["described"].items()}


def values_of(array: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Ids of a column of values, one after another, and where each begins and the last ends."""
    offsets = np.frombuffer(array.buffers()[1], np.int32)[array.offset :][: len(array) + 1]
    whole = array.buffers()[2]
    used = memoryview(b"") if whole is None else memoryview(whole)[: int(offsets[-1])]
    if (offsets % 4).any():
        raise ValueError("ids have four bytes each")
    return np.frombuffer(used, "<i4"), offsets.astype(np.int64) // 4


def _about(file: pq.ParquetFile) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((file.metadata.metadata or {})[_ABOUT])
    return about


def _schema(kind: str) -> pa.Schema:
    import pyarrow as pa

    if kind == "pieces":
        return pa.schema([("id", pa.int32()), ("piece", pa.binary())])
    return pa.schema([("hash", pa.uint64()), ("tokens", pa.int32()), ("ids", pa.binary())])
