"""The titles of an IKI table's columns: which column a title names, however it is broken over lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iki_xl.comparable import comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

NO, SASARAN, INDIKATOR, SATUAN, TIPE, FORMULASI, SUMBER_DATA, OTHER = (
    "no",
    "sasaran",
    "indikator",
    "satuan",
    "tipe",
    "formulasi",
    "sumber",
    "lain",
)
_PATTERNS = (
    (NO, r"no(?:mor)?(?:urut)?"),
    (SASARAN, r"sasaran(?:strategis|kegiatan|program|individu)?(?:kinerja)?(?:utama|individu)?|kinerjautama"),
    (INDIKATOR, r"indikator(?:kinerja)?(?:individu|utama|kegiatan|program)?(?:iki|iku)?"),
    (SATUAN, r"satuan"),
    (TIPE, r"(?:tipe|jenis)(?:perhitungan|penghitungan)"),
    (
        FORMULASI,
        r"(?:penjelasan)?(?:atau|dan)?(?:formulasi|formula|rumus|cara)(?:per|peng)?(?:hitungan|ukuran)?|penjelasan",
    ),
    (SUMBER_DATA, r"sumber(?:data)?"),
    (OTHER, r"target|keterangan|ket|penanggungjawab"),
)
_TITLE_PATTERNS = [(column, re.compile(pattern)) for column, pattern in _PATTERNS]
_TITLE_RUN = re.compile("(?:" + "|".join(f"(?:{pattern})" for _, pattern in _PATTERNS) + ")+")
_MOST_TITLE_WORDS = 24
_FEWEST_TITLES = 3


def keep_letters(text: str) -> str:
    """Letters alone, without case: the form in which titles are compared."""
    return "".join(c for c in comparable(text) if c.isalpha())


def find_title_column(text: str) -> str | None:
    """Return the column that a title names, or None; "SASARAN/ KINERJA UTAMA" is SASARAN."""
    plain = keep_letters(text)
    return next((column for column, pattern in _TITLE_PATTERNS if pattern.fullmatch(plain)), None)


def is_table_head(columns: Sequence[str | None]) -> bool:
    """Say whether these columns make a table's head: sasaran and indikator, whatever else there is."""
    return {SASARAN, INDIKATOR} <= set(columns)


def _is_head_run(columns: Sequence[str]) -> bool:
    """Say whether titles run together are a head: no cells part them, so one more is asked, none twice."""
    known = [k for k in columns if k != OTHER]
    return is_table_head(columns) and len(known) >= _FEWEST_TITLES and len(set(known)) == len(known)


def read_title_run(words: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Read a run of titles at the start of `words`.

    Returns the columns in their order and how many words they take; ((), 0) where no head starts here.
    """
    best: tuple[tuple[str, ...], int] = ((), 0)
    plain = ""
    for count, k in enumerate(words[:_MOST_TITLE_WORDS], start=1):
        plain += keep_letters(k)
        if keep_letters(k) and _TITLE_RUN.fullmatch(plain):
            columns = _split_title_run(plain)
            if _is_head_run(columns):
                best = columns, count
    return best


def _split_title_run(plain: str) -> tuple[str, ...]:
    """Split letters that `_TITLE_RUN` accepts into columns, the longest title first; () where that fails."""
    columns = []
    while plain:
        length, name = max((m.end(), name) for name, m in _match_titles(plain))
        columns.append(name)
        plain = plain[length:]
        if plain and not _match_titles(plain):
            return ()
    return tuple(columns)


def _match_titles(plain: str) -> list[tuple[str, re.Match[str]]]:
    return [(name, m) for name, pattern in _TITLE_PATTERNS if (m := pattern.match(plain))]
