"""Everything that came back -> the tables the other stages use: checked, chosen, merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.collect.choose import Choice, ValueChange, check_extra_returns, choose_returns, find_owners
from iki_xl.collect.condense import condense_books
from iki_xl.collect.crosschecks import check_across_cells, check_shared_nips
from iki_xl.collect.entries import build_entry_table
from iki_xl.collect.explanations import build_explanations_table
from iki_xl.collect.moments import Moment, credible, doubt, moment, utc_now
from iki_xl.collect.reports import Return
from iki_xl.collect.reread import Reread, answered, reread
from iki_xl.collect.rows import build_row_table, locate_rows
from iki_xl.collect.schema import Fault, check_entries
from iki_xl.collect.sources import find_filled_bulan, find_report_times, format_moment
from iki_xl.findings import Level, Place, Temuan, sort_temuan
from iki_xl.form.jabatan import NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.reporters import find_reported_bulan
from iki_xl.tables import (
    CELL_COLUMNS,
    CHANGE_COLUMNS,
    FILE_COLUMNS,
    REALISASI_COLUMNS,
    REALISASI_CSV_COLUMNS,
    RETURN_COLUMNS,
    SHEET_COLUMNS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.entries import EntryTable
    from iki_xl.collect.files import ReadFile
    from iki_xl.collect.record import CastSheet
    from iki_xl.form.jabatan import CellKey

# First letters of what is said of a cell by itself.
_OF_CELLS = "NL"


@dataclass(frozen=True)
class Collected:
    """What `merge_returns` found: the tables of iki_xl.tables, all findings, and the sheets as read.

    `bulan` is the month reported to (spec section 7), None where nothing is filled; `rows` holds the returns
    that count, `all_rows` every returned sheet by itself. `saved` says by file when it was last saved, as
    the tables hold it, "" where that is not known.
    """

    bulan: int | None
    rows: pd.DataFrame
    all_rows: pd.DataFrame
    returns: pd.DataFrame
    changes: pd.DataFrame
    explanations: pd.DataFrame
    realisasi: pd.DataFrame
    temuan: tuple[Temuan, ...]
    sheet: tuple[CastSheet, ...]
    counted_files: frozenset[str]
    saved: Mapping[str, str]


def merge_returns(
    files: Sequence[ReadFile],
    katalog: Katalog,
    *,
    bulan: int | None = None,
    refuse_conflicts: bool = False,
    now: datetime | None = None,
) -> Collected:
    """Validate and merge what was read.

    Args:
        files: the returned workbooks.
        katalog: the office.
        bulan: the month reported to; None: the one that enough of those who reported filled in.
        refuse_conflicts: refuse where somebody's returns differ.
        now: no return was saved later (UTC, naive); None: this machine's clock.
    """
    saved, said = _moments(files, katalog.kantor.tahun, now or utc_now())
    sheets = tuple(sheet for item in files for sheet in item.content.sheet)
    filled = [sheet for sheet in sheets if sheet.filled]
    entries = build_entry_table(filled, katalog)
    faults = check_entries(entries, katalog.referensi)
    reports = _list_returns(filled, saved, faults)
    choice = choose_returns(reports, refuse_conflicts=refuse_conflicts)
    owners = find_owners(reports)
    counted = entries.leave_out((fault.sheet, fault.cell) for fault in faults if fault.is_invalid)
    rows = build_row_table(counted, _tell_reporters(reports, owners), locate_rows(counted, filled), katalog)
    joined = reread(choice.shared, [_find_nip(group, owners) for group in choice.joined], katalog)
    counted_rows = _pick_counted_rows(rows, joined, choice)
    bulan = bulan or find_reported_bulan(counted_rows)
    # what a record says of its own workbook was bounded when it was made
    said += answered((t for item in files for t in item.content.temuan), choice.shared.values())
    said += condense_books(
        _lower_replaced(_check(entries, faults, rows, choice, bulan, joined), reports, choice)
    )
    said += [*(joined.temuan if joined else ()), *choice.temuan]
    said += check_shared_nips([_find_nip_place(group, owners, reports, choice) for group in choice.counted])
    said += check_extra_returns(reports[group[0]] for group in choice.counted)
    months = find_filled_bulan(counted)
    return Collected(
        bulan=bulan,
        rows=counted_rows,
        all_rows=rows,
        returns=_build_returns_table(reports, owners, months, choice),
        explanations=build_explanations_table(counted_rows, months, choice.explained),
        changes=_build_changes_table(choice.changes),
        realisasi=_build_realisasi_table(counted_rows),
        temuan=sort_temuan(_lower_replaced(said, reports, choice)),
        sheet=sheets,
        counted_files=frozenset(reports[n].sheet.file for group in choice.counted for n in group),
        saved={name: format_moment(when.best) for name, when in saved.items()},
    )


def _moments(files: Sequence[ReadFile], tahun: int, now: datetime) -> tuple[dict[str, Moment], list[Temuan]]:
    """When each file was saved, and what is said of returns whose own time cannot be believed."""
    window = credible(tahun, now)
    found: dict[str, Moment] = {}
    said: list[Temuan] = []
    for item in files:
        own = item.content.saved
        at = found[item.nama] = moment(own, item.file_time, window)
        # only where it is not believed is there anything to say
        if own is not None and at.written is None and any(sheet.filled for sheet in item.content.sheet):
            said += doubt(item.nama, own, at, window)
    return found, said


def _list_returns(
    sheets: Sequence[CastSheet], saved: Mapping[str, Moment], faults: Iterable[Fault]
) -> list[Return]:
    """The returns: sheets with entries; the cells that pandera refused join those that could not be read."""
    refused: dict[int, set[CellKey]] = {}
    for fault in faults:
        if fault.is_invalid:
            refused.setdefault(fault.sheet, set()).add(fault.cell)
    return [
        Return(sheet, saved[sheet.file], sheet.invalid_cells.union(refused.get(at, ())), sheet.nip)
        for at, sheet in enumerate(sheets)
    ]


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


def _find_nip_place(
    group: Sequence[int], owners: Sequence[str], reports: Sequence[Return], choice: Choice
) -> tuple[str, Place]:
    """NIP of a return that counts, and the cell where it stands."""
    together = choice.shared.get(group[0])
    where = together.sheet if together else reports[group[0]].sheet
    nip = _find_nip(group, owners) if together else owners[group[0]]
    return nip, where.place(NIP_ROW, HEAD_ENTRY_COLUMN)


def _check(
    entries: EntryTable,
    faults: Iterable[Fault],
    rows: pd.DataFrame,
    choice: Choice,
    bulan: int | None,
    joined: Reread | None,
) -> Iterator[Temuan]:
    """What is wrong in the cells of returns, and odd across them; of those put together only as a whole."""
    yield from answered((fault.temuan for fault in faults), choice.shared.values())
    parts = {n for group in choice.joined for n in group}
    for row, t in check_across_cells(rows, entries.place, bulan):
        if int(entries.sheet_of[row]) not in parts:
            yield t
    if joined:
        yield from (t for _, t in check_across_cells(joined.rows, joined.entries.place, bulan))


def _lower_replaced(said: Iterable[Temuan], reports: Sequence[Return], choice: Choice) -> Iterator[Temuan]:
    """What was found in a return, or a cell of it, that another one replaced is kept as info only.

    A change is not: where the same came again, it goes on, whichever of the two is named.
    """
    replaced = {(reports[n].sheet.file, reports[n].sheet.nama) for n in choice.replaced}
    again = {(reports[n].sheet.file, reports[n].sheet.nama) for n in choice.same}
    for t in said:
        place = t.file, t.sheet
        lower = place in replaced and not (t.code == "G03" and place in again)
        lower |= t.code[0] in _OF_CELLS and (*place, t.cell) in choice.outdated
        yield replace(t, level=Level.INFO) if lower else t


def _pick_counted_rows(rows: pd.DataFrame, joined: Reread | None, choice: Choice) -> pd.DataFrame:
    """Rows of the returns that count; `rows` has those of each sheet by itself."""
    import pandas as pd

    alone = {group[0] for group in choice.counted} - choice.shared.keys()
    counted = rows[rows["id_laporan"].isin(alone)]
    if joined:
        counted = pd.concat([counted, joined.rows]).sort_values("id_laporan", kind="stable")
    return counted.reset_index(drop=True)


def _build_returns_table(
    reports: Sequence[Return], owners: Sequence[str], months: Sequence[frozenset[int]], choice: Choice
) -> pd.DataFrame:
    """The table `returns`; `months` are those that each of them fills in."""
    import pandas as pd

    groups = {n: group for group in choice.counted for n in group}
    ids = {n: group[0] for n, group in groups.items()}
    members: dict[int, list[int]] = {}
    for n in range(len(reports)):
        members.setdefault(choice.replaced.get(n, ids.get(n, n)), []).append(n)
    since = {
        n: moments
        for group in members.values()
        for moments in [find_report_times((reports[n], months[n]) for n in group)]
        for n in group
    }
    records = [
        (
            ids.get(n, n),
            report.sheet.form.jabatan.id,
            owners[n],
            report.nama,
            report.sheet.file,
            report.sheet.nama,
            format_moment(report.saved.best),
            n in groups,
            choice.reason.get(n, ""),
            " ".join(map(str, sorted(months[n]))),
            *since[n],
        )
        for n, report in enumerate(reports)
    ]
    return pd.DataFrame.from_records(records, columns=list(RETURN_COLUMNS))


def _build_changes_table(changes: Sequence[ValueChange]) -> pd.DataFrame:
    import pandas as pd

    records = [_build_change_record(change) for change in changes]
    return pd.DataFrame.from_records(records, columns=list(CHANGE_COLUMNS))


def _build_change_record(change: ValueChange) -> tuple[str, ...]:
    """A change in the order of CHANGE_COLUMNS."""
    old, new = (report.sheet.place(*change.cell) for report in (change.older, change.new))
    return (
        new.id_jabatan,
        change.new.nip or change.older.nip,
        change.new.nama or change.older.nama,
        new.id_indikator,
        change.column,
        change.before.written,
        change.after.written if change.after else "",
        old.file,
        old.sheet,
        old.cell,
        new.file,
        new.sheet,
        new.cell,
        change.counted,
    )


def _build_realisasi_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The table `realisasi`: each filled month of rows that count."""
    import numpy as np

    months = rows[list(REALISASI_COLUMNS)].to_numpy(dtype="float64")
    at, bulan = (~np.isnan(months)).nonzero()
    places = zip(("berkas", "lembar", "sel"), (FILE_COLUMNS, SHEET_COLUMNS, CELL_COLUMNS), strict=True)
    texts = {name: rows[list(columns)].to_numpy(dtype=object)[at, bulan] for name, columns in places}
    facts = rows.iloc[at].reset_index(drop=True)
    facts = facts.assign(bulan=bulan + 1, realisasi=months[at, bulan], **texts)
    table: pd.DataFrame = facts[list(REALISASI_CSV_COLUMNS)]
    return table
