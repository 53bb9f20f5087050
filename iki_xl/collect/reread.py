"""A return that was put together of several sheets, read and checked like a sheet that came back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.collect.crosschecks import check_across_cells
from iki_xl.collect.rows import build_return_rows
from iki_xl.collect.schema import MISSING, check_entries
from iki_xl.collect.table import cast_entries
from iki_xl.form.jabatan import HEAD_CELLS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from iki_xl.catalog import Referensi
    from iki_xl.collect.rows import ReturnRow
    from iki_xl.collect.table import CastEntries, EntryValue
    from iki_xl.collect.together import Together
    from iki_xl.findings import Place, Temuan
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import Cell


@dataclass(frozen=True)
class Cast:
    """A return that was put together, after casting."""

    together: Together

    @cached_property
    def entries(self) -> CastEntries:
        """What its cells were read as: as one sheet, because what one says decides how another is read."""
        return cast_entries(self.together.sheet)

    @property
    def form(self) -> JabatanForm:
        """The form of its sheets."""
        return self.together.form

    @property
    def content(self) -> Mapping[CellKey, Cell]:
        """The filled cells that count."""
        return self.together.sheet.content

    @cached_property
    def check_columns(self) -> tuple[list[int], list[str], list[EntryValue]]:
        """What pandera is to check."""
        at = {cell: number for number, cell in enumerate(self.form.entry_cells)}
        pour = self.entries.check_columns
        return [at[cell] for cell in pour.cell], pour.column, pour.value

    def place(self, rows: str, column: str) -> Place:
        """Where a cell stands in what was returned."""
        return self.together.sheet.place(rows, column)


@dataclass(frozen=True, slots=True)
class Reread:
    """Such a return: its rows, the name of who reports, and what is said across its cells."""

    together: Together
    nama: str
    rows: tuple[ReturnRow, ...]
    cross_checks: tuple[Temuan, ...]


def reread(
    joined: Sequence[Together], referensi: Referensi, bulan: int | None
) -> tuple[list[Reread], tuple[Temuan, ...]]:
    """Read each of these returns as if it had come back as one sheet, and validate them all at once.

    `bulan` is the month reported to, None when it was not given.

    Returns: the returns in the same order, and what is said of their cells.
    """
    casts = [Cast(together) for together in joined]
    checked, faults = check_entries(casts, referensi) if casts else ((), {})
    said = [t for cast in casts for t in cast.entries.temuan]
    # of what is missing everywhere each of the sheets has said so
    said += [t for t in checked if t.code not in MISSING]
    found = [_read(cast, faults.get(at, frozenset()), bulan) for at, cast in enumerate(casts)]
    return found, tuple(said)


def answered(said: Iterable[Temuan], joined: Sequence[Together]) -> Iterator[Temuan]:
    """Leave out what was said of cells that were read again, or are blank and filled in on another sheet."""
    if not joined:
        yield from said
        return
    again, filled = set(), set()
    for together in joined:
        again |= {_place(together.sheet.place(*cell)) for cell in together.taken}
        filled |= {
            _place(report.sheet.place(*cell))
            for report, content in zip(together.sources, together.contents, strict=True)
            for cell in together.cells.keys() - content.keys()
        }
    for t in said:
        place = _place(t)
        if not (place in again and t.code[0] in "NL") and not (place in filled and t.code in MISSING):
            yield t


def _place(at: Place | Temuan) -> tuple[str, str, str]:
    return at.file, at.sheet, at.cell


def _read(cast: Cast, faults: Collection[CellKey], bulan: int | None) -> Reread:
    together, entries = cast.together, cast.entries
    invalid = {*entries.invalid_cells, *faults, *together.waiting}
    rows = build_return_rows(cast.form, entries.value, invalid)
    crossed = tuple(t for row in rows for t in check_across_cells(row, together.sheet, bulan))
    return Reread(together, str(entries.value.get(HEAD_CELLS[0], "")), rows, crossed)
