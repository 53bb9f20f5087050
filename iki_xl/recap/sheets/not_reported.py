"""The sheet *Belum Lapor*: who has not reported, and jabatan without indikator."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet

if TYPE_CHECKING:
    from iki_xl.catalog import Jabatan, Katalog
    from iki_xl.recap.content import RecapContent, SheetRow


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
        RecapColumn("keadaan", "Keadaan", 22),
        RecapColumn("keterangan", "Keterangan", 26),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
    ),
    empty_note="Semua sudah melapor.",
    empty_note_column="unit",
)
WITHOUT_INDIKATOR = "Jabatan yang belum mempunyai indikator (tidak ditunggu laporannya)"


def build_not_reported_rows(content: RecapContent) -> list[SheetRow]:
    """Expected reporters without an entry in the month reported to.

    `indikator` counts those of which there is no row in the recap: blank where a return counts all the same.
    """
    people = content.reporters
    everyone = Counter(p.jabatan.id for p in people)
    done = Counter(p.jabatan.id for p in people if p.has_reported)
    missing = [person for person in people if not person.has_reported]
    return [
        {
            "no": at,
            **_describe_jabatan(content.katalog, person.jabatan),
            "nama": person.nama,
            "nip": person.nip,
            "indikator": None if person.has_return else _count_indikator(content.katalog, person.jabatan),
            "keadaan": person.told,
            "keterangan": _describe_others(done[person.jabatan.id], everyone[person.jabatan.id]),
        }
        for at, person in enumerate(missing, start=1)
    ]


def _count_indikator(katalog: Katalog, jabatan: Jabatan) -> int:
    return len(katalog.list_indikator(jabatan.id))


def _describe_others(done: int, everyone: int) -> str:
    return f"{done} dari {everyone} pegawai sudah melapor" if done else ""


def build_without_indikator_rows(katalog: Katalog) -> list[SheetRow]:
    """Jabatan that the catalogue lists without any indikator."""
    empty = [j for j in katalog.jabatan if not katalog.list_indikator(j.id)]
    return [
        {"no": at, **_describe_jabatan(katalog, j), "keterangan": "belum mempunyai indikator"}
        for at, j in enumerate(empty, start=1)
    ]


def _describe_jabatan(katalog: Katalog, jabatan: Jabatan) -> SheetRow:
    return {"unit": katalog.unit(jabatan.id).nama, "jabatan": jabatan.nama, "id_jabatan": jabatan.id}
