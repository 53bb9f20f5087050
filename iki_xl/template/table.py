"""The table of a jabatan's sheet: its head, its rows, and formats that follow its figures."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from iki_xl import palette
from iki_xl.catalog import CaraHitung
from iki_xl.form.formulas import build_row_formulas, describe_how_to_fill
from iki_xl.form.jabatan import GROUP_ROW, TABLE_HEAD_ROW
from iki_xl.form.layout import ID_COLUMN, ColumnGroup, FieldKind
from iki_xl.formulas import quote_text
from iki_xl.tables import CHOOSE_TIPE_FIRST, NOT_YET_ASSESSED
from iki_xl.template.form_sheet import FORM_FONT_SIZE, INDENT_WIDTH, measure_cell_height
from iki_xl.template.mending import measure_note_heights
from iki_xl.xlsx import fit_row_height, write, write_formula, write_merged

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.form.jabatan import CellKey, CellValue
    from iki_xl.template.form_sheet import FormSheet
    from iki_xl.template.styles import FormStyles, Props


_HINT_FONT_SIZE = 9
_CENTRED_COLUMNS = {"no", "satuan", "tipe_perhitungan", "arah", "skala"}


def write_table_head(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    layout = form_sheet.form.layout
    group_style = formats.boxed(
        bold=True,
        font_size=9,
        bg_color=palette.FORM_GROUP_FILL,
        align="center",
        valign="vcenter",
        font_color=palette.HEAD_COLOUR,
    )
    head_style = formats.boxed(
        bold=True,
        font_size=FORM_FONT_SIZE,
        bg_color=palette.HEAD_SHADE.fill,
        font_color=palette.HEAD_SHADE.ink,
        align="center",
        valign="vcenter",
    )
    for group in ColumnGroup:
        keys = layout.keys(group)
        if group is not ColumnGroup.NONE:
            write_merged(
                sheet,
                layout.cell(GROUP_ROW, keys[0]),
                layout.cell(GROUP_ROW, keys[-1]),
                group.value,
                group_style,
            )
    titles = [f for f in layout.fields if not f.hidden]
    for item in titles:
        write(sheet, *layout.cell(TABLE_HEAD_ROW, item.key), item.title, head_style)
    texts = [(item.title, form_sheet.column_widths[item.key] * 0.94) for item in titles]
    sheet.set_row(layout.row(TABLE_HEAD_ROW), fit_row_height(texts, at_least=32, size=FORM_FONT_SIZE))


def write_table_rows(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    blocks = [list(items) for _, items in groupby(form.indikator, key=lambda i: i.sasaran)]
    plain = [f for f in layout.fields if f.key not in {ID_COLUMN, "sasaran"}]
    notes = measure_note_heights(form_sheet)
    for block in blocks:
        rows = [item.id for item in block]
        style = _choose_cell_format(formats, form_sheet, (rows[0], "sasaran"))
        write_merged(
            sheet, layout.cell(rows[0], "sasaran"), layout.cell(rows[-1], "sasaran"), block[0].sasaran, style
        )
        needed = measure_cell_height(block[0].sasaran, form_sheet.column_widths["sasaran"]) / len(rows)
        for row_id in rows:
            formulas = build_row_formulas(form, row_id)
            for item in plain:
                cell = (row_id, item.key)
                if item.key in formulas:
                    value = _find_cached_result(form_sheet, cell)
                    write_formula(
                        sheet,
                        *layout.cell(*cell),
                        formulas[item.key],
                        _choose_cell_format(formats, form_sheet, cell),
                        value,
                    )
                else:
                    write(
                        sheet,
                        *layout.cell(*cell),
                        form_sheet.cell_value(cell),
                        _choose_cell_format(formats, form_sheet, cell),
                    )
            texts = _fit_table_row_height(form_sheet, row_id)
            sheet.set_row(layout.row(row_id), max(needed, texts, notes.get(row_id, 0.0)))


def _fit_table_row_height(form_sheet: FormSheet, row_id: str) -> float:
    texts = [
        (
            str(form_sheet.cell_value((row_id, f.key)) or ""),
            form_sheet.column_widths[f.key] - (0 if f.key in _CENTRED_COLUMNS else INDENT_WIDTH),
        )
        for f in form_sheet.form.layout.fields
        if f.kind in {FieldKind.TEXT, FieldKind.SATUAN, FieldKind.TIPE} and f.key != "sasaran"
    ]
    sebaran = form_sheet.form.find_sebaran(row_id)
    longest = max((describe_how_to_fill(way, sebaran) for way in CaraHitung), key=len)
    hint = longest, form_sheet.column_widths["cara_isi"] - INDENT_WIDTH
    least = fit_row_height([hint], at_least=30, size=_HINT_FONT_SIZE)
    return fit_row_height(texts, at_least=least, size=FORM_FONT_SIZE)


def _find_cached_result(form_sheet: FormSheet, cell: CellKey) -> CellValue:
    """What the formula would show: given with the values, or known because nothing is filled in."""
    row_id, key = cell
    if cell in form_sheet.value:
        return form_sheet.value[cell]
    if key == "terisi":
        return 0
    tipe = form_sheet.form.katalog.referensi.find_tipe(
        str(form_sheet.cell_value((row_id, "tipe_perhitungan")) or "")
    )
    sebaran = form_sheet.form.find_sebaran(row_id)
    if key in {"cara_isi", "cara_hitung"} and tipe:
        way = tipe.cara_hitung
        return describe_how_to_fill(way, sebaran) if key == "cara_isi" else way.value
    yearly = not form_sheet.form.katalog.kantor.rincian_target.period_count
    if key == "target_sd" and tipe and yearly and not sebaran:
        return form_sheet.cell_value((row_id, "target"))
    return None


def _choose_cell_format(formats: FormStyles, form_sheet: FormSheet, cell: CellKey) -> Format:
    kind = form_sheet.form.kind(*cell)
    unlocked = cell in form_sheet.form.unlocked
    colour = _choose_usual_fill(form_sheet, cell, kind)
    return formats.get_or_make(
        (cell[1], unlocked, colour), lambda: _make_column_format(formats, cell[1], kind, colour, unlocked)
    )


def _choose_usual_fill(form_sheet: FormSheet, cell: CellKey, kind: FieldKind) -> str:
    if cell in form_sheet.accepted:
        return palette.ACCEPTED_FILL
    if cell in form_sheet.form.unlocked:
        return palette.ENTRY_FILL
    return palette.COMPUTED_FILL if kind is FieldKind.FORMULA else palette.LOCKED_FILL


def _make_column_format(
    formats: FormStyles, key: str, kind: FieldKind, colour: str, unlocked: bool
) -> Format:
    """How a cell of the table looks, by its column, its colour, and whether it may be filled in."""
    properties: dict[str, Props] = {
        "bg_color": colour,
        "font_size": FORM_FONT_SIZE,
        "num_format": kind.number_format if unlocked else "General",
    }
    if key in _CENTRED_COLUMNS:
        properties["align"] = "center"
    elif kind is FieldKind.TEXT or key == "cara_isi":
        properties.update(align="left", indent=1)
    if key == "cara_isi":
        properties.update(italic=True, font_size=_HINT_FONT_SIZE, font_color=palette.FORM_FAINT_INK)
    if kind is FieldKind.NUMBER or key in {"realisasi_sd", "capaian"}:
        properties.update(text_wrap=False, shrink=True, align="right")
    if key in {"realisasi_sd", "capaian"}:
        properties.update(bold=True, num_format="0.00" if key == "capaian" else "General")
    return formats.boxed(locked=not unlocked, **properties)


def colour_skala(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = (*layout.cell(first, "capaian"), *layout.cell(last, "skala"))
    skala = layout.address(first, "skala", fixed="column")
    steps = form.katalog.referensi.skala
    shades = zip(steps, palette.spread_shades(palette.FORM_SKALA, len(steps)), strict=True)
    rules = [(step.label, shade) for step, shade in shades]
    waiting = [(word, palette.FORM_NOT_YET_SHADE) for word in (NOT_YET_ASSESSED, CHOOSE_TIPE_FIRST)]
    for word, shade in (*rules, *waiting):
        style = formats.rule(**shade.to_properties())
        sheet.conditional_format(
            *area, {"type": "formula", "criteria": f"={skala}={quote_text(word)}", "format": style}
        )


def separate_thousands(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """Whole numbers from a thousand up get their separators; a format such as #,##0.## would leave "6,"."""
    form, layout = form_sheet.form, form_sheet.form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = (*layout.cell(first, "target"), *layout.cell(last, "realisasi_sd"))
    cell = layout.address(first, "target")
    rule = f"=AND(ISNUMBER({cell}),ABS(N({cell}))>=1000,N({cell})=INT(N({cell})))"
    style = formats.rule(num_format="#,##0")
    sheet.conditional_format(*area, {"type": "formula", "criteria": rule, "format": style})
