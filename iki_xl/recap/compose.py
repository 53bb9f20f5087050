"""All sheets of the recap in reading order, each with its rows and the text below its title."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.catalog.about import Subjects
from iki_xl.errors import FormError
from iki_xl.recap import layout, marks, senders
from iki_xl.recap.cell_refs import CellRefs, explain_bulan_means
from iki_xl.recap.content import CellMark, LiveFormula, RecapContent, SheetRow
from iki_xl.recap.sheets import (
    change_sheet,
    explanation_sheet,
    month_sheets,
    not_reported,
    rekap_indikator,
    rekap_jabatan,
    rekap_unit,
    source_sheet,
    temuan_sheet,
)
from iki_xl.tables import BULAN_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.recap.layout import RecapSheet


_LEVELS_EXPLAINED = "Galat: nilainya tidak dihitung sampai diperbaiki. Peringatan: dihitung, mohon diperiksa."


@dataclass(frozen=True, slots=True)
class RecapTable:
    """A sheet and its rows, ready to be written; `intro` stands below the title.

    `rest_note` is said below the last row of rows for which Excel has none left, "" when it has.
    """

    table_sheet: RecapSheet
    rows: Sequence[SheetRow]
    intro: str
    rest_note: str = ""


def compose_tables(content: RecapContent) -> list[RecapTable]:
    kantor = content.katalog.kantor
    until = _describe_period(content)
    split = senders.divide_units(content)
    rekap = rekap_indikator.rekap_sheet(kantor.rincian_target, content.bulan)
    blank = "Sel kosong berarti belum dilaporkan, bukan 0; “tidak sah” tidak ikut dihitung."
    months = [
        _fit_table_rows(
            RecapTable(
                month_sheets.bulan_sheet(b, kantor.rincian_target),
                senders.number_rows(content, split, month_sheets.build_bulan_rows(content, b)),
                f"{kantor.nama}, tahun {kantor.tahun}. {marks.MARKS_EXPLAINED}"
                if b <= content.bulan
                else f"Setelah bulan laporan ({BULAN[content.bulan - 1]} {kantor.tahun}): isian disimpan, "
                "belum dihitung.",
            )
        )
        for b in BULAN_NUMBERS
    ]
    rows = senders.number_rows(content, split, rekap_indikator.build_rekap_rows(content, rekap))
    detail = _fit_table_rows(RecapTable(rekap, rows, f"{until} {blank}"))
    found = temuan_sheet.build_temuan_rows(
        content.temuan, content.subjects or Subjects.of_returns(content.katalog, content.returns)
    )
    cell_refs = CellRefs(
        content,
        split,
        rekap,
        rekap_jabatan.jabatan_sheet(content.bulan),
        tuple(month_sheets.bulan_sheet(b, kantor.rincian_target) for b in BULAN_NUMBERS),
        len(detail.rows),
        len(months[0].rows),
    )
    above = _compose_unit_tables(cell_refs, detail.rows)
    if detail.rest_note or any(month.rest_note for month in months):
        above = [_drop_formulas(table) for table in above]
    behind = (
        RecapTable(not_reported.NOT_REPORTED_SHEET, not_reported.build_not_reported_rows(content), until),
        RecapTable(temuan_sheet.TEMUAN, found, _LEVELS_EXPLAINED),
    )
    return [
        *map(_fit_table_rows, above),
        detail,
        *months,
        *map(_fit_table_rows, (*behind, *_compose_origin_tables(content))),
    ]


def _compose_origin_tables(content: RecapContent) -> list[RecapTable]:
    """*Kendala*, *Perubahan* and *Sumber*."""
    changes = change_sheet.build_change_rows(content.changes, content.katalog, CellMark.CLEARED)
    files = source_sheet.build_source_rows(content.sources, content.katalog, content.time_zone)
    if content.since:
        changes += change_sheet.build_since_rows(
            content.since, content.katalog, CellMark.CLEARED, len(changes) + 1
        )
    said = explanation_sheet.build_explanation_rows(content.explanations, content.katalog)
    return [
        RecapTable(explanation_sheet.EXPLANATION_SHEET, said, explanation_sheet.EXPLANATION_NOTE),
        RecapTable(change_sheet.CHANGES, changes, change_sheet.CHANGES_NOTE),
        RecapTable(source_sheet.sources_sheet(content.time_zone.nama), files, source_sheet.SOURCES_NOTE),
    ]


def _describe_period(content: RecapContent) -> str:
    kantor = content.katalog.kantor
    return f"{kantor.nama}, sampai dengan {BULAN[content.bulan - 1]} {kantor.tahun}."


def _compose_unit_tables(cell_refs: CellRefs, detail: Sequence[SheetRow]) -> list[RecapTable]:
    """*Rekap Unit* and *Rekap Jabatan*; `detail` are the rows of *Rekap Indikator*."""
    bulan, until = cell_refs.content.bulan, _describe_period(cell_refs.content)
    means = "Rata-rata sederhana capaian yang ada (n); yang tanpa nilai tidak dianggap 0."
    units, people = (
        explain_bulan_means(cell_refs, n) for n in (len(cell_refs.split.unit), len(cell_refs.split.senders))
    )
    return [
        RecapTable(
            rekap_unit.unit_sheet(bulan), rekap_unit.build_unit_rows(cell_refs), f"{until} {means} {units}"
        ),
        RecapTable(
            rekap_jabatan.jabatan_sheet(bulan),
            rekap_jabatan.build_jabatan_rows(cell_refs, detail),
            f"{until} Urut menurut garis atasan. {means} {people}",
        ),
    ]


def _fit_table_rows(table: RecapTable) -> RecapTable:
    """The table with as many rows as Excel has, and what is to be said of the others.

    Raises:
        FormError: the sheet has to hold all rows, and cannot.
    """
    table_sheet, rows = table.table_sheet, len(table.rows)
    needed = table_sheet.find_row(rows)
    if needed <= layout.EXCEL_ROWS:
        return table
    if not table_sheet.rest_note:
        text = (
            f"Lembar {table_sheet.nama} memerlukan {needed:,} baris, Excel hanya memuat "
            f"{layout.EXCEL_ROWS:,}. Bagi laporan ke beberapa kantor atau kumpulkan per unit."
        )
        raise FormError(text.replace(",", "."))
    # the last row is for what is said
    kept = max(layout.EXCEL_ROWS - table_sheet.find_row(0) - 1, 0)
    more = f"{rows - kept:,}".replace(",", ".")
    return replace(table, rows=table.rows[:kept], rest_note=f"… {more} baris lain {table_sheet.rest_note}.")


def _drop_formulas(table: RecapTable) -> RecapTable:
    """The figures of all rows as they were computed: formulas would see only the rows that Excel holds."""
    rows: list[SheetRow] = [
        {key: cell.value if isinstance(cell, LiveFormula) else cell for key, cell in row.items()}
        for row in table.rows
    ]
    return replace(table, rows=rows)
