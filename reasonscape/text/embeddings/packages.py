"""Packages that bring weights: found without importing them, asked for in words where missing."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from reasonscape.errors import UsageError


def package_files(
    embedder: str, package: str, names: Sequence[str], also: Sequence[str], remedy: str
) -> tuple[Path, ...]:
    """Files that a package brings; its code, which may need what is not here, is not run.

    Parameters
    ----------
    embedder
        Who needs them.
    package
        What is imported.
    names
        Files in its folder.
    also
        Other packages that are needed.
    remedy
        What to do where one is missing.

    Raises
    ------
    UsageError
        A package or a file is not there.
    """
    for name in (package, *also):
        if find_spec(name) is None:
            raise UsageError(
                f"the embedder {embedder} needs the package {name}, which is not installed",
                remedy=remedy,
            )
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in map(Path, folders):
        files = tuple(folder / name for name in names)
        if all(file.is_file() for file in files):
            return files
    raise UsageError(
        f"the package {package} does not bring {' and '.join(names)}, which the embedder "
        f"{embedder} needs",
        remedy=remedy,
    )


def release(distribution: str) -> str:
    """Version of an installed distribution, ``unknown`` where nothing says it."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def mark(text: str) -> str:
    """Make of a version what may be in a fingerprint.

    Examples
    --------
    >>> mark("0.4.0.post1")
    '0_4_0_post1'
    """
    return "".join(char if char.isascii() and char.isalnum() else "_" for char in text)[:24]
