r"""Numbers in somebody's words: separators, fractions, percent, powers of ten, units."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from reasonscape.ingest.grading_texts import TAIL, bare, final_answer

RELATIVE: Final = Fraction(1, 10**6)
NEAR_ZERO: Final = Fraction(1, 10**9)
_MOST_DIGITS: Final = 1000
_MOST_POWER: Final = 400
_POWERS: Final = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}

_SUPERSCRIPTS: Final = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_ONE_SIGN_FRACTION: Final = re.compile("(?<=\\d)(?=[¼½¾⅐-⅞])")
_PLAIN_DIGITS: Final = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
# Rewritten in this order, before numbers are looked for.
_REWRITTEN: Final = (
    (re.compile(r"(?<=\d)(?:[\u00a0\u202f\u2009]|\\[,;! ]|\{,\})(?=\d{3}(?!\d))"), ","),
    (re.compile(r"\\[dt]?frac\s*\{\s*([\d.,]+)\s*\}\s*\{\s*([\d.,]+)\s*\}"), r" \1/\2"),
    (re.compile(r"\\[dt]?frac\s*(\d)\s*(\d)"), r" \1/\2"),
    (re.compile(r"(?<=[-+])\s+(?=\d+/)"), ""),
    (re.compile(r"\\(?:times|cdot)(?![a-z])|[×·∙*](?=\s*10\s*\^)|(?<=\d)[xX](?=10\s*\^)"), "×"),
    (re.compile(r"\s*×\s*10\s*\^\s*[{(]?\s*([-+]?\d{1,4})\s*[)}]?"), r"e\1"),
    (re.compile(r"(?<![\w.,^])10\s*\^\s*[{(]?\s*([-+]?\d{1,4})\s*[)}]?"), r"1e\1"),
    (re.compile(r"\^\s*(?:\{[^{}]{0,40}\}|\\?\w+)"), " "),
    (re.compile(r"\\(?:text|mathrm|mbox|textbf|mathbf|operatorname)\s*\{([^{}]{0,80})\}"), r" \1 "),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\(?:left|right|approx|quad|qquad|degree|circ)(?![a-z])|\\[,;!: ()\[\]]"), " "),
    (re.compile(r"\\?[$€£¥]"), ""),
)
_LIST: Final = re.compile(r"[;\n]|,(?!\d{3}(?!\d))")
_NAME: Final = re.compile(r"(?:[^=≈]{0,40}[=≈:]|\\?[([{$])?\s*[({[]?")
_UNIT: Final = re.compile(r"\s*\.?[^\W\d]*(?:[\s/·^.-]{1,3}[^\W\d]+){0,3}\s*[])}.]?")
_NUMBER: Final = re.compile(
    r"(?<![\w.,/])(?<!\d:)(?P<sign>(?<![)\]}+-])[-+])?"
    r"(?:0x(?P<hex>[0-9a-f]+)(?!\w)|(?P<whole>\d+)\s+(?P<over>\d+)/(?P<under>\d+)"
    r"|(?P<top>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE](?P<power>[-+]?\d{1,4}))?"
    r"(?:\s*/\s*(?P<bottom>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?))?)"
    r"(?![,.:]?\d|\s*/\s*\d|[^\W\d]+\d|_)"
    r"(?:\s*(?P<percent>%|percent\b|per\s+cent\b)|\s+(?P<scale>thousand|[mb]illion|trillion)\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read, exactly.

    Attributes
    ----------
    text
        As it stood there, after LaTeX and separators were rewritten.
    percent
        Whether a percent sign followed; ``value`` is a hundredth then.
    decimals
        Digits behind the point of a number that is written plainly; None of any other.
    """

    text: str
    value: Fraction
    percent: bool = False
    decimals: int | None = None


def numbers(text: str) -> list[Number]:
    r"""Find the numbers of a text, in their order.

    A run that could be read in two ways (``1,5``, ``3/4/2024``, ``12:30``) is none.

    Examples
    --------
    >>> [str(one.value) for one in numbers("1,234.5 km, \\frac{3}{4}, 25%, 3 \\times 10^{4}")]
    ['2469/2', '3/4', '1/4', '30000']
    >>> numbers("1,5 or 12:30")
    []
    """
    return [one for found in _places(text) if (one := _number(found)) is not None]


def _places(text: str) -> list[re.Match[str]]:
    """Where the numbers of a text stand: a list of thousands is not to be computed for one."""
    text = _SUPERSCRIPTS.sub(lambda found: "^" + found[0].translate(_PLAIN_DIGITS), text)
    text = _ONE_SIGN_FRACTION.sub(" ", text)
    separated, plain = _REWRITTEN[0]
    text = separated.sub(plain, text)  # NFKC would make the narrow spaces usual ones
    # One space each: patterns that take any white space would take long over runs of it.
    text = " ".join(text.split())
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2044", "/")
    for pattern, plain in _REWRITTEN[1:]:
        text = pattern.sub(plain, text)
    return list(_NUMBER.finditer(text))


def _number(found: re.Match[str]) -> Number | None:
    part = found.groupdict()
    power = int(part["power"] or 0)
    if len(found[0]) > _MOST_DIGITS or abs(power) > _MOST_POWER:
        return None
    try:
        if part["hex"] is not None:
            value = Fraction(int(part["hex"], 16))
        elif part["whole"] is not None:
            value = int(part["whole"]) + Fraction(int(part["over"]), int(part["under"]))
        else:
            value = _fraction(part["top"]) * Fraction(10) ** power
            if part["bottom"] is not None:
                value /= _fraction(part["bottom"])
    except ZeroDivisionError:
        return None
    if part["sign"] == "-":
        value = -value
    plain = part["top"] is not None and part["power"] is None and part["bottom"] is None
    decimals = len(part["top"].partition(".")[2]) if plain else None
    if part["percent"] is not None:
        value /= 100
    elif part["scale"] is not None:
        value, decimals = value * 10 ** _POWERS[part["scale"].casefold()], None
    text = found[0].strip().rstrip(".")
    return Number(text, value, part["percent"] is not None, decimals)


def _fraction(digits: str) -> Fraction:
    return Fraction(digits.replace(",", ""))


def the_number(text: str) -> Number | None:
    r"""Read a text that is one number, with or without a unit.

    Of several, the one behind the last ``=`` or ``≈`` counts, if it is the only one there and
    the text is no list.

    Examples
    --------
    >>> the_number("x = 3/4").value, the_number("-12 km").value, the_number("3 or 4")
    (Fraction(3, 4), Fraction(-12, 1), None)
    """
    text = bare(text[:TAIL])
    if re.fullmatch(r"[-+]?\d{1,3}(?: \d{3})+(?:\.\d+)?", text):
        text = text.replace(" ", "")
    found = _places(text)
    if len(found) > 1 and _LIST.search(text) is None:
        found = _places(re.split(r"[=≈]|\\approx", text)[-1])
    return _number(found[0]) if len(found) == 1 else None


def number_of_target(target: str) -> Number | None:
    r"""Read the right answer: a number and no prose, or what is marked as the answer in prose.

    Examples
    --------
    >>> [found and found.text for found in map(number_of_target, ("x = 5 km", "2 + 3. #### 5"))]
    ['5', None]
    >>> number_of_target("2 + 3 is 5.\n#### 5").text, number_of_target("flag{4}")
    ('5', None)
    """
    found = _only_number(target)
    if (
        found is None
        and (answer := final_answer(target)) is not None
        and answer.mark != "last_line"
    ):
        found = _only_number(answer.text)
    return found


def _only_number(text: str) -> Number | None:
    found = the_number(text)
    if found is None:
        return None
    place = _places(bare(text[:TAIL]))[-1]
    around = place.string[: place.start()], place.string[place.end() :]
    return found if _NAME.fullmatch(around[0]) and _UNIT.fullmatch(around[1]) else None


def number_of_response(response: str) -> Number | None:
    """Read the number that a response answers with.

    Where the answer is marked: the only number in it; of several, that behind the last equals
    sign; after a phrase such as "the answer is" the first. Where nothing is marked, the last
    number of the last line, else of the response.

    Examples
    --------
    >>> number_of_response("The answer is 5 because 2 + 3 = 5.").text
    '5'
    """
    answer = final_answer(response)
    if answer is None:
        return None
    if answer.mark == "phrase":
        found = _places(answer.text)
        return _number(found[0]) if found else None
    if answer.mark != "last_line":
        return the_number(answer.text)
    found = _places(answer.text) or _places(response[-TAIL:])
    return _number(found[-1]) if found else None


def same_number(answer: Number, target: Number) -> bool:
    """Compare numbers: whole ones exactly, others to one part in a million.

    An answer that has all the decimals of the target must agree with it to the last of them: it
    is no rounded one, and a wrong digit at the end of a long sum is wrong. Where only one of them
    has a percent sign, 25% is 25 as well as 0.25. Next to a target of 0 an answer may be off by
    1e-9. Units are not compared.

    Examples
    --------
    >>> same_number(the_number("0.3333333"), the_number("1/3"))
    True
    >>> same_number(the_number("1234567"), the_number("1234568"))
    False
    """
    if _same(answer.value, target.value):
        if not target.decimals or (answer.decimals or 0) < target.decimals:
            return True
        last = Fraction(1, 10**target.decimals * (100 if target.percent else 1))
        return abs(answer.value - target.value) <= last / 2
    if answer.percent == target.percent:
        return False
    answered = answer.value * (100 if answer.percent else 1)
    return _same(answered, target.value * (100 if target.percent else 1))


def _same(answer: Fraction, target: Fraction) -> bool:
    if answer.denominator == 1 and target.denominator == 1:
        return answer == target
    if target == 0:
        return abs(answer) <= NEAR_ZERO
    return abs(answer - target) <= RELATIVE * abs(target)
