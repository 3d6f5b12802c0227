"""A small store with content, logs to bring into it, and what it must hold afterwards.

`World` makes a store of two imports once; each trial gets a copy of it. `content` says what a
store holds, row by row and without what differs between two imports of one log (the import's id);
`command` runs the real command line, as a process of its own.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from reasonscape.cli.app import run
from reasonscape.errors import UsageError
from reasonscape.ingest.features import refresh_store
from reasonscape.ingest.importing import import_logs
from reasonscape.store.deleting import delete_import
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.maintenance import compact, imports, verify
from reasonscape.store.tables import Store

ANALYZE: Final = Path(__file__).resolve().parents[1] / "analyze.py"
ENVIRONMENT: Final = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_TEXTS: Final = ("prompt", "reasoning", "reasoning_kind", "response", "answer", "target")

Content = dict[str, str]
"""Key of a row -> hash of everything else it says, its texts included."""


def write_log(
    path: Path, tasks: Iterable[str], rows: int, *, seed: int = 0, param: str = "length",
    changed: bool = False,
) -> Path:  # fmt: skip
    """Write a log of native samples; ``changed`` gives the same keys other content."""
    dice = Random(seed)
    with path.open("w") as file:
        for task in tasks:
            for number in range(rows):
                words = " ".join(dice.choice(("so", "then", "wait", "is", "x")) for _ in range(60))
                sample = {
                    "model": f"m{number % 3}",
                    "base_task": task,
                    "item_id": str(number // 3),
                    "repeat": 0,
                    "params": {param: number % 5},
                    "correct": number % 2 == 0,
                    "prompt": f"{task} {number // 3}?",
                    "reasoning": f"{words} {number}",
                    "response": "changed" if changed else f"it is {number}",
                    "answer": str(number),
                    "target": "1",
                    "completion_tokens": 60 + number % 7,
                }
                file.write(json.dumps(sample) + "\n")
    return path


def content(store: Store) -> Content:
    """What a store holds: every column of both tables but the import, by key of the row."""
    names = sorted(store.columns().keys() - {"import_id"})
    parts = [f"{json.dumps(name)}: s.{quote_identifier(name)}" for name in names]
    parts += [f'"text.{name}": t.{name}' for name in _TEXTS]
    # Without what is NULL: a column that was added and never filled is no content.
    row = "{" + ", ".join(part.replace('"', "'", 2) for part in parts) + "}"
    sql = (
        f"SELECT s.sample_uid, md5(json_merge_patch('{{}}'::JSON, to_json({row}))) "
        f"FROM {store.scan(None)} s LEFT JOIN {store.scan_texts(None)} t "
        "ON s.sample_uid = t.sample_uid AND s.import_id = t.import_id"
    )
    rows = store.rows(sql)
    found = dict(rows)
    if len(found) != len(rows):
        raise AssertionError(f"{len(rows) - len(found)} rows are doubled")
    return found


@dataclass(frozen=True)
class Operation:
    """One thing a user does to a store.

    Attributes
    ----------
    words
        As the command line has it; ``DATASET`` and ``IMPORT`` stand for those of the trial.
    again
        The same in this process, for what is done after the fault.
    """

    name: str
    words: tuple[str, ...]
    again: Callable[[Path, str], Any] = field(repr=False)

    def do_again(self, dataset: Path, victim: str) -> None:
        """Do it in this process; what was deleted already cannot be deleted again."""
        try:
            self.again(dataset, victim)
        except UsageError as error:
            if self.name != "store delete" or "has no import" not in str(error):
                raise


class World:
    """A store with content, and the operations that are disturbed.

    Parameters
    ----------
    folder
        Where everything is made.
    rows
        Rows of each base task.
    """

    def __init__(self, folder: Path, rows: int = 400) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        first = write_log(folder / "first.jsonl", ("a", "b", "c"), rows, seed=1)
        second = write_log(folder / "second.jsonl", ("d", "e"), rows, seed=2)
        third = write_log(folder / "third.jsonl", ("a2", "b2"), rows // 2, seed=5)
        # The log also repeats rows that are there, has new tasks, a new column, and known tasks.
        self.new = write_log(folder / "new.jsonl", ("c", "f", "g", "h"), rows, seed=3, param="deep")
        text = self.new.read_text().replace('"item_id": "', '"item_id": "new-')
        self.new.write_text(text)
        self.changed = write_log(
            folder / "changed.jsonl", ("a", "b"), rows // 2, seed=4, changed=True
        )
        self.base = folder / "base.json"
        for log in (first, second, third):
            import_logs([log], self.base)
        # Small files for compaction to merge.
        for part in range(2):
            log = write_log(folder / f"part{part}.jsonl", ("a", "d"), 60, seed=6 + part)
            log.write_text(log.read_text().replace('"item_id": "', f'"item_id": "part{part}-'))
            import_logs([log], self.base)
        self.victim = imports(Store.open(self.store_of(self.base)))[0].import_id

    def operations(self) -> tuple[Operation, ...]:
        """Everything that writes."""
        new, changed = str(self.new), str(self.changed)
        return (
            Operation(
                "import", ("import", new, "--dataset", "DATASET"),
                lambda dataset, _: import_logs([new], dataset),
            ),
            Operation(
                "import, replacing",
                ("import", changed, "--dataset", "DATASET", "--on-conflict", "replace"),
                lambda dataset, _: import_logs([changed], dataset, on_conflict="replace"),
            ),
            Operation(
                "store compact", ("store", "compact", "DATASET"),
                lambda dataset, _: compact(Store.open(self.store_of(dataset))),
            ),
            Operation(
                "store refresh", ("store", "refresh", "DATASET", "--force"),
                lambda dataset, _: refresh_store(
                    Store.open(self.store_of(dataset)), force=True
                ),
            ),
            Operation(
                "store delete", ("store", "delete", "DATASET", "IMPORT"),
                lambda dataset, victim: delete_import(Store.open(self.store_of(dataset)), victim),
            ),
        )  # fmt: skip

    @staticmethod
    def store_of(dataset: Path) -> Path:
        """Folder of a dataset's store."""
        return dataset.with_suffix("")

    def copy(self, name: str, folder: Path | None = None) -> Path:
        """Make a dataset like the base, for one trial, here or in another folder; its config."""
        dataset = (folder or self.folder) / f"{name}.json"
        shutil.rmtree(self.store_of(dataset), ignore_errors=True)
        shutil.copytree(self.store_of(self.base), self.store_of(dataset))
        document = json.loads(self.base.read_text())
        dataset.write_text(json.dumps({**document, "store": name, "name": name}))
        return dataset

    def drop(self, dataset: Path) -> None:
        """Remove a trial's dataset."""
        shutil.rmtree(self.store_of(dataset), ignore_errors=True)
        dataset.unlink(missing_ok=True)

    def words(self, operation: Operation, dataset: Path) -> list[str]:
        """Words of the command for one dataset."""
        stands_for = {"DATASET": str(dataset), "IMPORT": self.victim}
        return [stands_for.get(word, word) for word in operation.words]


def command(words: Iterable[str], **options: Any) -> subprocess.Popen[str]:
    """Start the command line as a process of its own; nothing stands between."""
    return subprocess.Popen(
        [sys.executable, str(ANALYZE), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        **options,
    )


def said_by(words: Iterable[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command, run in this process, which takes less time."""
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        code = run(list(words))
    return code, out.getvalue(), said.getvalue()


def left_behind(store: Store) -> int:
    """How much of a killed process is still there: files, folders and texts that nobody names."""
    report = verify(store)
    odd = sum(1 for path in store.path.rglob("*") if path.is_file() and "#" in path.name)
    return report.orphan_texts + report.leftover_files + report.dead_imports + odd


def tidy(dataset: Path) -> None:
    """Compact without waiting for readers."""
    compact(Store.open(World.store_of(dataset)), retention=0)
