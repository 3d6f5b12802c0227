"""Options that must be one of a few words, or a number in a range."""

from __future__ import annotations

from reasonscape.errors import UsageError


def one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among a few.

    Raises
    ------
    UsageError
        As said.
    """
    if value not in allowed:
        raise UsageError(f"{name} is {value!r:.60}", remedy=f"one of: {', '.join(allowed)}")


def within(name: str, value: object, least: int, most: int) -> None:
    """Refuse what is no whole number in a range.

    Raises
    ------
    UsageError
        As said.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UsageError(f"{name} is {value!r:.40}", remedy=f"give {least:,} to {most:,}")
