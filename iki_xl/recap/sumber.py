"""Rows of *Temuan*, *Perubahan* and *Sumber*: what was found, what changed, and where it all came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iki_xl.tables import KOLOM_PERUBAHAN, KOLOM_SUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.catalog.about import Subjects
    from iki_xl.findings import Temuan
    from iki_xl.recap.susun import BarisLembar
    from iki_xl.recap.waktu import Zona

CATATAN_PERUBAHAN = (
    "Nilai yang diubah atau dikosongkan dalam laporan yang lebih baru. Yang baru diisi belakangan tidak "
    "dicatat. Yang berlaku: nilai di laporan pada kolom Yang dihitung. Laporan yang tidak diketahui mana "
    "yang lebih baru tidak dibandingkan di sini: nilainya yang berbeda ada di lembar Temuan (G08)."
)
CATATAN_SUMBER = (
    "Terakhir disimpan: menurut bukunya sendiri, atau waktu berkasnya bila buku tidak menyebut atau yang "
    "disebutnya tidak mungkin; kosong bila keduanya tidak dapat dipercaya. Naskah asli "
    "yang dihitung tersimpan di .iki-xl/arsip, bernama SHA-256-nya (kecuali arsip dimatikan)."
)


def tabel_kosong(columns: Sequence[str]) -> pd.DataFrame:
    """A table without rows."""
    import pandas as pd

    return pd.DataFrame(columns=list(columns))


def baris_temuan(temuan: Sequence[Temuan], subjects: Subjects) -> list[BarisLembar]:
    """All findings in the order they were handed in: columns of temuan.csv, whom and what each is about."""
    rows: list[BarisLembar] = []
    for at, t in enumerate(temuan, start=1):
        about = subjects.about(t)
        who: BarisLembar = {key: getattr(about, key) for key in about.__slots__}
        rows.append({"no": at, **who, **{key: str(getattr(t, key)) for key in t.__slots__}})
    return rows


def baris_perubahan(perubahan: pd.DataFrame, katalog: Katalog, dikosongkan: str) -> list[BarisLembar]:
    """Every change of a reported value, in the order they were handed in; `dikosongkan` stands for none."""
    items = katalog.indikator_menurut_id
    rows: list[BarisLembar] = []
    for at, row in enumerate(_catatan(perubahan, KOLOM_PERUBAHAN), start=1):
        item = items.get(row["id_indikator"])
        rows.append(
            {
                **row,
                "no": at,
                "baru": row["baru"] or dikosongkan,
                "jabatan": _nama_jabatan(katalog, row["id_jabatan"]),
                "indikator": item.indikator if item else "",
            }
        )
    return rows


def baris_sumber(sumber: pd.DataFrame, katalog: Katalog, zona: Zona) -> list[BarisLembar]:
    """Every file that was found and the sheets in it, counted or not; moments in the office's own time."""
    return [
        {
            **{key: row[key] for key in KOLOM_SUMBER if key != "dihitung"},
            "no": at,
            "jabatan": _nama_jabatan(katalog, row["id_jabatan"]),
            "disimpan": zona.tertulis(row["disimpan"]),
            "dihitung": "ya" if row["dihitung"] else "tidak",
        }
        for at, row in enumerate(_catatan(sumber, KOLOM_SUMBER), start=1)
    ]


def _nama_jabatan(katalog: Katalog, id_jabatan: str) -> str:
    found = katalog.jabatan_menurut_id.get(id_jabatan)
    return found.nama if found else ""


def _catatan(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in zip(*(table[name].tolist() for name in columns), strict=True):
        yield dict(zip(columns, row, strict=True))
