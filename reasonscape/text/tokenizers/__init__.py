"""Tokenizers by name or path: texts into tokens, and the bytes that each token stands for."""

from reasonscape.text.tokenizers.encoded import Encoded, Tokenizer
from reasonscape.text.tokenizers.names import TOKENIZERS, tokenizer

__all__ = ["TOKENIZERS", "Encoded", "Tokenizer", "tokenizer"]
