"""Dataset configs behind a URL, and stores behind a URL that a config names."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from reasonscape.datasets.declaration import Config, read_config
from reasonscape.errors import ConfigError
from reasonscape.store.remote.urls import UrlPath, beside, file_name, local_path, shown, url_of

if TYPE_CHECKING:
    from reasonscape.datasets.extension import Seen

_ATTEMPTS: Final = 8


def is_config(url: str) -> bool:
    """Whether a URL is that of a config rather than of a bare store."""
    return file_name(url).endswith(".json")


def store_of(config_path: Path, store: str) -> Path:
    """Return where the store is that a config names.

    Parameters
    ----------
    config_path
        The config.
    store
        What it names: a folder or key relative to it, or a URL.

    Raises
    ------
    UsageError
        A config behind a URL names a folder outside of where it is.
    """
    if (url := url_of(store)) is not None:
        return UrlPath.of(url)
    if (url := url_of(config_path)) is not None:
        return UrlPath.of(beside(url, store))
    return config_path.parent / local_path(store)


def open_url(url: str) -> tuple[Path, Path, Config, str]:
    """Return what a dataset behind a URL is made of: its path, its store, its config, its name.

    Raises
    ------
    ConfigError
        There is no such config, or it is not valid.
    UsageError
        It cannot be read.
    """
    from reasonscape.datasets.config import parse_document
    from reasonscape.store.remote.files import RemoteFiles

    path = UrlPath.of(url)
    if not is_config(url):
        return path, path, Config(store=shown(url)), file_name(url)
    document = RemoteFiles(url).read_if_there("")
    if document is None:
        raise ConfigError(
            f"no dataset {path}: there is no such config",
            remedy=f"make it with: analyze.py import LOG... --dataset {path}",
        )
    config = read_config(parse_document(document, str(path)), str(path))
    return path, store_of(path, config.store), config, config.name or Path(file_name(url)).stem


def extend_url(url: str, seen: Seen) -> bool:
    """Extend a config behind a URL as `extend_config` does one of this machine.

    On S3 two imports at once both land; elsewhere the later of two in the same moment may leave
    the entries of the other out, which the next import of its logs adds.

    Raises
    ------
    ConfigError
        If the config is not valid, or others always wrote it first.
    UsageError
        If it cannot be written.
    """
    from reasonscape.datasets.extension import extend_config
    from reasonscape.store.remote.files import RemoteFiles

    if not is_config(url):
        return False
    files = RemoteFiles(url)
    for _ in range(_ATTEMPTS):
        before = files.read_if_there("")
        with TemporaryDirectory(prefix="reasonscape-config-") as folder:
            copy = Path(folder) / file_name(url)
            if before is not None:
                copy.write_bytes(before)
            if not extend_config(copy, seen):
                return False
            if files.replace("", copy.read_bytes(), before):
                return True
    raise ConfigError(
        f"the dataset config {shown(url)} was written by others each of {_ATTEMPTS} times",
        remedy="import again when the others are done; the rows are in the store",
    )
