"""The grid on which the first page is written, and texts cut to the room they have there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl import xlsx
from iki_xl.recap import layout
from iki_xl.recap.gaya import KEPALA, UKURAN_TABEL, Gaya
from iki_xl.recap.layout import KISI
from iki_xl.recap.susun import Rumus, Tautan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.gaya import Sifat
    from iki_xl.recap.susun import Isi

Kisi = tuple[int, int]  # first and last grid column
SELURUH: Kisi = (0, KISI - 1)
TINGGI = 17.0
_JUDUL = (6.0, 17.0, 2.0)  # points of the rows that a block's title takes
TINGGI_JUDUL = sum(_JUDUL)
_HURUF_TERBANYAK = 700  # more never fit; measuring 5,000 letters ten times would be in vain
_UJUNG_KATA = 14  # letters
_PIKSEL_PER_TITIK = 96 / 72


class Halaman:
    """The page being written: knows the next free row, the height so far and how wide the grid is.

    Unless it is `hidup`, formulas are written as what they were computed to.
    """

    def __init__(self, sheet: Worksheet, gaya: Gaya, *, hidup: bool = True) -> None:
        self.sheet = sheet
        self.gaya = gaya
        self.hidup = hidup
        self.baris = 0
        self.tinggi = 0.0
        sheet.set_column(0, KISI - 1, layout.LEBAR_KISI)
        sheet.hide_gridlines(2)

    def turun(self, tinggi: float = TINGGI) -> int:
        """Take the next row, `tinggi` points high; return its zero-based number."""
        row = self.baris
        self.sheet.set_row(row, tinggi)
        self.baris += 1
        self.tinggi += tinggi
        return row

    def tulis(self, row: int, kisi: Kisi, isi: Isi, sifat: Sifat, *, tinggi: int = 1) -> None:
        """Write into grid columns `kisi` and `tinggi` rows from `row` on, merged into one cell."""
        cell_format = self.gaya.format(sifat)
        first, last = kisi
        if last > first or tinggi > 1:
            self.sheet.merge_range(row, first, row + tinggi - 1, last, "", cell_format)
        if isinstance(isi, Rumus) and not self.hidup:
            isi = isi.nilai
        if isinstance(isi, Rumus):
            xlsx.tulis_rumus(self.sheet, row, first, isi.teks, cell_format, isi.nilai)
        elif isinstance(isi, Tautan):
            xlsx.tulis_tautan(self.sheet, row, first, isi.teks, cell_format, isi.tujuan)
        else:
            xlsx.tulis(self.sheet, row, first, isi, cell_format)

    def paragraf(self, text: str, sifat: Sifat, kisi: Kisi = SELURUH) -> None:
        """Write a wrapped text of as many lines as it needs."""
        row = self.turun(tinggi_teks(text, kisi, float(sifat.get("font_size", UKURAN_TABEL))))
        self.tulis(row, kisi, text, {"text_wrap": True, "valign": "vcenter", **sifat})

    def judul_blok(self, text: str, tautan: Tautan | None = None) -> None:
        """Write a block's title, with a little air above it and a link to the sheet behind at its right."""
        above, text_height, below = _JUDUL
        self.turun(above)
        row = self.turun(text_height)
        line: Sifat = {"bottom": 2, "bottom_color": KEPALA, "font_color": KEPALA}
        split = KISI * 2 // 3
        self.tulis(row, (0, split - 1), text, {**line, "bold": True, "font_size": 12})
        link: Sifat = {**line, "align": "right", "font_size": 9, "underline": 1 if tautan else 0}
        self.tulis(row, (split, KISI - 1), tautan, link)
        self.turun(below)


def lebar(kisi: Kisi) -> float:
    """Width in characters of merged grid columns."""
    return (lebar_piksel(kisi) - 5) / 7


def lebar_piksel(kisi: Kisi) -> int:
    """Width in pixels of merged grid columns."""
    return (kisi[1] - kisi[0] + 1) * xlsx.lebar_kolom_piksel(layout.LEBAR_KISI)


def piksel(titik: float) -> float:
    """Pixels of a height in points."""
    return titik * _PIKSEL_PER_TITIK


def tinggi_teks(text: str, kisi: Kisi, ukuran: float) -> float:
    """Row height in points for a text wrapped in grid columns."""
    return xlsx.tinggi_baris([(text, lebar(kisi))], ukuran=ukuran, paling_kecil=ukuran * 1.5)


def jumlah_baris(text: str, kisi: Kisi, ukuran: float) -> int:
    """Lines that a text takes in grid columns."""
    return xlsx.jumlah_baris_teks(text, lebar(kisi), ukuran=ukuran)


def muat(text: str, kisi: Kisi, baris: int, ukuran: float) -> bool:
    """Whether a text fits in `baris` lines of grid columns."""
    return jumlah_baris(text, kisi, ukuran) <= baris


def polos(text: str) -> str:
    """One line without control and direction characters, so that it can stand beside other texts."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def potong(text: str, kisi: Kisi, baris: int, ukuran: float, *, ekor: str = "") -> str:
    """The text in one paragraph, cut to `baris` lines with "…" where it is longer.

    `ekor` is what will stand behind it: room is left for it.
    """
    whole = " ".join(text.split())
    if len(whole) <= _HURUF_TERBANYAK and muat(whole + ekor, kisi, baris, ukuran):
        return whole
    plain = polos(whole[:_HURUF_TERBANYAK])
    low, high = 0, len(plain)
    while low < high:
        middle = (low + high + 1) // 2
        if muat(plain[:middle] + "…" + ekor, kisi, baris, ukuran):
            low = middle
        else:
            high = middle - 1
    return _utuh(plain, low) + "…"


def _utuh(text: str, panjang: int) -> str:
    """The first `panjang` letters, not ending within a word unless that is a long one."""
    space = text.rfind(" ", 0, panjang + 1)
    return text[: space if space > panjang - _UJUNG_KATA > 0 else panjang].rstrip(" ,;")


def daftar(names: Sequence[str], kisi: Kisi, baris: int, ukuran: float) -> str:
    """As many names as fit in `baris` lines; how many are left out is said at the end."""
    short = [polos(name) for name in names]
    for shown in range(len(short), 0, -1):
        text = _daftar(short, shown)
        if len(text) <= _HURUF_TERBANYAK and muat(text, kisi, baris, ukuran):
            return text
    end = _sisa(len(short) - 1) + "."
    return potong(short[0], kisi, baris, ukuran, ekor=end) + end if short else ""


def _daftar(names: Sequence[str], shown: int) -> str:
    return "; ".join(names[:shown]) + _sisa(len(names) - shown) + "."


def _sisa(jumlah: int) -> str:
    return f"; dan {jumlah} lainnya" if jumlah else ""
