"""Counting samples by outcome while rows are summed.

The counts of an item are packed into one 128-bit number: one sum costs a third of seven
conditional counts. Counts that outgrow their 17 bits are noticed, because the parts then no
longer add up to the number of rows, or the sum fails; they are counted again in lists, which
cannot be outgrown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import StoreError
from reasonscape.store.outcome import outcome_case
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.outcomes import USED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store

BITS: Final = 17
COUNTED: Final = (*OUTCOMES, "stop_known")
"""What is counted: each outcome, and the used samples of which the log says why they stopped."""

_KNOWN: Final = COUNTED.index("stop_known")


def row_counts(*, packed: bool) -> str:
    """SQL expression of what one row adds to the counts of its group."""
    return outcome_case({name: (_packed if packed else _listed)(name) for name in OUTCOMES})


def _packed(outcome: str) -> str:
    unit = 1 << (BITS * COUNTED.index(outcome))
    if outcome not in USED:
        return f"{unit}::HUGEINT"
    known = unit + (1 << (BITS * _KNOWN))
    return f"CASE stop WHEN 'unknown' THEN {unit}::HUGEINT ELSE {known}::HUGEINT END"


def _listed(outcome: str) -> str:
    parts = [f"{int(name == outcome)}::BIGINT" for name in OUTCOMES]
    parts.append("(stop <> 'unknown')::BIGINT" if outcome in USED else "0::BIGINT")
    return f"[{', '.join(parts)}]"


def group_counts(*, packed: bool) -> str:
    """SQL aggregate of the column ``counts`` that :func:`row_counts` made."""
    if packed:
        return "sum(counts)::HUGEINT"
    sums = (f"sum(counts[{place + 1}])::BIGINT" for place in range(len(COUNTED)))
    return f"[{', '.join(sums)}]"


def parts(*, packed: bool) -> str:
    """SQL list of the counts in the column ``counts``, by the names in :data:`COUNTED`."""
    if not packed:
        return ", ".join(f"counts[{place + 1}] AS {name}" for place, name in enumerate(COUNTED))
    mask = 2**BITS - 1
    shifted = (f"((counts >> {BITS * place}) & {mask})::BIGINT" for place in range(len(COUNTED)))
    return ", ".join(f"{part} AS {name}" for part, name in zip(shifted, COUNTED, strict=True))


def unpackable(
    read: Callable[[bool], dict[str, NDArray[Any]]], counted: Sequence[str], rows: str
) -> dict[str, NDArray[Any]]:
    """Read with packed counts, or with lists where a count outgrew its place.

    Parameters
    ----------
    read
        Given whether to pack, runs the query.
    counted, rows
        Columns whose sum must be that of the column ``rows``.
    """
    try:
        arrays = read(True)
        if (arrays[rows] == sum(arrays[name] for name in counted)).all():
            return arrays
    except StoreError:  # the sum itself overflowed; any other failure comes again
        pass
    return read(False)


def guess(default: float) -> str:
    """SQL expression of a used sample's chance; NULL where the sample is dropped."""
    dropped = dict.fromkeys(OUTCOMES, "NULL")
    used = dict.fromkeys(USED, f"coalesce(chance, {float(default)!r}::DOUBLE)")
    return outcome_case({**dropped, **used})


def may_state_chance(store: Store, base_tasks: frozenset[str] | None) -> bool:
    """Whether some sample of those base tasks may state its chance, as far as the log tells."""
    for file in store.samples.of_tasks(base_tasks):
        nulls = file.stats.get("nullCount", {}).get("chance")
        if nulls is None or nulls != file.rows:
            return True
    return False
