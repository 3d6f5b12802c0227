"""Where a result comes from: versions, commit, seed, and the exact state of the store."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reasonscape

if TYPE_CHECKING:
    from reasonscape.store.tables import Store


def provenance(store: Store | None, seed: int) -> dict[str, Any]:
    """Describe this run. Only ``time`` differs between two runs with the same seed and store."""
    described: dict[str, Any] = {
        "package": f"reasonscape {reasonscape.__version__}",
        "python": platform.python_version(),
        "platform": f"{platform.system().lower()}-{platform.machine()}",
        **_commit(),
        "seed": seed,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if store is not None:
        described["store"] = {"version": store.version, "content_hash": store.content_hash()}
    return described


def _commit() -> dict[str, Any]:
    """The checkout's commit, when the package runs from one; an installed package has none."""
    root = Path(reasonscape.__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return {}
    try:
        commit = _git(root, "rev-parse", "--short=12", "HEAD")
        dirty = bool(_git(root, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": commit, "dirty": dirty}


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=5, check=True
    )
    return done.stdout.strip()
