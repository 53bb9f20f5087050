"""The geometry of a sheet: fields are columns, row ids are rows, both in order. Declared once.

No row number or column letter stands anywhere else: the template writer and the reader of
returned workbooks both ask a `SheetLayout`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property, lru_cache

from iki_xl.tables import BULAN_KE, KOLOM_REALISASI, kolom_target_periode


class Kind(Enum):
    """What stands in a field: how it is shown, entered and read back (reading.py)."""

    KUNCI = "kunci"
    TEKS = "teks"
    SATUAN = "satuan"
    TIPE = "tipe"
    ANGKA = "angka"
    NIP = "nip"
    RUMUS = "rumus"

    @property
    def format_angka(self) -> str:
        """Excel number format of a cell of this kind."""
        return "@" if self in {Kind.NIP, Kind.TEKS} else "General"


class Kelompok(Enum):
    """The group a field stands under in the header."""

    TANPA = ""
    INDIKATOR = "INDIKATOR KINERJA INDIVIDU"
    TARGET = "TARGET"
    REALISASI = "REALISASI PER BULAN"
    HASIL = "HASIL (DIHITUNG OTOMATIS)"
    PENJELASAN = "PENJELASAN"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the form. `width` is in characters; a hidden field serves the program only."""

    key: str
    title: str
    kind: Kind
    width: float
    kelompok: Kelompok = Kelompok.TANPA
    hidden: bool = False


@dataclass(frozen=True)
class SheetLayout:
    """Where everything stands: `fields` from the first column, `row_ids` from the first row."""

    fields: tuple[Field, ...]
    row_ids: tuple[str, ...]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column number (from 0) by field key."""
        return {field.key: at for at, field in enumerate(self.fields)}

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
        return alamat(row, column, fixed=fixed)

    def field(self, key: str) -> Field:
        """Return the field with this key."""
        return self.fields[self.columns[key]]

    def keys(self, kelompok: Kelompok) -> tuple[str, ...]:
        """Keys of a header group's fields, in order."""
        return tuple(field.key for field in self.fields if field.kelompok is kelompok)


@lru_cache(maxsize=16_384)
def alamat(row: int, column: int, *, fixed: str = "") -> str:
    """Return the address of row and column (from 0), such as `H12` or, fixed, `$H$12`."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{'$' if 'column' in fixed else ''}{letters}{'$' if 'row' in fixed else ''}{row + 1}"


_BULAN_PENDEK = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_TRIWULAN = ("TW I", "TW II", "TW III", "TW IV")
KOLOM_ID = "id"
# The head's labels and entries stand in these columns.
KOLOM_LABEL_KEPALA = "sasaran"
KOLOM_ISIAN_KEPALA = "indikator"


def _periode_fields(jumlah: int) -> tuple[Field, ...]:
    titles = _TRIWULAN if jumlah == len(_TRIWULAN) else tuple(f"T. {b}" for b in _BULAN_PENDEK)
    return tuple(
        Field(kolom_target_periode(n + 1), titles[n], Kind.ANGKA, 6.5, Kelompok.TARGET) for n in range(jumlah)
    )


@cache
def form_fields(jumlah_periode: int) -> tuple[Field, ...]:
    """Return the form's columns for an office with 0, 4 or 12 sub-period targets."""
    indikator, hasil = Kelompok.INDIKATOR, Kelompok.HASIL
    return (
        Field(KOLOM_ID, "id", Kind.KUNCI, 12, hidden=True),
        Field("no", "NO", Kind.TEKS, 4, indikator),
        Field("sasaran", "SASARAN", Kind.TEKS, 18, indikator),
        Field("indikator", "INDIKATOR", Kind.TEKS, 23, indikator),
        Field("satuan", "SATUAN", Kind.SATUAN, 9.5, indikator),
        Field("tipe_perhitungan", "TIPE PERHITUNGAN", Kind.TIPE, 12.5, indikator),
        Field("cara_isi", "CARA ISI", Kind.RUMUS, 10.5, indikator),
        Field("arah", "ARAH", Kind.TEKS, 8.5, indikator),
        Field("formulasi", "FORMULASI PERHITUNGAN", Kind.TEKS, 19, indikator),
        Field("sumber_data", "SUMBER DATA", Kind.TEKS, 16, indikator),
        Field("target", "Setahun", Kind.ANGKA, 8, Kelompok.TARGET),
        *_periode_fields(jumlah_periode),
        *(
            Field(KOLOM_REALISASI[b - 1], _BULAN_PENDEK[b - 1], Kind.ANGKA, 6, Kelompok.REALISASI)
            for b in BULAN_KE
        ),
        Field("cara_hitung", "cara hitung", Kind.RUMUS, 10, hidden=True),
        Field("target_sd", "target s.d.", Kind.RUMUS, 10, hidden=True),
        Field("terisi", "terisi", Kind.RUMUS, 8, hidden=True),
        Field("realisasi_sd", "Realisasi s.d.", Kind.RUMUS, 8.5, hasil),
        Field("capaian", "Capaian (%)", Kind.RUMUS, 8, hasil),
        Field("skala", "Skala", Kind.RUMUS, 9, hasil),
        Field("kendala", "KENDALA", Kind.TEKS, 13.5, Kelompok.PENJELASAN),
        Field("tindak_lanjut", "TINDAK LANJUT", Kind.TEKS, 13.5, Kelompok.PENJELASAN),
        Field("bukti_dukung", "BUKTI DUKUNG", Kind.TEKS, 12.5, Kelompok.PENJELASAN),
    )
