"""What a user may ask of the surface lens."""

from __future__ import annotations

from dataclasses import dataclass, field

from reasonscape.errors import UsageError
from reasonscape.findings.thresholds import CAPABLE
from reasonscape.lenses.lens import check_bins


@dataclass(frozen=True, slots=True)
class SurfaceOptions:
    """Options of the lens; the summary lists them as they are here.

    Raises
    ------
    UsageError
        A number is out of its range.

    Attributes
    ----------
    axes
        One or two axes to draw, by bare or full name; empty means the config's surfaces, else
        the two axes that explain most.
    surface
        Id of one surface of the dataset config.
    bins
        Bins of an axis that has too many levels to keep each.
    capable
        Excess accuracy from which a cell counts as capable.
    """

    axes: tuple[str, ...] = field(default=(), metadata={"flag": "--axis"})
    surface: str | None = field(default=None, metadata={"flag": "--surface"})
    bins: int | None = field(default=None, metadata={"flag": "--bins"})
    capable: float = field(default=CAPABLE, metadata={"flag": "--capable"})

    def __post_init__(self) -> None:
        # Python calls are not checked by the command line.
        check_bins(self.bins)
        capable: object = self.capable
        if not isinstance(capable, int | float) or not 0.5 <= capable <= 0.999:
            raise UsageError(
                f"capable is {capable!r:.40}",
                remedy="give an excess accuracy from 0.5 to 0.999",
            )
