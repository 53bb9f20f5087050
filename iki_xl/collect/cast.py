"""A returned sheet -> typed values: every filled input cell, read once (spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog import PERCENTAGE
from iki_xl.catalog.values import is_percentage
from iki_xl.findings import Level, Temuan, temuan
from iki_xl.form.jabatan import NAMA_ROW, NIP_ROW
from iki_xl.form.layout import ColumnGroup, FieldKind
from iki_xl.typed import Reading, read_cell_text, read_nip, read_number, with_address, with_struck

if TYPE_CHECKING:
    from iki_xl.catalog import Referensi
    from iki_xl.collect.returned import ReturnedSheet
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import Cell

EntryValue = float | str
# Who reports: missing is serious where several people hold the jabatan.
_HEAD_ENTRY_NAMES = {NAMA_ROW: "Nama", NIP_ROW: "NIP"}


@dataclass(frozen=True, slots=True)
class CastEntries:
    """A sheet after casting: what each filled cell was read as, and what to say.

    `invalid_cells` are the cells that could not be read.
    """

    value: dict[CellKey, EntryValue]
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
    return CastEntries(values, tuple(said), frozenset(invalid))


def find_row_satuan(form: JabatanForm, row_id: str, typed: object) -> str:
    """The satuan of a row in the list's spelling: the catalogue's, else the one typed; "" when unknown."""
    text = form.fixed_values.get((row_id, "satuan")) or typed
    return form.katalog.referensi.find_satuan(text) or "" if isinstance(text, str) else ""


def _unit(sheet: ReturnedSheet, row_id: str) -> str:
    """Return the satuan by which a row's figures are read; `PERCENTAGE` however it is spelt."""
    typed = sheet.content.get((row_id, "satuan"))
    satuan = find_row_satuan(sheet.form, row_id, typed and typed.value)
    return PERCENTAGE if is_percentage(satuan) else satuan


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


def _spell_as_listed(text: str, kind: FieldKind, referensi: Referensi) -> str:
    """The list's own spelling where the text is in the list, else the text as typed."""
    if kind is FieldKind.SATUAN:
        return referensi.find_satuan(text) or text
    tipe = referensi.find_tipe(text)
    return tipe.nama if tipe else text


def name_head_entry(row_id: str) -> str:
    """What the head's entry is called: Nama or NIP."""
    return _HEAD_ENTRY_NAMES.get(row_id, "")
