"""What a user may ask of the lens of traces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.lenses.lens import check_kind, one_of, within
from reasonscape.store.selection.trace_texts import PARTS, Part

ANALYSES: Final = ("tsne", "clusters", "phrases", "length", "interactive")
ALL: Final = "all"
LAYOUTS: Final = ("tsne", "pca", "umap")
MOST: Final = 20_000
MOST_CLUSTERS: Final = 50
MOST_TEXTS: Final = 20
LONGEST_MARKER: Final = 200


@dataclass(frozen=True, slots=True)
class TraceOptions:
    """Options of the lens; the summary lists them as they are here.

    Raises
    ------
    UsageError
        One is out of its range.

    Attributes
    ----------
    analysis
        ``tsne`` (the map), ``clusters``, ``phrases``, ``length``, ``interactive`` (the map in
        three dimensions), or ``all``.
    layout
        How maps are laid out: ``tsne``, ``pca`` or ``umap``.
    kind
        What tells kinds of reasoning apart: ``task``, ``tier``, ``variant``, a label or a param;
        None for the first that does.
    k
        Number of clusters; None for the number that is stable.
    embedding
        ``tfidf``, ``wordllama``, ``minilm``, or the path of a ``.npy`` file.
    part
        What is embedded: ``trace``, ``response`` or ``prompt+trace``.
    start, end
        Markers of the reasoning inside of the text: what lies between them is read; None for the
        whole.
    most
        Traces that are looked at; of more a sample is drawn, by items.
    export
        A ``.npy`` file to write the vectors to.
    show_text
        Examples of each phrase to show, and words in the map, as somebody wrote them.
    seed
        Of the partitions, samples and maps.
    """

    analysis: tuple[str, ...] = field(default=(ALL,), metadata={"flag": "--analysis"})
    layout: str = field(default="tsne", metadata={"flag": "--layout"})
    kind: str | None = field(default=None, metadata={"flag": "--kind"})
    k: int | None = field(default=None, metadata={"flag": "--k"})
    embedding: str = field(default="tfidf", metadata={"flag": "--embedding"})
    part: Part = field(default="trace", metadata={"flag": "--text"})
    start: str | None = field(default=None, metadata={"flag": "--start"})
    end: str | None = field(default=None, metadata={"flag": "--end"})
    most: int = field(default=MOST, metadata={"flag": "--most"})
    export: str | None = field(default=None, metadata={"flag": "--export-vectors"})
    show_text: int = field(default=0, metadata={"flag": "--show-text"})
    seed: int = field(default=0, metadata={"flag": "--seed"})

    def __post_init__(self) -> None:
        if not self.analysis:
            raise UsageError("no analysis is named", remedy=f"give some of {', '.join(ANALYSES)}")
        for one in self.analysis:
            one_of("analysis", one, (*ANALYSES, ALL))
        one_of("layout", self.layout, LAYOUTS)
        one_of("text", self.part, PARTS)
        if self.k is not None:
            within("k", self.k, 1, MOST_CLUSTERS)
        check_kind(self.kind)
        for name, marker in (("start", self.start), ("end", self.end)):
            if marker is not None and not 0 < len(marker) <= LONGEST_MARKER:
                raise UsageError(
                    f"{name} has {len(marker)} characters",
                    remedy=f"give a marker of 1 to {LONGEST_MARKER} characters",
                )
            # What the terminal obeys would come back in the command that a run names.
            if marker is not None and not all(c.isprintable() or c in "\n\t" for c in marker):
                raise UsageError(
                    f"{name} is {marker!r}, with a control character",
                    remedy="give a marker that can be read",
                )
        within("most", self.most, 1, 1_000_000)
        within("show_text", self.show_text, 0, MOST_TEXTS)

    def asks(self, analysis: str) -> bool:
        """Whether a part of the analysis is asked for."""
        return ALL in self.analysis or analysis in self.analysis
