"""Ids of findings and hypotheses; names and order of pictures, the same for every lens."""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.findings.finding import Finding


def finding_id(eval_id: str, base_task: str, lens: str, pattern: str) -> str:
    """Stable over runs: the same question about the same (eval, task) keeps its id.

    Examples
    --------
    >>> finding_id("e1", "arithmetic", "surface", "accuracy_cliff")[0]
    'f'
    """
    return _identity("f", eval_id, base_task, lens, pattern)


def hypothesis_id(eval_id: str, base_task: str, cause: str) -> str:
    """Stable over runs: the same cause of the same (eval, task) keeps its id.

    Examples
    --------
    >>> hypothesis_id("e1", "arithmetic", "healthy")[0]
    'h'
    """
    return _identity("h", eval_id, base_task, cause)


def _identity(kind: str, *names: str) -> str:
    import hashlib
    import json

    key = json.dumps(names)
    return kind + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def file_name(*parts: str) -> str:
    """A file name that is safe everywhere; parts that had to change keep a short hash.

    Examples
    --------
    >>> file_name("arithmetic", "map")
    'arithmetic-map'
    >>> file_name("../x", "map")
    'x-d6b96a-map'
    """
    return "-".join(_safe(part) for part in parts)


def _safe(part: str) -> str:
    import hashlib

    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._") else "-" for c in part)
    plain = plain.strip(".-_")[:60]
    if plain == part:
        return plain
    digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{plain}-{digest}" if plain else digest


def suspicion(base_task: str, findings: Sequence[Finding]) -> float:
    """Present failure patterns of a task, weighed by how sure they are."""
    mine = [f for f in findings if f.base_task == base_task and f.q is not None]
    return sum(1.0 - (f.q or 0.0) for f in mine if f.verdict == "present")
