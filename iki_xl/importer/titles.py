"""The titles of an IKI table's columns: which column a title names, however it is broken over lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iki_xl.comparable import comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

NO, SASARAN, INDIKATOR, SATUAN, TIPE, FORMULASI, SUMBER, LAIN = (
    "no",
    "sasaran",
    "indikator",
    "satuan",
    "tipe",
    "formulasi",
    "sumber",
    "lain",
)
_POLA = (
    (NO, r"no(?:mor)?(?:urut)?"),
    (SASARAN, r"sasaran(?:strategis|kegiatan|program|individu)?(?:kinerja)?(?:utama|individu)?|kinerjautama"),
    (INDIKATOR, r"indikator(?:kinerja)?(?:individu|utama|kegiatan|program)?(?:iki|iku)?"),
    (SATUAN, r"satuan"),
    (TIPE, r"(?:tipe|jenis)(?:perhitungan|penghitungan)"),
    (
        FORMULASI,
        r"(?:penjelasan)?(?:atau|dan)?(?:formulasi|formula|rumus|cara)(?:per|peng)?(?:hitungan|ukuran)?|penjelasan",
    ),
    (SUMBER, r"sumber(?:data)?"),
    (LAIN, r"target|keterangan|ket|penanggungjawab"),
)
_SATU = [(kolom, re.compile(pola)) for kolom, pola in _POLA]
_DERET = re.compile("(?:" + "|".join(f"(?:{pola})" for _, pola in _POLA) + ")+")
_KATA_JUDUL_TERBANYAK = 24
_JUDUL_PALING_SEDIKIT = 3


def huruf(teks: str) -> str:
    """Letters alone, without case: the form in which titles are compared."""
    return "".join(c for c in comparable(teks) if c.isalpha())


def kolom_dari_judul(teks: str) -> str | None:
    """Return the column that a title names, or None; "SASARAN/ KINERJA UTAMA" is SASARAN."""
    polos = huruf(teks)
    return next((kolom for kolom, pola in _SATU if pola.fullmatch(polos)), None)


def adalah_kepala(kolom: Sequence[str | None]) -> bool:
    """Say whether these columns make a table's head: sasaran and indikator, whatever else there is."""
    return {SASARAN, INDIKATOR} <= set(kolom)


def _kepala_berurutan(kolom: Sequence[str]) -> bool:
    """Say whether titles run together are a head: no cells part them, so one more is asked, none twice."""
    dikenal = [k for k in kolom if k != LAIN]
    return (
        adalah_kepala(kolom) and len(dikenal) >= _JUDUL_PALING_SEDIKIT and len(set(dikenal)) == len(dikenal)
    )


def judul_berurutan(kata: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Read a run of titles at the start of `kata`.

    Returns the columns in their order and how many words they take; ((), 0) where no head starts here.
    """
    terbaik: tuple[tuple[str, ...], int] = ((), 0)
    polos = ""
    for jumlah, k in enumerate(kata[:_KATA_JUDUL_TERBANYAK], start=1):
        polos += huruf(k)
        if huruf(k) and _DERET.fullmatch(polos):
            kolom = _uraikan(polos)
            if _kepala_berurutan(kolom):
                terbaik = kolom, jumlah
    return terbaik


def _uraikan(polos: str) -> tuple[str, ...]:
    """Split letters that `_DERET` accepts into columns, the longest title first; () where that fails."""
    kolom = []
    while polos:
        panjang, nama = max((m.end(), nama) for nama, m in _cocok(polos))
        kolom.append(nama)
        polos = polos[panjang:]
        if polos and not _cocok(polos):
            return ()
    return tuple(kolom)


def _cocok(polos: str) -> list[tuple[str, re.Match[str]]]:
    return [(nama, m) for nama, pola in _SATU if (m := pola.match(polos))]
