"""Where an import goes: a dataset config with its store, or a bare store folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reasonscape.datasets.config import Dataset
from reasonscape.errors import UsageError


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
        The path is neither a config, nor a folder, nor the name of a config to make.
    """
    if path.is_dir():
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
    return ImportTarget(path.with_suffix(""), path)
