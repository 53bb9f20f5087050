"""One jabatan's sheet, written as its form declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from iki_xl.catalog import PERCENTAGE
from iki_xl.comparable import comparable
from iki_xl.form.formulas import (
    HOW_TO_FILL,
    SATUAN_LIST,
    TIPE_LIST,
    build_bulan_formula,
    build_nama_bulan_formula,
    build_row_formulas,
)
from iki_xl.form.jabatan import (
    BULAN_LABEL_CELL,
    BULAN_ROW,
    DOTTED_LINE,
    GROUP_ROW,
    HEAD_LABELS,
    JABATAN_ROW,
    KEY_ROW,
    NAMA_ROW,
    NIP_ROW,
    SIGNATURE_ROWS,
    TABLE_HEAD_ROW,
    TITLE_ROW,
    CellValue,
    JabatanForm,
)
from iki_xl.form.layout import HEAD_ENTRY_COLUMN, HEAD_LABEL_COLUMN, ID_COLUMN, ColumnGroup, Kind
from iki_xl.form.notes import own_note
from iki_xl.tables import NOT_YET_ASSESSED, REALISASI_COLUMNS
from iki_xl.template import styles
from iki_xl.typed import LARGEST_NUMBER
from iki_xl.xlsx import add_locked_sheet, fit_row_height, write, write_formula

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.findings import Temuan
    from iki_xl.template.styles import FormStyles

CellKey = tuple[str, str]
# A row is kept low enough to be scrolled on a small screen while its column may still grow for that,
# and below Excel's highest row in any case.
_SCREEN_HEIGHT, _SCREEN_WIDTH = 165.0, 45.0
_LARGEST_HEIGHT, _LARGEST_WIDTH = 400.0, 120.0
_RUPIAH, _RUPIAH_WIDTH = "rupiah", 13.0
_TABLE_FONT_SIZE = 10
_BOTTOM_COLUMNS = ("sasaran", "sumber_data")
_ATASAN_SIGNATURE_COLUMNS = ("sasaran", "indikator")
_PEGAWAI_SIGNATURE_COLUMNS = ("kendala", "bukti_dukung")
_PROTECTION = {"format_columns": True, "format_rows": True, "objects": False}


@dataclass(frozen=True)
class FormSheet:
    """One sheet to write: its form, its name, values put in beforehand, and findings to mark.

    `temuan` are findings by cell, `sheet_temuan` those of the sheet as a whole. `value` may also hold
    results for formula fields: they become the formulas' cached values.
    """

    form: JabatanForm
    nama: str
    value: Mapping[CellKey, CellValue] = field(default_factory=dict)
    temuan: Mapping[CellKey, tuple[Temuan, ...]] = field(default_factory=dict)
    sheet_temuan: tuple[Temuan, ...] = ()

    @cached_property
    def column_widths(self) -> dict[str, float]:
        """Column widths: the form's, widened where a text would not fit Excel's highest row."""
        return {f.key: self._fit_column_width(f.key, f.width) for f in self.form.layout.fields}

    def _fit_column_width(self, key: str, width: float) -> float:
        if key in REALISASI_COLUMNS:
            return max(width, self._number_width)
        texts = [str(v) for (_, k), v in self.form.fixed_values.items() if k == key and isinstance(v, str)]
        longest = max(texts, key=len, default="")
        # a sasaran mostly spreads over the rows of several indikator
        while (
            key != "sasaran"
            and width < _SCREEN_WIDTH
            and _measure_text_height(longest, width) > _SCREEN_HEIGHT
        ):
            width *= 1.15
        while width < _LARGEST_WIDTH and _measure_text_height(longest, width) > _LARGEST_HEIGHT:
            width *= 1.25
        return width

    @cached_property
    def _number_width(self) -> float:
        """Room for the longest number entered, and for Rupiah wherever that is the satuan."""
        keys = {k for _, k in self.value} & set(REALISASI_COLUMNS)
        entered = [
            len(str(v)) + 2.0 for (_, k), v in self.value.items() if k in keys and not isinstance(v, str)
        ]
        rupiah = any(comparable(i.satuan) == _RUPIAH for i in self.form.indikator)
        return max([*entered, _RUPIAH_WIDTH if rupiah else 0.0])

    def cell_value(self, cell: CellKey) -> CellValue:
        """Value of a cell: the catalogue's, else what was put in beforehand."""
        return self.form.fixed_values.get(cell, self.value.get(cell))


def _measure_text_height(text: str, width: float) -> float:
    return fit_row_height([(text, width)], size=_TABLE_FONT_SIZE)


def write_form_sheet(workbook: Workbook, formats: FormStyles, form_sheet: FormSheet, password: str) -> None:
    """Write one jabatan's sheet: head, table, formulas, validations, TUGAS and FUNGSI, print set-up."""
    widths = [(form_sheet.column_widths[f.key], f.hidden) for f in form_sheet.form.layout.fields]
    sheet = add_locked_sheet(workbook, form_sheet.nama, widths, formats())
    _prepare_form_sheet(sheet, form_sheet)
    _write_sheet_identity(sheet, formats, form_sheet)
    _write_form_head(sheet, formats, form_sheet)
    _write_table_head(sheet, formats, form_sheet)
    if form_sheet.form.indikator:
        _write_form_table(sheet, formats, form_sheet)
        _write_last_bulan(sheet, formats, form_sheet)
        _colour_skala(sheet, formats, form_sheet)
        _separate_thousands(sheet, formats, form_sheet)
    _write_validations(sheet, form_sheet)
    _write_rows_below(sheet, formats, form_sheet)
    _write_form_signature(sheet, formats, form_sheet)
    _write_temuan_notes(sheet, form_sheet)
    _prepare_form_print(sheet, form_sheet)
    sheet.protect(password, _PROTECTION)


def _prepare_form_sheet(sheet: Worksheet, form_sheet: FormSheet) -> None:
    layout = form_sheet.form.layout
    sheet.freeze_panes(layout.row(TABLE_HEAD_ROW) + 1, layout.column("indikator") + 1)
    sheet.hide_gridlines(2)


def _write_sheet_identity(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """The hidden key row and id column by which the sheet is known again, wherever it goes."""
    layout = form_sheet.form.layout
    row = layout.row(KEY_ROW)
    for item in layout.fields:
        text = form_sheet.form.identity.to_marker_text() if item.key == ID_COLUMN else item.key
        write(sheet, row, layout.column(item.key), text, formats())
    sheet.set_row(row, None, None, {"hidden": True})
    for row_id in (NAMA_ROW, NIP_ROW, *(i.id for i in form_sheet.form.indikator), *SIGNATURE_ROWS):
        write(sheet, *layout.cell(row_id, ID_COLUMN), row_id, formats())


def _write_form_head(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    title_style = formats(bold=True, font_size=14, font_color=styles.DARK_COLOUR, valign="vcenter")
    for (row_id, key), text in form.head_texts.items():
        # the label of the month stands to the left of its cell
        align = "right" if (row_id, key) == BULAN_LABEL_CELL else "left"
        plain = formats(font_color=styles.FAINT_TEXT, valign="vcenter", align=align)
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
        font_size=_TABLE_FONT_SIZE,
        valign="vcenter",
        bg_color=_choose_cell_colour(form_sheet, cell, styles.ENTRY_FILL if unlocked else styles.LOCKED_FILL),
        num_format="@",
    )
    write(sheet, *form_sheet.form.layout.cell(*cell), value, style)
    width = form_sheet.column_widths[HEAD_ENTRY_COLUMN]
    sheet.set_row(
        form_sheet.form.layout.row(row_id),
        fit_row_height([(str(value or ""), width * 0.94)], at_least=18, size=_TABLE_FONT_SIZE),
    )


def _choose_cell_colour(form_sheet: FormSheet, cell: CellKey, usual: str) -> str:
    found = form_sheet.temuan.get(cell)
    if not found:
        return usual
    return styles.ERROR_FILL if any(t.level == "galat" for t in found) else styles.ATTENTION_FILL


def _write_table_head(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    layout = form_sheet.form.layout
    group_style = formats.boxed(
        bold=True,
        font_size=9,
        bg_color=styles.MEDIUM_COLOUR,
        align="center",
        valign="vcenter",
        font_color=styles.DARK_COLOUR,
    )
    head_style = formats.boxed(
        bold=True,
        font_size=_TABLE_FONT_SIZE,
        bg_color=styles.DARK_COLOUR,
        font_color="#FFFFFF",
        align="center",
        valign="vcenter",
    )
    for group in ColumnGroup:
        keys = layout.keys(group)
        if group is not ColumnGroup.NONE:
            _merge_cells(
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
    sheet.set_row(layout.row(TABLE_HEAD_ROW), fit_row_height(texts, at_least=32, size=_TABLE_FONT_SIZE))


def _merge_cells(
    sheet: Worksheet, first: tuple[int, int], last: tuple[int, int], text: str, style: Format
) -> None:
    """Merge a rectangle that holds one text; a single cell is only written."""
    if first != last:
        sheet.merge_range(*first, *last, "", style)
    write(sheet, *first, text, style)


def _write_form_table(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    blocks = [list(items) for _, items in groupby(form.indikator, key=lambda i: i.sasaran)]
    plain = [f for f in layout.fields if f.key not in {ID_COLUMN, "sasaran"}]
    for block in blocks:
        rows = [item.id for item in block]
        style = _choose_cell_format(formats, form_sheet, (rows[0], "sasaran"))
        _merge_cells(
            sheet, layout.cell(rows[0], "sasaran"), layout.cell(rows[-1], "sasaran"), block[0].sasaran, style
        )
        needed = _measure_text_height(block[0].sasaran, form_sheet.column_widths["sasaran"]) / len(rows)
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
            sheet.set_row(layout.row(row_id), max(needed, _fit_table_row_height(form_sheet, row_id)))


def _fit_table_row_height(form_sheet: FormSheet, row_id: str) -> float:
    texts = [
        (str(form_sheet.cell_value((row_id, f.key)) or ""), form_sheet.column_widths[f.key])
        for f in form_sheet.form.layout.fields
        if f.kind in {Kind.TEXT, Kind.SATUAN, Kind.TIPE} and f.key != "sasaran"
    ]
    longest_hint = max(HOW_TO_FILL.values(), key=len)
    return fit_row_height(
        [*texts, (longest_hint, form_sheet.column_widths["cara_isi"])], at_least=30, size=_TABLE_FONT_SIZE
    )


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
    if key in {"cara_isi", "cara_hitung"} and tipe:
        return HOW_TO_FILL[tipe.cara_hitung] if key == "cara_isi" else tipe.cara_hitung.value
    target = form_sheet.cell_value((row_id, "target"))
    if key == "target_sd" and tipe and not form_sheet.form.katalog.kantor.rincian_target.period_count:
        return target
    return None


def _choose_cell_format(formats: FormStyles, form_sheet: FormSheet, cell: CellKey) -> Format:
    kind = form_sheet.form.kind(*cell)
    unlocked = cell in form_sheet.form.unlocked
    usual = (
        styles.ENTRY_FILL
        if unlocked
        else styles.COMPUTED_FILL
        if kind is Kind.FORMULA
        else styles.LOCKED_FILL
    )
    colour = _choose_cell_colour(form_sheet, cell, usual)
    return formats.get_or_make(
        (cell[1], unlocked, colour), lambda: _make_column_format(formats, cell[1], kind, colour, unlocked)
    )


def _make_column_format(formats: FormStyles, key: str, kind: Kind, colour: str, unlocked: bool) -> Format:
    """How a cell of the table looks, by its column, its colour, and whether it may be filled in."""
    properties: dict[str, styles.Props] = {
        "bg_color": colour,
        "font_size": _TABLE_FONT_SIZE,
        "num_format": kind.number_format if unlocked else "General",
    }
    if key in {"no", "satuan", "tipe_perhitungan", "arah", "skala"}:
        properties["align"] = "center"
    if key == "cara_isi":
        properties.update(italic=True, font_size=9, font_color=styles.FAINT_TEXT)
    if kind is Kind.NUMBER or key in {"realisasi_sd", "capaian"}:
        properties.update(text_wrap=False, shrink=True, align="right")
    if key in {"realisasi_sd", "capaian"}:
        properties.update(bold=True, num_format="0.00" if key == "capaian" else "General")
    return formats.boxed(locked=not unlocked, **properties)


def _write_last_bulan(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """The month that the sheet's figures reach to: the number hidden, the name for people."""
    form, layout = form_sheet.form, form_sheet.form.layout
    cell = (BULAN_ROW, "terisi")
    month = form_sheet.value.get(cell, 0)
    write_formula(sheet, *layout.cell(*cell), build_bulan_formula(form), formats(), month)
    name = form_sheet.value.get((BULAN_ROW, "skala"), "(belum ada isian)")
    style = formats(bold=True, font_color=styles.DARK_COLOUR, valign="vcenter")
    write_formula(sheet, *layout.cell(BULAN_ROW, "skala"), build_nama_bulan_formula(layout), style, name)


def _colour_skala(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = (*layout.cell(first, "capaian"), *layout.cell(last, "skala"))
    skala = layout.address(first, "skala", fixed="column")
    steps = form.katalog.referensi.skala
    colours = zip(steps, styles.choose_skala_colours(len(steps)), strict=True)
    rules = [(step.label, fill, ink) for step, (fill, ink) in colours]
    for word, fill, ink in [*rules, (NOT_YET_ASSESSED, styles.MEDIUM_COLOUR, styles.FAINT_TEXT)]:
        quoted = word.replace('"', '""')
        style = formats.rule(bg_color=fill, font_color=ink)
        sheet.conditional_format(
            *area, {"type": "formula", "criteria": f'={skala}="{quoted}"', "format": style}
        )


def _separate_thousands(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """Whole numbers from a thousand up get their separators; a format such as #,##0.## would leave "6,"."""
    form, layout = form_sheet.form, form_sheet.form.layout
    first, last = form.indikator[0].id, form.indikator[-1].id
    area = (*layout.cell(first, "target"), *layout.cell(last, "realisasi_sd"))
    cell = layout.address(first, "target")
    rule = f"=AND(ISNUMBER({cell}),ABS(N({cell}))>=1000,N({cell})=INT(N({cell})))"
    style = formats.rule(num_format="#,##0")
    sheet.conditional_format(*area, {"type": "formula", "criteria": rule, "format": style})


def _write_validations(sheet: Worksheet, form_sheet: FormSheet) -> None:
    form, layout = form_sheet.form, form_sheet.form.layout
    nip = layout.cell(NIP_ROW, HEAD_ENTRY_COLUMN)
    sheet.data_validation(*nip, *nip, _build_nip_validation(form_sheet))
    if not form.indikator:
        return
    first, last = form.indikator[0].id, form.indikator[-1].id
    for key, name, words in (
        ("satuan", SATUAN_LIST, "satuan"),
        ("tipe_perhitungan", TIPE_LIST, "tipe perhitungan"),
    ):
        area = (*layout.cell(first, key), *layout.cell(last, key))
        sheet.data_validation(*area, _build_list_validation(name, words))
    for item in form.indikator:
        for group in (ColumnGroup.TARGET, ColumnGroup.REALISASI):
            keys = layout.keys(group)
            area = (*layout.cell(item.id, keys[0]), *layout.cell(item.id, keys[-1]))
            sheet.data_validation(*area, _build_number_validation(form_sheet, item.id, group))


def _build_list_validation(name: str, words: str) -> dict[str, str | bool]:
    return {
        "validate": "list",
        "source": f"={name}",
        "input_title": f"Pilih {words}",
        "input_message": f"Klik tanda panah di kanan sel, lalu pilih {words} dari daftar.",
        "error_title": "Belum ada di daftar",
        "error_message": f"Mohon pilih {words} dari daftar. Bila belum ada, hubungi subbag perencanaan.",
        "error_type": "stop",
    }


def _build_number_validation(
    form_sheet: FormSheet, row_id: str, group: ColumnGroup
) -> dict[str, str | float]:
    """Not negative; at most 100 where the row's satuan is Persentase (chosen by staff or given)."""
    layout, referensi = form_sheet.form.layout, form_sheet.form.katalog.referensi
    satuan = str(form_sheet.form.fixed_values.get((row_id, "satuan"), ""))
    percent_list = referensi.find_satuan(PERCENTAGE) or PERCENTAGE
    percent = comparable(satuan) == comparable(percent_list)
    maximum: str | float = LARGEST_NUMBER
    if not referensi.percentage_over_100:
        cell = layout.address(row_id, "satuan", fixed="column")
        maximum = (
            100
            if percent
            else LARGEST_NUMBER
            if satuan
            else f'=IF({cell}="{percent_list}",100,{LARGEST_NUMBER:.0f})'
        )
    unit = f"Satuan: {satuan}. " if satuan else ""
    hint = "85 % ditulis 85." if percent else "Untuk Persentase, 85 % ditulis 85." if not satuan else ""
    what = "target" if group is ColumnGroup.TARGET else "realisasi bulan ini"
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": maximum,
        "input_title": f"Isi {what}"[:32],
        "input_message": _cut_prompt(
            f"{unit}Ketik angkanya saja, tanpa satuan. {hint} Ketik 0 bila nihil; kosongkan bila belum ada."
        ),
        "error_title": "Angkanya belum sesuai",
        "error_message": "Mohon ketik angka 0 atau lebih, tanpa satuan; Persentase 0 sampai 100.",
        "error_type": "stop",
    }


def _cut_prompt(text: str, limit: int = 255) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _build_nip_validation(form_sheet: FormSheet) -> dict[str, str]:
    cell = form_sheet.form.layout.address(NIP_ROW, HEAD_ENTRY_COLUMN)
    return {
        "validate": "custom",
        "value": f'=AND(ISTEXT({cell}),LEN(SUBSTITUTE(SUBSTITUTE({cell}," ",""),".",""))=18)',
        "input_title": "Isi NIP",
        "input_message": "18 digit, misalnya 19850817 201001 1 001. Spasi dan titik boleh.",
        "error_title": "NIP belum sesuai",
        "error_message": "NIP terdiri atas 18 digit. Mohon periksa kembali.",
        "error_type": "stop",
    }


def _write_rows_below(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    layout = form_sheet.form.layout
    first, last = (layout.column(key) for key in _BOTTOM_COLUMNS)
    width = sum(form_sheet.column_widths[f.key] for f in layout.fields[first : last + 1])
    for row_id, text in form_sheet.form.rows_below:
        if not text:
            continue
        heading = row_id.startswith("#judul")
        style = formats(
            text_wrap=True,
            valign="top",
            bold=heading,
            font_color=styles.DARK_COLOUR if heading else "#000000",
        )
        row = layout.row(row_id)
        _merge_cells(sheet, (row, first), (row, last), text, style)
        sheet.set_row(row, fit_row_height([(text, width)]))


def _write_form_signature(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """Signature block: the superior on the left, the pegawai (as filled in above) on the right."""
    layout = form_sheet.form.layout
    _, _, jabatan, room, nama, _, nip = SIGNATURE_ROWS
    heights = []
    for texts, keys in zip(
        form_sheet.form.signature, (_ATASAN_SIGNATURE_COLUMNS, _PEGAWAI_SIGNATURE_COLUMNS), strict=True
    ):
        between = layout.fields[layout.column(keys[0]) : layout.column(keys[1]) + 1]
        heights.append((texts[jabatan], sum(form_sheet.column_widths[f.key] for f in between)))
        for row_id, text in texts.items():
            style = formats(
                align="center",
                valign="top",
                text_wrap=True,
                bold=row_id == nama,
                underline=int(row_id == nama),
            )
            _merge_cells(sheet, layout.cell(row_id, keys[0]), layout.cell(row_id, keys[1]), text, style)
    sheet.set_row(layout.row(jabatan), fit_row_height(heights))
    sheet.set_row(layout.row(room), 48)
    for row_id, source, before in ((nama, NAMA_ROW, ""), (nip, NIP_ROW, "NIP ")):
        cell = layout.address(source, HEAD_ENTRY_COLUMN)
        value = form_sheet.cell_value((source, HEAD_ENTRY_COLUMN))
        style = formats(align="center", valign="top", bold=row_id == nama, underline=int(row_id == nama))
        first, last = (layout.cell(row_id, key) for key in _PEGAWAI_SIGNATURE_COLUMNS)
        sheet.merge_range(*first, *last, "", style)
        formula = f'="{before}"&IF({cell}="","{DOTTED_LINE}",{cell})'
        write_formula(sheet, *first, formula, style, f"{before}{value or DOTTED_LINE}")


def _write_temuan_notes(sheet: Worksheet, form_sheet: FormSheet) -> None:
    for cell, found in form_sheet.temuan.items():
        text = own_note((t.message, t.remedy) for t in found)
        options = {"author": "IKI", "x_scale": 2.2, "y_scale": 1 + 0.6 * len(found), "font_size": 10}
        sheet.write_comment(*form_sheet.form.layout.cell(*cell), text, options)


def _prepare_form_print(sheet: Worksheet, form_sheet: FormSheet) -> None:
    """F4/Folio landscape, one page wide, the table's header on every page, page x of y."""
    layout, jabatan = form_sheet.form.layout, form_sheet.form.jabatan
    sheet.set_paper(14)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.55)
    sheet.repeat_rows(layout.row(GROUP_ROW), layout.row(TABLE_HEAD_ROW))
    last = layout.row(SIGNATURE_ROWS[-1])
    sheet.print_area(layout.row(TITLE_ROW), layout.column("no"), last, layout.column("bukti_dukung"))
    name = jabatan.nama.replace("&", "&&")[:100]
    sheet.set_footer(f"&L&8{name}&R&8Halaman &P dari &N")
