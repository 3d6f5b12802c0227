"""Keys and content hashes of many planted rows; what rows have in common is hashed once."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from reasonscape.planted.design import PlannedTask
from reasonscape.planted.draws import Draws
from reasonscape.planted.samples import cell_coordinates, item_name
from reasonscape.store.rows import CONTENT_SCALARS

if TYPE_CHECKING:
    from hashlib import _Hash

# Stands for the token count while the rest of a row is written as JSON.
_MARK = 1_234_567_891


def key_endings(task: PlannedTask) -> list[bytes]:
    """Return how the JSON of each row's key ends: item, no prompt, repeat.

    Returns
    -------
    list of bytes
        ``task.rows`` entries, in the order of `Draws`; equal for all evals.
    """
    names = [item_name(c, i) for c in range(task.cells) for i in range(task.items)]
    return [f'{name}",null,{r}]'.encode() for name in names for r in range(task.repeats)]


def sample_keys(evaluated: str, task: PlannedTask, endings: list[bytes]) -> list[str]:
    """Return the keys that `store.identity.sample_uid` makes for rows without a prompt.

    Parameters
    ----------
    evaluated
        The eval id.
    task, endings
        The task and its `key_endings`.

    Examples
    --------
    >>> from reasonscape.planted.design import LENGTH, PlannedTask
    >>> from reasonscape.store.identity import sample_uid
    >>> task = PlannedTask("sums", (LENGTH,))
    >>> keys = sample_keys("e0", task, key_endings(task))
    >>> keys[1] == sample_uid("e0", "sums", "sums", "c000-000", None, 1)
    True
    """
    names = [evaluated, task.name, task.name]
    head = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
    beginning = sha256((head[:-1] + ',"').encode("utf-8", "surrogatepass"))
    return [_finished(beginning, ending)[:32] for ending in endings]


def content_hashes(task: PlannedTask, draws: Draws, cap: int) -> list[str]:
    """Return the content hashes that the store makes for rows without texts.

    Parameters
    ----------
    task, draws
        The task and what was drawn.
    cap
        ``max_tokens`` of all rows.
    """
    beginnings = []
    for params, labels in cell_coordinates(task):
        coordinates = [sorted(params.items()), sorted(labels.items())]
        beginnings.append(sha256(msgspec.json.encode(coordinates)[:-1] + b","))
    parts = {}
    for code in range(8):
        known = {
            "correct": bool(code & 1),
            "answered": bool(code & 2),
            "stop": "length" if code & 4 else "stop",
            "chance": float(task.chance),
            "stop_source": "native",
            "max_tokens": cap,
            "completion_tokens": _MARK,
            "tokens_source": "native",
        }
        scalars = [known.get(name) for name in CONTENT_SCALARS]
        written = msgspec.json.encode([scalars, None])[1:]
        parts[code] = written.split(str(_MARK).encode(), 1)
    codes = draws.correct * 1 + draws.answered * 2 + draws.truncated * 4
    rows = zip(draws.cell.tolist(), codes.tolist(), draws.tokens.tolist(), strict=True)
    return [
        _finished(beginnings[cell], b"%b%d%b" % (parts[code][0], tokens, parts[code][1]))[:16]
        for cell, code, tokens in rows
    ]


def _finished(beginning: _Hash, ending: bytes) -> str:
    key = beginning.copy()
    key.update(ending)
    return key.hexdigest()
