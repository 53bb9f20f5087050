"""Names of sheets and files: short, legal, unique, and readable by people."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from iki_xl.comparable import bare, comparable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iki_xl.catalog import Jabatan

SHEET_NAME_LENGTH = 31
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff]+")
_ABBREVIATIONS = (
    ("Kepala Bidang", "Kabid"),
    ("Kepala Seksi", "Kasi"),
    ("Kepala Sub Bagian", "Kasubag"),
    ("Pengadministrasi", "Padm."),
    ("Pemberdayaan Masyarakat", "PM"),
    ("Sarana, Prasarana", "Sarpras"),
    ("Sarana Prasarana", "Sarpras"),
    ("Penyelenggaraan", "Penyel."),
    ("Pemerintahan", "Pemth."),
    ("Pemerintah", "Pemth."),
    ("Masyarakat", "Masy."),
    ("Kelembagaan", "Kelemb."),
    ("Kemasyarakatan", "Kemasy."),
)


def sheet_name(jabatan: Iterable[Jabatan]) -> dict[str, str]:
    r"""Return id_jabatan -> sheet name: the jabatan's number in the catalogue and its name, shortened.

    Each is at most 31 UTF-16 units, holds none of `[]:*?/\\`, has no apostrophe at an edge, and is
    unique without regard to case, because the number in front is.
    """
    items = list(jabatan)
    digits = max(2, len(str(len(items))))
    return {
        item.id: _name_one_sheet(f"{number:0{digits}d}", item.nama)
        for number, item in enumerate(items, start=1)
    }


def _name_one_sheet(number: str, name: str) -> str:
    text = f"{number} {' '.join(_FORBIDDEN_IN_SHEET_NAME.sub(' ', bare(name)).split())}"
    for long, short in _ABBREVIATIONS:
        if _utf16(text) <= SHEET_NAME_LENGTH:
            break
        text = re.sub(rf"\b{re.escape(long)}\b", short, text, flags=re.IGNORECASE)
    cut = _cut_sheet_name(text, SHEET_NAME_LENGTH)
    return (
        re.sub(r"(?:[ ,.]+(?:dan|serta|atau)?)+$", "", cut).strip(" '") if cut != text else text.strip(" '")
    )


def _cut_sheet_name(text: str, limit: int) -> str:
    """Cut at a word's end where one is near, never inside a surrogate pair; `limit` in UTF-16 units."""
    if _utf16(text) <= limit:
        return text
    while _utf16(text) > limit:
        text = text[:-1]
    head, _, tail = text.rpartition(" ")
    return head if head.count(" ") and len(tail) <= len(text) // 3 else text


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def make_names_unique(names: Iterable[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the sheet names, the second and later of those that look alike with " (2)", " (3)"."""
    used = {comparable(name) for name in taken}
    result = []
    for name in names:
        candidate, number = name, 1
        while comparable(candidate) in used:
            number += 1
            mark = f" ({number})"
            candidate = _cut_sheet_name(name, SHEET_NAME_LENGTH - len(mark)) + mark
        used.add(comparable(candidate))
        result.append(candidate)
    return tuple(result)


def slug(text: str, limit: int = 60) -> str:
    """Return a file-name part: lower-case ASCII letters and digits joined by hyphens, cut at a word."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(name) > limit:
        name = name[: limit + 1].rpartition("-")[0] or name[:limit]
    return name or "tanpa-nama"
