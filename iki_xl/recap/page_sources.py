"""Where the first page's formulas look, and what they must give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl import formulas
from iki_xl.a1 import write_reference
from iki_xl.recap import layout
from iki_xl.recap.content import SheetLink
from iki_xl.recap.page_layout import MOST_UNITS
from iki_xl.recap.sheets import not_reported, rekap_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.catalog import SkalaStep
    from iki_xl.recap.content import RecapContent
    from iki_xl.recap.layout import RecapSheet
    from iki_xl.recap.office_figures import OfficeFigures, UnitFigures


NO_RETURNS_TEXT = "Belum ada laporan yang dihitung. Kumpulkan buku kerja dari pegawai, lalu buat rekap lagi."
SMALL_FONT_SIZE = 9.0
LINE_SPACING = 1.33  # height of a line in font sizes
NAME_LINES = 2  # lines that a long name may take at the head of the page and below it
NO_FIGURE = "–"


@dataclass(frozen=True)
class PageSources:
    """Where the first page's formulas look, and what they must give."""

    content: RecapContent
    figures: OfficeFigures
    rekap: RecapSheet

    def columns(self, key: str) -> str:
        """Range of a column of *Rekap Indikator*."""
        return self.rekap.find_column_range(key, self.figures.rows)

    def not_reported(self, key: str) -> str:
        """Range of a column of *Belum Lapor*."""
        return not_reported.NOT_REPORTED_SHEET.find_column_range(key, len(self.figures.not_reported))

    def find_unit_range(self, key: str) -> str:
        """Range of a column of *Rekap Unit*, the row of the whole office left out."""
        return self.unit_sheet.find_column_range(key, len(self.figures.unit))

    def find_kantor_mean(self, bulan: int) -> str:
        """Cell of *Rekap Unit* with the office's average to the end of a month; no sorting moves its row."""
        cell = self.unit_sheet.cell(len(self.figures.unit), layout.name_mean_column(bulan))
        return write_reference(self.unit_sheet.nama, cell)

    @property
    def unit_sheet(self) -> RecapSheet:
        return rekap_unit.unit_sheet(self.content.bulan)

    @property
    def steps(self) -> Sequence[SkalaStep]:
        return self.content.katalog.referensi.skala

    @property
    def unit(self) -> Sequence[UnitFigures]:
        """Units that have a bar."""
        return self.figures.unit[:MOST_UNITS]


def write_awaited_expression(sources: PageSources) -> str:
    """Expression: rows received and indikator still waited for."""
    return f"COUNTA({sources.columns('id_indikator')})+SUM({sources.not_reported('indikator')})"


def show_figure(value: float | None) -> str | float:
    return NO_FIGURE if value is None else value


def write_indonesian_number(value: float) -> str:
    """A number in Indonesian writing: 90.5 is "90,5"."""
    return formulas.write_number(value).replace(".", ",")


def link_to_sheet(sheet: str) -> SheetLink:
    return SheetLink(f"buka {sheet}", write_reference(sheet, "A1"))
