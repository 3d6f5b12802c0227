"""One tree of errors; each class carries the exit code and the stable code word that users see.

An error's text answers three questions in one sentence each: what was asked, what was found,
what to do. ``message`` holds the first two, ``remedy`` the third, ``did_you_mean`` near misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final


def visible(text: str) -> str:
    r"""Put text on one line: line breaks, escape sequences and half characters become escapes.

    Names, paths and words of engines stand in messages, and may come from a hostile log.

    Examples
    --------
    >>> print(visible("plain, é"), visible("a\nb\x1b[2J"))
    plain, é a\nb\x1b[2J
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


_LONGEST: Final = 3_000
"""Characters of a message: a name in it may be as long as the file that it came from."""


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most // 2] + " … " + text[-most // 2 :]


class ReasonScapeError(Exception):
    """Root of every error that a user may see.

    Parameters
    ----------
    message
        What was asked and what was found, one sentence.
    remedy
        What to do about it, one sentence or a command that works when pasted.
    did_you_mean
        Near misses of a wrong name, best first.

    Examples
    --------
    >>> error = FilterError("no key 'lenght'", remedy="use a listed key", did_you_mean=["length"])
    >>> str(error)
    "no key 'lenght'; did you mean length? use a listed key"
    >>> error.exit_code
    2
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "internal"
    after_result: ClassVar[bool] = False
    """Whether stdout holds the result already, so that the error is no second object there."""

    def __init__(self, message: str, *, remedy: str = "", did_you_mean: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = _shortened(visible(message), _LONGEST)
        self.remedy = _shortened(visible(remedy), _LONGEST)
        self.did_you_mean = tuple(_shortened(visible(name), 200) for name in did_you_mean)

    def __str__(self) -> str:
        parts = [self.message]
        if self.did_you_mean:
            parts[0] += f"; did you mean {' or '.join(self.did_you_mean)}?"
        if self.remedy:
            parts.append(self.remedy)
        return (" " if self.did_you_mean else "; ").join(parts)


class UsageError(ReasonScapeError):
    """A command or call that cannot be carried out as written."""

    exit_code = 2
    code = "usage"


class FilterError(UsageError):
    """A filter that is malformed, ambiguous or names an unknown key."""

    code = "filter"


class ConfigError(UsageError):
    """A dataset config or mapping file that is not valid."""

    code = "config"


class StoreError(UsageError):
    """A store that is missing, damaged, newer than this package, or cannot be written."""

    code = "store"


class OutputError(UsageError):
    """An output path that cannot be written without touching what is not ours."""

    code = "output"


class NoRowsError(ReasonScapeError):
    """Nothing matched the filters."""

    exit_code = 3
    code = "no_rows"


class ImportIncompleteError(ReasonScapeError):
    """Rows of a log were refused."""

    exit_code = 4
    code = "import_incomplete"


class PictureError(ReasonScapeError):
    """A picture that was asked for by name could not be made."""

    exit_code = 4
    code = "picture"


class GateError(ReasonScapeError):
    """A ``--fail-on`` condition holds, or cannot be evaluated."""

    exit_code = 5
    code = "gate"
    after_result = True
