"""Settling what an import brings against itself and against what the store holds.

Every staged row has a place: its file's index times 2**40 plus its row in the file. Keys are
compared in DuckDB, a share of all keys at a time so that memory stays bounded; only rows that
are not simply new come back to Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.store.checking import Refusal
from reasonscape.store.engine import connect, fetch, quote_glob, quote_text
from reasonscape.store.log import Snapshot
from reasonscape.store.schema import SAMPLE_COLUMNS
from reasonscape.store.staging import StagedTask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    BoolArray = NDArray[np.bool_]
    IntArray = NDArray[np.int64]

SHIFT: Final = 40
_ROWS_A_PASS: Final = 1_500_000
_MEMORY: Final = "300MB"
_LISTED: Final = 100_000
_BATCH: Final = 50_000


@dataclass
class Settlement:
    """What becomes of every staged row.

    Attributes
    ----------
    keep
        For each staged file of ``samples``, in order: which of its rows are stored.
    repeats
        For each of those files the new ``repeat`` of rows kept beside another, -1 for no change;
        ``None`` where no row changes.
    superseded
        For each file of the store (path) the rows that are replaced.
    conflicts, example
        Rows that differ from stored ones and were not settled, and one of them in words.
    within
        How many of those differ from another row of the same import, not from a stored one.
    """

    keep: list[BoolArray]
    repeats: list[IntArray | None]
    superseded: dict[str, BoolArray] = field(default_factory=dict)
    unchanged: int = 0
    replaced: int = 0
    repeated: int = 0
    conflicts: int = 0
    example: str = ""
    within: int = 0
    refused: list[Refusal] = field(default_factory=list)
    unlisted: int = 0

    def drop(self, place: int) -> None:
        """Do not store this row."""
        self.keep[place >> SHIFT][place & ((1 << SHIFT) - 1)] = False

    def drop_all(self, places: IntArray) -> None:
        """Do not store these rows."""
        files, rows = places >> SHIFT, places & ((1 << SHIFT) - 1)
        for index in np.unique(files).tolist():
            self.keep[index][rows[files == index]] = False

    def renumber(self, place: int, repeat: int) -> None:
        """Store this row under another ``repeat``."""
        index = place >> SHIFT
        changed = self.repeats[index]
        if changed is None:
            changed = np.full(len(self.keep[index]), -1, np.int64)
            self.repeats[index] = changed
        changed[place & ((1 << SHIFT) - 1)] = repeat


class Settler:
    """Compares one import's staged rows with one version of the store.

    Parameters
    ----------
    tasks
        What is staged.
    stored
        The version of ``samples`` to settle against.
    on_conflict
        ``error``, ``replace`` or ``repeat``.
    spill
        Folder for what exceeds the memory limit.
    """

    def __init__(
        self, tasks: Sequence[StagedTask], stored: Snapshot, on_conflict: str, spill: str
    ) -> None:
        self._files = [file for task in tasks for file in task.samples]
        self._tasks = [task.base_task for task in tasks for _ in task.samples]
        self._stored = stored.of_tasks(frozenset(task.base_task for task in tasks))
        self._paths = stored.paths(self._stored)
        self._mode = on_conflict
        self._spill = spill
        self._evals: list[str] = []
        self._again: list[IntArray] = []
        self._first_conflict = -1
        self.result = Settlement(
            [np.ones(file.rows, np.bool_) for file in self._files], [None] * len(self._files)
        )

    def settle(self) -> Settlement:
        """Decide about every staged row."""
        if not self._files:
            return self.result
        with connect(memory_limit=_MEMORY, spill=self._spill) as connection:
            self._evals = [
                row[0] for row in fetch(connection, f"SELECT DISTINCT eval_id FROM {self._staged}")
            ]
            total = sum(file.rows for file in self._files)
            passes = total // _ROWS_A_PASS + 1
            for turn in range(passes):
                share = f"hash(sample_uid) % {passes} = {turn}" if passes > 1 else "true"
                self._settle_share(connection, share)
            if self._again:
                self._keep_both(connection, np.concatenate(self._again))
            if self._first_conflict >= 0:
                self.result.example = self._describe(connection, self._first_conflict)
        return self.result

    @property
    def _staged(self) -> str:
        paths = ", ".join(quote_glob(str(file.path)) for file in self._files)
        return f"read_parquet([{paths}], hive_partitioning = false)"

    def _staged_sql(self, columns: str) -> str:
        return (
            f"SELECT {columns}, (file_index::BIGINT << {SHIFT}) + file_row_number AS place "
            f"FROM {self._staged}"
        )

    def _stored_sql(self, columns: str) -> str:
        if not self._stored:
            none = ", ".join(f"NULL::{column.type} AS {column.name}" for column in SAMPLE_COLUMNS)
            return (
                f"SELECT {columns}, 0::BIGINT AS place "
                f"FROM (SELECT {none}, 0 AS file_index WHERE false)"
            )
        paths = ", ".join(quote_glob(str(path)) for path in self._paths)
        return (
            f"SELECT {columns}, (file_index::BIGINT << {SHIFT}) + file_row_number AS place "
            f"FROM read_parquet([{paths}], hive_partitioning = false)"
        )

    def _settle_share(self, connection: DuckDBPyConnection, share: str) -> None:
        key = "sample_uid, content_hash"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE part AS {self._staged_sql(key)} WHERE {share}"
        )
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE twice AS "
            "SELECT sample_uid FROM part GROUP BY sample_uid HAVING count(*) > 1"
        )
        if self._stored:
            self._against_store(connection, share)
        if fetch(connection, "SELECT count(*) FROM twice")[0][0]:
            self._among_themselves(connection, share)

    def _against_store(self, connection: DuckDBPyConnection, share: str) -> None:
        # A key covers its eval: keys of other evals, most of a large store, need not be read.
        share += f" AND eval_id IN ({', '.join(map(quote_text, self._evals))})"
        found: dict[str, Any] = connection.execute(
            "SELECT p.place AS place, t.place AS old, p.content_hash = t.content_hash AS same "
            f"FROM part p JOIN ({self._stored_sql('sample_uid, content_hash')} WHERE {share}) t "
            "USING (sample_uid) WHERE sample_uid NOT IN (SELECT sample_uid FROM twice)"
        ).fetchnumpy()
        place, old, same = (np.asarray(found[name]) for name in ("place", "old", "same"))
        same = same.astype(np.bool_)
        self.result.drop_all(place[same])
        self.result.unchanged += int(same.sum())
        place, old = place[~same], old[~same]
        if not len(place):
            return
        if self._mode == "error":
            self._conflict(int(place.min()), len(place))
        elif self._mode == "replace":
            self._supersede(old)
            self.result.replaced += len(place)
        else:
            self._again.append(place)

    def _conflict(self, place: int, count: int) -> None:
        self.result.conflicts += count
        if self._first_conflict < 0 or place < self._first_conflict:
            self._first_conflict = place

    def _supersede(self, places: IntArray) -> None:
        files, rows = places >> SHIFT, places & ((1 << SHIFT) - 1)
        for index in np.unique(files).tolist():
            file = self._stored[index]
            gone = self.result.superseded.get(file.path)
            if gone is None:
                gone = np.zeros(self._rows_of(index), np.bool_)
                self.result.superseded[file.path] = gone
            gone[rows[files == index]] = True

    def _rows_of(self, index: int) -> int:
        import pyarrow.parquet as pq

        file = self._stored[index]
        known = file.rows
        if known is None:
            known = int(pq.read_metadata(str(self._paths[index])).num_rows)
        return known

    def _among_themselves(self, connection: DuckDBPyConnection, share: str) -> None:
        """Rows whose key the import brings more than once, one key after the other."""
        columns = "sample_uid, content_hash, source, source_row, task, item_id, repeat"
        connection.execute(
            "SELECT s.sample_uid, s.place, s.content_hash, t.place, t.content_hash, "
            "s.source, s.source_row, s.task, s.item_id, s.repeat "
            f"FROM ({self._staged_sql(columns)} WHERE {share}) s "
            "SEMI JOIN twice USING (sample_uid) LEFT JOIN "
            f"({self._stored_sql('sample_uid, content_hash')}) t USING (sample_uid) "
            "ORDER BY s.sample_uid, s.place"
        )
        for _, rows in groupby(_stream(connection), key=itemgetter(0)):
            self._one_key(rows)

    def _one_key(self, rows: Iterator[tuple[Any, ...]]) -> None:
        """Apply the rows of one key in order, as if each log were imported by itself."""
        result = self.result
        held_hash: str | None = None
        held_place = -1
        old_place = -1
        of_log: dict[str, tuple[str, int]] = {}
        for _, place, content, old, old_hash, source, row, task, item, repeat in rows:
            if old is not None and held_hash is None:
                held_hash, old_place = old_hash, old
            first = of_log.setdefault(source, (content, row))
            if first[1] != row or first[0] != content:
                result.drop(place)
                if first[0] == content:
                    result.unchanged += 1
                else:
                    what = f"item {item!r:.60} of task {task!r:.60}, repeat {repeat}"
                    self._refuse(source, row, f"{what}, differs from row {first[1]} of the log")
            elif held_hash is None:
                held_hash, held_place = content, place
            elif content == held_hash:
                result.drop(place)
                result.unchanged += 1
            elif self._mode == "error":
                self._conflict(place, 1)
                result.within += held_place >= 0
            elif self._mode == "repeat":
                self._again.append(np.array([place], np.int64))
            else:
                if held_place >= 0:
                    result.drop(held_place)
                else:
                    self._supersede(np.array([old_place], np.int64))
                held_hash, held_place = content, place
                result.replaced += 1

    def _refuse(self, source: str, row: int, detail: str) -> None:
        if len(self.result.refused) >= _LISTED:
            self.result.unlisted += 1
            return
        self.result.refused.append(Refusal(source, row, "", "same_key_differs", detail))

    def _keep_both(self, connection: DuckDBPyConnection, places: IntArray) -> None:
        """Give each of these rows the next free ``repeat`` of its item.

        A row that an earlier import kept beside another is recognised by its log and row, so
        that importing the same log once more adds nothing.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        listed = f"{self._spill}/again.parquet"
        pq.write_table(pa.table({"place": pa.array(places, pa.int64())}), listed)
        item = "eval_id, base_task, task, item_id, coalesce(item_hash, '')"
        row = f"md5(to_json([{item}])) AS item, content_hash, source, source_row, repeat"
        # Tasks are parameters: a temporary table cannot have any, so they go through a variable.
        of_staged = row.replace("base_task", "getvariable('staged')[file_index::BIGINT + 1]")
        of_stored = row.replace("base_task", "getvariable('stored')[file_index::BIGINT + 1]")
        connection.execute("SET VARIABLE staged = ?", [self._tasks])
        connection.execute("SET VARIABLE stored = ?", [[file.base_task for file in self._stored]])
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE again AS SELECT * FROM ({self._staged_sql(of_staged)}) "
            f"SEMI JOIN read_parquet({quote_text(listed)}) USING (place)"
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE had AS SELECT * FROM ({self._stored_sql(of_stored)}) "
            "SEMI JOIN again USING (item)"
        )
        known = connection.execute(
            "SELECT place FROM again SEMI JOIN had USING (item, content_hash, source, source_row)"
        ).fetchnumpy()["place"]
        self.result.drop_all(np.asarray(known))
        self.result.unchanged += len(known)
        numbered = connection.execute(
            "WITH fresh AS (SELECT * FROM again "
            "ANTI JOIN had USING (item, content_hash, source, source_row)), "
            f"brought AS (SELECT item, repeat FROM ({self._staged_sql(of_staged)}) "
            "SEMI JOIN fresh USING (item)), "
            "top AS (SELECT item, max(repeat) AS top FROM (SELECT item, repeat FROM brought "
            "UNION ALL SELECT item, repeat FROM had) GROUP BY item) "
            "SELECT place, (top + row_number() OVER (PARTITION BY item ORDER BY place))::BIGINT "
            "AS number FROM fresh JOIN top USING (item)"
        ).fetchnumpy()
        for place, number in zip(
            numbered["place"].tolist(), numbered["number"].tolist(), strict=True
        ):
            self.result.renumber(place, number)
        self.result.repeated += len(numbered["place"])

    def _describe(self, connection: DuckDBPyConnection, place: int) -> str:
        columns = "source, source_row, task, item_id, repeat"
        row = fetch(
            connection, f"SELECT * FROM ({self._staged_sql(columns)}) WHERE place = ?", [place]
        )[0]
        where = f"row {row[1]} of {row[0] or 'the log'}"
        return f"{where} (task {row[2]:.80}, item {row[3]:.80}, repeat {row[4]})"


def _stream(connection: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := connection.fetchmany(_BATCH):
        yield from batch
