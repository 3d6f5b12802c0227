"""Small answers that only a commit can change, remembered beside the tables.

One file an answer, replaced when the store's content has changed, so nothing grows and nothing is
ever out of date. A store that cannot be written is simply asked again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from reasonscape.store.tables import Store

FOLDER: Final = "cache"

FORM: Final = 1
"""Raised when an answer is computed or held differently, so that older files are not believed."""


def remembered(store: Store, name: str, ask: Callable[[], Any]) -> Any:
    """Return an answer about the whole store, asking only when its content is new.

    Parameters
    ----------
    store
        The store; its content hash is what an answer is remembered for.
    name
        Which answer; becomes a file name.
    ask
        Computes the answer, as something that JSON can hold.
    """
    path = store.path / FOLDER / f"{name}.json"
    key = [FORM, store.content_hash()]
    with suppress(OSError, ValueError, LookupError, TypeError):
        held = json.loads(path.read_bytes())
        if held["key"] == key:
            return held["answer"]
    answer = ask()
    _keep(path, {"key": key, "answer": answer})
    return answer


def _keep(path: Path, document: dict[str, Any]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        partial.write_bytes(json.dumps(document).encode())
        partial.replace(path)
    except OSError:
        # A full disk or a read-only store: the next call computes it again.
        with suppress(OSError):
            partial.unlink(missing_ok=True)
