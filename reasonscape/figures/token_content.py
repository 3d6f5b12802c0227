"""What figures of tokens show: fragmentation by outcome, and prompts cut into their tokens.

Like `content`: plain values that a lens fills and a drawing file draws, free of plotly.
"""

from __future__ import annotations

from dataclasses import dataclass

from reasonscape.figures.content import FloatArray, check_shapes

#: What the five numbers of a spread are.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class FragmentationRow:
    """One measure of the prompts that were answered right and wrong, for one eval or level.

    Parameters
    ----------
    label
        Name of the row.
    right, wrong
        Quantiles `QUANTILES` of the measure over prompts answered right and wrong, weighted so
        that both have the same difficulty, shape ``(5,)``; NaN where not known.
    right_prompts, wrong_prompts
        Prompts behind them.
    difference, low, high
        Wrong minus right within strata and its 95% interval; NaN when not estimated.

    Raises
    ------
    ValueError
        If there are not five quantiles.
    """

    label: str
    right: FloatArray
    wrong: FloatArray
    right_prompts: int
    wrong_prompts: int
    difference: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")

    def __post_init__(self) -> None:
        check_shapes((len(QUANTILES),), right=self.right, wrong=self.wrong)


@dataclass(frozen=True)
class FragmentationByOutcome:
    """One measure of fragmentation, right against wrong, a row an eval: one panel.

    Parameters
    ----------
    title, eval_label
        Title of the figure; name of the eval where all rows are of one, otherwise empty.
    measure
        Title of the measure's axis, with its unit: ``tokens per number``; names the panel.
    rows
        The rows, from the top.
    """

    title: str
    eval_label: str
    measure: str
    rows: tuple[FragmentationRow, ...]

    @property
    def panel(self) -> str:
        """Name of the panel: the measure."""
        return self.measure


@dataclass(frozen=True)
class TokenPrompt:
    """One prompt and its tokens.

    Parameters
    ----------
    label
        What stands over it: level, outcome, name.
    tokens
        Text of each token, as it is, and its mark: 0 or NaN is none, 1 the strongest.
    """

    label: str
    tokens: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class TokenView:
    """A few prompts as the tokens that the model reads: one panel.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    prompts
        The prompts, from the top.
    mark_label
        What a marked token is, for the legend: ``carries the peak at every 2.0 tokens``.
    """

    title: str
    eval_label: str
    prompts: tuple[TokenPrompt, ...]
    mark_label: str = "carries the peak"
    panel: str = ""
