"""Who is compared: what a user wrote for A and for B becomes two groups of rows."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.datasets.labels import eval_labels
from reasonscape.errors import FilterError, UsageError
from reasonscape.runs.command_lines import command_line
from reasonscape.store.filters import Where, parse_filters, read_filters
from reasonscape.store.filters.eval_ids import SHORTEST, resolve_eval_id, unique_prefixes
from reasonscape.store.selection.names import eval_names

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset

WHOLE: Final = 12
"""Names that a message lists."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared.

    ``written`` are the filters that select it, beside those of the run; ``eval_id`` is empty
    where it was not given as one eval.
    """

    name: str
    label: str
    written: Mapping[str, Any]
    where: Where
    eval_id: str = ""

    @property
    def shown(self) -> str:
        """Label and, of a single eval, the beginning of its id."""
        return f"{self.label} [{self.eval_id[:7]}]" if self.eval_id else self.label


def two_sides(
    dataset: Dataset, filters: Any, a: Any, b: Any
) -> tuple[Side, Side, Mapping[str, Any]]:
    """Read A and B, and the filters that both share.

    Parameters
    ----------
    dataset
        Where they are looked up.
    filters
        What both are narrowed to. Without A and B it must select exactly two evals.
    a, b
        An eval id or its beginning, a model's name, a label of the config, or filters.

    Raises
    ------
    UsageError
        If one of them is missing, or A and B are the same.
    FilterError
        If there is no such eval, model or key.
    """
    shared = read_filters(filters)
    if a is None and b is None:
        first, second = _found(dataset, shared)
    elif a is None or b is None:
        raise UsageError("only one side was named", remedy="name A and B, or none")
    else:
        first, second = (_side(dataset, n, text) for n, text in (("A", a), ("B", b)))
    if first.where == second.where:
        raise UsageError(
            f"A and B are the same: {first.shown}",
            remedy=f"name two evals of {command_line('evals', dataset.path)}",
        )
    if first.eval_id and second.eval_id and first.label == second.label:
        labels = eval_labels(dataset, eval_names(dataset.store()), [first.eval_id, second.eval_id])
        first = Side("A", labels[first.eval_id], first.written, first.where, first.eval_id)
        second = Side("B", labels[second.eval_id], second.written, second.where, second.eval_id)
    return first, second, shared


def _found(dataset: Dataset, shared: Mapping[str, Any]) -> tuple[Side, Side]:
    """The two evals that the filters select."""
    from reasonscape.store.selection.evals import eval_rows

    where = dataset.where(parse_filters(shared))
    found = sorted({row.eval_id for row in eval_rows(dataset.store(), where)})
    if len(found) != 2:
        short = unique_prefixes(found)
        listed = ", ".join(short[one] for one in found[:WHOLE])
        raise UsageError(
            f"the filters select {len(found)} evals, and a comparison needs two"
            + (f" ({listed}{' …' if len(found) > WHOLE else ''})" if found else ""),
            remedy="name A and B after the dataset, each an eval id, a model or filters",
        )
    return _one(dataset, "A", found[0]), _one(dataset, "B", found[1])


def _side(dataset: Dataset, name: str, text: Any) -> Side:
    if not isinstance(text, str):
        return _group(dataset, name, read_filters(text))
    if text.lstrip().startswith(("{", "@", "-")):
        return _group(dataset, name, read_filters(text))
    names = eval_names(dataset.store())
    ids = _named(dataset, names, text)
    if len(ids) == 1:
        return _one(dataset, name, ids[0])
    if ids:
        return _group(dataset, name, {"eval_id": ids}, label=text)
    if len(text) >= SHORTEST and any(one.startswith(text.lower()) for one in names):
        return _one(dataset, name, resolve_eval_id(text, names))
    raise _unknown(dataset, names, name, text)


def _named(dataset: Dataset, names: Mapping[str, tuple[str, str, str]], text: str) -> list[str]:
    """Evals of a model, else evals that the config labels so."""
    of_model = [one for one, identity in names.items() if identity[0] == text]
    labelled = [one for one, who in names.items() if dataset.eval_label(one, *who) == text]
    return sorted(of_model or labelled)


def _one(dataset: Dataset, name: str, eval_id: str) -> Side:
    who = eval_names(dataset.store())[eval_id]
    written = {"eval_id": eval_id}
    where = dataset.where(parse_filters(written))
    return Side(name, dataset.eval_label(eval_id, *who), written, where, eval_id)


def _group(
    dataset: Dataset, name: str, written: Mapping[str, Any], *, label: str | None = None
) -> Side:
    import json

    where = dataset.where(parse_filters(written))
    told = label or json.dumps(dict(written), ensure_ascii=False, separators=(",", ":"))
    single = written.get("eval_id")
    if len(written) == 1 and isinstance(single, str):
        return _one(dataset, name, resolve_eval_id(single, eval_names(dataset.store())))
    return Side(name, told, written, where)


def _unknown(
    dataset: Dataset, names: Mapping[str, tuple[str, str, str]], name: str, text: str
) -> FilterError:
    models = sorted({who[0] for who in names.values()})
    short = sorted(unique_prefixes(names).values())
    near = difflib.get_close_matches(text, [*models, *short], 3)
    if not near:
        near = [model for model in models if text.casefold() in model.casefold()][:3]
    return FilterError(
        f"{name} is {text[:80]!r}, and no eval id begins so and no model is called that",
        remedy=f"see what there is: {command_line('evals', dataset.path)}",
        did_you_mean=near,
    )
