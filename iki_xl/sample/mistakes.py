"""The honest mistakes of a sample filling: what staff really type, one spec line each (spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Isi = str | float | bool | datetime


@dataclass(frozen=True, slots=True)
class Kesalahan:
    """One kind of mistake: in words, the field it is made in, on rows of which satuan, and what is typed.

    `kolom` is "realisasi" for a month that is filled, or the key of another field.
    `satuan` narrows the rows ("" for any); `isi` makes the content from the value it replaces.
    """

    sebutan: str
    kolom: str
    isi: Callable[[float, str], Isi]
    satuan: str = ""
    format_angka: str = ""


def _tetap(value: Isi) -> Callable[[float, str], Isi]:
    return lambda _number, _satuan: value


KESALAHAN: tuple[Kesalahan, ...] = (
    Kesalahan("angka tersimpan sebagai teks", "realisasi", lambda n, _: f" {n:.0f}"),
    Kesalahan("titik ribuan dan koma desimal", "realisasi", _tetap("1.250,5")),
    Kesalahan("koma desimal sebagai teks", "realisasi", _tetap("1,5")),
    Kesalahan("dua titik ribuan", "realisasi", _tetap("1.250.000")),
    Kesalahan("satu titik yang mendua arti", "realisasi", _tetap("1.250")),
    Kesalahan("titik desimal sebagai teks", "realisasi", _tetap("3.5")),
    Kesalahan("dengan Rp", "realisasi", _tetap("Rp 1.500.000")),
    Kesalahan("angka beserta satuannya", "realisasi", lambda n, s: f"{n:.0f} {s.lower()}"),
    Kesalahan("kata nihil", "realisasi", _tetap("nihil")),
    Kesalahan("tanda hubung untuk belum ada", "realisasi", _tetap("-")),
    Kesalahan("persen sebagai teks", "realisasi", _tetap("85%"), satuan="Persentase"),
    Kesalahan("pecahan, bukan persen", "realisasi", _tetap(0.85), satuan="Persentase"),
    Kesalahan("persentase lebih dari 100", "realisasi", _tetap(120.0), satuan="Persentase"),
    Kesalahan("sel berformat persen, yang sah", "realisasi", _tetap(0.85), "Persentase", "0%"),
    Kesalahan("angka negatif", "realisasi", lambda n, _: -n or -1.0),
    Kesalahan("tanggal buatan Excel", "realisasi", _tetap(datetime(2022, 2, 1))),  # noqa: DTZ001 - as in a cell
    Kesalahan("TRUE", "realisasi", _tetap(value=True)),
    Kesalahan("kalimat di sel angka", "realisasi", _tetap("sudah selesai")),
    Kesalahan("galat Excel", "realisasi", _tetap("#REF!")),
    Kesalahan("rumus yang hasilnya tidak tersimpan", "realisasi", lambda n, _: f"={n:.0f}+1"),
    Kesalahan("sepuluh kali lipat lebih", "realisasi", lambda n, _: (n or 1) * 100000),
    Kesalahan("satuan salah ketik", "satuan", _tetap("Lapran")),
    Kesalahan("tipe perhitungan belum dipilih", "tipe_perhitungan", _tetap("")),
    Kesalahan("target belum diisi", "target", _tetap("")),
    Kesalahan("NIP sebagai angka", "nip", lambda n, _: n),
)
