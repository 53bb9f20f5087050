"""All returns, validated and chosen among: their rows, and what is said of their cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.collect.choose import Choice, check_extra_returns, choose_returns, find_owners
from iki_xl.collect.condense import condense_books
from iki_xl.collect.crosschecks import check_across_cells, check_shared_nips
from iki_xl.collect.entries import EntryTable, build_entry_table
from iki_xl.collect.folders import check_month_folders
from iki_xl.collect.reports import Return
from iki_xl.collect.reread import Reread, answered, reread
from iki_xl.collect.rows import build_row_table, locate_rows
from iki_xl.collect.schema import Fault, check_entries
from iki_xl.collect.sources import find_filled_bulan
from iki_xl.findings import Level, Place, Temuan
from iki_xl.form.jabatan import NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.moments import Moment
    from iki_xl.collect.record import CastSheet
    from iki_xl.form.jabatan import CellKey

# When a file was saved, and what stands for its bytes.
FileFacts = tuple["Moment", str]
# First letters of what is said of a cell by itself.
_OF_CELLS = "NL"


@dataclass(frozen=True, eq=False)
class JudgedReturns:
    """What `judge_returns` found; returns are known by their places in `reports`.

    Attributes:
        reports: the returns.
        owners: NIP of the pegawai that each counts for, "" where it is not known.
        entries: what their sheets hold, invalid cells left out.
        faults: the checks that failed.
        choice: which of them count.
        rows: the table `rows` of every return by itself.
        joined: those that were put together, None where there are none.
    """

    reports: Sequence[Return]
    owners: Sequence[str]
    entries: EntryTable
    faults: Sequence[Fault]
    choice: Choice
    rows: pd.DataFrame
    joined: Reread | None

    @cached_property
    def months(self) -> list[frozenset[int]]:
        """Months in which each return reports anything, valid or not."""
        return find_filled_bulan(self.entries)

    @cached_property
    def counted_rows(self) -> pd.DataFrame:
        """The table `rows` of the returns that count."""
        import pandas as pd

        alone = {group[0] for group in self.choice.counted} - self.choice.shared.keys()
        counted = self.rows[self.rows["id_laporan"].isin(alone)]
        if self.joined:
            counted = pd.concat([counted, self.joined.rows]).sort_values("id_laporan", kind="stable")
        return counted.reset_index(drop=True)

    def keep_unanswered(self, said: Iterable[Temuan]) -> Iterator[Temuan]:
        """Leave out what was said of cells that another sheet of the same return answers."""
        return answered(said, self.choice.shared.values())

    def list_findings(self, bulan: int | None) -> list[Temuan]:
        """What is said of the returns, each kind bounded; `bulan` is the month reported to."""
        counted = self.choice.counted
        return [
            *condense_books(self.lower_replaced(self._check_cells(bulan))),
            *(self.joined.temuan if self.joined else ()),
            *self.choice.temuan,
            *check_shared_nips([self._find_nip_place(group) for group in counted]),
            *check_extra_returns(self.reports[group[0]] for group in counted),
            *check_month_folders((report.place, months) for report, months in self._list_months(counted)),
        ]

    def lower_replaced(self, said: Iterable[Temuan]) -> Iterator[Temuan]:
        """Keep as info only what was found in a return, or a cell of it, that another one replaced.

        A change is not lowered: where the same came again, it goes on, whichever of the two is named.
        """
        replaced, again = (
            {(self.reports[n].sheet.file, self.reports[n].sheet.nama) for n in numbers}
            for numbers in (self.choice.replaced, self.choice.same)
        )
        for t in said:
            place = t.file, t.sheet
            lower = place in replaced and not (t.code == "G03" and place in again)
            lower |= t.code[0] in _OF_CELLS and (*place, t.cell) in self.choice.outdated
            yield replace(t, level=Level.INFO) if lower else t

    def _list_months(self, counted: Iterable[Sequence[int]]) -> Iterator[tuple[Return, frozenset[int]]]:
        """The sheets of returns that count, each with the months that it fills in."""
        return ((self.reports[n], self.months[n]) for group in counted for n in group)

    def _check_cells(self, bulan: int | None) -> Iterator[Temuan]:
        """What is wrong in cells, and odd across them; of returns put together only as a whole."""
        yield from self.keep_unanswered(fault.temuan for fault in self.faults)
        parts = {n for group in self.choice.joined for n in group}
        for row, t in check_across_cells(self.rows, self.entries.place, bulan):
            number = int(self.entries.sheet_of[row])
            # that a month does not count yet is no news of a return that counts no more
            if number not in parts and not (t.code == "N19" and number in self.choice.replaced):
                yield t
        if self.joined:
            found = check_across_cells(self.joined.rows, self.joined.entries.place, bulan)
            yield from (t for _, t in found)

    def _find_nip_place(self, group: Sequence[int]) -> tuple[str, Place]:
        """NIP of a return that counts, and the cell where it stands."""
        together = self.choice.shared.get(group[0])
        where = together.sheet if together else self.reports[group[0]].sheet
        return _find_nip(group, self.owners), where.place(NIP_ROW, HEAD_ENTRY_COLUMN)


def judge_returns(
    sheets: Sequence[CastSheet], files: Mapping[str, FileFacts], katalog: Katalog, refuse_conflicts: bool
) -> JudgedReturns:
    """Validate returned sheets, choose among them, and make their rows.

    Args:
        sheets: sheets with entries.
        files: what is known of each file, by its name.
        katalog: the office.
        refuse_conflicts: refuse where somebody's returns differ.
    """
    entries = build_entry_table(sheets, katalog)
    faults = check_entries(entries, katalog.referensi)
    reports = _list_returns(sheets, files, faults)
    choice = choose_returns(reports, refuse_conflicts=refuse_conflicts)
    owners = find_owners(reports)
    counted = entries.leave_out((fault.sheet, fault.cell) for fault in faults if fault.is_invalid)
    rows = build_row_table(counted, _tell_reporters(reports, owners), locate_rows(counted, sheets), katalog)
    joined = reread(choice.shared, [_find_nip(group, owners) for group in choice.joined], katalog)
    return JudgedReturns(reports, owners, counted, faults, choice, rows, joined)


def _list_returns(
    sheets: Sequence[CastSheet], files: Mapping[str, FileFacts], faults: Iterable[Fault]
) -> list[Return]:
    """The returns: sheets with entries; the cells that pandera refused join those that could not be read."""
    refused: dict[int, set[CellKey]] = {}
    for fault in faults:
        if fault.is_invalid:
            refused.setdefault(fault.sheet, set()).add(fault.cell)
    found = []
    for at, sheet in enumerate(sheets):
        invalid, (saved, digest) = sheet.invalid_cells.union(refused.get(at, ())), files[sheet.file]
        found.append(Return(sheet, saved, invalid, sheet.nip, digest))
    return found


def _tell_reporters(reports: Sequence[Return], owners: Sequence[str]) -> pd.DataFrame:
    """Whose each return is, and of which jabatan."""
    import pandas as pd

    return pd.DataFrame(
        {
            "id_laporan": range(len(reports)),
            "id_jabatan": [report.sheet.form.jabatan.id for report in reports],
            "nip": owners,
            "nama": [report.nama for report in reports],
        }
    )


def _find_nip(group: Iterable[int], owners: Sequence[str]) -> str:
    """Whom a return counts for that was put together of these."""
    return next((owners[n] for n in group if owners[n]), "")
