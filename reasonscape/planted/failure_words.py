"""Words of planted failures: what three kinds of reasoning are about, and how each goes wrong.

Sentences are templates: ``{a}`` and ``{b}`` are numbers, ``{n}`` is a name, ``{t}`` a thing, and
``{x}``, ``{y}``, ``{z}`` are words of the sentence's own bank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bank:
    """Sentences, and the words that they draw."""

    sentences: tuple[str, ...]
    x: tuple[str, ...]
    y: tuple[str, ...]
    z: tuple[str, ...]


KINDS: Final = ("carrying", "premises", "units")
"""Values of ``label.kind``: the kind of reasoning that an item asks for."""

SUBJECTS: Final = (
    Bank(
        (
            "The {x} holds {a} and {b}, added {y}.",
            "Line up the {x} so that {a} stands over {b}.",
            "In the {x} the figure {a} goes under the line, {y}.",
            "From the {x} comes {a}, and the {z} grows to {b}.",
            "The {z} after the {x} is {a}, so {b} is left.",
        ),
        ("column of ones", "column of tens", "column of hundreds", "left column", "next column"),
        ("from right to left", "digit by digit", "one row at a time", "as in long addition"),
        ("partial sum", "running total", "bottom row", "sum of the column"),
    ),
    Bank(
        (
            "The {x} says that {n} owes {a}, and {y} it covers the {t}.",
            "By the {x} whoever holds the {t} is bound to {n}.",
            "Take the {x} together with number {a}: {y} {n} is meant.",
            "That {z} follows for {n}, {y} the {t} comes later.",
            "Rule {a} speaks of {n} and the {t}; the {z} needs it.",
        ),
        ("first premise", "second premise", "last rule", "given statement", "condition"),
        ("therefore", "as it is stated", "if it is true", "by implication"),
        ("conclusion", "inference", "deduction", "claim"),
    ),
    Bank(
        (
            "The piece of {n} measures {a} {x}, about {y}.",
            "Lay the {t} beside the {z}: it is {a} {x} long.",
            "With {a} {x} for the first and {b} for the next, {y} they reach further.",
            "The {z} of {n} shows {a}, read in {x}.",
            "Put down {a} {x} for the {t}, {y}.",
        ),
        ("metres", "centimetres", "millimetres", "feet", "inches"),
        ("end to end", "in length", "side by side", "along the wall"),
        ("measuring tape", "scale", "ruler", "gauge"),
    ),
)
"""What each kind is about; right and wrong traces say it alike."""

PLAIN: Final = Bank(
    (
        "The {x} of the list is {a}, {y}.",
        "Put {a} with {b} and note the {z} for {n}.",
        "For {n} the {x} comes to {a}, {y}.",
        "After the {x} there are {a} and {b}, so the {z} moves.",
        "Keep the {z} at {a} while the {t} is read.",
    ),
    ("first entry", "second entry", "next entry", "entry in the middle", "last entry"),
    ("as it stands there", "one after the other", "in the order given", "without a gap"),
    ("amount", "total so far", "number noted", "sum"),
)
"""What an item is about where all are of one kind in truth, whatever their label says."""

FAILINGS: Final = (
    Bank(
        (
            "I seem to have lost the {x} at {a}, and the {y} digit no longer matches.",
            "The carry went missing between {a} and {b}, so the {y} place is {z}.",
            "Did I bring the {x} over? The {y} figure reads {a}, which is {z}.",
            "Dropping the {x} again makes the {y} place {a} instead of {b}.",
            "The {y} digit was counted without the {x}, the column is {z} by {a}.",
            "Somewhere a {x} slipped out of the {y} place and {a} became {b}.",
            "No {x} was written above {a}, the total comes out {z}.",
        ),
        ("carry", "carried one", "carried ten", "overflow", "extra one"),
        ("tens", "hundreds", "leading", "rightmost", "thousands"),
        ("short", "too small", "off", "too low", "misaligned"),
    ),
    Bank(
        (
            "I forgot the {x} about {n}, so the {y} has nothing under it.",
            "Which {x} said this of the {t}? I {z} it and the {y} stays open.",
            "The {y} contradicts the {x} that I {z} earlier for {n}.",
            "Without the {x} on {n} the {y} could go either way.",
            "Assume instead that {n} never had the {t}; the {x} was {z} on the way.",
            "My {y} ignores the {x} with number {a}, which I {z}.",
            "It was never given that {n} comes first, I {z} that {x}.",
        ),
        ("assumption", "clause", "hypothesis", "exception", "constraint"),
        ("argument", "implication chain", "proof", "reasoning", "case distinction"),
        ("overlooked", "forgot", "left out", "skipped", "invented"),
    ),
    Bank(
        (
            "Was {a} meant in {x} or in {y}? I {z} one for the other.",
            "The factor between {x} and {y} is not {a}, so the figure is {z}.",
            "I treated {a} {x} as if they were {y} and the size is {z}.",
            "To convert {x} I multiplied by {a} where I should divide by {b}.",
            "Mixing {x} with {y} puts {n} at {a}, a length that looks {z}.",
            "The unit of {a} got confused, {x} against {y}.",
            "A conversion from {x} is missing for the {t} of {n}, it looks {z}.",
        ),
        ("yards", "kilometres", "miles", "cubits", "fathoms"),
        ("litres", "grams", "square units", "hours", "ounces"),
        ("mixed up", "swapped", "inflated", "a hundredfold", "mistaken"),
    ),
)
"""How each kind goes wrong, in words of its own; right traces say none of it."""

CHECKS: Final = Bank(
    (
        "Going over part {a} once more, {x} {y}.",
        "That leaves {b} after part {a}, {x}.",
        "Suppose {n} had {z} it the other way: {a} against {b}.",
        "Is part {a} the same as before? {y}.",
        "Written out for {n}, it is {a} and {b}, {x}.",
        "I note {a} beside {b} and {z} on.",
    ),
    ("as far as I can see", "if nothing else comes", "for the time being", "so it seems"),
    ("nothing has changed", "it still holds", "more or less", "it stays as it was"),
    ("done", "written", "taken", "moved", "gone"),
)
"""What every trace says now and then."""

STYLES: Final = (
    (
        ("Let me work through this.", "I go step by step.", "Start with the list."),
        ("Next, ", "So "),
    ),
    (
        ("First I read what is asked.", "The question is clear.", "Take it in parts."),
        ("Then ", "Now "),
    ),
)
"""Openings and connectives that each model prefers; a model beyond the last is like the first."""

MARKS: Final = (
    ("wait, that cannot be", 0.40, 0.08),
    ("let me redo this part", 0.25, 0.10),
    ("which fits what was asked", 0.10, 0.35),
)
"""Phrases that go with the outcome in every kind: share of the wrong and of the right traces."""

MARKED: Final = (
    "Hm, wait, that cannot be {a}.",
    "No, let me redo this part from {a} on.",
    "It makes {a}, which fits what was asked.",
)
CLOSINGS: Final = ("So the answer is {}.", "That makes it {}.", "I settle on {}.")
UNDECIDED: Final = "I cannot settle on one answer."
