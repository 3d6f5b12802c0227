"""One round of `benchmarks/fuzz.py` in this process: TARGET ENGINE EXECUTIONS SEED FOLDER FILE."""

from __future__ import annotations

import contextlib
import importlib
import sys
import warnings
from pathlib import Path
from typing import Any


def counted(engine: str) -> contextlib.AbstractContextManager[Any]:
    """For atheris the package is imported with counters of its lines, which must be first."""
    if engine != "atheris":
        return contextlib.nullcontext()
    atheris: Any = importlib.import_module("atheris")
    made: contextlib.AbstractContextManager[Any] = atheris.instrument_imports(
        include=["reasonscape"]
    )
    return made


if __name__ == "__main__":
    target, engine, size, seed, keep, told = sys.argv[1:]
    warnings.simplefilter("error")
    with counted(engine), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from benchmarks.fuzz_engines import one_round
    one_round(target, engine, int(size), int(seed), Path(keep), Path(told))
