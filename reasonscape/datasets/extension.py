"""Import writes a dataset config, or adds to it what it saw; a user's words are never changed.

What is written is small: name, store, one line an eval (its identity, and a label to edit) and
one line a base task. Axes, surfaces and confounders are left to be found from the data, so that a
config holds only what somebody decided.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reasonscape.datasets.config import default_label, load_document
from reasonscape.datasets.declaration import CONFIG_VERSION, Config, read_config
from reasonscape.datasets.identity import holds
from reasonscape.datasets.remote_config import extend_url
from reasonscape.errors import ConfigError, FilterError
from reasonscape.store.lease import alone
from reasonscape.store.remote.urls import local_path, url_of

MOST_NEW: Final = 200
"""Entries added at once, of evals and of base tasks; beyond that a config is no page to read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an import saw: evals as (eval_id, model, template, sampler), and base tasks."""

    evals: Sequence[tuple[str, str, str, str]] = ()
    base_tasks: Sequence[str] = ()


def extend_config(path: str | Path, seen: Seen, *, store: str | None = None) -> bool:
    """Write a config that is not there, or add evals and base tasks that it does not know.

    Two imports at once both land: the file is read, extended and replaced under a lock.

    Parameters
    ----------
    path
        The config. A bare store folder has none, and nothing is written.
    seen
        What to add where no entry of the config covers it.
    store
        Folder of the store for a new config, relative to it; default the config's own name.

    Returns
    -------
    bool
        Whether anything was written.

    Raises
    ------
    ConfigError
        If the config is not valid, or cannot be written; it is then as it was.
    """
    if (url := url_of(path)) is not None:
        return extend_url(url, seen)
    given = local_path(path)
    if given.is_dir():
        return False
    # A link stays a link: what it points to is replaced.
    target = given.resolve() if given.is_symlink() else given
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(target.parent):
            document = load_document(target) if target.exists() else None
            if document is None:
                document = _new(target, store)
            elif not _additions(document, str(given), seen):
                return False
            config = read_config(document, str(given))
            extended = _extended(document, config, seen)
            read_config(extended, str(given))
            _replace(target, layout(extended))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(
            f"the dataset config {given} cannot be written: {reason}",
            remedy="choose a folder that can be written",
        ) from None
    return True


def _new(path: Path, store: str | None) -> dict[str, Any]:
    if path.suffix != ".json":
        raise ConfigError(
            f"there is no dataset {path}, and a new config must be a .json file",
            remedy=f"write {path.with_suffix('.json')}",
        )
    return {"schema_version": CONFIG_VERSION, "name": path.stem, "store": store or path.stem}


def _additions(document: object, file: str, seen: Seen) -> bool:
    config = read_config(document, file)
    return bool(_new_evals(config, seen) or _new_tasks(config, seen))


def _extended(document: object, config: Config, seen: Seen) -> dict[str, Any]:
    extended: dict[str, Any] = dict(document) if isinstance(document, Mapping) else {}
    evals, tasks = _new_evals(config, seen), _new_tasks(config, seen)
    if evals:
        extended["evals"] = [*extended.get("evals", ()), *evals]
    if tasks:
        extended["base_tasks"] = {**extended.get("base_tasks", {}), **tasks}
    return extended


def _new_evals(config: Config, seen: Seen) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    labels = {one.label for one in config.evals}
    evals = sorted(set(seen.evals), key=lambda one: one[1:])
    models = [model for _, model, _, _ in evals]
    for eval_id, model, template, sampler in evals:
        identity = {"model": model, "template": template, "sampler": sampler}
        known = any(holds(one.filters, {"eval_id": eval_id, **identity}) for one in config.evals)
        if not known and _can_be_said(identity):
            # The model alone is the better name, as long as it names one eval.
            single = model and models.count(model) == 1 and model not in labels
            label = model if single else default_label(model, template, sampler)
            found.append({"filters": identity, "label": label})
    return found[:MOST_NEW]


def _new_tasks(config: Config, seen: Seen) -> dict[str, dict[str, str]]:
    new = sorted(set(seen.base_tasks) - set(config.base_tasks))
    return {name: {"label": task_label(name)} for name in new[:MOST_NEW] if _is_text(name)}


def task_label(name: str) -> str:
    """Make a display name of a base task's name.

    Examples
    --------
    >>> task_label("decimal_chain_sum")
    'Decimal chain sum'
    """
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name


def _can_be_said(identity: Mapping[str, str]) -> bool:
    """Whether a filter can name this eval: not with half a surrogate pair, nor `<...>`."""
    from reasonscape.store.filters import parse_filters

    try:
        parse_filters(identity)
    except FilterError:
        return False
    return True


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def layout(document: Mapping[str, Any]) -> str:
    """Write a config for people: one line an eval, a base task, a tier.

    Examples
    --------
    >>> print(layout({"name": "a", "base_tasks": {"t": {"label": "T"}}}), end="")
    {
      "name": "a",
      "base_tasks": {
        "t": {"label": "T"}
      }
    }
    """
    return _lines(document, 0) + "\n"


def _lines(value: Any, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    indent = "  " * (depth + 1)
    if depth > 0 and (depth > 1 or not value) and len(flat) <= 100:
        return flat
    if isinstance(value, Mapping) and value:
        pairs = (
            (json.dumps(k, ensure_ascii=False), _lines(v, depth + 1)) for k, v in value.items()
        )
        return "{\n" + ",\n".join(f"{indent}{k}: {v}" for k, v in pairs) + "\n" + indent[2:] + "}"
    if isinstance(value, list) and value and any(isinstance(one, list | dict) for one in value):
        lines = ",\n".join(indent + _lines(one, depth + 1) for one in value)
        return "[\n" + lines + "\n" + indent[2:] + "]"
    return flat


def _replace(path: Path, text: str) -> None:
    """Write beside and rename: a reader sees the old file or the new one."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
