"""Where the figures come from: every file that was found, and since when each month has been reported."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.form.jabatan import HEAD_CELLS
from iki_xl.tables import NOT_FILLED, REALISASI_COLUMNS, SOURCE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from iki_xl.collect.entries import EntryTable
    from iki_xl.collect.files import ReadFile
    from iki_xl.collect.record import CastSheet
    from iki_xl.collect.reports import Return
    from iki_xl.findings import Temuan

# What is said of a file or a sheet in which there is nothing to count.
_NO_RETURN_CODES = {"B02", "B03", "B04", "B08", "B17", "B18", "B36"}
_NAMES_SHOWN = 3
_SheetOrigin = tuple[str, ...]


@lru_cache(maxsize=4_096)
def format_moment(moment: datetime | None) -> str:
    """A moment as the tables hold it, "" where it is not known."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def find_filled_bulan(entries: EntryTable) -> list[frozenset[int]]:
    """Months 1..12 in which each sheet reports anything, valid or not."""
    import numpy as np

    first = entries.fields.index(REALISASI_COLUMNS[0])
    months = slice(first, first + len(REALISASI_COLUMNS))
    filled = (entries.typed[:, months] != None) | entries.invalid[:, months]  # noqa: E711 - cell by cell
    found = np.zeros((len(entries.sheets), len(REALISASI_COLUMNS)), dtype=bool)
    np.logical_or.at(found, entries.sheet_of, filled)
    return [frozenset((row.nonzero()[0] + 1).tolist()) for row in found]


def find_report_times(returns: Iterable[tuple[Return, frozenset[int]]]) -> tuple[str, ...]:
    """When each month was first reported, as far as the returns of one reporter tell.

    A workbook goes on from month to month and is sent again under the same name, so that its time says
    nothing of the months before its last one: for those the text is "", unless an older return had them last.
    One whose time is not known may have been the first with all of its months.

    Args:
        returns: the returns of one reporter, each with its `find_filled_bulan`.
    """
    known: dict[int, str] = {}
    for report, months in sorted(returns, key=lambda item: item[0].order):
        for month in months - known.keys():
            known[month] = format_moment(report.saved.best) if month == max(months) else ""
    return tuple(known.get(month, "") for month in range(1, 13))


def build_sources_table(
    files: Sequence[ReadFile], returns: pd.DataFrame, saved: Mapping[str, str], said: Iterable[Temuan]
) -> pd.DataFrame:
    """Return the table `sources` (tables.SOURCE_COLUMNS), by file name.

    Args:
        files: what was read, in the order in which `returns` was made of it.
        returns: the table of all returns among it.
        saved: when each file was last saved, by its name, as the tables hold it.
        said: what was said of the files that were not read.
    """
    import pandas as pd

    columns = ("id_jabatan", "nip", "nama", "dihitung", "sebab")
    reports = zip(*(returns[name].tolist() for name in columns), strict=True)
    rows = [row for item in files for row in _build_file_rows(item, reports, saved[item.nama])]
    rows += [(t.file, "", "", "", "", "", "", False, t.message) for t in said]
    rows.sort(key=lambda row: str(row[0]))
    return pd.DataFrame.from_records(rows, columns=list(SOURCE_COLUMNS))


def _build_file_rows(
    item: ReadFile, reports: Iterator[tuple[object, ...]], saved: str
) -> Iterator[tuple[object, ...]]:
    digest = item.sha256
    for sheet in item.content.sheet:
        if sheet.filled:
            id_jabatan, nip, nama, counted, why = next(reports)
            yield item.nama, sheet.nama, id_jabatan, nip, nama, saved, digest, counted, why
    for about in _list_blank_sheets([sheet for sheet in item.content.sheet if not sheet.filled]):
        yield item.nama, *about, saved, digest, False, NOT_FILLED
    for t in item.content.temuan:
        if t.code in _NO_RETURN_CODES:
            yield item.nama, t.sheet, t.id_jabatan, "", "", saved, digest, False, t.message


def _list_blank_sheets(sheets: Sequence[CastSheet]) -> Iterator[_SheetOrigin]:
    """Sheets without an entry: those that bear a name each by itself, the others together.

    A workbook of the whole office that one person sends back has many.
    """
    others = []
    for sheet in sheets:
        if any(sheet.written(cell) for cell in HEAD_CELLS if cell in sheet.form.unlocked):
            yield sheet.nama, sheet.form.jabatan.id, sheet.nip, sheet.nama_pegawai
        else:
            others.append(sheet)
    if len(others) == 1:
        yield others[0].nama, others[0].form.jabatan.id, "", ""
    elif others:
        names = ", ".join(sheet.nama for sheet in others[:_NAMES_SHOWN])
        more = len(others) - _NAMES_SHOWN
        yield f"{names} dan {more} lembar lain" if more > 0 else names, "", "", ""
