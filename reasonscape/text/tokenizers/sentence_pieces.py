"""SentencePiece vocabularies: ``tokenizer.model``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers.engine import Engine, library

_SPACE: Final = "▁"


def open_model(path: Path, name: str) -> Engine:
    """Open a ``tokenizer.model`` by the package sentencepiece.

    Raises
    ------
    UsageError
        The package is not installed, or the file is no such vocabulary.
    """
    package = library("sentencepiece", name)
    opened = package.SentencePieceProcessor()
    try:
        opened.LoadFromSerializedProto(path.read_bytes())
    except Exception as error:
        raise UsageError(
            f"{path} is not a SentencePiece vocabulary ({type(error).__name__}: {error})",
            remedy="name the tokenizer.model of a model",
        ) from None

    def bytes_of(number: int) -> bytes:
        piece: str = opened.IdToPiece(number)
        if opened.IsByte(number):
            return bytes.fromhex(piece[3:5])
        plain = opened.IsControl(number) or opened.IsUnknown(number)
        return piece.encode() if plain else piece.replace(_SPACE, " ").encode()

    return Engine(
        lambda texts: opened.Encode(texts, out_type=int) if texts else [],
        lambda wanted: [bytes_of(i) for i in wanted],
    )
