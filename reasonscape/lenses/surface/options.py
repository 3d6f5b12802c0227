"""What a user may ask of the surface lens."""

from __future__ import annotations

from dataclasses import dataclass, field

from reasonscape.findings.thresholds import CAPABLE


@dataclass(frozen=True, slots=True)
class SurfaceOptions:
    """Options of the lens; the summary lists them as they are here.

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
