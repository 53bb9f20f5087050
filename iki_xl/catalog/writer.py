"""katalog.xlsx, written from the catalogue by walking the layout.

The workbook is the office's own, kept and edited for years: nothing is protected, texts stay
texts whatever they begin with, and every sheet has room to grow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from iki_xl.catalog.layout import (
    BARIS_JUDUL,
    JABATAN,
    PETUNJUK,
    PETUNJUK_IMPOR,
    RUANG_BANTU,
    RUANG_TUMBUH,
    SISA,
    SUMBER_DAFTAR,
    Column,
    Daftar,
    Form,
    Kind,
    Table,
    dengan_periksa,
    susunan,
)
from iki_xl.catalog.records import dengan_alasan, identitas, pastikan_muat, records, records_sisa
from iki_xl.tables import BATAS_TEKS_SEL
from iki_xl.xlsx import buat, tinggi_baris, tulis, tulis_catatan, tulis_rumus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog.marks import Pemeriksaan
    from iki_xl.catalog.model import Katalog
    from iki_xl.catalog.records import Alasan, Nilai, Record

_KERTAS_F4 = 14
_TINGGI_JUDUL = 33
_JUDUL = {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter", "border": 1}
_GARIS = {"border": 1, "border_color": "#BFBFBF"}
_POLOS = {"valign": "top", "text_wrap": True}
_ISI = {**_POLOS, **_GARIS}
_TEBAKAN = {"bg_color": "#FFD966", "italic": True}
_GAYA: dict[str, dict[str, Any]] = {
    "wajib": {**_JUDUL, "bg_color": "#1F4E79"},
    "boleh": {**_JUDUL, "bg_color": "#2E86C1"},
    "bantu judul": {**_JUDUL, "bg_color": "#7F8C8D"},
    "periksa judul": {**_JUDUL, **_TEBAKAN, "font_color": "#000000"},
    # Short texts have the Text format, so that Excel leaves "007" and "3/1" alone when typed. Long
    # ones have not: older versions show texts over 255 letters in Text cells as ####.
    "teks": {**_POLOS, "num_format": "@"},
    "uraian": _POLOS,
    "angka": {**_POLOS, "align": "right"},
    "tahun": {**_POLOS, "align": "left", "num_format": "0"},
    "bantu": {**_POLOS, "font_color": "#6B6B6B"},
    "periksa": {**_POLOS, "italic": True},
    "terisi": _GARIS,
    "label wajib": {**_ISI, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"},
    "alasan": {**_ISI, "italic": True},
    "label": {**_ISI, "bold": True, "font_color": "#FFFFFF", "bg_color": "#2E86C1"},
    "keterangan": {**_ISI, "font_color": "#595959", "italic": True},
    "petunjuk": {"valign": "top", "text_wrap": True, "font_color": "#1F4E79"},
    # With lines as well: LibreOffice applies only one of several conditional formats.
    "ganda": {**_GARIS, "bg_color": "#F8CBAD", "font_color": "#9C0006"},
    "ribuan": {**_GARIS, "num_format": "#,##0"},
}
_GAYA |= {f"{name} berbingkai": _GAYA[name] | _GARIS for name in ("teks", "angka", "tahun")}
_BERISI = ("teks", "uraian", "teks berbingkai", "angka berbingkai", "tahun berbingkai")
_GAYA |= {f"{name} tebakan": _GAYA[name] | _TEBAKAN for name in _BERISI}
_ISI_MENURUT_JENIS = {
    Kind.PERIKSA: "periksa",
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
_BERKOLOM_PERIKSA = frozenset({"kantor", "jabatan", "indikator"})
_GALAT_NIP = "NIP terdiri dari 18 digit dan harus tersimpan sebagai teks (format sel Teks)."


def katalog_xlsx(katalog: Katalog, pemeriksaan: Pemeriksaan | None = None) -> bytes:
    """Return katalog.xlsx as bytes: sheets Kantor, Jabatan, Pegawai, Indikator, Referensi.

    After an import, what was guessed is coloured and explained, in a comment and in a column of its own,
    and what was left over stands in a sheet of its own; the reader looks at none of these.

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
    if pemeriksaan is not None:
        parts, contents = _dengan_pemeriksaan(parts, contents, pemeriksaan)
    reasons = {part.sheet: pemeriksaan.menurut_sel(part.sheet) if pemeriksaan else {} for part in parts}
    return buat(lambda workbook: _isi(workbook, parts, contents, reasons), properti={"title": "Katalog IKI"})


def _dengan_pemeriksaan(
    parts: tuple[Form | Table, ...], contents: dict[str, list[Record]], pemeriksaan: Pemeriksaan
) -> tuple[tuple[Form | Table, ...], dict[str, list[Record]]]:
    """Add the column that says what to check where something was guessed, and the sheet of what was left."""
    marked: list[Form | Table] = []
    for part in parts:
        reasons = pemeriksaan.menurut_sel(part.sheet)
        wanted = reasons and part.name in _BERKOLOM_PERIKSA
        marked.append(dengan_periksa(part) if wanted else part)
        if wanted and isinstance(part, Table):
            contents[part.name] = dengan_alasan(part, contents[part.name], reasons)
    if pemeriksaan.sisa:
        marked.append(SISA)
        contents[SISA.name] = records_sisa(pemeriksaan.sisa)
    return tuple(marked), contents


def _isi(
    workbook: Workbook,
    parts: tuple[Form | Table, ...],
    contents: dict[str, list[Record]],
    reasons: Mapping[str, Alasan],
) -> None:
    styles = {name: workbook.add_format(properties) for name, properties in _GAYA.items()}
    for name in dict.fromkeys(part.sheet for part in parts):
        _siapkan(workbook.add_worksheet(name), name)
    for part in parts:
        sheet = workbook.get_worksheet_by_name(part.sheet)
        assert sheet is not None
        if isinstance(part, Form):
            _FormWriter(sheet, part, styles, reasons[part.sheet]).tulis(contents[part.name][0])
        else:
            _TableWriter(sheet, part, styles, contents[part.name], reasons[part.sheet]).tulis()
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
    alasan: Alasan = field(default_factory=dict)

    def tulis(self, record: Record) -> None:
        """Write the labelled values, their notes, and the hints below them."""
        form = self.form
        for at, column in enumerate(form.columns):
            col = form.first + at
            self.sheet.set_column(col, col, column.width)
            tulis(self.sheet, BARIS_JUDUL, col, column.title, self.styles[_judul(column)])
        for entry in form.entries:
            self._entry(entry, record.get(entry.key))
        if form.note:
            self._hints(form.note)

    def _entry(self, entry: Column, value: Nilai) -> None:
        form, row = self.form, self.form.row_of(entry.key)
        label = self.styles["label wajib" if entry.required else "label"]
        tulis(self.sheet, row, form.first, entry.title, label)
        col, reason = form.column_of(form.value.key), self.alasan.get(("", entry.key), "")
        style = f"{_ISI_MENURUT_JENIS.get(entry.kind, 'teks')} berbingkai"
        _tulis_isi(self.sheet, (row, col), value, (self.styles, style), reason)
        _aturan(self.sheet, entry, (row, col, row, col))
        texts = [(str(value or ""), form.value.width)]
        for column, text, its_style in (
            (form.periksa, reason, "alasan"),
            (form.note, entry.prompt, "keterangan"),
        ):
            if column:
                tulis(self.sheet, row, form.column_of(column.key), text, self.styles[its_style])
                texts.append((text, column.width))
        if form.note:
            self.sheet.set_row(row, tinggi_baris(texts, paling_kecil=20))

    def _hints(self, note: Column) -> None:
        first = self.form.row_of(self.form.entries[-1].key) + 2
        hints = (*PETUNJUK_IMPOR, *PETUNJUK) if self.form.periksa else PETUNJUK
        for row, hint in enumerate(hints, start=first):
            tulis(self.sheet, row, self.form.column_of(note.key), hint, self.styles["petunjuk"])
            self.sheet.set_row(row, tinggi_baris([(hint, note.width)], paling_kecil=18))


@dataclass(frozen=True, slots=True)
class _TableWriter:
    sheet: Worksheet
    table: Table
    styles: dict[str, Format]
    rows: list[Record]
    alasan: Alasan = field(default_factory=dict)

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
        style = _ISI_MENURUT_JENIS.get(column.kind, "teks")
        for row in range(table.row_of(0), last_row + 1):
            at = row - table.row_of(0)
            record: Record = self.rows[at] if at < len(self.rows) else {}
            value = record.get(column.key)
            if column.kind is Kind.BANTU and at < len(self.rows) + RUANG_BANTU:
                tulis_rumus(sheet, row, col, self._rumus_nama_jabatan(row), self.styles[style], value)
            else:
                reason = self.alasan.get((identitas(record), column.key), "")
                _tulis_isi(sheet, (row, col), value, (self.styles, style), reason)
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


def _tulis_isi(
    sheet: Worksheet, sel: tuple[int, int], value: Nilai, gaya: tuple[dict[str, Format], str], alasan: str
) -> None:
    """Write a cell in a style of this name; what was guessed is coloured and says why in a comment."""
    styles, name = gaya
    tulis(sheet, *sel, value, styles[f"{name} tebakan" if alasan else name])
    if alasan:
        tulis_catatan(sheet, *sel, alasan)


def _judul(column: Column) -> str:
    if column.kind in {Kind.BANTU, Kind.PERIKSA}:
        return f"{column.kind} judul"
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
