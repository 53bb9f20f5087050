"""Everything that came back -> the tables the other stages use: checked, chosen, merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.collect.explanations import build_explanations_table
from iki_xl.collect.judged import judge_returns
from iki_xl.collect.moments import Moment, credible, doubt, moment, utc_now
from iki_xl.collect.sources import find_report_times, format_moment
from iki_xl.findings import Temuan, sort_temuan
from iki_xl.form.identity import shorten_digests
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
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.choose import Choice, ValueChange
    from iki_xl.collect.files import ReadFile
    from iki_xl.collect.record import CastSheet
    from iki_xl.collect.reports import Return


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
    facts = {item.nama: (saved[item.nama], "".join(shorten_digests([item.sha256]))) for item in files}
    found = judge_returns([sheet for sheet in sheets if sheet.filled], facts, katalog, refuse_conflicts)
    choice, reports, rows = found.choice, found.reports, found.counted_rows
    bulan = bulan or find_reported_bulan(rows)
    # what a record says of its own workbook was bounded when it was made
    said += found.keep_unanswered(t for item in files for t in item.content.temuan)
    said += found.list_findings(bulan)
    return Collected(
        bulan=bulan,
        rows=rows,
        all_rows=found.rows,
        returns=_build_returns_table(reports, found.owners, found.months, choice),
        explanations=build_explanations_table(rows, found.months, choice.explained),
        changes=_build_changes_table(choice.changes),
        realisasi=_build_realisasi_table(rows),
        temuan=sort_temuan(found.lower_replaced(said)),
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
