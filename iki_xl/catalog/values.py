"""A cell of the catalogue -> the value of its column's kind, read as in a returned workbook (spec section 5).

What a return is only warned of is refused here where the reading would be a guess: the office can be asked.
The finding says how it would be read and what to type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from iki_xl.catalog.model import BULAN
from iki_xl.catalog.parts import NUMBER_KINDS, Column, ColumnKind
from iki_xl.comparable import bare, comparable
from iki_xl.findings import FINDING_KINDS, Level
from iki_xl.nip import tidy_nip
from iki_xl.typed import PERCENTAGE, Reading, Remark, read_cell_text, read_number, with_struck

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.readers.book import Cell

Value = str | float | None

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_EXACT_INTEGERS = 10**15
# Texts in which joined emoji or letters may be meant; the others are names, ids and entries of lists.
_PARAGRAPHS = frozenset({ColumnKind.LONG_TEXT, ColumnKind.LINES})
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
    notes: tuple[Remark, ...] = ()
    refused: bool = False


def blank(column: Column) -> Value:
    """Return what stands for nothing in a column."""
    return None if column.kind in NUMBER_KINDS else ""


def read_value(content: Cell, column: Column, row: Mapping[str, Value]) -> Read:
    """Read a cell; `row` holds the values of the row's columns before this one, its satuan among them."""
    notes: tuple[Remark, ...]
    value: Value
    if column.kind in NUMBER_KINDS:
        satuan = _choose_satuan(column, row)
        read = with_struck(read_number(content, satuan), content)
        value, notes = read.value, tuple(_number_note(note, column, satuan) for note in read.notes)
    else:
        value, notes = _text(content, column)
    serious = tuple(note for note in notes if FINDING_KINDS[note.code].level is Level.GALAT)
    if serious:
        return Read(blank(column), serious, refused=True)
    return Read(blank(column) if value is None else value, notes)


def is_percentage(satuan: Value) -> bool:
    """Say whether a satuan as typed means Persentase."""
    return comparable(str(satuan or "")) in {"%", "persen", comparable(PERCENTAGE)}


def _choose_satuan(column: Column, row: Mapping[str, Value]) -> str:
    satuan = str(row.get("satuan") or "")
    return PERCENTAGE if column.percent or is_percentage(satuan) else satuan


def _number_note(note: Remark, column: Column, satuan: str) -> Remark:
    if note.code in _NOT_A_NUMBER:
        return Remark("K14", {"nama": column.title, "cara": _remedy(note, column, satuan)})
    return _own_note(note, column)


def _remedy(note: Remark, column: Column, satuan: str) -> str:
    """Say what to type instead of what is no number."""
    assert column.limits is not None
    how = column.limits.how
    if "dibaca" in note.content and note.code != "N22":
        return f"Ketik ulang sebagai angka: {note.content['dibaca']}."
    if note.code == "N06" and not column.required:
        return "Ketik 0 bila memang nihil; kosongkan sel bila belum ada."
    if note.code == "N07" and not column.required:
        return "Kosongkan sel bila belum ada."
    if note.code == "N22" and column.kind is ColumnKind.NUMBER:
        known = f"satuannya {satuan}" if satuan else "satuannya kosong"
        return (
            f"Selnya berformat persen, padahal {known}: pilih satuan Persentase, atau ubah format sel "
            "menjadi Umum (General), lalu ketik ulang angkanya."
        )
    return f"Ubah dahulu format sel menjadi Umum (General). {how}" if note.code in {"N13", "N22"} else how


def _text(content: Cell, column: Column) -> tuple[Value, tuple[Remark, ...]]:
    wrong = None if content.is_error else _not_a_text(content, column)
    if wrong is not None:
        return None, (wrong,)
    read = with_struck(_read_text(content, column), content)
    if column.kind is ColumnKind.DATE and isinstance(content.value, date):
        return f"{content.value.day} {BULAN[content.value.month - 1]} {content.value.year}", _own(
            read, column
        )
    text = str(read.value or "").replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub(" ", text).strip()
    if column.kind is ColumnKind.NIP:
        text = tidy_nip(text)
    elif column.kind not in _PARAGRAPHS:
        text = bare(text).strip()
    return text, _own(read, column)


def _read_text(content: Cell, column: Column) -> Reading:
    """Read a text; a NIP with raised digits is none, as in a return."""
    if column.kind is ColumnKind.NIP and content.raised:
        return Reading(None, (Remark("N25", value=content.raised),))
    return read_cell_text(content)


def _own(read: Reading, column: Column) -> tuple[Remark, ...]:
    return tuple(_own_note(note, column) for note in read.notes)


def _own_note(note: Remark, column: Column) -> Remark:
    return Remark(_OWN_CODES.get(note.code, note.code), {"nama": column.title, **note.content}, note.value)


def _not_a_text(content: Cell, column: Column) -> Remark | None:
    """Return the finding about a cell that holds another kind of value than a text or a whole number."""
    value = content.value
    if value is None or isinstance(value, str):
        return None
    kind = "tanggal atau jam"
    if isinstance(value, bool):
        kind = "nilai benar/salah"
    elif isinstance(value, float):
        if column.kind is ColumnKind.NIP:
            return Remark("K10")
        if value == value // 1 and abs(value) < _EXACT_INTEGERS and not content.percent:
            return None
        kind = "angka"
    elif column.kind is ColumnKind.DATE and isinstance(value, date):
        return None
    return Remark("K19", {"nama": column.title, "jenis": kind})
