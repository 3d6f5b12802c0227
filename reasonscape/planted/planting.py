"""Planting: a plan becomes a store, a dataset config and a truth file, side by side."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reasonscape.errors import OutputError, UsageError
from reasonscape.planted.design import Plan
from reasonscape.planted.filling import fill_store
from reasonscape.planted.pairs import PAIRS, tokenizer_document
from reasonscape.planted.records import dataset_config, tokenizer_file, truth_record
from reasonscape.planted.traces import Passages
from reasonscape.store.tables import Store


@dataclass(frozen=True, slots=True)
class PlantReport:
    """What planting left on disk.

    Attributes
    ----------
    dataset, store, truth
        The dataset config, the store's folder, and the truth beside the config.
    rows, evals, base_tasks
        What the plan holds.
    changed
        False where exactly this plan had been planted before.
    import_id
        The import that wrote the rows.
    seconds
        Wall time.
    """

    dataset: Path
    store: Path
    truth: Path
    rows: int
    evals: int
    base_tasks: int
    changed: bool
    import_id: str
    seconds: float


def truth_path(dataset: Path) -> Path:
    """Return where the truth of a planted dataset stands: ``demo.json`` -> ``demo.truth.json``."""
    return dataset.with_suffix(".truth.json")


def plant(
    plan: Plan,
    dataset_path: str | Path,
    *,
    replace: bool = False,
    text_bank: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PlantReport:
    """Write a planted dataset: config, store and truth.

    Planting the same plan again changes nothing. Only what planting wrote is ever replaced.

    Parameters
    ----------
    plan
        What to plant. Without texts the rows go in as Arrow batches, for millions of them.
    dataset_path
        The dataset config to write, a ``.json`` file; store and truth go beside it, and the
        tokenizer ``NAME.tokenizer.json`` where an eval asks for the planted one.
    replace
        Put this plan in the place of another planted one.
    text_bank
        A text file whose passages make the traces.
    progress
        Called with rows done and rows in all.

    Returns
    -------
    PlantReport

    Raises
    ------
    UsageError
        The path holds another dataset, or one that was not planted, or the place of the planted
        tokenizer another file.
    OutputError
        The files cannot be written.
    """
    began = time.monotonic()
    dataset = Path(dataset_path)
    if dataset.suffix != ".json" or dataset.name == ".json":
        raise UsageError(
            f"the planted dataset was to be {dataset}",
            remedy="name a .json file, for instance data/demo.json",
        )
    passages = None if text_bank is None else Passages.read(Path(text_bank))
    bank = None if passages is None else passages.fingerprint
    place = _Place(dataset)
    import_id = place.settle(plan, bank, replace=replace)
    changed = import_id is None
    if import_id is None:
        config = dataset_config(plan, place.store.name)
        record = truth_record(plan, bank) | {"config_hash": _digest(_json(config).encode())}
        # The truth goes first: a folder without it would look like somebody's own data.
        _write(place.truth, _json(record | {"import_id": None}))
        place.put_tokenizer(asked=_asks_for_tokenizer(plan))
        import_id = fill_store(Store.create(place.store), plan, passages, progress)
        _write(dataset, _json(config))
        _write(place.truth, _json(record | {"import_id": import_id}))
    return PlantReport(
        dataset,
        place.store,
        place.truth,
        plan.rows,
        len(plan.evals),
        len(plan.tasks),
        changed,
        import_id,
        time.monotonic() - began,
    )


class _Place:
    """The paths of a planted dataset, and whether they may be written."""

    def __init__(self, dataset: Path) -> None:
        self.dataset = dataset
        self.store = dataset.with_suffix("")
        self.truth = truth_path(dataset)
        self.tokenizer = dataset.with_name(tokenizer_file(self.store.name))

    def settle(self, plan: Plan, bank: str | None, *, replace: bool) -> str | None:
        """Return the import that holds exactly this plan, or make room and return None."""
        asks = _asks_for_tokenizer(plan)
        if asks and self.tokenizer.exists() and not self._planted_tokenizer():
            raise UsageError(
                f"{self.tokenizer} is no planted tokenizer",
                remedy="name another file, or move it away; it is never overwritten",
            )
        known = self._known()
        if known is None:
            return None
        same = known.get("fingerprint") == plan.fingerprint and known.get("text_bank") == bank
        import_id = known.get("import_id")
        store = Store.open(self.store) if self._filled() else None
        if same:
            files = [self.dataset, *([self.tokenizer] if asks else [])]
            whole = all(file.exists() for file in files) and store is not None
            return import_id if whole and isinstance(import_id, str) else None
        if not replace:
            raise UsageError(
                f"{self.dataset} holds another planted dataset "
                f"({known.get('name')}, seed {known.get('seed')}, {known.get('rows')} rows)",
                remedy="add --replace to put the new one in its place, or name another file",
            )
        if self.dataset.exists() and known.get("config_hash") != _digest(self.dataset.read_bytes()):
            raise UsageError(
                f"{self.dataset} was changed since it was planted, replacing it would lose that",
                remedy="name another file, or move the changed config away first",
            )
        if store is not None and store.row_count():
            self._clear(store, import_id)
        return None

    def put_tokenizer(self, *, asked: bool) -> None:
        """Write the planted tokenizer where it is asked for, and take away an earlier one."""
        exists = self.tokenizer.exists()
        if asked and not exists:
            _write(self.tokenizer, _json(tokenizer_document()))
        elif exists and not asked and self._planted_tokenizer():
            self.tokenizer.unlink()

    def _planted_tokenizer(self) -> bool:
        return self.tokenizer.read_bytes() == _json(tokenizer_document()).encode()

    def _known(self) -> dict[str, Any] | None:
        """Return the truth of what was planted here; None where there is nothing at all."""
        if not self.truth.exists():
            if self.dataset.exists() or self._filled():
                raise UsageError(
                    f"{self.dataset} holds data that was not planted",
                    remedy="name another file; what is not planted is never overwritten",
                )
            return None
        try:
            known = json.loads(self.truth.read_bytes())
        except (OSError, ValueError):
            known = None
        if not isinstance(known, dict) or known.get("planted") is not True:
            raise UsageError(
                f"{self.truth} is no truth file of a planted dataset",
                remedy="name another file, or move it away",
            )
        return known

    def _filled(self) -> bool:
        return self.store.exists() and (not self.store.is_dir() or any(self.store.iterdir()))

    def _clear(self, store: Store, import_id: object) -> None:
        if not isinstance(import_id, str):
            raise UsageError(
                f"planting {self.dataset} was interrupted and the store holds rows",
                remedy="plant the first plan again to complete it, or name another file",
            )
        from reasonscape.store.maintenance import delete_import

        delete_import(store, import_id)


def _asks_for_tokenizer(plan: Plan) -> bool:
    return any(planned.tokenizer == PAIRS for planned in plan.evals)


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    """Write beside and rename, so that no reader sees half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text.encode())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise OutputError(
            f"{path} cannot be written ({error.strerror or error})",
            remedy="name a file in a folder that may be written",
        ) from error
