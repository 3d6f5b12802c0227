"""What a user may ask of the compression lens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.lenses.lens import check_bins, check_one_axis

MAX_TEXTS: Final = 20


@dataclass(frozen=True, slots=True)
class CompressionOptions:
    """Options of the lens; the summary lists them as they are here.

    Raises
    ------
    UsageError
        A number is out of its range, or there is more than one axis.

    Attributes
    ----------
    axes
        At most one axis: pictures get a panel for each of its levels, and the table of shifts a
        row.
    bins
        Bins of an axis that has too many levels to keep each.
    show_text
        Example traces of each eval and task to show, as somebody wrote them; 0 reads no text.
    """

    axes: tuple[str, ...] = field(default=(), metadata={"flag": "--axis"})
    bins: int | None = field(default=None, metadata={"flag": "--bins"})
    show_text: int = field(default=0, metadata={"flag": "--show-text"})

    def __post_init__(self) -> None:
        check_one_axis(self.axes)
        check_bins(self.bins)
        texts: object = self.show_text
        if not isinstance(texts, int) or not 0 <= texts <= MAX_TEXTS:
            raise UsageError(
                f"show_text is {texts!r:.40}", remedy=f"give 0 to {MAX_TEXTS} example traces"
            )
