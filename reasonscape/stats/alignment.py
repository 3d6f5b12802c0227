"""How strongly clusters follow a label: against a null that respects items, with an interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.expected_information import CLOSE
from reasonscape.stats.item_jackknife import item_groups, jackknife_interval
from reasonscape.stats.label_null import null_information
from reasonscape.stats.label_tables import By, informative, label_table
from reasonscape.stats.mutual_information import information, informations
from reasonscape.stats.partition_agreement import Purity, purity

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class LabelCodes:
    """A label of samples, and how it could have been otherwise.

    Attributes
    ----------
    codes
        Label of each sample, integers, -1 where it is missing, shape (n,).
    by
        "answers": whose answers they are (model, eval): the null deals labels within items, and
        what one model answered to an item keeps one label, since its repeats are alike. "sample":
        samples of one item may differ in it (stop, loop); the null deals
        labels within items. "item": all samples of an item share it (task, kind, level); the null
        deals labels over items, each keeping one label.
    stratum
        Labels are dealt only among samples or items with the same value, integers, shape (n,); by
        item it is the same in all samples of an item. The task when the label is a level; the set
        of evals that failed the item (with how often each did) when the label is the item's and
        clusters may follow the eval.
    """

    codes: ArrayLike
    by: By
    stratum: ArrayLike | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """How strongly clusters follow one label.

    Attributes
    ----------
    n, items, missing
        Samples and items with cluster and label, and samples that lack one of them.
    informative
        Samples whose label can change under the null.
    mi, expected, ami, nmi
        As `Information`, over samples, in nats where they have a unit.
    purity
        Share of the largest label in clusters.
    entropy
        Entropy of the clusters, in nats: what there is to explain.
    null_mean, null_low, null_high
        Mean, 5% and 95% quantile of mi when labels are dealt again.
    p
        (b + 1) / (B + 1): how often a dealt label has at least this mi.
    excess
        (mi - null_mean) / (entropy of clusters - null_mean): share of what the clusters tell that
        the label explains beyond the null, on one scale for labels of any size. NaN where no label
        can change, or the null leaves nothing to explain.
    ami_low, ami_high, excess_low, excess_high
        95% intervals over items; NaN where a group of items is all there is of something.
    ami_without, excess_without
        Both without each group of items, shape (groups,); the same groups for all labels of a run.
    """

    n: int
    items: int
    missing: int
    informative: int
    mi: float
    expected: float
    ami: float
    nmi: float
    purity: Purity
    entropy: float
    null_mean: float
    null_low: float
    null_high: float
    p: float
    excess: float
    ami_low: float
    ami_high: float
    excess_low: float
    excess_high: float
    ami_without: FloatArray = field(repr=False, compare=False)
    excess_without: FloatArray = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference of two labels' alignment, a minus b, with its 95% interval over items."""

    value: float
    low: float
    high: float


def align(
    cluster: ArrayLike,
    label: ArrayLike,
    item: ArrayLike,
    *,
    by: By,
    stratum: ArrayLike | None = None,
    group: IntArray,
    rng: np.random.Generator,
    permutations: int = 1000,
) -> Alignment:
    """Alignment of clusters with one label.

    Parameters
    ----------
    cluster, label
        Integers, -1 where missing (left out and counted), shape (n,).
    item
        Item of each sample, numbered from 0, shape (n,).
    by, stratum
        As `LabelCodes`.
    group
        Group of each item, from `item_groups`, shape (items,).
    rng
        Source of the permutations.
    permutations
        How many. With 0, p is 1 and what rests on the null is NaN.

    Raises
    ------
    ValueError
        If lengths differ, or, by item, a label or stratum differs within an item.

    How it misleads
    ---------------
    *Cardinality.* Raw mi and nmi grow with the number of labels; ami and excess take that off.
    *Items.* Repeats of an item lie in one cluster and share its label, so chance gives more mi than
    random pairing of samples does: dealt over samples, labels that mean nothing are significant in
    56-100% of pools where repeats stay together (2-100 kinds), dealt over items in 4-6%. ami does
    not know and is too high (20 uneven kinds, 200 items of 1-8 samples: 0.213 for a true 0.188).
    Its interval is centred where it should be and stretched to hold it; excess is what to compare.
    *Composition.* When models fail different kinds, one label gets credit for the other. Dealing
    models within items takes from the model what is the item's. The reverse has to be asked for: a
    kind dealt over all items is significant whenever clusters follow the model alone (100%); dealt
    among items that the same evals failed it is not (4-6%), and still found when it is real. What
    kind and model share then counts for neither; where every kind has its own evals nothing can be
    told apart, no sample is informative, and p is 1.
    *Few informative samples.* Labels that cannot change stay aligned under the null, which shrinks
    the excess: that of a model from .095 to .053 where 30% of the samples are of items that both
    models failed. Compare labels on `shared_samples`.

    The interval leaves out one group of items at a time. With items drawn with replacement copies
    agree with themselves, which inflates mi: the percentile bootstrap held the mean of ami in
    19-94% of pools, the basic one in 25-88%. Halves without replacement did in 89-99%; they are too
    wide where there is little alignment and mi falls as 1 / n, and need an expectation for each
    draw. Groups left out hold the true ami in 93-96% of pools, and the true excess in 93-97% (more
    where there is none); 89% and 88% where alignment is strong and samples few (0.73, 140 samples).
    All numbers are from ``benchmarks/alignment_rules.py``.

    References
    ----------
    Vinh, Epps and Bailey, Journal of Machine Learning Research 11 (2010); Phipson and Smyth,
    Statistical Applications in Genetics and Molecular Biology 9 (2010), on p; Shao and Tu, The
    Jackknife and Bootstrap (1995).

    Examples
    --------
    Twelve items of two samples; clusters follow their kind:

    >>> kind, item = np.repeat([0, 1, 2], 8), np.repeat(np.arange(12), 2)
    >>> rng = np.random.default_rng(1)
    >>> found = align(kind, kind, item, by="item", group=np.arange(12), rng=rng)
    >>> found.ami, found.excess, found.p < 0.01
    (1.0, 1.0, True)
    """
    table = label_table(cluster, label, item, by, stratum)
    groups = int(group.max(initial=-1)) + 1
    counts = table.counts()
    found = information(counts)
    null = null_information(table, group, groups, rng, permutations)
    left = informations(table.without(group, groups), CLOSE)
    beyond = int((null.mi >= found.mi - _NOTHING).sum())
    null_mean = float(null.mi.mean()) if permutations else math.nan
    known = null.informative > 0 and permutations > 0
    excess = _share(found.mi, null_mean, found.entropy_a) if known else math.nan
    each = zip(left.mi, null.without, left.entropy_a, strict=True)
    excess_without = np.array([_share(*one) if known else math.nan for one in each])
    ami_low, ami_high = jackknife_interval(found.ami, left.ami, corrected=True)
    excess_low, excess_high = jackknife_interval(excess, excess_without)
    return Alignment(
        n=len(table.cluster),
        items=len(np.unique(table.item)),
        missing=len(np.asarray(cluster)) - len(table.cluster),
        informative=null.informative,
        mi=found.mi,
        expected=found.expected,
        ami=found.ami,
        nmi=found.nmi,
        purity=purity(counts),
        entropy=found.entropy_a,
        null_mean=null_mean,
        null_low=float(np.quantile(null.mi, 0.05)) if permutations else math.nan,
        null_high=float(np.quantile(null.mi, 0.95)) if permutations else math.nan,
        p=(beyond + 1) / (permutations + 1),
        excess=excess,
        ami_low=ami_low,
        ami_high=min(ami_high, 1.0),
        excess_low=excess_low,
        excess_high=min(excess_high, 1.0),
        ami_without=left.ami,
        excess_without=excess_without,
    )


def align_all(
    cluster: ArrayLike,
    labels: Mapping[str, LabelCodes],
    item: ArrayLike,
    *,
    groups: int = 40,
    permutations: int = 1000,
    seed: int = 0,
) -> dict[str, Alignment]:
    """Alignment of clusters with each of several labels, over the same groups of items.

    Parameters
    ----------
    cluster
        Integers, -1 where missing, shape (n,).
    labels
        Each with its codes.
    item
        Item of each sample, any values that can be sorted, shape (n,).
    groups
        Groups of items that are left out one at a time.
    permutations
        Per label.
    seed
        From 0 on. A label's numbers depend on it and on the label's name and codes, not on which
        other labels there are.

    Returns
    -------
    dict of str to Alignment
        In the order of `labels`.

    Raises
    ------
    ValueError
        As `align`.

    How it misleads
    ---------------
    As `align`. Each label has its own p; with many labels the smallest is no longer small.

    Examples
    --------
    >>> item = np.repeat(np.arange(30), 2)
    >>> labels = {
    ...     "kind": LabelCodes(item % 3, "item"),
    ...     "model": LabelCodes(np.arange(60) % 2, "sample"),
    ... }
    >>> found = align_all(item % 3, labels, item, permutations=199)
    >>> [(name, one.p, round(one.excess, 3)) for name, one in found.items()]
    [('kind', 0.005, 1.0), ('model', 1.0, 0.0)]
    """
    items, count = dense_codes(item)
    group = item_groups(count, groups, np.random.default_rng([seed, 0]))
    return {
        name: align(
            cluster,
            label.codes,
            items,
            by=label.by,
            stratum=label.stratum,
            group=group,
            rng=np.random.default_rng([seed, 1, *name.encode()]),
            permutations=permutations,
        )
        for name, label in labels.items()
    }


def shared_samples(labels: Mapping[str, LabelCodes], item: ArrayLike) -> BoolArray:
    """Samples on which labels can be compared: under its null, each of the labels can change.

    Parameters
    ----------
    labels, item
        As `align_all`.

    Returns
    -------
    ndarray of bool
        Shape (n,). Leaving some samples out can fix the label of others; it is repeated until
        nothing changes.

    How it misleads
    ---------------
    It can be a small and special part of the pool: items that several models failed are the harder
    ones.

    Examples
    --------
    Only the first item was failed by both models:

    >>> model = LabelCodes([0, 1, 0, 1], "sample")
    >>> shared_samples({"model": model}, [1, 1, 2, 3]).tolist()
    [True, True, False, False]
    """
    items = dense_codes(item)[0]
    keep = np.ones(len(items), dtype=bool)
    while True:
        before = int(keep.sum())
        for label in labels.values():
            codes = np.where(keep, np.asarray(label.codes, dtype=np.int64), -1)
            keep = informative(codes, items, label.by, label.stratum)
        if int(keep.sum()) == before:
            return keep


def alignment_difference(
    a: Alignment, b: Alignment, of: Literal["excess", "ami"] = "excess"
) -> Difference:
    """Difference of two labels' alignment with the same clusters, paired over items.

    Parameters
    ----------
    a, b
        From one `align_all`, so that the groups of items are the same.
    of
        What is compared. The excess has one denominator for both labels where their nulls are near
        0; ami has the mean of two entropies, and so favours the label whose size is that of the
        clusters.

    Raises
    ------
    ValueError
        If the groups of items differ in number.

    How it misleads
    ---------------
    On a whole pool the label with fewer informative samples is held back; see `shared_samples`.
    NaN where one of them is.

    Examples
    --------
    >>> item = np.repeat(np.arange(30), 2)
    >>> labels = {
    ...     "kind": LabelCodes(item % 3, "item"),
    ...     "model": LabelCodes(np.arange(60) % 2, "sample"),
    ... }
    >>> found = align_all(item % 3, labels, item, permutations=199)
    >>> round(alignment_difference(found["kind"], found["model"]).value, 3)
    1.0
    """
    first: FloatArray = getattr(a, f"{of}_without")
    second: FloatArray = getattr(b, f"{of}_without")
    if len(first) != len(second):
        raise ValueError("alignments of one run have the same groups of items")
    value = float(getattr(a, of) - getattr(b, of))
    low, high = jackknife_interval(value, first - second, corrected=of == "ami")
    return Difference(value, low, high)


def _share(mi: float, chance: float, whole: float) -> float:
    """(mi - chance) / (whole - chance), NaN where the null leaves nothing to explain."""
    return (mi - chance) / (whole - chance) if whole - chance > _NOTHING else math.nan
