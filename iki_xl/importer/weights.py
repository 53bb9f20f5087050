"""How well a run of words fits a column of an IKI table: the wording that such documents share.

Scores are plain points; more is better, and `MUSTAHIL` rules a reading out. They weigh the wording of a
cell's beginning, its length, and how far indikator and formulasi say the same, never one document's texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.catalog.model import SATUAN_BAKU
from iki_xl.importer.cells import BUTIR
from iki_xl.importer.titles import FORMULASI, INDIKATOR, LAIN, NO, SASARAN, SATUAN, SUMBER, TIPE
from iki_xl.importer.words import Jeda

if TYPE_CHECKING:
    from collections.abc import Sequence

MUSTAHIL = -1e9


@dataclass(frozen=True, slots=True)
class Ungkapan:
    """A cell's wording for comparison: its letters and digits run together, and its longer words."""

    polos: str
    kata: frozenset[str]


# Points for a cell that begins at such a gap, and for one that runs on over it.
PUTUS = {
    Jeda.SPASI: -7.0,
    Jeda.TERBUNGKUS: -4.0,
    Jeda.LEBAR: -2.0,
    Jeda.BARIS: -1.0,
    Jeda.TERTUTUP: -1.0,
    Jeda.KOSONG_TERBUNGKUS: -0.5,
    Jeda.KOSONG: 1.5,
    Jeda.KOSONG_BERISI_SPASI: 2.0,
}
SAMBUNG = {
    Jeda.SPASI: 0.0,
    Jeda.TERBUNGKUS: 0.0,
    Jeda.LEBAR: 0.0,
    Jeda.BARIS: -0.2,
    Jeda.TERTUTUP: -0.2,
    Jeda.KOSONG_TERBUNGKUS: -1.0,
    Jeda.KOSONG: -2.0,
    Jeda.KOSONG_BERISI_SPASI: -2.5,
}
KOLOM_KOSONG = {
    NO: -1.0,
    SASARAN: 0.0,
    INDIKATOR: -7.0,
    SATUAN: -2.0,
    TIPE: -2.0,
    FORMULASI: -5.0,
    SUMBER: -2.5,
    LAIN: 0.0,
}
UKURAN = re.compile(
    r"jumlah|persentase|prosentase|presentase|rekap\w*|laporan|dokumen|tingkat|nilai|rata-rata|indeks|rasio|angka|"
    r"frekuensi|cakupan|volume|ketepatan|waktu|skor|predikat|monitoring|realisasi|terlaksananya|tersusunnya|"
    r"terselesaikannya|tersedianya",
    re.IGNORECASE,
)
LEMBAGA = re.compile(
    r"seksi|sub|subbag\w*|bidang|bagian|dinas|badan|kantor|kecamatan|kelurahan|desa|seluruh|pemerintah|data|"
    r"pengelola\w*|pengolah\w*|pengadministrasi\w*|pelayanan|sekretaris|sekretariat|upt\w*|puskesmas|dpa|dpmd|opd|"
    r"skpd|arsip|buku|agenda|bendahara|kasi|kasubag|camat|kepala|laporan|dokumen|rekap\w*|bps|bpkad|bappeda|rsud",
    re.IGNORECASE,
)
_TUJUAN = re.compile(
    r"tertib|ter\w{3,}nya|me\w{4,}nya|meningkat\w*|mewujudkan|kualitas|situasi|fasilitasi|pen\w+an|pem\w+an|pel\w+an|"
    r"pengelolaan|optimal\w*|kelancaran|monitoring|integritas|dokumen",
    re.IGNORECASE,
)
_TIPE = re.compile(r"(?:non[ -]?)?(?:a?kumulatif)|rata[ -]?rata|posisi akhir", re.IGNORECASE)
_CATATAN = re.compile(r"catatan|keterangan|x", re.IGNORECASE)
_MENGGANTUNG = re.compile(
    r"dan|atau|yang|dengan|di|ke|dari|untuk|serta|oleh|pada|dalam|sesuai|antara|.*[,:/(]", re.IGNORECASE
)
_NOMOR = re.compile(r"\(?\d{1,3}[.)]?")
_SATUAN_DIKENAL = frozenset(sama(s) for s in SATUAN_BAKU) | {"%", "persen"}
_KATA_SUMBER_LAZIM = 12
_KATA_SASARAN_LAZIM = 30
_HURUF_AWALAN_TERPENDEK = 15


def nilai_sel(kolom: str, kata: tuple[str, ...]) -> float:
    """Return how well these words fit a column, apart from the gaps around and between them."""
    if kolom == NO:
        return 3.0 if len(kata) == 1 and _NOMOR.fullmatch(kata[0]) else MUSTAHIL
    if kolom == TIPE:
        return 5.0 if _TIPE.fullmatch(" ".join(kata)) else MUSTAHIL
    if kolom == SATUAN:
        return _nilai_satuan(kata)
    berbutir = adalah_butir(kata[0])
    isi = kata[1:] if berbutir else kata
    if not isi or _CATATAN.fullmatch(isi[0]):
        return MUSTAHIL
    penilai = {SASARAN: _nilai_sasaran, INDIKATOR: _nilai_indikator, FORMULASI: _nilai_formulasi}
    return penilai.get(kolom, _nilai_sumber)(isi, berbutir) - _tidak_utuh(isi)


def _tidak_utuh(kata: Sequence[str]) -> float:
    """Return what a cell costs that breaks off in the middle: at a conjunction, a comma, an open bracket."""
    teks = "".join(kata)
    terbelah = teks.count("(") != teks.count(")")
    return 3.0 * terbelah + 5.0 * bool(_MENGGANTUNG.fullmatch(kata[-1]))


def _nilai_satuan(kata: Sequence[str]) -> float:
    if sama(" ".join(kata)) in _SATUAN_DIKENAL:
        return 4.0
    return -1.0 - len(kata) if len(kata) < 5 else MUSTAHIL  # noqa: PLR2004 - a unit of five words is a sentence


def _nilai_sasaran(kata: Sequence[str], berbutir: bool) -> float:
    nilai = 2.0 if _TUJUAN.fullmatch(kata[0]) and not _menyebut_lembaga(kata[0]) else 0.0
    if berbutir or sama(kata[0]) in ("jumlah", "persentase"):
        nilai -= 8.0
    if kata[0][0].islower():
        nilai -= 3.0
    pendek = max(0, 3 - len(kata)) * 2.0
    return nilai - pendek - max(0, len(kata) - _KATA_SASARAN_LAZIM) * 0.3 - _lembaga_berbutir(kata)


def _nilai_indikator(kata: Sequence[str], berbutir: bool) -> float:
    awal = kata[0]
    if UKURAN.fullmatch(awal):
        nilai = 4.0
    elif berbutir:
        nilai = 2.0
    else:
        nilai = -6.0 if awal[0].islower() else -1.0
        nilai -= 2.0 * bool(_TUJUAN.fullmatch(awal)) + 3.0 * bool(LEMBAGA.fullmatch(awal))
    keterangan = 5.0 * any(_CATATAN.fullmatch(k) for k in kata)
    return nilai - 5.0 * (len(kata) == 1) - keterangan - _ukuran_di_tengah(kata) - _lembaga_berbutir(kata)


def _nilai_formulasi(kata: Sequence[str], berbutir: bool) -> float:
    if UKURAN.fullmatch(kata[0]) or kata[0][0].isdigit():
        nilai = 3.0
    else:
        nilai = -4.0 if kata[0][0].islower() or berbutir else 0.0
    nilai += 3.0 * any(k in ("100%", "100") for k in kata) - 3.0 * (len(kata) == 1)
    return nilai - _lembaga_berbutir(kata)


def _nilai_sumber(kata: Sequence[str], _berbutir: bool) -> float:
    if sama(kata[0]) in ("jumlah", "persentase"):
        return MUSTAHIL
    nilai = 3.0 if _menyebut_lembaga(kata[0]) else -1.0
    if kata[0][0].islower():
        nilai -= 4.0
    return nilai - _ukuran_di_tengah(kata) - max(0, len(kata) - _KATA_SUMBER_LAZIM) * 0.5


def _ukuran_di_tengah(kata: Sequence[str]) -> float:
    """Return what a capital "Jumlah" inside a cell costs: most often another cell begins there."""
    return 4.0 * sum(k in ("Jumlah", "Persentase") for k in kata[2:])


@lru_cache(maxsize=16_384)
def adalah_butir(kata: str) -> bool:
    """Say whether a word is nothing but a list mark."""
    return BUTIR.fullmatch(kata) is not None


def _lembaga_berbutir(kata: Sequence[str]) -> float:
    """Return what a list item that names an office costs outside sumber data, where such lists stand."""
    pasangan = pairwise(kata)
    return 4.0 * any(adalah_butir(a) and _menyebut_lembaga(b) for a, b in pasangan)


@lru_cache(maxsize=16_384)
def _menyebut_lembaga(kata: str) -> bool:
    """Say whether a word begins the name of an office or its files, and could not begin an indikator too."""
    return bool(LEMBAGA.fullmatch(kata)) and not UKURAN.fullmatch(kata)


def nilai_kesamaan(a: Ungkapan, b: Ungkapan) -> float:
    """Return points for how far indikator and formulasi say the same."""
    if a.polos == b.polos:
        return 12.0
    pendek, panjang = sorted((a.polos, b.polos), key=len)
    if len(pendek) >= _HURUF_AWALAN_TERPENDEK and panjang.startswith(pendek):
        return 10.0
    if not a.kata or not b.kata:
        return 0.0
    return 8.0 * 2 * len(a.kata & b.kata) / (len(a.kata) + len(b.kata))
