"""Failures of clients of object stores and the web, in one sentence that holds no secret."""

from __future__ import annotations

from typing import Final

from reasonscape.errors import UsageError

_DENIED: Final = ("PermissionError", "AccessDenied", "GatedRepoError", "Forbidden")
_NO_CREDENTIALS: Final = (
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "ProfileNotFound",
    "DefaultCredentialsError",
    "RefreshError",
)
_NO_CONNECTION: Final = (
    "ConnectionError",
    "TimeoutError",
    "ClientConnectionError",
    "HTTPClientError",
    "TransportError",
    "gaierror",
)
_ABSENT: Final = ("RepositoryNotFoundError", "RevisionNotFoundError", "EntryNotFoundError")


def failure(error: Exception, doing: str, name: str) -> UsageError:
    """Say what went wrong by the kind of an error alone.

    The text of a client's error may hold the URL with its query, or a header: it is not repeated.

    Parameters
    ----------
    error
        What a client raised.
    doing
        What was tried, as in ``"read"``.
    name
        What it was tried with, as it may be shown.

    Examples
    --------
    >>> print(failure(PermissionError("?X-Amz-Signature=0a1b"), "read", "s3://bucket/x"))
    s3://bucket/x may not be read with the credentials given; check them (docs/remote.md)
    """
    kinds = [kind.__name__ for kind in type(error).__mro__]
    status = getattr(error, "status", None) or getattr(error, "code", None)
    past = {"write": "written", "read": "read", "list": "listed", "delete": "deleted"}.get(doing)
    past = past or "reached"
    if _any(kinds, _DENIED) or status in (401, 403):
        return UsageError(
            f"{name} may not be {past} with the credentials given",
            remedy="check them (docs/remote.md)",
        )
    if _any(kinds, _NO_CREDENTIALS):
        return UsageError(
            f"{name} cannot be {past}: no credentials were found",
            remedy="set them in the environment, or say that it is public (docs/remote.md)",
        )
    if _any(kinds, _ABSENT):
        return UsageError(f"{name} is not there, or private", remedy="check the URL")
    if _any(kinds, _NO_CONNECTION):
        return UsageError(
            f"{name} cannot be {past}: its server does not answer ({type(error).__name__})",
            remedy="check the URL, the network and the endpoint (docs/remote.md), and try again",
        )
    told = f"{type(error).__name__}, status {status}" if status else type(error).__name__
    if isinstance(error, OSError) and error.errno == 28:
        told = "the disk of this machine is full"
    return UsageError(f"{name} cannot be {past} ({told})", remedy="check the URL, and try again")


def _any(kinds: list[str], known: tuple[str, ...]) -> bool:
    return any(kind in known for kind in kinds)
