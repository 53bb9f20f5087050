"""The sheet *Temuan*: what was found, of whom and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.findings import temuan_record
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.catalog.about import Subjects
    from iki_xl.findings import Temuan
    from iki_xl.recap.content import SheetRow


TEMUAN = RecapSheet(
    "Temuan",
    "Temuan pada laporan yang diterima",
    (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("tingkat", "Tingkat", 11, CellLook.CENTRED),
        RecapColumn("pegawai", "Pegawai", 17),
        RecapColumn("jabatan", "Jabatan", 22),
        RecapColumn("indikator", "Indikator", 26),
        RecapColumn("lembar", "Lembar", 14),
        RecapColumn("sel", "Sel", 6, CellLook.CENTRED),
        RecapColumn("nilai", "Yang tertulis", 14),
        RecapColumn("pesan", "Yang ditemukan", 38),
        RecapColumn("perbaikan", "Cara memperbaiki", 38),
        RecapColumn("berkas", "Berkas", 24, group=1),
        RecapColumn("kode", "Kode", 7, CellLook.CENTRED, 1),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED, 1),
        RecapColumn("id_indikator", "Id indikator", 9, CellLook.CENTRED, 1),
    ),
    empty_note="Tidak ada temuan.",
    empty_note_column="pegawai",
    fixed_columns=3,
    rest_note="ada di temuan.csv",
)


def build_temuan_rows(temuan: Sequence[Temuan], subjects: Subjects) -> list[SheetRow]:
    """All findings in the order they were handed in: columns of temuan.csv, whom and what each is about."""
    rows: list[SheetRow] = []
    for at, t in enumerate(temuan, start=1):
        about = subjects.about(t)
        who: SheetRow = {key: getattr(about, key) for key in about.__slots__}
        rows.append({"no": at, **who, **temuan_record(t)})
    return rows
