"""What a user may ask of the lens of failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.lenses.lens import check_kind, one_of, within
from reasonscape.store.selection.trace_texts import PARTS, Part

OUTCOMES: Final = ("incorrect", "truncated", "unanswered")
METHODS: Final = ("kmeans", "hdbscan")
MOST: Final = 20_000
MOST_CLUSTERS: Final = 50
MOST_TEXTS: Final = 20
PERMUTATIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class FailureOptions:
    """Options of the lens; the summary lists them as they are here.

    Raises
    ------
    UsageError
        One is out of its range.

    Attributes
    ----------
    outcomes
        What counts as a failure here: ``incorrect``, ``truncated``, ``unanswered``.
    kind
        What tells kinds of reasoning apart: ``task``, ``tier``, ``variant``, a label or a param;
        None for the first that does.
    method
        ``kmeans``, or ``hdbscan``, which leaves what belongs to no cluster out.
    k
        Number of clusters; None for the number that is stable.
    embedding
        ``tfidf``, ``wordllama``, ``minilm``, or the path of a ``.npy`` file.
    part
        What is embedded: ``trace``, ``response`` or ``prompt+trace``.
    most
        Failures that are clustered; of more a sample is drawn, by items.
    permutations
        Shuffled labels behind each p.
    export
        A ``.npy`` file to write the vectors to.
    show_text
        Typical traces of each cluster to show, as somebody wrote them; 0 reads none to show.
    seed
        Of the partitions, samples and permutations.
    """

    outcomes: tuple[str, ...] = field(default=OUTCOMES, metadata={"flag": "--outcome"})
    kind: str | None = field(default=None, metadata={"flag": "--kind"})
    method: str = field(default="kmeans", metadata={"flag": "--method"})
    k: int | None = field(default=None, metadata={"flag": "--k"})
    embedding: str = field(default="tfidf", metadata={"flag": "--embedding"})
    part: Part = field(default="trace", metadata={"flag": "--text"})
    most: int = field(default=MOST, metadata={"flag": "--most"})
    permutations: int = field(default=PERMUTATIONS, metadata={"flag": "--permutations"})
    export: str | None = field(default=None, metadata={"flag": "--export-vectors"})
    show_text: int = field(default=0, metadata={"flag": "--show-text"})
    seed: int = field(default=0, metadata={"flag": "--seed"})

    def __post_init__(self) -> None:
        if not self.outcomes:
            raise UsageError("no outcome is named", remedy=f"give some of {', '.join(OUTCOMES)}")
        for outcome in self.outcomes:
            one_of("outcome", outcome, OUTCOMES)
        one_of("method", self.method, METHODS)
        one_of("text", self.part, PARTS)
        if self.k is not None:
            within("k", self.k, 1, MOST_CLUSTERS)
        if self.method == "hdbscan" and self.k is not None:
            raise UsageError(
                "hdbscan finds the number of clusters itself and k was given too",
                remedy="leave out --k, or --method",
            )
        check_kind(self.kind)
        within("most", self.most, 1, 1_000_000)
        within("permutations", self.permutations, 19, 100_000)
        within("show_text", self.show_text, 0, MOST_TEXTS)
