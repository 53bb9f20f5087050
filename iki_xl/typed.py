"""What people type, read as spec section 5 says: a value, and what is to be said about it.

Nothing here knows a file format: every reader hands in the same `Isi`. Returned workbooks and the catalogue
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
from iki_xl.nip import rapikan_nip, sebab_nip_tidak_sah
from iki_xl.readers.book import Isi, angka_terlihat
from iki_xl.tables import muat_sel

if TYPE_CHECKING:
    from collections.abc import Mapping

PERSENTASE = "Persentase"
BATAS_ANGKA = 1e15


@dataclass(frozen=True, slots=True)
class Catatan:
    """A finding's code, the words for its placeholders, and what was found where that is not what is seen."""

    kode: str
    isi: Mapping[str, object] = field(default_factory=dict)
    nilai: str | None = None


@dataclass(frozen=True, slots=True)
class Terbaca:
    """A cell after reading: a number, a text, or None for blank; and what is to be said."""

    nilai: float | str | None = None
    catatan: tuple[Catatan, ...] = ()


def _tanpa_nilai(isi: Isi) -> Terbaca | None:
    """What a cell without a value to read gives: picture, blank, Excel error, a formula never calculated."""
    if isi.picture:
        return Terbaca(None, (Catatan("N28", {"alamat": f" ({isi.link})" if isi.link else ""}),))
    if isi.kosong:
        return Terbaca()
    if isi.galat:
        return Terbaca(None, (Catatan("N16"),))
    if isi.rumus and isi.nilai is None:
        return Terbaca(None, (Catatan("N18"),))
    return None


def baca_angka(isi: Isi, satuan: str) -> Terbaca:
    """Read a number of the given satuan ("" when none is chosen); -0 is 0. Bounds are the schema's to check.

    Returns: a float, or None where the cell is blank or holds no number.
    """
    value = isi.nilai
    plain = not (isi.galat or isi.rumus or isi.persen) and satuan != PERSENTASE
    if plain and type(value) is float and math.isfinite(value):
        return Terbaca(value + 0.0)
    stopped = _tanpa_nilai(isi)
    if stopped is not None:
        return stopped
    if isi.raised:
        return Terbaca(None, (Catatan("N25", nilai=isi.raised),))
    formula = (Catatan("N17", {"rumus": isi.rumus}),) if isi.rumus else ()
    number, notes = _angka_dari_nilai(isi, satuan)
    return Terbaca(number if number is None else number + 0.0, formula + notes)


def _angka_dari_nilai(isi: Isi, satuan: str) -> tuple[float | None, tuple[Catatan, ...]]:
    value = isi.nilai
    if isinstance(value, bool):
        return None, (Catatan("N14"),)
    if isinstance(value, (date, time, timedelta)):
        return None, (Catatan("N13", {"jenis": _jenis_waktu(value)}),)
    if isinstance(value, str):
        return _angka_dari_teks(value, satuan)
    assert value is not None
    if not math.isfinite(value):
        return None, (Catatan("N12"),)
    return _angka_dari_bilangan(value, satuan, isi.persen)


def _jenis_waktu(value: date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        return "lama waktu"
    return "jam" if isinstance(value, time) else "tanggal"


def _angka_dari_bilangan(value: float, satuan: str, persen: bool) -> tuple[float, tuple[Catatan, ...]]:
    if persen:
        return _angka_dari_persen(value, satuan)
    return value, _mungkin_pecahan(value, satuan)


def _mungkin_pecahan(value: float | None, satuan: str) -> tuple[Catatan, ...]:
    """0.85 where 85 percent may be meant: taken as typed, and said."""
    if value is None or satuan != PERSENTASE or not 0 < value <= 1:
        return ()
    return (Catatan("N09", {"persen": angka_terlihat(value * 100)}),)


def _angka_dari_persen(value: float, satuan: str) -> tuple[float, tuple[Catatan, ...]]:
    """85% is stored as 0.85: the percentage where the satuan is Persentase, else as stored, and said."""
    percent = float(Decimal(repr(value)) * 100) if abs(value) < BATAS_ANGKA else value * 100
    if satuan == PERSENTASE:
        return percent, ()
    return value, (Catatan("N22", {"dibaca": angka_terlihat(value), "persen": angka_terlihat(percent)}),)


_KOSONG = re.compile(r"[-—]+|\.{2,}|n/?a|belum", re.IGNORECASE)
_NOL = {"nihil", "nol"}
_RUPIAH = re.compile(r"(?:rp\.?|idr)\s*(?P<angka>.*?)(?:,-)?", re.IGNORECASE | re.DOTALL)
_ANGKA_LALU_KATA = re.compile(r"(?P<angka>[+-]?[0-9][0-9.,]*)\s*(?P<kata>[^\d\s].*)", re.DOTALL)


def _angka_dari_teks(text: str, satuan: str) -> tuple[float | None, tuple[Catatan, ...]]:
    plain = as_seen(text)
    if not plain or _KOSONG.fullmatch(plain):
        return None, (Catatan("N07"),)
    if comparable(plain) in _NOL:
        return 0.0, (Catatan("N06"),)
    value, note = _angka_polos(plain)
    if note:
        return value, (note, *_mungkin_pecahan(value, satuan))
    rupiah = _RUPIAH.fullmatch(plain)
    if rupiah:
        return _dengan_kode(rupiah["angka"], "N04")
    worded = _ANGKA_LALU_KATA.fullmatch(plain)
    if worded and satuan and _kata_satuan(worded["kata"], satuan):
        return _dengan_kode(worded["angka"], "N08" if satuan == PERSENTASE else "N05")
    return None, (Catatan("N15"),)


def _dengan_kode(number: str, kode: str) -> tuple[float | None, tuple[Catatan, ...]]:
    """Read the number inside Rp or unit words; its own ambiguity is said instead of the wrapping."""
    value, note = _angka_polos(number)
    if note is None:
        return None, (Catatan("N15"),)
    return value, (note,) if note.kode in {"N03", "N12"} else (Catatan(kode, note.isi),)


def _kata_satuan(word: str, satuan: str) -> bool:
    if satuan == PERSENTASE and comparable(word) in {"%", "persen"}:
        return True
    return comparable(word) == comparable(satuan)


# Each form of a number as text: pattern, how to make it plain, code of the finding.
_RIBUAN_TITIK = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_RIBUAN_KOMA = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}")
_TITIK_LALU_KOMA = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_KOMA_LALU_TITIK = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_SATU_TITIK = re.compile(r"[+-]?[0-9]+\.[0-9]+")
_SATU_KOMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_BULAT = re.compile(r"[+-]?[0-9]+")
_MENDUA = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def _angka_polos(text: str) -> tuple[float | None, Catatan | None]:
    """Read digits with separators; (None, None) when the text is no number."""
    if _BULAT.fullmatch(text):
        return _hasil(text, "N01")
    if _MENDUA.fullmatch(text):
        return _mendua(text)
    if _RIBUAN_TITIK.fullmatch(text) or _TITIK_LALU_KOMA.fullmatch(text) or _SATU_KOMA.fullmatch(text):
        return _hasil(text.replace(".", "").replace(",", "."), "N02")
    if _RIBUAN_KOMA.fullmatch(text) or _KOMA_LALU_TITIK.fullmatch(text) or _SATU_TITIK.fullmatch(text):
        return _hasil(text.replace(",", ""), "N02")
    return None, None


def _hasil(plain: str, kode: str) -> tuple[float | None, Catatan]:
    value = float(plain)
    if not math.isfinite(value):
        # some 300 digits: too large for any number
        return None, Catatan("N12")
    return value, Catatan(kode, {"dibaca": angka_terlihat(value)})


def _mendua(text: str) -> tuple[float, Catatan]:
    """One group of three: `1.250` is read as 1250, `1,250` as 1.25 (comma only: decimal); both are named."""
    thousands = float(re.sub("[.,]", "", text))
    decimal = float(text.replace(",", "."))
    value, other = (thousands, decimal) if "." in text else (decimal, thousands)
    return value, Catatan("N03", {"dibaca": angka_terlihat(value), "lain": angka_terlihat(other)})


def baca_teks(isi: Isi) -> Terbaca:
    """Read a free text (kendala, nama, ...): numbers and dates become what the person sees."""
    stopped = _tanpa_nilai(isi)
    if stopped is not None:
        return stopped
    notes = [Catatan("N17", {"rumus": isi.rumus})] if isi.rumus else []
    text = visible(isi.terlihat()).strip()
    fitting = muat_sel(text)
    if fitting != text:
        notes.append(Catatan("N23", {"panjang": len(text), "batas": len(fitting)}))
    return Terbaca(fitting or None, tuple(notes))


_SCHEME = re.compile(r"(?:https?|ftp|file|mailto):/*", re.IGNORECASE)


def with_address(read: Terbaca, address: str, *, kept: bool) -> Terbaca:
    """Add what a cell's hyperlink leads to: behind its text where that is `kept`, else only said.

    A text that shows the address stays as it is.
    """
    text = read.nilai
    if not kept or not isinstance(text, str):
        fate = "yang dihitung isi selnya saja"
        return Terbaca(text, (*read.catatan, Catatan("B31", {"alamat": address, "nasib": fate})))
    if _plain_address(address) in _plain_address(text):
        return read
    fate = "alamatnya disimpan bersama teksnya"
    note = Catatan("B31", {"alamat": address, "nasib": fate})
    return Terbaca(muat_sel(f"{text} ({address})"), (*read.catatan, note))


def _plain_address(text: str) -> str:
    return comparable(_SCHEME.sub("", text)).rstrip("/")


def baca_nip(isi: Isi) -> Terbaca:
    """Read a NIP: 18 digits without spaces and dots, or None where it is not valid."""
    if isi.nilai is not None and not isinstance(isi.nilai, (str, bool)) and not isi.galat:
        return Terbaca(None, (Catatan("N20"),))
    if isi.raised:
        return Terbaca(None, (Catatan("N25", nilai=isi.raised),))
    read = baca_teks(isi)
    if not isinstance(read.nilai, str):
        return read
    reason = sebab_nip_tidak_sah(read.nilai)
    if reason:
        return Terbaca(None, (*read.catatan, Catatan("N21", {"sebab": reason})))
    return Terbaca(rapikan_nip(read.nilai), read.catatan)


def with_struck(read: Terbaca, isi: Isi) -> Terbaca:
    """Return a cell after reading with what was struck out in it said first."""
    if not isi.struck:
        return read
    return Terbaca(read.nilai, (Catatan("N24", nilai=isi.struck), *read.catatan))
