"""The parts that katalog.xlsx is made of.

A sheet holds tables (a header row, then one row a record) and forms (a label beside each value).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iki_xl.sheet import SheetColumn, number_columns

HEADER_ROW = 0


class ColumnKind(StrEnum):
    """What a cell holds: how it is written, read back and checked."""

    ID = "id"
    TEXT = "teks"
    LONG_TEXT = "uraian"  # long text, newlines allowed
    LINES = "daftar"  # several texts, one per line
    NUMBER = "angka"
    TAHUN = "tahun"
    NIP = "nip"
    DATE = "tanggal"  # a date in words
    CHOICE = "pilihan"
    HELP = "bantu"  # computed by a formula, never read
    REVIEW = "periksa"  # what an import guessed in this row, never read


NUMBER_KINDS = frozenset({ColumnKind.NUMBER, ColumnKind.TAHUN})


class ListName(StrEnum):
    """A list of the workbook that dropdowns offer; the value is its defined name."""

    JABATAN = "daftar_jabatan"
    SATUAN = "daftar_satuan"
    TIPE = "daftar_tipe"


@dataclass(frozen=True, slots=True)
class ValueRange:
    """The numbers a cell may hold, both ends included unless `lower_excluded` excludes the lower one."""

    lower: float
    upper: float
    how: str
    lower_excluded: bool = False

    def is_allowed(self, value: float) -> bool:
        """Say whether the number may stand here."""
        return self.lower <= value <= self.upper and not (self.lower_excluded and value == self.lower)


@dataclass(frozen=True, slots=True)
class Column(SheetColumn):
    """One column of a table, or one labelled value of a form."""

    kind: ColumnKind = ColumnKind.TEXT
    required: bool = False
    prompt: str = ""
    choices: tuple[str, ...] | ListName = ()
    limits: ValueRange | None = None
    example: str = ""
    percent: bool = False  # a number of percent, whatever stands beside it
    optional: bool = False  # catalogues from earlier releases do without it


@dataclass(frozen=True, slots=True)
class Table:
    """Records below a header row. `first` is the first column, counted from 0."""

    name: str
    sheet: str
    columns: tuple[Column, ...]
    first: int = 0
    frozen: int = 0
    required: bool = False

    def column_of(self, key: str) -> int:
        """Column number, from 0, in which the writer puts a field."""
        return number_columns(self.columns, self.first)[key]

    def row_of(self, at: int) -> int:
        """Row number, from 0, in which the writer puts record `at`."""
        return HEADER_ROW + 1 + at


@dataclass(frozen=True, slots=True)
class Form:
    """Labelled values, one below the other: titles of the label, value and note column."""

    name: str
    sheet: str
    label: Column
    value: Column
    entries: tuple[Column, ...]
    note: Column | None = None
    first: int = 0
    review_column: Column | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The form's own columns, as they stand side by side."""
        return (self.label, self.value, *filter(None, (self.review_column, self.note)))

    def column_of(self, key: str) -> int:
        """Column number, from 0, in which the writer puts a title of `columns`."""
        return number_columns(self.columns, self.first)[key]

    def row_of(self, key: str) -> int:
        """Row number, from 0, in which the writer puts an entry."""
        return HEADER_ROW + 1 + next(at for at, entry in enumerate(self.entries) if entry.key == key)
