"""Small rooms: a file is read in one sitting, a function on one screen, a name says what is in it.

Lines of a docstring do not count for a function: the numpydoc of a statistic (units, reference,
how it misleads, an example) is longer than its code and must not be shortened for a limit.
"""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.contract.source_tree import ROOT, python_files

FILE_LINES = 400
MEDIAN_LINES = 120
FUNCTION_LINES = 60
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "base", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def code_lines(function: Function) -> int:
    """Lines from the def to the end of the body, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


def functions(path: Path) -> list[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def test_no_file_is_too_long() -> None:
    long = {str(path.relative_to(ROOT)): line_count(path) for path in python_files()}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES} == {}


def test_the_middle_file_is_short() -> None:
    lines = [count for path in python_files("reasonscape") if (count := line_count(path)) > 1]
    assert median(lines) < MEDIAN_LINES


def test_no_function_is_too_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {code_lines(function)} lines"
        for path in python_files("reasonscape")
        for function in functions(path)
        if code_lines(function) > FUNCTION_LINES
    ]
    assert long == []


def test_names_say_what_is_inside() -> None:
    paths = (path.relative_to(ROOT).with_suffix("") for path in python_files())
    assert [p for p in paths if SAYS_NOTHING & {part.strip("_") for part in p.parts}] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def f():\n    return 1\n", 2),
        ('def f():\n    """One\n\n    two."""\n    return 1\n', 2),
        ('async def f(\n    x,\n):\n    """One."""\n', 3),
    ],
)
def test_a_docstring_is_not_code(source: str, lines: int) -> None:
    [function] = ast.parse(source).body
    assert isinstance(function, Function)
    assert code_lines(function) == lines
