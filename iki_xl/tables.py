"""The tables that pass between the stages: their columns, declared once.

`rows` (collect -> measures -> recap): one row per counted return and indikator of its jabatan.
`returns` (collect -> recap): one row per return found, counted or not.
`sources` (collect -> recap): one row per sheet of every file found, at least one per file.
`changes` (collect -> recap): one row per cell whose reported value was changed or emptied.
`explanations` (collect -> recap): one row per return, indikator and month of which something was said.
`since` (since -> recap): one row per figure that is different since the recap of an earlier month.
`realisasi` (collect -> realisasi.csv): one row per return, indikator and filled month.
`capaian` (measures -> recap and capaian.csv): one row per row of `rows`, same index.

Texts are "" when absent, numbers NaN. A month is 1..12.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BULAN_NUMBERS = range(1, 13)
# What a cell of a workbook holds, in the units that Excel counts (UTF-16).
CELL_TEXT_LIMIT = 32_767
# The moment that every workbook of this program bears: the same input gives the same bytes.
CREATED_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter wants a naive moment


def fit_cell_text(text: str) -> str:
    """Return as much of a text as a cell of a workbook holds, never half a letter."""
    if len(text) * 2 <= CELL_TEXT_LIMIT:
        return text
    units = text.encode("utf-16-le", "replace")
    return units[: CELL_TEXT_LIMIT * 2].decode("utf-16-le", "ignore")


def name_realisasi_column(bulan: int) -> str:
    """Column (and form field) of a month's realisasi."""
    return f"realisasi_{bulan:02d}"


def name_period_target_column(period: int) -> str:
    """Column (and form field) of the target of sub-period 1..4 or 1..12."""
    return f"target_periode_{period:02d}"


def name_file_column(bulan: int) -> str:
    """Column of the file in which a month's realisasi stands."""
    return f"berkas_{bulan:02d}"


def name_sheet_column(bulan: int) -> str:
    """Column of the sheet in which a month's realisasi stands."""
    return f"lembar_{bulan:02d}"


def name_cell_column(bulan: int) -> str:
    """Column of the address at which a month's realisasi stands."""
    return f"sel_{bulan:02d}"


def name_reported_column(bulan: int) -> str:
    """Column of when a month was first reported."""
    return f"lapor_{bulan:02d}"


# What stands where a capaian would: target or realisasi missing; target 0 where more is better.
NOT_YET_ASSESSED = "belum dinilai"
NOT_ASSESSED = "tidak dinilai"
# The office wants it judged in December alone (sebaran).
ASSESSED_AT_YEAR_END = "dinilai akhir tahun"
NOT_REPORTED = "belum lapor"
# What the form says there while a month is filled in and no tipe perhitungan is chosen.
CHOOSE_TIPE_FIRST = "pilih tipe dahulu"
# Why a sheet without an entry does not count.
NOT_FILLED = "belum diisi"
# Words of the recap's own that stand where a skala would.
REKAP_WORDS = (NOT_YET_ASSESSED, NOT_ASSESSED, ASSESSED_AT_YEAR_END, NOT_REPORTED)
REALISASI_COLUMNS = tuple(name_realisasi_column(b) for b in BULAN_NUMBERS)
FILE_COLUMNS = tuple(name_file_column(b) for b in BULAN_NUMBERS)
SHEET_COLUMNS = tuple(name_sheet_column(b) for b in BULAN_NUMBERS)
CELL_COLUMNS = tuple(name_cell_column(b) for b in BULAN_NUMBERS)
REPORTED_COLUMNS = tuple(name_reported_column(b) for b in BULAN_NUMBERS)
EXPLANATIONS = ("kendala", "tindak_lanjut", "bukti_dukung")

# `tidak_sah` names the columns whose typed value is in galat and so left out (`split_columns` reads it);
# `cara_hitung` is that of the row's tipe perhitungan, "" while the tipe is missing; `berkas` and
# `lembar` name all that the row was put together of, `berkas_01` .. `sel_12` where its months stand: "" where
# a cell is gone, all places where returns differ and nobody knows which is the newer.
ROW_COLUMNS = (
    "id_laporan",
    "id_jabatan",
    "id_indikator",
    "nip",
    "nama",
    "satuan",
    "tipe_perhitungan",
    "cara_hitung",
    "arah",
    "target",
    # target_periode_01.. as many as the office's rincian target asks for
    *REALISASI_COLUMNS,
    *EXPLANATIONS,
    "berkas",
    "lembar",
    "tidak_sah",
    *FILE_COLUMNS,
    *SHEET_COLUMNS,
    *CELL_COLUMNS,
)


def list_row_columns(period_count: int) -> tuple[str, ...]:
    """Columns of `rows` for an office with so many sub-periods in its targets (0, 4 or 12), in order."""
    at = ROW_COLUMNS.index("target") + 1
    periods = (name_period_target_column(number) for number in range(1, period_count + 1))
    return (*ROW_COLUMNS[:at], *periods, *ROW_COLUMNS[at:])


def join_columns(names: Iterable[str]) -> str:
    """Names of columns as one text of a table."""
    return " ".join(names)


def split_columns(text: str) -> tuple[str, ...]:
    """The names of columns that such a text holds."""
    return tuple(text.split())


# `id_laporan` is the same for sheets that were put together to one return. `dihitung` is a bool; `terisi`
# has the months in which anything was entered, valid or not ("1 2 5");
# `sebab` says in Indonesian why a return does not count, or what it was put together with; `disimpan` is
# when the workbook was last saved (text YYYY-MM-DD HH:MM in UTC, "" where that is not known or cannot be
# believed). `lapor_01` .. `lapor_12` are such texts: when each month was first reported by a return
# that counts or that it replaced, "" where that cannot be known (collect/sources.py).
RETURN_COLUMNS = (
    "id_laporan",
    "id_jabatan",
    "nip",
    "nama",
    "berkas",
    "lembar",
    "disimpan",
    "dihitung",
    "sebab",
    "terisi",
    *REPORTED_COLUMNS,
)
# What was said of an indikator in a month: `bulan` is the last one filled in the return, 0 where none is.
EXPLANATION_COLUMNS = (
    "id_laporan",
    "id_jabatan",
    "id_indikator",
    "nip",
    "nama",
    "bulan",
    *EXPLANATIONS,
    "berkas",
    "lembar",
)
# `disimpan`, `dihitung` and `sebab` as above; ids, nip, nama and lembar "" where not known, `sha256`
# (64 hex digits) of the file's bytes "" where it could not be read or another file has the same bytes.
SOURCE_COLUMNS = (
    "berkas",
    "lembar",
    "id_jabatan",
    "nip",
    "nama",
    "disimpan",
    "sha256",
    "dihitung",
    "sebab",
)
# `kolom` is the cell's title in the form; `lama` and `baru` are as typed, `baru` "" where emptied;
# `id_indikator` is "" for the name and NIP; `dihitung` names the return that counts in the end.
CHANGE_COLUMNS = (
    "id_jabatan",
    "nip",
    "nama",
    "id_indikator",
    "kolom",
    "lama",
    "baru",
    "berkas_lama",
    "lembar_lama",
    "sel_lama",
    "berkas_baru",
    "lembar_baru",
    "sel_baru",
    "dihitung",
)
# A figure of a month already reported that is different since an earlier recap: `lama` and `baru` as texts
# with a decimal comma, "" for none.
SINCE_COLUMNS = (
    "id_jabatan",
    "id_indikator",
    "nip",
    "bulan",
    "lama",
    "baru",
    "berkas_lama",
    "berkas_baru",
)
# realisasi.csv (docs/perintah.md)
REALISASI_CSV_COLUMNS = (
    "id_jabatan",
    "id_indikator",
    "nip",
    "bulan",
    "realisasi",
    "satuan",
    "tipe_perhitungan",
    "target",
    "berkas",
    "lembar",
    "sel",
)
# capaian.csv (docs/perintah.md); the table has id columns of `rows`, these, and what else the recap shows
CAPAIAN_CSV_COLUMNS = (
    "id_jabatan",
    "id_indikator",
    "nip",
    "target_sd",
    "realisasi_sd",
    "capaian_mentah",
    "capaian",
    "skala",
    "bulan_terisi",
)
