"""How prompts reach each eval: its tokenizer and chat template, and what they are set against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reasonscape.lenses.fft.options import FftOptions
from reasonscape.text.readings import Reading, reading

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset


@dataclass(frozen=True, slots=True)
class EvalReadings:
    """Readings of one eval.

    Attributes
    ----------
    own
        What the eval reads, as far as it is known.
    known
        Whether a tokenizer was named; else it is ``bytes``, which no model reads.
    against
        The same prompts through another tokenizer, without a template; ``None`` where that would
        be the same.
    bare
        The same tokenizer without the chat template; ``None`` where there is no template.
    """

    own: Reading
    known: bool
    against: Reading | None
    bare: Reading | None

    @property
    def all(self) -> tuple[Reading, ...]:
        """Every reading that is needed."""
        return tuple(one for one in (self.own, self.against, self.bare) if one is not None)


def readings_of(
    dataset: Dataset, eval_id: str, name: tuple[str, str, str], options: FftOptions
) -> EvalReadings:
    """Find the readings of an eval: what was asked for, else what the config says, else bytes.

    Raises
    ------
    UsageError
        If there is no such tokenizer, or a file of it is damaged.
    """
    said = dataset.reading(eval_id, *name)
    # A tokenizer from the command line is looked for where the user stands.
    folder = None if options.tokenizer else dataset.folder
    tokenizer = options.tokenizer or said.tokenizer
    template = "" if options.no_template else said.chat_template
    own = reading(tokenizer or "bytes", folder=folder, template=template, beside=dataset.folder)
    bare = reading(tokenizer or "bytes", folder=folder) if template else None
    against = reading(options.against)
    plain = bare or own
    return EvalReadings(
        own=own,
        known=bool(tokenizer),
        against=None if against.fingerprint == plain.fingerprint else against,
        bare=bare,
    )
