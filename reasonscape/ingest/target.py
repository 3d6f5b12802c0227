"""Where an import goes: a dataset config with its store, or a bare store folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reasonscape.datasets.config import Dataset
from reasonscape.datasets.remote_config import is_config
from reasonscape.errors import UsageError
from reasonscape.store.lease import STAGING
from reasonscape.store.remote.urls import UrlPath, check_writable, local_path, url_of
from reasonscape.store.tables import SAMPLES, TEXTS, Store


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


def import_target(given: str | Path) -> ImportTarget:
    """Find the target that a user named; nothing is made yet.

    Raises
    ------
    ConfigError
        The config is there and not valid.
    UsageError
        The path is not UTF-8, has control characters, is in use for something else, or is neither
        a config, nor a store, nor the name of a config to make.
    """
    if (url := url_of(given)) is not None:
        return _behind(url)
    path = local_path(given)
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"the name of the dataset {path} is not UTF-8", remedy="choose another name"
        ) from None
    if not path.is_file() and any(ord(c) < 32 or ord(c) == 127 for c in str(path.absolute())):
        raise UsageError(
            f"the name of the dataset {path} or of its folder has a control character, and a store "
            "cannot have one",
            remedy="choose another name",
        )
    if path.is_dir():
        if _holds_other_things(path):
            raise UsageError(
                f"the folder {path} is no store, and it holds other files",
                remedy=f"name a config to make: {path / 'dataset.json'}",
            )
        return ImportTarget(path, None)
    if path.exists():
        return _known(Dataset.open(path))
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


def _known(dataset: Dataset) -> ImportTarget:
    if (url := url_of(dataset.store_path)) is not None:
        check_writable(url)
    tasks = dataset.config.base_tasks
    least = {name: one.correct_at for name, one in tasks.items() if one.correct_at is not None}
    return ImportTarget(dataset.store_path, dataset.path, least)


def _behind(url: str) -> ImportTarget:
    """Find a target behind a URL; refused before a log is read where it can only be read."""
    from reasonscape.store.remote.files import RemoteFiles

    check_writable(url)
    path = UrlPath.of(url)
    if not is_config(url):
        if Store(path).is_made:
            return ImportTarget(path, None)
        raise UsageError(
            f"the dataset {path} is neither there nor the name of a config",
            remedy=f"name a config to make: {path}.json",
        )
    if RemoteFiles(url).read_if_there("") is not None:
        return _known(Dataset.open(path))
    return ImportTarget(UrlPath.of(url.removesuffix(".json")), path)


def _holds_other_things(folder: Path) -> bool:
    """Whether a folder is in use for something else; a store that was begun is none."""
    if not folder.is_dir() or (folder / SAMPLES / "_delta_log").is_dir():
        return False
    return any(entry.name not in (SAMPLES, TEXTS, STAGING) for entry in folder.iterdir())
