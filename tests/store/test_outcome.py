from __future__ import annotations

from itertools import product

from reasonscape.store.engine import connect, fetch
from reasonscape.store.outcome import OUTCOME_SQL, outcome
from reasonscape.store.schema import OUTCOMES

STOPS = ("stop", "length", "filter", "error", "unknown", None)
THREE = (True, False, None)


def told_in_words(stop: str | None, correct: bool | None, answered: bool | None) -> str:
    """The rule of the data page as a list of conditions: the first that holds."""
    rules = [
        (stop == "error", "failed"),
        (correct is True, "correct"),
        (stop == "length", "truncated"),
        (correct is None, "ungraded"),
        (answered is False or stop == "filter", "unanswered"),
        (True, "incorrect"),
    ]
    return next(name for holds, name in rules if holds)


def test_every_combination_agrees_with_the_rule() -> None:
    seen = set()
    with connect() as connection:
        for stop, correct, answered in product(STOPS, THREE, THREE):
            sql = (
                f"SELECT {OUTCOME_SQL} FROM "
                "(SELECT ?::VARCHAR AS stop, ?::BOOLEAN AS correct, ?::BOOLEAN AS answered)"
            )
            found = fetch(connection, sql, (stop, correct, answered))[0][0]
            expected = told_in_words(stop, correct, answered)
            assert found == outcome(stop, correct, answered) == expected
            seen.add(found)
    assert seen == set(OUTCOMES)


def test_ungraded_is_never_wrong() -> None:
    for stop, answered in product(STOPS, THREE):
        assert outcome(stop, None, answered) not in ("incorrect", "unanswered")
