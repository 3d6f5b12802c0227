"""Which of the scores of an Inspect log counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.inspect.scores import Graded, flat_scores

MAX_SHOWN: Final = 20


def header_names(spec: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[str]:
    """Names by which a header may know its scores: its headline first, then in its order.

    A name may have that of its package before it (``package/name``), and the results name the key
    of a value that has members without its scorer.

    Examples
    --------
    >>> scores = [{"name": "match", "scorer": "match"}, {"name": "style", "scorer": "rubric"}]
    >>> headline = {"scorer": "rubric", "score": "style", "metric": "mean"}
    >>> list(header_names({}, {"scores": scores, "headline": headline}))
    ['rubric.style', 'style', 'rubric', 'match', 'match', 'rubric.style', 'style', 'rubric']
    """
    yield from _names([results.get("headline")], ("score", "scorer"))
    yield from _names([spec.get("headline_metric")], ("score", "scorer"))
    yield from _names(results.get("scores"), ("name", "scorer"))
    yield from _names(spec.get("scorers"), ("name",))


def _names(entries: object, keys: tuple[str, ...]) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        names = [name for key in keys if isinstance(name := entry.get(key), str)]
        if len(names) == 2 and names[0] != names[1]:
            names.insert(0, f"{names[1].rpartition('/')[2]}.{names[0]}")
        for name in names:
            yield name.rpartition("/")[2]


@dataclass(slots=True)
class MainScore:
    """Picks the score that counts: the same one in all samples of a log.

    Parameters
    ----------
    metric
        The name that the user gave; with None the first that the header knows and the first
        scored sample has, else the first of that sample.
    names
        What the header knows (`header_names`).
    """

    metric: str | None
    names: tuple[str, ...]
    notices: Notices
    chosen: str | None = field(default=None, init=False)

    def of(self, scores: object) -> Graded | None:
        """Give the value that counts of one sample; None where it is not scored.

        Raises
        ------
        RowError
            The scores are malformed.
        UsageError
            The metric that the user named is none of this log.
        """
        found = dict(flat_scores(scores))
        if not found:
            return None
        if self.chosen is None:
            self.chosen = self._choose(found)
        graded = found.get(self.chosen)
        if graded is None:
            self.notices.add(f"no score {self.chosen!r} beside others: not graded")
        return graded

    def _choose(self, found: Mapping[str, Graded]) -> str:
        if self.metric is not None:
            if self.metric in found:
                return self.metric
            members = any(name.startswith(f"{self.metric}.") for name in found)
            if self.metric in self.names and not members:
                return self.metric  # a sample may lack what others have
            raise UsageError(
                f"the log has no score {self.metric!r}",
                remedy=f"give --metric one of {_listed(found)}",
            )
        first = next((name for name in self.names if name in found), next(iter(found)))
        others = [name for name in found if name != first]
        if others:
            self.notices.add(f"the score is {first!r}; also there, for --metric: {_listed(others)}")
        return first


def _listed(names: Iterable[str]) -> str:
    texts = [name if len(name) <= 60 else name[:59] + "…" for name in names]
    more = f" and {len(texts) - MAX_SHOWN} more" if len(texts) > MAX_SHOWN else ""
    return ", ".join(texts[:MAX_SHOWN]) + more
