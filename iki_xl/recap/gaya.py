"""How the recap looks: fonts, colours and number formats, each format made once per workbook.

The colours of the skala grow darker from the best step to the worst, so that they can be told
apart in a grey print as well; the word always stands in the cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from iki_xl.recap.layout import RUPA_ANGKA, Rupa
from iki_xl.recap.rumus import teks
from iki_xl.recap.susun import Rumus, Tanda, Tautan
from iki_xl.tables import BELUM_DINILAI, BELUM_LAPOR, TIDAK_DINILAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog import TingkatSkala
    from iki_xl.recap.susun import Isi

Sifat: TypeAlias = "dict[str, Any]"  # xlsxwriter's format properties

UKURAN_TABEL = 10
TINTA = "#1F2A37"
TINTA_REDUP = "#6B7280"
KEPALA = "#1F4E5F"
GARIS = "#C9CFD6"
TAUTAN = "#0B5394"
ALAS_PETAK = "#EEF3F5"
ALAS_REDUP = "#F1F2F4"
SKALA_WARNA: tuple[Sifat, ...] = (
    {"bg_color": "#E6F4E7", "font_color": "#1B4D24"},
    {"bg_color": "#C3E0A8", "font_color": "#22420F"},
    {"bg_color": "#F8CB46", "font_color": "#3F2E00"},
    {"bg_color": "#E98B4A", "font_color": "#2B1200"},
    {"bg_color": "#A52019", "font_color": "#FFFFFF", "bold": True},
)
TIDAK_SAH: Sifat = {"bg_color": "#E3D3F1", "font_color": "#4A1772", "bold": True, "align": "center"}
STATUS_WARNA: dict[str, Sifat] = {
    BELUM_LAPOR: {"bg_color": "#D5DAE0", "font_color": TINTA, "italic": True},
    BELUM_DINILAI: {"bg_color": ALAS_REDUP, "font_color": TINTA_REDUP, "italic": True},
    TIDAK_DINILAI: {"bg_color": ALAS_REDUP, "font_color": TINTA_REDUP, "italic": True},
}
_REDUP: Sifat = {"bg_color": ALAS_REDUP, "font_color": TINTA_REDUP, "italic": True}
_JUMLAH: Sifat = {"bg_color": ALAS_PETAK, "bold": True, "top": 2, "top_color": KEPALA}
_TAMPILAN_ISI: dict[type, Sifat] = {
    Tanda: TIDAK_SAH,
    Tautan: {"font_color": TAUTAN, "underline": 1},
}
TINGKAT_WARNA: dict[str, Sifat] = {
    "galat": {"bg_color": "#E3D3F1", "font_color": "#4A1772", "bold": True},
    "peringatan": {"bg_color": "#FCEBB6", "font_color": "#4F3A00"},
}
BILANGAN_BULAT = "#,##0"
PECAHAN = "#,##0.0###"
DUA_DESIMAL = "#,##0.00"
BESAR = 100_000  # from here on decimals are in the cell but not shown


class Gaya:
    """Formats of one workbook; asking twice gives the same one."""

    def __init__(self, workbook: Workbook, bulan: int) -> None:
        self.workbook = workbook
        self._bulan = bulan
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._cells: dict[tuple[object, ...], Format] = {}

    def format(self, sifat: Sifat) -> Format:
        """The format with these properties."""
        key = tuple(sorted(sifat.items()))
        if key not in self._made:
            base = {"font_size": UKURAN_TABEL, "font_color": TINTA, "valign": "vcenter", "locked": True}
            self._made[key] = self.workbook.add_format({**base, **sifat})
        return self._made[key]

    def kepala(self) -> Format:
        """Head of a table."""
        return self.format(
            {
                "bold": True,
                "bg_color": KEPALA,
                "font_color": "#FFFFFF",
                "border": 1,
                "border_color": "#FFFFFF",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )

    def sel(
        self, rupa: Rupa, isi: Isi, *, redup: bool = False, jumlah: bool = False, inden: int = 0
    ) -> Format:
        """Cell of a table: by its column's kind and by what stands in it.

        Args:
            rupa: the column's kind.
            isi: what stands in the cell.
            redup: it does not count.
            jumlah: it belongs to a row of totals.
            inden: steps that its text is indented by.
        """
        number = format_angka(rupa, isi, self._bulan) if rupa in RUPA_ANGKA else ""
        looks = tuple(look for kind, look in _TAMPILAN_ISI.items() if isinstance(isi, kind))
        key = (rupa, number, redup, jumlah, inden, len(looks) and id(looks[0]))
        if key not in self._cells:
            sifat: Sifat = {"border": 1, "border_color": GARIS, **self._rupa(rupa, number)}
            for wanted, look in ((redup, _REDUP), (jumlah, _JUMLAH), (inden, {"indent": inden})):
                sifat |= look if wanted else {}
            for look in looks:
                sifat |= look
            self._cells[key] = self.format(sifat)
        return self._cells[key]

    def _rupa(self, rupa: Rupa, number: str) -> Sifat:
        if rupa in RUPA_ANGKA:
            align = "center" if rupa in {Rupa.BULAT, Rupa.TERISI} else "right"
            return {"num_format": number, "align": align, "shrink": True}
        if rupa is Rupa.TEKS:
            return {"text_wrap": True, "num_format": "@"}
        return {"text_wrap": True, "align": "center"}

    def skala(self, tingkat: Sequence[TingkatSkala]) -> list[tuple[str, Format]]:
        """Word and colours of each step, for conditional formats."""
        last = max(len(tingkat) - 1, 1)
        shades = [SKALA_WARNA[round(at * (len(SKALA_WARNA) - 1) / last)] for at in range(len(tingkat))]
        return [
            (step.sebutan, self.workbook.add_format(shade))
            for step, shade in zip(tingkat, shades, strict=True)
        ]

    def tanda(self, sifat: Sifat) -> Format:
        """A format for a conditional rule: only what the rule changes."""
        return self.workbook.add_format(sifat)


def format_angka(rupa: Rupa, isi: Isi, bulan: int) -> str:
    """Number format: whole numbers without decimals, so that 12 is not shown as "12,"."""
    if rupa is Rupa.TERISI:
        return f'0" dari {bulan}"'
    if rupa is Rupa.PERSEN:
        return DUA_DESIMAL
    return PECAHAN if _berdesimal(isi.nilai if isinstance(isi, Rumus) else isi) else BILANGAN_BULAT


def _berdesimal(value: object) -> bool:
    return isinstance(value, float) and not value.is_integer() and abs(value) < BESAR


def panjang_angka(rupa: Rupa, isi: Isi) -> int:
    """Characters that a number takes in a cell; 0 for a text."""
    value = isi.nilai if isinstance(isi, Rumus) else isi
    if not isinstance(value, (int, float)):
        return 0
    if rupa is Rupa.PERSEN:
        return len(f"{value:,.2f}")
    return len(f"{value:,.4f}".rstrip("0")) if _berdesimal(value) else len(f"{value:,.0f}")


def warnai_kata(sheet: Worksheet, area: tuple[int, int, int, int], kata: str, tampilan: Format) -> None:
    """Colour the cells of an area (first row, first column, last row, last column) that hold this word."""
    sheet.conditional_format(
        *area, {"type": "cell", "criteria": "==", "value": teks(kata), "format": tampilan}
    )
