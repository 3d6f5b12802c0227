"""What a dataset holds, as rows: one an eval (or one an eval and base task)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError
from reasonscape.runs.command_lines import command_line
from reasonscape.stats.clusters import ClusterSums, effective_count, rho_of_sums
from reasonscape.stats.proportions import wilson_bounds
from reasonscape.store.filters.eval_ids import unique_prefixes

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.selection.evals import EvalRow


@dataclass(frozen=True)
class Listing:
    """A table with notes; it shows itself in a terminal and in a notebook."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    notes: tuple[str, ...] = ()
    name: str = "rows"

    def talk(self, limit: int) -> list[str]:
        """What goes to stderr: notes, and how many rows a bounded output left out."""
        left = len(self.rows) - limit
        return [*self.notes, *([f"{left} more (--limit {len(self.rows)})"] if left > 0 else [])]

    def as_json(self, limit: int | None) -> dict[str, Any]:
        """The envelope of a listing; ``omitted`` counts the rows that ``limit`` left out."""
        shown = self.rows[:limit]
        return {
            "schema_version": 1,
            "command": self.name,
            "ok": True,
            self.name: [dict(zip(self.columns, row, strict=True)) for row in shown],
            "omitted": len(self.rows) - len(shown),
            "warnings": list(self.notes),
        }

    def frame(self) -> Any:
        """The rows as a Polars frame."""
        import polars

        return polars.DataFrame(
            [list(row) for row in self.rows], schema=list(self.columns), orient="row", strict=False
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(c)}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(v))}</td>" for v in row) + "</tr>"
            for row in self.rows[:60]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


EVAL_COLUMNS = (
    "eval_id", "label", "tasks", "items", "samples", "correct", "incorrect", "truncated",
    "unanswered", "ungraded", "failed", "accuracy", "low", "high", "if_truncated_right",
)  # fmt: skip
DETAIL_COLUMNS = ("model", "template", "sampler", "base_task", "rho")


def list_evals(
    dataset: Dataset, filters: Any = None, *, search: str = "", detail: bool = False
) -> Listing:
    """Every eval with its counts by outcome and its accuracy, the best first.

    Accuracy counts truncated answers as wrong; ``if_truncated_right`` is the other bound. The
    interval is Wilson's on the effective sample size, with items as clusters within base tasks.

    Parameters
    ----------
    dataset
        What to list.
    filters
        As everywhere.
    search
        Keep evals whose id, model, template, sampler or label contains it, ignoring case.
    detail
        One row an eval and base task, with the full identity.

    Raises
    ------
    NoRowsError
        If nothing matches.
    """
    from reasonscape.store.filters import parse_filters, read_filters
    from reasonscape.store.selection.evals import eval_rows
    from reasonscape.store.selection.grade_sources import grade_note

    written = read_filters(filters)
    where = dataset.where(parse_filters(written))
    found = [row for row in eval_rows(dataset.store(), where) if _matches(dataset, row, search)]
    if not found:
        asked = f" with {search!r} in id, model or label" if search else ""
        if not (written or search):
            raise NoRowsError(
                f"{dataset.name} holds no eval yet",
                remedy=f"import logs: {command_line('import LOG... --dataset', dataset.path)}",
            )
        raise NoRowsError(
            "; ".join((f"no eval of {dataset.name} matches{asked}", *where.notes)),
            remedy=f"see all: {command_line('evals', dataset.path)}",
        )
    short = unique_prefixes({row.eval_id for row in found}, 6)
    groups: dict[tuple[str, ...], list[EvalRow]] = {}
    for row in found:
        groups.setdefault((row.eval_id, row.base_task if detail else ""), []).append(row)
    rows = [_row(dataset, short[key[0]], rows, detail=detail) for key, rows in groups.items()]
    columns = (*EVAL_COLUMNS, *DETAIL_COLUMNS) if detail else EVAL_COLUMNS
    best = columns.index("accuracy")
    rows.sort(key=lambda row: (row[best] is None, -(row[best] or 0.0), row[1], row[0]))
    notes = (*where.notes, *grade_note(dataset.store(), where))
    return Listing(columns, rows, notes, "evals")


def _matches(dataset: Dataset, row: EvalRow, search: str) -> bool:
    if not search:
        return True
    label = dataset.eval_label(row.eval_id, row.model, row.template, row.sampler)
    text = "\n".join((row.eval_id, row.model, row.template, row.sampler, label))
    return search.casefold() in text.casefold()


def _row(dataset: Dataset, short: str, rows: Sequence[EvalRow], *, detail: bool) -> list[Any]:
    first = rows[0]
    counts = {name: sum(row.outcomes[name] for row in rows) for name in _OUTCOMES}
    accuracy, low, high, best = pooled_accuracy(rows)
    shown = [
        short,
        dataset.eval_label(first.eval_id, first.model, first.template, first.sampler),
        len({row.base_task for row in rows}),
        sum(row.items for row in rows),
        sum(counts.values()),
        *(counts[name] for name in _OUTCOMES),
        accuracy, low, high, best,
    ]  # fmt: skip
    if detail:
        shown += [first.model, first.template, first.sampler, first.base_task, item_rho(first)]
    return shown


_OUTCOMES = ("correct", "incorrect", "truncated", "unanswered", "ungraded", "failed")


def item_rho(row: EvalRow) -> float:
    """How alike repeats of one item are, over all items of one (eval, base task)."""
    n, k = float(row.rho_n), float(row.rho_k)
    if n == 0:
        return 0.0
    return rho_of_sums(
        ClusterSums(
            between=row.rho_k2_over_m - k * k / n,
            between_df=row.rho_items - 1.0,
            within=k - row.rho_k2_over_m,
            within_df=n - row.rho_items,
            spread=n - row.rho_m2 / n,
        )
    )


def pooled_accuracy(
    rows: Iterable[EvalRow],
) -> tuple[float | None, float | None, float | None, float | None]:
    """Accuracy over base tasks, its interval, and the bound with every truncated answer right.

    The variance of the pooled share is that of tasks counted by their samples, so the effective
    size is (sum n)^2 / sum(n^2 / n_eff).
    """
    total = right = cut = spread = 0.0
    for row in rows:
        if row.used == 0:
            continue
        squares = row.used * row.rho_m2 / max(row.rho_n, 1)
        effective = effective_count(row.used, squares, row.items, item_rho(row))
        total += row.used
        right += row.outcomes["correct"]
        cut += row.outcomes["truncated"]
        spread += row.used**2 / effective
    if total == 0:
        return None, None, None, None
    trials = total * total / spread
    low, high = wilson_bounds(right / total * trials, trials)
    return right / total, low, high, (right + cut) / total


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)
