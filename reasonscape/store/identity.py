"""Identity of evals, items and samples: hashes that never change once written.

All hashes are over UTF-8 JSON arrays without spaces, so that other tools can recompute them.
"""

from __future__ import annotations

import json
from hashlib import sha256

_compact_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json_bytes(parts: list[str | int | None]) -> bytes:
    return _compact_json(parts).encode("utf-8", "surrogatepass")


def eval_id(model: str, template: str, sampler: str) -> str:
    """Identity of the evaluated system.

    Parameters
    ----------
    model, template, sampler
        Names as the log has them; empty where unknown.

    Returns
    -------
    str
        ``e`` and the first 12 hex digits of SHA-256 over ``[model, template, sampler]``.

    Examples
    --------
    >>> eval_id("llama-3-8b", "cot", "greedy")
    'ee20f55b9f38c'
    """
    return "e" + sha256(_json_bytes([model, template, sampler])).hexdigest()[:12]


def item_hash(prompt: str) -> str:
    """Hash of a prompt, by which paired comparisons check that two items are the same question.

    Parameters
    ----------
    prompt
        The prompt as the log has it; lone surrogates are allowed.

    Returns
    -------
    str
        The first 16 hex digits of SHA-256 over the prompt's UTF-8 bytes.

    Examples
    --------
    >>> item_hash("What is 2 + 2?")
    '38d46ad3618826cf'
    """
    return sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sample_uid(
    eval_id: str, base_task: str, task: str, item_id: str, item_hash: str | None, repeat: int
) -> str:
    """Key of one completion.

    Parameters
    ----------
    eval_id
        As :func:`eval_id` gives it.
    base_task, task
        Task family and its full name.
    item_id, item_hash
        The question and the hash of its prompt (``None`` without a prompt).
    repeat
        Which completion of the item, from 0.

    Returns
    -------
    str
        The first 32 hex digits of SHA-256 over the JSON array of all six.

    Examples
    --------
    >>> sample_uid("e0", "arithmetic", "arithmetic", "a-17", None, 0)
    '249fe00cf6d8f31875a4292c3324b91c'
    """
    parts: list[str | int | None] = [eval_id, base_task, task, item_id, item_hash, repeat]
    return sha256(_json_bytes(parts)).hexdigest()[:32]
