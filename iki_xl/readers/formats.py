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

EPOK_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's moments have no time zone
EPOK_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - the same
# Excel counts a 29 February 1900, so what comes before it stands one day off.
_TANPA_KABISAT = 60
_MS_SEHARI = 86_400_000

# The pieces of a number format: what is shown as it stands (quoted, escaped, padding), what stands in
# brackets, the end of a section, and letters that mean something.
_POTONGAN = re.compile(
    r"""(?P<tetap>"[^"]*"?|[\\_*].?)|\[(?P<kurung>[^\]]*)\]?|(?P<akhir>;)|(?P<huruf>[^"\\_*\[;]+)""",
    re.DOTALL,
)
_LAMA = re.compile(r"h+|m+|s+", re.IGNORECASE)
_SYARAT = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:[.,][0-9]+)?)")
_BANDING: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_UMUM = re.compile("general|standard", re.IGNORECASE)
_BAGIAN_TERBANYAK = 4
# Excel takes 255 letters; what stands further on in a file says nothing.
_TERPANJANG = 1_024
_DIINGAT = 4_096


class Tampilan(Enum):
    """How a number is shown: as it is, times 100 with %, as a moment, a time of day, a length of time."""

    BIASA = "biasa"
    PERSEN = "persen"
    SAAT = "saat"
    JAM = "jam"
    LAMA = "lama"


class Condition(NamedTuple):
    """For which numbers a section of a format is meant, such as ("<", 0)."""

    operator: str
    bound: float

    def holds(self, value: float) -> bool:
        """Return whether a number is meant."""
        return _BANDING[self.operator](value, self.bound)


class NumberFormat(NamedTuple):
    """A number format: the first section whose condition holds shows a number, else the last."""

    sections: tuple[tuple[Condition, Tampilan], ...]
    otherwise: Tampilan

    def shows(self, value: float) -> Tampilan:
        """Return how a number is shown."""
        for condition, shown in self.sections:
            if condition.holds(value):
                return shown
        return self.otherwise


PLAIN_FORMAT = NumberFormat((), Tampilan.BIASA)
# ECMA-376 part 1, 18.8.30, with the East Asian ids that Excel writes without a format code.
_BAWAAN = {
    **dict.fromkeys((9, 10), Tampilan.PERSEN),
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)), Tampilan.SAAT),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47), Tampilan.JAM),
    46: Tampilan.LAMA,
}


def number_format(number: int, code: str | None) -> NumberFormat:
    """Tell how a number format shows numbers; `code` is None for a format that the file does not declare.

    Source: ECMA-376 part 1, 18.8.30 and 18.8.31.
    """
    if code is None:
        return format_of(_BAWAAN.get(number, Tampilan.BIASA))
    return _format(code)


def format_of(shown: Tampilan) -> NumberFormat:
    """Return the format that shows every number in one way."""
    return NumberFormat((), shown)


@lru_cache(_DIINGAT)
def _format(code: str) -> NumberFormat:
    sections = _bagian(code[:_TERPANJANG])
    texts = [number for number, section in enumerate(sections) if "@" in section.huruf]
    if texts:
        # what stands from the first section for texts on is not for numbers
        sections = sections[: texts[0]]
    if not sections:
        return PLAIN_FORMAT
    conditions = _syarat([section.syarat for section in sections])
    shown = [section.tampilan for section in sections]
    if len(set(shown)) == 1:
        return format_of(shown[0])
    return NumberFormat(tuple(zip(conditions, shown, strict=False)), shown[-1])


class _Bagian(NamedTuple):
    """One section of a format: its condition if it states one, and what is left without literal text."""

    syarat: Condition | None
    huruf: str
    lama: bool

    @property
    def tampilan(self) -> Tampilan:
        letters = _UMUM.sub("", self.huruf).lower()
        if "%" in letters:
            return Tampilan.PERSEN
        if self.lama:
            return Tampilan.LAMA
        if not set("dmyhs") & set(letters):
            return Tampilan.BIASA
        # an m beside hours or seconds is minutes; three of them are a month's name
        is_time = set("hs") & set(letters) and not set("dy") & set(letters) and "mmm" not in letters
        return Tampilan.JAM if is_time else Tampilan.SAAT


def _bagian(code: str) -> list[_Bagian]:
    found = [_Bagian(None, "", lama=False)]
    for piece in _POTONGAN.finditer(code):
        if piece["akhir"]:
            found.append(_Bagian(None, "", lama=False))
        elif piece["huruf"]:
            found[-1] = found[-1]._replace(huruf=found[-1].huruf + piece["huruf"])
        elif piece["kurung"]:
            found[-1] = _dengan_kurung(found[-1], piece["kurung"])
    return found[:_BAGIAN_TERBANYAK]


def _dengan_kurung(section: _Bagian, inside: str) -> _Bagian:
    """Take in what stands in brackets: a length of time, a condition; colours and currencies say nothing."""
    if _LAMA.fullmatch(inside):
        return section._replace(lama=True)
    condition = _SYARAT.fullmatch(inside.strip())
    if condition is None:
        return section
    return section._replace(syarat=Condition(condition[1], float(condition[2].replace(",", "."))))


def _syarat(stated: list[Condition | None]) -> list[Condition]:
    """Return the conditions of all sections but the last; those not stated go by their place."""
    last = len(stated) - 1
    first = stated[0] or Condition(">" if last > 1 or (last and stated[1]) else ">=", 0.0)
    if last <= 1:
        return [first][:last]
    return [first, stated[1] or Condition("<", 0.0)]


def shown_value(value: float, shown: Tampilan, epok: datetime) -> float | datetime | time | timedelta:
    """Return a stored number as what it is shown as; one that is no moment stays the number it is."""
    found: datetime | time | timedelta | None = None
    if shown is Tampilan.SAAT:
        found = saat(value, epok)
    elif shown is Tampilan.JAM:
        moment = saat(value, epok)
        found = moment.time() if isinstance(moment, datetime) else moment
    elif shown is Tampilan.LAMA:
        found = lama(value)
    return value if found is None else found


def saat(serial: float, epok: datetime) -> datetime | time | None:
    """Return the moment a serial stands for, to the millisecond; a time alone below 1; None beyond year 9999.

    Source: ECMA-376 part 1, 18.17.4; below 60 in the 1900 system as Excel shows it.
    """
    if not 0 <= serial < math.inf:
        return None
    if epok == EPOK_1900 and 1 <= serial < _TANPA_KABISAT:
        serial += 1
    try:
        moment = epok + timedelta(milliseconds=round(serial * _MS_SEHARI))
    except OverflowError:
        return None
    return moment.time() if serial < 1 and moment.date() == epok.date() else moment


def lama(serial: float) -> timedelta | None:
    """Return the length of time a serial stands for, to the millisecond; None where there is none so long."""
    if not math.isfinite(serial):
        return None
    try:
        return timedelta(milliseconds=round(serial * _MS_SEHARI))
    except OverflowError:
        return None
