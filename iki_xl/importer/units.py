"""Satuan and tipe perhitungan: what the document says, in the catalogue's spelling, and satuan guessed."""

from __future__ import annotations

import re

from iki_xl.catalog import PERSENTASE, CaraHitung, Referensi, TipePerhitungan
from iki_xl.comparable import comparable
from iki_xl.importer.texts import kata

# Words of an indikator by the satuan they count in; forms of a satuan's own name are known anyway.
_SEARTI = {
    "Persentase": "persen prosentase",
    "Laporan": "lap pelaporan",
    "Dokumen": "dokumentasi rencana renja renstra naskah surat sk rekomendasi instrumen instrument",
    "Kegiatan": (
        "monitoring monev pembinaan fasilitasi pemeliharaan sosialisasi rapat rakor pelatihan kunjungan "
        "pendampingan evaluasi koordinasi penyuluhan bimtek pembangunan pemantauan pengawasan musyawarah "
        "musrenbang patroli piket"
    ),
    "Orang": "pegawai peserta aparatur asn pns penduduk warga pengunjung pemohon kader anggota",
    "Draf": "draft konsep rancangan",
    "Data": "bahan rekap rekapitulasi entri entry",
    "Berkas": "arsip file",
    "Usulan": "pengajuan proposal permohonan",
    "Layanan": "pelayanan",
    "Pengaduan": "aduan keluhan",
    "Aset": "asset",
    "Lembaga": "kelembagaan bumdes bumdesa",
    "Kali": "pelanggaran kejadian frekuensi",
    "Posyantek/inovasi": "posyantek inovasi",
}
_MENURUT_KATA = {word: satuan for satuan, words in _SEARTI.items() for word in words.split()}
# Where the thing that is counted has been named, and a description of it begins.
_PENUTUP = frozenset(
    {"yang", "dalam", "untuk", "kepada", "tentang", "pada", "oleh", "dari", "agar", "sesuai", "terhadap"}
    | {"melalui", "kehadiran"}
)
_PERSENTASE = ("persentase", "prosentase")
_RATA_RATA = frozenset({"ratarata", "rerata", "average"})


def tebak_satuan(indikator: str, formulasi: str, referensi: Referensi) -> str:
    """Return the satuan that an indikator's wording names, spelled as in the list; "" where it names none.

    "Jumlah laporan …" counts Laporan. Where the indikator does not say "Jumlah", but its formulasi does, the
    formulasi is asked first.
    """
    texts = [indikator]
    if not _menghitung(indikator) and _menghitung(formulasi):
        texts.insert(0, formulasi)
    return next(filter(None, (_satuan(text, referensi) for text in texts)), "")


def _menghitung(text: str) -> bool:
    return kata(text)[:1] in (["jumlah"], ["persentase"], ["banyaknya"])


def _satuan(text: str, referensi: Referensi) -> str:
    known = {" ".join(kata(name)): name for name in referensi.satuan}
    words = kata(text)
    if "".join(words).startswith(_PERSENTASE):  # copying may have broken the word
        return referensi.cari_satuan(PERSENTASE) or ""
    if words[:1] in (["jumlah"], ["banyaknya"]):
        words = words[1:]
    for at, word in enumerate(words):
        if word in _PENUTUP:
            break
        two = " ".join(words[at : at + 2])
        name = known.get(two) or known.get(word) or referensi.cari_satuan(_MENURUT_KATA.get(word, ""))
        if name:
            return name
    return ""


def cari_tipe(text: str, referensi: Referensi) -> tuple[TipePerhitungan | None, bool]:
    """Return the tipe that a document's words mean, and whether they are spelled otherwise than in the list.

    An average that the list lacks is returned as a new tipe.
    """
    exact = referensi.cari_tipe(text)
    if exact is not None:
        return exact, False
    wanted = _huruf(text)
    for tipe in referensi.tipe:
        if _huruf(tipe.nama) == wanted:
            return tipe, True
    return (
        (TipePerhitungan("Rata-rata", CaraHitung.RATA_RATA), True) if wanted in _RATA_RATA else (None, False)
    )


def _huruf(text: str) -> str:
    return re.sub(r"[^a-z]", "", comparable(text))
