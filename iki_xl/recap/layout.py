"""The recap's sheets, declared once: names, columns, titles, widths, and where each row stands.

No spreadsheet library is imported here, and no row number or column letter is written anywhere
else: the writer and the formulas ask a `RecapSheet` for its cells and ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.a1 import write_address, write_range, write_reference
from iki_xl.catalog import BULAN, RincianTarget
from iki_xl.tables import BULAN_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping


EXCEL_ROWS = 1_048_576


F4_PAPER = 14  # Excel's "Folio", 8.5 x 13 inch: what Indonesian shops sell as F4


F4_LENGTH = 13.0


SIDE_MARGIN = 0.4  # inch, left and right
SMALLEST_PRINT_SCALE = 64  # percent; below it the 10 point text of the tables is hard to read
COLUMN_EDGES = 5 / 7  # characters that Excel adds to every column for its edges
WIDENING = 1.35  # a column grows this much for its numbers; longer ones are shrunk to fit


class CellLook(StrEnum):
    """How the cells of a column are shown."""

    TEXT = "teks"
    CENTRED = "tengah"
    WHOLE = "bulat"
    NUMBER = "angka"
    PERCENT = "persen"  # a number that already is in percent, two decimals
    FILLED = "terisi"  # a count shown as "k dari m"
    SKALA = "skala"
    TREND = "tren"  # a sparkline over other columns of the row


NUMBER_LOOKS = frozenset({CellLook.WHOLE, CellLook.NUMBER, CellLook.PERCENT, CellLook.FILLED})


@dataclass(frozen=True, slots=True)
class RecapColumn:
    """A column: `width` in characters (long numbers widen it), `group` stays together on paper.

    `dimmed` marks a column that is shown but does not count (a month after the one reported to);
    `indent` one whose texts are indented by the row's depth; `series` names the first and last column
    that a sparkline is drawn from.
    """

    key: str
    title: str
    width: float
    look: CellLook = CellLook.TEXT
    group: int = 0
    dimmed: bool = False
    indent: bool = False
    series: tuple[str, str] | None = None


@dataclass(frozen=True)
class RecapSheet:
    """A sheet that holds one table below a title.

    `fixed_columns` leading columns stay in sight and are repeated on every printed page; `empty_note` is what
    stands in column `empty_note_column` when the table has no row; the last `total_rows` rows are totals,
    which neither the autofilter nor a sorting moves. `rest_note` says where the rows are for which Excel
    has none left; "": the sheet has to hold all of them.
    """

    nama: str
    title: str
    columns: tuple[RecapColumn, ...]
    empty_note: str
    empty_note_column: str
    rest_note: str = ""
    fixed_columns: int = 0
    total_rows: int = 0
    title_row: int = 0
    intro_row: int = 1
    head_row: int = 3

    @cached_property
    def _column_places(self) -> dict[str, int]:
        return {column.key: at for at, column in enumerate(self.columns)}

    def find_column(self, key: str) -> int:
        """Zero-based column of a key."""
        return self._column_places[key]

    def find_row(self, n: int) -> int:
        """Zero-based row of the n-th (from 0) data row."""
        return self.head_row + 1 + n

    def cell(self, n: int, key: str) -> str:
        """Address of a cell in data row n, as seen from the same sheet, such as "H12"."""
        return write_address(self.find_row(n), self.find_column(key))

    def find_row_address(self, n: int) -> str:
        """Address of the beginning of data row n, as seen from any sheet, such as "'Temuan'!$A$5"."""
        return write_reference(self.nama, write_address(self.find_row(n), 0, fixed="column row"))

    def find_range(self, n: int, first: str, last: str) -> str:
        """Range from one column to another within data row n, such as "K12:P12"."""
        return f"{self.cell(n, first)}:{self.cell(n, last)}"

    def find_column_range(self, key: str, count: int) -> str:
        """A column's data cells as seen from any sheet; an empty table's one (blank) row included."""
        column = self.find_column(key)
        first, last = self.find_row(0), self.find_row(max(count, 1) - 1)
        return write_reference(self.nama, write_range((first, column), (last, column), fixed="column row"))

    def widen(self, width: Mapping[str, float]) -> RecapSheet:
        """The same sheet with columns as wide as `width` asks for, within `WIDENING`."""
        wider = tuple(
            replace(k, width=min(max(k.width, width.get(k.key, 0)), k.width * WIDENING)) for k in self.columns
        )
        return replace(self, columns=wider)


def name_mean_column(bulan: int) -> str:
    """Column of the average capaian to the end of a month."""
    return f"rata_{bulan:02d}"


def build_mean_columns(bulan: int, group: int) -> tuple[RecapColumn, ...]:
    """The averages of the twelve months, and a sparkline over them."""
    return (
        *(
            RecapColumn(
                name_mean_column(b),
                f"s.d. {BULAN[b - 1][:3]}",
                6.2,
                CellLook.PERCENT,
                group,
                dimmed=b > bulan,
            )
            for b in BULAN_NUMBERS
        ),
        RecapColumn(
            "tren", "Tren", 14, CellLook.TREND, group, series=(name_mean_column(1), name_mean_column(12))
        ),
    )


def build_period_target_column(bulan: int, rincian: RincianTarget) -> tuple[RecapColumn, ...]:
    """The target of the period that holds the month, beside the one to date; yearly targets have but one."""
    if rincian is RincianTarget.YEARLY:
        return ()
    triwulan = rincian is RincianTarget.TRIWULAN
    nama = f"triwulan {rincian.period(bulan) + 1}" if triwulan else BULAN[bulan - 1]
    return (RecapColumn("target_periode", f"Target {nama}", 10, CellLook.NUMBER),)


def split_pages(sheet: RecapSheet, capacity: float) -> tuple[tuple[int, ...], float]:
    """Share a wide sheet out over pages side by side, groups of columns kept together.

    Args:
        sheet: its `fixed_columns` columns are repeated on every page.
        capacity: characters that fit beside each other at 100 percent.

    Returns:
        The columns before which a page begins, and the width in characters of the widest page.
    """
    widths = [column.width + COLUMN_EDGES for column in sheet.columns]
    repeated = sum(widths[: sheet.fixed_columns])
    limit = capacity * 100 / SMALLEST_PRINT_SCALE
    groups: dict[int, list[int]] = {}
    for at, column in enumerate(sheet.columns[sheet.fixed_columns :], start=sheet.fixed_columns):
        groups.setdefault(column.group, []).append(at)
    breaks: list[int] = []
    used = widest = repeated
    for members in groups.values():
        width = sum(widths[at] for at in members)
        if used > repeated and used + width > limit:
            breaks.append(members[0])
            used = repeated
        used += width
        widest = max(widest, used)
    return tuple(breaks), widest
