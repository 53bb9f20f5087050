"""What a number format makes of a number (a percentage, a moment, a length of time); serials as moments."""

from __future__ import annotations

import math
import operator
import re
from datetime import datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's moments have no time zone
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - the same
# Excel counts a 29 February 1900, so what comes before it stands one day off.
_FALSE_LEAP_DAY = 60
_MS_PER_DAY = 86_400_000

# The pieces of a number format: what is shown as it stands (quoted, escaped, padding), what stands in
# brackets, the end of a section, and letters that mean something.
_FORMAT_PIECE = re.compile(
    r"""(?P<tetap>"[^"]*"?|[\\_*].?)|\[(?P<kurung>[^\]]*)\]?|(?P<akhir>;)|(?P<huruf>[^"\\_*\[;]+)""",
    re.DOTALL,
)
_DURATION_LETTERS = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:[.,][0-9]+)?)")
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_GENERAL = re.compile("general|standard", re.IGNORECASE)
_MOST_SECTIONS = 4
# Excel takes 255 letters; what stands further on in a file says nothing.
_LONGEST_CODE = 1_024
_REMEMBERED = 4_096


class NumberDisplay(Enum):
    """How a number is shown: as it is, times 100 with %, as a moment, a time of day, a length of time."""

    PLAIN = "biasa"
    PERCENT = "persen"
    MOMENT = "saat"
    TIME_OF_DAY = "jam"
    DURATION = "lama"


class Condition(NamedTuple):
    """For which numbers a section of a format is meant, such as ("<", 0)."""

    operator: str
    bound: float

    def holds(self, value: float) -> bool:
        """Return whether a number is meant."""
        return _COMPARISONS[self.operator](value, self.bound)


class NumberFormat(NamedTuple):
    """A number format: the first section whose condition holds shows a number, else the last."""

    sections: tuple[tuple[Condition, NumberDisplay], ...]
    otherwise: NumberDisplay

    def shows(self, value: float) -> NumberDisplay:
        """Return how a number is shown."""
        for condition, shown in self.sections:
            if condition.holds(value):
                return shown
        return self.otherwise


PLAIN_FORMAT = NumberFormat((), NumberDisplay.PLAIN)
# ECMA-376 part 1, 18.8.30, with the East Asian ids that Excel writes without a format code.
_BUILT_IN = {
    **dict.fromkeys((9, 10), NumberDisplay.PERCENT),
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)), NumberDisplay.MOMENT),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47), NumberDisplay.TIME_OF_DAY),
    46: NumberDisplay.DURATION,
}


def number_format(number: int, code: str | None) -> NumberFormat:
    """Tell how a number format shows numbers; `code` is None for a format that the file does not declare.

    Source: ECMA-376 part 1, 18.8.30 and 18.8.31.
    """
    if code is None:
        return format_of(_BUILT_IN.get(number, NumberDisplay.PLAIN))
    return _format(code)


def format_of(shown: NumberDisplay) -> NumberFormat:
    """Return the format that shows every number in one way."""
    return NumberFormat((), shown)


@lru_cache(_REMEMBERED)
def _format(code: str) -> NumberFormat:
    sections = _split_sections(code[:_LONGEST_CODE])
    texts = [number for number, section in enumerate(sections) if "@" in section.letters]
    if texts:
        # what stands from the first section for texts on is not for numbers
        sections = sections[: texts[0]]
    if not sections:
        return PLAIN_FORMAT
    conditions = _complete_conditions([section.condition for section in sections])
    shown = [section.display for section in sections]
    if len(set(shown)) == 1:
        return format_of(shown[0])
    return NumberFormat(tuple(zip(conditions, shown, strict=False)), shown[-1])


class _FormatSection(NamedTuple):
    """One section of a format: its condition if it states one, and what is left without literal text."""

    condition: Condition | None
    letters: str
    duration: bool

    @property
    def display(self) -> NumberDisplay:
        letters = _GENERAL.sub("", self.letters).lower()
        if "%" in letters:
            return NumberDisplay.PERCENT
        if self.duration:
            return NumberDisplay.DURATION
        if not set("dmyhs") & set(letters):
            return NumberDisplay.PLAIN
        # an m beside hours or seconds is minutes; three of them are a month's name
        is_time = set("hs") & set(letters) and not set("dy") & set(letters) and "mmm" not in letters
        return NumberDisplay.TIME_OF_DAY if is_time else NumberDisplay.MOMENT


def _split_sections(code: str) -> list[_FormatSection]:
    found = [_FormatSection(None, "", duration=False)]
    for piece in _FORMAT_PIECE.finditer(code):
        if piece["akhir"]:
            found.append(_FormatSection(None, "", duration=False))
        elif piece["huruf"]:
            found[-1] = found[-1]._replace(letters=found[-1].letters + piece["huruf"])
        elif piece["kurung"]:
            found[-1] = _add_bracketed(found[-1], piece["kurung"])
    return found[:_MOST_SECTIONS]


def _add_bracketed(section: _FormatSection, inside: str) -> _FormatSection:
    """Take in what stands in brackets: a length of time, a condition; colours and currencies say nothing."""
    if _DURATION_LETTERS.fullmatch(inside):
        return section._replace(duration=True)
    condition = _CONDITION.fullmatch(inside.strip())
    if condition is None:
        return section
    return section._replace(condition=Condition(condition[1], float(condition[2].replace(",", "."))))


def _complete_conditions(stated: list[Condition | None]) -> list[Condition]:
    """Return the conditions of all sections but the last; those not stated go by their place."""
    last = len(stated) - 1
    first = stated[0] or Condition(">" if last > 1 or (last and stated[1]) else ">=", 0.0)
    if last <= 1:
        return [first][:last]
    return [first, stated[1] or Condition("<", 0.0)]


def shown_value(value: float, shown: NumberDisplay, epoch: datetime) -> float | datetime | time | timedelta:
    """Return a stored number as what it is shown as; one that is no moment stays the number it is."""
    found: datetime | time | timedelta | None = None
    if shown is NumberDisplay.MOMENT:
        found = convert_serial(value, epoch)
    elif shown is NumberDisplay.TIME_OF_DAY:
        moment = convert_serial(value, epoch)
        found = moment.time() if isinstance(moment, datetime) else moment
    elif shown is NumberDisplay.DURATION:
        found = duration(value)
    return value if found is None else found


def convert_serial(serial: float, epoch: datetime) -> datetime | time | None:
    """Return the moment a serial stands for, to the millisecond; a time alone below 1; None beyond year 9999.

    Source: ECMA-376 part 1, 18.17.4; below 60 in the 1900 system as Excel shows it.
    """
    if not 0 <= serial < math.inf:
        return None
    if epoch == EPOCH_1900 and 1 <= serial < _FALSE_LEAP_DAY:
        serial += 1
    try:
        moment = epoch + timedelta(milliseconds=round(serial * _MS_PER_DAY))
    except OverflowError:
        return None
    return moment.time() if serial < 1 and moment.date() == epoch.date() else moment


def duration(serial: float) -> timedelta | None:
    """Return the length of time a serial stands for, to the millisecond; None where there is none so long."""
    if not math.isfinite(serial):
        return None
    try:
        return timedelta(milliseconds=round(serial * _MS_PER_DAY))
    except OverflowError:
        return None
