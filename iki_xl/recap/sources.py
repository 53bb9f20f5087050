"""Rows of *Temuan*, *Perubahan* and *Sumber*: what was found, what changed, and where it all came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iki_xl.findings import temuan_record
from iki_xl.tables import CHANGE_COLUMNS, SOURCE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.catalog.about import Subjects
    from iki_xl.findings import Temuan
    from iki_xl.recap.compose import SheetRow
    from iki_xl.recap.moments import TimeZone

CHANGES_NOTE = (
    "Nilai yang diubah atau dikosongkan dalam laporan yang lebih baru. Yang baru diisi belakangan tidak "
    "dicatat. Yang berlaku: nilai di laporan pada kolom Yang dihitung. Laporan yang tidak diketahui mana "
    "yang lebih baru tidak dibandingkan di sini: nilainya yang berbeda ada di lembar Temuan (G08)."
)
SOURCES_NOTE = (
    "Terakhir disimpan: menurut bukunya sendiri, atau waktu berkasnya bila buku tidak menyebut atau yang "
    "disebutnya tidak mungkin; kosong bila keduanya tidak dapat dipercaya. Naskah asli "
    "yang dihitung tersimpan di .iki-xl/arsip, bernama SHA-256-nya (kecuali arsip dimatikan)."
)


def make_empty_table(columns: Sequence[str]) -> pd.DataFrame:
    """A table without rows."""
    import pandas as pd

    return pd.DataFrame(columns=list(columns))


def build_temuan_rows(temuan: Sequence[Temuan], subjects: Subjects) -> list[SheetRow]:
    """All findings in the order they were handed in: columns of temuan.csv, whom and what each is about."""
    rows: list[SheetRow] = []
    for at, t in enumerate(temuan, start=1):
        about = subjects.about(t)
        who: SheetRow = {key: getattr(about, key) for key in about.__slots__}
        rows.append({"no": at, **who, **temuan_record(t)})
    return rows


def build_change_rows(changes: pd.DataFrame, katalog: Katalog, cleared: str) -> list[SheetRow]:
    """Every change of a reported value, in the order they were handed in; `cleared` stands for none."""
    items = katalog.indikator_by_id
    rows: list[SheetRow] = []
    for at, row in enumerate(_walk_table_rows(changes, CHANGE_COLUMNS), start=1):
        item = items.get(row["id_indikator"])
        rows.append(
            {
                **row,
                "no": at,
                "baru": row["baru"] or cleared,
                "jabatan": _find_jabatan_name(katalog, row["id_jabatan"]),
                "indikator": item.indikator if item else "",
            }
        )
    return rows


def build_source_rows(sources: pd.DataFrame, katalog: Katalog, time_zone: TimeZone) -> list[SheetRow]:
    """Every file that was found and the sheets in it, counted or not; moments in the office's own time."""
    return [
        {
            **{key: row[key] for key in SOURCE_COLUMNS if key != "dihitung"},
            "no": at,
            "jabatan": _find_jabatan_name(katalog, row["id_jabatan"]),
            "disimpan": time_zone.write_local(row["disimpan"]),
            "dihitung": "ya" if row["dihitung"] else "tidak",
        }
        for at, row in enumerate(_walk_table_rows(sources, SOURCE_COLUMNS), start=1)
    ]


def _find_jabatan_name(katalog: Katalog, id_jabatan: str) -> str:
    found = katalog.jabatan_by_id.get(id_jabatan)
    return found.nama if found else ""


def _walk_table_rows(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in zip(*(table[name].tolist() for name in columns), strict=True):
        yield dict(zip(columns, row, strict=True))
