"""A return: one sheet with entries, whose it is and when it was saved; and what its cells hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from iki_xl.comparable import as_seen
from iki_xl.findings import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iki_xl.collect.moments import Moment
    from iki_xl.collect.record import CastSheet
    from iki_xl.form.jabatan import CellKey

_T = TypeVar("_T")
_NEVER = datetime(1, 1, 1)  # noqa: DTZ001 - naive UTC, before every moment
# Returns that a finding names.
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What a cell was read as (a text as it is seen, even one that is no value), and how it was typed."""

    value: float | str
    written: str = field(compare=False)
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Return:
    """One returned sheet with entries: when its workbook was saved, the cells in galat, whose it is.

    `nip` is "" where it is not known; `digest` stands for its file's bytes (form/identity.py).
    """

    sheet: CastSheet
    saved: Moment
    invalid_cells: frozenset[CellKey]
    nip: str
    digest: str = ""

    @property
    def nama(self) -> str:
        """The name of who reports, "" when not known."""
        return self.sheet.nama_pegawai

    def content(self) -> dict[CellKey, Entry]:
        """What was entered, by cell; what was typed only to say "nothing yet" ("-") is no entry."""
        sheet, values = self.sheet, self.sheet.value
        return {
            cell: Entry(_comparable_entry(values.get(cell, typed)), typed, cell not in self.invalid_cells)
            for cell in sheet.content
            if (typed := sheet.written(cell)) and (cell in values or cell in self.invalid_cells)
        }

    @property
    def dashed(self) -> frozenset[CellKey]:
        """Cells that somebody emptied on purpose: something stands there that is read as nothing ("-")."""
        entries, cells = self.sheet.entries, self.sheet.form.entry_cells
        others = {*entries.invalid, *self.sheet.blank}
        pairs = zip(entries.numbers, entries.value, strict=True)
        return frozenset(cells[at] for at, value in pairs if value is None and at not in others)

    def was_issued_from(self, other: Return) -> bool:
        """True where the form was issued prefilled from another return."""
        return bool(other.digest) and other.digest in self.sheet.issued_from

    @property
    def place(self) -> Place:
        """The sheet as a place."""
        return Place(self.sheet.file, self.sheet.nama, "", self.sheet.form.jabatan.id)

    @property
    def order(self) -> tuple[datetime, datetime, str, str]:
        """An order that is always the same: by time, where it is known, then by name. It claims nothing."""
        saved = self.saved
        return saved.best or _NEVER, saved.arrived or _NEVER, self.sheet.file, self.sheet.nama

    @property
    def label(self) -> str:
        """How other findings name this return."""
        return f"{self.sheet.file} (lembar {self.sheet.nama})"


def _comparable_entry(value: float | str) -> float | str:
    return as_seen(value) if isinstance(value, str) else value


def name_some(items: Sequence[_T], words: Callable[[_T], str] = str) -> str:
    """Some of these in words, and how many more."""
    rest = len(items) - _MOST_NAMED
    return "; ".join(map(words, items[:_MOST_NAMED])) + (f"; dan {rest} lainnya" if rest > 0 else "")


def name_returns(reports: Sequence[Return]) -> str:
    """The labels of some returns."""
    return name_some(reports, attrgetter("label"))
