"""Choices about how logs are read that had no effect: said, for they are often misspelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reasonscape.ingest.format import Format
from reasonscape.ingest.options import ReadOptions


def chosen_in_vain(formats: Sequence[Format], options: ReadOptions) -> Iterator[str]:
    """Say of each choice that no log heeded why it did nothing; after the logs were read.

    Parameters
    ----------
    formats
        Those of the logs.
    """
    names = ", ".join(dict.fromkeys(known.name for known in formats))
    for option in ("metric", "variant", "requests"):
        value = getattr(options, option)
        if value is not None and not any(option in known.heeds for known in formats):
            yield (
                f"--{option} {str(value)!r:.80} is not used: "
                f"logs of the format {names} have no such choice"
            )
    for name, expression in options.axes.unseen.items():
        yield f"--axes {name[:60]!r} reads {expression.text!r:.80}, which no row of the logs has"
