"""Spec sections 3 and 4 once as formulas, used by form and recap alike; measures.py gives the same figures.

A function takes addresses of cells and returns an expression, without "="; what has nothing to show gives "".
Only functions that Excel 2010, LibreOffice and WPS share: no dynamic arrays, LET or XLOOKUP. A text (blank
result, "tidak sah") is never counted. With up to seven steps of the skala no more than seven functions stand
within one another, as many as an .xls keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import Arah, CaraHitung, Sebaran
from iki_xl.tables import ASSESSED_AT_YEAR_END, NOT_ASSESSED, NOT_YET_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.catalog import SkalaStep

_FULL = "100"  # percent
SEBARAN_WORDS = {
    Sebaran.EVEN: "target dibagi rata per bulan",
    Sebaran.YEAR_END: ASSESSED_AT_YEAR_END,
}
"""How form and recap name what the office chose."""


def write_number(value: float) -> str:
    """A number as it stands in a formula."""
    return f"{value:.15g}"


def quote_text(value: str) -> str:
    """A text as it stands in a formula."""
    return '"' + value.replace('"', '""') + '"'


def choose_branch(cell: str, *branches: tuple[str, str], otherwise: str = '""') -> str:
    """The expression that belongs to the text in a cell, of pairs of both; `otherwise` for any other text."""
    for text, branch in reversed(branches):
        otherwise = f"IF({cell}={quote_text(text)},{branch},{otherwise})"
    return otherwise


def round_in_formula(expression: str) -> str:
    """Round half up to 2 decimals; the first ROUND takes away what binary division adds (see measures.py)."""
    return f"ROUND(ROUND({expression},10),2)"


def write_realisasi_sd(cara_hitung: str, cells: str, first_cell: str) -> str:
    """Realisasi to date over the months in `cells`, whose first cell is `first_cell` (spec section 3)."""
    if cara_hitung == CaraHitung.TOTAL:
        figure = f"SUM({cells})"
    elif cara_hitung == CaraHitung.LAST:
        figure = f"INDEX({cells},{find_last_filled(cells, first_cell)})"
    else:
        figure = f"AVERAGE({cells})"
    return f'IF(COUNT({cells})=0,"",{figure})'


def find_last_filled(cells: str, first_cell: str) -> str:
    """Number (from 1) of the last column in `cells` that holds a figure, 0 where none does."""
    return f"SUMPRODUCT(MAX(ISNUMBER({cells})*(COLUMN({cells})-COLUMN({first_cell})+1)))"


def find_period(bulan: str, period_count: int) -> str:
    """Number (from 1) of the period that contains the month in a cell; `period_count` periods a year."""
    return f"ROUNDUP({bulan}*{period_count}/12,0)"


def write_target_sd(cells: str, needed: int | str) -> str:
    """Target to date: the sum of all `needed` targets in `cells`, none while one is missing (spec section 3).

    How many are needed is a number, or an expression of one.
    """
    return f'IF(COUNT({cells})={needed},SUM({cells}),"")'


def write_spread_target(sebaran: Sebaran, target: str, bulan: int | str) -> str:
    """As much of a yearly target (its cell) as is due by a month, a number or its cell (spec section 3)."""
    if sebaran is Sebaran.EVEN:
        return f'IF(COUNT({target})=1,{target}*{bulan}/12,"")'
    whole = write_target_sd(target, 1)
    return f'IF({bulan}<12,"",{whole})' if sebaran is Sebaran.YEAR_END else whole


def _frame_capaian(arah: str, target: str, realisasi: str, pattern: str, full: str) -> str:
    """The cases of spec section 4: a quotient goes into `pattern`, and 100 percent is written `full`."""
    counted = f"(2*{target}-{realisasi})" if arah == Arah.MINIMAL else realisasi
    above = pattern.format(f"100*{counted}/{target}")
    zero = f'IF({target}=0,IF({realisasi}=0,{full},0),"")' if arah == Arah.MINIMAL else '""'
    return f'IF(COUNT({target},{realisasi})<2,"",IF({target}>0,{above},{zero}))'


def write_raw_capaian(arah: str, target: str, realisasi: str) -> str:
    """Raw capaian in percent from the cells of target and realisasi to date (spec section 4)."""
    return _frame_capaian(arah, target, realisasi, "{}", _FULL)


def write_capaian(raw: str, cap: float) -> str:
    """The capaian that counts, from the cell of the raw one; `cap` in percent (spec section 4)."""
    return f'IF(ISNUMBER({raw}),{_clamp_capaian(raw, cap)},"")'


def write_direct_capaian(arah: str, target: str, realisasi: str, cap: float) -> str:
    """The capaian that counts, straight from target and realisasi to date."""
    full = _FULL if cap >= float(_FULL) else round_in_formula(write_number(cap))
    return _frame_capaian(arah, target, realisasi, _clamp_capaian("{}", cap), full)


def _clamp_capaian(expression: str, cap: float) -> str:
    return round_in_formula(f"MIN(MAX({expression},0),{write_number(cap)})")


def write_skala(capaian: str, steps: Sequence[SkalaStep], otherwise: str = '""') -> str:
    """The word for the capaian in a cell; `otherwise` is the expression where it holds no number."""
    words = '""'
    for at, step in enumerate(reversed(steps)):
        word = quote_text(step.label)
        words = word if at == 0 else f"IF({capaian}>={write_number(step.threshold)},{word},{words})"
    return f"IF(ISNUMBER({capaian}),{words},{otherwise})"


def write_status(
    target: str, realisasi: str, sebaran: Sebaran = Sebaran.UNSAID, bulan: int | str = 12
) -> str:
    """Why a row has no capaian at the end of a month, a number or its cell."""
    usual = f"IF(COUNT({target},{realisasi})<2,{quote_text(NOT_YET_ASSESSED)},{quote_text(NOT_ASSESSED)})"
    if sebaran is not Sebaran.YEAR_END:
        return usual
    return f"IF(AND({bulan}<12,COUNT({realisasi})>0),{quote_text(ASSESSED_AT_YEAR_END)},{usual})"


def write_mean(cells: str, otherwise: str = '""') -> str:
    """Mean of the capaian in a range (spec section 4); `otherwise` is the expression where there is none."""
    return f"IF(COUNT({cells})=0,{otherwise},{round_in_formula(f'AVERAGE({cells})')})"
