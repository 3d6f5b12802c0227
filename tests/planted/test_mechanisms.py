from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import get_type_hints

import pytest

from reasonscape.errors import UsageError
from reasonscape.planted.mechanisms import (
    KINDS,
    MEANINGS,
    Mechanism,
    Thinking,
    WrongEnds,
    reference,
)


def test_every_mechanism_has_a_reference_and_a_meaning() -> None:
    for kind in KINDS:
        assert reference(kind).kind == kind
        assert MEANINGS[kind]
    assert set(MEANINGS) - set(KINDS) == {"workflow"}


def test_a_wrong_name_gets_its_near_miss() -> None:
    with pytest.raises(UsageError, match="did you mean cliff") as caught:
        reference("clif")
    assert caught.value.exit_code == 2


def test_a_spread_no_share_can_have_is_refused() -> None:
    with pytest.raises(UsageError, match="standard deviation"):
        Mechanism("chaos", high=0.5, spread=0.5)


@pytest.mark.parametrize("change", [{"high": 1.2}, {"low": -0.1}, {"width": 0}, {"break_after": 0}])
def test_effects_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="give a value between"):
        replace(reference("cliff"), **change)  # type: ignore[arg-type]


def test_a_cap_of_one_token_is_refused() -> None:
    with pytest.raises(UsageError, match="cap"):
        Thinking(cap=1)


def test_two_answers_to_how_long_wrong_traces_are_are_refused() -> None:
    with pytest.raises(UsageError, match="one of them"):
        Thinking(wrong_ratio=2.0, wrong_ends=WrongEnds("early", 3.0))


def test_the_table_of_mechanisms_imports_nothing_heavy() -> None:
    code = (
        "import sys, reasonscape.planted.mechanisms;"
        "print([m for m in ('numpy', 'pyarrow', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_help_of_the_command_names_every_mechanism() -> None:
    from reasonscape.cli.plant_command import plant

    option = get_type_hints(plant, include_extras=True)["mechanism"].__metadata__[0]
    named = re.findall(r"[a-z][a-z-]+", option.help)
    assert [name for name in named if name in MEANINGS] == list(MEANINGS)
