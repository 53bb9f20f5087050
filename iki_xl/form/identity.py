"""How a sheet says whose it is: one hidden text in its first cell, so that a copied sheet is still known."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.comparable import as_seen, comparable

if TYPE_CHECKING:
    from iki_xl.catalog import Katalog

VERSI_FORM = 1
# The template's sheets that hold no entries: the guide, the findings of a copy to mend, the hidden ones.
LEMBAR_PETUNJUK, LEMBAR_TEMUAN, LEMBAR_DAFTAR, LEMBAR_IDENTITAS = "Petunjuk", "Temuan", "_daftar", "_iki"
LEMBAR_TEMPLAT = (LEMBAR_PETUNJUK, LEMBAR_TEMUAN, LEMBAR_DAFTAR, LEMBAR_IDENTITAS)
_TEMPLATE_SHEETS = frozenset(map(comparable, LEMBAR_TEMPLAT))
# In the hidden identity sheet, the key beside each id of a jabatan that has a sheet in the workbook.
KUNCI_LEMBAR = "iki_xl_lembar"
_MARKER = re.compile(
    r"iki-xl form=([0-9]{1,4}) kantor=([0-9a-f]{12}) tahun=([0-9]{4}) "
    r"sidik=([0-9a-f]{16}) jabatan=(.{1,200})"
)


@dataclass(frozen=True, slots=True)
class Identitas:
    """Which form a sheet is: form version, office, year, the catalogue's fingerprint, jabatan."""

    versi: int
    kantor: str
    tahun: int
    sidik: str
    id_jabatan: str

    def tertulis(self) -> str:
        """Return the text that stands in the sheet's marker cell."""
        return (
            f"iki-xl form={self.versi} kantor={self.kantor} tahun={self.tahun} "
            f"sidik={self.sidik} jabatan={self.id_jabatan}"
        )


def identitas(katalog: Katalog, id_jabatan: str) -> Identitas:
    """Return the identity of one jabatan's sheet under this catalogue."""
    return Identitas(VERSI_FORM, kode_kantor(katalog), katalog.kantor.tahun, katalog.sidik, id_jabatan)


def kode_kantor(katalog: Katalog) -> str:
    """Return 12 hex digits that stand for the office (pemda and nama), whatever the year."""
    name = katalog.kunci_kantor.rsplit("|", 1)[0]
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def baca_identitas(text: str) -> Identitas | None:
    """Read a marker text; None when it is not one. The jabatan's id is as it is seen, not as spelled."""
    match = _MARKER.fullmatch(as_seen(text)) if text.lstrip().startswith("iki-xl") else None
    if match is None:
        return None
    versi, kantor, tahun, sidik, id_jabatan = match.groups()
    return Identitas(int(versi), kantor, int(tahun), sidik, id_jabatan)


def is_template_sheet(name: str) -> bool:
    """True for the name of a sheet of the template that holds no entries."""
    return comparable(name) in _TEMPLATE_SHEETS
