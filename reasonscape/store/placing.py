"""Moving staged files to where a commit may name them, without the rows that are not stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.store.checking import task_folder
from reasonscape.store.identity import sample_uid
from reasonscape.store.leftovers import remove_uncommitted
from reasonscape.store.log import DataFile, Snapshot
from reasonscape.store.parquet import add_action
from reasonscape.store.rewriting import rewrite
from reasonscape.store.settling import Settlement
from reasonscape.store.staging import StagedFile, StagedTask

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake.transaction import AddAction
    from numpy.typing import NDArray

    BoolArray = NDArray[np.bool_]
    UidArray = NDArray[np.bytes_]


@dataclass
class Placed:
    """Files that a commit adds, and files that only this attempt needs."""

    samples: list[AddAction] = field(default_factory=list)
    texts: list[AddAction] = field(default_factory=list)
    removed: list[DataFile] = field(default_factory=list)
    rewritten: list[Path] = field(default_factory=list)

    def discard(self, store: Path) -> None:
        """Delete what this attempt rewrote and did not commit; what it moved stays for the next."""
        for folder in (store / "samples", store / "texts"):
            mine = [path for path in self.rewritten if path.is_relative_to(folder)]
            remove_uncommitted(folder, [path.relative_to(folder).as_posix() for path in mine])


class Placer:
    """Places the files of one import; may do so again when an attempt to commit is lost.

    Parameters
    ----------
    store
        The store's folder.
    import_id
        With it the names of all files begin.
    """

    def __init__(self, store: Path, import_id: str) -> None:
        self._store = store
        self._import_id = import_id
        self._names: list[str] = []

    def _name(self, base_task: str) -> str:
        number = len(self._names) + 1
        self._names.append(f"{task_folder(base_task)}/{self._import_id}-{number:05d}.parquet")
        return self._names[-1]

    def clear(self) -> None:
        """Delete what was placed and was never committed."""
        for table in ("samples", "texts"):
            remove_uncommitted(self._store / table, self._names)

    def place(
        self, tasks: Sequence[StagedTask], settlement: Settlement, stored: Snapshot
    ) -> Placed:
        """Place what is stored of every base task."""
        placed = Placed()
        start = 0
        for task in tasks:
            stop = start + len(task.samples)
            self._task(task, settlement, start, stop, placed)
            start = stop
        by_path = {file.path: file for file in stored.files}
        for path, gone in settlement.superseded.items():
            file = by_path[path]
            placed.removed.append(file)
            if not gone.all():
                name = self._name(file.base_task)
                target = self._store / "samples" / name
                placed.rewritten.append(target)
                rewrite(stored.path(file), target, ~gone, texts=False)
                placed.samples.append(add_action(stored.folder, name, file.base_task))
        return placed

    def _task(
        self, task: StagedTask, settlement: Settlement, start: int, stop: int, placed: Placed
    ) -> None:
        keep = settlement.keep[start:stop]
        if not any(mask.any() for mask in keep):
            return
        renumbered = any(changed is not None for changed in settlement.repeats[start:stop])
        total = sum(file.rows for file in task.samples)
        uids = np.zeros(total if renumbered else 0, "S32")
        row = 0
        for file, mask, numbers in zip(
            task.samples, keep, settlement.repeats[start:stop], strict=True
        ):
            change = None
            if numbers is not None:
                change = _Renumber(task.base_task, numbers, uids[row : row + file.rows])
            row += file.rows
            if mask.any():
                action = self._file("samples", task.base_task, file, mask, change, placed)
                placed.samples.append(action)
        has_text = np.frombuffer(task.has_text, np.bool_)
        kept = np.concatenate(keep)[has_text]
        new_uids = uids[has_text] if renumbered else None
        row = 0
        for file in task.texts:
            part = slice(row, row + file.rows)
            row += file.rows
            changed = new_uids is not None and bool((new_uids[part] != b"").any())
            swap = _Swap(new_uids[part]) if changed and new_uids is not None else None
            if kept[part].any():
                action = self._file("texts", task.base_task, file, kept[part], swap, placed)
                placed.texts.append(action)

    def _file(
        self,
        table: str,
        base_task: str,
        file: StagedFile,
        keep: BoolArray,
        change: _Renumber | _Swap | None,
        placed: Placed,
    ) -> AddAction:
        folder = self._store / table
        if keep.all() and change is None:
            if not file.path.is_relative_to(folder):
                target = folder / self._name(base_task)
                target.parent.mkdir(parents=True, exist_ok=True)
                file.path.replace(target)
                file.path = target
            name = file.path.relative_to(folder).as_posix()
        else:
            name = self._name(base_task)
            placed.rewritten.append(folder / name)
            rewrite(file.path, folder / name, keep, texts=table == "texts", change=change)
        return add_action(folder, name, base_task)


class _Renumber:
    """Gives rows another ``repeat``, and with it another key, which it notes."""

    def __init__(self, base_task: str, numbers: NDArray[np.int64], uids: UidArray) -> None:
        self._base_task = base_task
        self._numbers = numbers
        self._uids = uids

    def __call__(self, start: int, table: pa.Table) -> pa.Table:
        import pyarrow as pa

        numbers = self._numbers[start : start + table.num_rows]
        columns = {
            name: table.column(name).to_pylist()
            for name in ("sample_uid", "repeat", "eval_id", "task", "item_id", "item_hash")
        }
        for place in np.flatnonzero(numbers >= 0).tolist():
            number = int(numbers[place])
            key = [columns[name][place] for name in ("eval_id", "task", "item_id", "item_hash")]
            uid = sample_uid(key[0], self._base_task, key[1], key[2], key[3], number)
            columns["sample_uid"][place] = uid
            columns["repeat"][place] = number
            self._uids[start + place] = uid.encode()
        for name in ("sample_uid", "repeat"):
            index = table.schema.get_field_index(name)
            array = pa.array(columns[name], table.schema.field(index).type)
            table = table.set_column(index, name, array)
        return table


class _Swap:
    """Gives rows of ``texts`` the keys that their samples got."""

    def __init__(self, uids: UidArray) -> None:
        self._uids = uids

    def __call__(self, start: int, table: pa.Table) -> pa.Table:
        import pyarrow as pa

        names = table.column("sample_uid").to_pylist()
        for place, uid in enumerate(self._uids[start : start + table.num_rows].tolist()):
            if uid:
                names[place] = uid.decode()
        index = table.schema.get_field_index("sample_uid")
        return table.set_column(index, "sample_uid", pa.array(names, pa.string()))
