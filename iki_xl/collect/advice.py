"""What a person can do about a file that was not read: in plain words, by what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.readers.book import RefusalKind
from iki_xl.readers.glance import Container

if TYPE_CHECKING:
    from iki_xl.readers.book import Limits, Refusal

_SAVE_AGAIN = "Minta pegawai menyimpan ulang sebagai .xlsx, lalu taruh kembali di folder ini."
_ADVICE = {
    RefusalKind.ODD: _SAVE_AGAIN,
    RefusalKind.TEXT: _SAVE_AGAIN,
    RefusalKind.CRASH: _SAVE_AGAIN,
    RefusalKind.DAMAGED: "Minta pegawai mengirim berkasnya sekali lagi, karena salinan ini tidak utuh; bila "
    "di komputernya pun tidak dapat dibuka, isi templat baru.",
    RefusalKind.EMPTY: "Minta pegawai mengirim berkasnya sekali lagi; yang ini tidak berisi satu huruf pun.",
    RefusalKind.ENCRYPTED: "Buka dengan kata sandinya, simpan tanpa kata sandi, lalu taruh kembali di sini.",
    RefusalKind.NOT_A_WORKBOOK: "Minta pegawai mengirim templat IKI (.xlsx) yang sudah diisi, bukan dokumen, "
    "gambar atau hasil cetaknya.",
    RefusalKind.NOT_A_FILE: "Sebut atau salin ke sini berkas aslinya.",
    RefusalKind.LONG_TEXT: "Ringkaskan teks itu, simpan, lalu taruh kembali di folder ini.",
    RefusalKind.CHANGED: "Tunggu sampai berkasnya selesai disalin atau disimpan, lalu coba lagi.",
    RefusalKind.MISSING: "Taruh kembali berkasnya bila masih diperlukan, lalu jalankan lagi.",
    RefusalKind.DENIED: "Tutup program lain yang membukanya, atau beri izin membaca, lalu jalankan lagi.",
    RefusalKind.HELD: "Tutup program lain yang membukanya, lalu jalankan lagi.",
    RefusalKind.REFUSED: "Periksa disk atau sambungan ke drive jaringan, lalu jalankan lagi.",
}
# How a user names the limits (`--batas NAMA=ANGKA`), and the fields of `Limits`.
LIMIT_NAMES = {
    "ukuran_mb": "file_mb",
    "isi_zip": "zip_entries",
    "bagian_mb": "part_mb",
    "total_mb": "total_mb",
    "rasio": "ratio",
    "kedalaman": "depth",
    "lembar": "sheets",
    "sel": "cells",
    "detik": "seconds",
    "memori_mb": "memory_mb",
}
_NAME_OF_LIMIT = {field: name for name, field in LIMIT_NAMES.items()}
_SHRINK_PICTURES = "Minta pegawai menghapus gambar di dalamnya, atau mengecilkannya (Excel: Kompres Gambar)"
_DELETE_ROWS = (
    "Minta pegawai menghapus baris kosong di bawah formulir (pilih barisnya sampai paling bawah, klik kanan, "
    "Hapus) dan kolom kosong di kanannya"
)
_OVER_LIMIT = {
    "file_mb": _SHRINK_PICTURES,
    "zip_entries": "Minta pegawai menghapus gambar dan lembar yang bukan formulir IKI",
    "part_mb": _DELETE_ROWS,
    "total_mb": f"{_DELETE_ROWS}, serta gambar di dalamnya",
    "ratio": _DELETE_ROWS,
    "depth": "Minta pegawai menyalin isiannya ke templat baru",
    "sheets": "Minta pegawai menghapus lembar yang bukan formulir IKI",
    "cells": _DELETE_ROWS,
    "seconds": f"Bila berkasnya di drive jaringan yang lambat, salin dahulu ke komputer ini. {_DELETE_ROWS}",
    "memory_mb": _DELETE_ROWS,
}
# Sizes and times are proposed in steps of this much, so that the number is easy to type.
_STEP = 10


def advice(refusal: Refusal, limits: Limits) -> str:
    """Return what to do about a file, for the staff and, over a limit, for whoever runs the program."""
    if not refusal.limit:
        return _ADVICE[refusal.kind]
    roomier = f"jalankan lagi dengan --batas {_NAME_OF_LIMIT[refusal.limit]}={_roomier(refusal, limits)}"
    return f"{_OVER_LIMIT[refusal.limit]}. Bila isinya memang harus sebesar itu, {roomier}."


def _roomier(refusal: Refusal, limits: Limits) -> int:
    """A value of the limit with which the file is likely to be read."""
    now: int = getattr(limits, refusal.limit)
    if not refusal.enough:
        return max(2 * now, _STEP)
    return max(-(-refusal.enough // _STEP) * _STEP, now + _STEP)


_PACKED = "Ekstrak dahulu, misalnya dengan 7-Zip, lalu taruh isinya di folder ini."
_TAKE_OUT = "Buka surelnya, lalu simpan lampirannya di folder ini."
_UNPACK = {
    Container.ZIP: "Klik kanan berkasnya, pilih Ekstrak Semua, lalu taruh isinya di folder ini.",
    Container.SPLIT: "Kumpulkan semua bagiannya di satu folder, ekstrak bagian pertamanya, misalnya dengan "
    "7-Zip, lalu taruh isinya di folder ini.",
    Container.MAIL: _TAKE_OUT,
    Container.OUTLOOK: "Buka di Outlook, lalu simpan semua lampirannya di folder ini.",
    Container.MAILBOX: "Buka dengan program surelnya, lalu simpan lampiran isian IKI di folder ini.",
    Container.WINMAIL: "Minta pengirimnya melampirkan berkasnya lagi, dengan surel berformat HTML.",
}
_MAILS = {
    Container.MAIL: "Surel dengan lampiran",
    Container.OUTLOOK: "Surel Outlook dengan lampiran",
    Container.MAILBOX: "Kotak surat",
    Container.WINMAIL: "Lampiran surel winmail.dat",
}


def unpacking(container: Container) -> str:
    """Return how to get at what a container holds."""
    return _UNPACK.get(container, _PACKED)


def container_words(container: Container) -> str:
    """Return what a container is, to begin a sentence."""
    return _MAILS.get(container, f"Berkas terkompresi ({container})")


def without_workbooks(container: Container) -> tuple[str, str]:
    """Return why a container need not be opened, inside a sentence, and what to do all the same."""
    if container in _MAILS:
        return (
            "surel tanpa lampiran buku kerja",
            "Bila pegawai melapor di badan surelnya, minta ia mengirim templat IKI yang sudah diisi.",
        )
    return (
        "berkas terkompresi tanpa buku kerja di dalamnya",
        "Bila ternyata ada isian IKI di dalamnya, ekstrak dahulu ke folder ini.",
    )
