"""What is known of each eval on each base task, in one pass; without numpy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.outcome import OUTCOME_COLUMNS
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
_ROWS_A_GROUP: Final = 100_000
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
        What to read. From 2 million rows on, the sums over items come from a fixed sample.

    Returns
    -------
    list of EvalRow
        Sorted by model, template, sampler and base task.
    """
    rows = store.row_count() if where.base_tasks is None else _rows_of(store, where.base_tasks)
    one_in = 1 if rows <= SAMPLED_FROM else max(2, rows // _SAMPLED_ROWS)
    found = _read(store, where, one_in, rows, packed=True)
    if any(row[_N_ALL] != sum(row[_COUNTS]) for row in found):
        found = _read(store, where, one_in, rows, packed=False)
    listed = [_row(row, one_in) for row in found]
    return sorted(listed, key=lambda row: (row.model, row.template, row.sampler, row.base_task))


_N_ALL = 5
_COUNTS = slice(6, 6 + len(OUTCOMES))


def _row(row: tuple[Any, ...], one_in: int) -> EvalRow:
    eval_id, base_task, model, template, sampler = row[:_N_ALL]
    outcomes = dict(zip(OUTCOMES, row[_COUNTS], strict=True))
    chance_sum, items, n, k, m2, k2_over_m = row[_COUNTS.stop :]
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


def _rows_of(store: Store, base_tasks: Iterable[str]) -> int:
    files = store.samples.of_tasks(frozenset(base_tasks))
    return sum(file.rows or 0 for file in files)


def _read(
    store: Store, where: Where, one_in: int, rows: int, *, packed: bool
) -> list[tuple[Any, ...]]:
    """One row for each (eval, base task), from one pass over the samples.

    Samples of items outside the sample are counted in groups of their own, of which there are
    enough that none outgrows its packed counts.
    """
    stated = may_state_chance(store, where.base_tasks)
    columns = ("eval_id", "base_task", *_NAMES, *ITEM_COLUMNS, *sorted(OUTCOME_COLUMNS))
    source = selected(store, where, (*columns, *(["chance"] * stated)))
    item, group = ITEM_KEY, "item"
    if one_in > 1:
        item = f"CASE WHEN hash(task, item_id) % {one_in} = 0 THEN {ITEM_KEY} END"
        group = f"coalesce(item, hash(task, item_id) % {rows // _ROWS_A_GROUP + 1})"
    names = ", ".join(_NAMES)
    sample = (
        f"SELECT eval_id, base_task, {names}, task, item_id, {item} AS item, "
        f"{guess(0.0) if stated else 'NULL::DOUBLE'} AS guess, "
        f"{row_counts(packed=packed)} AS counts FROM {source}"
    )
    kept = ", ".join(
        f"any_value({name}) AS {name}" for name in ("eval_id", "base_task", *_NAMES, "item")
    )
    groups = (
        f"SELECT {kept}, count(*) AS n_all, {group_counts(packed=packed)} AS counts, "
        f"{'sum(guess)' if stated else '0.0'} AS chance_sum "
        f"FROM ({sample}) GROUP BY hash(eval_id, base_task, {group})"
    )
    counted = (
        "SELECT *, item IS NOT NULL AND m > 0 AS sampled, correct AS k FROM (SELECT *, "
        "correct + incorrect + truncated + unanswered AS m FROM "
        f"(SELECT * EXCLUDE (counts), {parts(packed=packed)} FROM ({groups})))"
    )
    outcomes = ", ".join(f"sum({name})::BIGINT" for name in OUTCOMES)
    of_items = ", ".join(
        f"coalesce(sum({term}) FILTER (WHERE sampled), 0)::BIGINT" for term in ("1", "m", "k")
    )
    sql = (
        f"SELECT eval_id, base_task, {', '.join(f'any_value({name})' for name in _NAMES)}, "
        f"sum(n_all)::BIGINT, {outcomes}, {exact_sum('chance_sum')}, {of_items}, "
        "coalesce(sum(m * m) FILTER (WHERE sampled), 0)::DOUBLE, "
        f"{exact_sum('CASE WHEN sampled THEN k * k / m END')} "
        f"FROM ({counted}) GROUP BY eval_id, base_task"
    )
    return store.rows(sql, where.params)
