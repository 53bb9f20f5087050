"""The sheet *Belum Lapor*: who has not reported, and jabatan without indikator."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from iki_xl.recap.content import RecapContent, SheetRow, find_reporting_jabatan
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet

if TYPE_CHECKING:
    from iki_xl.catalog import Jabatan, Katalog


NOT_REPORTED_SHEET = RecapSheet(
    "Belum Lapor",
    "Belum Lapor",
    (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("unit", "Unit", 38),
        RecapColumn("jabatan", "Jabatan", 44),
        RecapColumn("nama", "Nama", 28),
        RecapColumn("nip", "NIP", 20),
        RecapColumn("indikator", "Indikator yang ditunggu", 11, CellLook.WHOLE),
        RecapColumn("jabatan_kosong", "Jabatan tanpa laporan", 11, CellLook.WHOLE),
        RecapColumn("keterangan", "Keterangan", 30),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
    ),
    empty_note="Semua sudah melapor.",
    empty_note_column="unit",
)
WITHOUT_INDIKATOR = "Jabatan yang belum mempunyai indikator (tidak ditunggu laporannya)"


def build_not_reported_rows(content: RecapContent) -> list[SheetRow]:
    """Expected reporters without a counted return.

    `silent_jabatan` is 1 on the first row of a jabatan from which nobody has reported, else blank:
    its sum is the number of such jabatan.
    """
    people = content.reporters
    everyone = Counter(p.jabatan.id for p in people)
    done = Counter(p.jabatan.id for p in people if p.has_reported)
    counted = find_reporting_jabatan(content.returns)
    rows: list[SheetRow] = []
    first: set[str] = set()
    for person in (p for p in people if not p.has_reported):
        key = person.jabatan.id
        empty = key not in counted
        others = f"{done[key]} dari {everyone[key]} pegawai sudah melapor"
        rows.append(
            {
                "no": len(rows) + 1,
                **_describe_jabatan(content.katalog, person.jabatan),
                "nama": person.nama,
                "nip": person.nip,
                "indikator": len(content.katalog.list_indikator(key)),
                "jabatan_kosong": 1 if empty and key not in first else None,
                "keterangan": "" if empty else others,
            }
        )
        first.add(key)
    return rows


def build_without_indikator_rows(katalog: Katalog) -> list[SheetRow]:
    """Jabatan that the catalogue lists without any indikator."""
    empty = [j for j in katalog.jabatan if not katalog.list_indikator(j.id)]
    return [
        {"no": at, **_describe_jabatan(katalog, j), "keterangan": "belum mempunyai indikator"}
        for at, j in enumerate(empty, start=1)
    ]


def _describe_jabatan(katalog: Katalog, jabatan: Jabatan) -> SheetRow:
    return {"unit": katalog.unit(jabatan.id).nama, "jabatan": jabatan.nama, "id_jabatan": jabatan.id}
