"""Plain text as it comes out of a Word or PDF document when copied: decoded, its tables put back together.

Tables come out in three shapes: a row per line with tabs between cells, a cell per line behind a tab with
blank lines between rows, and the wrapped lines of cells one after another.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING

from iki_xl.comparable import visible
from iki_xl.errors import DocumentError, sebab_sistem
from iki_xl.importer import heads
from iki_xl.importer.document import Alinea, Dokumen, Tabel
from iki_xl.importer.titles import NO, SUMBER, adalah_kepala, judul_berurutan, kolom_dari_judul
from iki_xl.importer.words import Garis, huruf_angka
from iki_xl.importer.wrapped import BarisTersusun, susun_baris

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_KENDALI = re.compile(r"[\x00-\x08\x0e-\x1f]")
_TANDA_BINER = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
_KENDALI_TERBANYAK = 0.001
_BARIS_KEPALA_TERBANYAK = 24
_KOLOM_TERBANYAK = 12


def baca_teks(path: Path) -> Dokumen:
    """Read a plain text; pages are told by form feeds and counted from 1.

    Raises:
        DocumentError: the file cannot be opened, is empty, or is no text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        pesan = f"Dokumen {path.name} tidak dapat dibaca: {sebab_sistem(error)}."
        raise DocumentError(pesan) from error
    teks = visible(_dekode(data, path))
    if not teks.strip():
        raise DocumentError(f"Dokumen {path.name} kosong: tidak ada teks di dalamnya.")
    halaman = teks.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").split("\f")
    garis = [Garis(b, nomor) for nomor, isi in enumerate(halaman, start=1) for b in isi.split("\n")]
    return Dokumen(path.name, tuple(_Penata(garis).susun()))


def _dekode(data: bytes, path: Path) -> str:
    """Decode UTF-8, UTF-16 or cp1252, told by the byte order mark or by what the bytes allow."""
    teks = _coba(data, _penyandian(data))
    kendali = len(_KENDALI.findall(teks))
    if data.startswith(_TANDA_BINER) or kendali > max(2, len(teks) * _KENDALI_TERBANYAK):
        raise DocumentError(
            f"Dokumen {path.name} bukan teks biasa; simpan sebagai .docx, .pdf atau .txt, lalu coba lagi."
        )
    return teks


def _penyandian(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    awal = data[:4096]
    if awal.count(0) > len(awal) // 4:
        return "utf-16-le" if awal[1::2].count(0) > awal[::2].count(0) else "utf-16-be"
    return "utf-8-sig"


def _coba(data: bytes, penyandian: str) -> str:
    try:
        return data.decode(penyandian)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


class _Penata:
    """Goes through the lines once, telling tables from paragraphs."""

    def __init__(self, garis: Sequence[Garis]) -> None:
        self.garis = garis
        self.bagian: list[Alinea | Tabel] = []
        self.lepas: list[
            tuple[int, tuple[str, ...], list[Garis]]
        ] = []  # where a table without ruling belongs

    def susun(self) -> list[Alinea | Tabel]:
        """Return paragraphs and tables in reading order."""
        nomor = 0
        while nomor < len(self.garis):
            nomor = self._tabel_bertab(nomor) or self._tabel_lepas(nomor) or self._alinea(nomor)
        return self._dengan_tabel_lepas()

    def _alinea(self, nomor: int) -> int:
        garis = self.garis[nomor]
        if garis.teks.strip():
            self.bagian.append(Alinea(garis.teks.strip(), garis.halaman))
        return nomor + 1

    def _tabel_bertab(self, nomor: int) -> int | None:
        """Take in a table whose cells stand behind tabs; returns the line after it, or None."""
        if "\t" not in self.garis[nomor].teks:
            return None
        judul, akhir = self._kelompok(nomor, _KOLOM_TERBANYAK)
        if not adalah_kepala([kolom_dari_judul(j) for j in judul]):
            return None
        baris, halaman = [tuple(judul)], self.garis[nomor].halaman
        while (mulai := self._berisi(akhir)) is not None and self._melanjutkan(mulai):
            if self.garis[mulai].halaman != halaman:
                self.bagian.append(Tabel(tuple(baris), halaman))
                baris, halaman = [], self.garis[mulai].halaman
            sel, akhir = self._kelompok(mulai)
            baris.extend(_sebaris_demi_sebaris(sel, len(judul)))
        self.bagian.append(Tabel(tuple(baris), halaman))
        return akhir

    def _kelompok(self, nomor: int, terbanyak: int | None = None) -> tuple[list[str], int]:
        """Return a row's cells: of one line with tabs inside, or of the tabbed lines up to a blank one."""
        teks = self.garis[nomor].teks
        if "\t" in teks.strip():
            return [s.strip() for s in teks.rstrip("\n").split("\t")], nomor + 1
        sel = []
        akhir = len(self.garis) if terbanyak is None else min(len(self.garis), nomor + terbanyak)
        while nomor < akhir and self.garis[nomor].teks.startswith("\t"):
            sel.append(self.garis[nomor].teks.strip())
            nomor += 1
        return sel, nomor

    def _berisi(self, nomor: int) -> int | None:
        """Return the next line of a table: not empty, no page number; a lone tab is a blank cell."""
        for n in range(nomor, len(self.garis)):
            teks = self.garis[n].teks.strip(" ")
            if teks and ("\t" in teks or not heads.adalah_nomor_halaman(teks)):
                return n
        return None

    def _melanjutkan(self, nomor: int) -> bool:
        teks = self.garis[nomor].teks
        return "\t" in teks and not _menutup_tabel(teks.strip())

    def _tabel_lepas(self, nomor: int) -> int | None:
        """Set a table without ruling aside for later; returns the line after it, or None."""
        ditemukan = self._judul_lepas(nomor)
        if ditemukan is None:
            return None
        kolom, nomor = ditemukan
        isi: list[Garis] = []
        while nomor < len(self.garis) and not _menutup_tabel(self.garis[nomor].teks.strip()):
            if ulang := self._judul_lepas(nomor):
                nomor = ulang[1]
                continue
            if not self._nomor_halaman(nomor, kolom):
                isi.append(self.garis[nomor])
            nomor += 1
        self.lepas.append((len(self.bagian), kolom, isi))
        return nomor

    def _judul_lepas(self, nomor: int) -> tuple[tuple[str, ...], int] | None:
        """Return the columns of a head that begins at this line and the line after it, or None."""
        awal = self.garis[nomor].teks.split()
        if not awal or not (kolom_dari_judul(awal[0].strip("/")) or kolom_dari_judul(self.garis[nomor].teks)):
            return None
        kata = [
            (k, n)
            for n, g in enumerate(self.garis[nomor : nomor + _BARIS_KEPALA_TERBANYAK], start=nomor)
            for k in g.teks.split()
        ]
        kolom, jumlah = judul_berurutan([k for k, _ in kata])
        if not jumlah or (jumlah < len(kata) and kata[jumlah][1] == kata[jumlah - 1][1]):
            return None
        return kolom, kata[jumlah - 1][1] + 1

    def _nomor_halaman(self, nomor: int, kolom: Sequence[str]) -> bool:
        """Say whether a line inside a table is a page number; with a number column only at a page's edge."""
        teks = self.garis[nomor].teks
        if not teks.strip() or not heads.adalah_nomor_halaman(teks):
            return False
        return NO not in kolom or self._di_tepi_halaman(nomor)

    def _di_tepi_halaman(self, nomor: int) -> bool:
        halaman = self.garis[nomor].halaman
        for langkah in (-1, 1):
            tetangga = nomor + langkah
            while 0 <= tetangga < len(self.garis) and not self.garis[tetangga].teks.strip():
                tetangga += langkah
            if 0 <= tetangga < len(self.garis) and self.garis[tetangga].halaman != halaman:
                return True
        return False

    def _dengan_tabel_lepas(self) -> list[Alinea | Tabel]:
        """Put the tables without ruling together; sumber data that recur help with those read otherwise."""
        susunan = [susun_baris(isi, kolom) for _, kolom, isi in self.lepas]
        per_tabel = [
            _sumber_data(baris, kolom) for (_, kolom, _), baris in zip(self.lepas, susunan, strict=True)
        ]
        kali = Counter(sumber for tabel in per_tabel for sumber in tabel)
        dikenal = {sumber for sumber, jumlah in kali.items() if jumlah > 1}
        hasil: list[Alinea | Tabel] = []
        letak_lalu = 0
        for (letak, kolom, isi), baris, sumber in zip(self.lepas, susunan, per_tabel, strict=True):
            diulang = baris if dikenal.issuperset(sumber) else susun_baris(isi, kolom, dikenal)
            hasil.extend(self.bagian[letak_lalu:letak])
            hasil.extend(_tabel_per_halaman(diulang, kolom, isi[0].halaman if isi else 1))
            letak_lalu = letak
        return [*hasil, *self.bagian[letak_lalu:]]


def _sumber_data(baris: Sequence[BarisTersusun], kolom: Sequence[str]) -> list[str]:
    if SUMBER not in kolom:
        return []
    letak = kolom.index(SUMBER)
    terisi = (huruf_angka(b.sel[letak].split()) for b in baris if len(b.sel) == len(kolom))
    return [teks for teks in terisi if teks]


def _menutup_tabel(teks: str) -> bool:
    """Say whether a line ends a table: the next form's title or jabatan, a decree or a signature."""
    kepala = heads.kepala(teks, heads.TABEL)
    jabatan = kepala is not None and kepala[0] == heads.JABATAN
    return jabatan or any(
        aturan(teks) for aturan in (heads.adalah_judul_formulir, heads.adalah_tanda_tangan, heads.adalah_kop)
    )


def _sebaris_demi_sebaris(sel: list[str], lebar: int) -> list[tuple[str, ...]]:
    """Cut cells that came without blank lines into rows of the table's width."""
    if len(sel) % lebar:
        return [tuple(sel)]
    return [tuple(sel[n : n + lebar]) for n in range(0, len(sel), lebar)]


def _tabel_per_halaman(
    baris: Sequence[BarisTersusun], kolom: Sequence[str], halaman: int
) -> list[Alinea | Tabel]:
    """Return rows as a table per page, the first with the head; text that fits no row stands between."""
    hasil: list[Alinea | Tabel] = []
    terkumpul = [tuple(_JUDUL[k] for k in kolom)]
    for b in baris:
        if len(b.sel) != len(kolom) or b.halaman != halaman:
            if terkumpul:
                hasil.append(Tabel(tuple(terkumpul), halaman))
            halaman, terkumpul = b.halaman, []
        if len(b.sel) == len(kolom):
            terkumpul.append(b.sel)
        else:
            hasil.append(Alinea(b.sel[0], b.halaman))
    return [*hasil, Tabel(tuple(terkumpul), halaman)] if terkumpul else hasil


_JUDUL = {
    "no": "NO",
    "sasaran": "SASARAN",
    "indikator": "INDIKATOR KINERJA INDIVIDU",
    "satuan": "SATUAN",
    "tipe": "TIPE PERHITUNGAN",
    "formulasi": "FORMULASI PERHITUNGAN",
    "sumber": "SUMBER DATA",
    "lain": "KETERANGAN",
}
