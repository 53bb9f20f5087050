"""Satuan and tipe perhitungan: what the document says, in the catalogue's spelling, and satuan guessed."""

from __future__ import annotations

import re

from iki_xl.catalog import PERCENTAGE, CaraHitung, Referensi, TipePerhitungan
from iki_xl.comparable import comparable
from iki_xl.importer.guess.texts import split_words

# Words of an indikator by the satuan they count in; forms of a satuan's own name are known anyway.
_WORDS_OF_SATUAN = {
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
_SATUAN_BY_WORD = {word: satuan for satuan, words in _WORDS_OF_SATUAN.items() for word in words.split()}
# Where the thing that is counted has been named, and a description of it begins.
_CLOSING_WORDS = frozenset(
    {"yang", "dalam", "untuk", "kepada", "tentang", "pada", "oleh", "dari", "agar", "sesuai", "terhadap"}
    | {"melalui", "kehadiran"}
)
_PERCENTAGE_WORDS = ("persentase", "prosentase")
_AVERAGE_WORDS = frozenset({"ratarata", "rerata", "average"})


def guess_satuan(indikator: str, formulasi: str, referensi: Referensi) -> str:
    """Return the satuan that an indikator's wording names, spelled as in the list; "" where it names none.

    "Jumlah laporan …" counts Laporan. Where the indikator does not say "Jumlah", but its formulasi does, the
    formulasi is asked first.
    """
    texts = [indikator]
    if not _is_counting(indikator) and _is_counting(formulasi):
        texts.insert(0, formulasi)
    return next(filter(None, (_find_named_satuan(text, referensi) for text in texts)), "")


def _is_counting(text: str) -> bool:
    return split_words(text)[:1] in (["jumlah"], ["persentase"], ["banyaknya"])


def _find_named_satuan(text: str, referensi: Referensi) -> str:
    known = {" ".join(split_words(name)): name for name in referensi.satuan}
    words = split_words(text)
    if "".join(words).startswith(_PERCENTAGE_WORDS):  # copying may have broken the word
        return referensi.find_satuan(PERCENTAGE) or ""
    if words[:1] in (["jumlah"], ["banyaknya"]):
        words = words[1:]
    for at, word in enumerate(words):
        if word in _CLOSING_WORDS:
            break
        two = " ".join(words[at : at + 2])
        name = known.get(two) or known.get(word) or referensi.find_satuan(_SATUAN_BY_WORD.get(word, ""))
        if name:
            return name
    return ""


def find_tipe(text: str, referensi: Referensi) -> tuple[TipePerhitungan | None, bool]:
    """Return the tipe that a document's words mean, and whether they are spelled otherwise than in the list.

    An average that the list lacks is returned as a new tipe.
    """
    exact = referensi.find_tipe(text)
    if exact is not None:
        return exact, False
    wanted = _keep_plain_letters(text)
    for tipe in referensi.tipe:
        if _keep_plain_letters(tipe.nama) == wanted:
            return tipe, True
    return (
        (TipePerhitungan("Rata-rata", CaraHitung.MEAN), True) if wanted in _AVERAGE_WORDS else (None, False)
    )


def _keep_plain_letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", comparable(text))
