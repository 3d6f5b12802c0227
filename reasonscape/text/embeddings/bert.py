"""The forward pass of a BERT encoder, for one text at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

_HALF_ROOT: Final = np.float32(np.sqrt(0.5))


@dataclass(frozen=True, slots=True)
class Dense:
    """An affine map: ``weight`` of shape (in, out), ``bias`` of shape (out,)."""

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        """Map rows, shape (n, in), to shape (n, out)."""
        y: Array = x @ self.weight
        y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation with its scale and shift, each of shape (d,)."""

    scale: Array
    shift: Array
    epsilon: float

    def __call__(self, x: Array) -> Array:
        """Bring each row, shape (n, d), to mean 0 and variance 1, then scale and shift it."""
        x = x - x.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x) / np.float32(x.shape[1])
        x /= np.sqrt(variance + np.float32(self.epsilon))[:, None]
        x *= self.scale
        x += self.shift
        return x


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: attention of all tokens to all, then the same map of each token."""

    query_key_value: Dense
    attended: Dense
    attention_norm: Norm
    inner: Dense
    outer: Dense
    output_norm: Norm
    heads: int

    def __call__(self, x: Array) -> Array:
        """Map the tokens of one text, shape (tokens, d)."""
        tokens, width = x.shape
        each = width // self.heads
        # One product for all three; then heads first, shape (3, heads, tokens, each).
        parts = self.query_key_value(x).reshape(tokens, 3, self.heads, each).transpose(1, 2, 0, 3)
        query, key, value = np.ascontiguousarray(parts)
        scores: Array = query @ key.transpose(0, 2, 1)
        scores *= np.float32(each**-0.5)
        scores -= scores.max(axis=2, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=2, keepdims=True)
        mixed = np.ascontiguousarray((scores @ value).transpose(1, 0, 2)).reshape(tokens, width)
        x = self.attention_norm(x + self.attended(mixed))
        return self.output_norm(x + self.outer(gelu(self.inner(x))))


def gelu(x: Array) -> Array:
    """X times the normal distribution's share below x, exactly and not by tanh."""
    from scipy.special import erf

    share: Array = erf(x * _HALF_ROOT)
    share += np.float32(1)
    share *= x
    share *= np.float32(0.5)
    return share


@dataclass(frozen=True)
class Bert:
    """An encoder.

    Attributes
    ----------
    words, places
        A vector for each token of the vocabulary, and for each place in a text; the latter has
        that of the first segment in it.
    norm
        After their sum.
    layers
        The layers.

    References
    ----------
    Devlin, Chang, Lee and Toutanova (2019), BERT; Vaswani et al. (2017), Attention is all you need.
    """

    words: Array
    places: Array
    norm: Norm
    layers: tuple[Layer, ...]

    @classmethod
    def read(cls, weights: Path, *, heads: int, epsilon: float) -> Bert:
        """Read weights as BERT models name them.

        Parameters
        ----------
        weights
            A safetensors file.
        heads
            Heads of each layer.
        epsilon
            What is added to each variance.
        """
        from safetensors.numpy import load_file

        held = load_file(str(weights))

        def dense(*names: str) -> Dense:
            weight = np.concatenate([held[f"{name}.weight"] for name in names])
            bias = np.concatenate([held[f"{name}.bias"] for name in names])
            return Dense(np.ascontiguousarray(weight.T, np.float32), bias.astype(np.float32))

        def norm(name: str) -> Norm:
            scale, shift = held[f"{name}.LayerNorm.weight"], held[f"{name}.LayerNorm.bias"]
            return Norm(scale.astype(np.float32), shift.astype(np.float32), epsilon)

        def layer(name: str) -> Layer:
            inputs = (f"{name}.attention.self.{part}" for part in ("query", "key", "value"))
            return Layer(
                dense(*inputs),
                dense(f"{name}.attention.output.dense"),
                norm(f"{name}.attention.output"),
                dense(f"{name}.intermediate.dense"),
                dense(f"{name}.output.dense"),
                norm(f"{name}.output"),
                heads,
            )

        count = len({name.split(".")[2] for name in held if name.startswith("encoder.layer.")})
        places = held["embeddings.position_embeddings.weight"]
        segment = held["embeddings.token_type_embeddings.weight"][0]
        return cls(
            held["embeddings.word_embeddings.weight"].astype(np.float32, copy=False),
            (places + segment).astype(np.float32, copy=False),
            norm("embeddings"),
            tuple(layer(f"encoder.layer.{place}") for place in range(count)),
        )

    def __call__(self, ids: NDArray[np.int64]) -> Array:
        """Vectors of the tokens of one text, shape (tokens, d).

        One text at a time: the products are large enough, no token stands for none, and the
        vectors of a text depend on no other.
        """
        x = self.norm(self.words[ids] + self.places[: len(ids)])
        for layer in self.layers:
            x = layer(x)
        return x
