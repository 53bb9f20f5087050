"""What a catalogue lacks of today's shape, and which target columns it no longer needs.

Found by titles, as the reader finds them. Nothing is changed here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog.cast import walk_titles
from iki_xl.catalog.layout import build_period_columns, indikator, list_parts
from iki_xl.catalog.model import RincianTarget
from iki_xl.catalog.parts import HEADER_ROW, Column, ColumnKind, Form, Table
from iki_xl.comparable import comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iki_xl.catalog.sheets import Sheet

MENDED_CODES = frozenset({"K01", "K02", "K22"})
"""What the reader says of a missing sheet, column and line."""

# Without these sheets there is no catalogue, whatever else the workbook holds.
_ESSENTIAL = frozenset({"kantor", "jabatan", "indikator"})
_SHORTEST_WORD = 4
_EVERY_PERIOD = tuple(column for rincian in RincianTarget for column in build_period_columns(rincian))


@dataclass(frozen=True, slots=True)
class ShapeGap:
    """A column, or a line of a form, that today's writer writes; `column` is None for a whole sheet."""

    part: Form | Table
    column: Column | None = None

    @property
    def title(self) -> str:
        """What stands above the column or beside the value; "" for a sheet."""
        return self.column.title if self.column else ""


@dataclass(frozen=True, slots=True)
class OtherPeriod:
    """A target column of another rincian: its title, its number from 0, how many cells are filled in it."""

    title: str
    at: int
    filled: int


def find_gaps(sheets: Mapping[str, Sheet], rincian: RincianTarget) -> tuple[ShapeGap, ...]:
    """Return all that is missing of today's shape, in the order of the layout; a missing sheet once."""
    gaps: list[ShapeGap] = []
    for part in list_parts(rincian):
        sheet = sheets.get(comparable(part.sheet))
        if sheet is not None:
            known = find_titles(sheet, part)
            gaps += [
                ShapeGap(part, column) for column in _written(part) if comparable(column.title) not in known
            ]
        elif all(gap.part.sheet != part.sheet for gap in gaps):
            gaps.append(ShapeGap(part))
    return tuple(gaps)


def find_titles(sheet: Sheet, part: Form | Table) -> dict[str, int]:
    """Return the number (from 0) of the column under each title, of a form that of each label's row."""
    titles: dict[str, int] = {}
    for title, place in walk_titles(sheet):
        titles.setdefault(title, place[1])
    if isinstance(part, Table):
        return titles
    labels: dict[str, int] = {}
    for row, column in sorted(sheet.cells):
        if row != HEADER_ROW and column == titles.get(comparable(part.label.title)):
            labels.setdefault(comparable(sheet.cells[row, column].render_text()), row)
    return labels


def can_be_mended(gap: ShapeGap, sheets: Mapping[str, Sheet]) -> bool:
    """Say whether a gap may be filled with nothing.

    Not where something must stand, nor where the catalogue may have it under another name: then its content
    would be left behind.
    """
    part = gap.part
    if gap.column is not None and gap.column.optional:
        return True  # it was never read under another name
    if gap.column is None:
        names = {comparable(each.sheet) for each in list_parts(RincianTarget.YEARLY)}
        return part.name not in _ESSENTIAL and not _resembles(part.sheet, sheets.keys() - names)
    own = find_titles(sheets[comparable(part.sheet)], part)
    filled = {at for row, at in sheets[comparable(part.sheet)].cells if row > HEADER_ROW}
    known = {comparable(column.title) for each in _on_sheet(part.sheet) for column in _every_title(each)}
    strange = (title for title in own.keys() - known if isinstance(part, Form) or own[title] in filled)
    return not gap.column.required and not _resembles(gap.title, strange)


def find_other_periods(sheets: Mapping[str, Sheet], rincian: RincianTarget) -> tuple[OtherPeriod, ...]:
    """Return the target columns that an office with this rincian does not use, from left to right."""
    sheet = sheets.get(comparable(indikator(rincian).sheet))
    if sheet is None:
        return ()
    own = {column.title for column in build_period_columns(rincian)}
    others = {comparable(c.title): c.title for c in _EVERY_PERIOD if c.title not in own}
    filled = Counter(column for row, column in sheet.cells if row > HEADER_ROW)
    return tuple(
        OtherPeriod(others[title], place[1], filled[place[1]])
        for title, place in walk_titles(sheet)
        if title in others
    )


def _written(part: Form | Table) -> tuple[Column, ...]:
    """The fields of a part; what only helps may be missing."""
    columns = part.entries if isinstance(part, Form) else part.columns
    return tuple(column for column in columns if column.kind is not ColumnKind.HELP)


def _on_sheet(name: str) -> tuple[Form | Table, ...]:
    return tuple(part for part in list_parts(RincianTarget.YEARLY) if part.sheet == name)


def _every_title(part: Form | Table) -> tuple[Column, ...]:
    if isinstance(part, Form):
        return (*part.columns, *part.entries)
    return (*part.columns, *(_EVERY_PERIOD if part.name == "indikator" else ()))


def _resembles(title: str, others: Iterable[str]) -> bool:
    """Say whether another title has a word of some length in common with this one."""
    words = _long_words(title)
    return any(words & _long_words(other) for other in others)


def _long_words(title: str) -> set[str]:
    return {word for word in comparable(title).split() if len(word) >= _SHORTEST_WORD}
