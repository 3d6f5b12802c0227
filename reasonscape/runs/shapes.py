"""The shapes of failures in a diagnosis: groups that they fall into, and phrases that mark them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.findings.finding import Finding
from reasonscape.findings.verdict import judge, rank_over_run
from reasonscape.lenses.lens import POOLED
from reasonscape.runs.lens_run import Measured, Progress, measure_lens, tests_of

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.selection import Selected

FAILURES: Final = 4_000
"""Failures that a diagnosis clusters; ``analyze.py failures`` takes more."""

TRACES: Final = 4_000
"""Traces in which a diagnosis looks for phrases."""

PERMUTATIONS: Final = 499
SHOWN: Final = 8
"""Clusters and phrases that the summary tells of."""


@dataclass(frozen=True, slots=True)
class Group:
    """One cluster of failures as a diagnosis tells of it."""

    number: int
    failures: int
    share: float
    low: float
    high: float
    confirmed: bool | None
    phrases: tuple[str, ...]
    typical: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """What lenses over all selected tasks and evals say beside the four.

    Attributes
    ----------
    clusters
        The clusters of failures, the largest first.
    failures
        Failures that were clustered.
    phrases
        Phrases that mark a wrong end beyond what length explains, the surest first.
    findings
        Claims of both lenses, judged as families of their own.
    notes
        What the user should know about the rows.
    """

    clusters: tuple[Group, ...]
    failures: int
    phrases: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """As ``summary.json`` has it; the findings stand with the others."""
        return {
            "clusters": [asdict(one) for one in self.clusters],
            "failures": self.failures,
            "phrases": list(self.phrases),
            "warnings": list(self.notes),
        }


def shapes(
    dataset: Dataset, selected: Selected, *, seed: int, progress: Progress | None = None
) -> Shapes | None:
    """Cluster the failures of a selection and look for phrases; None where nothing can be read."""
    from reasonscape.lenses.failures.options import FailureOptions
    from reasonscape.lenses.traces.options import TraceOptions

    options: Mapping[str, Any] = {
        "failures": FailureOptions(most=FAILURES, permutations=PERMUTATIONS, seed=seed),
        "traces": TraceOptions(analysis=("phrases",), most=TRACES, seed=seed),
    }
    measured = {
        name: measure_lens(name, dataset, selected, options[name], progress=progress)
        for name in POOLED
    }
    if not all(one.results for one in measured.values()):
        return None
    failed, traced = measured["failures"].results[0], measured["traces"].results[0]
    marking = traced.phrases.marking if traced.phrases is not None else ()
    told = [one.text for one in marking if not one.explained and one.found.odds > 1.0]
    # What is not stable is for who asks for it: analyze.py failures says so beside it.
    several = failed.k > 1 and failed.stable
    return Shapes(
        clusters=tuple(_group(card) for card in failed.cards[:SHOWN]) if several else (),
        failures=len(failed.pool),
        phrases=tuple(told[:SHOWN]),
        findings=tuple(_judged(measured)),
        notes=tuple(dict.fromkeys(note for one in measured.values() for note in one.notes)),
    )


def _group(card: Any) -> Group:
    return Group(
        number=card.number,
        failures=card.size,
        share=card.share.value,
        low=card.share.low,
        high=card.share.high,
        confirmed=card.confirmed,
        phrases=tuple(one.text for one in card.phrases),
        typical=card.medoids,
    )


def _judged(measured: Mapping[str, Measured]) -> Sequence[Finding]:
    found = [
        finding
        for name, one in measured.items()
        for each in one.judged
        for finding in judge(each.subject, each.claims, tests_of(name))
    ]
    return rank_over_run(found)
