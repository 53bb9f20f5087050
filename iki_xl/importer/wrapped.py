"""A table whose ruling was lost in the copy: its words are put back into rows and cells.

Every way to cut the words into cells is weighed (gaps, wording, indikator repeated by formulasi) and the best
is taken, by dynamic programming over the places where a cell may begin.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.importer.titles import FORMULASI, INDIKATOR, SUMBER
from iki_xl.importer.weights import (
    KOLOM_KOSONG,
    LEMBAGA,
    MUSTAHIL,
    PUTUS,
    SAMBUNG,
    Ungkapan,
    adalah_butir,
    nilai_kesamaan,
    nilai_sel,
)
from iki_xl.importer.words import Garis, Jeda, Kata, huruf_angka, kata_dari, teks_sel

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_SAMBUNGAN_TERBURUK = -22.0
_KATA_SEL_TERBANYAK = 120
_JEJAK_TERBANYAK = 30
_SAMBUNG_BUTIR = -0.5
_HURUF_KATA_TERPENDEK = 3
_NILAI_TERBURUK = -14.0  # a cell worse than this is not looked at: no row with it is ever the best
_NILAI_TANPA_TEMPAT = -30.0
_NILAI_SUMBER_DIKENAL = 3.0

Potongan = tuple[int, int]  # a cell: first word and the word after the last; equal where the cell is blank


@dataclass(frozen=True, slots=True)
class BarisTersusun:
    """A row put together: its cells' texts and the page it begins on.

    A single cell under a head of several columns is text that fits no row.
    """

    sel: tuple[str, ...]
    halaman: int


@dataclass(frozen=True, slots=True)
class _Jejak:
    """A row so far: where its next cell begins, its score, its cells."""

    posisi: int
    nilai: float
    sel: tuple[Potongan, ...]


def susun_baris(
    garis: Sequence[Garis], kolom: Sequence[str], sumber_dikenal: Collection[str] = ()
) -> list[BarisTersusun]:
    """Return the rows that these lines hold under the columns of their head.

    `sumber_dikenal`: sumber data of other tables of the document, as `huruf_angka` gives them.
    """
    kata = kata_dari(garis)
    if not kata:
        return []
    penyusun = _Penyusun(kata, kolom, sumber_dikenal)
    return [
        BarisTersusun(tuple(teks_sel(kata[a:b], garis) for a, b in baris), kata[baris[0][0]].halaman)
        for baris in penyusun.terbaik()
    ]


class _Penyusun:
    """Finds the best cut of one table's words."""

    def __init__(self, kata: Sequence[Kata], kolom: Sequence[str], sumber_dikenal: Collection[str]) -> None:
        self.kata = kata
        self.teks = tuple(k.teks for k in kata)
        self.kolom = kolom
        self.sumber_dikenal = sumber_dikenal
        terikat = _dalam_daftar(kata)
        putus = (n for n in range(1, len(kata)) if n not in terikat and self._dapat_putus(n))
        self.batas = [*putus, len(kata)]
        self.sambung = [0.0]
        for k in kata:
            ringan = _SAMBUNG_BUTIR if adalah_butir(k.teks) else MUSTAHIL
            self.sambung.append(self.sambung[-1] + max(SAMBUNG[k.jeda], ringan))
        self.polos = tuple(huruf_angka([t]) for t in self.teks)
        self.ungkapan: dict[Potongan, Ungkapan] = {}
        self.nilai: dict[tuple[str, int, int], float] = {}
        self.kesamaan: dict[tuple[Potongan, Potongan], float] = {}
        self.ujung: dict[int, list[int]] = {}

    def _dapat_putus(self, nomor: int) -> bool:
        """Say whether a cell may begin at this word."""
        teks, jeda = self.teks[nomor], self.kata[nomor].jeda
        if jeda not in (Jeda.SPASI, Jeda.TERBUNGKUS):
            return True
        if jeda is Jeda.TERBUNGKUS:
            return teks[0].isupper() or adalah_butir(teks)
        return teks in ("Jumlah", "Persentase") or (teks[0].isupper() and bool(LEMBAGA.fullmatch(teks)))

    def terbaik(self) -> list[tuple[Potongan, ...]]:
        """Return the rows of the best reading: a cell per column, or one cell of what fits no row."""
        akhir = len(self.kata)
        nilai = {0: 0.0}
        asal: dict[int, tuple[Potongan, ...]] = {}
        for mulai in [0, *self.batas[:-1]]:
            for jejak in [*self._baris_dari(mulai), self._tanpa_tempat(mulai)]:
                if nilai[mulai] + jejak.nilai > nilai.get(jejak.posisi, MUSTAHIL):
                    nilai[jejak.posisi] = nilai[mulai] + jejak.nilai
                    asal[jejak.posisi] = jejak.sel
        hasil = []
        while akhir > 0:
            hasil.append(asal[akhir])
            akhir = asal[akhir][0][0]
        return hasil[::-1]

    def _baris_dari(self, mulai: int) -> list[_Jejak]:
        """Return the best row from `mulai` to every place where one may end."""
        jejak = [_Jejak(mulai, 0.0, ())]
        for kolom in self.kolom:
            jejak = _terpilih([lanjut for j in jejak for lanjut in self._lanjutan(j, kolom)])
        return [j for j in jejak if j.posisi > mulai]

    def _tanpa_tempat(self, mulai: int) -> _Jejak:
        """Return the row for words that fit no column, up to the next place where a cell may begin."""
        akhir = self.batas[bisect_right(self.batas, mulai)]
        return _Jejak(akhir, _NILAI_TANPA_TEMPAT, ((mulai, akhir),))

    def _lanjutan(self, jejak: _Jejak, kolom: str) -> list[_Jejak]:
        """Return the row with this column blank, and with every cell that may stand in it."""
        a = jejak.posisi
        hasil = [_Jejak(a, jejak.nilai + KOLOM_KOSONG[kolom], (*jejak.sel, (a, a)))]
        if a == len(self.kata):
            return hasil
        for b in self._ujung(a):
            nilai = self._nilai_sel(kolom, a, b)
            if nilai > _NILAI_TERBURUK:
                nilai += jejak.nilai + self._nilai_pasangan(jejak, kolom, a, b)
                hasil.append(_Jejak(b, nilai, (*jejak.sel, (a, b))))
        return hasil

    def _ujung(self, a: int) -> list[int]:
        """Return the places where a cell that begins at word `a` may end."""
        if a in self.ujung:
            return self.ujung[a]
        hasil = self.ujung[a] = []
        for b in self.batas[bisect_right(self.batas, a) :]:
            if b - a > _KATA_SEL_TERBANYAK or self.sambung[b] - self.sambung[a + 1] < _SAMBUNGAN_TERBURUK:
                break
            hasil.append(b)
        return hasil

    def _nilai_sel(self, kolom: str, a: int, b: int) -> float:
        kunci = (kolom, a, b)
        if kunci not in self.nilai:
            putus = PUTUS[self.kata[a].jeda] if a else 0.0
            dikenal = kolom == SUMBER and "".join(self.polos[a:b]) in self.sumber_dikenal
            tepi = putus + self.sambung[b] - self.sambung[a + 1] + _NILAI_SUMBER_DIKENAL * dikenal
            self.nilai[kunci] = nilai_sel(kolom, self.teks[a:b]) + tepi
        return self.nilai[kunci]

    def _nilai_pasangan(self, jejak: _Jejak, kolom: str, a: int, b: int) -> float:
        """Return points for two cells that say the same, once the second of the two is placed."""
        lawan = {INDIKATOR: FORMULASI, FORMULASI: INDIKATOR}.get(kolom)
        if lawan is None or lawan not in self.kolom:
            return 0.0
        letak = list(self.kolom).index(lawan)
        if letak >= len(jejak.sel) or jejak.sel[letak][0] == jejak.sel[letak][1]:
            return 0.0
        kunci = jejak.sel[letak], (a, b)
        if kunci not in self.kesamaan:
            self.kesamaan[kunci] = nilai_kesamaan(self._ungkapan(kunci[0]), self._ungkapan(kunci[1]))
        return self.kesamaan[kunci]

    def _ungkapan(self, potongan: Potongan) -> Ungkapan:
        if potongan not in self.ungkapan:
            a, b = potongan
            a += b - a > 1 and adalah_butir(self.teks[a])
            panjang = frozenset(k for k in self.polos[a:b] if len(k) >= _HURUF_KATA_TERPENDEK)
            self.ungkapan[potongan] = Ungkapan("".join(self.polos[a:b]), panjang)
        return self.ungkapan[potongan]


def _dalam_daftar(kata: Sequence[Kata]) -> set[int]:
    """Return the words at which a list that a colon announces goes on: no cell begins there."""
    hasil = set()
    terbuka = False
    for nomor, k in enumerate(kata[1:], start=1):
        berbutir = adalah_butir(k.teks)
        if kata[nomor - 1].teks.endswith(":"):
            terbuka = berbutir
        elif k.jeda in (Jeda.KOSONG, Jeda.KOSONG_BERISI_SPASI):
            terbuka = False
        if terbuka and (berbutir or k.jeda not in (Jeda.TERTUTUP, Jeda.BARIS)):
            hasil.add(nomor)
    return hasil


def _terpilih(jejak: list[_Jejak]) -> list[_Jejak]:
    """Keep, of the rows that go on alike, the best; and of all the most promising."""
    terbaik: dict[tuple[int, Potongan | None], _Jejak] = {}
    for j in jejak:
        kunci = (j.posisi, j.sel[-1])
        if kunci not in terbaik or j.nilai > terbaik[kunci].nilai:
            terbaik[kunci] = j
    return sorted(terbaik.values(), key=lambda j: -j.nilai)[:_JEJAK_TERBANYAK]
