"""A workbook's sheets as the catalogue is read from them: what a person sees, merged areas beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.a1 import write_range
from iki_xl.comparable import comparable, visible
from iki_xl.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.readers.book import Area, BookCells, Cell, SheetCells

CellPosition = tuple[int, int]
"""Row and column from 0."""

# Cells and rows that may be looked at under merged areas: areas of real sheets never lie over one another.
_LOOKS_AT_MOST = 5_000_000


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged area: its cells from `first` to `last`, what it shows, and what its other cells still hold."""

    first: CellPosition
    last: CellPosition
    shown: str
    hidden: tuple[str, ...]

    @property
    def filled(self) -> bool:
        """True where anything stands in it, seen or not."""
        return bool(self.shown or self.hidden)

    @property
    def address(self) -> str:
        """As in "F22:F26"."""
        return write_range(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet in which a person sees anything, and its merged areas, both by place."""

    cells: Mapping[CellPosition, Cell]
    merges: tuple[Merge, ...] = ()


def sheets_by_name(book: BookCells) -> dict[str, Sheet]:
    """Return the sheets by their names as names are compared.

    Raises:
        CatalogError: two names look alike, or merged areas lie over one another by the thousand.
    """
    sheets: dict[str, Sheet] = {}
    for sheet in book.sheets:
        name = comparable(sheet.nama)
        if name in sheets:
            raise CatalogError(
                f"Katalog memuat dua lembar yang tampak bernama sama, “{visible(sheet.nama).strip()}”; hapus "
                "atau ganti nama salah satunya."
            )
        sheets[name] = _sheet(sheet)
    return sheets


def is_blank(cell: Cell) -> bool:
    """Say whether a person sees nothing in a cell; a formula that was never computed is not blank."""
    if isinstance(cell.value, str):
        return not comparable(cell.value)
    return cell.is_blank


def _sheet(sheet: SheetCells) -> Sheet:
    cells = {
        place: cell
        for place, cell in sheet.cells.items()
        if not is_blank(cell) or cell.struck or cell.picture
    }
    if not sheet.merges:
        return Sheet(cells)
    rows: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        rows.setdefault(row, []).append(column)
    order = sorted(rows)
    merges, looks = [], 0
    for area in sorted(sheet.merges):
        covered, looked = _covered(area, rows, order)
        looks += looked
        if looks > _LOOKS_AT_MOST:
            raise CatalogError(f"Sel gabungan di lembar {sheet.nama} saling menumpuk; pisahkan, lalu simpan.")
        shown = cells[area[:2]].render_text() if area[:2] in cells else ""
        hidden = [cells.pop(place).render_text() for place in covered if place in cells]
        merges.append(Merge(area[:2], area[2:], shown, tuple(hidden)))
    return Sheet(cells, tuple(merges))


def _covered(area: Area, rows: Mapping[int, list[int]], order: list[int]) -> tuple[list[CellPosition], int]:
    """Return the filled cells under an area but for its first one, and how many rows and cells it took."""
    top, left, bottom, right = area
    inside = order[bisect_left(order, top) : bisect_right(order, bottom)]
    found = [
        (row, column)
        for row in inside
        for column in rows[row][bisect_left(rows[row], left) : bisect_right(rows[row], right)]
        if (row, column) != (top, left)
    ]
    return found, len(inside) + len(found) + 1
