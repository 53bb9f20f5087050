"""The honest mistakes of a sample filling: what staff really type, one spec line each (spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TypedContent = str | float | bool | datetime


@dataclass(frozen=True, slots=True)
class SampleMistake:
    """One kind of mistake: in words, the field it is made in, on rows of which satuan, and what is typed.

    `column` is "realisasi" for a month that is filled, or the key of another field.
    `satuan` narrows the rows ("" for any); `content` makes the content from the value it replaces.
    """

    label: str
    column: str
    content: Callable[[float, str], TypedContent]
    satuan: str = ""
    number_format: str = ""


def _always_type(value: TypedContent) -> Callable[[float, str], TypedContent]:
    return lambda _number, _satuan: value


SAMPLE_MISTAKES: tuple[SampleMistake, ...] = (
    SampleMistake("angka tersimpan sebagai teks", "realisasi", lambda n, _: f" {n:.0f}"),
    SampleMistake("titik ribuan dan koma desimal", "realisasi", _always_type("1.250,5")),
    SampleMistake("koma desimal sebagai teks", "realisasi", _always_type("1,5")),
    SampleMistake("dua titik ribuan", "realisasi", _always_type("1.250.000")),
    SampleMistake("satu titik yang mendua arti", "realisasi", _always_type("1.250")),
    SampleMistake("titik desimal sebagai teks", "realisasi", _always_type("3.5")),
    SampleMistake("dengan Rp", "realisasi", _always_type("Rp 1.500.000")),
    SampleMistake("angka beserta satuannya", "realisasi", lambda n, s: f"{n:.0f} {s.lower()}"),
    SampleMistake("kata nihil", "realisasi", _always_type("nihil")),
    SampleMistake("tanda hubung untuk belum ada", "realisasi", _always_type("-")),
    SampleMistake("persen sebagai teks", "realisasi", _always_type("85%"), satuan="Persentase"),
    SampleMistake("pecahan, bukan persen", "realisasi", _always_type(0.85), satuan="Persentase"),
    SampleMistake("persentase lebih dari 100", "realisasi", _always_type(120.0), satuan="Persentase"),
    SampleMistake("sel berformat persen, yang sah", "realisasi", _always_type(0.85), "Persentase", "0%"),
    SampleMistake("angka negatif", "realisasi", lambda n, _: -n or -1.0),
    SampleMistake("tanggal buatan Excel", "realisasi", _always_type(datetime(2022, 2, 1))),  # noqa: DTZ001 - as in a cell
    SampleMistake("TRUE", "realisasi", _always_type(value=True)),
    SampleMistake("kalimat di sel angka", "realisasi", _always_type("sudah selesai")),
    SampleMistake("galat Excel", "realisasi", _always_type("#REF!")),
    SampleMistake("rumus yang hasilnya tidak tersimpan", "realisasi", lambda n, _: f"={n:.0f}+1"),
    SampleMistake("sepuluh kali lipat lebih", "realisasi", lambda n, _: (n or 1) * 100000),
    SampleMistake("satuan salah ketik", "satuan", _always_type("Lapran")),
    SampleMistake("tipe perhitungan belum dipilih", "tipe_perhitungan", _always_type("")),
    SampleMistake("target belum diisi", "target", _always_type("")),
    SampleMistake("NIP sebagai angka", "nip", lambda n, _: n),
)
