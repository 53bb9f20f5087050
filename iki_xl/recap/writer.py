"""The recap workbook, written with xlsxwriter from composed rows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl import xlsx
from iki_xl.catalog import BULAN
from iki_xl.palette import HEAD_COLOUR, RECAP_FAINT_INK
from iki_xl.recap import marks, page_layout, senders
from iki_xl.recap.compose import RecapTable, compose_tables
from iki_xl.recap.content import LiveFormula, RecapContent, SheetLink, SheetRow
from iki_xl.recap.layout import NUMBER_LOOKS, CellLook, RecapSheet
from iki_xl.recap.print_setup import set_up_ringkasan_print, set_up_table_print
from iki_xl.recap.ringkasan import write_ringkasan
from iki_xl.recap.sheets import (
    not_reported,
    temuan_sheet,
)
from iki_xl.recap.styles import (
    LEVEL_LOOKS,
    STATUS_LOOKS,
    TABLE_FONT_SIZE,
    RecapStyles,
    colour_word,
    count_number_letters,
)
from iki_xl.tables import fit_cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.content import CellContent
    from iki_xl.recap.styles import FormatProperties


_HEAD_HEIGHT = 42.0
_DEEPEST_OUTLINE = 7  # of Excel's outline
_DEEPEST_INDENT = 7  # deeper ones would leave no room for the text
_LETTERS_PER_INDENT = 1.3
_CUT_MARK = "… (lengkapnya di temuan.csv)"
_TREND_HEIGHT = 22.0  # a lower row leaves no room for a sparkline


def rekap_xlsx(content: RecapContent) -> bytes:
    """Return the recap as the bytes of an .xlsx; the same input gives the same bytes.

    Raises:
        FormError: the catalogue alone gives more rows than Excel has.
    """
    tables = compose_tables(content)
    return xlsx.build_workbook(
        lambda workbook: _fill_workbook(workbook, content, tables), properties=_describe_workbook(content)
    )


def _describe_workbook(content: RecapContent) -> dict[str, str]:
    kantor = content.katalog.kantor
    return {
        "title": f"Rekap IKI {kantor.nama} {BULAN[content.bulan - 1]} {kantor.tahun}",
        "subject": "Indikator Kinerja Individu (IKI)",
        "author": kantor.nama,
        "company": kantor.pemda,
        "category": "Rekap kinerja",
        "keywords": f"IKI, {kantor.tahun}, {BULAN[content.bulan - 1]}",
    }


def _fill_workbook(workbook: Workbook, content: RecapContent, tables: Sequence[RecapTable]) -> None:
    styles = RecapStyles(workbook, content.bulan)
    first = workbook.add_worksheet(page_layout.RINGKASAN)
    set_up_ringkasan_print(first, content)
    write_ringkasan(first, styles, content, live=not any(table.rest_note for table in tables))
    for table in tables:
        sheet = workbook.add_worksheet(table.table_sheet.nama)
        table_sheet = _widen_number_columns(table)
        _write_recap_table(sheet, styles, table_sheet, table)
        _write_trends(sheet, table_sheet, len(table.rows), content.katalog.referensi.capaian_cap)
        _colour_table(sheet, styles, content, table_sheet, len(table.rows))
        if table_sheet.nama in BULAN[: content.bulan]:
            marks.colour_marks(sheet, styles, table_sheet, len(table.rows))
        set_up_table_print(sheet, table_sheet, content)
        if table_sheet.nama == not_reported.NOT_REPORTED_SHEET.nama:
            _write_without_indikator(sheet, styles, table_sheet, content, len(table.rows))


def _widen_number_columns(table: RecapTable) -> RecapSheet:
    """The sheet with its number columns wide enough for the longest number in them."""
    wider: dict[str, float] = {}
    for column in table.table_sheet.columns:
        if column.look in NUMBER_LOOKS and column.look is not CellLook.FILLED:
            lengths = (count_number_letters(column.look, row.get(column.key)) for row in table.rows)
            wider[column.key] = max(lengths, default=0) + 1
    return table.table_sheet.widen(wider)


def _write_recap_table(
    sheet: Worksheet, styles: RecapStyles, table_sheet: RecapSheet, table: RecapTable
) -> None:
    for at, column in enumerate(table_sheet.columns):
        sheet.set_column(at, at, column.width)
    title = styles.format({"bold": True, "font_size": 14, "font_color": HEAD_COLOUR})
    xlsx.write(sheet, table_sheet.title_row, 0, table_sheet.title, title)
    _write_intro(sheet, styles, table_sheet, table.intro)
    _write_recap_head(sheet, styles, table_sheet, table_sheet.head_row)
    if not table.rows:
        note = styles.format({"font_color": RECAP_FAINT_INK, "italic": True})
        xlsx.write(
            sheet,
            table_sheet.find_row(0),
            table_sheet.find_column(table_sheet.empty_note_column),
            table_sheet.empty_note,
            note,
        )
    rows = len(table.rows) - table_sheet.total_rows
    for n, row in enumerate(table.rows):
        _write_recap_row(sheet, styles, table_sheet, table_sheet.find_row(n), row, total=n >= rows)
    if table.rest_note:
        note = styles.format({"bold": True, "font_color": HEAD_COLOUR})
        xlsx.write(sheet, table_sheet.find_row(len(table.rows)), 0, table.rest_note, note)
    sheet.freeze_panes(table_sheet.find_row(0), table_sheet.fixed_columns)
    last = max(table_sheet.find_row(rows - 1), table_sheet.head_row)
    sheet.autofilter(table_sheet.head_row, 0, last, len(table_sheet.columns) - 1)
    sheet.outline_settings(symbols_below=False)  # a row stands above those that belong to it
    sheet.hide_gridlines(2)


def _write_intro(sheet: Worksheet, styles: RecapStyles, table_sheet: RecapSheet, text: str) -> None:
    """The line below the title, within the repeated columns: beyond them it is cut off on paper."""
    note = styles.format({"font_color": RECAP_FAINT_INK, "text_wrap": table_sheet.fixed_columns > 1})
    if table_sheet.fixed_columns > 1:
        sheet.merge_range(
            table_sheet.intro_row, 0, table_sheet.intro_row, table_sheet.fixed_columns - 1, "", note
        )
        width = sum(column.width for column in table_sheet.columns[: table_sheet.fixed_columns])
        sheet.set_row(table_sheet.intro_row, _measure_row_height(text, width))
    xlsx.write(sheet, table_sheet.intro_row, 0, text, note)


def _write_recap_head(sheet: Worksheet, styles: RecapStyles, table_sheet: RecapSheet, row: int) -> None:
    sheet.set_row(row, _HEAD_HEIGHT)
    for at, column in enumerate(table_sheet.columns):
        xlsx.write(sheet, row, at, column.title, styles.head())


def _write_recap_row(
    sheet: Worksheet,
    styles: RecapStyles,
    table_sheet: RecapSheet,
    row: int,
    values: SheetRow,
    *,
    total: bool = False,
) -> None:
    height = _TREND_HEIGHT if any(column.series for column in table_sheet.columns) else 0.0
    depth = senders.row_depth(values)
    for at, column in enumerate(table_sheet.columns):
        value = values.get(column.key)
        steps = min(depth, _DEEPEST_INDENT) if column.indent else 0
        look = styles.cell(column.look, value, dimmed=column.dimmed, total=total, indent=steps)
        _write_cell_content(sheet, row, at, value, look)
        if column.look not in NUMBER_LOOKS:
            text = value.value if isinstance(value, LiveFormula) else value
            width = column.width - steps * _LETTERS_PER_INDENT
            height = max(
                height,
                _measure_row_height("" if text is None or isinstance(text, SheetLink) else str(text), width),
            )
    sheet.set_row(row, height, None, {"level": min(depth, _DEEPEST_OUTLINE)})


def _write_trends(sheet: Worksheet, table_sheet: RecapSheet, total: int, full: float) -> None:
    """Sparklines of all rows in one group: many groups make a workbook slow.

    Columns on one scale from 0 to `full` percent: rows compare, and a single month shows as well.
    """
    for column in table_sheet.columns:
        if column.series and total:
            first, last = column.series
            sheet.add_sparkline(
                table_sheet.find_row(0),
                table_sheet.find_column(column.key),
                {
                    "location": [table_sheet.cell(n, column.key) for n in range(total)],
                    "range": [table_sheet.find_range(n, first, last) for n in range(total)],
                    "type": "column",
                    "min": 0,
                    "max": full,
                    "series_color": HEAD_COLOUR,
                },
            )


def _write_cell_content(
    sheet: Worksheet, row: int, col: int, value: CellContent, cell_format: Format
) -> None:
    if isinstance(value, LiveFormula):
        xlsx.write_formula(sheet, row, col, value.text, cell_format, value.value)
    elif isinstance(value, SheetLink):
        xlsx.write_link(sheet, row, col, value.text, cell_format, value.destination)
    else:
        xlsx.write(sheet, row, col, _cut_cell_text(value) if isinstance(value, str) else value, cell_format)


def _cut_cell_text(text: str) -> str:
    """As much of a text as a cell holds; where it is cut off it says so."""
    if fit_cell_text(text) == text:
        return text
    return fit_cell_text(text)[: -len(_CUT_MARK)] + _CUT_MARK


@lru_cache(maxsize=65_536)
def _measure_row_height(text: str, width: float) -> float:
    return xlsx.fit_row_height([(text, width)], size=TABLE_FONT_SIZE)


def _colour_table(
    sheet: Worksheet, styles: RecapStyles, content: RecapContent, table_sheet: RecapSheet, total: int
) -> None:
    """Colours that follow the cell's own word, also after recalculation or sorting."""
    first, last = table_sheet.find_row(0), table_sheet.find_row(max(total, 1) - 1)
    for at, column in enumerate(table_sheet.columns):
        if column.look is CellLook.SKALA:
            words = [
                *styles.skala(content.katalog.referensi.skala),
                *_make_word_formats(styles, STATUS_LOOKS),
            ]
        elif table_sheet.nama == temuan_sheet.TEMUAN.nama and column.key == "tingkat":
            words = _make_word_formats(styles, LEVEL_LOOKS)
        else:
            continue
        for word, colours in words:
            colour_word(sheet, (first, at, last, at), word, colours)


def _make_word_formats(
    styles: RecapStyles, looks: Mapping[str, FormatProperties]
) -> list[tuple[str, Format]]:
    return [(word, styles.mark(properties)) for word, properties in looks.items()]


def _write_without_indikator(
    sheet: Worksheet, styles: RecapStyles, table_sheet: RecapSheet, content: RecapContent, total: int
) -> None:
    rows = not_reported.build_without_indikator_rows(content.katalog)
    if not rows:
        return
    start = table_sheet.find_row(max(total, 1)) + 1
    title = styles.format({"bold": True, "font_size": 12, "font_color": HEAD_COLOUR})
    xlsx.write(sheet, start, 0, not_reported.WITHOUT_INDIKATOR, title)
    _write_recap_head(sheet, styles, table_sheet, start + 1)
    for n, row in enumerate(rows, start=start + 2):
        _write_recap_row(sheet, styles, table_sheet, n, row)
