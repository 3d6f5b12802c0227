from __future__ import annotations

import shlex

import pytest

from reasonscape.errors import FilterError
from reasonscape.store.filters import parse_filters
from reasonscape.store.filters.correction import corrected_filters

GOOD = '{"eval_id": ["e1a2b3"], "base_task": "arithmetic"}'


@pytest.mark.parametrize(
    "text",
    [
        '{"eval_id": [e1a2b3], "base_task": "arithmetic"}',
        '{"eval_id": [<target-eval>], "base_task": "arithmetic"}',
        "{'eval_id': ['e1a2b3'], 'base_task': 'arithmetic'}",
        '{"eval_id": ["e1a2b3",], "base_task": "arithmetic",}',
        '{"eval_id": ["e1a2b3"], "base_task": "arithmetic"',
        "{eval_id: [e1a2b3], base_task: arithmetic}",
        '{\\"eval_id\\": [\\"e1a2b3\\"], \\"base_task\\": \\"arithmetic\\"}',
        '\'{"eval_id": ["e1a2b3"], "base_task": "arithmetic"}\'',
        '"eval_id": ["e1a2b3"], "base_task": "arithmetic"',
        "{“eval_id”: [“e1a2b3”], “base_task”: “arithmetic”}",
        "'{eval_id: [e1a2b3], base_task: arithmetic}",
    ],
)
def test_common_slips_get_the_corrected_line(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filters(text)
    assert f"--filters {shlex.quote(GOOD)}" in caught.value.remedy


def test_a_quoted_placeholder_is_found_too() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filters('{"eval_id": ["<target-eval>"], "base_task": "arithmetic"}')
    assert "placeholder <target-eval>" in caught.value.message
    assert GOOD in caught.value.remedy
    assert "analyze.py evals" in caught.value.remedy
    parse_filters({"token": "<eos>"})


def test_two_placeholders_as_the_workflow_page_has_them() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filters('{"eval_id": [<model-a>, <model-b>], "base_task": "arithmetic"}')
    assert '{"eval_id": ["e1a2b3", "e1a2b3"], "base_task": "arithmetic"}' in caught.value.remedy


def test_windows_gets_its_own_quoting() -> None:
    assert '--filters "{\\"a\\": 1}" (in cmd.exe)' in corrected_filters("'{a: 1}'")


def test_constants_and_numbers_stay() -> None:
    line = corrected_filters("{correct: True, max_tokens: None, length: -1.5e3, x: 01}")
    assert '{"correct": true, "max_tokens": null, "length": -1.5e3, "x": "01"}' in line


@pytest.mark.parametrize("text", ["", "[1, 2]", "hello", "{" * 50, "{]}", ":::", "{a b: 1}"])
def test_what_cannot_be_guessed_is_not(text: str) -> None:
    assert corrected_filters(text) == "" or "--filters" in corrected_filters(text)
