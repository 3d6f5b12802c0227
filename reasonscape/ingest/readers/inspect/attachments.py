"""Texts that a sample of Inspect keeps once and refers to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Resolve = Callable[[str], str]
"""Text as it stands in a sample -> the text, with a reference to an attachment followed."""

ATTACHMENT: Final = "attachment://"
_OLD_ATTACHMENT: Final = "tc://"


def resolver(attachments: Callable[[], object]) -> Resolve:
    """Make the function that follows references to attachments.

    Parameters
    ----------
    attachments
        Gives hash -> text; called once, when the first reference is met.

    Examples
    --------
    >>> resolve = resolver(lambda: {"ab": "a long text"})
    >>> resolve("attachment://ab"), resolve("attachment://missing"), resolve("x")
    ('a long text', 'attachment://missing', 'x')
    """
    known: Mapping[str, Any] | None = None

    def resolve(text: str) -> str:
        nonlocal known
        if not text.startswith((ATTACHMENT, _OLD_ATTACHMENT)):
            return text
        if known is None:
            found = attachments()
            known = found if isinstance(found, Mapping) else {}
        content = known.get(text.partition("://")[2])
        return content if isinstance(content, str) else text

    return resolve
