"""What is known of each eval on each base task, without numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import StoreError
from reasonscape.store.engine import quote_text
from reasonscape.store.memory import remembered
from reasonscape.store.outcome import OUTCOME_COLUMNS, outcome_case
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.outcomes import USED
from reasonscape.store.selection.packing import (
    group_counts,
    guess,
    may_state_chance,
    parts,
    row_counts,
)
from reasonscape.store.selection.source import ITEM_COLUMNS, ITEM_KEY, exact_sum, selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

SAMPLED_FROM: Final = 2_000_000
_SAMPLED_ROWS: Final = 250_000
_ROWS_A_PART: Final = 100_000
_NAMES = ("model", "template", "sampler")


@dataclass(frozen=True, slots=True)
class EvalRow:
    """One eval on one base task.

    Attributes
    ----------
    outcomes
        Samples by outcome, every outcome present.
    chance
        Mean success rate of guessing over the used samples; 0 where unknown.
    items
        Distinct questions among the used samples.
    one_in
        1 where the sums below are over all items; else over a fixed sample of one item in so
        many, chosen by the hash of the item, and ``items`` is estimated from it.
    rho_items, rho_n, rho_k, rho_m2, rho_k2_over_m
        Items, samples, right samples, sum of squared samples of an item, and sum of (right
        samples of an item)^2 / its samples: what the ANOVA estimator of rho needs.
    """

    eval_id: str
    model: str
    template: str
    sampler: str
    base_task: str
    outcomes: dict[str, int]
    chance: float
    items: int
    one_in: int
    rho_items: int
    rho_n: int
    rho_k: int
    rho_m2: float
    rho_k2_over_m: float

    @property
    def samples(self) -> int:
        """All samples, whatever their outcome."""
        return sum(self.outcomes.values())

    @property
    def used(self) -> int:
        """Samples that count: graded, truncated or unanswered."""
        return sum(self.outcomes[name] for name in USED)


def eval_rows(store: Store, where: Where) -> list[EvalRow]:
    """Outcomes, items and sums for rho of each (eval, base task).

    Parameters
    ----------
    store, where
        What to read. From 2 million rows on, the sums over items come from a fixed sample. The
        answer for the whole store is remembered until its content changes.

    Returns
    -------
    list of EvalRow
        Sorted by model, template, sampler and base task.
    """
    if where.sql == "TRUE" and where.base_tasks is None:
        rows, one_in = remembered(store, "evals", lambda: _read(store, where))
    else:
        rows, one_in = _read(store, where)
    listed = [_row(row, one_in) for row in rows]
    return sorted(listed, key=lambda row: (row.model, row.template, row.sampler, row.base_task))


def _read(store: Store, where: Where) -> tuple[list[tuple[Any, ...]], int]:
    """Rows as :func:`_row` takes them, and one item in how many the sums are over."""
    tasks = _base_tasks(store, where)
    rows = sum(file.rows or 0 for file in store.samples.of_tasks(frozenset(tasks)))
    one_in = 1 if rows <= SAMPLED_FROM else max(2, rows // _SAMPLED_ROWS)
    found = _by_item(store, where, one_in)
    if one_in > 1:
        sums = {row[:2]: row[_SUMS] for row in found}
        # A group by one text column, read from a file that is sorted by it, costs next to
        # nothing; but each part of a query takes a millisecond to plan.
        groups = [[task] for task in tasks] if rows > _ROWS_A_PART * len(tasks) else [tasks]
        totals = _totals(store, where, groups)
        found = [(*row, *sums.get(row[:2], (0, 0, 0, 0.0, 0.0))) for row in totals]
    return found, one_in


def _base_tasks(store: Store, where: Where) -> list[str]:
    tasks = store.base_tasks()
    return [task for task in tasks if where.base_tasks is None or task in where.base_tasks]


_COUNTS = slice(6, 6 + len(OUTCOMES))
_SUMS = slice(_COUNTS.stop, _COUNTS.stop + 5)


def _row(row: Sequence[Any], one_in: int) -> EvalRow:
    eval_id, base_task, model, template, sampler, chance_sum = row[: _COUNTS.start]
    outcomes = dict(zip(OUTCOMES, row[_COUNTS], strict=True))
    items, n, k, m2, k2_over_m = row[_SUMS]
    used = sum(outcomes[name] for name in USED)
    return EvalRow(
        eval_id=eval_id,
        model=model,
        template=template,
        sampler=sampler,
        base_task=base_task,
        outcomes=outcomes,
        chance=chance_sum / max(1, used),
        items=min(used, items * one_in),
        one_in=one_in,
        rho_items=items,
        rho_n=n,
        rho_k=k,
        rho_m2=m2,
        rho_k2_over_m=k2_over_m,
    )


def _totals(store: Store, where: Where, groups: list[list[str]]) -> list[tuple[Any, ...]]:
    """Each (eval, base task) with its names, sum of chances, and samples by outcome."""
    if not any(groups):
        return []
    names = ", ".join(f"any_value({name})" for name in _NAMES)
    counts = ", ".join(f"count_if(ended = {place})" for place in range(len(OUTCOMES)))
    ended = outcome_case({name: f"{place}::UTINYINT" for place, name in enumerate(OUTCOMES)})
    branches = []
    for tasks in groups:
        stated = may_state_chance(store, frozenset(tasks))
        columns = ("eval_id", *_NAMES, *sorted(OUTCOME_COLUMNS), *(["chance"] * stated))
        columns += () if len(tasks) == 1 else ("base_task",)
        task = quote_text(tasks[0]) if len(tasks) == 1 else "base_task"
        guessed = guess(0.0) if stated else "0::DOUBLE"
        rows = (
            f"SELECT eval_id, {', '.join(_NAMES)}, {task} AS base_task, {ended} AS ended, "
            f"{guessed} AS guess FROM {selected(store, where, columns, tasks)}"
        )
        chance = exact_sum("guess") if stated else "0::DOUBLE"
        keys = "eval_id" if len(tasks) == 1 else "eval_id, base_task"
        branches.append(
            f"SELECT eval_id, {task} AS base_task, {names}, {chance}, {counts} "
            f"FROM ({rows}) GROUP BY {keys}"
        )
    return store.rows(" UNION ALL ".join(branches), where.params * len(groups))


def _by_item(store: Store, where: Where, one_in: int) -> list[tuple[Any, ...]]:
    """As :func:`_totals`, then the sums for rho; of all items, or of a fixed sample of them."""
    try:
        found = store.rows(_by_item_sql(store, where, one_in, packed=True), where.params)
        if all(row[-1] == sum(row[_COUNTS]) for row in found):
            return found
    except StoreError:  # the sum of packed counts overflowed; any other failure comes again
        pass
    return store.rows(_by_item_sql(store, where, one_in, packed=False), where.params)


def _by_item_sql(store: Store, where: Where, one_in: int, *, packed: bool) -> str:
    stated = may_state_chance(store, where.base_tasks)
    columns = ("eval_id", "base_task", *_NAMES, *ITEM_COLUMNS, *sorted(OUTCOME_COLUMNS))
    source = selected(store, where, (*columns, *(["chance"] * stated)))
    sampled = "" if one_in == 1 else f" WHERE hash(task, item_id) % {one_in} = 0"
    rows = (
        f"SELECT eval_id, base_task, {', '.join(_NAMES)}, {ITEM_KEY} AS item, "
        f"{guess(0.0) if stated else '0::DOUBLE'} AS guess, "
        f"{row_counts(packed=packed)} AS counts FROM {source}{sampled}"
    )
    names = ", ".join(f"any_value({name}) AS {name}" for name in _NAMES)
    items = (
        f"SELECT eval_id, base_task, {names}, count(*) AS n_all, sum(guess) AS chance_sum, "
        f"{group_counts(packed=packed)} AS counts FROM ({rows}) GROUP BY eval_id, base_task, item"
    )
    counted = (
        "SELECT *, correct AS k, "
        "nullif(correct + incorrect + truncated + unanswered, 0) AS m FROM "
        f"(SELECT * EXCLUDE (counts), {parts(packed=packed)} FROM ({items}))"
    )
    outcomes = ", ".join(f"sum({name})::BIGINT" for name in OUTCOMES)
    return (
        f"SELECT eval_id, base_task, {names}, {exact_sum('chance_sum')}, {outcomes}, count(m), "
        "coalesce(sum(m), 0)::BIGINT, sum(k)::BIGINT, coalesce(sum(m * m), 0)::DOUBLE, "
        f"{exact_sum('k * k / m')}, sum(n_all)::BIGINT FROM ({counted}) GROUP BY eval_id, base_task"
    )
