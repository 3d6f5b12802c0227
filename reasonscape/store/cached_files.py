"""Files of a cache: written beside their names and renamed, read only where sound.

A file never changes once it has its name, which no other file ever has.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.lease import new_import_id

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

PART: Final = ".part"
"""With it the name of a file ends that is not whole yet."""

_TURNS: Final = 10

Chunk = dict[str, "pa.Array"]


class UnusableFileError(Exception):
    """A file of the cache that is damaged, of another form, or of something else."""


@dataclass(frozen=True, slots=True)
class CachedFiles:
    """The files of one folder that all say the same of themselves.

    Attributes
    ----------
    folder
        Where they are; it need not exist.
    mark
        Under which name a file's metadata has what it is of.
    of
        What they are of; a file that says another is not used.
    form
        Raised when files are written differently, so that older ones are not read wrongly.
    """

    folder: Path
    mark: bytes
    of: list[str]
    form: int

    def named(self, kind: str) -> list[Path]:
        """Files of a kind by name, sound or not."""
        with suppress(OSError):
            return sorted(self.folder.glob(f"{kind}-*.parquet"))
        return []

    def sizes(self) -> list[tuple[Path, int]]:
        """All files that are there by name, unfinished ones too, and their bytes."""
        found: list[tuple[Path, int]] = []
        for pattern in ("*.parquet", f".*{PART}"):
            for path in sorted(self.folder.glob(pattern)):
                with suppress(OSError):
                    found.append((path, path.stat().st_size))
        return found

    def write(
        self, kind: str, schema: pa.Schema, chunks: Iterable[Chunk], described: Mapping[str, Any]
    ) -> Path:
        """Write a file under a name of its own; it has the name once it is whole.

        Raises
        ------
        OSError
            It cannot be written.
        """
        target = self.folder / f"{kind}-{new_import_id()}.parquet"
        partial = target.with_name(f".{target.name}{PART}")
        try:
            self._make_folder(partial)
            self._fill(partial, schema, chunks, described)
            partial.replace(target)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        return target

    def _make_folder(self, partial: Path) -> None:
        """Make the folder and a file that keeps it: compacting removes empty folders."""
        for _ in range(_TURNS):
            with suppress(FileNotFoundError):
                self.folder.mkdir(parents=True, exist_ok=True)
                partial.touch()
                return
        raise FileNotFoundError(f"{self.folder} cannot be made")

    def _fill(
        self, path: Path, schema: pa.Schema, chunks: Iterable[Chunk], described: Mapping[str, Any]
    ) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        about = {"form": self.form, "of": self.of, "described": dict(described)}
        schema = schema.with_metadata({self.mark: json.dumps(about).encode()})
        with pq.ParquetWriter(
            str(path),
            schema,
            compression="lz4",
            use_dictionary=False,
            write_statistics=False,
            write_page_checksum=True,
        ) as writer:
            for chunk in chunks:
                batch = pa.RecordBatch.from_pydict(chunk, schema)
                writer.write_batch(batch, row_group_size=max(1, batch.num_rows))

    def read(self, path: Path, use: Callable[[pq.ParquetFile, Mapping[str, Any]], Any]) -> Any:
        """Open a file and hand it to ``use``, with what its writer said.

        Raises
        ------
        UnusableFileError
            It is not there, is damaged, or is not one of these files; also if ``use`` raises
            ValueError, LookupError or TypeError.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(str(path), page_checksum_verification=True) as file:
                about: dict[str, Any] = json.loads((file.metadata.metadata or {})[self.mark])
                if about["of"] != self.of or about["form"] != self.form:
                    raise UnusableFileError(f"{path} is of something else")
                return use(file, dict(about["described"]))
        except (OSError, ValueError, LookupError, TypeError, pa.ArrowException) as error:
            raise UnusableFileError(f"{path} cannot be read ({error})") from error


def remove_old(path: Path, retention: float) -> None:
    """Remove a file that has not changed for so many seconds."""
    with suppress(FileNotFoundError):
        if path.is_file() and time.time() - path.stat().st_mtime >= retention:
            path.unlink()
