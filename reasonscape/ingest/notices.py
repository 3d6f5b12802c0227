"""Things about a log that cost no row but that its owner should know, counted once a kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from reasonscape.errors import visible

MAX_KINDS: Final = 100
_OVERFLOW: Final = "further kinds of notices, not listed"


@dataclass(slots=True)
class Notices:
    """Counts of notices by their text; bounded, whatever a log holds."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, count: int = 1) -> None:
        """Count one more row to which ``text`` applies."""
        text = visible(text)
        if text not in self.counts and len(self.counts) >= MAX_KINDS:
            text = _OVERFLOW
        self.counts[text] = self.counts.get(text, 0) + count

    def lines(self) -> tuple[str, ...]:
        """One line a kind, the most frequent first, ties by text.

        Examples
        --------
        >>> notices = Notices()
        >>> notices.add("NaN read as missing", 2)
        >>> notices.lines()
        ('NaN read as missing (2 rows)',)
        """
        ordered = sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(f"{text} ({n:,} row{'' if n == 1 else 's'})" for text, n in ordered)
