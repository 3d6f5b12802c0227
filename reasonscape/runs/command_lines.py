"""Commands that work when pasted, for next steps and remedies."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from reasonscape.store.remote.urls import named_path

__all__ = ["command_line", "named_path"]


def command_line(
    command: str, dataset: object, filters: Mapping[str, Any] | None = None, *more: str
) -> str:
    r"""Write a command of ``analyze.py`` with every word quoted as a shell needs it.

    Examples
    --------
    >>> command_line("surface", "data/x.json", {"base_task": "a"}, "--detail")
    'python analyze.py surface data/x.json --filters \'{"base_task":"a"}\' --detail'
    >>> command_line("store imports", "my data/x.json")
    "python analyze.py store imports 'my data/x.json'"
    """
    words = ["python", "analyze.py", *command.split(), str(dataset)]
    if filters:
        words += ["--filters", json.dumps(filters, separators=(",", ":"), ensure_ascii=True)]
    return " ".join(shlex.quote(word) for word in [*words, *more])
