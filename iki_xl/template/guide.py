"""Petunjuk, the first sheet: how to fill the workbook in, and how far one has come; and the sheet Temuan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from iki_xl import palette
from iki_xl.a1 import write_address, write_range, write_reference
from iki_xl.comparable import comparable
from iki_xl.findings import needs_mending
from iki_xl.form.formulas import HOW_TO_FILL, build_progress_formula, phrase_progress
from iki_xl.form.identity import PETUNJUK_SHEET
from iki_xl.form.jabatan import BULAN_NAME_CELL, BULAN_ROW
from iki_xl.sheet import SheetColumn, number_columns
from iki_xl.tables import fit_cell_text
from iki_xl.template.form_sheet import INDENT_WIDTH
from iki_xl.template.mending import list_open_marks
from iki_xl.xlsx import add_locked_sheet, fit_row_height, write, write_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog import Katalog
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import JabatanForm
    from iki_xl.template.form_sheet import FormSheet
    from iki_xl.template.mending import OpenMark
    from iki_xl.template.styles import FormStyles

_MENDING_STEP = (
    "Buka {sheets}, cari sel berwarna jingga, lalu betulkan isinya; alamat selnya ada di lembar Temuan, "
    "tinggal diklik. Warna dan catatannya hilang sendiri begitu sel itu diperbaiki. Simpan, lalu kirim "
    "kembali berkas ini."
)
_STEPS = (
    "Buka lembar jabatan Anda lewat daftar di bawah ini.",
    "Isi nama dan NIP bila masih kosong.",
    "Isi sel berwarna kuning saja. Satuan dan tipe perhitungan dipilih dari daftar di sel itu.",
    "Isi realisasi pada bulan yang dilaporkan: angka saja, tanpa satuan. 85 % ditulis 85.",
    "Ikuti kolom CARA ISI. {cara_isi}",
    "Bulan yang belum ada datanya dikosongkan; ketik 0 hanya bila nihil. Simpan, lalu kirim berkas ini.",
)
_LEGEND = (
    (palette.ENTRY_FILL, "Sel kuning: diisi oleh Anda"),
    (palette.LOCKED_FILL, "Sel putih: dari katalog kantor, tidak dapat diubah"),
    (palette.COMPUTED_FILL, "Sel abu-abu: dihitung otomatis"),
)
_ACCEPTED_LEGEND = (
    (palette.ACCEPTED_FILL, "Sel kuning pucat: isian Anda yang sudah diterima, boleh dibetulkan"),
)
_TEMUAN_LEGEND = (
    (
        palette.FORM_ERROR_SHADE.fill,
        "Sel jingga: harus diperbaiki (yang salah tertulis di ujung kanan barisnya)",
    ),
    (palette.FORM_ATTENTION_FILL, "Sel kuning terang: mohon diperiksa"),
)
_PETUNJUK_COLUMNS = (
    SheetColumn("nomor", "No", 5),
    SheetColumn("lembar", "Lembar (klik)", 34),
    SheetColumn("jabatan", "Jabatan", 52),
    SheetColumn("terisi", "Terisi", 40),
)
_TEMUAN_COLUMNS = (
    SheetColumn("nomor", "No", 5),
    SheetColumn("lembar", "Lembar", 26),
    SheetColumn("sel", "Sel (klik)", 8),
    SheetColumn("nilai", "Isi semula", 18),
    SheetColumn("pesan", "Yang ditemukan", 48),
    SheetColumn("perbaikan", "Yang perlu dilakukan", 44),
    SheetColumn("keadaan", "Keadaan", 15),
)
_OPEN, _TO_CHECK, _MENDED = "belum diperbaiki", "mohon diperiksa", "sudah diperbaiki"
_OPEN_COUNT, _NONE_OPEN = "Belum diperbaiki: ", "Semua sel jingga sudah diperbaiki."
_MENDED_BY_COPY = "sudah diperbaiki di salinan ini"
_TEMUAN_HEAD_ROW = 3
# Sheets named in the first step.
_SHEETS_NAMED = 3
_PETUNJUK_WIDTHS = {column.key: column.width for column in _PETUNJUK_COLUMNS}
_TEMUAN_WIDTHS = {column.key: column.width for column in _TEMUAN_COLUMNS}


def write_petunjuk(
    sheet: Worksheet, formats: FormStyles, katalog: Katalog, form_sheets: Sequence[FormSheet], password: str
) -> None:
    """Write the guide: six steps, a legend of colours, and the list of sheets with live progress."""
    kantor = katalog.kantor
    title_style = formats(bold=True, font_size=16, font_color=palette.HEAD_COLOUR)
    write(sheet, 0, 0, f"Isian Indikator Kinerja Individu (IKI) Tahun {kantor.tahun}", title_style)
    write(sheet, 1, 0, f"{kantor.nama}, {kantor.pemda}", formats(bold=True))
    row = 3
    if kantor.reporting_deadline:
        write(
            sheet,
            2,
            0,
            f"Batas lapor: {kantor.reporting_deadline}",
            formats(bold=True, font_color=palette.DEADLINE_INK),
        )
        row = 4
    row = _write_steps(sheet, formats, _phrase_steps(katalog, form_sheets), row)
    row = _write_legend(sheet, formats, row + 1, form_sheets)
    _write_column_titles(sheet, formats, row, _PETUNJUK_COLUMNS)
    sheet.repeat_rows(row)
    for number, item in enumerate(form_sheets, start=1):
        _write_sheet_row(sheet, formats, item, row + number, number)
    _finish_guide_sheet(sheet, password)


def add_guide_sheet(workbook: Workbook, formats: FormStyles, name: str) -> Worksheet:
    """Add one of this module's sheets with its column widths."""
    columns = _PETUNJUK_COLUMNS if name == PETUNJUK_SHEET else _TEMUAN_COLUMNS
    sheet = add_locked_sheet(workbook, name, [(column.width, False) for column in columns], formats())
    sheet.hide_gridlines(2)
    return sheet


def _write_column_titles(
    sheet: Worksheet, formats: FormStyles, row: int, columns: Sequence[SheetColumn]
) -> None:
    style = formats.boxed(
        bold=True, bg_color=palette.HEAD_SHADE.fill, font_color=palette.HEAD_SHADE.ink, valign="vcenter"
    )
    for at, column in enumerate(columns):
        write(sheet, row, at, column.title, style)


def _phrase_steps(katalog: Katalog, form_sheets: Sequence[FormSheet]) -> list[str]:
    """The six steps; how to fill in follows the office's own tipe perhitungan (spec section 2).

    In a copy to mend the first one says what to mend.
    """
    ways = "; ".join(f"{t.nama}: {HOW_TO_FILL[t.cara_hitung]}" for t in katalog.referensi.tipe)
    steps = [text.format(cara_isi=f"{ways}.") for text in _STEPS]
    marked = [item.nama for item in form_sheets if item.temuan]
    if marked:
        named = ", ".join(f"“{name}”" for name in marked[:_SHEETS_NAMED])
        others = f" dan {len(marked) - _SHEETS_NAMED} lembar lain" if len(marked) > _SHEETS_NAMED else ""
        steps[0] = _MENDING_STEP.format(sheets=f"lembar {named}{others}")
    return steps


def _write_steps(sheet: Worksheet, formats: FormStyles, steps: Sequence[str], row: int) -> int:
    write(sheet, row, 0, "Cara mengisi", formats(bold=True, font_size=12, font_color=palette.HEAD_COLOUR))
    for number, text in enumerate(steps, start=1):
        write(sheet, row + number, 0, f"{number}.", formats(align="right", valign="top"))
        sheet.merge_range(row + number, 1, row + number, 3, text, formats(text_wrap=True, valign="top"))
        sheet.set_row(
            row + number,
            fit_row_height([(text, sum(_PETUNJUK_WIDTHS.values()) - 5)], at_least=17),
        )
    return row + len(steps) + 1


def _write_legend(sheet: Worksheet, formats: FormStyles, row: int, form_sheets: Sequence[FormSheet]) -> int:
    write(sheet, row, 0, "Arti warna", formats(bold=True, font_size=12, font_color=palette.HEAD_COLOUR))
    accepted = any(item.accepted for item in form_sheets)
    has_temuan = any(item.temuan for item in form_sheets)
    entries = (
        *_LEGEND,
        *(_ACCEPTED_LEGEND if accepted else ()),
        *(_TEMUAN_LEGEND if has_temuan else ()),
    )
    for number, (colour, text) in enumerate(entries, start=1):
        write(sheet, row + number, 0, "", formats.boxed(bg_color=colour))
        write(sheet, row + number, 1, text, formats())
    return row + len(entries) + 2


def _write_sheet_row(sheet: Worksheet, formats: FormStyles, item: FormSheet, row: int, number: int) -> None:
    form, columns = item.form, number_columns(_PETUNJUK_COLUMNS)
    write(sheet, row, columns["nomor"], str(number), formats.boxed(align="right"))
    text_style = formats.boxed(align="left", indent=1)
    link = formats.boxed(font_color=palette.LINK_COLOUR, underline=1, align="left", indent=1)
    _write_cell_link(sheet, row, columns["lembar"], item.nama, "A1", link)
    who = _phrase_whose_sheet(form)
    write(sheet, row, columns["jabatan"], who, text_style)
    sheet.set_row(row, fit_row_height([(who, _PETUNJUK_WIDTHS["jabatan"] - INDENT_WIDTH)], at_least=17))
    total = len(form.indikator)
    if not total:
        write(sheet, row, columns["terisi"], "tanpa indikator", text_style)
        return
    formula = build_progress_formula(form, partial(write_reference, item.nama))
    filled = sum(1 for i in form.indikator if item.value.get((i.id, "terisi")))
    bulan = str(item.value.get(BULAN_NAME_CELL, "")) if item.value.get((BULAN_ROW, "terisi")) else ""
    text = phrase_progress(filled, total, bulan)
    write_formula(sheet, row, columns["terisi"], formula, text_style, text)


def _phrase_whose_sheet(form: JabatanForm) -> str:
    """The jabatan, whom it is below where another has its name, and who holds it."""
    jabatan, katalog = form.jabatan, form.katalog
    same = [j for j in katalog.jabatan if comparable(j.nama) == comparable(jabatan.nama)]
    above = katalog.find_jabatan(jabatan.atasan) if len(same) > 1 and jabatan.atasan else None
    where = f", di bawah {above.nama}" if above else ""
    if form.pegawai is None:
        return f"{jabatan.nama}{where}"
    several = len(katalog.list_pegawai(jabatan.id)) > 1
    nip = f", NIP {form.pegawai.nip}" if several else ""
    return f"{jabatan.nama}{where} ({form.pegawai.nama}{nip})"


def _write_cell_link(sheet: Worksheet, row: int, column: int, name: str, cell: str, style: Format) -> None:
    sheet.write_url(
        row,
        column,
        f"internal:{write_reference(name, cell)}",
        style,
        string=cell if cell != "A1" else name,
    )


def write_temuan_sheet(
    sheet: Worksheet, formats: FormStyles, form_sheets: Sequence[FormSheet], password: str
) -> None:
    """Write the list of what to mend, each with a link to its cell and whether it is mended by now."""
    title = formats(bold=True, font_size=16, font_color=palette.HEAD_COLOUR)
    write(sheet, 0, 0, "Yang perlu diperbaiki", title)
    how = "Perbaiki sel yang disebut di bawah ini di berkas ini juga, simpan, lalu kirim kembali."
    write(sheet, 1, 0, how, formats())
    _write_column_titles(sheet, formats, _TEMUAN_HEAD_ROW, _TEMUAN_COLUMNS)
    sheet.freeze_panes(_TEMUAN_HEAD_ROW + 1, 0)
    sheet.repeat_rows(_TEMUAN_HEAD_ROW)
    places: list[tuple[FormSheet, Temuan, OpenMark | None]] = []
    for item in form_sheets:
        places += [(item, t, None) for t in item.sheet_temuan]
        places += [(item, mark.temuan, mark) for mark in list_open_marks(item)]
    places.sort(key=lambda place: not needs_mending(place[1]))
    for number, place in enumerate(places, start=1):
        _write_temuan_row(sheet, formats, place, number)
    still_open = sum(bool(mark and mark.condition and needs_mending(t)) for _, t, mark in places)
    _tell_open_count(sheet, formats, len(places), still_open)
    _finish_guide_sheet(sheet, password)


def _tell_open_count(sheet: Worksheet, formats: FormStyles, count: int, still_open: int) -> None:
    """Say above the list how much is left to mend, as far as cells tell; grey out what is mended."""
    first, last = _TEMUAN_HEAD_ROW + 1, _TEMUAN_HEAD_ROW + count
    at = number_columns(_TEMUAN_COLUMNS)["keadaan"]
    area = write_range((first, at), (last, at), fixed="column row")
    if still_open:
        left = f'COUNTIF({area},"{_OPEN}")'
        formula = f'=IF({left}=0,"{_NONE_OPEN}","{_OPEN_COUNT}"&{left})'
        write_formula(sheet, 2, 0, formula, formats(bold=True), f"{_OPEN_COUNT}{still_open}")
    mended = f'=LEFT({write_address(first, at, fixed="column")},5)="sudah"'
    style = formats.rule(font_color=palette.FORM_FAINT_INK, bg_color=palette.COMPUTED_FILL)
    sheet.conditional_format(first, 0, last, at, {"type": "formula", "criteria": mended, "format": style})


def _write_temuan_row(
    sheet: Worksheet, formats: FormStyles, place: tuple[FormSheet, Temuan, OpenMark | None], number: int
) -> None:
    (item, t, mark), columns, row = place, number_columns(_TEMUAN_COLUMNS), _TEMUAN_HEAD_ROW + number
    colour = palette.FORM_ERROR_SHADE.fill if needs_mending(t) else palette.FORM_ATTENTION_FILL
    texts = {"lembar": item.nama, "nilai": fit_cell_text(t.value), "pesan": t.message, "perbaikan": t.remedy}
    write(sheet, row, columns["nomor"], str(number), formats.boxed(bg_color=colour))
    write(sheet, row, columns["sel"], "", formats.boxed())
    if mark:
        link = formats.boxed(font_color=palette.LINK_COLOUR, underline=1)
        _write_cell_link(sheet, row, columns["sel"], item.nama, mark.address, link)
    for key, text in texts.items():
        write(sheet, row, columns[key], text, formats.boxed())
    _write_state(sheet, formats, (row, columns["keadaan"]), t, mark)
    sheet.set_row(
        row, fit_row_height([(text, _TEMUAN_WIDTHS[key]) for key, text in texts.items()], at_least=32)
    )


def _write_state(
    sheet: Worksheet, formats: FormStyles, at: tuple[int, int], t: Temuan, mark: OpenMark | None
) -> None:
    """Whether a finding is mended by now; of one without a cell nobody can tell."""
    still = _OPEN if needs_mending(t) else _TO_CHECK
    if mark and mark.condition:
        formula = f'=IF({mark.condition_elsewhere},"{still}","{_MENDED}")'
        write_formula(sheet, *at, formula, formats.boxed(), still)
    else:
        write(sheet, *at, _MENDED_BY_COPY if mark else _TO_CHECK, formats.boxed())


def _finish_guide_sheet(sheet: Worksheet, password: str) -> None:
    sheet.set_paper(14)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&R&8Halaman &P dari &N")
    sheet.protect(password, {"format_columns": True, "format_rows": True})
