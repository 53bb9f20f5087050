"""A return: one sheet with entries, whose it is and when it was saved; and what its cells hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from iki_xl.comparable import as_seen
from iki_xl.findings import Tempat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iki_xl.collect.moments import Moment
    from iki_xl.collect.record import LembarIsian
    from iki_xl.form.jabatan import Sel

T = TypeVar("T")
_NEVER = datetime(1, 1, 1)  # noqa: DTZ001 - naive UTC, before every moment
# Returns that a finding names.
_DISEBUT = 3


@dataclass(frozen=True, slots=True)
class Entri:
    """What a cell was read as (a text as it is seen, even one that is no value), and how it was typed."""

    nilai: float | str
    tertulis: str = field(compare=False)
    sah: bool = True


@dataclass(frozen=True, slots=True)
class Laporan:
    """One returned sheet with entries: when its workbook was saved, the cells in galat, whose it is.

    `nip` is "" where it is not known.
    """

    lembar: LembarIsian
    saved: Moment
    tidak_sah: frozenset[Sel]
    nip: str

    @property
    def nama(self) -> str:
        """The name of who reports, "" when not known."""
        return self.lembar.nama_pegawai

    def isi(self) -> dict[Sel, Entri]:
        """What was entered, by cell; what was typed only to say "nothing yet" ("-") is no entry."""
        sheet, values = self.lembar, self.lembar.nilai
        return {
            sel: Entri(_comparable_entry(values.get(sel, typed)), typed, sel not in self.tidak_sah)
            for sel in sheet.isi
            if (typed := sheet.tertulis(sel)) and (sel in values or sel in self.tidak_sah)
        }

    @property
    def tempat(self) -> Tempat:
        """The sheet as a place."""
        return Tempat(self.lembar.berkas, self.lembar.nama, "", self.lembar.form.jabatan.id)

    @property
    def urutan(self) -> tuple[datetime, datetime, str, str]:
        """An order that is always the same: by time, where it is known, then by name. It claims nothing."""
        saved = self.saved
        return saved.best or _NEVER, saved.arrived or _NEVER, self.lembar.berkas, self.lembar.nama

    @property
    def sebutan(self) -> str:
        """How other findings name this return."""
        return f"{self.lembar.berkas} (lembar {self.lembar.nama})"


def _comparable_entry(value: float | str) -> float | str:
    return as_seen(value) if isinstance(value, str) else value


def sebut(items: Sequence[T], words: Callable[[T], str] = str) -> str:
    """Some of these in words, and how many more."""
    rest = len(items) - _DISEBUT
    return "; ".join(map(words, items[:_DISEBUT])) + (f"; dan {rest} lainnya" if rest > 0 else "")
