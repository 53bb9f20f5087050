"""A cell of the catalogue -> the value of its column's kind, read as in a returned workbook (spec section 5).

What a return is only warned of is refused here where the reading would be a guess: the office can be asked.
The finding says how it would be read and what to type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from iki_xl.catalog.layout import NUMBER_KINDS, Column, Kind
from iki_xl.catalog.model import BULAN
from iki_xl.comparable import bare, comparable
from iki_xl.findings import JENIS, Tingkat
from iki_xl.nip import rapikan_nip
from iki_xl.typed import PERSENTASE, Catatan, Terbaca, baca_angka, baca_teks, with_struck

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.readers.book import Isi

Value = str | float | None

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_EXACT_INTEGERS = 10**15
# Texts in which joined emoji or letters may be meant; the others are names, ids and entries of lists.
_PARAGRAPHS = frozenset({Kind.URAIAN, Kind.DAFTAR})
# Findings of the common reading that the catalogue has words of its own for.
_OWN_CODES = {
    "N03": "K29",
    "N16": "K16",
    "N17": "K31",
    "N18": "K18",
    "N20": "K10",
    "N23": "K17",
    "N24": "K36",
    "N25": "K37",
    "N28": "K38",
}
# What a return may hold, but nobody has to guess at here.
_NOT_A_NUMBER = frozenset({"N02", "N04", "N05", "N06", "N07", "N08", "N12", "N13", "N14", "N15", "N22"})


@dataclass(frozen=True, slots=True)
class Read:
    """A cell after reading: its value (blank where refused), what is to be said, whether it is refused."""

    value: Value
    notes: tuple[Catatan, ...] = ()
    refused: bool = False


def blank(column: Column) -> Value:
    """Return what stands for nothing in a column."""
    return None if column.kind in NUMBER_KINDS else ""


def read_value(isi: Isi, column: Column, row: Mapping[str, Value]) -> Read:
    """Read a cell; `row` holds the values of the row's columns before this one, its satuan among them."""
    notes: tuple[Catatan, ...]
    value: Value
    if column.kind in NUMBER_KINDS:
        satuan = _satuan(column, row)
        read = with_struck(baca_angka(isi, satuan), isi)
        value, notes = read.nilai, tuple(_number_note(note, column, satuan) for note in read.catatan)
    else:
        value, notes = _text(isi, column)
    serious = tuple(note for note in notes if JENIS[note.kode].tingkat is Tingkat.GALAT)
    if serious:
        return Read(blank(column), serious, refused=True)
    return Read(blank(column) if value is None else value, notes)


def is_percentage(satuan: Value) -> bool:
    """Say whether a satuan as typed means Persentase."""
    return comparable(str(satuan or "")) in {"%", "persen", comparable(PERSENTASE)}


def _satuan(column: Column, row: Mapping[str, Value]) -> str:
    satuan = str(row.get("satuan") or "")
    return PERSENTASE if column.percent or is_percentage(satuan) else satuan


def _number_note(note: Catatan, column: Column, satuan: str) -> Catatan:
    if note.kode in _NOT_A_NUMBER:
        return Catatan("K14", {"nama": column.title, "cara": _remedy(note, column, satuan)})
    return _own_note(note, column)


def _remedy(note: Catatan, column: Column, satuan: str) -> str:
    """Say what to type instead of what is no number."""
    assert column.batas is not None
    how = column.batas.cara
    if "dibaca" in note.isi and note.kode != "N22":
        return f"Ketik ulang sebagai angka: {note.isi['dibaca']}."
    if note.kode == "N06" and not column.required:
        return "Ketik 0 bila memang nihil; kosongkan sel bila belum ada."
    if note.kode == "N07" and not column.required:
        return "Kosongkan sel bila belum ada."
    if note.kode == "N22" and column.kind is Kind.ANGKA:
        known = f"satuannya {satuan}" if satuan else "satuannya kosong"
        return (
            f"Selnya berformat persen, padahal {known}: pilih satuan Persentase, atau ubah format sel "
            "menjadi Umum (General), lalu ketik ulang angkanya."
        )
    return f"Ubah dahulu format sel menjadi Umum (General). {how}" if note.kode in {"N13", "N22"} else how


def _text(isi: Isi, column: Column) -> tuple[Value, tuple[Catatan, ...]]:
    wrong = None if isi.galat else _not_a_text(isi, column)
    if wrong is not None:
        return None, (wrong,)
    read = with_struck(_read_text(isi, column), isi)
    if column.kind is Kind.TANGGAL and isinstance(isi.nilai, date):
        return f"{isi.nilai.day} {BULAN[isi.nilai.month - 1]} {isi.nilai.year}", _own(read, column)
    text = str(read.nilai or "").replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub(" ", text).strip()
    if column.kind is Kind.NIP:
        text = rapikan_nip(text)
    elif column.kind not in _PARAGRAPHS:
        text = bare(text).strip()
    return text, _own(read, column)


def _read_text(isi: Isi, column: Column) -> Terbaca:
    """Read a text; a NIP with raised digits is none, as in a return."""
    if column.kind is Kind.NIP and isi.raised:
        return Terbaca(None, (Catatan("N25", nilai=isi.raised),))
    return baca_teks(isi)


def _own(read: Terbaca, column: Column) -> tuple[Catatan, ...]:
    return tuple(_own_note(note, column) for note in read.catatan)


def _own_note(note: Catatan, column: Column) -> Catatan:
    return Catatan(_OWN_CODES.get(note.kode, note.kode), {"nama": column.title, **note.isi}, note.nilai)


def _not_a_text(isi: Isi, column: Column) -> Catatan | None:
    """Return the finding about a cell that holds another kind of value than a text or a whole number."""
    value = isi.nilai
    if value is None or isinstance(value, str):
        return None
    kind = "tanggal atau jam"
    if isinstance(value, bool):
        kind = "nilai benar/salah"
    elif isinstance(value, float):
        if column.kind is Kind.NIP:
            return Catatan("K10")
        if value == value // 1 and abs(value) < _EXACT_INTEGERS and not isi.persen:
            return None
        kind = "angka"
    elif column.kind is Kind.TANGGAL and isinstance(value, date):
        return None
    return Catatan("K19", {"nama": column.title, "jenis": kind})
