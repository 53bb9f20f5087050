"""What a cell shows besides a value: a picture that a formula puts there, the address of a hyperlink."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.readers.book import Cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from iki_xl.readers.book import Area

# Excel takes no longer addresses.
_LONGEST_ADDRESS = 2_083
# So many cells are looked at for the links of one sheet.
_LOOKS = 1_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_MARKS = ("HYPERLINK(", "IMAGE(", "IMG(")
# Excel's IMAGE and WPS's DISPIMG, with the prefixes of functions that are newer than the file format.
_PICTURE = re.compile(r"=[+@]?(?:_xlfn\.|_xlws\.)*(?:DISPIMG|IMAGE)\(", re.IGNORECASE)
_WPS_TEXT = re.compile(r"=(?:_xlfn\.)?DISPIMG\([^()]*\)", re.IGNORECASE)
# An address that is worked out is known to the program alone that does so.
_LITERAL = re.compile(r'=[+@]?(?:_xlfn\.)?(?:HYPERLINK|IMAGE)\(\s*"((?:[^"]|"")*)"\s*[,;)]', re.IGNORECASE)


def resolve_display(cell: Cell) -> Cell:
    """Return a cell with the picture or the address that its formula gives; a picture has no value.

    WPS Office stores the formula's own text as the result of DISPIMG; other programs keep that text alone.
    """
    formula, value = cell.formula, cell.value
    text = value if isinstance(value, str) and value[:1] == "=" else ""
    if not formula and not text:
        return cell
    start = formula[:_LONGEST_ADDRESS].upper()
    if not text and not any(mark in start for mark in _MARKS):
        return cell
    address = _literal(formula)
    if _PICTURE.match(formula) or _WPS_TEXT.fullmatch(text):
        return Cell(picture=True, link=address)
    return replace(cell, link=address) if address else cell


def with_links(cell: Cell, addresses: Iterable[str]) -> Cell:
    """Return a cell with the addresses of its hyperlinks; places in the workbook itself are none."""
    found = " ".join(dict.fromkeys(filter(None, map(clean_address, addresses))))
    return replace(cell, link=found) if found else cell


def put_links(cells: dict[tuple[int, int], Cell], links: Iterable[tuple[Area, str]]) -> bool:
    """Give the filled cells of each area its address; False where that would take too long for the rest."""
    looks = _LOOKS
    for area, address in links:
        size = (area[2] - area[0] + 1) * (area[3] - area[1] + 1)
        looks -= min(size, len(cells))
        if looks < 0:
            return False
        for at in list(_inside(cells, area, size)):
            cells[at] = with_links(cells[at], [address])
    return True


def _inside(cells: Collection[tuple[int, int]], area: Area, size: int) -> Iterator[tuple[int, int]]:
    """Give the filled cells of an area by the shorter way."""
    top, left, bottom, right = area
    if size <= len(cells):
        every = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        return (at for at in every if at in cells)
    return (at for at in cells if top <= at[0] <= bottom and left <= at[1] <= right)


def clean_address(text: str) -> str:
    """Return an address without control characters, no longer than one may be; "" for a place in the book."""
    address = _CONTROL.sub("", text).strip()[:_LONGEST_ADDRESS]
    return "" if address.startswith("#") else address


def _literal(formula: str) -> str:
    found = _LITERAL.match(formula)
    return clean_address(found[1].replace('""', '"')) if found else ""
