"""Command lines typed in a folder of their own, as in the tests of the commands."""

from __future__ import annotations

from tests.cli.conftest import typed

__all__ = ["typed"]
