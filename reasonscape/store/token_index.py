"""Which prompts the files of a token cache hold, and copying their ids out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reasonscape.store.cached_files import UnusableFileError
from reasonscape.store.token_files import Shelf, described_in, values_of
from reasonscape.store.tokens import Tokens

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class IdsFile:
    """The prompts of one file.

    Attributes
    ----------
    keys
        Their hashes as numbers, shape (n,).
    tokens
        Tokens of each, shape (n,).
    groups
        First row of each row group, and the number of rows, shape (groups + 1,).
    described
        What its writer said about the tokenizer.
    """

    path: Path
    keys: NDArray[np.uint64]
    tokens: NDArray[np.int64]
    groups: NDArray[np.int64]
    described: dict[str, str]

    @classmethod
    def open(cls, shelf: Shelf, path: Path) -> IdsFile:
        """Read all but the ids.

        Raises
        ------
        UnusableFileError
            There is no such file, or not a sound one.
        """

        def use(file: pq.ParquetFile) -> IdsFile:
            found = file.read(columns=["hash", "tokens"])
            sizes = [
                file.metadata.row_group(group).num_rows
                for group in range(file.metadata.num_row_groups)
            ]
            tokens = found.column("tokens").to_numpy().astype(np.int64)
            if found.column("hash").null_count or (tokens < 0).any():
                raise ValueError("hashes or counts are missing")
            groups = np.cumsum([0, *sizes]).astype(np.int64)
            keys = found.column("hash").to_numpy()
            return cls(path, keys, tokens, groups, described_in(file))

        opened: IdsFile = shelf.read(path, "ids", use)
        return opened

    def copy(
        self,
        shelf: Shelf,
        rows: NDArray[np.int64],
        places: NDArray[np.int64],
        into: Tokens,
    ) -> None:
        """Copy the ids of some rows, in ascending order, to their places in ``into``."""

        def use(file: pq.ParquetFile) -> None:
            cuts = np.searchsorted(rows, self.groups)
            for group in np.flatnonzero(np.diff(cuts)).tolist():
                part = slice(cuts[group], cuts[group + 1])
                first, last = self.groups[group], self.groups[group + 1]
                columns = file.read_row_group(group, columns=["ids"]).column("ids")
                values, offsets = values_of(columns.combine_chunks())
                if not np.array_equal(np.diff(offsets), self.tokens[first:last]):
                    raise ValueError("ids do not fit their counts")
                _copy_runs(values, offsets, rows[part] - first, places[part], into)

        shelf.read(self.path, "ids", use)


def _copy_runs(
    values: NDArray[np.int32],
    offsets: NDArray[np.int64],
    rows: NDArray[np.int64],
    places: NDArray[np.int64],
    into: Tokens,
) -> None:
    """Copy rows that follow one another on both sides in one piece."""
    breaks = (np.diff(rows) != 1) | (np.diff(places) != 1)
    starts = np.r_[0, np.flatnonzero(breaks) + 1]
    stops = np.r_[starts[1:], len(rows)] - 1
    source = zip(offsets[rows[starts]].tolist(), offsets[rows[stops] + 1].tolist(), strict=True)
    targets = zip(
        into.offsets[places[starts]].tolist(), into.offsets[places[stops] + 1].tolist(), strict=True
    )
    ids = into.ids
    for (begin, end), (to, until) in zip(source, targets, strict=True):
        ids[to:until] = values[begin:end]


@dataclass(slots=True)
class TokenIndex:
    """All sound files of one shelf, and where in them each prompt is."""

    shelf: Shelf
    files: dict[Path, IdsFile] = field(default_factory=dict)
    unusable: set[Path] = field(default_factory=set)
    _keys: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    _order: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def keys(self) -> NDArray[np.uint64]:
        """Hashes as numbers, of all files one after another."""
        return self._column([file.keys for file in self.files.values()], np.uint64)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each prompt, of all files one after another."""
        return self._column([file.tokens for file in self.files.values()], np.int64)

    @staticmethod
    def _column(parts: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
        return np.concatenate([np.zeros(0, kind), *parts])

    def refresh(self) -> None:
        """Take in what others wrote meanwhile, and forget what is gone."""
        self.take(self.shelf.files("ids"))

    def take(self, paths: Sequence[Path]) -> None:
        """Be about exactly these files, as far as they are sound."""
        listed = [path for path in paths if path not in self.unusable]
        if listed == list(self.files):
            return
        found: dict[Path, IdsFile] = {}
        for path in listed:
            try:
                found[path] = self.files.get(path) or IdsFile.open(self.shelf, path)
            except UnusableFileError:
                self.unusable.add(path)
        self.files = found
        keys = self.keys
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def locate(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Row of each key in all files one after another, -1 where it is in none."""
        if not len(self._keys):
            return np.full(len(keys), -1, np.int64)
        places = np.searchsorted(self._keys, keys)
        places[places == len(self._keys)] = 0
        return np.where(self._keys[places] == keys, self._order[places], -1)

    def tokens(self, rows: NDArray[np.int64]) -> Tokens:
        """Tokens of rows that :meth:`locate` found, in that order.

        Raises
        ------
        UnusableFileError
            A file turned out to be damaged or gone; it is not used again.
        """
        lengths = self.lengths[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        into = Tokens(np.empty(int(offsets[-1]), np.int32), offsets)
        order = np.argsort(rows, kind="stable")
        rows = rows[order]
        start = 0
        for file in list(self.files.values()):
            stop = start + len(file.keys)
            part = slice(*np.searchsorted(rows, [start, stop]))
            if part.start < part.stop:
                try:
                    file.copy(self.shelf, rows[part] - start, order[part], into)
                except UnusableFileError:
                    self.unusable.add(file.path)
                    raise
            start = stop
        return into
