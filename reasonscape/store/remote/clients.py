"""Clients of object stores and the web; the only file that knows fsspec."""

from __future__ import annotations

import logging
import os
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.store.remote.failures import failure
from reasonscape.store.remote.urls import scheme_of, shown

_WAIT_SECONDS: Final = 60
_READ_BY_CLIENTS: Final = ("AWS_", "FSSPEC_", "GOOGLE_", "GCSFS_", "HF_")
_CLIENTS: dict[tuple[object, ...], Any] = {}


def client_for(url: str) -> Any:
    """Return the client for URLs of a kind, made once for each environment that it reads.

    Raises
    ------
    UsageError
        What it needs is not installed, or it cannot be set up.
    """
    protocol = url.partition("://")[0]
    read = (item for item in os.environ.items() if item[0].startswith(_READ_BY_CLIENTS))
    state = (protocol, *sorted(read))
    if state not in _CLIENTS:
        _CLIENTS[state] = _client(url, protocol)
    return _CLIENTS[state]


def _client(url: str, protocol: str) -> Any:
    import fsspec

    scheme = scheme_of(url)
    # Warnings of a client, with the failed requests in them, are for who asks for them.
    for name in ("fsspec", "s3fs", "gcsfs", "aiobotocore"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if scheme.package == "s3fs":
        options["config_kwargs"] = {"connect_timeout": 20, "read_timeout": _WAIT_SECONDS}
    try:
        if not scheme.folders:
            options["client_kwargs"] = {"trust_env": True, "timeout": _web_timeout()}
        return fsspec.filesystem(protocol, **options)
    except ImportError:
        raise UsageError(
            f"{shown(url)} needs the package {scheme.package}, which is not installed",
            remedy=f"run: python -m pip install 'reasonscape[{scheme.extra}]'",
        ) from None
    except Exception as error:
        raise failure(error, "reach", shown(url)) from None


def _web_timeout() -> Any:
    import aiohttp

    return aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=_WAIT_SECONDS)


def bounded(most: int, name: str) -> Any:
    """Return what a client tells its progress to, and which ends what brings too much.

    Parameters
    ----------
    most
        Bytes that may come.
    name
        What is copied, as it may be shown.
    """
    from fsspec.callbacks import Callback

    def check(size: int | None, value: int, **_: object) -> None:
        if value > most:
            raise UsageError(
                f"{name} is longer than the {most:,} bytes that there is room for",
                remedy="make room on the disk",
            )

    return Callback(hooks={"most": check})
