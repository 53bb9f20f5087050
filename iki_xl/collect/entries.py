"""What returned sheets hold as one table: a row for each sheet and indikator, the values as read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from iki_xl.form.jabatan import HEAD_CELLS
from iki_xl.tables import EXPLANATIONS, REALISASI_COLUMNS, name_period_target_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.cast import EntryValue
    from iki_xl.findings import Place
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import Cell

_LISTED = ("satuan", "tipe_perhitungan")


@dataclass(frozen=True, slots=True)
class TypedEntries:
    """The filled input cells of a sheet, by their numbers in its form's `entry_cells`, in that order.

    `value` is what each was read as, None where that is nothing; `invalid` are those that could not be read.
    """

    numbers: Sequence[int]
    value: Sequence[EntryValue | None]
    invalid: Sequence[int]

    @property
    def head(self) -> list[EntryValue | None]:
        """Nama and NIP as read, None for nothing."""
        found = dict(zip(self.numbers[: len(HEAD_CELLS)], self.value, strict=False))
        return [found.get(number) for number in range(len(HEAD_CELLS))]


class TypedSheet(Protocol):
    """A returned sheet after casting."""

    @property
    def form(self) -> JabatanForm: ...
    @property
    def entries(self) -> TypedEntries: ...
    @property
    def content(self) -> Mapping[CellKey, Cell]: ...
    def place(self, rows: str, column: str) -> Place: ...


@dataclass(frozen=True, eq=False)
class EntryTable:
    """The rows of many sheets.

    Attributes:
        sheets: the sheets, all of one office.
        fields: the form's fields that the table holds, in this order.
        row_ids: id of each row's indikator.
        sheet_of: for each row the number of its sheet.
        typed: rows x fields, as objects: number or text as read, the catalogue's where it says it; None for
            nothing.
        given: rows x fields, True for what the catalogue says.
        invalid: rows x fields, True for cells that could not be read.
    """

    sheets: Sequence[TypedSheet]
    fields: tuple[str, ...]
    row_ids: np.ndarray
    sheet_of: np.ndarray
    typed: np.ndarray
    given: np.ndarray
    invalid: np.ndarray

    @cached_property
    def number_fields(self) -> tuple[str, ...]:
        """The fields that hold numbers, beside one another: targets and realisasi."""
        return tuple(key for key in self.fields if key not in _LISTED and key not in EXPLANATIONS)

    @cached_property
    def numbers(self) -> np.ndarray:
        """Rows x `number_fields` as floats, NaN for nothing."""
        first = len(_LISTED)
        found: np.ndarray = self.typed[:, first : first + len(self.number_fields)].astype("float64")
        return found

    def list_texts(self, key: str) -> np.ndarray:
        """The texts of one field, None for nothing."""
        found: np.ndarray = self.typed[:, self.fields.index(key)]
        return found

    def locate(self, row: int, key: str) -> tuple[int, CellKey]:
        """The number of a row's sheet, and one of its cells there."""
        return int(self.sheet_of[row]), (str(self.row_ids[row]), key)

    def place(self, row: int, key: str) -> Place:
        """Where a cell of a row stands in what was returned."""
        number, cell = self.locate(row, key)
        return self.sheets[number].place(*cell)

    def leave_out(self, cells: Iterable[tuple[int, CellKey]]) -> EntryTable:
        """Return the table without the values of invalid cells: those known before, and these by sheet."""
        invalid = self.invalid.copy()
        for number, (row_id, key) in cells:
            if key in self.fields:
                invalid[self._row_numbers[number, row_id], self.fields.index(key)] = True
        typed = self.typed.copy()
        typed[invalid] = None
        return replace(self, typed=typed, invalid=invalid)

    @cached_property
    def _row_numbers(self) -> dict[tuple[int, str], int]:
        rows = zip(self.sheet_of.tolist(), self.row_ids.tolist(), strict=True)
        return {row: number for number, row in enumerate(rows)}


def list_entry_fields(period_count: int) -> tuple[str, ...]:
    """The form's fields that staff fill in where the catalogue leaves them blank."""
    periods = (name_period_target_column(number) for number in range(1, period_count + 1))
    return (*_LISTED, "target", *periods, *REALISASI_COLUMNS, *EXPLANATIONS)


@dataclass(frozen=True, slots=True)
class _FormGrid:
    """One form's part of the table: its rows, what the catalogue says there, where its input cells lie.

    `row` and `column` are by the number of a cell in `entry_cells`; those of the head come first, and lie
    nowhere.
    """

    ids: list[str]
    fixed: np.ndarray
    row: np.ndarray
    column: np.ndarray


def build_entry_table(sheets: Sequence[TypedSheet], katalog: Katalog) -> EntryTable:
    """Lay what sheets hold in one table, in their order."""
    import numpy as np

    fields = list_entry_fields(katalog.kantor.rincian_target.period_count)
    grids: dict[str, _FormGrid] = {}
    for sheet in sheets:
        if sheet.form.jabatan.id not in grids:
            grids[sheet.form.jabatan.id] = _lay_out_form(sheet.form, fields)
    own = [grids[sheet.form.jabatan.id] for sheet in sheets]
    typed = np.concatenate([np.empty((0, len(fields)), dtype=object), *(grid.fixed for grid in own)])
    given = typed != None  # noqa: E711 - cell by cell
    invalid = np.zeros(typed.shape, dtype=bool)
    counts = [len(grid.ids) for grid in own]
    starts = np.cumsum([0, *counts])[:-1]
    for sheet, grid, start in zip(sheets, own, starts, strict=True):
        at, value = _cut_off_head(sheet.entries)
        typed[start + grid.row[at], grid.column[at]] = np.array(value, dtype=object)
        below = [number for number in sheet.entries.invalid if number >= len(HEAD_CELLS)]
        invalid[start + grid.row[below], grid.column[below]] = True
    ids = np.array(list(chain.from_iterable(grid.ids for grid in own)), dtype=object)
    sheet_of = np.repeat(np.arange(len(sheets)), counts)
    return EntryTable(sheets, fields, ids, sheet_of, typed, given, invalid)


def _cut_off_head(entries: TypedEntries) -> tuple[list[int], list[EntryValue | None]]:
    """The cells below the head, and their values."""
    first = sum(number < len(HEAD_CELLS) for number in entries.numbers[: len(HEAD_CELLS)])
    return list(entries.numbers[first:]), list(entries.value[first:])


def _lay_out_form(form: JabatanForm, fields: tuple[str, ...]) -> _FormGrid:
    import numpy as np

    ids = [item.id for item in form.indikator]
    fixed = np.array(
        [[form.fixed_values.get((row_id, key)) for key in fields] for row_id in ids], dtype=object
    ).reshape(len(ids), len(fields))
    row_of = {row_id: at for at, row_id in enumerate(ids)}
    column_of = {key: at for at, key in enumerate(fields)}
    row = np.array([row_of.get(row_id, -1) for row_id, _ in form.entry_cells], dtype="int64")
    column = np.array([column_of.get(key, -1) for _, key in form.entry_cells], dtype="int64")
    return _FormGrid(ids, fixed, row, column)


def build_reporters_table(sheets: Iterable[TypedSheet]) -> pd.DataFrame:
    """Return who reports on each sheet, in order: columns `nama` and `nip` as read, None for nothing."""
    import pandas as pd

    return pd.DataFrame([sheet.entries.head for sheet in sheets], columns=["nama", "nip"], dtype=object)
