"""The rows of an IKI table: its head found, its columns mapped, merged cells filled downwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from iki_xl.importer.cells import rapat, rapikan, rapikan_daftar, rapikan_formulasi
from iki_xl.importer.records import BarisIki
from iki_xl.importer.titles import (
    FORMULASI,
    INDIKATOR,
    LAIN,
    NO,
    SASARAN,
    SATUAN,
    SUMBER,
    TIPE,
    adalah_kepala,
    kolom_dari_judul,
)
from iki_xl.importer.weights import UKURAN

if TYPE_CHECKING:
    from collections.abc import Sequence

Kolom = tuple[str | None, ...]
_NOMOR = re.compile(r"\s*\(?\d{0,3}\s*[.)]?\s*")
_BARIS_KEPALA_TERBANYAK = 3
_NOMOR_KOLOM_PALING_SEDIKIT = 3


@dataclass(frozen=True, slots=True)
class Kepala:
    """A table's head: its columns, the rows it takes, and titles that name none of the known columns."""

    kolom: Kolom
    jumlah_baris: int
    tak_dikenal: tuple[str, ...]


def kepala_tabel(baris: Sequence[Sequence[str]], mulai: int) -> Kepala | None:
    """Return the head that starts at a row, or None.

    A head may be broken over rows (SASARAN/ KINERJA above UTAMA) and be followed by a row of column numbers.
    """
    for jumlah in range(_BARIS_KEPALA_TERBANYAK, 0, -1):
        susunan = baris[mulai : mulai + jumlah]
        if len(susunan) < jumlah or len({len(b) for b in susunan}) > 1:
            continue
        judul = [" ".join(sel) for sel in zip(*susunan, strict=True)]
        kolom = _sekali([kolom_dari_judul(j) for j in judul])
        asing = tuple(j for k, j in zip(kolom, judul, strict=True) if k is None and j.strip())
        if adalah_kepala(kolom) and (not asing or jumlah == 1):
            akhir = mulai + jumlah
            bernomor = akhir < len(baris) and _penomoran_kolom(baris[akhir])
            bernama = tuple(LAIN if k is None and j.strip() else k for k, j in zip(kolom, judul, strict=True))
            return Kepala(bernama, jumlah + bernomor, asing)
    return None


def _sekali(kolom: Sequence[str | None]) -> Kolom:
    """Return the columns with each named once: a second column of the same name is an unknown one."""
    return tuple(None if k != LAIN and k in kolom[:n] else k for n, k in enumerate(kolom))


def _penomoran_kolom(sel: Sequence[str]) -> bool:
    isi = [s for s in sel if s.strip()]
    return len(isi) >= _NOMOR_KOLOM_PALING_SEDIKIT and all(_NOMOR.fullmatch(s) for s in isi)


@dataclass(slots=True)
class IsiTabel:
    """What a jabatan's table gives, row by row, however many pages it takes.

    `terbungkus`: lines in a cell are a page's wrapped lines, not the writer's own.
    """

    terbungkus: bool
    baris: list[BarisIki] = field(default_factory=list)
    kolom: Kolom = ()
    _tanpa_indikator: list[str] = field(default_factory=list)
    _menunggu: str = ""

    @property
    def sasaran_tanpa_indikator(self) -> tuple[str, ...]:
        return (*self._tanpa_indikator, *filter(None, [self._menunggu]))

    def tambah(self, sel: Sequence[str], halaman: int, *, sambungan: bool = False) -> list[str]:
        """Take a row of cells in; returns the texts that found no column.

        `sambungan` marks the first row after a page break: it may be the rest of the last row.
        """
        isi, sisa = self._petakan(sel)
        sasaran, indikator = isi[SASARAN], isi[INDIKATOR]
        lain = {k: isi[k] for k in (SATUAN, TIPE, FORMULASI, SUMBER) if isi[k]}
        if sambungan and not isi[NO]:
            sasaran, indikator = self._sambung(sasaran, indikator)
            isi = {**isi, INDIKATOR: indikator}
        if indikator:
            self._baris_baru(sasaran, isi, halaman)
        elif sasaran:
            self._tunggu(sasaran)
            sisa.extend(lain.values())
        elif lain and self.baris:
            self.baris[-1] = _tambahkan(self.baris[-1], lain)
        else:
            sisa.extend(lain.values())
        return sisa

    def _baris_baru(self, sasaran: str, isi: dict[str, str], halaman: int) -> None:
        atas = self.baris[-1] if self.baris else BarisIki("", "")
        if sasaran:
            self._tunggu("")
        sasaran = sasaran or self._menunggu or atas.sasaran
        self._menunggu = ""
        sumber = isi[SUMBER] or atas.sumber_data
        self.baris.append(
            BarisIki(sasaran, isi[INDIKATOR], isi[SATUAN], isi[TIPE], isi[FORMULASI], sumber, halaman)
        )

    def _tunggu(self, sasaran: str) -> None:
        """Keep a sasaran until an indikator follows; the one kept before had none."""
        if self._menunggu:
            self._tanpa_indikator.append(self._menunggu)
        self._menunggu = sasaran

    def _sambung(self, sasaran: str, indikator: str) -> tuple[str, str]:
        """Add to the last row what a page break cut off it; returns what is left of the two cells."""
        if not self.baris:
            return sasaran, indikator
        akhir = self.baris[-1]
        if _terpotong(akhir.sasaran, sasaran):
            lengkap = f"{akhir.sasaran} {sasaran}"
            self.baris = [
                replace(b, sasaran=lengkap) if b.sasaran == akhir.sasaran else b for b in self.baris
            ]
            sasaran = ""
        if not sasaran and _terpotong(akhir.indikator, indikator):
            self.baris[-1] = replace(self.baris[-1], indikator=f"{akhir.indikator} {indikator}")
            indikator = ""
        return sasaran, indikator

    def _petakan(self, sel: Sequence[str]) -> tuple[dict[str, str], list[str]]:
        """Return the cleaned text of every column, and the texts without a column."""
        kolom = self._kolom_untuk(sel)
        mentah = dict.fromkeys((NO, SASARAN, INDIKATOR, SATUAN, TIPE, FORMULASI, SUMBER), "")
        sisa = []
        kiri = None
        for nomor, teks in enumerate(sel):
            nama = kolom[nomor] if nomor < len(kolom) else LAIN
            kiri = nama or kiri or NO
            if not teks.strip():
                continue
            if kiri == LAIN or (kiri == NO and not _NOMOR.fullmatch(teks)):
                sisa.append(rapat(teks))
            else:
                mentah[kiri] = "\n".join(filter(None, [mentah[kiri], teks]))
        return self._rapikan(mentah), sisa

    def _kolom_untuk(self, sel: Sequence[str]) -> Kolom:
        """Return the columns; a head that lacks the title of the number column gets one."""
        kurang = len(sel) == len(self.kolom) + 1 and NO not in self.kolom and self.kolom[0] is not None
        return (NO, *self.kolom) if kurang and _NOMOR.fullmatch(sel[0]) else self.kolom

    def _rapikan(self, mentah: dict[str, str]) -> dict[str, str]:
        cara = {INDIKATOR: rapikan, FORMULASI: rapikan_formulasi, SUMBER: rapikan_daftar, SASARAN: rapikan}
        return {
            k: cara[k](teks, terbungkus=self.terbungkus) if k in cara else rapat(teks)
            for k, teks in mentah.items()
        }


def _terpotong(sebelum: str, teks: str) -> bool:
    """Say whether a text looks like the rest of the one before: no capital, and the one before not closed."""
    if not teks or UKURAN.fullmatch(teks.partition(" ")[0]):
        return False
    return teks[0].islower() and not sebelum.endswith((".", ";")) and sebelum[:1].isupper()


def _tambahkan(baris: BarisIki, lain: dict[str, str]) -> BarisIki:
    """Give a row the further lines of its cells; what it already says is not said twice."""
    teks = {SATUAN: baris.satuan, TIPE: baris.tipe_perhitungan, SUMBER: baris.sumber_data}
    teks[FORMULASI] = baris.formulasi
    for kolom, tambahan in lain.items():
        if kolom == FORMULASI or tambahan not in teks[kolom].split("\n"):
            teks[kolom] = "\n".join(filter(None, [teks[kolom], tambahan]))
    return replace(
        baris,
        satuan=teks[SATUAN],
        tipe_perhitungan=teks[TIPE],
        formulasi=teks[FORMULASI],
        sumber_data=teks[SUMBER],
    )
