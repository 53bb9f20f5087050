"""How a cell of a month's sheet shows that it is missing, late, stale or invalid, and never like a 0.

The look follows the words of Keterangan in the same row, also after sorting; each can be told from
the others in grey: missing is grey and empty, late bold and underlined, stale italic. What is
invalid is a word in the cell itself (`susun.Tanda`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.recap import rumus
from iki_xl.recap.susun import Kata
from iki_xl.tables import BELUM_LAPOR

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.gaya import Gaya, Sifat
    from iki_xl.recap.layout import Lembar

ARTI = (
    "Abu-abu kosong: belum diisi atau belum lapor, bukan 0. Tebal bergaris bawah: terlambat. Miring: basi "
    "(posisi bulan sebelumnya). “Tidak sah”: tidak dihitung."
)
_KOSONG: Sifat = {"bg_color": "#D9DDE2", "font_color": "#1F2A37"}
_TERLAMBAT: Sifat = {"bg_color": "#D6E6F5", "font_color": "#123A5C", "bold": True, "underline": 1}
_BASI: Sifat = {"bg_color": "#FCEBB6", "font_color": "#4F3A00", "italic": True}
# column -> words of Keterangan -> look
_TAMPILAN: tuple[tuple[str, tuple[str, ...], Sifat], ...] = (
    ("realisasi", (Kata.BELUM_DIISI, BELUM_LAPOR), _KOSONG),
    ("realisasi", (Kata.TERLAMBAT,), _TERLAMBAT),
    ("realisasi_sd", (Kata.BASI,), _BASI),
    ("target_sd", (Kata.TARGET_KOSONG,), _KOSONG),
)


def warnai_tanda(sheet: Worksheet, gaya: Gaya, lembar: Lembar, jumlah: int) -> None:
    """Add the looks to a month's sheet of `jumlah` rows."""
    first, last = lembar.baris_data(0), lembar.baris_data(max(jumlah, 1) - 1)
    said = f"${lembar.sel(0, 'keterangan')}"
    for key, words, look in _TAMPILAN:
        column = lembar.ke(key)
        found = ",".join(f"ISNUMBER(SEARCH({rumus.teks(word)},{said}))" for word in words)
        rule = {"type": "formula", "criteria": f"=OR({found})", "format": gaya.tanda(look)}
        sheet.conditional_format(first, column, last, column, rule)
