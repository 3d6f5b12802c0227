"""A dataset: a config and its store, opened together; the first argument of every command."""

from __future__ import annotations

import difflib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reasonscape.datasets.declaration import (
    BaseTask,
    Config,
    EvalConfig,
    ReadingConfig,
    read_config,
)
from reasonscape.datasets.identity import holds
from reasonscape.datasets.remote_config import open_url, store_of
from reasonscape.datasets.resolution import resolve
from reasonscape.errors import ConfigError
from reasonscape.store.filters import Condition, Where, compile_filters
from reasonscape.store.filters.eval_ids import resolve_eval_ids
from reasonscape.store.filters.keys import unknown_key
from reasonscape.store.filters.lookups import known_eval_ids, known_levels, present_columns
from reasonscape.store.filters.reading import load_json
from reasonscape.store.remote.urls import local_path, url_of
from reasonscape.store.schema import LABEL, PARAM

if TYPE_CHECKING:
    from reasonscape.store.tables import Store


class Dataset:
    """A dataset config with its store; the store is opened when it is first asked for.

    Attributes
    ----------
    name
        From the config, else the name of its file or of the store folder.
    path
        The config, or the bare store folder, as it was given; a URL without what may be secret.
    store_path
        The folder of the tables, or their URL.
    config
        The validated config; empty for a bare store folder.
    """

    def __init__(self, path: Path, store_path: Path, config: Config, name: str) -> None:
        self.path = path
        self.store_path = store_path
        self.config = config
        self.name = name

    @classmethod
    def open(cls, path: str | Path) -> Dataset:
        """Open a dataset config, or a store folder without one; of this machine, or behind a URL.

        Raises
        ------
        ConfigError
            If there is no such file, or the config is not valid.
        UsageError
            If the URL cannot be read.
        """
        if (url := url_of(path)) is not None:
            return cls(*open_url(url))
        given = local_path(path)
        try:
            if given.is_dir():
                _check_name(given)
                return cls(given, given, Config(store=str(given)), given.resolve().name)
            config = load_config(given)
        except (OSError, ValueError) as error:
            raise _unreadable(given, error) from None
        store_path = store_of(given, config.store)
        _check_name(store_path)
        return cls(given, store_path, config, config.name or given.stem)

    def __repr__(self) -> str:
        return f"Dataset({str(self.path)!r})"

    def store(self) -> Store:
        """Return the store, opened once.

        Raises
        ------
        StoreError
            If it is missing, damaged, or newer than this package.
        """
        return self._store

    @cached_property
    def _store(self) -> Store:
        from reasonscape.store.tables import Store

        return Store.open(self.store_path)

    def resolved(self, filters: Condition) -> Condition:
        """Replace tiers, groups and prefixes of eval ids by plain conditions.

        Raises
        ------
        FilterError
            For a tier, group or eval id that is not known, or not unique.
        """
        return resolve_eval_ids(resolve(filters, self.config), lambda: known_eval_ids(self.store()))

    def where(self, filters: Condition) -> Where:
        """Compile a parsed filter against this dataset.

        Raises
        ------
        FilterError
            As `resolved`, and for a key that is not in what is selected, or a value of the
            wrong type.
        """
        columns = self.store().columns()
        where = compile_filters(
            self.resolved(filters),
            columns,
            lambda column, base_tasks: known_levels(self.store(), column, base_tasks),
        )
        self._check_selected(where)
        unknown = self._unknown_tasks(where)
        return where & Where("TRUE", notes=unknown) if unknown else where

    def base_task(self, name: str) -> BaseTask:
        """Return what the config says of a base task; an empty declaration if nothing."""
        return self.config.base_tasks.get(name) or BaseTask(name)

    def base_task_label(self, name: str) -> str:
        """Return the display name of a base task."""
        return self.base_task(name).label or name

    def eval_entry(
        self, eval_id: str, model: str, template: str = "", sampler: str = ""
    ) -> EvalConfig | None:
        """Return the first entry of the config that an eval matches."""
        identity = {"eval_id": eval_id, "model": model, "template": template, "sampler": sampler}
        return next((one for one in self.config.evals if holds(one.filters, identity)), None)

    def eval_label(self, eval_id: str, model: str, template: str = "", sampler: str = "") -> str:
        """Return the display name of an eval: the config's, else its identity in words."""
        entry = self.eval_entry(eval_id, model, template, sampler)
        return (entry.label if entry else "") or default_label(model, template, sampler) or eval_id

    def reading(
        self, eval_id: str, model: str, template: str = "", sampler: str = ""
    ) -> ReadingConfig:
        """Return how prompts reach an eval, as far as the config says it."""
        return self.config.reading(self.eval_entry(eval_id, model, template, sampler))

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the config start at."""
        return self.path if self.path.is_dir() else self.path.parent

    def _unknown_tasks(self, where: Where) -> tuple[str, ...]:
        """Say which base tasks are asked for that the store does not have."""
        if not where.base_tasks:
            return ()
        known = self.store().base_tasks()
        notes = []
        for name in sorted(where.base_tasks - set(known))[:5]:
            near = difflib.get_close_matches(name, known, 2)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            notes.append(f"no base task {name[:80]!r} in {self.name}{hint}")
        return tuple(notes)

    def _check_selected(self, where: Where) -> None:
        """Refuse a param or label that no row of the selected base tasks has."""
        store = self.store()
        if where.base_tasks is None:
            return
        selected = where.base_tasks & set(store.base_tasks())
        own = sorted(name for name in where.columns if name.startswith((PARAM, LABEL)))
        if not selected or not own:
            return
        lacking = [name for name in own if not present_columns(store, [name], selected)]
        # A key that is both param.KEY and label.KEY needs only one of them.
        for name in lacking:
            prefix, other = (PARAM, LABEL) if name.startswith(PARAM) else (LABEL, PARAM)
            twin = other + name.removeprefix(prefix)
            if twin in own and twin not in lacking:
                continue
            columns = store.columns()
            optional = [c for c in columns if c.startswith((PARAM, LABEL))]
            there = present_columns(store, optional, selected)
            valid = [c for c in columns if c not in optional or c in there]
            listed = sorted(selected)
            of = f"base task {listed[0]!r}" if len(listed) == 1 else f"{len(listed)} base tasks"
            raise unknown_key(name.removeprefix(prefix), valid, of=of)


def default_label(model: str, template: str, sampler: str) -> str:
    """Name an eval by its identity.

    Examples
    --------
    >>> default_label("llama", "cot", "")
    'llama (cot)'
    """
    rest = ", ".join(part for part in (template, sampler) if part)
    return f"{model} ({rest})" if rest else model


def load_config(path: Path) -> Config:
    """Read and validate a config file.

    Raises
    ------
    OSError
        If the file cannot be read.
    ConfigError
        If it is not a valid config.
    """
    return read_config(load_document(path), str(path))


def load_document(path: Path) -> object:
    """Read a JSON file, keeping the order of its keys."""
    return parse_document(path.read_bytes(), str(path))


def parse_document(data: bytes, path: str) -> object:
    """Parse the bytes of a JSON file, keeping the order of its keys."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text") from None
    document = load_json(text, lambda found: ConfigError(f"{path} is not valid JSON: {found}"))
    # An escape can write what no name, no file and no terminal can hold.
    escaped = text.casefold()
    if "\\ud" in escaped or "\\u0000" in escaped:
        whole = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace").decode()
        if whole != json.dumps(document, ensure_ascii=False) or "\\u0000" in whole:
            raise ConfigError(
                f"{path} has a text with half of a surrogate pair or a NUL character",
                remedy="take the escape out",
            )
    return document


def _check_name(store: Path) -> None:
    """Refuse a folder whose name the engines below cannot be told."""
    try:
        str(store).encode()
    except UnicodeEncodeError:
        raise ConfigError(
            f"the name of the store {store} is not UTF-8", remedy="rename it"
        ) from None


def _unreadable(path: Path, error: Exception) -> ConfigError:
    if isinstance(error, FileNotFoundError):
        near: list[str] = []
        if path.parent.is_dir():
            others = sorted(other.name for other in path.parent.glob("*.json"))
            matches = difflib.get_close_matches(path.name, others, 2)
            near = [str(path.parent / name) for name in matches]
        return ConfigError(
            f"no dataset {path}: there is neither such a config nor such a store folder",
            remedy=f"make it with: analyze.py import LOG... --dataset {path}",
            did_you_mean=near,
        )
    reason = getattr(error, "strerror", None) or str(error)
    return ConfigError(f"the dataset {str(path)!r:.300} cannot be read: {reason}")
