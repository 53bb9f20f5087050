"""katalog.xlsx, written from the catalogue by walking the layout.

The workbook is the office's own, kept and edited for years: nothing is protected, texts stay
texts whatever they begin with, and every sheet has room to grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from iki_xl.catalog.layout import (
    BARIS_JUDUL,
    JABATAN,
    PETUNJUK,
    RUANG_BANTU,
    RUANG_TUMBUH,
    SUMBER_DAFTAR,
    Column,
    Daftar,
    Form,
    Kind,
    Table,
    susunan,
)
from iki_xl.catalog.records import pastikan_muat, records
from iki_xl.tables import BATAS_TEKS_SEL
from iki_xl.xlsx import buat, tinggi_baris, tulis, tulis_rumus

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog.model import Katalog
    from iki_xl.catalog.records import Nilai, Record

_KERTAS_F4 = 14
_TINGGI_JUDUL = 33
_JUDUL = {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter", "border": 1}
_GARIS = {"border": 1, "border_color": "#BFBFBF"}
_POLOS = {"valign": "top", "text_wrap": True}
_ISI = {**_POLOS, **_GARIS}
_GAYA: dict[str, dict[str, Any]] = {
    "wajib": {**_JUDUL, "bg_color": "#1F4E79"},
    "boleh": {**_JUDUL, "bg_color": "#2E86C1"},
    "bantu judul": {**_JUDUL, "bg_color": "#7F8C8D"},
    # Short texts have the Text format, so that Excel leaves "007" and "3/1" alone when typed. Long
    # ones have not: older versions show texts over 255 letters in Text cells as ####.
    "teks": {**_POLOS, "num_format": "@"},
    "uraian": _POLOS,
    "angka": {**_POLOS, "align": "right"},
    "tahun": {**_POLOS, "align": "left", "num_format": "0"},
    "bantu": {**_POLOS, "font_color": "#6B6B6B"},
    "terisi": _GARIS,
    "label wajib": {**_ISI, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"},
    "label": {**_ISI, "bold": True, "font_color": "#FFFFFF", "bg_color": "#2E86C1"},
    "keterangan": {**_ISI, "font_color": "#595959", "italic": True},
    "petunjuk": {"valign": "top", "text_wrap": True, "font_color": "#1F4E79"},
    # With lines as well: LibreOffice applies only one of several conditional formats.
    "ganda": {**_GARIS, "bg_color": "#F8CBAD", "font_color": "#9C0006"},
    "ribuan": {**_GARIS, "num_format": "#,##0"},
}
_GAYA |= {f"{name} berbingkai": _GAYA[name] | _GARIS for name in ("teks", "angka", "tahun")}
_ISI_MENURUT_JENIS = {
    Kind.URAIAN: "uraian",
    Kind.DAFTAR: "uraian",
    Kind.ANGKA: "angka",
    Kind.TAHUN: "tahun",
    Kind.BANTU: "bantu",
}
_GALAT_DAFTAR = {
    Daftar.JABATAN: "ID ini tidak ada di lembar Jabatan. Pilih dari daftar, atau tambahkan jabatannya.",
    Daftar.SATUAN: "Satuan ini tidak ada di daftar. Pilih dari daftar, atau tambahkan dahulu di Referensi.",
    Daftar.TIPE: "Tipe ini tidak ada di daftar. Pilih dari daftar, atau tambahkan dahulu di Referensi.",
}
_GALAT_NIP = "NIP terdiri dari 18 digit dan harus tersimpan sebagai teks (format sel Teks)."


def katalog_xlsx(katalog: Katalog) -> bytes:
    """Return katalog.xlsx as bytes: sheets Kantor, Jabatan, Pegawai, Indikator, Referensi.

    `read_katalog` gives the same catalogue back, for texts without edge whitespace and numbers of
    up to 15 significant digits (what Excel keeps).

    Raises:
        FormError: a text is longer than a cell can hold or has characters that no workbook can
            hold; the message names the field and its jabatan or indikator.
    """
    contents = records(katalog)
    parts = susunan(katalog.kantor.rincian_target)
    for part in parts:
        pastikan_muat(part, contents[part.name], BATAS_TEKS_SEL)
    return buat(lambda workbook: _isi(workbook, parts, contents), properti={"title": "Katalog IKI"})


def _isi(workbook: Workbook, parts: tuple[Form | Table, ...], contents: dict[str, list[Record]]) -> None:
    styles = {name: workbook.add_format(properties) for name, properties in _GAYA.items()}
    for name in dict.fromkeys(part.sheet for part in parts):
        _siapkan(workbook.add_worksheet(name), name)
    for part in parts:
        sheet = workbook.get_worksheet_by_name(part.sheet)
        assert sheet is not None
        if isinstance(part, Form):
            _FormWriter(sheet, part, styles).tulis(contents[part.name][0])
        else:
            _TableWriter(sheet, part, styles, contents[part.name]).tulis()
    _nama(workbook, parts, contents)


def _nama(workbook: Workbook, parts: tuple[Form | Table, ...], contents: dict[str, list[Record]]) -> None:
    """Define the names behind the dropdowns."""
    last_rows = {
        part.name: part.row_of(len(contents[part.name]) + RUANG_TUMBUH - 1)
        for part in parts
        if isinstance(part, Table)
    }
    for daftar, (table, key) in SUMBER_DAFTAR.items():
        workbook.define_name(daftar.value, _daftar(table, key, last_rows[table.name]))


def _siapkan(sheet: Worksheet, name: str) -> None:
    sheet.hide_gridlines(1)  # on paper only: the blank rows for growth are seen by their grid
    sheet.freeze_panes(BARIS_JUDUL + 1, 0)
    sheet.set_row(BARIS_JUDUL, _TINGGI_JUDUL)
    sheet.set_landscape()
    sheet.set_paper(_KERTAS_F4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(BARIS_JUDUL)
    sheet.set_footer(f"&L&8Katalog IKI: {name}&R&8Halaman &P dari &N")


@dataclass(frozen=True, slots=True)
class _FormWriter:
    sheet: Worksheet
    form: Form
    styles: dict[str, Format]

    def tulis(self, record: Record) -> None:
        """Write the labelled values, their notes, and the hints below them."""
        form = self.form
        for at, column in enumerate(form.columns):
            col = form.first + at
            self.sheet.set_column(col, col, column.width)
            tulis(self.sheet, BARIS_JUDUL, col, column.title, self.styles["boleh"])
        for entry in form.entries:
            self._entry(entry, record.get(entry.key))
        if form.note:
            self._hints(form.note)

    def _entry(self, entry: Column, value: Nilai) -> None:
        form, row = self.form, self.form.row_of(entry.key)
        label = self.styles["label wajib" if entry.required else "label"]
        tulis(self.sheet, row, form.first, entry.title, label)
        style = self.styles[f"{_ISI_MENURUT_JENIS.get(entry.kind, 'teks')} berbingkai"]
        tulis(self.sheet, row, form.first + 1, value, style)
        _aturan(self.sheet, entry, (row, form.first + 1, row, form.first + 1))
        if form.note:
            tulis(self.sheet, row, form.first + 2, entry.prompt, self.styles["keterangan"])
            texts = [(str(value or ""), form.value.width), (entry.prompt, form.note.width)]
            self.sheet.set_row(row, tinggi_baris(texts, paling_kecil=20))

    def _hints(self, note: Column) -> None:
        first = self.form.row_of(self.form.entries[-1].key) + 2
        for row, hint in enumerate(PETUNJUK, start=first):
            tulis(self.sheet, row, self.form.first + 2, hint, self.styles["petunjuk"])
            self.sheet.set_row(row, tinggi_baris([(hint, note.width)], paling_kecil=18))


@dataclass(frozen=True, slots=True)
class _TableWriter:
    sheet: Worksheet
    table: Table
    styles: dict[str, Format]
    rows: list[Record]

    def tulis(self) -> None:
        """Write header, records, and the blank rows below them that wait for more."""
        table, sheet = self.table, self.sheet
        last_row = table.row_of(len(self.rows) + RUANG_TUMBUH - 1)
        for column in table.columns:
            self._kolom(column, last_row)
        self._bingkai(last_row)
        if table.frozen:  # the sheet is this table alone
            sheet.freeze_panes(BARIS_JUDUL + 1, table.frozen)
            last_col = table.column_of(table.columns[-1].key)
            sheet.autofilter(BARIS_JUDUL, table.first, last_row, last_col)
            for at, record in enumerate(self.rows):
                sheet.set_row(table.row_of(at), tinggi_baris(self._texts(record)))

    def _kolom(self, column: Column, last_row: int) -> None:
        table, sheet = self.table, self.sheet
        col = table.column_of(column.key)
        sheet.set_column(col, col, column.width)
        tulis(sheet, BARIS_JUDUL, col, column.title, self.styles[_judul(column)])
        style = self.styles[_ISI_MENURUT_JENIS.get(column.kind, "teks")]
        for row in range(table.row_of(0), last_row + 1):
            at = row - table.row_of(0)
            value = self.rows[at].get(column.key) if at < len(self.rows) else None
            if column.kind is Kind.BANTU and at < len(self.rows) + RUANG_BANTU:
                tulis_rumus(sheet, row, col, self._rumus_nama_jabatan(row), style, value)
            else:
                tulis(sheet, row, col, value, style)
        area = (table.row_of(0), col, last_row, col)
        _aturan(sheet, column, area)
        self._tanda(column, area)

    def _rumus_nama_jabatan(self, row: int) -> str:
        """Look the name of the row's jabatan up; whole columns, so that it holds however many there are."""
        wanted = xl_rowcol_to_cell(row, self.table.column_of("id_jabatan"))
        ids, names = (_kolom_penuh(JABATAN, key) for key in ("id", "nama"))
        return f'=IF({wanted}="","",IFERROR(INDEX({names},MATCH({wanted},{ids},0)),"?"))'

    def _bingkai(self, last_row: int) -> None:
        """Draw lines around filled rows only: cells with lines are printed even when they are blank."""
        table, row = self.table, self.table.row_of(0)
        start = xl_rowcol_to_cell(row, table.first, col_abs=True)
        end = xl_rowcol_to_cell(row, table.first + min(1, len(table.columns) - 1), col_abs=True)
        options = {
            "type": "formula",
            "criteria": f"=COUNTA({start}:{end})>0",
            "format": self.styles["terisi"],
        }
        last_col = table.column_of(table.columns[-1].key)
        self.sheet.conditional_format(row, table.first, last_row, last_col, options)

    def _tanda(self, column: Column, area: tuple[int, int, int, int]) -> None:
        if column.kind is Kind.ID:
            self.sheet.conditional_format(*area, {"type": "duplicate", "format": self.styles["ganda"]})
        elif column.kind is Kind.ANGKA:
            cell = xl_rowcol_to_cell(area[0], area[1])
            rule = f"=AND(ISNUMBER({cell}),{cell}>=1000,{cell}=INT({cell}))"
            options = {"type": "formula", "criteria": rule, "format": self.styles["ribuan"]}
            self.sheet.conditional_format(*area, options)

    def _texts(self, record: Record) -> list[tuple[str, float]]:
        return [(str(record.get(column.key) or ""), column.width) for column in self.table.columns]


def _judul(column: Column) -> str:
    if column.kind is Kind.BANTU:
        return "bantu judul"
    return "wajib" if column.required else "boleh"


def _aturan(sheet: Worksheet, column: Column, area: tuple[int, int, int, int]) -> None:
    """Put the entry rule and the prompt of a column on an area."""
    rule = _aturan_isi(column, xl_rowcol_to_cell(area[0], area[1]))
    if column.prompt:
        rule |= {"input_title": column.title, "input_message": column.prompt}
    elif rule["validate"] == "any":
        return
    sheet.data_validation(*area, {"error_title": "Isian belum sesuai", **rule})


def _aturan_isi(column: Column, cell: str) -> dict[str, Any]:
    if isinstance(column.choices, Daftar):
        source, message = f"={column.choices.value}", _GALAT_DAFTAR[column.choices]
        return {"validate": "list", "source": source, "error_message": message}
    if column.choices:
        choices = [str(choice) for choice in column.choices]
        return {
            "validate": "list",
            "source": choices,
            "error_message": f"Pilih salah satu: {', '.join(choices)}.",
        }
    if column.kind is Kind.NIP:
        digits = f'SUBSTITUTE(SUBSTITUTE({cell}," ",""),".","")'
        formula = f"=AND(ISTEXT({cell}),LEN({digits})=18)"
        return {"validate": "custom", "value": formula, "error_message": _GALAT_NIP}
    if column.batas:
        limits = column.batas
        return {
            "validate": "integer" if column.kind is Kind.TAHUN else "decimal",
            **(
                {"criteria": ">", "value": limits.bawah}
                if limits.terbuka
                else {"criteria": "between", "minimum": limits.bawah, "maximum": int(limits.atas)}
            ),
            "error_message": limits.cara,
        }
    return {"validate": "any"}


def _kolom_penuh(table: Table, key: str) -> str:
    col = table.column_of(key)
    letters = xl_rowcol_to_cell(0, col, col_abs=True).rstrip("0123456789")
    return f"{table.sheet}!{letters}:{letters}"


def _daftar(table: Table, key: str, last_row: int) -> str:
    """From the first record to the last filled one: a dropdown without blank entries at its end."""
    col = table.column_of(key)
    start = f"{table.sheet}!{xl_rowcol_to_cell(table.row_of(0), col, row_abs=True, col_abs=True)}"
    area = f"{table.sheet}!{xl_range_abs(table.row_of(0), col, last_row, col)}"
    return f"={start}:INDEX({area},{_baris_terisi(area, table.row_of(0))})"


def _baris_terisi(area: str, first_row: int) -> str:
    """Count of rows from the area's first to its last one with anything in it; at least 1."""
    return f'MAX(1,SUMPRODUCT(MAX(({area}<>"")*(ROW({area})-{first_row}))))'
