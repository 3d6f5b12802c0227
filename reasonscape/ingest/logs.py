"""Which files an import reads: paths and folders -> logs with their formats."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.ingest.file_names import plain_name
from reasonscape.ingest.format import Format
from reasonscape.ingest.formats import CompanionError, format_named, sniff
from reasonscape.ingest.mapping import RowMapping
from reasonscape.store.remote.urls import UrlPath, local_path

_LOG_NAMES: Final = (".jsonl", ".ndjson", ".json", ".eval", ".parquet")


@dataclass(frozen=True, slots=True)
class Log:
    """A file to read, and how; ``source`` is the URL of one that was copied here."""

    path: Path
    format: Format
    size: int
    source: str | None = None

    @property
    def shown(self) -> Path:
        """Where it is, for people: the URL of one that was copied here."""
        return self.path if self.source is None else UrlPath(self.source)


@dataclass(frozen=True, slots=True)
class LogList:
    """The files to read, and those found in a folder that are no log, each with the reason."""

    logs: tuple[Log, ...]
    passed: tuple[tuple[Path, str], ...]

    def formats(self) -> dict[str, int]:
        """Number of logs of each format, by name."""
        counts = dict[str, int]()
        for log in self.logs:
            counts[log.format.name] = counts.get(log.format.name, 0) + 1
        return counts


def find_logs(
    paths: Iterable[str | Path], format: str | None = None, mapping: RowMapping | None = None
) -> LogList:
    """Find the logs under paths; every file is recognised before the first is read.

    Parameters
    ----------
    paths
        Files, or folders that are searched for ``.jsonl``, ``.ndjson`` and ``.json`` files, plain
        or compressed. Summaries beside reasoning-gym results are passed by.
    format
        Name of the format of all of them; sniffed with None.
    mapping
        Read all of them as foreign JSON Lines through it.

    Raises
    ------
    UsageError
        A path is missing, a file named outright is of no format that is read, nothing was found,
        or ``format`` and ``mapping`` contradict each other.
    """
    if mapping is not None and format not in (None, "mapped"):
        raise UsageError(
            f"a mapping was given for logs of the format {format!r}",
            remedy="leave one of --map and --as away",
        )
    name = "mapped" if mapping is not None else format
    chosen = format_named(name) if name is not None else None
    logs: dict[Path, Log] = {}
    passed: list[tuple[Path, str]] = []
    companions: list[CompanionError] = []
    for given in map(local_path, paths):
        if given.is_dir():
            for path in _files_in(given):
                try:
                    logs.setdefault(path, _log(path, chosen))
                except CompanionError as error:
                    companions.append(error)
                except UsageError as error:
                    passed.append((path, error.message))
        elif given.exists():
            logs.setdefault(given, _log(given, chosen))
        else:
            _check_link(given)
            raise UsageError(f"there is no log at {given}", remedy="check the path")
    if not logs:
        if passed:
            path, reason = passed[0]
            raise UsageError(
                f"none of the {len(passed)} files found is a log that is read; the first: {reason}",
                remedy=f"give {path} another format with --as or --map",
            )
        if companions:
            first, more = companions[0], len(companions) - 1
            rest = f" (and {more} more)" if more else ""
            raise UsageError(
                f"no log was found: {first.message}{rest}",
                remedy="give the folder that holds the logs too",
            )
        raise UsageError(
            "no log was found in what was given",
            remedy=f"give files, or folders that hold {', '.join(_LOG_NAMES)} files",
        )
    return LogList(tuple(logs.values()), tuple(passed))


def is_log_name(name: str) -> bool:
    """Whether a file of a folder is looked at, by its name."""
    return plain_name(name).endswith(_LOG_NAMES)


def _files_in(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if is_log_name(name):
                yield Path(root, name)


def _check_link(path: Path) -> None:
    if path.is_symlink() and not path.exists():
        raise UsageError(
            f"{path} is a link to {path.readlink()}, where nothing is",
            remedy="mend the link, or name the log itself",
        )


def _log(path: Path, chosen: Format | None) -> Log:
    # A log is read twice, first to recognise it: a pipe would give its rows to the first reading,
    # and one without a writer would wait for ever.
    _check_link(path)
    if not path.is_file() and not path.is_char_device():
        raise UsageError(
            f"{path} is a pipe or another special file, not a log on disk",
            remedy="save what it gives as a file first",
        )
    try:
        return Log(path, chosen or sniff(path), path.stat().st_size)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}", remedy="check its permissions"
        ) from error
