"""Worlds for `coverage`."""

from benchmarks.coverage_worlds import Case

CURVES: tuple[Case, ...] = ()
