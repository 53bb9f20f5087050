"""Rows of a table that a page break cut in two, put together again by where their words stand.

Nothing in a PDF says that a row goes on on the next page. But a line is only broken where the next word
found no room: where that holds in every filled cell of the page's first row, it is the rest of the row above.
A new row is known by a last line that had room, or by a cell that begins with the same word as the one above.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.comparable import comparable
from iki_xl.importer.document import Tabel

if TYPE_CHECKING:
    from collections.abc import Sequence

_GESER = 3.0  # points by which the columns of two pages may differ


@dataclass(frozen=True, slots=True)
class Sel:
    """A cell as it stands on a page; widths in points.

    `ruang` is what its last line leaves free on the right, `kata` the width of its first word with a space.
    """

    teks: str
    ruang: float = 0.0
    kata: float = 0.0


@dataclass(frozen=True, slots=True)
class TabelHalaman:
    """A page's part of a table: where its columns begin, and its cells; None is merged with another."""

    kolom: tuple[float, ...]
    baris: tuple[tuple[Sel | None, ...], ...]
    halaman: int

    @property
    def tabel(self) -> Tabel:
        """The table as texts."""
        rows = (tuple(cell.teks if cell else "" for cell in row) for row in self.baris)
        return Tabel(tuple(rows), self.halaman)


def sambung(first: TabelHalaman, second: TabelHalaman) -> tuple[TabelHalaman, TabelHalaman]:
    """Move back what a page break cut off `first`, the last of its page, to begin `second` on the next one.

    Both are returned as they were where nothing was cut off.
    """
    at = _kepala_berulang(first, second)
    if not _sekolom(first, second) or at >= len(second.baris) or len(first.baris) <= at:
        return first, second
    rest = second.baris[at]
    places = [_asal(first, column, at) for column in range(len(rest))]
    filled = [(place, cell) for place, cell in zip(places, rest, strict=True) if cell and cell.teks]
    if not filled or not all(_terpotong(first, place, cell) for place, cell in filled):
        return first, second
    rows = [list(row) for row in first.baris]
    for (row, column), cell in filled:
        above = rows[row][column]
        assert above is not None  # _terpotong saw its text
        rows[row][column] = replace(above, teks=f"{above.teks}\n{cell.teks}", ruang=cell.ruang)
    left = second.baris[:at] + second.baris[at + 1 :]
    return replace(first, baris=tuple(tuple(row) for row in rows)), replace(second, baris=left)


def _sekolom(first: TabelHalaman, second: TabelHalaman) -> bool:
    same = len(first.kolom) == len(second.kolom)
    return same and all(abs(a - b) <= _GESER for a, b in zip(first.kolom, second.kolom, strict=True))


def _kepala_berulang(first: TabelHalaman, second: TabelHalaman) -> int:
    """How many rows the second begins with that the first begins with too: its head, repeated."""
    count = 0
    for one, other in zip(first.tabel.baris, second.tabel.baris, strict=False):
        if one != other:
            break
        count += 1
    return count


def _asal(first: TabelHalaman, column: int, head: int) -> tuple[int, int]:
    """Where the text of the last row's cell stands: in the row in which a merged cell begins."""
    row = len(first.baris) - 1
    while row > head and first.baris[row][column] is None:
        row -= 1
    return row, column


def _terpotong(first: TabelHalaman, place: tuple[int, int], cell: Sel) -> bool:
    above = first.baris[place[0]][place[1]]
    if above is None or not above.teks or cell.kata < above.ruang:
        return False
    return _kata_pertama(above.teks) != _kata_pertama(cell.teks)


def _kata_pertama(text: str) -> Sequence[str]:
    return comparable(text).split()[:1]
