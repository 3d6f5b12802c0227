"""The command line: parse, call, print; nothing else."""

from __future__ import annotations


def main() -> None:
    """Run ``analyze.py`` or the installed script ``reasonscape``."""
    import io
    import sys

    # Names of models and tasks are Unicode: what is written does not depend on the locale.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from reasonscape.cli.app import run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    raise SystemExit(run())
