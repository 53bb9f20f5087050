"""A workbook as a person sees it, whatever wrote it and whatever read it; and the limits of reading."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MB = 1024 * 1024

# Stands for a formula where the reader does not show what it says, only its result.
RUMUS_TAK_TERBACA = "=… (bunyinya tidak terbaca dari .xls)"

Mentah = str | float | bool | date | time | timedelta | None
# A text in a workbook has no more letters; of notes, boxes and pictures a sheet's first so many are kept.
LARGEST_TEXT, MOST_BESIDE = 32_767, 100_000
# First row, first column, last row, last column, from 0, ends included.
Area = tuple[int, int, int, int]


class RefusalKind(StrEnum):
    """What stands in the way of reading a file: it decides what a person can do about it."""

    ODD = "put together as no spreadsheet program does"
    DAMAGED = "bytes are missing or wrong"
    EMPTY = "no bytes at all"
    ENCRYPTED = "only opens with a password"
    TEXT = "plain text"
    NOT_A_WORKBOOK = "another kind of file"
    NOT_A_FILE = "a folder, a link or a device"
    LONG_TEXT = "a text longer than any spreadsheet program takes"
    LIMIT = "over one of the limits"
    CRASH = "the reader died over it"
    CHANGED = "written to meanwhile"
    MISSING = "not there"
    DENIED = "no permission"
    HELD = "held by another program"
    REFUSED = "refused by the system"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not read: in Indonesian, to stand inside a sentence, and as a kind.

    Over a limit, `limit` is its name in `Batas`, and `enough` the value that would let the file through,
    where that is known (0: it is not).
    """

    reason: str
    kind: RefusalKind = RefusalKind.ODD
    limit: str = ""
    enough: int = 0


class TidakTerbacaError(Exception):
    """A file cannot be read; the message says why, in Indonesian, to stand inside a sentence."""

    def __init__(
        self, reason: str, kind: RefusalKind = RefusalKind.ODD, *, limit: str = "", enough: int = 0
    ) -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, RefusalKind.LIMIT if limit else kind, limit, enough)

    @classmethod
    def of(cls, refusal: Refusal) -> TidakTerbacaError:
        """Return the error of a refusal that happened in another process."""
        return cls(refusal.reason, refusal.kind, limit=refusal.limit, enough=refusal.enough)


@dataclass(frozen=True, slots=True)
class Isi:
    """The content of one cell, as seen: value (for a formula its cached one), error, formula, % format.

    `struck` is what is struck out and so no part of the value; `raised` the value as it looks ("12¹") where
    only a part of it stands in superscript or subscript, else "". `picture`: a picture was placed in the
    cell; `link` is a hyperlink's address.
    """

    nilai: Mentah = None
    galat: bool = False
    rumus: str = ""
    persen: bool = False
    struck: str = ""
    raised: str = ""
    picture: bool = False
    link: str = ""

    @property
    def kosong(self) -> bool:
        """True when nothing was typed, or all of it is struck out."""
        return self.nilai is None and (not self.rumus or bool(self.struck))

    def struck_out(self) -> Isi:
        """Return what is left of a cell whose own font is struck out: nothing, and what was struck out."""
        text = self.terlihat()
        if self.nilai is None or not text.strip():
            return self
        return replace(self, nilai=None, galat=False, persen=False, struck=text, raised="")

    def terlihat(self) -> str:
        """What the person sees in the cell, as text."""
        value = self.nilai
        if value is None:
            return "" if self.struck else self.rumus
        if self.galat and self.rumus:
            return f"{value} ({self.rumus})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return angka_terlihat(value * 100) + "%" if self.persen else angka_terlihat(value)
        return value if isinstance(value, str) else _waktu_terlihat(value)


def _waktu_terlihat(value: date | time | timedelta) -> str:
    """Return a date, a time of day or a length of time as an office writes it."""
    if isinstance(value, timedelta):
        return _lama_terlihat(value)
    if isinstance(value, time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    has_time = isinstance(value, datetime) and value.time() != time()
    return value.strftime("%d/%m/%Y %H:%M" if has_time else "%d/%m/%Y")


def _lama_terlihat(length: timedelta) -> str:
    """Return a length of time in hours, as a spreadsheet shows it: 300:00."""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    text = f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return f"-{text}" if length < timedelta() else text


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
class Box:
    """The text of a text box or shape, and the cell under its first corner where that is known."""

    text: str
    at: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class LembarSel:
    """A sheet's filled cells by (row, column) from 0, and whether it is protected.

    `merges` are the merged areas; `notes` the texts of notes and comments by their cell; `boxes` text boxes
    and shapes that hold a text; `pictures` the cells under each picture that lies over the sheet.
    """

    nama: str
    sel: Mapping[tuple[int, int], Isi]
    dilindungi: bool = False
    merges: tuple[Area, ...] = ()
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    boxes: tuple[Box, ...] = ()
    pictures: tuple[Area, ...] = ()


class Extra(StrEnum):
    """What a workbook may hold beside its sheets; it is said to be there, and never followed or run.

    `UNREAD`: a part with notes, boxes or links is damaged or too large, and was left alone.
    """

    MACROS = "macros"
    EXTERNAL_LINKS = "external links"
    DDE = "dde"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class BukuSel:
    """A workbook's sheets, when (UTC, naive) it says it was last saved, and what else it holds.

    `formats_known` is False where number formats are asked for that the file has lost: its numbers stand as
    they are stored, and one that was shown as 85% is 0.85.
    """

    lembar: tuple[LembarSel, ...]
    disimpan: datetime | None = None
    extras: frozenset[Extra] = frozenset()
    formats_known: bool = True
