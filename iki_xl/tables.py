"""The tables that pass between the stages: their columns, declared once.

`baris` (collect -> measures -> recap): one row per counted return and indikator of its jabatan.
`laporan` (collect -> recap): one row per return found, counted or not.
`sumber` (collect -> recap): one row per sheet of every file found, at least one per file.
`perubahan` (collect -> recap): one row per cell whose reported value was changed or emptied.
`realisasi` (collect -> realisasi.csv): one row per return, indikator and filled month.
`capaian` (measures -> recap and capaian.csv): one row per row of `baris`, same index.

Texts are "" when absent, numbers NaN. A month is 1..12.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

BULAN_KE = range(1, 13)
# What a cell of a workbook holds, in the units that Excel counts (UTF-16).
BATAS_TEKS_SEL = 32_767
# The moment that every workbook of this program bears: the same input gives the same bytes.
DIBUAT = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter wants a naive moment


def muat_sel(text: str) -> str:
    """Return as much of a text as a cell of a workbook holds, never half a letter."""
    if len(text) * 2 <= BATAS_TEKS_SEL:
        return text
    units = text.encode("utf-16-le", "replace")
    return units[: BATAS_TEKS_SEL * 2].decode("utf-16-le", "ignore")


def kolom_realisasi(bulan: int) -> str:
    """Column (and form field) of a month's realisasi."""
    return f"realisasi_{bulan:02d}"


def kolom_target_periode(periode: int) -> str:
    """Column (and form field) of the target of sub-period 1..4 or 1..12."""
    return f"target_periode_{periode:02d}"


class Origins(NamedTuple):
    """Where the twelve months of a row stand in what was returned: files, sheets, addresses ("" where gone).

    Where returns differ in a month and nobody knows which is the newer, each text names all of them.
    """

    berkas: tuple[str, ...]
    lembar: tuple[str, ...]
    sel: tuple[str, ...]


# What stands where a capaian would: target or realisasi missing; target 0 where more is better.
BELUM_DINILAI = "belum dinilai"
TIDAK_DINILAI = "tidak dinilai"
BELUM_LAPOR = "belum lapor"
# Words of the recap's own that stand where a skala would.
KATA_REKAP = (BELUM_DINILAI, TIDAK_DINILAI, BELUM_LAPOR)
KOLOM_REALISASI = tuple(kolom_realisasi(b) for b in BULAN_KE)

# `tidak_sah` is a tuple with the columns whose typed value is in galat and so left out;
# `cara_hitung` is that of the row's tipe perhitungan, "" while the tipe is missing; `berkas` and
# `lembar` name all that the row was put together of; `origins` says where its months stand.
KOLOM_BARIS = (
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
    *KOLOM_REALISASI,
    "kendala",
    "tindak_lanjut",
    "bukti_dukung",
    "berkas",
    "lembar",
    "tidak_sah",
    "origins",
)
# `id_laporan` is the same for sheets that were put together to one return. `dihitung` is a bool;
# `sebab` says in Indonesian why a return does not count, or what it was put together with; `disimpan` is
# when the workbook was last saved (text YYYY-MM-DD HH:MM in UTC, "" where that is not known or cannot be
# believed). `lapor_pada` is a tuple of twelve such texts: when each month was first reported by a return
# that counts or that it replaced, "" where that cannot be known (collect/sources.py).
KOLOM_LAPORAN = (
    "id_laporan",
    "id_jabatan",
    "nip",
    "nama",
    "berkas",
    "lembar",
    "disimpan",
    "dihitung",
    "sebab",
    "lapor_pada",
)
# `disimpan`, `dihitung` and `sebab` as above; ids, nip, nama and lembar "" where not known, `sha256`
# (64 hex digits) of the file's bytes "" where it could not be read or another file has the same bytes.
KOLOM_SUMBER = (
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
KOLOM_PERUBAHAN = (
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
# realisasi.csv (docs/perintah.md)
KOLOM_CSV_REALISASI = (
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
# capaian.csv (docs/perintah.md); the table has id columns of `baris`, these, and what else the recap shows
KOLOM_CSV_CAPAIAN = (
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
