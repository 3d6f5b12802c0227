"""Names and order of pictures, the same for every lens."""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.findings.finding import Finding


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
