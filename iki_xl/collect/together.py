"""Returns put together cell by cell (spec section 6.2), of the entries that no newer one replaced (group.py).

Entries that agree count once, what only one of them holds counts from there. Figures, satuan and tipe that
differ wait: nobody knows which is the newer. Of texts that differ none is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.collect.reports import name_returns, name_some
from iki_xl.collect.returned import ReturnedSheet
from iki_xl.comparable import comparable
from iki_xl.findings import temuan
from iki_xl.form.jabatan import HEAD_CELLS, NAMA_ROW
from iki_xl.form.layout import FieldKind
from iki_xl.readers.book import Cell
from iki_xl.tables import fit_cell_text, name_realisasi_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iki_xl.collect.record import CastSheet
    from iki_xl.collect.reports import Entry, Return
    from iki_xl.findings import Place, Temuan
    from iki_xl.form.jabatan import CellKey, JabatanForm

# Cells of a sheet, and sheets, whose differences are named one by one; more are counted.
_CELLS_NAMED, _SHEETS_NAMED = 100, 20
_TEXTS_KEPT = 5
_WAITING = frozenset({FieldKind.NUMBER, FieldKind.SATUAN, FieldKind.TIPE})


@dataclass(frozen=True, slots=True)
class JoinedCell:
    """What one cell of a return holds: each different entry, with the numbers of the sheets it stands in."""

    entries: tuple[tuple[Entry, tuple[int, ...]], ...]

    @property
    def agreed(self) -> bool:
        """True where every sheet that fills the cell in holds the same."""
        return len(self.entries) == 1

    @property
    def several_texts(self) -> bool:
        """True where more than one of the entries is valid."""
        return sum(entry.valid for entry, _ in self.entries) > 1

    @property
    def holders(self) -> list[int]:
        """The sheets that hold the cell, those first whose entry is valid."""
        return [at for _, sheets in sorted(self.entries, key=lambda item: not item[0].valid) for at in sheets]


@dataclass(frozen=True)
class Together:
    """One return made of the sheets `sources`, cell by cell; `contents` is what each of them holds.

    Where it makes no difference which sheet a cell is taken from it is the first that holds it.
    """

    sources: tuple[Return, ...]
    contents: tuple[Mapping[CellKey, Entry], ...]

    @cached_property
    def cells(self) -> Mapping[CellKey, JoinedCell]:
        """Every cell that one of the sheets fills in."""
        found: dict[CellKey, dict[Entry, list[int]]] = {}
        for at, content in enumerate(self.contents):
            for cell, entry in content.items():
                found.setdefault(cell, {}).setdefault(entry, []).append(at)
        return {
            cell: JoinedCell(tuple((entry, tuple(sheets)) for entry, sheets in entries.items()))
            for cell, entries in found.items()
        }

    @property
    def form(self) -> JabatanForm:
        """The form that all the sheets have."""
        return self.sources[0].sheet.form

    @cached_property
    def waiting(self) -> tuple[CellKey, ...]:
        """The cells that do not count before somebody has said which entry is right, in the form's order."""
        kinds = self.form.entry_kinds
        return tuple(cell for cell in self._differing if kinds[cell] in _WAITING)

    @cached_property
    def taken(self) -> frozenset[CellKey]:
        """The cells whose content is that of one sheet as it stands there."""
        waiting = set(self.waiting)
        return frozenset(
            cell
            for cell, joined_cell in self.cells.items()
            if cell not in waiting and not joined_cell.several_texts
        )

    @cached_property
    def sheet(self) -> JoinedSheet:
        """The entries that count, as one sheet to be read like any other."""
        first, waiting = self.sources[0].sheet, set(self.waiting)
        holders = {
            cell: self.sources[joined_cell.holders[0]].sheet for cell, joined_cell in self.cells.items()
        }
        content = {
            cell: holders[cell].content[cell] if cell in self.taken else Cell(self._texts(cell))
            for cell in self.cells
            if cell not in waiting
        }
        about = first.file, first.nama, first.fingerprint, first.issued_from, first.form, first.placement
        return JoinedSheet(*about, content, first, holders)

    def standing(self, row_id: str) -> tuple[str, str]:
        """Names of the files and of the sheets that a row's cells are taken from."""
        used = {
            at
            for (row, _), joined_cell in self.cells.items()
            if row == row_id
            for at in self._used(joined_cell)
        }
        return _names([self.sources[at] for at in sorted(used or {0})])

    def origin(self, row_id: str, bulan: int) -> tuple[str, str, str]:
        """File, sheet and address of a month's realisasi; every place, where the month waits."""
        joined_cell = self.cells.get((row_id, name_realisasi_column(bulan)))
        reports = [self.sources[at] for at in (self._used(joined_cell) if joined_cell else [0])]
        addresses = dict.fromkeys(r.sheet.address(row_id, name_realisasi_column(bulan)) for r in reports)
        return *_names(reports), name_some(list(addresses))

    def counted_from(self, cell: CellKey) -> str:
        """The return whose entry counts in a cell, in words."""
        joined_cell = self.cells.get(cell)
        found = [self.sources[at] for at in self._used(joined_cell)] if joined_cell else self.sources
        names = name_returns(found)
        return f"belum diketahui: {names}" if cell in self.waiting else names

    def findings(self, unordered: Sequence[Sequence[int]]) -> Iterator[Temuan]:
        """What to say of sheets whose order is not known, and of each cell that waits.

        However many sheets and cells there are, only some are named one by one.

        Args:
            unordered: for each sheet the numbers of those that may be newer or older.
        """
        waiting = set(self.waiting)
        texts = [cell for cell in self._differing if cell not in waiting and self._keeps_all(cell)]
        for at, report in enumerate(self.sources):
            if unordered[at]:
                others = [self.sources[n] for n in unordered[at]]
                yield self._joined(report, others, [cell for cell in texts if cell in self.contents[at]])
            mine = [cell for cell in self.waiting if cell in self.contents[at]]
            named = mine[:_CELLS_NAMED] if at < _SHEETS_NAMED else []
            yield from (self._difference(cell, at) for cell in named)
            if rest := mine[len(named) :]:
                first, last = (report.sheet.address(*cell) for cell in (rest[0], rest[-1]))
                yield temuan("G10", report.place, jumlah=len(rest), awal=first, akhir=last)

    @cached_property
    def _differing(self) -> tuple[CellKey, ...]:
        return tuple(s for s in self.form.entry_cells if s in self.cells and not self.cells[s].agreed)

    def _joined(self, report: Return, others: Sequence[Return], texts: Sequence[CellKey]) -> Temuan:
        one_book = {other.sheet.file for other in others} == {report.sheet.file}
        cells = name_some([report.sheet.address(*cell) for cell in texts])
        return temuan(
            "G09",
            report.place,
            lain=name_returns(others),
            sebab="semuanya di satu buku kerja" if one_book else "waktu simpannya tidak menentukan",
            teks=f" Teks yang berbeda ditulis semuanya ({cells})." if cells else "",
        )

    def _difference(self, cell: CellKey, at: int) -> Temuan:
        """One cell that waits, at one of the sheets, with what the others hold."""
        own, report = self.contents[at][cell], self.sources[at]

        def words(item: tuple[Entry, tuple[int, ...]]) -> str:
            entry, sheets = item
            other = self.sources[sheets[0]]
            return f"{entry.written} di {other.label} sel {other.sheet.address(*cell)}"

        others = [item for item in self.cells[cell].entries if item[0] != own]
        title = self.form.layout.field(cell[1]).title
        place = report.sheet.place(*cell)
        return temuan("G08", place, own.written, kolom=title, lain=name_some(others, words))

    def _used(self, joined_cell: JoinedCell) -> list[int]:
        """The sheets that a cell is taken from: one, or all where their entries differ."""
        return joined_cell.holders[: 1 if joined_cell.agreed else None]

    def _texts(self, cell: CellKey) -> str:
        """All texts of a cell, each with where it stands."""
        valid = [(str(entry.value), sheets) for entry, sheets in self.cells[cell].entries if entry.valid]
        valid.sort()
        if cell[0] == NAMA_ROW:
            return self._name([name for name, _ in valid])
        texts = [f"{text} [{self.sources[sheets[0]].label}]" for text, sheets in valid[:_TEXTS_KEPT]]
        more = len(valid) - len(texts)
        return fit_cell_text("\n".join([*texts, f"(dan {more} teks lain)"] if more else texts))

    def _name(self, names: Sequence[str]) -> str:
        """One spelling of a name, the catalogue's before others; or all, where they are other names."""
        known = [p.nama for p in self.form.katalog.list_pegawai(self.form.jabatan.id)]
        spelled = {comparable(name): name for name in reversed([*known, *names])}
        return " / ".join(dict.fromkeys(spelled[comparable(name)] for name in names))

    def _keeps_all(self, cell: CellKey) -> bool:
        """False for the head where it is only spelled in another way."""
        entries = self.cells[cell].entries
        return cell not in HEAD_CELLS or len({comparable(str(entry.value)) for entry, _ in entries}) > 1


@dataclass(frozen=True)
class JoinedSheet(ReturnedSheet):
    """A sheet whose cells stand in several returned sheets; its blank cells stand in `first`."""

    first: CastSheet
    holders: Mapping[CellKey, CastSheet]

    def address(self, rows: str, column: str) -> str:
        """Cell address in the sheet that holds the cell."""
        return self.holders.get((rows, column), self.first).address(rows, column)

    def place(self, rows: str, column: str) -> Place:
        """Where a cell stands in what was returned."""
        return self.holders.get((rows, column), self.first).place(rows, column)


def _names(reports: Sequence[Return]) -> tuple[str, str]:
    files = dict.fromkeys(report.sheet.file for report in reports)
    sheets = dict.fromkeys(report.sheet.nama for report in reports)
    return name_some(list(files)), name_some(list(sheets))
