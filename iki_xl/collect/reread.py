"""Returns that were put together of several sheets, read and checked like sheets that came back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.collect.cast import cast_entries
from iki_xl.collect.entries import TypedEntries, build_entry_table
from iki_xl.collect.rows import build_row_table
from iki_xl.collect.schema import MISSING, check_entries
from iki_xl.tables import BULAN_NUMBERS, CELL_COLUMNS, FILE_COLUMNS, SHEET_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.cast import CastEntries
    from iki_xl.collect.entries import EntryTable
    from iki_xl.collect.together import Together
    from iki_xl.findings import Place, Temuan
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import Cell


@dataclass(frozen=True)
class Cast:
    """A return that was put together, after casting."""

    together: Together

    @cached_property
    def read(self) -> CastEntries:
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
    def entries(self) -> TypedEntries:
        """The filled input cells."""
        read, cells = self.read, self.form.entry_cells
        at = [number for number, cell in enumerate(cells) if cell in self.content]
        invalid = [number for number, cell in enumerate(cells) if cell in read.invalid_cells]
        return TypedEntries(at, [read.value.get(cells[number]) for number in at], invalid)

    def place(self, rows: str, column: str) -> Place:
        """Where a cell stands in what was returned."""
        return self.together.sheet.place(rows, column)


@dataclass(frozen=True, eq=False)
class Reread:
    """Such returns: what they hold, the table `rows` of them, and what is said of their cells."""

    entries: EntryTable
    rows: pd.DataFrame
    temuan: tuple[Temuan, ...]


def reread(joined: Mapping[int, Together], nips: Sequence[str], katalog: Katalog) -> Reread | None:
    """Read each of these returns as if it had come back as one sheet, and validate them all at once.

    Args:
        joined: the returns by their `id_laporan`.
        nips: whom each counts for.
        katalog: the office.

    Returns: None where there are none.
    """
    import pandas as pd

    if not joined:
        return None
    casts = [Cast(together) for together in joined.values()]
    entries = build_entry_table(casts, katalog)
    faults = check_entries(entries, katalog.referensi)
    waiting = ((at, cell) for at, cast in enumerate(casts) for cell in cast.together.waiting)
    counted = entries.leave_out([*((f.sheet, f.cell) for f in faults if f.is_invalid), *waiting])
    about = pd.DataFrame(
        {
            "id_laporan": list(joined),
            "id_jabatan": [cast.form.jabatan.id for cast in casts],
            "nip": nips,
            "nama": [str(cast.entries.head[0] or "") for cast in casts],
        }
    )
    rows = build_row_table(counted, about, _locate_joined_rows(counted, casts), katalog)
    said = [t for cast in casts for t in cast.read.temuan]
    # of what is missing everywhere each of the sheets has said so
    said += [f.temuan for f in faults if f.temuan.code not in MISSING]
    return Reread(entries, rows, tuple(said))


def _locate_joined_rows(entries: EntryTable, casts: Sequence[Cast]) -> pd.DataFrame:
    """The columns of places: all files and sheets that a row is taken from, and where each month stands."""
    import pandas as pd

    records = []
    for number, row_id in zip(entries.sheet_of.tolist(), entries.row_ids.tolist(), strict=True):
        together = casts[number].together
        months = [together.origin(row_id, bulan) for bulan in BULAN_NUMBERS]
        files, sheets, cells = zip(*months, strict=True)
        records.append((*together.standing(row_id), *files, *sheets, *cells))
    columns = ["berkas", "lembar", *FILE_COLUMNS, *SHEET_COLUMNS, *CELL_COLUMNS]
    return pd.DataFrame.from_records(records, columns=columns)


def answered(said: Iterable[Temuan], joined: Iterable[Together]) -> Iterator[Temuan]:
    """Leave out what was said of cells that were read again, or are blank and filled in on another sheet."""
    again, filled = set(), set()
    for together in joined:
        again |= {_place(together.sheet.place(*cell)) for cell in together.taken}
        filled |= {
            _place(report.sheet.place(*cell))
            for report, content in zip(together.sources, together.contents, strict=True)
            for cell in together.cells.keys() - content.keys()
        }
    if not again and not filled:
        yield from said
        return
    for t in said:
        place = _place(t)
        if not (place in again and t.code[0] in "NL") and not (place in filled and t.code in MISSING):
            yield t


def _place(at: Place | Temuan) -> tuple[str, str, str]:
    return at.file, at.sheet, at.cell
