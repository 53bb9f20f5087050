"""katalog.xlsx, written from the catalogue by walking the layout.

The workbook is the office's own, kept and edited for years: nothing is protected, texts stay
texts whatever they begin with, and every sheet has room to grow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iki_xl import palette
from iki_xl.a1 import write_address, write_range, write_reference, write_whole_column
from iki_xl.catalog.layout import (
    GROWTH_ROWS,
    HELP_ROWS,
    JABATAN_TABLE,
    LIST_SOURCES,
    PETUNJUK,
    list_parts,
)
from iki_xl.catalog.parts import HEADER_ROW, Column, ColumnKind, Form, ListName, Table
from iki_xl.catalog.records import add_reasons, ensure_fits, identify_record, record_leftovers, records
from iki_xl.catalog.review import IMPORT_PETUNJUK, LEFTOVERS, add_review_column
from iki_xl.tables import CELL_TEXT_LIMIT
from iki_xl.xlsx import build_workbook, fit_row_height, write, write_comment, write_formula

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog.marks import ImportReview
    from iki_xl.catalog.model import Katalog
    from iki_xl.catalog.records import GuessReasons, Record, RecordValue

_F4_PAPER = 14
_TITLE_HEIGHT = 33
_TITLE_STYLE = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
_LINE_STYLE = {"border": 1, "border_color": palette.KATALOG_LINE_COLOUR}
_PLAIN_STYLE = {"valign": "top", "text_wrap": True}
_ENTRY_STYLE = {**_PLAIN_STYLE, **_LINE_STYLE}
_REQUIRED_COLOURS = palette.KATALOG_REQUIRED_SHADE.to_properties()
_OPTIONAL_COLOURS = palette.KATALOG_OPTIONAL_SHADE.to_properties()
_GUESS_STYLE = {"bg_color": palette.GUESS_FILL, "italic": True}
_STYLES: dict[str, dict[str, Any]] = {
    "wajib": {**_TITLE_STYLE, **_REQUIRED_COLOURS},
    "boleh": {**_TITLE_STYLE, **_OPTIONAL_COLOURS},
    "bantu judul": {**_TITLE_STYLE, **palette.KATALOG_HELP_SHADE.to_properties()},
    "periksa judul": {**_TITLE_STYLE, **_GUESS_STYLE, "font_color": palette.PLAIN_INK},
    # Short texts have the Text format, so that Excel leaves "007" and "3/1" alone when typed. Long
    # ones have not: older versions show texts over 255 letters in Text cells as ####.
    "teks": {**_PLAIN_STYLE, "num_format": "@"},
    "uraian": _PLAIN_STYLE,
    "angka": {**_PLAIN_STYLE, "align": "right"},
    "tahun": {**_PLAIN_STYLE, "align": "left", "num_format": "0"},
    "bantu": {**_PLAIN_STYLE, "font_color": palette.KATALOG_HELP_INK},
    "periksa": {**_PLAIN_STYLE, "italic": True},
    "terisi": _LINE_STYLE,
    "label wajib": {**_ENTRY_STYLE, "bold": True, **_REQUIRED_COLOURS},
    "alasan": {**_ENTRY_STYLE, "italic": True},
    "label": {**_ENTRY_STYLE, "bold": True, **_OPTIONAL_COLOURS},
    "keterangan": {**_ENTRY_STYLE, "font_color": palette.KATALOG_REMARK_INK, "italic": True},
    "petunjuk": {"valign": "top", "text_wrap": True, "font_color": palette.KATALOG_GUIDE_INK},
    # With lines as well: LibreOffice applies only one of several conditional formats.
    "ganda": {**_LINE_STYLE, **palette.KATALOG_ERROR_SHADE.to_properties()},
    "ribuan": {**_LINE_STYLE, "num_format": "#,##0"},
}
_STYLES |= {f"{name} berbingkai": _STYLES[name] | _LINE_STYLE for name in ("teks", "angka", "tahun")}
_STYLES_WITH_CONTENT = ("teks", "uraian", "teks berbingkai", "angka berbingkai", "tahun berbingkai")
_STYLES |= {f"{name} tebakan": _STYLES[name] | _GUESS_STYLE for name in _STYLES_WITH_CONTENT}
_STYLE_BY_KIND = {
    ColumnKind.REVIEW: "periksa",
    ColumnKind.LONG_TEXT: "uraian",
    ColumnKind.LINES: "uraian",
    ColumnKind.NUMBER: "angka",
    ColumnKind.TAHUN: "tahun",
    ColumnKind.HELP: "bantu",
}
_LIST_ERRORS = {
    ListName.JABATAN: "ID ini tidak ada di lembar Jabatan. Pilih dari daftar, atau tambahkan jabatannya.",
    ListName.SATUAN: "Satuan ini tidak ada di daftar. Pilih dari daftar, atau tambahkan dahulu di Referensi.",
    ListName.TIPE: "Tipe ini tidak ada di daftar. Pilih dari daftar, atau tambahkan dahulu di Referensi.",
}
_PARTS_WITH_REVIEW = frozenset({"kantor", "jabatan", "indikator"})
_NIP_ERROR = "NIP terdiri dari 18 digit dan harus tersimpan sebagai teks (format sel Teks)."


def katalog_xlsx(katalog: Katalog, review: ImportReview | None = None) -> bytes:
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
    parts = list_parts(katalog.kantor.rincian_target)
    for part in parts:
        ensure_fits(part, contents[part.name], CELL_TEXT_LIMIT)
    if review is not None:
        parts, contents = _add_review(parts, contents, review)
    reasons = {part.sheet: review.find_cell_reasons(part.sheet) if review else {} for part in parts}
    return build_workbook(
        lambda workbook: _fill_katalog_workbook(workbook, parts, contents, reasons),
        properties={"title": "Katalog IKI"},
    )


def _add_review(
    parts: tuple[Form | Table, ...], contents: dict[str, list[Record]], review: ImportReview
) -> tuple[tuple[Form | Table, ...], dict[str, list[Record]]]:
    """Add the column that says what to check where something was guessed, and the sheet of what was left."""
    marked: list[Form | Table] = []
    for part in parts:
        reasons = review.find_cell_reasons(part.sheet)
        wanted = reasons and part.name in _PARTS_WITH_REVIEW
        marked.append(add_review_column(part) if wanted else part)
        if wanted and isinstance(part, Table):
            contents[part.name] = add_reasons(part, contents[part.name], reasons)
    if review.leftovers:
        marked.append(LEFTOVERS)
        contents[LEFTOVERS.name] = record_leftovers(review.leftovers)
    return tuple(marked), contents


def _fill_katalog_workbook(
    workbook: Workbook,
    parts: tuple[Form | Table, ...],
    contents: dict[str, list[Record]],
    reasons: Mapping[str, GuessReasons],
) -> None:
    styles = {name: workbook.add_format(properties) for name, properties in _STYLES.items()}
    for name in dict.fromkeys(part.sheet for part in parts):
        _prepare_katalog_sheet(workbook.add_worksheet(name), name)
    for part in parts:
        sheet = workbook.get_worksheet_by_name(part.sheet)
        assert sheet is not None
        if isinstance(part, Form):
            _FormWriter(sheet, part, styles, reasons[part.sheet]).write(contents[part.name][0])
        else:
            _TableWriter(sheet, part, styles, contents[part.name], reasons[part.sheet]).write()
    _define_list_names(workbook, parts, contents)


def _define_list_names(
    workbook: Workbook, parts: tuple[Form | Table, ...], contents: dict[str, list[Record]]
) -> None:
    """Define the names behind the dropdowns."""
    last_rows = {
        part.name: part.row_of(len(contents[part.name]) + GROWTH_ROWS - 1)
        for part in parts
        if isinstance(part, Table)
    }
    for list_name, (table, key) in LIST_SOURCES.items():
        workbook.define_name(list_name.value, _build_list_area(table, key, last_rows[table.name]))


def _prepare_katalog_sheet(sheet: Worksheet, name: str) -> None:
    sheet.hide_gridlines(1)  # on paper only: the blank rows for growth are seen by their grid
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.set_row(HEADER_ROW, _TITLE_HEIGHT)
    sheet.set_landscape()
    sheet.set_paper(_F4_PAPER)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer(f"&L&8Katalog IKI: {name}&R&8Halaman &P dari &N")


@dataclass(frozen=True, slots=True)
class _FormWriter:
    sheet: Worksheet
    form: Form
    styles: dict[str, Format]
    why: GuessReasons = field(default_factory=dict)

    def write(self, record: Record) -> None:
        """Write the labelled values, their notes, and the hints below them."""
        form = self.form
        for at, column in enumerate(form.columns):
            col = form.first + at
            self.sheet.set_column(col, col, column.width)
            write(self.sheet, HEADER_ROW, col, column.title, self.styles[_choose_title_style(column)])
        for entry in form.entries:
            self._entry(entry, record.get(entry.key))
        if form.note:
            self._hints(form.note)

    def _entry(self, entry: Column, value: RecordValue) -> None:
        form, row = self.form, self.form.row_of(entry.key)
        label = self.styles["label wajib" if entry.required else "label"]
        write(self.sheet, row, form.first, entry.title, label)
        col, reason = form.column_of(form.value.key), self.why.get(("", entry.key), "")
        style = f"{_STYLE_BY_KIND.get(entry.kind, 'teks')} berbingkai"
        _write_content(self.sheet, (row, col), value, (self.styles, style), reason)
        _set_entry_rule(self.sheet, entry, (row, col, row, col))
        texts = [(str(value or ""), form.value.width)]
        for column, text, its_style in (
            (form.review_column, reason, "alasan"),
            (form.note, entry.prompt, "keterangan"),
        ):
            if column:
                write(self.sheet, row, form.column_of(column.key), text, self.styles[its_style])
                texts.append((text, column.width))
        if form.note:
            self.sheet.set_row(row, fit_row_height(texts, at_least=20))

    def _hints(self, note: Column) -> None:
        first = self.form.row_of(self.form.entries[-1].key) + 2
        hints = (*IMPORT_PETUNJUK, *PETUNJUK) if self.form.review_column else PETUNJUK
        for row, hint in enumerate(hints, start=first):
            write(self.sheet, row, self.form.column_of(note.key), hint, self.styles["petunjuk"])
            self.sheet.set_row(row, fit_row_height([(hint, note.width)], at_least=18))


@dataclass(frozen=True, slots=True)
class _TableWriter:
    sheet: Worksheet
    table: Table
    styles: dict[str, Format]
    rows: list[Record]
    why: GuessReasons = field(default_factory=dict)

    def write(self) -> None:
        """Write header, records, and the blank rows below them that wait for more."""
        table, sheet = self.table, self.sheet
        last_row = table.row_of(len(self.rows) + GROWTH_ROWS - 1)
        for column in table.columns:
            self._write_column(column, last_row)
        self._frame_filled_rows(last_row)
        if table.frozen:  # the sheet is this table alone
            sheet.freeze_panes(HEADER_ROW + 1, table.frozen)
            last_col = table.column_of(table.columns[-1].key)
            sheet.autofilter(HEADER_ROW, table.first, last_row, last_col)
            for at, record in enumerate(self.rows):
                sheet.set_row(table.row_of(at), fit_row_height(self._texts(record)))

    def _write_column(self, column: Column, last_row: int) -> None:
        table, sheet = self.table, self.sheet
        col = table.column_of(column.key)
        sheet.set_column(col, col, column.width)
        write(sheet, HEADER_ROW, col, column.title, self.styles[_choose_title_style(column)])
        style = _STYLE_BY_KIND.get(column.kind, "teks")
        for row in range(table.row_of(0), last_row + 1):
            at = row - table.row_of(0)
            record: Record = self.rows[at] if at < len(self.rows) else {}
            value = record.get(column.key)
            if column.kind is ColumnKind.HELP and at < len(self.rows) + HELP_ROWS:
                write_formula(
                    sheet, row, col, self._build_nama_jabatan_formula(row), self.styles[style], value
                )
            else:
                reason = self.why.get((identify_record(record), column.key), "")
                _write_content(sheet, (row, col), value, (self.styles, style), reason)
        area = (table.row_of(0), col, last_row, col)
        _set_entry_rule(sheet, column, area)
        self._mark_cells(column, area)

    def _build_nama_jabatan_formula(self, row: int) -> str:
        """Look the name of the row's jabatan up; whole columns, so that it holds however many there are."""
        wanted = write_address(row, self.table.column_of("id_jabatan"))
        ids, names = (_name_whole_column(JABATAN_TABLE, key) for key in ("id", "nama"))
        return f'=IF({wanted}="","",IFERROR(INDEX({names},MATCH({wanted},{ids},0)),"?"))'

    def _frame_filled_rows(self, last_row: int) -> None:
        """Draw lines around filled rows only: cells with lines are printed even when they are blank."""
        table, row = self.table, self.table.row_of(0)
        start = write_address(row, table.first, fixed="column")
        end = write_address(row, table.first + min(1, len(table.columns) - 1), fixed="column")
        options = {
            "type": "formula",
            "criteria": f"=COUNTA({start}:{end})>0",
            "format": self.styles["terisi"],
        }
        last_col = table.column_of(table.columns[-1].key)
        self.sheet.conditional_format(row, table.first, last_row, last_col, options)

    def _mark_cells(self, column: Column, area: tuple[int, int, int, int]) -> None:
        if column.kind is ColumnKind.ID:
            self.sheet.conditional_format(*area, {"type": "duplicate", "format": self.styles["ganda"]})
        elif column.kind is ColumnKind.NUMBER:
            cell = write_address(*area[:2])
            rule = f"=AND(ISNUMBER({cell}),{cell}>=1000,{cell}=INT({cell}))"
            options = {"type": "formula", "criteria": rule, "format": self.styles["ribuan"]}
            self.sheet.conditional_format(*area, options)

    def _texts(self, record: Record) -> list[tuple[str, float]]:
        return [(str(record.get(column.key) or ""), column.width) for column in self.table.columns]


def _write_content(
    sheet: Worksheet,
    cell: tuple[int, int],
    value: RecordValue,
    style: tuple[dict[str, Format], str],
    why: str,
) -> None:
    """Write a cell in a style of this name; what was guessed is coloured and says why in a comment."""
    styles, name = style
    write(sheet, *cell, value, styles[f"{name} tebakan" if why else name])
    if why:
        write_comment(sheet, *cell, why)


def _choose_title_style(column: Column) -> str:
    if column.kind in {ColumnKind.HELP, ColumnKind.REVIEW}:
        return f"{column.kind} judul"
    return "wajib" if column.required else "boleh"


def _set_entry_rule(sheet: Worksheet, column: Column, area: tuple[int, int, int, int]) -> None:
    """Put the entry rule and the prompt of a column on an area."""
    rule = _build_entry_rule(column, write_address(*area[:2]))
    if column.prompt:
        rule |= {"input_title": column.title, "input_message": column.prompt}
    elif rule["validate"] == "any":
        return
    sheet.data_validation(*area, {"error_title": "Isian belum sesuai", **rule})


def _build_entry_rule(column: Column, cell: str) -> dict[str, Any]:
    if isinstance(column.choices, ListName):
        source, message = f"={column.choices.value}", _LIST_ERRORS[column.choices]
        return {"validate": "list", "source": source, "error_message": message}
    if column.choices:
        choices = [str(choice) for choice in column.choices]
        return {
            "validate": "list",
            "source": choices,
            "error_message": f"Pilih salah satu: {', '.join(choices)}.",
        }
    if column.kind is ColumnKind.NIP:
        digits = f'SUBSTITUTE(SUBSTITUTE({cell}," ",""),".","")'
        formula = f"=AND(ISTEXT({cell}),LEN({digits})=18)"
        return {"validate": "custom", "value": formula, "error_message": _NIP_ERROR}
    if column.limits:
        limits = column.limits
        return {
            "validate": "integer" if column.kind is ColumnKind.TAHUN else "decimal",
            **(
                {"criteria": ">", "value": limits.lower}
                if limits.lower_excluded
                else {"criteria": "between", "minimum": limits.lower, "maximum": int(limits.upper)}
            ),
            "error_message": limits.how,
        }
    return {"validate": "any"}


def _name_whole_column(table: Table, key: str) -> str:
    return write_reference(table.sheet, write_whole_column(table.column_of(key)), quoted=False)


def _build_list_area(table: Table, key: str, last_row: int) -> str:
    """From the first record to the last filled one: a dropdown without blank entries at its end."""
    col, first_row = table.column_of(key), table.row_of(0)
    first_cell = write_address(first_row, col, fixed="column row")
    cells = write_range((first_row, col), (last_row, col), fixed="column row")
    start, area = (write_reference(table.sheet, to, quoted=False) for to in (first_cell, cells))
    return f"={start}:INDEX({area},{_build_row_count(area, first_row)})"


def _build_row_count(area: str, first_row: int) -> str:
    """Count of rows from the area's first to its last one with anything in it; at least 1."""
    return f'MAX(1,SUMPRODUCT(MAX(({area}<>"")*(ROW({area})-{first_row}))))'
