"""How a model reads prompts: chat template and tokenizer together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reasonscape.errors import UsageError
from reasonscape.text.chat_templates import ChatTemplate, chat_template
from reasonscape.text.tokenizers import Tokenizer, tokenizer
from reasonscape.text.tokenizers.encoded import fingerprint

if TYPE_CHECKING:
    import pyarrow as pa

    from reasonscape.text.tokenizers import Encoded


@dataclass(frozen=True, slots=True)
class Reading:
    """A tokenizer, and the template that prompts go through before.

    Attributes
    ----------
    tokenizer
        What cuts texts.
    template
        None for prompts as they are.
    """

    tokenizer: Tokenizer
    template: ChatTemplate | None = None

    @property
    def name(self) -> str:
        """For people.

        Examples
        --------
        >>> Reading(tokenizer("bytes"), ChatTemplate("chat.jinja", "")).name
        'bytes, chat template chat.jinja'
        """
        if self.template is None:
            return self.tokenizer.name
        return f"{self.tokenizer.name}, chat template {self.template.name}"

    @property
    def described(self) -> dict[str, str]:
        """What a cache may keep beside its fingerprint: the names."""
        template = {} if self.template is None else {"template": self.template.name}
        return {"tokenizer": self.tokenizer.name} | template

    @property
    def fingerprint(self) -> str:
        """16 hex digits that differ where anything differs that makes tokens."""
        if self.template is None:
            return self.tokenizer.fingerprint
        both = (self.tokenizer.fingerprint, self.template.fingerprint)
        return fingerprint(*(one.encode() for one in both))

    def encode(self, prompts: pa.Array) -> Encoded:
        """Tokens of each prompt as the model reads it; none where the prompt is NULL.

        Raises
        ------
        UsageError
            The template cannot be rendered, or a package is not installed.
        """
        if self.template is None:
            return self.tokenizer.encode(prompts)
        texts = self.template.render(prompts)
        if not _holds_any(texts, prompts):
            raise UsageError(
                f"the chat template {self.template.name} leaves the prompt out",
                remedy="it has to write messages[0].content; name another, or use --no-template",
            )
        return self.tokenizer.encode(texts)


def _holds_any(texts: pa.Array, prompts: pa.Array) -> bool:
    """Whether any of the first prompts stands in what the template made of it."""
    first = zip(texts[:16].to_pylist(), prompts[:16].to_pylist(), strict=True)
    asked = [(text or "", prompt.strip()) for text, prompt in first if prompt and prompt.strip()]
    # The first word only: a template may change white space.
    return not asked or any(prompt.split()[0] in text for text, prompt in asked)


def reading(
    name: str, *, folder: Path | None = None, template: str = "", beside: Path | None = None
) -> Reading:
    """Return the reading that goes by some names.

    Parameters
    ----------
    name
        Of the tokenizer, or its path.
    folder
        Where a relative path of the tokenizer begins; the current directory if None.
    template
        Path of the chat template; none if empty.
    beside
        Where a relative path of the template begins.

    Raises
    ------
    UsageError
        There is no such tokenizer or template.

    Examples
    --------
    >>> reading("words").fingerprint == tokenizer("words").fingerprint
    True
    """
    found = tokenizer(name, folder)
    return Reading(found, chat_template(template, beside) if template else None)
