"""From a document's paragraphs and tables to the forms of its jabatan, in the document's order.

Known furniture is passed over: the form's title, page numbers, column titles and their numbering. Everything
else without a place in a form (letterhead, decree number, signature, a row not understood) is a Sisa.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from iki_xl.importer import heads
from iki_xl.importer.cells import rapat
from iki_xl.importer.document import Alinea, Dokumen, Tabel
from iki_xl.importer.items import butir
from iki_xl.importer.records import BarisIki, FormIki, Sisa
from iki_xl.importer.rows import IsiTabel, Kolom, kepala_tabel

__all__ = ["BarisIki", "FormIki", "Sisa", "baca_formulir"]

_LABEL = re.compile(r"[A-Z][\w ./]{2,30}?\s*:")
_TANDA_BUTIR = re.compile(r"\s*(?:[:•-]|\(?(?:[A-Za-z]|[ivxIVX]{1,4}|\d{1,3})\s*[.)]{0,2})\s*")


def baca_formulir(dokumen: Dokumen) -> tuple[tuple[FormIki, ...], tuple[Sisa, ...]]:
    """Return the forms of a document and what had no place in them, both in the document's order."""
    pembaca = _Pembaca()
    for bagian in dokumen.bagian:
        if isinstance(bagian, Tabel):
            pembaca.tabel(bagian)
        else:
            pembaca.alinea(bagian)
    outside = (Sisa(0, f"di luar isi dokumen (kepala, kaki atau catatan): {text}") for text in dokumen.luar)
    return tuple(f.selesai() for f in pembaca.formulir), (*pembaca.sisa, *outside)


@dataclass(slots=True)
class _Formulir:
    """A form being read: the lines of its parts, and its table."""

    halaman: int
    terbungkus: bool
    teks: dict[str, list[str]] = field(default_factory=dict)
    isi: IsiTabel = field(init=False)
    bertabel: bool = False
    sisa_sebelum: int = 0

    @property
    def kosong(self) -> bool:
        """Whether the jabatan is named and nothing else."""
        return set(self.teks) == {heads.JABATAN} and not self.isi.kolom and not self.bertabel

    def __post_init__(self) -> None:
        self.isi = IsiTabel(terbungkus=self.terbungkus)

    def selesai(self) -> FormIki:
        butir_tugas, butir_fungsi = (
            butir(self.teks.get(bagian, ()), terbungkus=self.terbungkus)
            for bagian in (heads.TUGAS, heads.FUNGSI)
        )
        return FormIki(
            jabatan=rapat(" ".join(self.teks.get(heads.JABATAN, ()))),
            tugas="\n".join(butir_tugas),
            fungsi=tuple(butir_fungsi),
            baris=tuple(self.isi.baris),
            sasaran_tanpa_indikator=self.isi.sasaran_tanpa_indikator,
            halaman=self.halaman,
        )


class _Pembaca:
    """Goes through a document once; `bagian` is the part of the form that the next line belongs to."""

    def __init__(self) -> None:
        self.formulir: list[_Formulir] = []
        self.sisa: list[Sisa] = []
        self.bagian = heads.AWAL
        self.tersela = False  # a line without a place stands between the form's title and what follows
        self.tertolak = False  # the table being read has a row that is neither a head nor an item of a list

    def alinea(self, alinea: Alinea) -> None:
        for baris in alinea.teks.splitlines():
            if baris.strip():
                self._baris(baris.strip(), alinea.halaman)

    def _baris(self, baris: str, halaman: int) -> None:
        if heads.adalah_judul_formulir(baris):
            self.bagian, self.tersela = heads.AWAL, False
        elif kepala := heads.kepala(baris, self.bagian):
            self._mulai(*kepala, halaman)
        elif halaman > 0 and heads.adalah_nomor_halaman(baris):
            return
        elif heads.adalah_tanda_tangan(baris):
            self.bagian = heads.PENUTUP
            self._tersisa(baris, halaman)
        elif heads.adalah_kop(baris) or not self._menerima(baris):
            self._tersisa(baris, halaman)
        else:
            self.formulir[-1].teks[self.bagian].append(baris.removeprefix(":").strip())

    def _mulai(self, jenis: str, isi: str, halaman: int) -> None:
        """Begin a form, or the next part of one; a part without its jabatan has no place."""
        if jenis == heads.JABATAN:
            self._buang_yang_kosong()
            self.formulir.append(_Formulir(halaman, terbungkus=halaman > 0, sisa_sebelum=len(self.sisa)))
            self.tersela = False
        elif not self.formulir or self.bagian == heads.PENUTUP:
            self._tersisa(f"{jenis.upper()} : {isi}", halaman)
            return
        self.bagian = jenis
        self.formulir[-1].teks.setdefault(jenis, []).extend(filter(None, [isi]))

    def _buang_yang_kosong(self) -> None:
        """A jabatan that is only named before the next form is a line of the text around the forms."""
        if self.formulir and self.formulir[-1].kosong:
            form = self.formulir.pop()
            teks = rapat(f"JABATAN : {form.selesai().jabatan}")
            self.sisa.insert(form.sisa_sebelum, Sisa(form.halaman, teks))

    def _menerima(self, baris: str) -> bool:
        """Say whether the open part takes a line that is no head."""
        if self.bagian == heads.JABATAN:
            form = self.formulir[-1]
            nama = form.teks[heads.JABATAN]
            return not _LABEL.match(baris) and (form.terbungkus or not nama)
        return self.bagian in (heads.TUGAS, heads.FUNGSI)

    def tabel(self, tabel: Tabel) -> None:
        """Read a table: an IKI table or its continuation, or heads set out in cells."""
        nomor, kolom, pertama = 0, self._kolom_lanjutan(tabel), True
        self.tertolak = False
        while nomor < len(tabel.baris):
            sel = tabel.baris[nomor]
            if ditemukan := kepala_tabel(tabel.baris, nomor):
                kolom = ditemukan.kolom
                self._buka_tabel(kolom)
                for judul in ditemukan.tak_dikenal:
                    self._tersisa(judul, tabel.halaman)
                nomor += ditemukan.jumlah_baris
                continue
            if kolom is None or self._jabatan_dalam_sel(sel):
                kolom = None
                self._baris_sel(sel, tabel.halaman)
            elif any(s.strip() for s in sel):
                self._baris_tabel(sel, tabel.halaman, pertama=pertama)
                pertama = False
            nomor += 1
        if self.tertolak and self.bagian == heads.FUNGSI:
            self.bagian = heads.TABEL  # what follows the table is no fungsi either

    def _kolom_lanjutan(self, tabel: Tabel) -> Kolom | None:
        """Return the columns of the open table where this one continues it without a head."""
        if self.bagian != heads.TABEL or not tabel.baris:
            return None
        kolom = self.formulir[-1].isi.kolom
        return kolom if kolom and len(tabel.baris[0]) in (len(kolom), len(kolom) + 1) else None

    def _buka_tabel(self, kolom: Kolom) -> None:
        milik_form = self.formulir and self.bagian != heads.PENUTUP and not self.tersela
        if milik_form:
            self.formulir[-1].isi.kolom = kolom
        self.bagian = heads.TABEL if milik_form else heads.TANPA_JABATAN

    def _jabatan_dalam_sel(self, sel: tuple[str, ...]) -> bool:
        kepala = heads.kepala(_sebaris(sel), heads.TABEL)
        return kepala is not None and kepala[0] == heads.JABATAN

    def _baris_sel(self, sel: tuple[str, ...], halaman: int) -> None:
        """Take a row outside an IKI table as lines of text, its cells side by side.

        A table whose head nobody knows is left over row by row: it is no part of a tugas or fungsi.
        """
        teks = _sebaris(sel)
        if self._berkepala(teks):
            self.tertolak = False
        elif self.bagian == heads.TABEL or self._asing(sel):
            self._tersisa(" | ".join(rapat(s) for s in sel if s.strip()), halaman)
            return
        self.alinea(Alinea(teks, halaman))

    def _berkepala(self, teks: str) -> bool:
        if self.bagian == heads.TABEL:
            return heads.kepala(teks, self.bagian) is not None
        furnitur = (heads.adalah_judul_formulir, heads.adalah_tanda_tangan, heads.adalah_kop)
        return heads.kepala(teks, self.bagian) is not None or any(adalah(teks) for adalah in furnitur)

    def _asing(self, sel: tuple[str, ...]) -> bool:
        """Say whether a row under a head belongs to a foreign table, and remember it for the rows below."""
        isi = [s for s in sel if s.strip()]
        if self.bagian not in (heads.JABATAN, heads.TUGAS, heads.FUNGSI) or not isi:
            return False
        if len(isi) > 1 and not _butir_bersel(isi):
            self.tertolak = self.formulir[-1].bertabel = True
        return self.tertolak

    def _baris_tabel(self, sel: tuple[str, ...], halaman: int, *, pertama: bool) -> None:
        if self.bagian == heads.TANPA_JABATAN:
            self._tersisa(" | ".join(rapat(s) for s in sel if s.strip()), halaman)
            return
        isi = self.formulir[-1].isi
        sambungan = pertama and bool(isi.baris) and isi.baris[-1].halaman < halaman
        for teks in isi.tambah(sel, halaman, sambungan=sambungan):
            self._tersisa(teks, halaman)

    def _tersisa(self, teks: str, halaman: int) -> None:
        self.tersela = self.tersela or self.bagian == heads.AWAL
        if teks.strip():
            self.sisa.append(Sisa(halaman, rapat(teks)))


def _sebaris(sel: tuple[str, ...]) -> str:
    return " ".join(s.strip() for s in sel if s.strip())


def _butir_bersel(isi: list[str]) -> bool:
    """Say whether filled cells are one item of a list: its mark in cells of its own, then its text."""
    *tanda, teks = isi
    return all(_TANDA_BUTIR.fullmatch(t) for t in tanda) and not _TANDA_BUTIR.fullmatch(teks)
