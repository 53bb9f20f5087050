"""Which line is a head (jabatan, tugas, fungsi), which is furniture, and which begins the signature."""

from __future__ import annotations

import re

from iki_xl.importer.titles import huruf

JABATAN, TUGAS, FUNGSI, TABEL = "jabatan", "tugas", "fungsi", "tabel"
AWAL, PENUTUP, TANPA_JABATAN = "", "penutup", "tanpa jabatan"
_URUTAN = {JABATAN: "1", TUGAS: "2", FUNGSI: "3"}
_KEPALA = re.compile(
    r"\s*(?:(?P<nomor>\d{1,2}|[A-Ca-c]|I{1,3})\s*[.)]\s*)?"
    r"(?P<kata>(?:nama\s+)?jabatan|(?:uraian\s+)?tugas(?:\s+pokok)?|ikhtisar\s+jabatan|(?:rincian\s+)?fungsi)"
    r"(?P<jarak>\s*)(?P<titik>[:;=]+)?\s*(?P<isi>.*)",
    re.IGNORECASE | re.DOTALL,
)
_JUDUL_FORMULIR = re.compile(
    r"(?:lampiran|formulir|daftar)?(?:penetapan)?indikatorkinerja(?:individu|utama)?(?:iki|iku)?"
)
_NOMOR_HALAMAN = re.compile(
    r"\W*(?:(?:halaman|hal|page)\W*)?\d{1,4}\W*(?:(?:dari|of|/)\s*\d{1,4}\W*)?", re.IGNORECASE
)
_BULAN = "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember"
_TANDA_TANGAN = re.compile(
    rf"\s*(?:ditetapkan\s+di\b|pada\s+tanggal\b|mengetahui\b|nip\b\.?|"
    rf"[A-Z][\w ]{{2,40}}?\s*,[\s.…_\d]*(?:{_BULAN})\s+(?:\d\s*){{4}}\s*$)",
    re.IGNORECASE,
)
_KOP = re.compile(
    r"\s*(?:LAMPIRAN\b|KEPUTUSAN\s+[A-Z]|PERATURAN\s+(?:BUPATI|WALI|GUBERNUR|MENTERI)|"
    r"PEMERINTAH\s+(?:KABUPATEN|KOTA|PROVINSI|DAERAH)\b[A-Z .]*$|"
    r"(?:NOMOR|Nomor|TANGGAL|Tanggal|TENTANG|Tentang)\s*:)"
)


def kepala(baris: str, bagian: str) -> tuple[str, str] | None:
    """Return which head a line is and the text after it, or None.

    `bagian` is the part of the form the line stands in: where that head is due, it may lack its colon.
    """
    m = _KEPALA.fullmatch(baris)
    if m is None:
        return None
    jenis = _jenis(m["kata"])
    isi, jarak = m["isi"].strip(), m["jarak"]
    kapital = m["kata"][0].isupper()
    menempel = not m["titik"] and not jarak and isi
    if menempel or not (kapital or (m["titik"] and m["nomor"])):
        return None
    if m["titik"] or (m["nomor"] == _URUTAN[jenis] and _jatuh_tempo(jenis, bagian)):
        return jenis, isi
    tegas = not isi or m["kata"].isupper() or len(jarak) > 1 or "\t" in jarak
    return (jenis, isi) if tegas and _jatuh_tempo(jenis, bagian) else None


def _jenis(kata: str) -> str:
    polos = huruf(kata)
    if polos.startswith("ikhtisar") or "tugas" in polos:
        return TUGAS
    return FUNGSI if "fungsi" in polos else JABATAN


def _jatuh_tempo(jenis: str, bagian: str) -> bool:
    """Say whether a head of this kind is due in this part of a form."""
    return bagian in {JABATAN: (AWAL, TABEL, PENUTUP), TUGAS: (JABATAN,), FUNGSI: (JABATAN, TUGAS)}[jenis]


def adalah_judul_formulir(baris: str) -> bool:
    """Say whether a line is the form's own title, such as INDIKATOR KINERJA INDIVIDU."""
    return bool(_JUDUL_FORMULIR.fullmatch(huruf(baris))) and (baris.isupper() or baris.istitle())


def adalah_nomor_halaman(baris: str) -> bool:
    """Say whether a line is nothing but a page number."""
    return bool(_NOMOR_HALAMAN.fullmatch(baris))


def adalah_tanda_tangan(baris: str) -> bool:
    """Say whether a line begins the signature: place and date, or "Ditetapkan di"."""
    return bool(_TANDA_TANGAN.match(baris))


def adalah_kop(baris: str) -> bool:
    """Say whether a line belongs to a letterhead or names the decree."""
    return bool(_KOP.match(baris))
