"""The sheet *Sumber*: where it all came from, every sheet of every file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet
from iki_xl.recap.tables_walked import find_jabatan_name, walk_table_rows
from iki_xl.tables import SOURCE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.recap.content import SheetRow
    from iki_xl.recap.moments import TimeZone


def sources_sheet(time_zone: str) -> RecapSheet:
    """*Sumber*: one row per sheet of every file found, moments in the time called `time_zone`."""
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("berkas", "Berkas", 30),
        RecapColumn("lembar", "Lembar", 20),
        RecapColumn("jabatan", "Jabatan", 28),
        RecapColumn("nama", "Nama", 20),
        RecapColumn("nip", "NIP", 20),
        RecapColumn("disimpan", f"Terakhir disimpan ({time_zone})", 17, CellLook.CENTRED),
        RecapColumn("dihitung", "Dihitung", 9, CellLook.CENTRED),
        RecapColumn("sebab", "Keterangan", 34),
        RecapColumn("sha256", "SHA-256", 26),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
    )
    return RecapSheet(
        "Sumber",
        "Sumber: setiap berkas yang ditemukan",
        columns,
        empty_note="Belum ada berkas yang ditemukan.",
        empty_note_column="berkas",
        rest_note="tidak muat di lembar Excel",
    )


SOURCES_NOTE = (
    "Terakhir disimpan: menurut bukunya sendiri, atau waktu berkasnya bila buku tidak menyebut atau yang "
    "disebutnya tidak mungkin; kosong bila keduanya tidak dapat dipercaya. Naskah asli "
    "yang dihitung tersimpan di .iki-xl/arsip, bernama SHA-256-nya (kecuali arsip dimatikan)."
)


def build_source_rows(sources: pd.DataFrame, katalog: Katalog, time_zone: TimeZone) -> list[SheetRow]:
    """Every file that was found and the sheets in it, counted or not; moments in the office's own time."""
    return [
        {
            **{key: row[key] for key in SOURCE_COLUMNS if key != "dihitung"},
            "no": at,
            "jabatan": find_jabatan_name(katalog, row["id_jabatan"]),
            "disimpan": time_zone.write_local(row["disimpan"]),
            "dihitung": "ya" if row["dihitung"] else "tidak",
        }
        for at, row in enumerate(walk_table_rows(sources, SOURCE_COLUMNS), start=1)
    ]
