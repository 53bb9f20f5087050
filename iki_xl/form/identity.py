"""How a sheet says whose it is: one hidden text in its first cell, so that a copied sheet is still known."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.comparable import as_seen, comparable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iki_xl.catalog import Katalog

FORM_VERSION = 1
# The template's sheets that hold no entries: the guide, the findings of a copy to mend, the hidden ones.
PETUNJUK_SHEET, TEMUAN_SHEET, LISTS_SHEET, IDENTITY_SHEET = "Petunjuk", "Temuan", "_daftar", "_iki"
SHEETS_WITHOUT_ENTRIES = (PETUNJUK_SHEET, TEMUAN_SHEET, LISTS_SHEET, IDENTITY_SHEET)
_TEMPLATE_SHEETS = frozenset(map(comparable, SHEETS_WITHOUT_ENTRIES))
# In the hidden identity sheet, the key beside each id of a jabatan that has a sheet in the workbook.
SHEET_LIST_KEY = "iki_xl_lembar"
# A year's returns of one person, and room to spare.
_DIGEST_LENGTH, _MOST_DIGESTS = 12, 30
_MARKER = re.compile(
    r"iki-xl form=([0-9]{1,4}) kantor=([0-9a-f]{12}) tahun=([0-9]{4}) "
    r"sidik=([0-9a-f]{16})(?: lanjut=([0-9a-f,]{1,400}))? jabatan=(.{1,200})"
)


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """Which form a sheet is: form version, office, year, the catalogue's fingerprint, jabatan.

    `issued_from` has the short digests of the returned files of which it was issued prefilled.
    """

    form_version: int
    kantor: str
    tahun: int
    fingerprint: str
    id_jabatan: str
    issued_from: tuple[str, ...] = ()

    def to_marker_text(self) -> str:
        """Return the text that stands in the sheet's marker cell."""
        issued = f" lanjut={','.join(self.issued_from)}" if self.issued_from else ""
        return (
            f"iki-xl form={self.form_version} kantor={self.kantor} tahun={self.tahun} "
            f"sidik={self.fingerprint}{issued} jabatan={self.id_jabatan}"
        )


def identity(katalog: Katalog, id_jabatan: str) -> FormIdentity:
    """Return the identity of one jabatan's sheet under this catalogue."""
    return FormIdentity(
        FORM_VERSION, hash_kantor(katalog), katalog.kantor.tahun, katalog.fingerprint, id_jabatan
    )


def hash_kantor(katalog: Katalog) -> str:
    """Return 12 hex digits that stand for the office (pemda and nama), whatever the year."""
    name = katalog.kantor_key.rsplit("|", 1)[0]
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def parse_form_identity(text: str) -> FormIdentity | None:
    """Read a marker text; None when it is not one. The jabatan's id is as it is seen, not as spelled."""
    match = _MARKER.fullmatch(as_seen(text)) if text.lstrip().startswith("iki-xl") else None
    if match is None:
        return None
    form_version, kantor, tahun, fingerprint, issued, id_jabatan = match.groups()
    issued_from = tuple(filter(None, (issued or "").split(",")))
    return FormIdentity(int(form_version), kantor, int(tahun), fingerprint, id_jabatan, issued_from)


def shorten_digests(sha256s: Iterable[str]) -> tuple[str, ...]:
    """Return what stands for returned files in a marker, by the SHA-256 of their bytes; at most so many."""
    return tuple(sorted({digest[:_DIGEST_LENGTH] for digest in sha256s if digest}))[:_MOST_DIGESTS]


def is_template_sheet(name: str) -> bool:
    """True for the name of a sheet of the template that holds no entries."""
    return comparable(name) in _TEMPLATE_SHEETS
