"""The words of a table that came out of its ruling as plain lines, and what the copy left between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from iki_xl.comparable import comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_KATA = re.compile(r"\S+")


class Jeda(Enum):
    """What stands before a word. A cell's wrapped lines end in one blank, its last line in two or more."""

    SPASI = auto()
    LEBAR = auto()
    TERBUNGKUS = auto()
    BARIS = auto()
    TERTUTUP = auto()
    KOSONG_TERBUNGKUS = auto()
    KOSONG = auto()
    KOSONG_BERISI_SPASI = auto()


@dataclass(frozen=True, slots=True)
class Garis:
    """A line of the text as it stands, and its page from 1."""

    teks: str
    halaman: int


@dataclass(frozen=True, slots=True)
class Kata:
    """A word, its place (line, first and last column) and the gap before it."""

    teks: str
    jeda: Jeda
    baris: int
    mulai: int
    akhir: int
    halaman: int


def kata_dari(garis: Sequence[Garis]) -> list[Kata]:
    """Return the words of these lines in reading order."""
    hasil: list[Kata] = []
    kosong: list[str] = []
    for nomor, g in enumerate(garis):
        if not g.teks.strip():
            kosong.append(g.teks)
            continue
        for m in _KATA.finditer(g.teks):
            sebelum = hasil[-1] if hasil else None
            if sebelum is not None and sebelum.baris == nomor:
                jeda = Jeda.SPASI if m.start() - sebelum.akhir == 1 else Jeda.LEBAR
            else:
                jeda = _jeda_antarbaris(garis[sebelum.baris].teks if sebelum else "  ", kosong)
                kosong = []
            hasil.append(Kata(m.group(), jeda, nomor, m.start(), m.end(), g.halaman))
    return hasil


def _jeda_antarbaris(atas: str, kosong: Sequence[str]) -> Jeda:
    ekor = len(atas) - len(atas.rstrip())
    if any(kosong):
        return Jeda.KOSONG_BERISI_SPASI
    if kosong:
        return Jeda.KOSONG_TERBUNGKUS if ekor == 1 else Jeda.KOSONG
    return (Jeda.BARIS, Jeda.TERBUNGKUS)[ekor] if ekor < 2 else Jeda.TERTUTUP  # noqa: PLR2004 - two blanks close


def teks_sel(kata: Sequence[Kata], garis: Sequence[Garis]) -> str:
    """Return these words as a cell's text: their lines, with the blanks inside them as they stand."""
    baris: dict[int, tuple[int, int]] = {}
    for k in kata:
        mulai, _ = baris.get(k.baris, (k.mulai, 0))
        baris[k.baris] = mulai, k.akhir
    return "\n".join(garis[n].teks[mulai:akhir] for n, (mulai, akhir) in baris.items())


def huruf_angka(kata: Iterable[str]) -> str:
    """Letters and digits alone, without case: wording compared without blanks and marks."""
    return "".join(c for k in kata for c in comparable(k) if c.isalnum())
