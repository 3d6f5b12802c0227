"""Vectors of texts by the words they share: TF-IDF, and the plane in which most of it lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.text.embeddings.limits import LONGEST
from reasonscape.text.embeddings.term_counts import TermCounts, term_counts
from reasonscape.text.embeddings.threads import one_thread
from reasonscape.text.embeddings.unit import unit_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

DIMENSIONS: Final = 100
LEAST_TEXTS: Final = 2
"""Texts that a word must be in: one that is in a single text relates it to no other."""

LEAST_IN_PLANE: Final = 0.01
"""Share of a text's squared length that must lie in the plane: of less, the direction is chance."""

MOST_TEXTS: Final = 50_000
"""Texts by which the plane is laid, drawn by their content where there are more."""

MOST_TERMS: Final = 1 << 16
_POWERS: Final = 3
_SPARE: Final = 10
_FORM: Final = 1
_NOTHING: Final = 1e-6
_TINY: Final = 1e-300


@dataclass(frozen=True)
class Tfidf:
    """TF-IDF of words, then truncated SVD (latent semantic analysis).

    A word's weight is 1 + ln(count) times ln((1 + n) / (1 + texts with it)) + 1, and texts have
    unit length before and after the SVD. No list of stop words and no upper limit of texts a word
    may be in: either would leave texts of such words, or texts that are all alike, with nothing.
    Numbers are one word, whatever the number, so that texts do not lie together because of the
    numbers of their question.

    Parameters
    ----------
    seed
        Of the random start of the SVD, which moves the last digits only.
    dimensions
        Most dimensions; there are no more than texts or words.

    Notes
    -----
    The vector of a text depends on all texts given. What is computed does not depend on their
    order, to the last bit. With other linear algebra underneath, last digits may differ.

    How it misleads: models that use other words for the same thing lie apart, and so do questions
    about other things: a cluster may be a topic.

    References
    ----------
    Deerwester et al. (1990), Indexing by latent semantic analysis; Halko, Martinsson and Tropp
    (2011), Finding structure with randomness, for the SVD.
    """

    seed: int = 0
    dimensions: int = DIMENSIONS
    name: str = "tfidf"
    corpus_bound: bool = True

    @property
    def described(self) -> Mapping[str, Any]:
        """What a summary says of it."""
        return {
            "name": self.name,
            "dimensions": self.dimensions,
            "longest_bytes": LONGEST,
            "words": "lower case, numbers as one word",
            "least_texts": LEAST_TEXTS,
            "least_in_plane": LEAST_IN_PLANE,
        }

    def fingerprint(self) -> str:
        """Changes with whatever changes vectors."""
        return f"tfidf-{_FORM}-{self.dimensions}-{self.seed}"

    def vectors(self, batches: Iterable[Sequence[str]]) -> NDArray[np.float32]:
        """Compute vectors; only counts of words are held of the texts.

        Examples
        --------
        >>> texts = ["add 2 and two", "and two: add 12", "who lives in it", "in it, who lives"]
        >>> found = Tfidf().vectors([texts])
        >>> (found @ found[0]).round(3).tolist()
        [1.0, 1.0, 0.0, 0.0]
        """
        matrix = weights(TermCounts.joined([term_counts(batch) for batch in batches]))
        order = _order_of_content(matrix)
        rank = min(self.dimensions, *matrix.shape)
        if rank == 0 or matrix.nnz == 0:
            return np.zeros((matrix.shape[0], max(rank, 1)), np.float32)
        # Every so many in that order: what is there twice as often is drawn twice as often.
        some = order[:: -(-len(order) // MOST_TEXTS)]
        with one_thread():
            axes = _axes(matrix[some], rank, self.seed)
        return unit_rows(np.asarray(matrix @ axes), LEAST_IN_PLANE**0.5)


def weights(counts: TermCounts) -> csr_matrix:
    """TF-IDF of texts, rows of unit length; words in ascending order of their hash.

    Words in fewer than two texts are left out (but of a single text), and where there are more
    than 65,536 the rarest.
    """
    from scipy.sparse import csr_matrix

    n = counts.texts
    term = np.sort(counts.term)
    first = (
        np.flatnonzero(np.append(True, term[1:] != term[:-1])) if len(term) else np.zeros(0, int)
    )
    texts_with = np.diff(np.append(first, len(term)))
    term = term[first]
    kept = texts_with >= min(LEAST_TEXTS, n)
    if int(kept.sum()) > MOST_TERMS:
        best = np.argsort(-texts_with, kind="stable")[:MOST_TERMS]
        kept = np.zeros(len(term), np.bool_)
        kept[best] = True
    term, texts_with = term[kept], texts_with[kept]
    idf = np.log((1 + n) / (1 + texts_with)) + 1.0
    column = np.searchsorted(term, counts.term)
    known = column < len(term)
    known[known] = term[column[known]] == counts.term[known]
    row, column = counts.row[known], column[known]
    weight = (1.0 + np.log(counts.count[known])) * idf[column]
    length = np.sqrt(np.bincount(row, weight * weight, minlength=n))
    weight /= length[row]
    ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))])
    return csr_matrix((weight.astype(np.float32), column, ends), shape=(n, len(term)))


def _order_of_content(matrix: csr_matrix) -> NDArray[np.intp]:
    """Order of rows that depends on what is in them alone, so that no order given matters."""
    from reasonscape.text.hashes import mix

    bits = matrix.data.view(np.uint32).astype(np.uint64) << np.uint64(32)
    hashed = mix(bits | matrix.indices.astype(np.uint64))
    sums = np.concatenate([[np.uint64(0)], np.cumsum(hashed, dtype=np.uint64)])
    return np.argsort(sums[matrix.indptr[1:]] - sums[matrix.indptr[:-1]], kind="stable")


def _axes(matrix: csr_matrix, rank: int, seed: int) -> NDArray[np.float64]:
    """First right singular vectors, shape (words, rank or fewer), largest entries positive.

    Subspace iteration from a random start. Columns are made orthonormal by their Gram matrix, and
    on the side of the texts: QR, or the same on the side of the words, takes several times as long.
    """
    matrix = matrix.astype(np.float64)
    back = matrix.T.tocsr()
    start = np.random.default_rng(seed).standard_normal((matrix.shape[1], rank + _SPARE))
    basis = _orthonormal(np.asarray(matrix @ start))
    for _ in range(_POWERS):
        basis = _orthonormal(np.asarray(matrix @ (back @ basis)))
    seen = np.asarray(back @ basis)
    size, turn = np.linalg.eigh(seen.T @ seen)
    kept = np.flatnonzero(size > _NOTHING * size[-1])[::-1][:rank]
    axes: NDArray[np.float64] = seen @ (turn[:, kept] / np.sqrt(size[kept]))
    largest = np.abs(axes).argmax(axis=0)
    axes *= np.sign(axes[largest, np.arange(axes.shape[1])])
    return axes


def _orthonormal(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orthonormal columns that span what the columns do, as far as digits tell."""
    basis = basis / np.maximum(np.sqrt(np.einsum("ij,ij->j", basis, basis)), _TINY)
    size, turn = np.linalg.eigh(basis.T @ basis)
    kept = size > _NOTHING**2 * size[-1]
    return np.asarray(basis @ (turn[:, kept] / np.sqrt(size[kept])))
