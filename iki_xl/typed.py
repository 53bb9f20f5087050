"""What people type, read as spec section 5 says: a value, and what is to be said about it.

Nothing here knows a file format: every reader hands in the same `Cell`. Returned workbooks and the catalogue
are read by the same functions.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from iki_xl.comparable import as_seen, comparable, visible
from iki_xl.nip import explain_invalid_nip, tidy_nip
from iki_xl.readers.book import Cell, render_number
from iki_xl.tables import fit_cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENTAGE = "Persentase"
LARGEST_NUMBER = 1e15


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding's code, the words for its placeholders, and what was found where that is not what is seen."""

    code: str
    content: Mapping[str, object] = field(default_factory=dict)
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell after reading: a number, a text, or None for blank; and what is to be said."""

    value: float | str | None = None
    notes: tuple[Remark, ...] = ()


def _read_without_value(content: Cell) -> Reading | None:
    """What a cell without a value to read gives: picture, blank, Excel error, a formula never calculated."""
    if content.picture:
        return Reading(None, (Remark("N28", {"alamat": f" ({content.link})" if content.link else ""}),))
    if content.is_blank:
        return Reading()
    if content.is_error:
        return Reading(None, (Remark("N16"),))
    if content.formula and content.value is None:
        return Reading(None, (Remark("N18"),))
    return None


def read_number(content: Cell, satuan: str) -> Reading:
    """Read a number of the given satuan ("" when none is chosen); -0 is 0. Bounds are the schema's to check.

    Returns: a float, or None where the cell is blank or holds no number.
    """
    value = content.value
    plain = not (content.is_error or content.formula or content.percent) and satuan != PERCENTAGE
    if plain and type(value) is float and math.isfinite(value):
        return Reading(value + 0.0)
    stopped = _read_without_value(content)
    if stopped is not None:
        return stopped
    if content.raised:
        return Reading(None, (Remark("N25", value=content.raised),))
    formula = (Remark("N17", {"rumus": content.formula}),) if content.formula else ()
    number, notes = _read_number_value(content, satuan)
    return Reading(number if number is None else number + 0.0, formula + notes)


def _read_number_value(content: Cell, satuan: str) -> tuple[float | None, tuple[Remark, ...]]:
    value = content.value
    if isinstance(value, bool):
        return None, (Remark("N14"),)
    if isinstance(value, (date, time, timedelta)):
        return None, (Remark("N13", {"jenis": _name_time_kind(value)}),)
    if isinstance(value, str):
        return _read_number_text(value, satuan)
    assert value is not None
    if not math.isfinite(value):
        return None, (Remark("N12"),)
    return _read_stored_number(value, satuan, content.percent)


def _name_time_kind(value: date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        return "lama waktu"
    return "jam" if isinstance(value, time) else "tanggal"


def _read_stored_number(value: float, satuan: str, percent: bool) -> tuple[float, tuple[Remark, ...]]:
    if percent:
        return _read_percent_value(value, satuan)
    return value, _note_possible_fraction(value, satuan)


def _note_possible_fraction(value: float | None, satuan: str) -> tuple[Remark, ...]:
    """0.85 where 85 percent may be meant: taken as typed, and said."""
    if value is None or satuan != PERCENTAGE or not 0 < value <= 1:
        return ()
    return (Remark("N09", {"persen": render_number(value * 100)}),)


def _read_percent_value(value: float, satuan: str) -> tuple[float, tuple[Remark, ...]]:
    """85% is stored as 0.85: the percentage where the satuan is Persentase, else as stored, and said."""
    percent = float(Decimal(repr(value)) * 100) if abs(value) < LARGEST_NUMBER else value * 100
    if satuan == PERCENTAGE:
        return percent, ()
    return value, (Remark("N22", {"dibaca": render_number(value), "persen": render_number(percent)}),)


_SAYS_NOTHING = re.compile(r"[-—]+|\.{2,}|n/?a|belum", re.IGNORECASE)
_ZERO_WORDS = {"nihil", "nol"}
_RUPIAH = re.compile(r"(?:rp\.?|idr)\s*(?P<angka>.*?)(?:,-)?", re.IGNORECASE | re.DOTALL)
_NUMBER_THEN_WORDS = re.compile(r"(?P<angka>[+-]?[0-9][0-9.,]*)\s*(?P<kata>[^\d\s].*)", re.DOTALL)


def _read_number_text(text: str, satuan: str) -> tuple[float | None, tuple[Remark, ...]]:
    plain = as_seen(text)
    if not plain or _SAYS_NOTHING.fullmatch(plain):
        return None, (Remark("N07"),)
    if comparable(plain) in _ZERO_WORDS:
        return 0.0, (Remark("N06"),)
    value, note = _read_plain_number(plain)
    if note:
        return value, (note, *_note_possible_fraction(value, satuan))
    rupiah = _RUPIAH.fullmatch(plain)
    if rupiah:
        return _read_wrapped_number(rupiah["angka"], "N04")
    worded = _NUMBER_THEN_WORDS.fullmatch(plain)
    if worded and satuan and _is_satuan_word(worded["kata"], satuan):
        return _read_wrapped_number(worded["angka"], "N08" if satuan == PERCENTAGE else "N05")
    return None, (Remark("N15"),)


def _read_wrapped_number(number: str, code: str) -> tuple[float | None, tuple[Remark, ...]]:
    """Read the number inside Rp or unit words; its own ambiguity is said instead of the wrapping."""
    value, note = _read_plain_number(number)
    if note is None:
        return None, (Remark("N15"),)
    return value, (note,) if note.code in {"N03", "N12"} else (Remark(code, note.content),)


def _is_satuan_word(word: str, satuan: str) -> bool:
    if satuan == PERCENTAGE and comparable(word) in {"%", "persen"}:
        return True
    return comparable(word) == comparable(satuan)


# Each form of a number as text: pattern, how to make it plain, code of the finding.
_POINT_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_COMMA_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}")
_POINT_THEN_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMA_THEN_POINT = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_ONE_POINT = re.compile(r"[+-]?[0-9]+\.[0-9]+")
_ONE_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_AMBIGUOUS_NUMBER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def _read_plain_number(text: str) -> tuple[float | None, Remark | None]:
    """Read digits with separators; (None, None) when the text is no number."""
    if _WHOLE_NUMBER.fullmatch(text):
        return _convert_number_text(text, "N01")
    if _AMBIGUOUS_NUMBER.fullmatch(text):
        return _read_ambiguous_number(text)
    if _POINT_THOUSANDS.fullmatch(text) or _POINT_THEN_COMMA.fullmatch(text) or _ONE_COMMA.fullmatch(text):
        return _convert_number_text(text.replace(".", "").replace(",", "."), "N02")
    if _COMMA_THOUSANDS.fullmatch(text) or _COMMA_THEN_POINT.fullmatch(text) or _ONE_POINT.fullmatch(text):
        return _convert_number_text(text.replace(",", ""), "N02")
    return None, None


def _convert_number_text(plain: str, code: str) -> tuple[float | None, Remark]:
    value = float(plain)
    if not math.isfinite(value):
        # some 300 digits: too large for any number
        return None, Remark("N12")
    return value, Remark(code, {"dibaca": render_number(value)})


def _read_ambiguous_number(text: str) -> tuple[float, Remark]:
    """One group of three: `1.250` is read as 1250, `1,250` as 1.25 (comma only: decimal); both are named."""
    thousands = float(re.sub("[.,]", "", text))
    decimal = float(text.replace(",", "."))
    value, other = (thousands, decimal) if "." in text else (decimal, thousands)
    return value, Remark("N03", {"dibaca": render_number(value), "lain": render_number(other)})


def read_cell_text(content: Cell) -> Reading:
    """Read a free text (kendala, nama, ...): numbers and dates become what the person sees."""
    stopped = _read_without_value(content)
    if stopped is not None:
        return stopped
    notes = [Remark("N17", {"rumus": content.formula})] if content.formula else []
    text = visible(content.render_text()).strip()
    fitting = fit_cell_text(text)
    if fitting != text:
        notes.append(Remark("N23", {"panjang": len(text), "batas": len(fitting)}))
    return Reading(fitting or None, tuple(notes))


_SCHEME = re.compile(r"(?:https?|ftp|file|mailto):/*", re.IGNORECASE)


def with_address(read: Reading, address: str, *, kept: bool) -> Reading:
    """Add what a cell's hyperlink leads to: behind its text where that is `kept`, else only said.

    A text that shows the address stays as it is.
    """
    text = read.value
    if not kept or not isinstance(text, str):
        fate = "yang dihitung isi selnya saja"
        return Reading(text, (*read.notes, Remark("B31", {"alamat": address, "nasib": fate})))
    if _plain_address(address) in _plain_address(text):
        return read
    fate = "alamatnya disimpan bersama teksnya"
    note = Remark("B31", {"alamat": address, "nasib": fate})
    return Reading(fit_cell_text(f"{text} ({address})"), (*read.notes, note))


def _plain_address(text: str) -> str:
    return comparable(_SCHEME.sub("", text)).rstrip("/")


def read_nip(content: Cell) -> Reading:
    """Read a NIP: 18 digits without spaces and dots, or None where it is not valid."""
    if content.value is not None and not isinstance(content.value, (str, bool)) and not content.is_error:
        return Reading(None, (Remark("N20"),))
    if content.raised:
        return Reading(None, (Remark("N25", value=content.raised),))
    read = read_cell_text(content)
    if not isinstance(read.value, str):
        return read
    reason = explain_invalid_nip(read.value)
    if reason:
        return Reading(None, (*read.notes, Remark("N21", {"sebab": reason})))
    return Reading(tidy_nip(read.value), read.notes)


def with_struck(read: Reading, content: Cell) -> Reading:
    """Return a cell after reading with what was struck out in it said first."""
    if not content.struck:
        return read
    return Reading(read.value, (Remark("N24", value=content.struck), *read.notes))
