"""A workbook as a person sees it, whatever wrote it and whatever read it; and the limits of reading."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MB = 1024 * 1024

Mentah = str | float | bool | date | time | timedelta | None


class TidakTerbacaError(Exception):
    """A file cannot be read; the message says why, in Indonesian, to stand inside a sentence."""


@dataclass(frozen=True, slots=True)
class Isi:
    """The content of one cell, as seen: value (for a formula its cached one), error, formula, % format.

    `struck` is text that is struck out and so no part of the value; `raised`: a part of the value stands in
    superscript or subscript; `picture`: a picture was placed in the cell; `link` is a hyperlink's address.
    """

    nilai: Mentah = None
    galat: bool = False
    rumus: str = ""
    persen: bool = False
    struck: str = ""
    raised: bool = False
    picture: bool = False
    link: str = ""

    @property
    def kosong(self) -> bool:
        """True when nothing was typed."""
        return self.nilai is None and not self.rumus

    def terlihat(self) -> str:
        """What the person sees in the cell, as text."""
        value = self.nilai
        if value is None:
            return self.rumus
        if self.galat and self.rumus:
            return f"{value} ({self.rumus})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return angka_terlihat(value * 100) + "%" if self.persen else angka_terlihat(value)
        if isinstance(value, datetime):
            return value.strftime("%d/%m/%Y" if value.time() == time() else "%d/%m/%Y %H:%M")
        return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def angka_terlihat(value: float) -> str:
    """Return a number as people write it: decimal comma, no exponent, 15 digits that count, -0 as 0."""
    if not math.isfinite(value):
        return str(value)
    text = format(Decimal(repr(float(f"{value:.15g}") + 0.0)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


@dataclass(frozen=True, slots=True)
class Batas:
    """Limits that let real files through and stop bombs; each can be set on the command line."""

    ukuran_mb: int = 50
    isi_zip: int = 2_000
    bagian_mb: int = 128
    total_mb: int = 256
    rasio: int = 250
    kedalaman: int = 128
    lembar: int = 1_024
    sel: int = 5_000_000
    detik: int = 20
    memori_mb: int = 1_024

    @property
    def ukuran(self) -> int:
        """Largest file, in bytes."""
        return self.ukuran_mb * _MB

    @property
    def bagian(self) -> int:
        """Largest part of a package once inflated, in bytes."""
        return self.bagian_mb * _MB

    @property
    def total(self) -> int:
        """Largest sum of all inflated parts, in bytes."""
        return self.total_mb * _MB


@dataclass(frozen=True, slots=True)
class LembarSel:
    """A sheet's filled cells by (row, column) from 0, and whether it is protected.

    `merges` are (first row, first column, last row, last column) from 0, ends included; `notes` the texts of
    notes and comments by their cell; `boxes` the texts of text boxes and shapes.
    """

    nama: str
    sel: Mapping[tuple[int, int], Isi]
    dilindungi: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    boxes: tuple[str, ...] = ()


class Extra(StrEnum):
    """What a workbook may hold beside its sheets; it is said to be there, and never followed or run."""

    MACROS = "macros"
    EXTERNAL_LINKS = "external links"
    DDE = "dde"


@dataclass(frozen=True, slots=True)
class BukuSel:
    """A workbook's sheets, when (UTC, naive) it says it was last saved, and what else it holds."""

    lembar: tuple[LembarSel, ...]
    disimpan: datetime | None = None
    extras: frozenset[Extra] = frozenset()
