"""A small good katalog.xlsx for tests, opened by another program to put something into it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from iki_xl.catalog import (
    Arah,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    RincianTarget,
    Signatory,
    katalog_xlsx,
    read_katalog,
)
from iki_xl.errors import CatalogMistakesError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NIP = "198501012010011001"


def _make_indikator(row_id: str, text: str, satuan: str, tipe: str, **more: object) -> Indikator:
    return Indikator(row_id, row_id[:3], "Sasaran", text, satuan, tipe, period_targets=(None,) * 4, **more)


KATALOG = Katalog(
    Kantor(
        "Kecamatan Contoh",
        "Kabupaten Contoh",
        2026,
        signatory=Signatory("Camat", nip=NIP),
        rincian_target=RincianTarget.TRIWULAN,
    ),
    (Jabatan("J01", "Camat"), Jabatan("J02", "Kasi", "J01"), Jabatan("J03", "Pelaksana", "J02")),
    (Pegawai(NIP, "Siti", "J02"), Pegawai("199003152022211002", "Budi", "J03")),
    (
        Indikator(
            "J02-01",
            "J02",
            "Sasaran",
            "Jumlah laporan",
            "Laporan",
            "Kumulatif",
            target=12.0,
            period_targets=(None,) * 4,
        ),
        Indikator(
            "J03-01",
            "J03",
            "Sasaran",
            "Tertib",
            "Persentase",
            "Non Kumulatif",
            Arah.MINIMAL,
            period_targets=(None,) * 4,
        ),
    ),
)


with pytest.MonkeyPatch.context() as patch:
    # The blank rows for growth play no part here, and opening them a hundred times is slow.
    patch.setattr("iki_xl.catalog.writer.GROWTH_ROWS", 3)
    GOOD_KATALOG = katalog_xlsx(KATALOG)


INDIKATOR = "xl/worksheets/sheet4.xml"


def with_parts(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return a package with each part changed, or left out where that gives None."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            part = change(name, source.read(name))
            if part is not None:
                made.writestr(name, part)
    return target.getvalue()


class Edit:
    """A good katalog.xlsx, opened by another program to put something into it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "katalog.xlsx"
        self.workbook = openpyxl.load_workbook(BytesIO(GOOD_KATALOG))

    def put(self, sheet: str, cell: str, value: object) -> None:
        self.workbook[sheet][cell] = value

    def read(self) -> Katalog:
        self.workbook.save(self.path)
        return read_katalog(self.path)

    def findings(self):
        with pytest.raises(CatalogMistakesError) as caught:
            self.read()
        return caught.value.findings

    def places(self) -> list[tuple[str, str, str]]:
        return [(f.code, f.sheet, f.cell) for f in self.findings()]
