"""What limits a verdict: cut-off answers, missing reasoning, few samples, caveats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reasonscape.report.numerals import number
from reasonscape.report.vocabulary import reason_words

if TYPE_CHECKING:
    from reasonscape.report.subjects import LensCard


def limits(
    leading: Mapping[str, Any],
    findings: Sequence[Mapping[str, Any]],
    silent: Sequence[LensCard],
) -> Iterator[str]:
    """Sentences about the data behind one (eval, task).

    Parameters
    ----------
    leading
        Its first hypothesis.
    findings
        All its findings.
    silent
        Cards of lenses that had nothing to read.
    """
    for card in silent:
        yield f"{card.side} ({card.lens}) was not measured: {card.reason}."
    yield from _truncation(findings)
    yield from _missing_traces(findings)
    yield from _undecided(findings)
    if len(leading["lenses"]) == 1 and leading["cause"] not in ("healthy", "insufficient_evidence"):
        yield f"The leading cause rests on one lens ({leading['lenses'][0]})."
    shown = [f for f in findings if f["verdict"] == "present"]
    yield from dict.fromkeys(
        [*leading.get("caveats", ()), *(caveat for f in shown for caveat in f["caveats"])]
    )


def _truncation(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for finding in findings:
        evidence = finding["evidence"]
        low = number(evidence.get("truncated_all_wrong"))
        high = number(evidence.get("truncated_all_right"))
        if low is None or high is None:
            continue
        cut = finding["n"].get("truncated") or 0
        if cut:
            yield (
                f"{cut:,} answers were cut off: accuracy is {100 * low:.1f}% with them counted "
                f"wrong and {100 * high:.1f}% with them counted right."
            )
        else:
            yield "No answer was cut off, as far as the log says."
        return


def _missing_traces(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for finding in findings:
        missing = finding["evidence"].get("no_trace")
        if isinstance(missing, Mapping) and missing:
            each = ", ".join(f"{count:,} {name}" for name, count in missing.items())
            yield f"Samples without a visible trace are left out of the trace lenses: {each}."
            return


def _undecided(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    open_ = [f for f in findings if f["verdict"] == "insufficient_evidence"]
    if not open_:
        return
    reasons = Counter(reason_words(f["reason"]) or "no reason given" for f in open_)
    said = ", ".join(f"{why} ({count})" for why, count in reasons.most_common())
    needed = [
        value for f in open_ if (value := number(f["evidence"].get("samples_needed"))) is not None
    ]
    more = f" About {max(needed):,.0f} samples would decide all that samples can." if needed else ""
    yield f"{len(open_)} of {len(findings)} patterns are not decided: {said}.{more}"
