"""The output folder: files written beside and renamed, ``summary.json`` last, nothing else touched.

Only files that an earlier ``summary.json`` in the folder lists are replaced or removed; an
unlisted file in the way is an error. While files are renamed a journal lists old and new names,
so that a run that was killed halfway does not block the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from reasonscape.errors import OutputError
from reasonscape.runs.strict_json import dumps

SUMMARY = "summary.json"
JOURNAL = ".reasonscape-writing.json"


class OutputFolder:
    """Stage files, then put them all in place with their summary.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     with OutputFolder(Path(there) / "out") as folder:
    ...         folder.write("report.md", "hello")
    ...         summary = folder.finish({"ok": True})
    ...     sorted(p.name for p in (Path(there) / "out").iterdir())
    ['report.md', 'summary.json']
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._staged: dict[str, Path] = {}
        self._artifacts: list[dict[str, Any]] = []
        self._make()
        self._ours = self._listed()

    def __enter__(self) -> OutputFolder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for staged in self._staged.values():
            staged.unlink(missing_ok=True)
        for folder in {staged.parent for staged in self._staged.values()} - {self.path}:
            with suppress(OSError):  # somebody's files are in it: then it stays
                folder.rmdir()

    def write(self, name: str, content: str | bytes) -> None:
        """Stage one text or binary file under a relative name."""
        data = content.encode() if isinstance(content, str) else content
        self.stage(name, lambda staged: _write_durably(staged, data))

    def stage(self, name: str, make: Callable[[Path], object]) -> None:
        """Stage one file that ``make`` writes to the path it is given."""
        final = self.path / name
        if name not in self._ours and (final.exists() or final.is_symlink()):
            raise OutputError(
                f"{final} is in the way: it was not written by an earlier run here",
                remedy="choose an empty --output-dir, or move that file",
            )
        staged = final.with_name(f".{final.name}.{os.getpid()}.part{final.suffix}")
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            self._staged[name] = staged
            make(staged)
        except OSError as error:
            raise _cannot_write(final, error) from error
        self._artifacts.append({"path": name, **_describe(staged)})

    def finish(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Put all staged files in place, drop the earlier run's leftovers, write the summary."""
        listed = sorted(self._artifacts, key=lambda artifact: str(artifact["path"]))
        complete = {**summary, "artifacts": listed}
        try:
            self._put(JOURNAL, dumps({"artifacts": sorted(self._ours | set(self._staged))}))
            for name, staged in self._staged.items():
                staged.replace(self.path / name)
            for name in sorted(self._ours - set(self._staged)):
                (self.path / name).unlink(missing_ok=True)
            self._put(SUMMARY, dumps(complete, indent=1) + "\n")
            (self.path / JOURNAL).unlink(missing_ok=True)
        except OSError as error:
            raise _cannot_write(self.path, error) from error
        self._staged.clear()
        return complete

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / f".reasonscape-probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except (OSError, ValueError) as error:  # no file can have a NUL or half a character
            raise _cannot_write(self.path, error) from error

    def _listed(self) -> set[str]:
        """Names an earlier run listed; a name that leaves the folder is ignored."""
        names: set[str] = set()
        for index in (SUMMARY, JOURNAL):
            try:
                found = json.loads((self.path / index).read_text())["artifacts"]
                names |= {str(e["path"] if isinstance(e, dict) else e) for e in found}
            except FileNotFoundError:
                continue
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise OutputError(
                    f"{self.path / index} is not a summary of an earlier run",
                    remedy="choose an empty --output-dir, or move that file",
                ) from error
        return {name for name in names if _is_inside(name)}

    def _put(self, name: str, text: str) -> None:
        staged = self.path / f".{name}.{os.getpid()}.part"
        _write_durably(staged, text.encode())
        staged.replace(self.path / name)


def _is_inside(name: str) -> bool:
    path = Path(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _cannot_write(path: Path, error: OSError | ValueError) -> OutputError:
    why = getattr(error, "strerror", None) or "it is no name of a file"
    return OutputError(
        f"cannot write {path}: {why}", remedy="give a folder that can be written, with room left"
    )
