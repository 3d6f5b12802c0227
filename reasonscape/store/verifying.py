"""Checking a store against itself: every hash is computed again from what is stored."""

from __future__ import annotations

import errno
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import StoreError
from reasonscape.store.engine import EngineError, connect, fetch, first_line, quote_text
from reasonscape.store.file_checks import damaged_files, wrong_checkpoint
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.identity import eval_id, sample_uid
from reasonscape.store.leftovers import find_unlisted, missing_files
from reasonscape.store.parquet import DIGEST
from reasonscape.store.rewriting import row_groups
from reasonscape.store.rows import CONTENT_SCALARS, content_hash, texts_hash
from reasonscape.store.schema import LABEL, PARAM, TEXT_FIELDS
from reasonscape.store.tables import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS_A_PASS: Final = 1_000_000
_MEMORY: Final = "300MB"
_BATCH: Final = 20_000
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_KEY: Final = ("sample_uid", "eval_id", "base_task", "task", "item_id", "item_hash", "repeat")
_NAMES: Final = ("model", "template", "sampler")
_BESIDE: Final = ("chance_source", "grade_source", "content_hash")


@dataclass(frozen=True)
class Problem:
    """One kind of damage, how often it was found, and one example.

    ``kind`` is one of ``missing_file``, ``unreadable_file``, ``wrong_digest`` (a file has other
    bytes than were written), ``wrong_statistics`` (the log says another of a file than the file),
    ``wrong_checkpoint``, ``lost_entry`` (files that a commit must have named whose entry is gone),
    ``duplicate_key``, ``wrong_eval_id``, ``wrong_key``, ``wrong_content`` and ``missing_text``.
    After a missing or unreadable file the rows are not checked any further.
    """

    kind: str
    count: int
    example: str


@dataclass(frozen=True)
class VerifyReport:
    """What was checked and found.

    Attributes
    ----------
    samples, texts
        Rows checked.
    problems
        Damage; a sound store has none.
    orphan_texts
        Texts that no sample names, of killed imports or of replaced rows: harmless.
    leftover_files, replaced_files, dead_imports
        Files that killed imports left, files kept for readers of earlier versions, and staging
        folders of killed imports: harmless, ``compact`` removes them.
    undigested_files
        Files of versions of this package that noted no digest: damage of features and sources,
        which no hash of a row covers, is not seen there.
    """

    samples: int
    texts: int
    problems: tuple[Problem, ...]
    orphan_texts: int
    leftover_files: int
    replaced_files: int
    dead_imports: int
    undigested_files: int

    @property
    def is_sound(self) -> bool:
        """Whether no damage was found."""
        return not self.problems


def verify(store: Store) -> VerifyReport:
    """Compute every key and content hash again, and compare files with the log.

    Parameters
    ----------
    store
        The store; its last version is checked.

    Returns
    -------
    VerifyReport
        What was found; nothing is changed.
    """
    store.refresh()
    found = _Findings()
    for snapshot in (store.samples, store.texts):
        for path in missing_files(snapshot):
            found.note("missing_file", f"{snapshot.folder.name}/{path}")
        if not found.counts:
            for kind, path in damaged_files(snapshot):
                found.note(kind, path)
        if wrong_checkpoint(snapshot.folder):
            found.note("wrong_checkpoint", snapshot.folder.name)
    whole = not found.counts.keys() & {"missing_file", "unreadable_file"}
    unlisted = find_unlisted(store.path)
    for lost in unlisted.unexplained:
        found.note("lost_entry", lost.relative_to(store.path).as_posix())
    texts = orphans = samples = 0
    if whole:
        with tempfile.TemporaryDirectory(prefix="reasonscape-verify-") as folder:
            try:
                texts = _hash_texts(store, Path(folder) / "texts.parquet")
                samples, orphans = _check_rows(store, Path(folder), found)
            except (OSError, ValueError, KeyError, EngineError) as error:
                _refuse_lack_of_room(error, folder)
                found.note("unreadable_file", first_line(error))
    return VerifyReport(
        samples,
        texts,
        found.problems(),
        orphans,
        len(unlisted.leftovers),
        len(unlisted.replaced),
        len(unlisted.staging),
        sum(DIGEST not in file.stats for of in (store.samples, store.texts) for file in of.files),
    )


def _refuse_lack_of_room(error: Exception, folder: str) -> None:
    """A full disk is no damage of the store."""
    if getattr(error, "errno", None) in _NO_ROOM or "No space left" in str(error):
        raise StoreError(
            f"the store was not verified: there is no room for its hashes in {Path(folder).parent}",
            remedy="make room there, or name another folder in TMPDIR",
        ) from error


class _Findings:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def note(self, kind: str, example: str, count: int = 1) -> None:
        self.counts[kind] += count
        self._examples.setdefault(kind, example)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(
            Problem(kind, self.counts[kind], self._examples[kind]) for kind in sorted(self.counts)
        )


def _hash_texts(store: Store, target: Path) -> int:
    """Hash every row of ``texts`` into a small file; the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("sample_uid", "import_id", "hash", "base_task")
    schema = pa.schema([(name, pa.string()) for name in names])
    rows = 0
    with pq.ParquetWriter(str(target), schema) as writer:
        for file in store.texts.files:
            for _, group in row_groups(store.texts.path(file)):
                columns = [group.column(name).to_pylist() for name in TEXT_FIELDS]
                kinds = group.column("reasoning_kind").to_pylist()
                hashes = [
                    texts_hash(kind, texts)
                    for kind, texts in zip(kinds, zip(*columns, strict=True), strict=True)
                ]
                keys = [group.column(name) for name in names[:2]]
                told = [pa.array(hashes, pa.string()), pa.repeat(file.base_task, len(hashes))]
                writer.write_table(pa.table([*keys, *told], schema=schema))
                rows += len(hashes)
    return rows


def _shares(store: Store) -> Iterator[tuple[list[str], str]]:
    """Base tasks, or a share of the keys of a large one, whose rows are checked at once.

    A key covers its base task, so equal keys are looked for within one: each row is read as often
    as its base task has shares, whatever the number of base tasks.
    """
    counts = [Counter[str](), Counter[str]()]
    for count, snapshot in zip(counts, (store.samples, store.texts), strict=True):
        for file in snapshot.files:
            count[file.base_task] += file.rows if file.rows is not None else file.size // 16
    sizes = counts[0] | counts[1]
    some: list[str] = []
    held = 0
    for task in sorted(sizes):
        if (passes := sizes[task] // _ROWS_A_PASS + 1) > 1:
            for turn in range(passes):
                yield [task], f"hash(sample_uid) % {passes} = {turn}"
            continue
        if some and held + sizes[task] > _ROWS_A_PASS:
            yield some, "true"
            some, held = [], 0
        some.append(task)
        held += sizes[task]
    if some:
        yield some, "true"


def _check_rows(store: Store, folder: Path, found: _Findings) -> tuple[int, int]:
    """Check all samples; how many there are, and how many texts belong to none."""
    orphans = 0
    checker = _RowChecker(store, found)
    with connect(memory_limit=_MEMORY, spill=str(folder / "spill")) as connection:
        hashed = f"read_parquet({quote_text(str(folder / 'texts.parquet'))})"
        for tasks, share in _shares(store):
            named = ", ".join(map(quote_text, tasks))
            connection.execute(
                "CREATE OR REPLACE TEMP TABLE hashed AS SELECT sample_uid, import_id, hash "
                f"FROM {hashed} WHERE base_task IN ({named}) AND {share}"
            )
            keys = store.scan(("sample_uid", "import_id"), tasks)
            orphans += fetch(
                connection,
                "SELECT count(*) FROM hashed ANTI JOIN "
                f"(SELECT * FROM {keys} WHERE {share}) USING (sample_uid, import_id)",
            )[0][0]
            doubled = fetch(
                connection,
                f"SELECT sample_uid, count(*) FROM {keys} WHERE {share} "
                "GROUP BY sample_uid HAVING count(*) > 1 ORDER BY sample_uid",
            )
            for uid, count in doubled:
                found.note("duplicate_key", uid, count - 1)
            checker.check(connection, share, tasks)
    return store.row_count(), orphans


class _RowChecker:
    """Computes hashes of rows of ``samples`` as the import does."""

    def __init__(self, store: Store, found: _Findings) -> None:
        self._store = store
        self._found = found
        self._params: list[str] = []
        self._labels: list[str] = []
        self._fixed = (*_KEY, *_NAMES, *CONTENT_SCALARS, *_BESIDE)
        self._chance = CONTENT_SCALARS.index("chance")
        self._evals: dict[tuple[str, str, str], str] = {}

    def check(self, connection: DuckDBPyConnection, share: str, tasks: Sequence[str]) -> None:
        for task in tasks:
            for row in self._rows(connection, share, task):
                self._row(row)

    def _rows(
        self, connection: DuckDBPyConnection, share: str, task: str
    ) -> Iterator[Sequence[Any]]:
        names = sorted(self._store.samples.present(frozenset({task})))
        self._params = [name for name in names if name.startswith(PARAM)]
        self._labels = [name for name in names if name.startswith(LABEL)]
        columns = [*self._fixed, *self._params, *self._labels]
        source = self._store.scan([*columns, "import_id"], [task])
        chosen = ", ".join("s." + quote_identifier(name) for name in columns)
        connection.execute(
            f"SELECT {chosen}, t.hash FROM (SELECT * FROM {source} WHERE {share}) s "
            "LEFT JOIN hashed t USING (sample_uid, import_id)"
        )
        while batch := connection.fetchmany(_BATCH):
            yield from batch

    def _row(self, row: Sequence[Any]) -> None:
        uid, evaluated, base_task, task, item, hashed, repeat = row[: len(_KEY)]
        start = len(_KEY)
        names = row[start : start + 3]
        scalars = list(row[start + 3 : start + 3 + len(CONTENT_SCALARS)])
        chance_source, grader, content = row[start + 3 + len(CONTENT_SCALARS) : len(self._fixed)]
        if evaluated != self._eval_id(names):
            self._found.note("wrong_eval_id", uid)
        if uid != sample_uid(evaluated, base_task, task, item, hashed, repeat):
            self._found.note("wrong_key", uid)
        if chance_source == "config":
            scalars[self._chance] = None
        rest = row[len(self._fixed) : -1]
        params = _present(self._params, rest[: len(self._params)], PARAM)
        labels = _present(self._labels, rest[len(self._params) :], LABEL)
        if content != content_hash(params, labels, scalars, row[-1], grader):
            self._found.note("wrong_content" if row[-1] else "missing_text", uid)

    def _eval_id(self, names: Sequence[str]) -> str:
        key = (names[0], names[1], names[2])
        if key not in self._evals:
            self._evals[key] = eval_id(*key)
        return self._evals[key]


def _present(names: Sequence[str], values: Sequence[Any], prefix: str) -> list[tuple[str, Any]]:
    pairs = zip(names, values, strict=True)
    return [(name[len(prefix) :], value) for name, value in pairs if value is not None]
