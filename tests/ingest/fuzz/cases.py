"""Damaged logs by number: the same number is the same damage, everywhere and always."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zstandard

from tests.ingest.fuzz.archives import archive
from tests.ingest.fuzz.byte_strings import damaged, packed
from tests.ingest.fuzz.parquets import parquet
from tests.ingest.fuzz.trees import document, lines
from tests.ingest.golden_logs import Golden

Change = Callable[[bytes, random.Random], bytes]
_MISSING: Final = None
_FOLDER: Final = "folder"


@dataclass(frozen=True)
class Case:
    """A log to be read, and the files that are not as they were.

    Attributes
    ----------
    files
        Path -> new content; None where the file is gone, ``folder`` where a folder has its name.
    """

    log: str
    files: dict[str, bytes | str | None]


def plain(content: bytes) -> bytes:
    """The content of a file, decompressed where it is compressed."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.decompress(content)
    if content.startswith(b"\x28\xb5\x2f\xfd"):
        return zstandard.ZstdDecompressor().decompressobj().decompress(content)
    return content


def change_for(content: bytes) -> Change:
    """Find the damage that fits a file, by what it holds."""
    if content.startswith(b"PK\x03\x04"):
        return archive
    if content.startswith(b"PAR1"):
        return parquet
    inner = plain(content)
    if inner != content:
        return lambda data, rng: packed(change_for(inner)(plain(data), rng), rng)
    try:
        json.loads(content)
    except ValueError:
        pass
    else:
        return document
    try:
        for line in content.splitlines():
            json.loads(line)
    except ValueError:
        return damaged
    return lines


def case(golden: Golden, number: int) -> Case:
    """Make the damage of a number: mostly to the log, else to a file that goes with it."""
    rng = random.Random(f"{golden.format.name}-{number}")
    log = golden.logs[number % len(golden.logs)]
    companions = _beside(golden, log)
    if companions and rng.random() < 0.25:
        name = rng.choice(companions)
        content = golden.files[name]
        way = rng.random()
        if way < 0.6:
            return Case(log, {name: change_for(content)(content, rng)})
        if way < 0.7:
            return Case(log, {name: _MISSING})
        if way < 0.8:
            return Case(log, {name: _FOLDER})
        return Case(log, {name: rng.choice(list(golden.files.values()))})
    content = golden.files[log]
    new = change_for(content)(content, rng)
    if change_for(content) in (document, lines) and rng.random() < 0.06:
        new = packed(new, rng)
    return Case(log, {log: new})


def _beside(golden: Golden, log: str) -> list[str]:
    """Files that are no logs: in the folder of the log or in one above."""
    folders = [parent.as_posix() for parent in Path(log).parents]
    others = (name for name in golden.files if name not in golden.logs)
    return [
        name for name in others if Path(name).parent.as_posix() in folders or name == golden.grades
    ]


@contextmanager
def laid_out(golden: Golden, one: Case, folder: Path) -> Iterator[Path]:
    """Put a case in the place of the golden logs in a folder that holds them; then put it back."""
    try:
        for name, content in one.files.items():
            path = folder / name
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.unlink()
                if content == _FOLDER:
                    path.mkdir()
        yield folder / one.log
    finally:
        for name in one.files:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            path.write_bytes(golden.files[name])
