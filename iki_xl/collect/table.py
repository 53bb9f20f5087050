"""A returned sheet -> typed values: every filled input cell, read once (spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.catalog import PERCENTAGE
from iki_xl.comparable import comparable
from iki_xl.findings import Level, Temuan, temuan
from iki_xl.form.jabatan import HEAD_CELLS, NAMA_ROW, NIP_ROW
from iki_xl.form.layout import ColumnGroup, FieldKind
from iki_xl.tables import REALISASI_COLUMNS
from iki_xl.typed import Reading, read_cell_text, read_nip, read_number, with_address, with_struck

if TYPE_CHECKING:
    from iki_xl.catalog import Referensi
    from iki_xl.collect.returned import ReturnedSheet
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import Cell

EntryValue = float | str
# Who reports: missing is serious where several people hold the jabatan.
_HEAD_ENTRY_NAMES = {NAMA_ROW: "Nama", NIP_ROW: "NIP"}


@dataclass(slots=True)
class CheckColumns:
    """What pandera is to check of one sheet, one entry a check: the cell, the schema's column, the value.

    Columns: `angka`, `persen` (the number where the satuan is Persentase), `satuan`, `tipe`, and `ada_*`
    (1 filled, 0 missing).
    """

    cell: list[CellKey] = field(default_factory=list)
    column: list[str] = field(default_factory=list)
    value: list[EntryValue] = field(default_factory=list)

    def add(self, cell: CellKey, column: str, value: EntryValue) -> None:
        """Add one entry."""
        self.cell.append(cell)
        self.column.append(column)
        self.value.append(value)


@dataclass(frozen=True, slots=True)
class CastEntries:
    """A sheet after casting: what each filled cell was read as, what pandera is to check, what to say.

    `invalid_cells` are the cells that could not be read.
    """

    value: dict[CellKey, EntryValue]
    check_columns: CheckColumns
    temuan: tuple[Temuan, ...]
    invalid_cells: frozenset[CellKey]


def cast_entries(sheet: ReturnedSheet) -> CastEntries:
    """Cast every filled input cell of a sheet."""
    form = sheet.form
    units = {item.id: _unit(sheet, item.id) for item in form.indikator}
    values: dict[CellKey, EntryValue] = {}
    said: list[Temuan] = []
    invalid: set[CellKey] = set()
    for cell, content in sheet.filled_inputs():
        read = with_struck(_read_entry(form, cell, content, units.get(cell[0], "")), content)
        if read.value is not None:
            values[cell] = read.value
        for note in read.notes:
            shown = "(gambar)" if content.picture else content.render_text()
            seen = shown if note.value is None else note.value
            found = temuan(note.code, sheet.place(*cell), seen, **note.content)
            said.append(found)
            if found.level is Level.GALAT:
                invalid.add(cell)
    pour = CheckColumns()
    _add_value_checks(pour, form, values)
    _add_required_checks(pour, sheet, values)
    return CastEntries(values, pour, tuple(said), frozenset(invalid))


def find_row_satuan(form: JabatanForm, row_id: str, typed: object) -> str:
    """The satuan of a row in the list's spelling: the catalogue's, else the one typed; "" when unknown."""
    text = form.fixed_values.get((row_id, "satuan")) or typed
    return form.katalog.referensi.find_satuan(text) or "" if isinstance(text, str) else ""


def _unit(sheet: ReturnedSheet, row_id: str) -> str:
    """Return the satuan by which a row's figures are read; `PERCENTAGE` however it is spelt."""
    typed = sheet.content.get((row_id, "satuan"))
    satuan = find_row_satuan(sheet.form, row_id, typed and typed.value)
    return PERCENTAGE if _is_percentage(satuan) else satuan


def _read_entry(form: JabatanForm, cell: CellKey, content: Cell, satuan: str) -> Reading:
    read = _read_entry_by_kind(form, cell, content, satuan)
    if not content.link or content.picture:
        return read
    kept = form.layout.field(cell[1]).group is ColumnGroup.EXPLANATIONS
    return with_address(read, content.link, kept=kept)


def _read_entry_by_kind(form: JabatanForm, cell: CellKey, content: Cell, satuan: str) -> Reading:
    kind = form.entry_kinds[cell]
    if kind is FieldKind.NUMBER:
        return read_number(content, satuan)
    if kind is FieldKind.NIP:
        return read_nip(content)
    read = read_cell_text(content)
    if isinstance(read.value, str) and (kind is FieldKind.SATUAN or kind is FieldKind.TIPE):
        return Reading(_spell_as_listed(read.value, kind, form.katalog.referensi), read.notes)
    return read


def _is_percentage(satuan: str) -> bool:
    return comparable(satuan) == comparable(PERCENTAGE)


def _spell_as_listed(text: str, kind: FieldKind, referensi: Referensi) -> str:
    """The list's own spelling where the text is in the list, else the text as typed."""
    if kind is FieldKind.SATUAN:
        return referensi.find_satuan(text) or text
    tipe = referensi.find_tipe(text)
    return tipe.nama if tipe else text


def _add_value_checks(pour: CheckColumns, form: JabatanForm, values: dict[CellKey, EntryValue]) -> None:
    at_most_100 = not form.katalog.referensi.percentage_over_100
    given = {
        item.id: form.fixed_values.get((item.id, "satuan")) or values.get((item.id, "satuan"), "")
        for item in form.indikator
    }
    percent = {row_id for row_id, satuan in given.items() if at_most_100 and _is_percentage(str(satuan))}
    for cell, value in values.items():
        kind = form.entry_kinds[cell]
        if kind is FieldKind.SATUAN or kind is FieldKind.TIPE:
            pour.add(cell, kind.value, value)
        elif kind is FieldKind.NUMBER:
            pour.add(cell, "angka", value)
            if cell[0] in percent:
                pour.add(cell, "persen", value)


def _add_required_checks(pour: CheckColumns, sheet: ReturnedSheet, values: dict[CellKey, EntryValue]) -> None:
    """Cells that must be there: satuan and tipe once realisasi is, who reports once anything is."""
    form = sheet.form
    filled = [i.id for i in form.indikator if any((i.id, k) in values for k in REALISASI_COLUMNS)]
    for row_id in filled:
        for key, column in (("tipe_perhitungan", "ada_tipe"), ("satuan", "ada_satuan")):
            if (row_id, key) not in form.fixed_values:
                pour.add((row_id, key), column, float(bool(sheet.written((row_id, key)))))
    if sheet.filled:
        several = len(form.katalog.list_pegawai(form.jabatan.id)) > 1
        column = "ada_identitas_wajib" if several else "ada_identitas"
        for cell in HEAD_CELLS:
            pour.add(cell, column, float(bool(sheet.written(cell))))


def name_head_entry(row_id: str) -> str:
    """What the head's entry is called: Nama or NIP."""
    return _HEAD_ENTRY_NAMES.get(row_id, "")
