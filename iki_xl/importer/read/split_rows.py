"""Rows of a table that a page break cut in two, put together again by where their words stand.

Nothing in a PDF says that a row goes on on the next page. But a line is only broken where the next word
found no room: where that holds in every filled cell of the page's first row, it is the rest of the row above.
A new row is known by a last line that had room, or by a cell that begins with the same word as the one above.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.comparable import comparable
from iki_xl.importer.read.document import DocumentTable

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHIFT_ALLOWED = 3.0  # points by which the columns of two pages may differ


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell as it stands on a page; widths in points.

    `room` is what its last line leaves free on the right, `word_width` the width of its first word with a
    space.
    """

    text: str
    room: float = 0.0
    word_width: float = 0.0


@dataclass(frozen=True, slots=True)
class PageTable:
    """A page's part of a table: where its columns begin, and its cells; None is merged with another."""

    columns: tuple[float, ...]
    rows: tuple[tuple[PageCell | None, ...], ...]
    page: int

    @property
    def table(self) -> DocumentTable:
        """The table as texts."""
        rows = (tuple(cell.text if cell else "" for cell in row) for row in self.rows)
        return DocumentTable(tuple(rows), self.page)


def join_page_tables(first: PageTable, second: PageTable) -> tuple[PageTable, PageTable]:
    """Move back what a page break cut off `first`, the last of its page, to begin `second` on the next one.

    Both are returned as they were where nothing was cut off.
    """
    at = _count_repeated_head_rows(first, second)
    if not _has_same_columns(first, second) or at >= len(second.rows) or len(first.rows) <= at:
        return first, second
    rest = second.rows[at]
    places = [_find_origin(first, column, at) for column in range(len(rest))]
    filled = [(place, cell) for place, cell in zip(places, rest, strict=True) if cell and cell.text]
    if not filled or not all(_is_cut_off_cell(first, place, cell) for place, cell in filled):
        return first, second
    rows = [list(row) for row in first.rows]
    for (row, column), cell in filled:
        above = rows[row][column]
        assert above is not None  # _terpotong saw its text
        rows[row][column] = replace(above, text=f"{above.text}\n{cell.text}", room=cell.room)
    left = second.rows[:at] + second.rows[at + 1 :]
    return replace(first, rows=tuple(tuple(row) for row in rows)), replace(second, rows=left)


def _has_same_columns(first: PageTable, second: PageTable) -> bool:
    same = len(first.columns) == len(second.columns)
    return same and all(
        abs(a - b) <= _SHIFT_ALLOWED for a, b in zip(first.columns, second.columns, strict=True)
    )


def _count_repeated_head_rows(first: PageTable, second: PageTable) -> int:
    """How many rows the second begins with that the first begins with too: its head, repeated."""
    count = 0
    for one, other in zip(first.table.rows, second.table.rows, strict=False):
        if one != other:
            break
        count += 1
    return count


def _find_origin(first: PageTable, column: int, head: int) -> tuple[int, int]:
    """Where the text of the last row's cell stands: in the row in which a merged cell begins."""
    row = len(first.rows) - 1
    while row > head and first.rows[row][column] is None:
        row -= 1
    return row, column


def _is_cut_off_cell(first: PageTable, place: tuple[int, int], cell: PageCell) -> bool:
    above = first.rows[place[0]][place[1]]
    if above is None or not above.text or cell.word_width < above.room:
        return False
    return _take_first_word(above.text) != _take_first_word(cell.text)


def _take_first_word(text: str) -> Sequence[str]:
    return comparable(text).split()[:1]
