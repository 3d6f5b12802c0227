"""What a URL names, as text alone: whether it is one, its parts, and how it may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import StoreError, UsageError


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of URL.

    Attributes
    ----------
    package
        What has to be installed for it, besides fsspec; empty if nothing.
    extra
        The extra of this package that brings it.
    creates
        Whether a file can be written there only if it is not there: what commits rest on.
    folders
        Whether the files of a folder can be listed.
    """

    package: str = ""
    extra: str = "remote"
    creates: bool = False
    folders: bool = True


SCHEMES: Final = {
    "s3": Scheme("s3fs", creates=True),
    "s3a": Scheme("s3fs", creates=True),
    "gs": Scheme("gcsfs", "gcs", creates=True),
    "gcs": Scheme("gcsfs", "gcs", creates=True),
    "hf": Scheme("huggingface_hub"),
    "http": Scheme("aiohttp", folders=False),
    "https": Scheme("aiohttp", folders=False),
    "memory": Scheme(creates=True),
}
_WEB: Final = ("http", "https")
_URL: Final = re.compile(r"([a-z][a-z0-9+.-]+):/+", re.IGNORECASE)


def url_of(path: str | Path) -> str | None:
    """Return a path as the URL it is; None for a path of this machine.

    `pathlib` makes one slash of two, so ``s3:/bucket`` is read as a URL as well, unless there is
    such a folder.

    Raises
    ------
    UsageError
        It is a URL of a kind that is not read.

    Examples
    --------
    >>> url_of(Path("s3://bucket/x.json"))
    's3://bucket/x.json'
    >>> url_of("data/x.json") is None
    True
    """
    text = path.url if isinstance(path, UrlPath) else str(path)
    match = _URL.match(text)
    if match is None:
        return None
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme in ("file", "local"):
        return None
    written = "://" in match[0]
    if not written and (scheme not in SCHEMES or Path(f"{match[1]}:").exists()):
        return None
    if scheme not in SCHEMES:
        raise UsageError(
            f"URLs of the kind {scheme}:// are not read",
            remedy=f"use one of {', '.join(f'{name}://' for name in SCHEMES)}, or copy the files",
        )
    return f"{scheme}://{rest}"


def local_path(path: str | Path) -> Path:
    """Return a path of this machine, also one that is written as ``file://``.

    Examples
    --------
    >>> local_path("file:///data/x.json").as_posix()
    '/data/x.json'
    """
    match = _URL.match(str(path))
    if match is None or match[1].lower() not in ("file", "local"):
        return Path(path)
    rest = str(path)[match.end() :]
    return Path("/" + rest.removeprefix("localhost/"))


def shown(url: str) -> str:
    """Return a URL without what may be secret: user, password, query and fragment.

    Examples
    --------
    >>> shown("https://me:secret@host/log.jsonl?X-Amz-Signature=0a1b")
    'https://host/log.jsonl'
    """
    scheme, _, rest = split_query(url)[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def split_query(url: str) -> tuple[str, str]:
    """Split a web URL before its query; in others a question mark is part of a name.

    Examples
    --------
    >>> split_query("https://host/x?sig=0a1b#part")
    ('https://host/x', '?sig=0a1b')
    """
    if url.partition("://")[0] not in _WEB:
        return url, ""
    whole = url.partition("#")[0]
    base, mark, query = whole.partition("?")
    return base, mark + query


def scheme_of(url: str) -> Scheme:
    """Return what can be done with a URL of this kind."""
    return SCHEMES[url.partition("://")[0]]


def named_path(text: str) -> Path:
    """Return what a user named as a path: of this machine, or a URL with all it holds."""
    url = url_of(text)
    return local_path(text) if url is None else UrlPath.of(url)


def check_writable(url: str) -> None:
    """Refuse a store on a kind of server that cannot keep two commits apart.

    Raises
    ------
    StoreError
        Files cannot be created there only if they are not there.
    """
    if not scheme_of(url).creates:
        raise StoreError(
            f"{shown(url)} can only be read: two who write there at once would overwrite each "
            "other",
            remedy="import into a dataset on this machine, or on s3:// or gs://, and copy it",
        )


def file_name(url: str) -> str:
    """Return the last part of a URL's path."""
    return shown(url).rstrip("/").rpartition("/")[2]


def beside(url: str, relative: str) -> str:
    """Return the URL of what a config names relative to itself; a query stays with it.

    Raises
    ------
    UsageError
        That leads out of where the config is.

    Examples
    --------
    >>> beside("s3://bucket/data/x.json", "../stores/x")
    's3://bucket/stores/x'
    """
    rest, query = split_query(url)
    scheme, _, rest = rest.partition("://")
    host, _, path = rest.partition("/")
    folder = path.rpartition("/")[0]
    whole = normpath(f"{folder}/{relative}" if folder else relative)
    if relative.startswith("/") or whole.split("/", 1)[0] in ("..", "."):
        raise UsageError(
            f"{shown(url)} names {relative!r}, which leads out of where it is",
            remedy="name it relative to the config, or as a URL",
        )
    return f"{scheme}://{host}/{whole}{query}"


if TYPE_CHECKING:
    _Path = Path
else:
    _Path = type(Path())


class UrlPath(_Path):
    """A URL where a path is expected; it prints as the URL without what may be secret.

    Attributes
    ----------
    url
        The whole URL.
    """

    @property
    def url(self) -> str:
        """The URL; a query is kept only by `of`."""
        held = getattr(self, "_held", None)
        return held if isinstance(held, str) else super().__str__().replace(":/", "://", 1)

    @classmethod
    def of(cls, url: str) -> UrlPath:
        """Make one of a URL."""
        path = cls(shown(url))
        path._held = url  # type: ignore[attr-defined]
        return path

    def __reduce__(self) -> tuple[Any, ...]:
        return UrlPath.of, (self.url,)

    def __str__(self) -> str:
        return super().__str__().replace(":/", "://", 1)

    def as_posix(self) -> str:
        """Return the URL; the same on every system."""
        return str(self)
