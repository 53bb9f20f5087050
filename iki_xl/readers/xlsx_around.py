"""What a worksheet part of an .xlsx says around its cells: protection, merges, hyperlinks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.readers.merges import MergeList
from iki_xl.readers.shifted import parse_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.readers.book import Area, Cell, SheetCells

TAGS_AROUND = ("sheetProtection", "mergeCell", "hyperlink")
_ROWS = 1_048_576
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_TRUE = ("1", "true")
# As many as Excel takes in a sheet.
_LINKS_AT_MOST = 65_530


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink of a sheet: its cells, the id of its relationship, and the place behind the address."""

    area: Area
    relation: str
    location: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the cells of one sheet."""

    protected: bool = False
    merges: tuple[Area, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPart:
    """What one worksheet part holds; `cells` are the sheet's own, still to be completed from other parts.

    `links` are hyperlinks, whose addresses stand in another part. `rich` are the error cells that stand for a
    rich value, perhaps a picture: place -> its number in the workbook's metadata.
    """

    sheet: SheetCells
    cells: dict[tuple[int, int], Cell]
    links: tuple[Link, ...]
    rich: Mapping[tuple[int, int], str]


class AroundPass:
    """Gathers what stands around the cells of one sheet as its elements come by."""

    __slots__ = ("_links", "_merges", "_protected")

    def __init__(self) -> None:
        self._protected = False
        self._merges = MergeList()
        self._links: list[Link] = []

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        """Take one of `TAGS_AROUND`.

        Raises:
            UnreadableError: there are more merges than any person makes.
        """
        if tag == "sheetProtection":
            self._protected = attributes.get("sheet", "") in _TRUE
            return
        area = area_of(attributes.get("ref", ""))
        if area is None:
            return
        if tag == "mergeCell":
            self._merges.add(area)
            return
        relation = next((value for key, value in attributes.items() if key.endswith((":id", " id"))), "")
        if relation and len(self._links) < _LINKS_AT_MOST:
            self._links.append(Link(area, relation, attributes.get("location", "")))

    def result(self) -> Around:
        """Return what was gathered."""
        return Around(self._protected, self._merges.areas(), tuple(self._links))


def area_of(reference: str) -> Area | None:
    """Return the corners of `O8:Q8` or `O8`, rows and columns from 0; None for what is no area."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    left, top, right, bottom = found[1], int(found[2]), found[3] or found[1], int(found[4] or found[2])
    columns = _column(left), _column(right)
    if 0 in columns or top > _ROWS or bottom > _ROWS:
        return None
    return top - 1, columns[0] - 1, bottom - 1, columns[1] - 1


_column = lru_cache(maxsize=16_384)(parse_column)
