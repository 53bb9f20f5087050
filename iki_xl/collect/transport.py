"""A workbook's cells on their way between processes: columns of plain values, not one object a cell.

Pickled as it is, a `BukuSel` takes as long as reading the file did. What comes out shares places and texts
between workbooks: returned templates have most of them in common.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.collect.book import BukuSel, LembarSel
from iki_xl.form.reading import Isi

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from iki_xl.form.reading import Mentah

_LEBAR = 1 << 16  # more columns than any sheet has
_TERINGAT = 1 << 14

# name, protected, places, values, and by number what is not plain: error, formula, percent
_LembarPadat = tuple[str, bool, "array[int]", "list[Mentah]", dict[int, tuple[bool, str, bool]]]
Padat = tuple[list[_LembarPadat], "datetime | None", dict[str, str]]


def padatkan(buku: BukuSel) -> Padat:
    """Return a workbook as plain lists; `urai` makes it again."""
    return [_padat(sheet) for sheet in buku.lembar], buku.disimpan, dict(buku.sifat)


def _padat(sheet: LembarSel) -> _LembarPadat:
    places = array("Q", [row * _LEBAR + column for row, column in sheet.sel])
    cells = sheet.sel.values()
    special = {
        number: (cell.galat, cell.rumus, cell.persen)
        for number, cell in enumerate(cells)
        if cell.galat or cell.rumus or cell.persen
    }
    return sheet.nama, sheet.dilindungi, places, [cell.nilai for cell in cells], special


def urai(packed: Padat) -> BukuSel:
    """Make the workbook again that `padatkan` was given."""
    sheets, saved, properties = packed
    return BukuSel(tuple(_urai(sheets)), saved, properties)


def _urai(sheets: Iterable[_LembarPadat]) -> Iterable[LembarSel]:
    for name, protected, places, values, special in sheets:
        cells = [_teks(value) if isinstance(value, str) else Isi(value) for value in values]
        for number, rest in special.items():
            cells[number] = Isi(values[number], *rest)
        yield LembarSel(name, dict(zip(map(_tempat, places), cells, strict=True)), protected)


@lru_cache(_TERINGAT)
def _tempat(place: int) -> tuple[int, int]:
    return divmod(place, _LEBAR)


# Texts only: 0.0 and -0.0 are equal, and so are 1.0 and True.
_teks = lru_cache(_TERINGAT)(Isi)
