"""The command line: parse, call, print; nothing else."""

from __future__ import annotations


def main() -> None:
    """Run ``analyze.py`` or the installed script ``reasonscape``."""
    from reasonscape.cli.app import run

    raise SystemExit(run())
