"""Everything that came back -> the tables the other stages use: checked, chosen, merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from iki_xl.a1 import spell_letters
from iki_xl.collect.choose import Choice, ValueChange, check_extra_returns, choose_returns, find_owners
from iki_xl.collect.condense import condense_books
from iki_xl.collect.crosschecks import check_across_cells, check_shared_nips
from iki_xl.collect.moments import Moment, credible, doubt, moment, utc_now
from iki_xl.collect.reports import Return
from iki_xl.collect.reread import answered, reread
from iki_xl.collect.rows import EXPLANATIONS, ReturnRow, build_return_rows
from iki_xl.collect.schema import check_entries
from iki_xl.collect.sources import find_filled_bulan, find_report_times, format_moment
from iki_xl.findings import Level, Place, Temuan, sort_temuan
from iki_xl.form.jabatan import NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.tables import (
    CHANGE_COLUMNS,
    REALISASI_COLUMNS,
    REALISASI_CSV_COLUMNS,
    RETURN_COLUMNS,
    ROW_COLUMNS,
    Origins,
    name_period_target_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.files import ReadFile
    from iki_xl.collect.record import CastSheet
    from iki_xl.collect.together import Together
    from iki_xl.form.jabatan import CellKey


@dataclass(frozen=True)
class Collected:
    """What `merge_returns` found: the tables of iki_xl.tables, all findings, and the sheets as read.

    `rows` holds the returns that count, `all_rows` every returned sheet by itself. `saved` says by file
    when it was last saved, as the tables hold it, "" where that is not known.
    """

    rows: pd.DataFrame
    all_rows: pd.DataFrame
    returns: pd.DataFrame
    changes: pd.DataFrame
    realisasi: pd.DataFrame
    temuan: tuple[Temuan, ...]
    sheet: tuple[CastSheet, ...]
    counted_files: frozenset[str]
    saved: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _RowsOfReturn:
    """A return with its rows, where the months of each stand, and what is odd across their cells.

    `number` is its `id_laporan`; `nip` and `nama` are of whom it counts for. Of one put together (`joined`)
    `returns` is the first sheet.
    """

    number: int
    returns: Return
    nip: str
    nama: str
    rows: tuple[ReturnRow, ...]
    origins: tuple[Origins, ...]
    cross_checks: tuple[Temuan, ...]
    joined: Together | None = None


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
        bulan: the month reported to, None when it was not given.
        refuse_conflicts: refuse where somebody's returns differ.
        now: no return was saved later (UTC, naive); None: this machine's clock.
    """
    sheets = tuple(sheet for item in files for sheet in item.content.sheet)
    saved, said = _moments(files, katalog.kantor.tahun, now or utc_now())
    checked, faults = check_entries(sheets, katalog.referensi)
    returns = list(_list_return_rows(files, saved, faults, bulan))
    reports = [item.returns for item in returns]
    choice = choose_returns(reports, refuse_conflicts=refuse_conflicts)
    returns = list(_assign_owners(returns))
    joined, reread_said = _joined(returns, choice, katalog, bulan)
    counted = [joined.get(group[0]) or returns[group[0]] for group in choice.counted]
    shared = tuple(choice.shared.values())
    # what a record says of its own workbook was bounded when it was made
    said += answered((t for item in files for t in item.content.temuan), shared)
    across = chain(answered(checked, shared), _crossed(returns, joined, choice))
    said += condense_books(_lower_replaced(across, reports, choice))
    said += [*reread_said, *choice.temuan]
    said += check_shared_nips([(item.nip, _nip_place(item)) for item in counted])
    said += check_extra_returns(item.returns for item in counted)
    everything = _build_rows_table(returns, katalog)
    return Collected(
        rows=_counted_rows(everything, counted, katalog),
        all_rows=everything,
        returns=_build_returns_table(returns, choice),
        changes=_build_changes_table(choice.changes),
        realisasi=_build_realisasi_table(counted),
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


def _assign_owners(returns: Sequence[_RowsOfReturn]) -> Iterator[_RowsOfReturn]:
    """The returns under the NIP of the pegawai that each counts for."""
    for item, nip in zip(returns, find_owners([r.returns for r in returns]), strict=True):
        yield item if nip == item.nip else replace(item, nip=nip)


def _joined(
    returns: Sequence[_RowsOfReturn], choice: Choice, katalog: Katalog, bulan: int | None
) -> tuple[dict[int, _RowsOfReturn], tuple[Temuan, ...]]:
    """The returns put together of several sheets, by the first of them; and what is said of their cells."""
    found, said = reread(tuple(choice.shared.values()), katalog.referensi, bulan)
    groups = {group[0]: group for group in choice.counted}
    made = {}
    for first, item in zip(choice.shared, found, strict=True):
        nip = next((returns[n].nip for n in groups[first] if returns[n].nip), "")
        origins = tuple(item.together.origins(row.id_indikator) for row in item.rows)
        about = first, returns[first].returns, nip, item.nama
        made[first] = _RowsOfReturn(*about, item.rows, origins, item.cross_checks, item.together)
    return made, said


def _crossed(
    returns: Sequence[_RowsOfReturn], joined: Mapping[int, _RowsOfReturn], choice: Choice
) -> Iterator[Temuan]:
    """What is odd across the cells of each return; of sheets that were put together only as a whole."""
    parts = {n for group in choice.counted if group[0] in joined for n in group}
    for item in (*(item for item in returns if item.number not in parts), *joined.values()):
        yield from item.cross_checks


def _nip_place(item: _RowsOfReturn) -> Place:
    where = item.joined.sheet if item.joined else item.returns.sheet
    return where.place(NIP_ROW, HEAD_ENTRY_COLUMN)


def _list_return_rows(
    files: Sequence[ReadFile],
    saved: Mapping[str, Moment],
    faults: Mapping[int, frozenset[CellKey]],
    bulan: int | None,
) -> Iterator[_RowsOfReturn]:
    """The returns among the sheets; `faults` are the cells that pandera refused, by the sheet's index."""
    sheets = ((item, sheet) for item in files for sheet in item.content.sheet)
    number = 0
    for at, (item, sheet) in enumerate(sheets):
        if sheet.filled:
            yield _make_return_rows(number, sheet, saved[item.nama], faults.get(at, frozenset()), bulan)
            number += 1


def _make_return_rows(
    number: int, sheet: CastSheet, saved: Moment, faults: frozenset[CellKey], bulan: int | None
) -> _RowsOfReturn:
    invalid = sheet.invalid_cells | faults
    report = Return(sheet, saved, invalid, sheet.nip)
    rows, crossed = sheet.rows, sheet.cross_checks
    if faults:
        rows = build_return_rows(sheet.form, sheet.value, invalid)
    if faults or (bulan is not None and _is_filled_after(rows, bulan)):
        crossed = tuple(t for row in rows for t in check_across_cells(row, sheet, bulan))
    origins = tuple(_origins(sheet, rows))
    return _RowsOfReturn(number, report, report.nip, report.nama, rows, origins, crossed)


def _is_filled_after(rows: Sequence[ReturnRow], bulan: int) -> bool:
    """True where a month after the one reported to is filled: only then do the checks depend on it."""
    return any(value is not None for row in rows for value in row.realisasi[bulan:])


def _lower_replaced(said: Iterable[Temuan], reports: Sequence[Return], choice: Choice) -> Iterator[Temuan]:
    """What was found in a return that another one replaced is kept for the record, as info only.

    A change is not: where the same came again, it goes on, whichever of the two is named.
    """
    replaced = {(reports[n].sheet.file, reports[n].sheet.nama) for n in choice.replaced}
    again = {(reports[n].sheet.file, reports[n].sheet.nama) for n in choice.same}
    for t in said:
        place = t.file, t.sheet
        lower = place in replaced and not (t.code == "G03" and place in again)
        yield replace(t, level=Level.INFO) if lower else t


def _build_rows_table(returns: Iterable[_RowsOfReturn], katalog: Katalog) -> pd.DataFrame:
    import pandas as pd

    periods = [name_period_target_column(p + 1) for p in range(katalog.kantor.rincian_target.period_count)]
    at = ROW_COLUMNS.index("target") + 1
    columns = [*ROW_COLUMNS[:at], *periods, *ROW_COLUMNS[at:]]
    records = [
        _build_row_record(row, months, item)
        for item in returns
        for row, months in zip(item.rows, item.origins, strict=True)
    ]
    frame = pd.DataFrame.from_records(records, columns=columns)
    numbers = ["target", *periods, *REALISASI_COLUMNS]
    frame[numbers] = frame[numbers].astype("float64")
    return frame


def _counted_rows(
    everything: pd.DataFrame, counted: Sequence[_RowsOfReturn], katalog: Katalog
) -> pd.DataFrame:
    """Rows of the returns that count; `everything` has those of each sheet by itself."""
    import pandas as pd

    alone = {item.number for item in counted if item.joined is None}
    rows = everything[everything["id_laporan"].isin(alone)]
    if len(alone) < len(counted):
        joined = _build_rows_table((item for item in counted if item.joined), katalog)
        rows = pd.concat([rows, joined]).sort_values("id_laporan", kind="stable")
    return rows.reset_index(drop=True)


def _build_row_record(row: ReturnRow, months: Origins, item: _RowsOfReturn) -> tuple[object, ...]:
    """A row in the order of ROW_COLUMNS, with the sub-period targets behind the target."""
    assert len(row.explanations) == len(EXPLANATIONS)
    sheet = item.returns.sheet
    return (
        item.number,
        sheet.form.jabatan.id,
        row.id_indikator,
        item.nip,
        item.nama,
        row.satuan,
        row.tipe_perhitungan,
        row.cara_hitung.value if row.cara_hitung else "",
        row.arah,
        row.target,
        *row.period_targets,
        *row.realisasi,
        *row.explanations,
        *(item.joined.standing(row.id_indikator) if item.joined else (sheet.file, sheet.nama)),
        row.invalid_cells,
        months,
    )


def _origins(sheet: CastSheet, rows: Iterable[ReturnRow]) -> Iterator[Origins]:
    """Where the months of each row stand in the returned sheet."""
    files, sheets, gone = ((text,) * len(REALISASI_COLUMNS) for text in (sheet.file, sheet.nama, ""))
    letters, places = _find_bulan_letters(sheet), sheet.placement.rows
    for row in rows:
        at = places.get(row.id_indikator)
        cells = gone if at is None else tuple([f"{c}{at + 1}" if c else "" for c in letters])
        yield Origins(files, sheets, cells)


def _find_bulan_letters(sheet: CastSheet) -> tuple[str, ...]:
    places = sheet.placement.column
    return _spell_columns(tuple([places.get(key) for key in REALISASI_COLUMNS]))


@lru_cache(maxsize=1_024)
def _spell_columns(columns: tuple[int | None, ...]) -> tuple[str, ...]:
    return tuple("" if at is None else spell_letters(at) for at in columns)


def _build_returns_table(returns: Sequence[_RowsOfReturn], choice: Choice) -> pd.DataFrame:
    import pandas as pd

    groups = {n: group for group in choice.counted for n in group}
    ids = {n: group[0] for n, group in groups.items()}
    members: dict[int, list[int]] = {}
    for n in range(len(returns)):
        members.setdefault(choice.replaced.get(n, ids.get(n, n)), []).append(n)
    months = [find_filled_bulan(item.rows) for item in returns]
    since = {
        n: moments
        for group in members.values()
        for moments in [find_report_times((returns[n].returns, months[n]) for n in group)]
        for n in group
    }
    records = [
        (
            ids.get(n, n),
            item.returns.sheet.form.jabatan.id,
            item.nip,
            item.nama,
            item.returns.sheet.file,
            item.returns.sheet.nama,
            format_moment(item.returns.saved.best),
            n in groups,
            choice.reason.get(n, ""),
            since[n],
        )
        for n, item in enumerate(returns)
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


def _build_realisasi_table(counted: Sequence[_RowsOfReturn]) -> pd.DataFrame:
    import pandas as pd

    records = [
        fact
        for item in counted
        for row, months in zip(item.rows, item.origins, strict=True)
        for fact in _list_facts(row, months, item)
    ]
    return pd.DataFrame.from_records(records, columns=list(REALISASI_CSV_COLUMNS))


def _list_facts(row: ReturnRow, months: Origins, item: _RowsOfReturn) -> Iterator[tuple[object, ...]]:
    about = item.returns.sheet.form.jabatan.id, row.id_indikator, item.nip
    words = row.satuan, row.tipe_perhitungan, row.target
    files, sheets, cells = months
    for at, value in enumerate(row.realisasi):
        if value is not None:
            yield (*about, at + 1, value, *words, files[at], sheets[at], cells[at])
