"""Formulas of the recap: the rules of spec sections 3 and 4 once more, in the language of a sheet.

Only functions that Excel 2010, LibreOffice and WPS share; a text (blank result, "tidak sah") is
never counted. The first ROUND, to 10 decimals, takes away what binary division adds, so that the
second one rounds half up as `measures.round_in_formula` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import Arah, CaraHitung
from iki_xl.tables import NOT_ASSESSED, NOT_YET_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.catalog import SkalaStep


def write_number(value: float) -> str:
    """A number as it stands in a formula."""
    return f"{value:.15g}"


def quote_text(value: str) -> str:
    """A text as it stands in a formula."""
    return '"' + value.replace('"', '""') + '"'


def round_in_formula(expression: str) -> str:
    """Round half up to 2 decimals."""
    return f"ROUND(ROUND({expression},10),2)"


def write_realisasi_sd(cara_hitung: str, cells: str, first_cell: str) -> str:
    """Realisasi to date over the months in `cells`, whose first cell is `first_cell`."""
    if cara_hitung == CaraHitung.TOTAL:
        figure = f"SUM({cells})"
    elif cara_hitung == CaraHitung.LAST:
        last = f"SUMPRODUCT(MAX(ISNUMBER({cells})*(COLUMN({cells})-COLUMN({first_cell})+1)))"
        figure = f"INDEX({cells},{last})"
    else:
        figure = f"AVERAGE({cells})"
    return f'=IF(COUNT({cells})=0,"",{figure})'


def write_target_sd(cells: str, period_count: int) -> str:
    """Target to date: the sum of `period_count` targets, none when one of them is missing."""
    return f'=IF(COUNT({cells})={period_count},SUM({cells}),"")'


def _frame_capaian(arah: str, target: str, realisasi: str, pattern: str) -> str:
    counted = f"(2*{target}-{realisasi})" if arah == Arah.MINIMAL else realisasi
    above = pattern.format(f"100*{counted}/{target}")
    zero = f'IF({target}=0,IF({realisasi}=0,100,0),"")' if arah == Arah.MINIMAL else '""'
    return f'=IF(COUNT({target},{realisasi})<2,"",IF({target}>0,{above},{zero}))'


def write_raw_capaian(arah: str, target: str, realisasi: str) -> str:
    """Raw capaian from the cells of target and realisasi to date."""
    return _frame_capaian(arah, target, realisasi, "{}")


def write_capaian(raw: str, cap: float) -> str:
    """The capaian that counts, from the cell of the raw one."""
    return f'=IF(ISNUMBER({raw}),{_clamp_capaian(raw, cap)},"")'


def write_direct_capaian(arah: str, target: str, realisasi: str, cap: float) -> str:
    """The capaian that counts, straight from target and realisasi to date."""
    return _frame_capaian(arah, target, realisasi, _clamp_capaian("{}", cap))


def _clamp_capaian(expression: str, cap: float) -> str:
    return round_in_formula(f"MIN(MAX({expression},0),{write_number(cap)})")


def write_skala(capaian: str, steps: Sequence[SkalaStep], otherwise: str = '""') -> str:
    """The word for the capaian in a cell; `otherwise` is the expression where it holds no number."""
    words = '""'
    for at, step in enumerate(reversed(steps)):
        word = quote_text(step.label)
        words = word if at == 0 else f"IF({capaian}>={write_number(step.threshold)},{word},{words})"
    return f"=IF(ISNUMBER({capaian}),{words},{otherwise})"


def write_status(target: str, realisasi: str) -> str:
    """Expression for why a row has no capaian."""
    return f"IF(COUNT({target},{realisasi})<2,{quote_text(NOT_YET_ASSESSED)},{quote_text(NOT_ASSESSED)})"


def count_text(cells: str, word: str) -> str:
    """How many cells of a range hold exactly this text expression."""
    return f"=SUMPRODUCT(--EXACT({cells},{word}))"


def count_by_key(key: str, number: str, other: str = "", condition: str = "") -> str:
    """Expression: how many rows have this number as their key and, in `other`, a figure under a condition."""
    more = f",{other},{quote_text(condition)}" if other else ""
    return f"COUNTIF{'S' if other else ''}({key},{number}{more})"


def sum_by_key(key: str, number: str, expression: str) -> str:
    """Expression: the sum of `expression` over the rows that have this number as their key."""
    return f"SUMIF({key},{number},{expression})"


def average_by_key(key: str, number: str, expression: str) -> str:
    """Mean of the numbers in `expression` over the rows that have this number as their key, in one pass."""
    return f'=IFERROR({round_in_formula(f"AVERAGEIF({key},{number},{expression})")},"")'


def write_mean(expression: str) -> str:
    """Mean of the numbers in a range."""
    return f'=IF(COUNT({expression})=0,"",{round_in_formula(f"AVERAGE({expression})")})'
