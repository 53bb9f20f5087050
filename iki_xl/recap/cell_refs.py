"""Where the formulas of *Rekap Unit* and *Rekap Jabatan* look, and what both have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl import formulas
from iki_xl.measures import make_decimal, skala
from iki_xl.recap import counting, layout
from iki_xl.recap.content import LiveFormula

if TYPE_CHECKING:
    from iki_xl.recap.content import CellContent, RecapContent, SheetRow
    from iki_xl.recap.layout import RecapSheet
    from iki_xl.recap.senders import GroupFigures, Sender, UnitSplit


REPORTED, NOT_YET, EXTRA = "ya", "belum", "tambahan"
WHOLE_KANTOR = "Seluruh kantor"
LOOK_TEXT = "lihat"
MOST_LINKS = 65_530  # Excel keeps no more links on a sheet
# Averages of earlier months are formulas while all of them together compare no more cells than this.
MOST_COMPARISONS = 100_000_000


@dataclass(frozen=True)
class CellRefs:
    """Where the formulas look: the sheets behind, those of the months in order, and their rows."""

    content: RecapContent
    split: UnitSplit
    rekap_sheet: RecapSheet
    jabatan_sheet: RecapSheet
    bulan_sheets: tuple[RecapSheet, ...]
    rekap_row_count: int
    bulan_row_count: int

    def rekap(self, key: str) -> str:
        """Range of a column of *Rekap Indikator*."""
        return self.rekap_sheet.find_column_range(key, self.rekap_row_count)

    def jabatan(self, key: str) -> str:
        """Range of a column of *Rekap Jabatan*."""
        return self.jabatan_sheet.find_column_range(key, len(self.split.senders))

    def bulan(self, bulan: int, key: str) -> str:
        """Range of a column of a month's sheet."""
        return self.bulan_sheets[bulan - 1].find_column_range(key, self.bulan_row_count)

    def is_live(self, count: int) -> bool:
        """Whether `count` rows can have formulas for every month without slowing the workbook down."""
        return count * self.bulan_row_count * self.content.bulan <= MOST_COMPARISONS


def explain_bulan_means(cell_refs: CellRefs, count: int) -> str:
    """Sentence on how the averages of the months were made."""
    if cell_refs.is_live(count):
        return "Rata-rata per bulan dihitung dari lembar bulan."
    return "Rata-rata per bulan disimpan sebagai nilai, supaya buku kerja sebesar ini tetap ringan."


def count_awaited(content: RecapContent, row: Sender) -> int:
    """Indikator of a reporter without a return."""
    return 0 if row.returns else len(content.katalog.list_indikator(row.person.jabatan.id))


def make_skala_formula(content: RecapContent, cell: str, mean: float | None, otherwise: str) -> LiveFormula:
    steps = content.katalog.referensi.skala
    figure = make_decimal(mean)
    word = otherwise if figure is None else skala(figure, steps)
    return LiveFormula(f"={formulas.write_skala(cell, steps, formulas.quote_text(otherwise))}", word)


def build_bulan_means(
    cell_refs: CellRefs, count: int, number: str, key: str, figures: GroupFigures
) -> SheetRow:
    """Averages of the months. One without a figure stays blank: a chart would draw a text as 0."""
    found: dict[str, CellContent] = {}
    live = cell_refs.is_live(count)
    for month, mean in enumerate(figures.bulan, start=1):
        if mean is None:
            continue
        made: CellContent = mean
        if live:
            ranges = cell_refs.bulan(month, key), cell_refs.bulan(month, "capaian")
            made = LiveFormula(f"={counting.average_by_key(ranges[0], number, ranges[1])}", mean)
        found[layout.name_mean_column(month)] = made
    return found
