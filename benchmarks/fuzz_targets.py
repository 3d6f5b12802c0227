"""What is fuzzed, and what must hold of each result: see `benchmarks/fuzz.py`."""

from __future__ import annotations

import re
import tempfile
import zlib
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.fuzz_inputs import CONFIG
from benchmarks.fuzz_report import Report
from benchmarks.fuzz_trial import Target, text_of
from reasonscape.datasets.config import parse_document
from reasonscape.datasets.declaration import read_config
from reasonscape.datasets.identity import holds
from reasonscape.datasets.resolution import resolve
from reasonscape.errors import FilterError
from reasonscape.ingest.mapping import parse_mapping
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.mapped import read_mapped
from reasonscape.ingest.readers.samples import read_samples
from reasonscape.store.engine import connect, fetch
from reasonscape.store.filters import (
    Condition,
    Where,
    compile_filters,
    parse_filters,
    write_filters,
)
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_SQL
from reasonscape.store.writing import Refusal
from tests.ingest.fuzz.trials import refusal_fault, sample_fault

COLUMNS: Final = {
    **dict.fromkeys(("model", "template", "sampler", "base_task", "task", "item_id"), "VARCHAR"),
    **dict.fromkeys(("eval_id", "stop", "label.both", 'label.a"b', "label.''); --"), "VARCHAR"),
    **dict.fromkeys(("score", "f.ratio", "param.length", "param.depth", "param.both"), "DOUBLE"),
    **dict.fromkeys(("repeat", "max_tokens"), "INTEGER"), "param.\\": "DOUBLE",
    **dict.fromkeys(("correct", "answered"), "BOOLEAN"), "f.novelty": "FLOAT[]",
}  # fmt: skip
ROW: Final = {
    "VARCHAR": "'x'", "DOUBLE": "1.5", "INTEGER": "1", "BOOLEAN": "false", "FLOAT[]": "[1.0]",
}  # fmt: skip
EXECUTED: Final = 20
"""One filter in so many is asked of a table as well."""
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_SQL: Final = re.compile(r"(?:AND|OR|IN|IS|NOT|NULL|TRUE|FALSE|regexp_full_match|[ ()?,<>=]|#)*")


class Filters:
    """A filter: parsed, written back, resolved, compiled; one in `EXECUTED` asked of one row."""

    def __init__(self) -> None:
        self.config = read_config(CONFIG, "c.json")
        self.connection = connect()
        kinds = ", ".join(f"{ROW[kind]} AS {quote_identifier(n)}" for n, kind in COLUMNS.items())
        self.connection.execute(f"CREATE TABLE one AS SELECT {kinds}")
        self.before = self.rows()

    def rows(self) -> list[tuple[Any, ...]]:
        """The row, and the names of all tables."""
        tables = fetch(self.connection, "SELECT table_name FROM duckdb_tables()")
        return tables + fetch(self.connection, "SELECT * FROM one")

    def run(self, data: bytes) -> str:
        """Read one filter."""
        # What begins so names a file or stdin; those are tested elsewhere.
        tree = parse_filters(text_of(data).lstrip("@-"))
        try:
            again = parse_filters(write_filters(tree))
        except (ValueError, FilterError):
            again = None
        assert again is None or compiled_alike(again, tree), "written otherwise than read"
        where = compile_filters(resolve(tree, self.config), COLUMNS)
        check_sql(where)
        if zlib.crc32(data) % EXECUTED == 0:
            sql = f"SELECT count(*) FROM one WHERE {where.sql}"
            assert fetch(self.connection, sql, where.params)[0][0] in (0, 1)
            assert self.rows() == self.before, "a filter changed the table"
        return ""


def compiled_alike(first: Condition, second: Condition) -> bool:
    """Whether two trees are one tree, or become the same SQL."""
    return first == second or write_filters(first) == write_filters(second)


def check_sql(where: Where, columns: Container[str] = COLUMNS) -> None:
    """Nothing but names in quotes, words of the compiler, and places for values."""
    plain = where.sql.replace(f"({OUTCOME_SQL})", "#")
    for name in _QUOTED.findall(plain):
        assert name[1:-1].replace('""', '"') in columns, f"the SQL names {name}"
    plain = _QUOTED.sub("#", plain)
    assert _SQL.fullmatch(plain), f"the SQL is {where.sql[:200]}"
    assert plain.count("?") == len(where.params), "a value too many or too few"


class Configs:
    """A dataset config: read, its tiers and surfaces compiled, its evals held against one."""

    IDENTITY: Final = {"eval_id": "e1a2b3c4", "model": "a'b", "template": "", "sampler": "x"}

    def run(self, data: bytes) -> str:
        """Read one config."""
        config = read_config(parse_document(data, "c.json"), "c.json")
        trees: list[Condition] = [*config.tiers.values()]
        for entry in config.evals:
            holds(entry.filters, self.IDENTITY)
            config.reading(entry)
        trees += [one.where for task in config.base_tasks.values() for one in task.surfaces]
        refusal = ""
        for tree in trees:
            try:
                check_sql(compile_filters(resolve(tree, config), COLUMNS))
            except FilterError as error:
                refusal = str(error)
        return refusal


class _Rows:
    """Readers of lines want a file: one in memory where there is such a place."""

    def __init__(self) -> None:
        place = "/dev/shm" if Path("/dev/shm").is_dir() else None
        self.folder = tempfile.TemporaryDirectory(prefix="fuzz-", dir=place)
        self.path = Path(self.folder.name) / "log.jsonl"

    def read(self, data: bytes, found: Callable[[], Iterator[object]]) -> str:
        self.path.write_bytes(data)
        refusal = ""
        for record in found():
            if isinstance(record, Refusal):
                assert not (fault := refusal_fault(record)), fault
                refusal = refusal or f"{record.reason}: {record.detail}"
            else:
                assert not (fault := sample_fault(record)), fault
        return refusal


class Reader(_Rows):
    """Rows of ReasonScape's own format, to samples or refusals."""

    def run(self, data: bytes) -> str:
        """Read one log."""
        options = ReadOptions(source="log", base_task=None)
        return self.read(data, lambda: read_samples(self.path, options))


class Mappings(_Rows):
    """A mapping file (up to the first line break), and rows that are read through it."""

    def run(self, data: bytes) -> str:
        """Read one mapping and its rows."""
        mapping, _, rows = data.partition(b"\n")
        options = ReadOptions(mapping=parse_mapping(mapping, "m.json"), source="log")
        return self.read(rows or b"{}", lambda: read_mapped(self.path, options))


TARGETS: Final[dict[str, Callable[[], Target]]] = {
    "filters": Filters, "configs": Configs, "mappings": Mappings, "reader": Reader,
    "report": Report,
}  # fmt: skip
