"""Null worlds of ``benchmarks/calibration.py``: what is said to be false is false in them."""

from __future__ import annotations

import pytest

from benchmarks.calibration_worlds import PATTERNS, WORLDS, drawn_store

STRICT = [name for name, world in WORLDS.items() if world.strict]


def test_a_store_is_drawn_again_from_its_numbers() -> None:
    made = drawn_store("prompts", 1, 0)
    assert made == drawn_store("prompts", 1, 0)
    assert made != drawn_store("prompts", 1, 1)
    assert {*made.true, *made.open} <= set(PATTERNS)


@pytest.mark.parametrize("world", STRICT)
def test_in_a_strict_world_no_pattern_is_true(world: str) -> None:
    made = drawn_store(world, 2, 0)
    assert made.true == ()
    assert set(made.open) <= {"truncation_dominant"}


def test_a_flat_loss_and_a_decline_are_what_they_are_called() -> None:
    assert drawn_store("loss", 3, 0).true == ("uniform_loss",)
    assert drawn_store("decline", 3, 0).true == ("gradual_decline",)
