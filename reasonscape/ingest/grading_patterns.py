"""Answers found by the pattern of a user, in time that grows no faster than the text."""

from __future__ import annotations

from typing import Final

from reasonscape.errors import UsageError
from reasonscape.store.engine import EngineError, connect, fetch, first_line, quote_text

TAIL: Final = 1_000_000
"""Characters at the end of a response in which the pattern is looked for."""

LONGEST: Final = 1000


class AnswerPattern:
    r"""A pattern with one group, which is the answer; the last place that matches counts.

    DuckDB runs it by its engine RE2, which takes time in proportion to the text whatever the
    pattern, so that no pattern makes an import hang. It has no lookaround and no backreference.

    Parameters
    ----------
    pattern
        In RE2's syntax; ``^`` and ``$`` are the ends of the response unless ``(?m)`` is set.

    Raises
    ------
    UsageError
        It cannot be read, or has another number of groups than one.

    Examples
    --------
    >>> AnswerPattern(r"Result: (\d+)").find("Result: 1, no. Result: 17")
    '17'
    """

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST or "\0" in pattern:
            raise UsageError(
                "the pattern of the answer is too long or holds a NUL character",
                remedy=f"give one of at most {LONGEST:,} characters",
            )
        self._connection = connect(memory_limit="200MB")
        self._connection.execute("SET threads = 1")
        self._literal = quote_text(pattern)
        try:
            self._run(self._literal, 1)
            # Groups are counted where something matches: this matches nothing at all, too.
            self._run(quote_text(f"(?:{pattern})|"), 1)
        except (EngineError, UnicodeError) as error:
            raise UsageError(
                f"the pattern {pattern!r} cannot be used ({first_line(error)})",
                remedy=r"write one group in RE2's syntax, such as 'Answer: (\w+)'",
            ) from error
        try:
            self._run(quote_text(f"(?:{pattern})|"), 2)
        except EngineError:
            return
        raise UsageError(
            f"the pattern {pattern!r} has several groups, of which one is to be the answer",
            remedy="write the others as (?:...)",
        )

    def find(self, text: str) -> str | None:
        """Find what the group holds at the last match; None where nothing matches or it is empty.

        Parameters
        ----------
        text
            Of which the last million characters are read.
        """
        whole = text[-TAIL:].encode("utf-8", "replace").decode("utf-8")
        found = self._run(self._literal, 1, whole)
        return (found[-1] or None) if found else None

    def _run(self, literal: str, group: int, text: str = "-") -> list[str | None]:
        sql = f"SELECT regexp_extract_all(?::VARCHAR, {literal}, {group})"
        answer: list[str | None] = fetch(self._connection, sql, [text])[0][0]
        return answer
