"""Which line is a head (jabatan, tugas, fungsi), which is furniture, and which begins the signature."""

from __future__ import annotations

import re

from iki_xl.importer.forms.titles import keep_letters

JABATAN, TUGAS, FUNGSI, TABLE = "jabatan", "tugas", "fungsi", "tabel"
START, CLOSING, WITHOUT_JABATAN = "", "penutup", "tanpa jabatan"
_ORDER = {JABATAN: "1", TUGAS: "2", FUNGSI: "3"}
_HEAD = re.compile(
    r"\s*(?:(?P<nomor>\d{1,2}|[A-Ca-c]|I{1,3})\s*[.)]\s*)?"
    r"(?P<kata>(?:nama\s+)?jabatan|(?:uraian\s+)?tugas(?:\s+pokok)?|ikhtisar\s+jabatan|(?:rincian\s+)?fungsi)"
    r"(?P<jarak>\s*)(?P<titik>[:;=]+)?\s*(?P<isi>.*)",
    re.IGNORECASE | re.DOTALL,
)
_FORM_TITLE = re.compile(
    r"(?:lampiran|formulir|daftar)?(?:penetapan)?indikatorkinerja(?:individu|utama)?(?:iki|iku)?"
)
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:halaman|hal|page)\W*)?\d{1,4}\W*(?:(?:dari|of|/)\s*\d{1,4}\W*)?", re.IGNORECASE
)
_BULAN = "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember"
_SIGNATURE = re.compile(
    rf"\s*(?:ditetapkan\s+di\b|pada\s+tanggal\b|mengetahui\b|nip\b\.?|"
    rf"[A-Z][\w ]{{2,40}}?\s*,[\s.…_\d]*(?:{_BULAN})\s+(?:\d\s*){{4}}\s*$)",
    re.IGNORECASE,
)
_LETTERHEAD = re.compile(
    r"\s*(?:LAMPIRAN\b|KEPUTUSAN\s+[A-Z]|PERATURAN\s+(?:BUPATI|WALI|GUBERNUR|MENTERI)|"
    r"PEMERINTAH\s+(?:KABUPATEN|KOTA|PROVINSI|DAERAH)\b[A-Z .]*$|"
    r"(?:NOMOR|Nomor|TANGGAL|Tanggal|TENTANG|Tentang)\s*:)"
)


def find_head(line: str, part: str) -> tuple[str, str] | None:
    """Return which head a line is and the text after it, or None.

    `part` is the part of the form the line stands in: where that head is due, it may lack its colon.
    """
    m = _HEAD.fullmatch(line)
    if m is None:
        return None
    kind = _recognise_head(m["kata"])
    content, spacing = m["isi"].strip(), m["jarak"]
    is_capital = m["kata"][0].isupper()
    is_attached = not m["titik"] and not spacing and content
    if is_attached or not (is_capital or (m["titik"] and m["nomor"])):
        return None
    if m["titik"] or (m["nomor"] == _ORDER[kind] and _is_due(kind, part)):
        return kind, content
    is_clear = not content or m["kata"].isupper() or len(spacing) > 1 or "\t" in spacing
    return (kind, content) if is_clear and _is_due(kind, part) else None


def _recognise_head(word: str) -> str:
    plain = keep_letters(word)
    if plain.startswith("ikhtisar") or "tugas" in plain:
        return TUGAS
    return FUNGSI if "fungsi" in plain else JABATAN


def _is_due(kind: str, part: str) -> bool:
    """Say whether a head of this kind is due in this part of a form."""
    return part in {JABATAN: (START, TABLE, CLOSING), TUGAS: (JABATAN,), FUNGSI: (JABATAN, TUGAS)}[kind]


def is_form_title(line: str) -> bool:
    """Say whether a line is the form's own title, such as INDIKATOR KINERJA INDIVIDU."""
    return bool(_FORM_TITLE.fullmatch(keep_letters(line))) and (line.isupper() or line.istitle())


def is_page_number(line: str) -> bool:
    """Say whether a line is nothing but a page number."""
    return bool(_PAGE_NUMBER.fullmatch(line))


def is_signature_start(line: str) -> bool:
    """Say whether a line begins the signature: place and date, or "Ditetapkan di"."""
    return bool(_SIGNATURE.match(line))


def is_letterhead(line: str) -> bool:
    """Say whether a line belongs to a letterhead or names the decree."""
    return bool(_LETTERHEAD.match(line))
