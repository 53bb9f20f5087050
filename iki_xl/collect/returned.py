"""A jabatan's sheet as it came back: its cells by the form's own words, wherever they went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.a1 import write_address
from iki_xl.findings import Place
from iki_xl.form.jabatan import HEAD_CELLS, NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.nip import tidy_nip
from iki_xl.readers.book import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.form.identity import FormIdentity
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import SheetCells

BLANK = Cell()


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the hidden key row and id column stand, and which sheet this is."""

    rows: int
    column: int
    identity: FormIdentity


@dataclass(frozen=True, slots=True)
class Placement:
    """Where rows and columns went: id or key -> the first one; and those that repeat one of them."""

    rows: Mapping[str, int]
    column: Mapping[str, int]
    repeated_rows: tuple[tuple[str, int], ...] = ()
    repeated_columns: tuple[tuple[str, int], ...] = ()

    def cell(self, rows: str, column: str) -> tuple[int, int] | None:
        """Return where a cell of the form stands now (from 0); None where its row or column is gone."""
        row_number, column_number = self.rows.get(rows), self.column.get(column)
        return None if row_number is None or column_number is None else (row_number, column_number)


@dataclass(frozen=True)
class ReturnedSheetBase:
    """One jabatan's returned sheet: file and sheet name, its template's fingerprint, its form, its places.

    `issued_from` stands for the returns of which its form was issued prefilled (form/identity.py).
    """

    file: str
    nama: str
    fingerprint: str
    issued_from: tuple[str, ...]
    form: JabatanForm
    placement: Placement

    def address(self, rows: str, column: str) -> str:
        """Cell address such as "H12"; "" where the row or column is gone."""
        found = self.placement.cell(rows, column)
        return write_address(*found) if found else ""

    def place(self, rows: str, column: str) -> Place:
        """Where a cell stands in the returned workbook."""
        id_indikator = "" if rows.startswith("#") else rows
        return Place(self.file, self.nama, self.address(rows, column), self.form.jabatan.id, id_indikator)

    @property
    def is_outdated(self) -> bool:
        """True for a sheet whose template was made from an older catalogue."""
        return self.fingerprint != self.form.katalog.fingerprint


@dataclass(frozen=True)
class ReturnedSheet(ReturnedSheetBase):
    """A sheet with every filled cell of the form, input or not, by (row id, field key)."""

    content: Mapping[CellKey, Cell]

    def filled_inputs(self) -> Iterator[tuple[CellKey, Cell]]:
        """The filled cells that staff fill in, in the form's order; who reports is always among them."""
        yield from ((cell, self.content[cell]) for cell in self.form.entry_cells if cell in self.content)

    def written(self, cell: CellKey) -> str:
        """What stands in a cell, "" when it is blank or holds only spaces."""
        return self.content.get(cell, BLANK).render_text().strip()

    @property
    def names_holder(self) -> bool:
        """True where the head bears the NIP of somebody who holds the jabatan."""
        people = self.form.katalog.list_pegawai(self.form.jabatan.id)
        return tidy_nip(self.written((NIP_ROW, HEAD_ENTRY_COLUMN))) in {tidy_nip(p.nip) for p in people}

    @property
    def filled(self) -> bool:
        """True when anything was entered below the head: only such a sheet is a return."""
        return any(
            content.render_text().strip() for cell, content in self.filled_inputs() if cell not in HEAD_CELLS
        )


def find_form_cells(sheet: SheetCells, form: JabatanForm, places: Placement) -> dict[CellKey, Cell]:
    """Return the form's filled cells by (row id, field key)."""
    cells = sheet.cells
    columns = [(key, places.column[key]) for key in form.table_keys if key in places.column]
    found = {}
    for cell in HEAD_CELLS:
        at = places.cell(*cell)
        if at and at in cells:
            found[cell] = cells[at]
    for item in form.indikator:
        row_number = places.rows.get(item.id)
        if row_number is not None:
            for key, column_number in columns:
                content = cells.get((row_number, column_number))
                if content is not None:
                    found[item.id, key] = content
    return found
