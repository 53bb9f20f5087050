"""The sheet *Kendala*: what stood in the way, month by month, in the words of who reported it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet
from iki_xl.recap.tables_walked import find_jabatan_name, walk_table_rows
from iki_xl.tables import EXPLANATION_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.recap.content import SheetRow


EXPLANATION_SHEET = RecapSheet(
    "Kendala",
    "Kendala, tindak lanjut dan bukti dukung",
    (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("nama_bulan", "Bulan", 11),
        RecapColumn("jabatan", "Jabatan", 24),
        RecapColumn("nama", "Nama", 18),
        RecapColumn("indikator", "Indikator", 34),
        RecapColumn("kendala", "Kendala", 34),
        RecapColumn("tindak_lanjut", "Tindak lanjut", 30),
        RecapColumn("bukti_dukung", "Bukti dukung", 24),
        RecapColumn("berkas", "Berkas", 18),
        RecapColumn("lembar", "Lembar", 14),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
        RecapColumn("id_indikator", "Id indikator", 9, CellLook.CENTRED),
    ),
    empty_note="Belum ada kendala, tindak lanjut atau bukti dukung yang ditulis.",
    empty_note_column="jabatan",
    rest_note="tidak muat di lembar Excel",
)
EXPLANATION_NOTE = (
    "Ditulis oleh pegawai sendiri, untuk bulan terakhir yang terisi dalam laporannya. "
    "Bulan terbaru lebih dahulu."
)


def build_explanation_rows(explanations: pd.DataFrame, katalog: Katalog) -> list[SheetRow]:
    """What was said, the newest month first, then in the catalogue's order."""
    jabatan = {item.id: at for at, item in enumerate(katalog.jabatan)}
    items = katalog.indikator_by_id
    rows = sorted(
        walk_table_rows(explanations, EXPLANATION_COLUMNS),
        key=lambda row: (-row["bulan"], jabatan[row["id_jabatan"]]),
    )
    return [
        {
            **row,
            "no": at,
            "nama_bulan": BULAN[row["bulan"] - 1] if row["bulan"] else "(tanpa bulan)",
            "jabatan": find_jabatan_name(katalog, row["id_jabatan"]),
            "indikator": items[row["id_indikator"]].indikator,
        }
        for at, row in enumerate(rows, start=1)
    ]
