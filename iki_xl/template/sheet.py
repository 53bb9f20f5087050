"""One jabatan's sheet, written as its form declares it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl import palette
from iki_xl.form.formulas import NO_ENTRY_YET, build_bulan_formula, build_nama_bulan_formula
from iki_xl.form.jabatan import (
    BULAN_LABEL_CELL,
    BULAN_NAME_CELL,
    BULAN_ROW,
    DOTTED_LINE,
    HEAD_LABELS,
    JABATAN_ROW,
    KEY_ROW,
    NAMA_ROW,
    NIP_ROW,
    SIGNATURE_ROWS,
    TABLE_HEAD_ROW,
    TITLE_ROW,
)
from iki_xl.form.layout import HEAD_ENTRY_COLUMN, HEAD_LABEL_COLUMN, ID_COLUMN
from iki_xl.template.form_sheet import FORM_FONT_SIZE, INDENT_WIDTH
from iki_xl.template.mending import MENDING_WIDTH, has_note_column, write_open_notes
from iki_xl.template.paper import (
    choose_bottom_columns,
    choose_signature_columns,
    measure_span,
    prepare_form_print,
)
from iki_xl.template.table import colour_skala, separate_thousands, write_table_head, write_table_rows
from iki_xl.template.validations import write_validations
from iki_xl.xlsx import add_locked_sheet, fit_row_height, write, write_formula, write_merged

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.template.form_sheet import FormSheet
    from iki_xl.template.styles import FormStyles

_ATASAN_SIGNATURE_COLUMNS = ("sasaran", "indikator")
_GAP_HEIGHT = 9.0  # points
_PROTECTION = {"format_columns": True, "format_rows": True, "objects": False}


def write_form_sheet(workbook: Workbook, formats: FormStyles, form_sheet: FormSheet, password: str) -> None:
    """Write one jabatan's sheet: head, table, formulas, validations, TUGAS and FUNGSI, print set-up."""
    widths = [(form_sheet.column_widths[f.key], f.hidden) for f in form_sheet.form.layout.fields]
    if has_note_column(form_sheet):
        widths.append((MENDING_WIDTH, False))
    sheet = add_locked_sheet(workbook, form_sheet.nama, widths, formats())
    _prepare_form_sheet(sheet, form_sheet)
    _write_sheet_identity(sheet, formats, form_sheet)
    _write_form_head(sheet, formats, form_sheet)
    write_table_head(sheet, formats, form_sheet)
    if form_sheet.form.indikator:
        write_table_rows(sheet, formats, form_sheet)
        _write_last_bulan(sheet, formats, form_sheet)
        colour_skala(sheet, formats, form_sheet)
        separate_thousands(sheet, formats, form_sheet)
    write_validations(sheet, form_sheet)
    _write_rows_below(sheet, formats, form_sheet)
    _write_form_signature(sheet, formats, form_sheet)
    write_open_notes(sheet, formats, form_sheet)
    prepare_form_print(sheet, form_sheet)
    sheet.protect(password, _PROTECTION)


def _prepare_form_sheet(sheet: Worksheet, form_sheet: FormSheet) -> None:
    layout = form_sheet.form.layout
    sheet.freeze_panes(layout.row(TABLE_HEAD_ROW) + 1, layout.column("indikator") + 1)
    sheet.hide_gridlines(2)


def _write_sheet_identity(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """The hidden key row and id column by which the sheet is known again, wherever it goes."""
    layout = form_sheet.form.layout
    own = replace(form_sheet.form.identity, issued_from=form_sheet.issued_from)
    row = layout.row(KEY_ROW)
    for item in layout.fields:
        text = own.to_marker_text() if item.key == ID_COLUMN else item.key
        write(sheet, row, layout.column(item.key), text, formats())
    sheet.set_row(row, None, None, {"hidden": True})
    for row_id in (NAMA_ROW, NIP_ROW, *(i.id for i in form_sheet.form.indikator), *SIGNATURE_ROWS):
        write(sheet, *layout.cell(row_id, ID_COLUMN), row_id, formats())


def _write_form_head(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    title_style = formats(bold=True, font_size=14, font_color=palette.HEAD_COLOUR, valign="vcenter")
    for (row_id, key), text in form.head_texts.items():
        # the label of the month stands to the left of its cell
        align = "right" if (row_id, key) == BULAN_LABEL_CELL else "left"
        plain = formats(font_color=palette.FORM_FAINT_INK, valign="vcenter", align=align, indent=1)
        write(sheet, *layout.cell(row_id, key), text, title_style if row_id == TITLE_ROW else plain)
    sheet.set_row(layout.row(TITLE_ROW), 21)
    label = formats(bold=True, valign="vcenter")
    for row_id, text in HEAD_LABELS.items():
        write(sheet, *layout.cell(row_id, HEAD_LABEL_COLUMN), text, label)
        _write_head_entry(sheet, formats, form_sheet, row_id)


def _write_head_entry(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet, row_id: str) -> None:
    cell = (row_id, HEAD_ENTRY_COLUMN)
    value = form_sheet.cell_value(cell)
    unlocked = row_id != JABATAN_ROW and cell not in form_sheet.form.fixed_values
    style = formats.boxed(
        locked=not unlocked,
        bold=True,
        font_size=FORM_FONT_SIZE,
        valign="vcenter",
        align="left",
        indent=1,
        bg_color=palette.ENTRY_FILL if unlocked else palette.LOCKED_FILL,
        num_format="@",
    )
    write(sheet, *form_sheet.form.layout.cell(*cell), value, style)
    width = form_sheet.column_widths[HEAD_ENTRY_COLUMN]
    height = fit_row_height(
        [(str(value or ""), width * 0.94 - INDENT_WIDTH)], at_least=18, size=FORM_FONT_SIZE
    )
    sheet.set_row(form_sheet.form.layout.row(row_id), height)


def _write_last_bulan(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """The month that the sheet's figures reach to: the number hidden, the name for people."""
    form, layout = form_sheet.form, form_sheet.form.layout
    cell = (BULAN_ROW, "terisi")
    month = form_sheet.value.get(cell, 0)
    write_formula(sheet, *layout.cell(*cell), build_bulan_formula(form), formats(), month)
    name = form_sheet.value.get(BULAN_NAME_CELL, NO_ENTRY_YET)
    style = formats(bold=True, font_color=palette.HEAD_COLOUR, valign="vcenter")
    write_formula(sheet, *layout.cell(*BULAN_NAME_CELL), build_nama_bulan_formula(layout), style, name)


def _write_rows_below(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    layout = form_sheet.form.layout
    first_key, last_key = choose_bottom_columns(form_sheet)
    first, last = layout.column(first_key), layout.column(last_key)
    width = measure_span(form_sheet, first_key, last_key) - INDENT_WIDTH
    for row_id, text in form_sheet.form.rows_below:
        if not text:
            sheet.set_row(layout.row(row_id), _GAP_HEIGHT)
            continue
        heading = row_id.startswith("#judul")
        style = formats(
            text_wrap=True,
            valign="top",
            align="left",
            indent=1,
            font_size=FORM_FONT_SIZE,
            bold=heading,
            font_color=palette.HEAD_COLOUR if heading else palette.PLAIN_INK,
        )
        row = layout.row(row_id)
        write_merged(sheet, (row, first), (row, last), text, style)
        sheet.set_row(row, fit_row_height([(text, width)], size=FORM_FONT_SIZE))


def _write_form_signature(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """Signature block: the superior on the left, the pegawai (as filled in above) on the right."""
    layout = form_sheet.form.layout
    gap, _, jabatan, room, nama, _, nip = SIGNATURE_ROWS
    heights = []
    own_columns = choose_signature_columns(form_sheet)
    for texts, keys in zip(form_sheet.form.signature, (_ATASAN_SIGNATURE_COLUMNS, own_columns), strict=True):
        heights.append((texts[jabatan], measure_span(form_sheet, *keys)))
        for row_id, text in texts.items():
            style = formats(
                align="center",
                valign="top",
                text_wrap=True,
                bold=row_id == nama,
                underline=int(row_id == nama),
            )
            write_merged(sheet, layout.cell(row_id, keys[0]), layout.cell(row_id, keys[1]), text, style)
    sheet.set_row(layout.row(jabatan), fit_row_height(heights))
    sheet.set_row(layout.row(room), 44)
    sheet.set_row(layout.row(gap), _GAP_HEIGHT)
    for row_id, source, before in ((nama, NAMA_ROW, ""), (nip, NIP_ROW, "NIP ")):
        cell = layout.address(source, HEAD_ENTRY_COLUMN)
        value = form_sheet.cell_value((source, HEAD_ENTRY_COLUMN))
        style = formats(align="center", valign="top", bold=row_id == nama, underline=int(row_id == nama))
        first, last = (layout.cell(row_id, key) for key in own_columns)
        sheet.merge_range(*first, *last, "", style)
        formula = f'="{before}"&IF({cell}="","{DOTTED_LINE}",{cell})'
        write_formula(sheet, *first, formula, style, f"{before}{value or DOTTED_LINE}")
