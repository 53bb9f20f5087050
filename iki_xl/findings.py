"""Findings: what is right to say about data, in the words of an office.

A `Temuan` is a frozen record with a stable code. All texts stand in `JENIS`, in one place; the
placeholders in braces are filled by `temuan()`. Levels: galat (the value does not count until it
is mended), peringatan (it counts, but somebody should look), info.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tingkat(StrEnum):
    """How serious a finding is."""

    GALAT = "galat"
    PERINGATAN = "peringatan"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Tempat:
    """Where something was found: file, sheet, cell address such as "H12", and the ids if known."""

    berkas: str = ""
    lembar: str = ""
    sel: str = ""
    id_jabatan: str = ""
    id_indikator: str = ""


@dataclass(frozen=True, slots=True)
class Temuan:
    """One finding; the fields are the columns of temuan.csv, in that order."""

    kode: str
    tingkat: Tingkat
    berkas: str
    lembar: str
    sel: str
    id_jabatan: str
    id_indikator: str
    nilai: str
    pesan: str
    perbaikan: str


@dataclass(frozen=True, slots=True)
class Jenis:
    """A kind of finding: its level, what is said and what to do about it."""

    tingkat: Tingkat
    pesan: str
    perbaikan: str


G, P, I = Tingkat.GALAT, Tingkat.PERINGATAN, Tingkat.INFO  # noqa: E741 - short names make the table below readable

JENIS: dict[str, Jenis] = {
    # K: katalog.xlsx
    "K01": Jenis(G, "Lembar “{nama}” tidak ada di katalog.", "Kembalikan lembar “{nama}”, atau buat katalog baru dengan `iki-xl mulai` dan salin isinya."),
    "K02": Jenis(G, "Kolom “{nama}” tidak ada di lembar {lembar}.", "Tulis kembali judul kolom “{nama}” di baris pertama."),
    "K03": Jenis(G, "{nama} kosong.", "Isi dengan id yang tetap dan tidak dipakai baris lain, misalnya {contoh}."),
    "K04": Jenis(G, "{nama} “{nilai}” dipakai lebih dari satu kali.", "Beri setiap baris id sendiri; pakai kembali id lama hanya untuk baris yang sama."),
    "K05": Jenis(G, "Atasan “{nilai}” bukan id jabatan mana pun di lembar Jabatan.", "Pilih id jabatan atasan dari daftar, atau kosongkan bila atasannya di luar katalog."),
    "K06": Jenis(G, "Garis atasan berputar: {rantai}.", "Perbaiki kolom Atasan supaya garisnya berakhir di pimpinan kantor."),
    "K07": Jenis(G, "Satuan “{nilai}” tidak ada di daftar satuan.{dekat}", "Pilih dari daftar, atau tambahkan dahulu di lembar Referensi kolom Satuan."),
    "K08": Jenis(G, "Tipe perhitungan “{nilai}” tidak ada di daftar.{dekat}", "Pilih dari daftar, atau tambahkan dahulu di lembar Referensi beserta cara hitungnya."),
    "K09": Jenis(G, "Id jabatan “{nilai}” tidak ada di lembar Jabatan.", "Pilih id jabatan dari daftar, atau tambahkan jabatannya di lembar Jabatan."),
    "K10": Jenis(G, "NIP tersimpan sebagai angka; Excel membuang digit setelah yang ke-15.", "Ubah format sel menjadi Teks, lalu ketik ulang 18 digit NIP."),
    "K11": Jenis(G, "NIP “{nilai}” tidak sah: {sebab}.", "Ketik ulang 18 digit NIP sesuai SK kepegawaian."),
    "K12": Jenis(G, "{nama} wajib diisi.", "Isi sel ini."),
    "K13": Jenis(G, "“{nilai}” bukan pilihan untuk {nama}.{dekat}", "Pilih salah satu: {pilihan}."),
    "K14": Jenis(G, "“{nilai}” bukan angka yang sah untuk {nama}.", "{cara}"),
    "K15": Jenis(G, "Pegawai dengan NIP “{nilai}” tercatat dua kali pada jabatan {jabatan}.", "Hapus salah satu barisnya."),
    "K16": Jenis(G, "Sel ini berisi galat Excel {nilai}.", "Ketik nilainya langsung."),
    "K17": Jenis(G, "Teks terlalu panjang: {panjang} huruf, paling banyak {batas}.", "Ringkaskan teksnya."),
    "K18": Jenis(G, "Sel ini berisi {nilai} dengan rumus yang belum pernah dihitung.", "Buka katalog di Excel lalu simpan, atau ketik nilainya langsung."),
    "K20": Jenis(I, "Jabatan {id} “{nama}” belum mempunyai indikator.", "Tambahkan di lembar Indikator bila sudah ada; lembar IKI-nya tetap dibuat."),
    "K21": Jenis(I, "Sasaran “{sasaran}” pada jabatan {id} belum mempunyai indikator.", "Tambahkan di lembar Indikator bila sudah ada."),
}  # fmt: skip


def temuan(kode: str, tempat: Tempat, nilai: object = "", **isi: object) -> Temuan:
    """Make the finding `kode` at a place; `nilai` is what was found there, as the person sees it."""
    jenis = JENIS[kode]
    isi = {"dekat": "", "nilai": nilai, "lembar": tempat.lembar, **isi}
    return Temuan(
        kode=kode,
        tingkat=jenis.tingkat,
        berkas=tempat.berkas,
        lembar=tempat.lembar,
        sel=tempat.sel,
        id_jabatan=tempat.id_jabatan,
        id_indikator=tempat.id_indikator,
        nilai=str(nilai),
        pesan=jenis.pesan.format(**isi),
        perbaikan=jenis.perbaikan.format(**isi),
    )
