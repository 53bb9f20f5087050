"""What a number format makes of a number (a percentage, a moment, a length of time); serials as moments."""

from __future__ import annotations

import math
import re
from datetime import datetime, time, timedelta
from enum import Enum

EPOK_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's moments have no time zone
EPOK_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - the same
# Excel counts a 29 February 1900, so what comes before it stands one day off.
_TANPA_KABISAT = 60
_MS_SEHARI = 86_400_000

# What is shown as it stands, in a number format: quoted, escaped, padding, in brackets.
_HARFIAH = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]')
_LAMA = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BAGIAN_WAKTU = re.compile(r"[dmyhs]", re.IGNORECASE)


class Tampilan(Enum):
    """How a cell's number format shows a number."""

    BIASA = "biasa"
    PERSEN = "persen"
    SAAT = "saat"
    LAMA = "lama"


# ECMA-376 part 1, 18.8.30, with the East Asian ids that Excel writes without a format code.
_BAWAAN = {
    **dict.fromkeys((9, 10), Tampilan.PERSEN),
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), Tampilan.SAAT),
    46: Tampilan.LAMA,
}


def tampilan(number: int, code: str | None) -> Tampilan:
    """Tell how a number format shows numbers; `code` is None for a format that the file does not declare.

    Source: ECMA-376 part 1, 18.8.30 and 18.8.31.
    """
    if code is None:
        return _BAWAAN.get(number, Tampilan.BIASA)
    bare = _HARFIAH.sub("", code)
    if "%" in bare:
        return Tampilan.PERSEN
    if _LAMA.search(code):
        return Tampilan.LAMA
    first = bare.split(";", 1)[0]
    if first.casefold() in {"general", "standard"} or not _BAGIAN_WAKTU.search(first):
        return Tampilan.BIASA
    return Tampilan.SAAT


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
