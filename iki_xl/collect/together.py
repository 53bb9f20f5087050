"""Returns whose order is not known, put together cell by cell (spec section 6.2).

Entries that agree count once, what only one of them holds counts from there. Figures, satuan and tipe that
differ wait: nobody knows which is the newer. Of texts that differ none is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.reports import sebut
from iki_xl.collect.returned import LembarKembali
from iki_xl.findings import temuan
from iki_xl.form.jabatan import BARIS_NAMA, SEL_KEPALA
from iki_xl.form.layout import Kind
from iki_xl.readers.book import Isi
from iki_xl.tables import KOLOM_REALISASI, Origins, muat_sel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iki_xl.collect.record import LembarIsian
    from iki_xl.collect.reports import Entri, Laporan
    from iki_xl.findings import Tempat, Temuan
    from iki_xl.form.jabatan import JabatanForm, Sel

# Cells of a sheet, and sheets, whose differences are named one by one; more are counted.
_CELLS_NAMED, _SHEETS_NAMED = 100, 20
_TEXTS_KEPT = 5
_WAITING = frozenset({Kind.ANGKA, Kind.SATUAN, Kind.TIPE})


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell of a return holds: each different entry, with the numbers of the sheets it stands in."""

    entries: tuple[tuple[Entri, tuple[int, ...]], ...]

    @property
    def agreed(self) -> bool:
        """True where every sheet that fills the cell in holds the same."""
        return len(self.entries) == 1

    @property
    def several_texts(self) -> bool:
        """True where more than one of the entries is valid."""
        return sum(entry.sah for entry, _ in self.entries) > 1

    @property
    def holders(self) -> list[int]:
        """The sheets that hold the cell, those first whose entry is valid."""
        return [at for _, sheets in sorted(self.entries, key=lambda item: not item[0].sah) for at in sheets]


@dataclass(frozen=True)
class Together:
    """One return made of the sheets `sources`, cell by cell; `contents` is what each of them holds.

    Where it makes no difference which sheet a cell is taken from it is the first that holds it.
    """

    sources: tuple[Laporan, ...]
    contents: tuple[Mapping[Sel, Entri], ...]

    @cached_property
    def cells(self) -> Mapping[Sel, Cell]:
        """Every cell that one of the sheets fills in."""
        found: dict[Sel, dict[Entri, list[int]]] = {}
        for at, content in enumerate(self.contents):
            for sel, entry in content.items():
                found.setdefault(sel, {}).setdefault(entry, []).append(at)
        return {
            sel: Cell(tuple((entry, tuple(sheets)) for entry, sheets in entries.items()))
            for sel, entries in found.items()
        }

    @property
    def form(self) -> JabatanForm:
        """The form that all the sheets have."""
        return self.sources[0].lembar.form

    @cached_property
    def waiting(self) -> tuple[Sel, ...]:
        """The cells that do not count before somebody has said which entry is right, in the form's order."""
        kinds = self.form.jenis_isian
        return tuple(sel for sel in self._differing if kinds[sel] in _WAITING)

    @cached_property
    def taken(self) -> frozenset[Sel]:
        """The cells whose content is that of one sheet as it stands there."""
        waiting = set(self.waiting)
        return frozenset(
            sel for sel, cell in self.cells.items() if sel not in waiting and not cell.several_texts
        )

    @cached_property
    def sheet(self) -> JoinedSheet:
        """The entries that count, as one sheet to be read like any other."""
        first, waiting = self.sources[0].lembar, set(self.waiting)
        holders = {sel: self.sources[cell.holders[0]].lembar for sel, cell in self.cells.items()}
        isi = {
            sel: holders[sel].isi[sel] if sel in self.taken else Isi(self._texts(sel))
            for sel in self.cells
            if sel not in waiting
        }
        about = first.berkas, first.nama, first.sidik, first.form, first.letak
        return JoinedSheet(*about, isi, first, holders)

    def standing(self, row_id: str) -> tuple[str, str]:
        """Names of the files and of the sheets that a row's cells are taken from."""
        used = {at for (row, _), cell in self.cells.items() if row == row_id for at in self._used(cell)}
        return _names([self.sources[at] for at in sorted(used or {0})])

    def origins(self, row_id: str) -> Origins:
        """Where each of the twelve months of a row stands; every place, where the month waits."""
        return Origins(*zip(*(self._origin((row_id, key)) for key in KOLOM_REALISASI), strict=True))

    def counted_from(self, sel: Sel) -> str:
        """The return whose entry counts in a cell, in words."""
        cell = self.cells.get(sel)
        found = [self.sources[at] for at in self._used(cell)] if cell else self.sources
        names = sebut(found, _sebutan)
        return f"belum diketahui: {names}" if sel in self.waiting else names

    def findings(self) -> Iterator[Temuan]:
        """What to say of the sheets: that they were put together, and each cell that waits.

        However many sheets and cells there are, only some are named one by one.
        """
        waiting = set(self.waiting)
        texts = [sel for sel in self._differing if sel not in waiting and self._keeps_all(sel)]
        for at, report in enumerate(self.sources):
            yield self._joined(report, [sel for sel in texts if sel in self.contents[at]])
            mine = [sel for sel in self.waiting if sel in self.contents[at]]
            named = mine[:_CELLS_NAMED] if at < _SHEETS_NAMED else []
            yield from (self._difference(sel, at) for sel in named)
            if rest := mine[len(named) :]:
                first, last = (report.lembar.alamat(*sel) for sel in (rest[0], rest[-1]))
                yield temuan("G10", report.tempat, jumlah=len(rest), awal=first, akhir=last)

    @cached_property
    def _differing(self) -> tuple[Sel, ...]:
        return tuple(s for s in self.form.sel_isian if s in self.cells and not self.cells[s].agreed)

    @cached_property
    def _one_book(self) -> bool:
        return len({source.lembar.berkas for source in self.sources}) == 1

    def _joined(self, report: Laporan, texts: Sequence[Sel]) -> Temuan:
        others = [other for other in self.sources if other is not report]
        cells = sebut([report.lembar.alamat(*sel) for sel in texts])
        return temuan(
            "G09",
            report.tempat,
            lain=sebut(others, _sebutan),
            sebab="semuanya di satu buku kerja" if self._one_book else "waktu simpannya tidak menentukan",
            teks=f" Teks yang berbeda ditulis semuanya ({cells})." if cells else "",
        )

    def _difference(self, sel: Sel, at: int) -> Temuan:
        """One cell that waits, at one of the sheets, with what the others hold."""
        own, report = self.contents[at][sel], self.sources[at]

        def words(item: tuple[Entri, tuple[int, ...]]) -> str:
            entry, sheets = item
            other = self.sources[sheets[0]]
            return f"{entry.tertulis} di {other.sebutan} sel {other.lembar.alamat(*sel)}"

        others = [item for item in self.cells[sel].entries if item[0] != own]
        title = self.form.layout.field(sel[1]).title
        place = report.lembar.tempat(*sel)
        return temuan("G08", place, own.tertulis, kolom=title, lain=sebut(others, words))

    def _used(self, cell: Cell) -> list[int]:
        """The sheets that a cell is taken from: one, or all where their entries differ."""
        return cell.holders[: 1 if cell.agreed else None]

    def _origin(self, sel: Sel) -> tuple[str, str, str]:
        cell = self.cells.get(sel)
        reports = [self.sources[at] for at in (self._used(cell) if cell else [0])]
        addresses = dict.fromkeys(report.lembar.alamat(*sel) for report in reports)
        return *_names(reports), sebut(list(addresses))

    def _texts(self, sel: Sel) -> str:
        """All texts of a cell, each with where it stands."""
        valid = [(str(entry.nilai), sheets) for entry, sheets in self.cells[sel].entries if entry.sah]
        valid.sort()
        if sel[0] == BARIS_NAMA:
            return self._name([name for name, _ in valid])
        texts = [f"{text} [{self.sources[sheets[0]].sebutan}]" for text, sheets in valid[:_TEXTS_KEPT]]
        more = len(valid) - len(texts)
        return muat_sel("\n".join([*texts, f"(dan {more} teks lain)"] if more else texts))

    def _name(self, names: Sequence[str]) -> str:
        """One spelling of a name, the catalogue's before others; or all, where they are other names."""
        known = [p.nama for p in self.form.katalog.pegawai_dari(self.form.jabatan.id)]
        spelled = {sama(name): name for name in reversed([*known, *names])}
        return " / ".join(dict.fromkeys(spelled[sama(name)] for name in names))

    def _keeps_all(self, sel: Sel) -> bool:
        """False for the head where it is only spelled in another way."""
        entries = self.cells[sel].entries
        return sel not in SEL_KEPALA or len({sama(str(entry.nilai)) for entry, _ in entries}) > 1


@dataclass(frozen=True)
class JoinedSheet(LembarKembali):
    """A sheet whose cells stand in several returned sheets; its blank cells stand in `first`."""

    first: LembarIsian
    holders: Mapping[Sel, LembarIsian]

    def alamat(self, baris: str, kolom: str) -> str:
        """Cell address in the sheet that holds the cell."""
        return self.holders.get((baris, kolom), self.first).alamat(baris, kolom)

    def tempat(self, baris: str, kolom: str) -> Tempat:
        """Where a cell stands in what was returned."""
        return self.holders.get((baris, kolom), self.first).tempat(baris, kolom)


def _sebutan(report: Laporan) -> str:
    return report.sebutan


def _names(reports: Sequence[Laporan]) -> tuple[str, str]:
    files = dict.fromkeys(report.lembar.berkas for report in reports)
    sheets = dict.fromkeys(report.lembar.nama for report in reports)
    return sebut(list(files)), sebut(list(sheets))
