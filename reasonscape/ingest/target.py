"""Where an import goes: a dataset config with its store, or a bare store folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reasonscape.datasets.config import Dataset
from reasonscape.errors import UsageError
from reasonscape.store.lease import STAGING
from reasonscape.store.tables import SAMPLES, TEXTS


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """The store to write to, and the config to make or extend (None for a bare folder).

    Attributes
    ----------
    correct_at
        Base task -> the score from which the dataset counts an answer as correct.
    """

    store: Path
    config: Path | None
    correct_at: Mapping[str, float] = field(default_factory=dict)


def import_target(path: Path) -> ImportTarget:
    """Find the target that a user named; nothing is made yet.

    Raises
    ------
    ConfigError
        The config is there and not valid.
    UsageError
        The path is not UTF-8, is in use for something else, or is neither a config, nor a store,
        nor the name of a config to make.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"the name of the dataset {path} is not UTF-8", remedy="choose another name"
        ) from None
    if path.is_dir():
        if _holds_other_things(path):
            raise UsageError(
                f"the folder {path} is no store, and it holds other files",
                remedy=f"name a config to make: {path / 'dataset.json'}",
            )
        return ImportTarget(path, None)
    if path.exists():
        dataset = Dataset.open(path)
        tasks = dataset.config.base_tasks
        least = {name: one.correct_at for name, one in tasks.items() if one.correct_at is not None}
        return ImportTarget(dataset.store_path, path, least)
    if path.suffix != ".json":
        raise UsageError(
            f"the dataset {path} is neither there nor the name of a config",
            remedy=f"name a config to make: {path.with_name(path.name or 'dataset')}.json",
        )
    store = path.with_suffix("")
    if _holds_other_things(store):
        raise UsageError(
            f"the store of {path} would be the folder {store}, which holds other files",
            remedy="give the dataset another name",
        )
    return ImportTarget(store, path)


def _holds_other_things(folder: Path) -> bool:
    """Whether a folder is in use for something else; a store that was begun is none."""
    if not folder.is_dir() or (folder / SAMPLES / "_delta_log").is_dir():
        return False
    return any(entry.name not in (SAMPLES, TEXTS, STAGING) for entry in folder.iterdir())
