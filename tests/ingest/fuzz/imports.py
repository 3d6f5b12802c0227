"""Damaged logs through the whole import, into a store that must take no harm."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Final

from reasonscape.errors import ImportIncompleteError, UsageError
from reasonscape.ingest.importing import ImportReport, import_logs
from reasonscape.store.tables import Store
from reasonscape.store.verifying import verify
from reasonscape.store.writing import OnConflict
from tests.ingest.fuzz import trials
from tests.ingest.fuzz.cases import case, laid_out
from tests.ingest.golden_logs import Golden

_CONFLICTS: Final[tuple[OnConflict, ...]] = ("error", "replace", "repeat")


class Imports:
    """One store of golden logs, into which damaged ones are imported one after the other."""

    def __init__(self, golden: Golden, folder: Path) -> None:
        self._golden = golden
        self._folder = folder / "a" / "b"
        self._dataset = folder / "data" / "x.json"
        logs = golden.written(self._folder)
        self._choices = golden.choices(self._folder)
        import_logs(logs, self._dataset, features=False, on_conflict="repeat", **self._choices)
        self._counts = Counter[str]()

    def tally(self) -> str:
        """How the imports so far ended."""
        return ", ".join(f"{name} {count}" for name, count in sorted(self._counts.items()))

    def _state(self) -> tuple[int, str, bytes]:
        store = Store.open(self._dataset.with_suffix(""))
        return store.version, store.content_hash(), self._dataset.read_bytes()

    def run(self, number: int) -> str:
        """Import one damaged log; what was wrong with that, else nothing."""
        rng = random.Random(f"import-{number}")
        conflict, with_features = rng.choice(_CONFLICTS), rng.random() < 0.3
        before = self._state()
        report: ImportReport | None = None
        failure: Exception | None = None

        def action(outcome: trials.Outcome) -> None:
            nonlocal report, failure
            try:
                report = import_logs(
                    [log],
                    self._dataset,
                    features=with_features,
                    on_conflict=conflict,
                    **self._choices,
                )
            except (UsageError, ImportIncompleteError) as error:
                failure = error
                outcome.finding = trials.message_fault(error)

        with laid_out(self._golden, case(self._golden, number), self._folder) as log:
            outcome = trials.judged(action)
        if outcome.finding:
            return outcome.finding
        return self._change(before, report, failure)

    def _change(
        self, before: tuple[int, str, bytes], report: ImportReport | None, failure: Exception | None
    ) -> str:
        after = self._state()
        self._counts["stored" if report else type(failure).__name__] += 1
        if report is None and after != before:
            return f"failed and changed the dataset: {failure}"
        if report is not None:
            parts = report.added + report.unchanged + report.replaced + report.repeated
            if report.rows != parts + report.refused:
                return f"{report.rows} rows read, {parts} stored, {report.refused} refused"
            if sum(report.refused_by_reason.values()) != report.refused:
                return f"{report.refused} refused, by reason {dict(report.refused_by_reason)}"
            changed = report.added + report.replaced + report.repeated
            if not changed and after[1] != before[1]:
                return "the store holds other rows, and the report says that none changed"
            if changed and after[1] == before[1]:
                return f"{changed} rows are said to be new or changed, and the store is as before"
        found = verify(Store.open(self._dataset.with_suffix("")))
        return "" if found.is_sound else f"the store is damaged: {found.problems}"
