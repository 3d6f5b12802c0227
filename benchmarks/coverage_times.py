"""Worlds for `coverage`."""

from benchmarks.coverage_worlds import Case

TIMES: tuple[Case, ...] = ()
