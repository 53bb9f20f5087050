"""The geometry of a sheet: fields are columns, row ids are rows, both in order. Declared once.

No row number or column letter stands anywhere else: the template writer and the reader of
returned workbooks both ask a `SheetLayout`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property

from iki_xl.a1 import write_address
from iki_xl.sheet import SheetColumn, number_columns
from iki_xl.tables import BULAN_NUMBERS, REALISASI_COLUMNS, name_period_target_column


class FieldKind(Enum):
    """What stands in a field: how it is shown, entered and read back."""

    KEY = "kunci"
    TEXT = "teks"
    SATUAN = "satuan"
    TIPE = "tipe"
    NUMBER = "angka"
    NIP = "nip"
    FORMULA = "rumus"

    @property
    def number_format(self) -> str:
        """Excel number format of a cell of this kind."""
        return "@" if self in {FieldKind.NIP, FieldKind.TEXT} else "General"


class ColumnGroup(Enum):
    """The group a field stands under in the header."""

    NONE = ""
    INDIKATOR = "INDIKATOR KINERJA INDIVIDU"
    MEASURE = "SATUAN DAN CARA HITUNG"
    TARGET = "TARGET"
    REALISASI = "REALISASI PER BULAN"
    RESULT = "HASIL (DIHITUNG OTOMATIS)"
    BASIS = "DASAR PERHITUNGAN"
    EXPLANATIONS = "PENJELASAN"


@dataclass(frozen=True, slots=True)
class Field(SheetColumn):
    """A column of the form; a hidden field serves the program only."""

    kind: FieldKind
    group: ColumnGroup = ColumnGroup.NONE
    hidden: bool = False


@dataclass(frozen=True)
class SheetLayout:
    """Where everything stands: `fields` from the first column, `row_ids` from the first row."""

    fields: tuple[Field, ...]
    row_ids: tuple[str, ...]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column number (from 0) by field key."""
        return number_columns(self.fields)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row number (from 0) by row id."""
        return {row_id: at for at, row_id in enumerate(self.row_ids)}

    def column(self, key: str) -> int:
        """Column number (from 0) of a field."""
        return self.columns[key]

    def row(self, row_id: str) -> int:
        """Row number (from 0) of a row id."""
        return self.rows[row_id]

    def cell(self, row_id: str, key: str) -> tuple[int, int]:
        """Row and column (from 0) of a cell."""
        return self.rows[row_id], self.columns[key]

    def address(self, row_id: str, key: str, *, fixed: str = "") -> str:
        """Cell address such as `H12`; `$` stands before what `fixed` names: "column", "row", "column row"."""
        row, column = self.cell(row_id, key)
        return write_address(row, column, fixed=fixed)

    def field(self, key: str) -> Field:
        """Return the field with this key."""
        return self.fields[self.columns[key]]

    def keys(self, group: ColumnGroup) -> tuple[str, ...]:
        """Keys of a header group's fields, in order."""
        return tuple(field.key for field in self.fields if field.group is group)


_BULAN_TITLES = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_TRIWULAN = ("TW I", "TW II", "TW III", "TW IV")
ID_COLUMN = "id"
# The head's labels and entries stand in these columns.
HEAD_LABEL_COLUMN = "sasaran"
HEAD_ENTRY_COLUMN = "indikator"


def _build_period_fields(count: int) -> tuple[Field, ...]:
    titles = _TRIWULAN if count == len(_TRIWULAN) else tuple(f"T. {b}" for b in _BULAN_TITLES)
    return tuple(
        Field(name_period_target_column(n + 1), titles[n], 6.5, FieldKind.NUMBER, ColumnGroup.TARGET)
        for n in range(count)
    )


@cache
def form_fields(period_count: int) -> tuple[Field, ...]:
    """Return the form's columns for an office with 0, 4 or 12 sub-period targets.

    What is long stands behind the results: on paper it has a page of its own (template/paper.py).
    """
    indikator, result = ColumnGroup.INDIKATOR, ColumnGroup.RESULT
    return (
        Field(ID_COLUMN, "id", 12, FieldKind.KEY, hidden=True),
        Field("no", "NO", 4, FieldKind.TEXT, indikator),
        Field("sasaran", "SASARAN", 17, FieldKind.TEXT, indikator),
        Field("indikator", "INDIKATOR", 23, FieldKind.TEXT, indikator),
        Field("satuan", "SATUAN", 9, FieldKind.SATUAN, ColumnGroup.MEASURE),
        Field("tipe_perhitungan", "TIPE PERHITUNGAN", 12.6, FieldKind.TIPE, ColumnGroup.MEASURE),
        Field("cara_isi", "CARA ISI", 9.5, FieldKind.FORMULA, ColumnGroup.MEASURE),
        Field("arah", "ARAH", 8.5, FieldKind.TEXT, ColumnGroup.MEASURE),
        Field("cara_hitung", "cara hitung", 10, FieldKind.FORMULA, hidden=True),
        Field("target_sd", "target s.d.", 10, FieldKind.FORMULA, hidden=True),
        Field("target", "Setahun", 8, FieldKind.NUMBER, ColumnGroup.TARGET),
        *_build_period_fields(period_count),
        *(
            Field(
                REALISASI_COLUMNS[b - 1], _BULAN_TITLES[b - 1], 5.6, FieldKind.NUMBER, ColumnGroup.REALISASI
            )
            for b in BULAN_NUMBERS
        ),
        Field("terisi", "terisi", 8, FieldKind.FORMULA, hidden=True),
        Field("realisasi_sd", "Realisasi s.d.", 8, FieldKind.FORMULA, result),
        Field("capaian", "Capaian (%)", 7.5, FieldKind.FORMULA, result),
        Field("skala", "Skala", 9, FieldKind.FORMULA, result),
        Field("formulasi", "FORMULASI PERHITUNGAN", 36, FieldKind.TEXT, ColumnGroup.BASIS),
        Field("sumber_data", "SUMBER DATA", 22, FieldKind.TEXT, ColumnGroup.BASIS),
        Field("kendala", "KENDALA", 20, FieldKind.TEXT, ColumnGroup.EXPLANATIONS),
        Field("tindak_lanjut", "TINDAK LANJUT", 20, FieldKind.TEXT, ColumnGroup.EXPLANATIONS),
        Field("bukti_dukung", "BUKTI DUKUNG", 20, FieldKind.TEXT, ColumnGroup.EXPLANATIONS),
    )
