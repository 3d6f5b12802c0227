from __future__ import annotations

import pytest

from reasonscape.errors import UsageError
from reasonscape.planted.mechanisms import MEANINGS
from reasonscape.planted.plans import named_plan


@pytest.mark.parametrize("mechanism", MEANINGS)
def test_every_name_in_the_help_has_a_plan(mechanism: str) -> None:
    plan = named_plan(mechanism, seed=4, name="demo", axes=None)
    assert (plan.seed, plan.name) == (4, "demo")
    assert plan.rows > 0


def test_names_and_options_that_do_not_exist_are_one_sentence() -> None:
    with pytest.raises(UsageError, match="did you mean workflow"):
        named_plan("workflw")
    with pytest.raises(UsageError, match="axes was given"):
        named_plan("workflow", axes=2)
