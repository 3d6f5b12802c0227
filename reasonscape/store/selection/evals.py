"""What is known of each eval on each base task, in one or two passes; without numpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.outcome import OUTCOME_SQL, outcome
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.outcomes import USED
from reasonscape.store.selection.source import ITEM_KEY, exact_sum, selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

SAMPLED_FROM: Final = 2_000_000
_SAMPLED_ROWS: Final = 250_000
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
    outcomes, chances = _outcomes(store, where)
    sums = _item_sums(store, where, one_in)
    names = _eval_names(store, where)
    found = []
    for (eval_id, base_task), counts in outcomes.items():
        items, *_ = of_items = sums.get((eval_id, base_task), (0, 0, 0, 0.0, 0.0))
        used = sum(counts[name] for name in USED)
        if one_in > 1:
            items = min(used, items * one_in)
        found.append(
            EvalRow(
                eval_id,
                *names[eval_id],
                base_task,
                counts,
                chances[eval_id, base_task],
                items,
                one_in,
                *of_items[:3],
                *of_items[3:],
            )
        )
    return sorted(found, key=lambda row: (row.model, row.template, row.sampler, row.base_task))


def _rows_of(store: Store, base_tasks: Iterable[str]) -> int:
    files = store.samples.of_tasks(frozenset(base_tasks))
    return sum(file.rows or 0 for file in files)


def _outcomes(
    store: Store, where: Where
) -> tuple[dict[tuple[str, str], dict[str, int]], dict[tuple[str, str], float]]:
    columns = ("eval_id", "base_task", "stop", "correct", "answered", "chance")
    sql = (
        "SELECT eval_id, base_task, stop, correct, answered, chance, count(*) "
        f"FROM {selected(store, where, columns)} GROUP BY ALL"
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    chances: defaultdict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for eval_id, base_task, stop, correct, answered, chance, count in store.rows(sql, where.params):
        key = (eval_id, base_task)
        ended = outcome(stop, correct, answered)
        counts.setdefault(key, dict.fromkeys(OUTCOMES, 0))[ended] += count
        if ended in USED:
            chances[key].append((chance or 0.0, count))
    means = {}
    for key in counts:
        weighted = sorted(chances[key])
        total = sum(count for _, count in weighted)
        means[key] = sum(value * count for value, count in weighted) / total if total else 0.0
    return counts, means


def _item_sums(
    store: Store, where: Where, one_in: int
) -> dict[tuple[str, str], tuple[int, int, int, float, float]]:
    columns = (
        "eval_id",
        "base_task",
        "task",
        "item_id",
        "item_hash",
        "stop",
        "correct",
        "answered",
    )
    sampled = "" if one_in == 1 else f"WHERE {ITEM_KEY} % {one_in} = 0 "
    used = ", ".join(f"'{name}'" for name in USED)
    sql = (
        "SELECT eval_id, base_task, count(*), sum(m)::BIGINT, sum(k)::BIGINT, "
        f"sum(m * m)::DOUBLE, {exact_sum('k * k / m')} FROM ("
        f"SELECT eval_id, base_task, count(*) FILTER (WHERE {OUTCOME_SQL} IN ({used})) AS m, "
        f"count(*) FILTER (WHERE {OUTCOME_SQL} = 'correct') AS k "
        f"FROM {selected(store, where, columns)} {sampled}"
        f"GROUP BY eval_id, base_task, {ITEM_KEY}) WHERE m > 0 GROUP BY eval_id, base_task"
    )
    rows: list[tuple[Any, ...]] = store.rows(sql, where.params)
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5], row[6]) for row in rows}


def _eval_names(store: Store, where: Where) -> dict[str, tuple[str, str, str]]:
    columns = ("eval_id", *_NAMES)
    sql = (
        "SELECT eval_id, any_value(model), any_value(template), any_value(sampler) "
        f"FROM {selected(store, where, columns)} GROUP BY eval_id"
    )
    return {row[0]: (row[1], row[2], row[3]) for row in store.rows(sql, where.params)}
