"""Formulas of the recap: the rules of spec sections 3 and 4 once more, in the language of a sheet.

Only functions that Excel 2010, LibreOffice and WPS share; a text (blank result, "tidak sah") is
never counted. The first ROUND, to 10 decimals, takes away what binary division adds, so that the
second one rounds half up as `measures.bulatkan` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import Arah, CaraHitung
from iki_xl.tables import BELUM_DINILAI, TIDAK_DINILAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.catalog import TingkatSkala


def angka(value: float) -> str:
    """A number as it stands in a formula."""
    return f"{value:.15g}"


def teks(value: str) -> str:
    """A text as it stands in a formula."""
    return '"' + value.replace('"', '""') + '"'


def bulatkan(isi: str) -> str:
    """Round half up to 2 decimals."""
    return f"ROUND(ROUND({isi},10),2)"


def realisasi_sd(cara: str, rentang: str, pertama: str) -> str:
    """Realisasi to date over the months in `rentang`, whose first cell is `pertama`."""
    if cara == CaraHitung.JUMLAH:
        figure = f"SUM({rentang})"
    elif cara == CaraHitung.TERAKHIR:
        last = f"SUMPRODUCT(MAX(ISNUMBER({rentang})*(COLUMN({rentang})-COLUMN({pertama})+1)))"
        figure = f"INDEX({rentang},{last})"
    else:
        figure = f"AVERAGE({rentang})"
    return f'=IF(COUNT({rentang})=0,"",{figure})'


def target_sd(rentang: str, periode: int) -> str:
    """Target to date: the sum of `periode` targets, none when one of them is missing."""
    return f'=IF(COUNT({rentang})={periode},SUM({rentang}),"")'


def _mentah(arah: str, target: str, realisasi: str, jadi: str) -> str:
    counted = f"(2*{target}-{realisasi})" if arah == Arah.MINIMAL else realisasi
    above = jadi.format(f"100*{counted}/{target}")
    zero = f'IF({target}=0,IF({realisasi}=0,100,0),"")' if arah == Arah.MINIMAL else '""'
    return f'=IF(COUNT({target},{realisasi})<2,"",IF({target}>0,{above},{zero}))'


def capaian_mentah(arah: str, target: str, realisasi: str) -> str:
    """Raw capaian from the cells of target and realisasi to date."""
    return _mentah(arah, target, realisasi, "{}")


def capaian(mentah: str, batas: float) -> str:
    """The capaian that counts, from the cell of the raw one."""
    return f'=IF(ISNUMBER({mentah}),{_jepit(mentah, batas)},"")'


def capaian_langsung(arah: str, target: str, realisasi: str, batas: float) -> str:
    """The capaian that counts, straight from target and realisasi to date."""
    return _mentah(arah, target, realisasi, _jepit("{}", batas))


def _jepit(isi: str, batas: float) -> str:
    return bulatkan(f"MIN(MAX({isi},0),{angka(batas)})")


def skala(capaian: str, tingkat: Sequence[TingkatSkala], lainnya: str = '""') -> str:
    """The word for the capaian in a cell; `lainnya` is the expression where it holds no number."""
    words = '""'
    for at, step in enumerate(reversed(tingkat)):
        word = teks(step.sebutan)
        words = word if at == 0 else f"IF({capaian}>={angka(step.batas)},{word},{words})"
    return f"=IF(ISNUMBER({capaian}),{words},{lainnya})"


def status(target: str, realisasi: str) -> str:
    """Expression for why a row has no capaian."""
    return f"IF(COUNT({target},{realisasi})<2,{teks(BELUM_DINILAI)},{teks(TIDAK_DINILAI)})"


def banyak(rentang: str, kata: str) -> str:
    """How many cells of a range hold exactly this text expression."""
    return f"=SUMPRODUCT(--EXACT({rentang},{kata}))"


def banyak_menurut(kunci: str, nomor: str, lain: str = "", syarat: str = "") -> str:
    """Expression: how many rows have this number as their key and, in `lain`, a figure under a condition."""
    more = f",{lain},{teks(syarat)}" if lain else ""
    return f"COUNTIF{'S' if lain else ''}({kunci},{nomor}{more})"


def jumlah_menurut(kunci: str, nomor: str, isi: str) -> str:
    """Expression: the sum of `isi` over the rows that have this number as their key."""
    return f"SUMIF({kunci},{nomor},{isi})"


def rata_menurut(kunci: str, nomor: str, isi: str) -> str:
    """Mean of the numbers in `isi` over the rows that have this number as their key, in one pass."""
    return f'=IFERROR({bulatkan(f"AVERAGEIF({kunci},{nomor},{isi})")},"")'


def rata(isi: str) -> str:
    """Mean of the numbers in a range."""
    return f'=IF(COUNT({isi})=0,"",{bulatkan(f"AVERAGE({isi})")})'
