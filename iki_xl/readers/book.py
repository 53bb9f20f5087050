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
UNREADABLE_FORMULA = "=… (bunyinya tidak terbaca dari .xls)"

RawValue = str | float | bool | date | time | timedelta | None
# A text in a workbook has no more letters; of notes, boxes and pictures a sheet's first so many are kept.
LARGEST_TEXT, MOST_BESIDE = 32_767, 100_000
# First row, first column, last row, last column, from 0, ends included.
Area = tuple[int, int, int, int]
# Row and column, from 0.
CellAt = tuple[int, int]


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

    Over a limit, `limit` is its name in `Limits`, and `enough` the value that would let the file through,
    where that is known (0: it is not).
    """

    reason: str
    kind: RefusalKind = RefusalKind.ODD
    limit: str = ""
    enough: int = 0


class UnreadableError(Exception):
    """A file cannot be read; the message says why, in Indonesian, to stand inside a sentence."""

    def __init__(
        self, reason: str, kind: RefusalKind = RefusalKind.ODD, *, limit: str = "", enough: int = 0
    ) -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, RefusalKind.LIMIT if limit else kind, limit, enough)

    @classmethod
    def of(cls, refusal: Refusal) -> UnreadableError:
        """Return the error of a refusal that happened in another process."""
        return cls(refusal.reason, refusal.kind, limit=refusal.limit, enough=refusal.enough)


@dataclass(frozen=True, slots=True)
class Cell:
    """The content of one cell, as seen: value (for a formula its cached one), error, formula, % format.

    `struck` is what is struck out and so no part of the value; `raised` the value as it looks ("12¹") where
    only a part of it stands in superscript or subscript, else "". `picture`: a picture was placed in the
    cell; `link` is a hyperlink's address.
    """

    value: RawValue = None
    is_error: bool = False
    formula: str = ""
    percent: bool = False
    struck: str = ""
    raised: str = ""
    picture: bool = False
    link: str = ""

    @property
    def is_blank(self) -> bool:
        """True when nothing was typed, or all of it is struck out."""
        return self.value is None and (not self.formula or bool(self.struck))

    def struck_out(self) -> Cell:
        """Return what is left of a cell whose own font is struck out: nothing, and what was struck out."""
        text = self.render_text()
        if self.value is None or not text.strip():
            return self
        return replace(self, value=None, is_error=False, percent=False, struck=text, raised="")

    def render_text(self) -> str:
        """What the person sees in the cell, as text."""
        value = self.value
        if value is None:
            return "" if self.struck else self.formula
        if self.is_error and self.formula:
            return f"{value} ({self.formula})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return render_number(value * 100) + "%" if self.percent else render_number(value)
        return value if isinstance(value, str) else _render_moment(value)


def _render_moment(value: date | time | timedelta) -> str:
    """Return a date, a time of day or a length of time as an office writes it."""
    if isinstance(value, timedelta):
        return _render_duration(value)
    if isinstance(value, time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    has_time = isinstance(value, datetime) and value.time() != time()
    return value.strftime("%d/%m/%Y %H:%M" if has_time else "%d/%m/%Y")


def _render_duration(length: timedelta) -> str:
    """Return a length of time in hours, as a spreadsheet shows it: 300:00."""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    text = f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return f"-{text}" if length < timedelta() else text


def render_number(value: float) -> str:
    """Return a number as people write it: decimal comma, no exponent, 15 digits that count, -0 as 0."""
    if not math.isfinite(value):
        return str(value)
    text = format(Decimal(repr(float(f"{value:.15g}") + 0.0)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that let real files through and stop bombs; each can be set on the command line."""

    file_mb: int = 50
    zip_entries: int = 2_000
    part_mb: int = 128
    total_mb: int = 256
    ratio: int = 250
    depth: int = 128
    sheets: int = 1_024
    cells: int = 5_000_000
    seconds: int = 20
    memory_mb: int = 1_024

    @property
    def size(self) -> int:
        """Largest file, in bytes."""
        return self.file_mb * _MB

    @property
    def part_size(self) -> int:
        """Largest part of a package once inflated, in bytes."""
        return self.part_mb * _MB

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
class SheetCells:
    """A sheet's filled cells by (row, column) from 0, and whether it is protected.

    `merges` are the merged areas; `notes` the texts of notes and comments by their cell; `boxes` text boxes
    and shapes that hold a text; `pictures` the cells under each picture that lies over the sheet.
    """

    nama: str
    cells: Mapping[tuple[int, int], Cell]
    protected: bool = False
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
class BookCells:
    """A workbook's sheets, when (UTC, naive) it says it was last saved, and what else it holds.

    `formats_known` is False where number formats are asked for that the file has lost: its numbers stand as
    they are stored, and one that was shown as 85% is 0.85.
    """

    sheets: tuple[SheetCells, ...]
    saved: datetime | None = None
    extras: frozenset[Extra] = frozenset()
    formats_known: bool = True
