"""The sheet *Perubahan*: every change of a reported value, between returns and since an earlier recap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet
from iki_xl.recap.tables_walked import find_jabatan_name, walk_table_rows
from iki_xl.tables import CHANGE_COLUMNS, SINCE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.recap.content import SheetRow
    from iki_xl.since import Since


CHANGES = RecapSheet(
    "Perubahan",
    "Perubahan nilai di antara laporan, dan sejak rekap sebelumnya",
    (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("banding", "Dibanding", 15),
        RecapColumn("jabatan", "Jabatan", 24),
        RecapColumn("nama", "Nama", 18),
        RecapColumn("nip", "NIP", 20),
        RecapColumn("indikator", "Indikator", 34),
        RecapColumn("kolom", "Kolom", 11),
        RecapColumn("lama", "Semula", 15),
        RecapColumn("baru", "Menjadi", 15),
        RecapColumn("berkas_lama", "Berkas semula", 18),
        RecapColumn("lembar_lama", "Lembar semula", 14),
        RecapColumn("sel_lama", "Sel semula", 7, CellLook.CENTRED),
        RecapColumn("berkas_baru", "Berkas berikutnya", 18),
        RecapColumn("lembar_baru", "Lembar berikutnya", 14),
        RecapColumn("sel_baru", "Sel berikutnya", 10, CellLook.CENTRED),
        RecapColumn("dihitung", "Yang dihitung", 22),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
        RecapColumn("id_indikator", "Id indikator", 9, CellLook.CENTRED),
    ),
    empty_note="Tidak ada nilai yang berubah.",
    empty_note_column="jabatan",
    rest_note="tidak muat di lembar Excel",
)
CHANGES_NOTE = (
    "Nilai yang diubah atau dikosongkan dalam laporan yang lebih baru. Yang baru diisi belakangan tidak "
    "dicatat. Yang berlaku: nilai di laporan pada kolom Yang dihitung. Laporan yang tidak diketahui mana "
    "yang lebih baru tidak dibandingkan di sini: nilainya yang berbeda ada di lembar Temuan (G08). Dibanding "
    "rekap: angka bulan yang sudah direkap waktu itu, lalu berubah, dikosongkan, atau baru masuk."
)


def build_change_rows(changes: pd.DataFrame, katalog: Katalog, cleared: str) -> list[SheetRow]:
    """Every change of a reported value, in the order they were handed in; `cleared` stands for none."""
    items = katalog.indikator_by_id
    rows: list[SheetRow] = []
    for at, row in enumerate(walk_table_rows(changes, CHANGE_COLUMNS), start=1):
        item = items.get(row["id_indikator"])
        rows.append(
            {
                **row,
                "no": at,
                "banding": "laporan sebelumnya",
                "baru": row["baru"] or cleared,
                "jabatan": find_jabatan_name(katalog, row["id_jabatan"]),
                "indikator": item.indikator if item else "",
            }
        )
    return rows


def build_since_rows(since: Since, katalog: Katalog, cleared: str, first: int) -> list[SheetRow]:
    """Figures of months already reported that are different since an earlier recap; numbered from `first`."""
    items, people = katalog.indikator_by_id, {person.nip: person.nama for person in katalog.pegawai}
    rows: list[SheetRow] = []
    for at, row in enumerate(walk_table_rows(since.table, SINCE_COLUMNS), start=first):
        item = items.get(row["id_indikator"])
        rows.append(
            {
                **row,
                "no": at,
                "banding": f"rekap {BULAN[since.bulan - 1]}",
                "lama": row["lama"] or "(kosong)",
                "baru": row["baru"] or cleared,
                "kolom": BULAN[row["bulan"] - 1],
                "nama": people.get(row["nip"], ""),
                "jabatan": find_jabatan_name(katalog, row["id_jabatan"]),
                "indikator": item.indikator if item else "",
            }
        )
    return rows
